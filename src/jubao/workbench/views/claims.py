"""居保待遇申领: 受理 by the identity number, and the queues of 办理 and 复核, in which accepted claim-free cases stand too.

Worked example: the handler opens 办理 and finds 500110-2026-000123, marked 免申即享, beside the ordinary claims; both are
handled on the same page of the case. Somebody with a flag is refused at 受理 (USE_CLAIM_FREE) and led to the claim-free
entrance.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jubao.database.actor import Actor
from jubao.kernel.errors import DomainError, InputRefused
from jubao.kernel.text import _, chinese
from jubao.people.models import Enrolment
from jubao.people.numbers import numbers_of, person_by_number
from jubao.services.access.log import access_record
from jubao.services.benefits.ordinary_claim_kind import KIND
from jubao.services.benefits.ordinary_claims import claim_accept, papers_asked
from jubao.services.benefits.pension_budget import Budget, pension_budget
from jubao.services.cases.kinds import may_open
from jubao.services.cases.material_words import material_title
from jubao.services.claim_free.confirmation_contents import card_of, phone_of
from jubao.services.claim_free.flags import require_entry
from jubao.services.people.payees import NamedPayee, payee_of
from jubao.staff.regions import pack_of
from jubao.workbench.access import page
from jubao.workbench.case_rows import listing
from jubao.workbench.faces import actor_of, attempt, today
from jubao.workbench.lists import page_of
from jubao.workbench.reads.counter import PARTS, Amount, reasons_of
from jubao.workbench.reads.inbox import in_scope
from jubao.workbench.reads.places import place_names

KINDS = (KIND, "claim_free")
TABS = (("accept", "受理"), ("handle", "办理"), ("review", "复核"), ("done", "已办结"))
STATES = {"handle": "accepted", "review": "handled", "done": "approved"}
FIRST = {"intake_clerk": "accept", "village_assistant": "accept", "handler": "handle", "reviewer": "review"}
VILLAGE = frozenset({"village_assistant"})
"""Who collects for others to decide: the queues of the offices are not for this post."""
EMPTY = ("没有等待这一步的申领", "受理的申领和免申即享确认的业务会列在这里；请看别的页签。")


@page("claims")
def index(request: HttpRequest) -> HttpResponse:
    """One tab: the field for the number, or a queue."""
    actor = actor_of(request)
    if request.method == "POST":
        found = attempt(request, lambda: _found(request, actor))
        return redirect("claim-new", found.pk) if found else redirect("claims")
    tab = request.GET.get("tab", "")
    if tab not in dict(TABS) or actor.posts == VILLAGE:
        tab = next((name for post, name in FIRST.items() if post in actor.posts), "handle")
    cases = in_scope(actor).filter(kind__in=KINDS).select_related("person")
    counts = {
        name: cases.filter(state=state, is_open=True).count()
        for name, state in STATES.items()
        if name != "done"
    }
    is_village = actor.posts == VILLAGE
    known: dict[str, Any] = {
        "tab": tab,
        "tabs": [
            (name, title, counts.get(name)) for name, title in TABS if not is_village or name == "accept"
        ],
        "may_see_progress": not is_village,
        "may_accept": may_open(actor, KIND, pack_of(actor.scope), today()),
        "heading": "居保待遇申领",
    }
    if tab in STATES:
        rows = (
            cases.filter(state=STATES[tab])
            if tab == "done"
            else cases.filter(state=STATES[tab], is_open=True)
        )
        known["page"] = page_of(request, listing("claims", today(), empty=EMPTY), rows)
    return render(request, "workbench/claims/index.html", known)


def _found(request: HttpRequest, actor: Actor) -> Enrolment:
    """The live enrolment in the officer's place. Raises NUMBER_UNKNOWN, USE_CLAIM_FREE, NOT_ENROLLED."""
    person = person_by_number(request.POST.get("number", ""))
    if person is None:
        raise InputRefused("NUMBER_UNKNOWN", _("没有查到这个身份证号码的参保人。"), remedy=_("请核对号码。"))
    require_entry(person_id=person.pk, entry="ordinary_claim", today=today())
    enrolment: Enrolment | None = _live(actor).filter(person=person).first()
    if enrolment is None:
        raise InputRefused(
            "NOT_ENROLLED", _("此人没有在本辖区参保，或参保关系已终止。"), remedy=_("请由参保地办理。")
        )
    return enrolment


