"""业务页: steps, the proposal beside its papers, what changed, opinions, and the buttons of the officer's post.

Worked example: the reviewer opens 500110-2026-000123, opens both papers, and only then 同意 can be pressed; pressing it twice
decides once, because the form carries a key that works once.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from jubao.cases.models import Case, CaseMaterial
from jubao.database.actor import Actor
from jubao.jobs.case_steps import CaseOrder, is_large
from jubao.jobs.tasks import ask_case_step
from jubao.kernel.text import _
from jubao.services.access.log import access_record
from jubao.services.cases.engine import advance, case_view, material_add
from jubao.services.cases.material_words import MATERIALS
from jubao.services.claim_free.cases import KIND
from jubao.services.claim_free.confirmation_forms import standing_form
from jubao.services.claim_free.reported import reports_about
from jubao.services.documents.store import document_open, document_store
from jubao.workbench.access import may_open, page
from jubao.workbench.case_rows import kind_title, state_tag
from jubao.workbench.faces import actor_of, attempt, now, today
from jubao.workbench.points import points_answered
from jubao.workbench.reads import case as read
from jubao.workbench.reads import why
from jubao.workbench.reads.deadlines import due_tag
from jubao.workbench.reads.handling import amounts_of, compared_of, handling_of, waits_for_person
from jubao.workbench.reads.inbox import in_scope
from jubao.workbench.reads.places import place_names
from jubao.workbench.words import differences, fields, tables

LOOKING = "查看业务材料"


def _case(request: HttpRequest, case_id: UUID) -> Case:
    found = in_scope(actor_of(request)).select_related("person").filter(pk=case_id).first()
    if found is None:
        raise Http404
    return found


@page("case")
def show(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The whole page. Where nothing is left to open, looking at it is what the decision rests on."""
    case = _case(request, case_id)
    known = _panel(request, case)
    kind, rows = read.rows_of(case, today())
    former = _former(case)
    known |= {
        "title": kind_title(case),
        "state": state_tag(case),
        "due": due_tag(case.due_on, today(), is_open=case.is_open),
        "place": place_names([case.division_path]).get(case.division_path, ""),
        "steps": read.steps_of(case, kind, rows, known["opinions"]),
        "fields": fields(read.shown_proposal(case)),
        "tables": tables(case.proposal),
        "amounts": amounts_of(case),
        "handling": handling_of(case, rows, actor_of(request), today()),
        "compared": compared_of(case, standing_form(case.pk))
        if case.kind == KIND and case.state == "handled"
        else [],
        "is_at_counter": waits_for_person(case),
        "reports": reports_about(case) if case.kind == KIND and case.is_open else [],
        "returned_for": read.returned_for(case),
        "differences": differences(former, case.proposal) if former else [],
        "has_trace": bool(read.computed_of(case.proposal)),
        "kinds": read.material_kinds(rows),
        "missing": read.missing(case, rows, known["papers"]),
        "may_add": case.is_open and may_open(actor_of(request), "case-material-add"),
        "run_id": case.subject_id if case.kind == "payment_run" else None,
        "batch_id": case.subject_id if case.kind.startswith("import") else None,
    }
    return render(request, "workbench/case/page.html", known)


def _panel(request: HttpRequest, case: Case) -> dict[str, Any]:
    """Papers, opinions and buttons; a decision waits until every paper was opened."""
    actor = actor_of(request)
    kind, rows = read.rows_of(case, today())
    papers = read.papers_of(case, actor)
    unseen = [one for one in papers if not one.is_seen]
    if not unseen and case.is_open:
        case_view(actor=actor, case_id=case.pk, now=now())
    return {
        "case": case,
        "papers": papers,
        "unseen": len(unseen),
        "opinions": read.opinions_of(case, kind),
        "actions": read.actions_of(case, rows, actor),
        "points": read.points_of(kind, read.actions_of(case, rows, actor)),
        "next_posts": read.who_next(case, rows),
        "key": uuid4(),
    }


