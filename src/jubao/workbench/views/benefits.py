"""办理: every business about one person's benefit, opened from the person's page; each form opens a case or records a fact.

Worked example: 办理岗 opens 张*芳, chooses 暂停 and 逾期未认证; the page answers that only one way of contact failed and under
which article; after the visit is recorded the same form opens case 500110-2026-000123.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jubao.benefits.models import Entitlement
from jubao.cases.models import Case
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _, chinese
from jubao.people.models import Enrolment
from jubao.services.access.log import access_record
from jubao.services.benefits.claims import claim_open
from jubao.services.benefits.recalculation import amount_correction_propose
from jubao.services.benefits.resumptions import resumption_propose
from jubao.services.benefits.seal_accounts import seal_propose
from jubao.services.benefits.statuses import standing_status
from jubao.services.benefits.stops import REASONS as STOP_REASONS
from jubao.services.benefits.stops import stop_propose
from jubao.services.benefits.suspension_grounds import REASONS as SUSPENSION_REASONS
from jubao.services.benefits.suspensions import suspension_propose
from jubao.services.benefits.unseal_accounts import Applicant, unseal_propose
from jubao.services.cases.kinds import may_open
from jubao.services.certification.records import certification_record
from jubao.services.documents.store import document_store
from jubao.services.payments.holds import hold_propose
from jubao.services.people.contacts import MEANS, contact_record, contact_task_open
from jubao.services.residents.family import RELATIONS, family_record
from jubao.staff.regions import pack_of
from jubao.workbench.access import may_open as may_open_page
from jubao.workbench.access import page
from jubao.workbench.faces import actor_of, attempt, now, today
from jubao.workbench.reads import person as read
from jubao.workbench.sent import day_sent

CHANNELS = {"on_site": "现场认证", "home_visit": "上门认证", "app_face": "人脸认证", "comparison": "数据比对"}
FOR_STATES = {
    "normal": ("contact", "contact-task", "certify", "hold", "suspend", "stop", "correct"),
    "held": ("contact", "certify", "suspend", "resume", "stop"),
    "suspended": ("certify", "contact", "resume", "stop", "seal"),
    "sealed": ("family", "unseal"),
    "stopped": (),
}
"""What may be begun in each state of payment; the services check it again."""
KINDS = {
    "suspend": "suspension", "resume": "resumption", "stop": "stop", "seal": "sealing", "unseal": "unsealing",
    "correct": "amount_correction", "claim": "ordinary_claim", "hold": "hold", "contact-task": "contact",
}  # fmt: skip
"""The kind of case a form opens; the others only record a fact."""


@page("benefit-new")
def new(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The forms for one person; a sent form opens its case and leads there."""
    actor = actor_of(request)
    enrolment = read.enrolment_of(actor, person_id)
    if enrolment is None:
        raise Http404
    entitlement = enrolment.entitlements.filter(end_month__isnull=True).first()
    if request.method == "POST":
        sent = request.POST.get("do", "")
        done = attempt(request, lambda: _begin(request, sent, enrolment, entitlement))
        if isinstance(done, Case):
            messages.success(request, _("已提出：{number}。").format(number=done.number))
            return (
                redirect("case", done.pk)
                if may_open_page(actor, "case")
                else redirect("benefit-new", person_id)
            )
        if done is not None:
            messages.success(request, _("已登记。"))
        return redirect("benefit-new", person_id)
    access_record(actor=actor, person_id=person_id, fields=["benefit-new"], purpose=chinese("办理业务"))
    status = standing_status(entitlement.pk) if entitlement else None
    offers = FOR_STATES[status.kind] if status else () if entitlement else ("claim",)
    pack = pack_of(enrolment.division_path)
    known = {
        "person": enrolment.person, "entitlement": entitlement, "status": status, "key": uuid4(), "today": today(),
        "offers": [one for one in offers if one not in KINDS or may_open(actor, KINDS[one], pack, today())],
        "suspension_reasons": SUSPENSION_REASONS.items(), "stop_reasons": STOP_REASONS.items(),
        "means": MEANS.items(), "channels": CHANNELS.items(), "relations": RELATIONS,
    }  # fmt: skip
    return render(request, "workbench/benefits/new.html", known)


def _begin(request: HttpRequest, do: str, enrolment: Enrolment, entitlement: Entitlement | None) -> object:
    run = BEGINNINGS.get(do)
    if run is None or (entitlement is None and do != "claim"):
        raise InputRefused("FORM_UNKNOWN", _("现在不能办这项业务。"), remedy=_("请刷新页面。"))
    return run(request, enrolment, entitlement)


def _evidence(request: HttpRequest) -> dict[str, str]:
    note = request.POST.get("note", "").strip()
    return {"note": note} if note else {}


def _papers(request: HttpRequest, kind: str, enrolment: Enrolment) -> list[tuple[str, UUID]]:
    given = request.FILES.get("file")
    if given is None:
        return []
    document = document_store(
        actor=actor_of(request), content=given.read(), name=given.name or "", content_type=given.content_type or "",
        document_class=kind, person_id=enrolment.person_id,
    )  # fmt: skip
    return [(kind, document.pk)]


