"""注销登记: the application at the counter, with the document presented; and the balances that wait to be settled.

Worked example: 受理岗 of the township types the number, chooses 死亡 and 2024-05-31, the son's identity card valid until
2031-04-02, puts form and promise into the scanner, and the case goes to the 复核岗 of the district.
"""

from __future__ import annotations

from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jubao.cases.models import Case
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _, chinese
from jubao.people.models import Enrolment
from jubao.people.numbers import person_by_number
from jubao.services.access.log import access_record
from jubao.services.documents.store import document_store
from jubao.services.people.identity_documents import document_kinds
from jubao.services.settlement.applications import RELATIONS, Informed, Presented, causes_of
from jubao.services.settlement.deregistrations import deregistration_propose
from jubao.services.settlement.open_accounts import accounts_to_settle
from jubao.staff.regions import pack_of
from jubao.workbench.access import page
from jubao.workbench.faces import actor_of, attempt, today
from jubao.workbench.reads import person as read
from jubao.workbench.reads.places import place_names
from jubao.workbench.views.settlements import day_of, terms_of

PAPERS = (
    ("id_document", "申请人证件扫描件"),
    ("deregistration_form", "注销登记表"),
    ("promise", "承诺书"),
    ("death_proof", "死亡证明（有承诺书的可以不交）"),
)


@page("deregistrations")
def index(request: HttpRequest) -> HttpResponse:
    """The number opens the form; below it the accounts of deregistered people that still hold money."""
    actor = actor_of(request)
    if request.method == "POST":
        person = attempt(request, lambda: _named(request))
        return redirect("deregistration-new", person) if person else redirect("deregistrations")
    rows = accounts_to_settle(scope=actor.scope)
    names = place_names([one.division_path for one in rows])
    known = {
        "rows": [(one, names.get(one.division_path, "")) for one in rows],
        "total_fen": sum(one.balance_fen for one in rows),
    }
    return render(request, "workbench/deregistrations/index.html", known)


def _named(request: HttpRequest) -> UUID:
    person = person_by_number(request.POST.get("number", ""))
    if person is None or read.enrolment_of(actor_of(request), person.pk) is None:
        raise InputRefused("NOT_ENROLLED", _("此人未在本辖区参保。"), remedy=_("请核对证件号码和参保地。"))
    return person.pk


@page("deregistration-new")
def new(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """The form for one person."""
    actor = actor_of(request)
    enrolment = read.enrolment_of(actor, person_id)
    if enrolment is None:
        raise Http404
    if request.method == "POST":
        case = attempt(request, lambda: _proposed(request, enrolment))
        if case is None:
            return redirect("deregistration-new", person_id)
        messages.success(request, _("已提出：{number}。").format(number=case.number))
        return redirect("case", case.pk)
    access_record(actor=actor, person_id=person_id, fields=["deregistration"], purpose=chinese("办理业务"))
    pack = pack_of(enrolment.division_path)
    known = {
        "person": enrolment.person, "causes": causes_of(pack, today()).items(), "relations": RELATIONS, "papers": PAPERS,
        "kinds": document_kinds(pack, today()).items(), "key": uuid4(), "today": today(),
        "promise": pack.setting("deregistration.promise", today()).value,
        "notice": pack.setting("deregistration.notice", today()).value,
    }  # fmt: skip
    return render(request, "workbench/deregistrations/new.html", known)


def _proposed(request: HttpRequest, enrolment: Enrolment) -> Case:
    sent = request.POST
    told_on = day_of(sent.get("informed_on", ""))
    applicant = Presented(
        name=sent.get("applicant", "").strip(),
        relation=sent.get("relation", ""),
        document_kind=sent.get("document_kind", ""),
        number=sent.get("number", "").strip(),
        valid_until=day_of(sent.get("valid_until", "")),
    )
    return deregistration_propose(
        actor=actor_of(request), enrolment_id=enrolment.pk, cause=sent.get("cause", ""), applicant=applicant,
        happened_on=day_of(sent.get("happened_on", "")), terms=terms_of(sent, applicant.name, applicant.number),
        informed=Informed(told_on, sent.get("informed_by", "").strip()) if told_on else None,
        is_promised=sent.get("promise_made") == "1", today=today(), source=sent.get("source", "").strip()[:60],
        materials=[
            (kind, stored) for kind, _title in PAPERS if (stored := _stored(request, kind, enrolment))
        ],
        idempotency_key=sent.get("key") or None,
    )  # fmt: skip


def _stored(request: HttpRequest, kind: str, enrolment: Enrolment) -> UUID | None:
    given = request.FILES.get(kind)
    if given is None:
        return None
    document = document_store(
        actor=actor_of(request), content=given.read(), name=given.name or "", content_type=given.content_type or "",
        document_class=kind, person_id=enrolment.person_id,
    )  # fmt: skip
    return document.pk