def _live(actor: Actor) -> Any:
    return Enrolment.objects.filter(
        ended_on__isnull=True, division_path__startswith=actor.scope
    ).select_related("person")


@page("claim-new")
def new(request: HttpRequest, enrolment_id: UUID) -> HttpResponse:
    """The acceptance of one ordinary claim: fields, budget with its why, papers."""
    actor = actor_of(request)
    enrolment = _live(actor).filter(pk=enrolment_id).first()
    if enrolment is None:
        raise Http404
    if request.method == "POST":
        done = attempt(request, lambda: _accept(request, actor, enrolment))
        if done is None:
            return redirect("claim-new", enrolment_id)
        if done.state == "collected":
            messages.success(request, _("已收件：{number}，请汇总上报。").format(number=done.number))
            return redirect("village-claims")
        messages.success(request, _("已受理：{number}，已推送办理岗。").format(number=done.number))
        return redirect("claim-free-progress-case", done.pk)
    access_record(
        actor=actor, person_id=enrolment.person_id, fields=["claim-new"], purpose=chinese("待遇申领受理")
    )
    budget, problem = _budget(enrolment)
    known = {
        "enrolment": enrolment,
        "person": enrolment.person,
        "number": numbers_of([enrolment.person_id]).get(enrolment.person_id, ""),
        "phone": phone_of(enrolment.person_id, today()),
        "card": card_of(enrolment.person, today()),
        "place": place_names([enrolment.division_path]).get(enrolment.division_path, ""),
        "papers": [(kind, material_title(kind)) for kind in papers_asked(enrolment.division_path, today())],
        "budget": budget,
        "amounts": _amounts(budget),
        "problem": problem,
        "key": uuid4(),
        "asks_payee": _asks_payee(enrolment),
        "payee": payee_of(enrolment.person_id, today()),
    }
    return render(request, "workbench/claims/new.html", known)


def _asks_payee(enrolment: Enrolment) -> bool:
    found = pack_of(enrolment.division_path).find_setting("claim.payee", today())
    return found is not None and found.value == "required"


def _payee(request: HttpRequest) -> NamedPayee:
    sent = request.POST
    return NamedPayee(
        sent.get("payee_name", "").strip(), sent.get("payee_relation", "").strip(), sent.get("payee_phone", "").strip(),
        sent.get("payee") == "legal_heir",
    )  # fmt: skip


def _accept(request: HttpRequest, actor: Actor, enrolment: Enrolment) -> Any:
    scans = []
    for kind in papers_asked(enrolment.division_path, today()):
        given = request.FILES.get(f"file-{kind}")
        if given is not None:
            scans.append((kind, given.name or "", given.read()))
    return claim_accept(
        actor=actor, enrolment_id=enrolment.pk, scans=scans, today=today(),
        idempotency_key=request.POST.get("key") or None, payee=_payee(request),
    )  # fmt: skip


def _budget(enrolment: Enrolment) -> tuple[Budget | None, DomainError | None]:
    try:
        pack = pack_of(enrolment.division_path)
        child = bool(enrolment.is_only_child)
        return pension_budget(enrolment_id=enrolment.pk, pack=pack, is_only_child=child, today=today()), None
    except DomainError as problem:
        return None, problem


def _amounts(budget: Budget | None) -> list[Amount]:
    if budget is None:
        return []
    parts = [Amount(rule, title, budget.parts.get(f"{rule}_fen", 0)) for rule, title in PARTS]
    return [Amount("monthly_pension", "月基本养老金预算金额", budget.total_fen), *parts]


@page("claim-why")
def explain(request: HttpRequest, enrolment_id: UUID, part: str) -> HttpResponse:
    """为什么 of one amount of the budget."""
    enrolment = _live(actor_of(request)).filter(pk=enrolment_id).first()
    budget = _budget(enrolment)[0] if enrolment else None
    if budget is None or enrolment is None:
        raise Http404
    steps = reasons_of(pack_of(enrolment.division_path), budget.start_month, budget.trace, part)
    known = {"title": "月基本养老金预算金额", "steps": steps}
    return render(request, "workbench/components/why.html", known)