def _given(request: HttpRequest) -> dict[str, Any]:
    return {"actor": actor_of(request), "today": today(), "idempotency_key": request.POST.get("key") or None}


def _suspend(request: HttpRequest, enrolment: Enrolment, entitlement: Entitlement) -> Case:
    return suspension_propose(
        entitlement_id=entitlement.pk, reason=request.POST.get("reason", ""), evidence=_evidence(request),
        materials=_papers(request, "evidence", enrolment), **_given(request),
    )  # fmt: skip


def _hold(request: HttpRequest, _enrolment: Enrolment, entitlement: Entitlement) -> Case:
    return hold_propose(
        entitlement_id=entitlement.pk,
        reason=request.POST.get("reason", ""),
        evidence=_evidence(request),
        **_given(request),
    )


def _resume(request: HttpRequest, enrolment: Enrolment, entitlement: Entitlement) -> Case:
    papers = _papers(request, "evidence", enrolment)
    return resumption_propose(
        entitlement_id=entitlement.pk, ground=request.POST.get("note", "").strip() or _("申请恢复"),
        evidence=_evidence(request), is_acquitted=request.POST.get("is_acquitted") == "1",
        materials=[*papers, *(("evidence_media", document_id) for _kind, document_id in papers)], **_given(request),
    )  # fmt: skip


def _stop(request: HttpRequest, enrolment: Enrolment, entitlement: Entitlement) -> Case:
    return stop_propose(
        entitlement_id=entitlement.pk, reason=request.POST.get("reason", ""), happened_on=day_sent(request, "happened_on"),
        source=request.POST.get("source", "").strip(), evidence=_evidence(request),
        materials=_papers(request, "evidence", enrolment), **_given(request),
    )  # fmt: skip


def _contact(request: HttpRequest, enrolment: Enrolment, _entitlement: Entitlement) -> object:
    return contact_record(
        actor=actor_of(request), person_id=enrolment.person_id, means=request.POST.get("means", ""),
        attempted_on=day_sent(request, "on") or today(), was_reached=request.POST.get("was_reached") == "1",
        note=request.POST.get("note", "").strip()[:200], today=today(),
    )  # fmt: skip


def _contact_task(request: HttpRequest, _enrolment: Enrolment, entitlement: Entitlement) -> Case:
    return contact_task_open(entitlement_id=entitlement.pk, **_given(request))


def _certify(request: HttpRequest, enrolment: Enrolment, _entitlement: Entitlement) -> object:
    papers = _papers(request, "evidence_media", enrolment)
    return certification_record(
        actor=actor_of(request), enrolment_id=enrolment.pk, certified_on=day_sent(request, "on") or today(),
        channel=request.POST.get("channel", ""), evidence_document_id=papers[0][1] if papers else None,
        source=request.POST.get("note", "").strip()[:60], today=today(), now=now(),
        late_reason=request.POST.get("note", ""),
    )  # fmt: skip


def _correct(request: HttpRequest, _enrolment: Enrolment, entitlement: Entitlement) -> Case:
    changed: dict[str, Any] = {}
    if months := request.POST.get("contribution_months", "").strip():
        if not months.isdigit():
            raise InputRefused("MONTHS_UNREADABLE", _("月数读不出来。"), remedy=_("请填整数。"))
        changed["contribution_months"] = int(months)
    if child := request.POST.get("is_only_child", ""):
        changed["is_only_child"] = child == "1"
    return amount_correction_propose(
        entitlement_id=entitlement.pk,
        changed=changed,
        ground=request.POST.get("note", "").strip(),
        **_given(request),
    )


def _claim(request: HttpRequest, enrolment: Enrolment, _entitlement: Entitlement | None) -> Case:
    return claim_open(
        enrolment_id=enrolment.pk, materials=_papers(request, "id_document", enrolment), **_given(request)
    )


def _seal(request: HttpRequest, _enrolment: Enrolment, entitlement: Entitlement) -> Case:
    return seal_propose(entitlement_id=entitlement.pk, **_given(request))


def _unseal(request: HttpRequest, enrolment: Enrolment, entitlement: Entitlement) -> Case:
    return unseal_propose(
        entitlement_id=entitlement.pk, ground=request.POST.get("note", "").strip(),
        applicant=Applicant(
            *(request.POST.get(name, "").strip() for name in ("applicant", "applicant_number", "bank_outlet"))
        ),
        materials=_papers(request, "proof_documents", enrolment), **_given(request),
    )  # fmt: skip


def _family(request: HttpRequest, enrolment: Enrolment, _entitlement: Entitlement) -> object:
    sent = request.POST
    return family_record(
        actor=actor_of(request), person_id=enrolment.person_id, name=sent.get("name", ""), today=today(),
        relation=sent.get("relation", ""), number=sent.get("number", ""), proof=sent.get("proof", ""),
    )  # fmt: skip


BEGINNINGS: Mapping[str, Callable[..., object]] = {
    "suspend": _suspend,
    "hold": _hold,
    "resume": _resume,
    "stop": _stop,
    "contact": _contact,
    "contact-task": _contact_task,
    "certify": _certify,
    "correct": _correct,
    "claim": _claim,
    "seal": _seal,
    "unseal": _unseal,
    "family": _family,
}
