"""业务移交: what waits for one's confirmation, lists of leaving staff and assistants, township archives going to the district.

Worked example: 周海燕 finds the list that 李静 leaves her, presses 确认接收; the township's leader agrees on the page of the
case; the signed hand-over stands below with list, both holders and supervisor, to print.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from jubao.archive.models import Handover
from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.kernel.text import _
from jubao.people.models import Division
from jubao.services.archives.handover_paper import handover_paper
from jubao.services.archives.handovers import ASSISTANT, OFFICER, handover_propose, handovers_of
from jubao.services.archives.transfers import TRANSFER, files_kept, transfer_propose
from jubao.services.archives.words import category_title
from jubao.services.cases.engine import advance
from jubao.services.cases.kinds import kind_of
from jubao.staff.models import Grant, Officer
from jubao.workbench.access import level_of, may_open, page
from jubao.workbench.faces import actor_of, attempt, now, today
from jubao.workbench.papers import pdf_answer
from jubao.workbench.sent import key_of

SHOWN = 200
STAFF = (OFFICER, ASSISTANT)


@page("handovers")
def index(request: HttpRequest) -> HttpResponse:
    """What is under way, what is signed, and the forms for whoever makes a list."""
    actor = actor_of(request)
    under_way = Case.objects.filter(
        kind__in=(*STAFF, TRANSFER), is_open=True, division_path__startswith=actor.scope
    ).order_by("-id")[:SHOWN]
    may_propose = may_open(actor, "handover-propose") and level_of(actor.scope) == "township"
    known = {
        "heading": _("业务移交"),
        "waiting": [(one, kind_of(one.kind), _is_mine(one, actor)) for one in under_way],
        "signed": handovers_of(actor.scope)[:SHOWN],
        "may_propose": may_propose,
        "officers": _people(actor, is_assistant=False) if may_propose else [],
        "assistants": _people(actor, is_assistant=True) if may_propose else [],
        "files": [(one, category_title(one.category)) for one in files_kept(actor.scope)[:SHOWN]] if may_propose else [],
        "may_open_case": may_open(actor, "case"), "may_print": may_open(actor, "handover-print"),
    }  # fmt: skip
    return render(request, "workbench/archive/handovers.html", known)


def _is_mine(case: Case, actor: Actor) -> bool:
    """Whether the case waits for this officer to confirm."""
    return (
        case.kind in STAFF
        and case.state == "proposed"
        and case.proposal["to_person_id"] == str(actor.natural_person_id)
    )


def _people(actor: Actor, *, is_assistant: bool) -> list[tuple[str, str]]:
    """User name and name of those who work at the place."""
    held = Grant.objects.filter(division_path__startswith=actor.scope, state=Grant.State.ACTIVE)
    chosen = (
        held.filter(post_id="village_assistant")
        if is_assistant
        else held.exclude(post_id="village_assistant")
    )
    found = Officer.objects.filter(id__in=chosen.values("officer_id"), is_active=True).order_by("username")
    return [(one.username, one.natural_person.name) for one in found.select_related("natural_person")]


@page("handover-propose")
@require_POST
def propose(request: HttpRequest) -> HttpResponse:
    """Make the list of a leaving officer or assistant."""
    sent, actor = request.POST, actor_of(request)
    made = attempt(
        request,
        lambda: handover_propose(
            actor=actor, kind=ASSISTANT if sent.get("kind") == ASSISTANT else OFFICER, giver=sent.get("giver", ""),
            receiver=sent.get("receiver", ""), division_path=actor.scope, other=sent.get("other", "").splitlines(),
            today=today(), idempotency_key=sent.get("key") or None,
        ),
    )  # fmt: skip
    if made is not None:
        messages.success(request, _("移交清单 {number} 已提交，等接收人确认。").format(number=made.number))
    return redirect("handovers")


@page("handover-transfer")
@require_POST
def transfer(request: HttpRequest) -> HttpResponse:
    """Offer files to the district."""
    chosen = [one for text in request.POST.getlist("file") if (one := key_of(text))]
    made = attempt(
        request,
        lambda: transfer_propose(
            actor=actor_of(request),
            file_ids=chosen,
            today=today(),
            idempotency_key=request.POST.get("key") or None,
        ),
    )
    if made is not None:
        messages.success(request, _("移交清单 {number} 已提交，等区级清点接收。").format(number=made.number))
    return redirect("handovers")


@page("handover-receive")
@require_POST
def receive(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The successor confirms."""
    actor = actor_of(request)
    case = Case.objects.filter(pk=case_id, kind__in=STAFF, division_path__startswith=actor.scope).first()
    if case is None:
        raise Http404
    done = attempt(
        request,
        lambda: advance(
            actor=actor, case_id=case.pk, action="receive", expected_version=int(request.POST.get("version", "0")),
            digest_seen=case.digest, today=today(), now=now(),
        ),
    )  # fmt: skip
    if done is not None:
        messages.success(request, _("已确认接收，等监交人同意。"))
    return redirect("handovers")


def _found(request: HttpRequest, handover_id: UUID) -> Handover:
    found = handovers_of(actor_of(request).scope).filter(pk=handover_id).first()
    if found is None:
        raise Http404
    return found


@page("handover")
def show(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    """A signed hand-over: list, both holders, supervisor."""
    found = _found(request, handover_id)
    places = Division.objects.filter(path__in=(found.division_path, found.to_path), valid_until__isnull=True)
    names = dict(places.values_list("path", "name"))
    known = {
        "heading": found.number, "handover": found, "may_print": may_open(actor_of(request), "handover-print"),
        "place": names.get(found.division_path, ""), "to_place": names.get(found.to_path, ""),
    }  # fmt: skip
    return render(request, "workbench/archive/handover.html", known)


@page("handover-print")
def print_list(request: HttpRequest, handover_id: UUID) -> HttpResponse:
    """The list on paper, which is the receipt."""
    found = _found(request, handover_id)
    return pdf_answer(handover_paper(found).pdf, f"{found.number}.pdf")