def _former(case: Case) -> dict[str, Any]:
    """The proposal before the last change, where the events kept it."""
    events = case.events.filter(makes_proposal=True).order_by("-sequence")
    kept = (one.proposal or {} for one in events)
    return next((one for one in kept if one and one != case.proposal), {})


@page("case-actions")
def actions(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The buttons again, after a paper was opened."""
    return render(request, "workbench/case/actions.html", _panel(request, _case(request, case_id)))


@page("case-material")
def material(request: HttpRequest, case_id: UUID, material_id: UUID) -> HttpResponse:
    """Show one paper beside the form; that it was opened is written down."""
    case = _case(request, case_id)
    found = CaseMaterial.objects.filter(case=case, pk=material_id).select_related("document").first()
    if found is None:
        raise Http404
    access_record(
        actor=actor_of(request),
        person_id=case.person_id,
        fields=[read.seen_mark(found.pk)],
        purpose=LOOKING,
        case_id=case.pk,
    )
    known: dict[str, Any] = {
        "material": found,
        "document": found.document,
        "title": MATERIALS.get(found.kind, found.kind),
    }
    if found.document.content_type == "application/json":
        known["fields"] = fields(json.loads(document_open(found.document.pk)))
    return render(request, "workbench/case/viewer.html", known)


@page("case-action")
@require_POST
def act(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Take one step; one that does something to many people is taken by the worker, and its page shows how far it is."""
    case = _case(request, case_id)
    sent = request.POST
    if is_large(case, sent.get("action", "")):
        return redirect("job", _ask(actor_of(request), case, sent))
    done = attempt(
        request,
        lambda: advance(
            actor=actor_of(request),
            case_id=case.pk,
            action=sent.get("action", ""),
            reason=sent.get("reason", "").strip(),
            expected_version=int(sent.get("version", "0")),
            digest_seen=sent.get("digest", ""),
            checklist=points_answered(sent),
            today=today(),
            now=now(),
            idempotency_key=sent.get("key") or None,
        ),
    )
    if done is not None:
        kind, _rows = read.rows_of(done, today())
        words = _("{number} 现在是“{state}”。").format(number=done.number, state=kind.state_title(done.state))
        messages.success(request, words)
    return redirect("case", case_id)


def _ask(actor: Actor, case: Case, sent: QueryDict) -> UUID:
    version = int(sent.get("version", "0"))
    order = CaseOrder(
        str(case.pk), sent.get("action", ""), case.district_code, version, str(actor.officer_id), actor.scope,
        sent.get("key") or f"{case.pk}-{version}-{sent.get('action', '')}", sent.get("reason", "").strip(),
        sent.get("digest", ""), points_answered(sent) or {},
    )  # fmt: skip
    return ask_case_step(order, actor.natural_person_id)


@page("case-material-add")
@require_POST
def add_material(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Hand a paper in."""
    case, given = _case(request, case_id), request.FILES.get("file")
    if given is None:
        messages.error(request, _("没有选择文件。请选择扫描件或照片。"))
        return redirect("case", case_id)

    def run() -> CaseMaterial:
        document = document_store(
            actor=actor_of(request), content=given.read(), name=given.name or "", content_type=given.content_type or "",
            document_class="case_material", case_id=case.pk, person_id=case.person_id,
        )  # fmt: skip
        return material_add(
            actor=actor_of(request),
            case_id=case.pk,
            kind=request.POST.get("kind", "other"),
            document_id=document.pk,
        )

    if attempt(request, run) is not None:
        messages.success(request, _("材料已加入。"))
    return redirect("case", case_id)


@page("case-why")
def explain(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """为什么 of what the proposal computed, for the drawer."""
    case = _case(request, case_id)
    lines = [
        {**line, "inputs": [{"name": name, "value": value} for name, value in line.get("inputs", {}).items()]}
        for line in read.computed_of(case.proposal)
    ]
    known = {
        "title": kind_title(case),
        "steps": why.reasons(lines, request.GET.get("part") or "monthly_pension"),
        "subtitle": case.number,
    }
    return render(request, "workbench/components/why.html", known)
