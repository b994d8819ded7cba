"""参保登记: who is not enrolled yet, a new enrolment at any counter, changes of data and account, reports of a death.

Worked example: 受理岗 opens 参保登记, sees 93.00 % and the 70 names missing, fills the form with card and household booklet;
the case opens, 当场登记 is its next button; a missing paper is named and nothing is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from uuid import UUID, uuid4

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jubao.cases.models import Case
from jubao.facts.coverage import coverage, not_enrolled
from jubao.kernel.dates import parse_date
from jubao.kernel.month import Month
from jubao.kernel.text import _, chinese
from jubao.people.models import Division, Enrolment
from jubao.policy import load_pack
from jubao.services.access.log import access_record
from jubao.services.benefits.death_reports import death_report, sources_beside
from jubao.services.cases.material_words import material_title
from jubao.services.documents.store import document_store
from jubao.services.people.data_changes import data_change_propose, papers_asked
from jubao.services.people.enrolments import enrolment_open
from jubao.services.people.identity_documents import document_kinds
from jubao.services.people.payout_accounts import account_change_propose
from jubao.services.residents.reports import CUSTODY, ELSEWHERE, RELATIONS, TITLES, report_take
from jubao.staff.regions import pack_code_of
from jubao.workbench.access import page
from jubao.workbench.faces import actor_of, attempt, today
from jubao.workbench.reads import person as read
from jubao.workbench.reads.places import place_names

SHOWN = 200
PAPERS = {
    "id_document": "有效身份证件",
    "household_booklet": "户口簿",
    "student_certificate": "在校证明（学生）",
}


@page("enrolments")
def index(request: HttpRequest) -> HttpResponse:
    """The rate of enrolment of the place and the residents who are missing."""
    actor = actor_of(request)
    youngest = _youngest(actor.scope)
    found = not_enrolled(actor.scope, on=today(), youngest=youngest, limit=SHOWN)
    names = place_names(one.path for one in found)
    known = {
        "heading": "参保登记", "coverage": coverage(actor.scope, on=today(), youngest=youngest), "youngest": youngest,
        "missing": [(one, names.get(one.path, "")) for one in found], "shown": SHOWN,
    }  # fmt: skip
    return render(request, "workbench/enrolments/index.html", known)


def _youngest(scope: str) -> int:
    pack = load_pack(pack_code_of(scope))
    return int(pack.parameter("min_enrol_age_years", Month.containing(today())).value)


@page("enrolment-new")
def new(request: HttpRequest) -> HttpResponse:
    """The form of a first enrolment; a sent form opens its case."""
    actor = actor_of(request)
    district = pack_code_of(actor.scope)
    if request.method == "POST":
        made = attempt(request, lambda: _opened(request))
        if made is not None:
            messages.success(request, _("已收件：{number}。").format(number=made.number))
            return redirect("case", made.pk)
    known = {
        "heading": "新参保登记", "kinds": document_kinds(load_pack(district), today()).items(),
        "villages": _villages(actor.scope, district), "papers": PAPERS.items(), "key": uuid4(), "sent": request.POST,
    }  # fmt: skip
    return render(request, "workbench/enrolments/new.html", known)


def _villages(scope: str, district: str) -> list[tuple[str, list[tuple[str, str]]]]:
    """Township → villages: of the whole district at a counter, of the own village for an assistant."""
    live = Division.objects.filter(code__startswith=district, valid_until__isnull=True)
    own = live.filter(path=scope, level="village")
    villages = own if own.exists() else live.filter(level="village")
    towns = dict(live.filter(level="township").order_by("code").values_list("code", "name"))
    grouped: dict[str, list[tuple[str, str]]] = {}
    for code, name in villages.order_by("code").values_list("code", "name"):
        grouped.setdefault(towns.get(code[:9], ""), []).append((code, name))
    return list(grouped.items())


def _opened(request: HttpRequest) -> Case:
    sent, actor = request.POST, actor_of(request)
    materials = [(kind, _stored(request, kind)) for kind in PAPERS if request.FILES.get(kind)]
    return enrolment_open(
        actor=actor,
        name=sent.get("name", ""),
        document_kind=sent.get("document_kind", ""),
        number=sent.get("number", ""),
        valid_until=_day(sent.get("valid_until", "")),
        village_code=sent.get("village", ""),
        address=sent.get("address", ""),
        mobile=sent.get("mobile", "").strip(),
        gender=sent.get("gender", ""),
        birth_date=_day(sent.get("birth_date", "")),
        is_student=any(kind == "student_certificate" for kind, _document in materials),
        materials=materials,
        today=today(),
        channel="village" if "village_assistant" in actor.posts else "counter",
        idempotency_key=sent.get("key") or None,
    )


def _day(text: str) -> date | None:
    return parse_date(text) if text.strip() else None


def _stored(request: HttpRequest, field: str) -> UUID:
    given = request.FILES[field]
    assert isinstance(given, UploadedFile)
    made = document_store(
        actor=actor_of(request), content=given.read(), name=given.name or field,
        content_type=given.content_type or "application/octet-stream", document_class=field,
        district_code=pack_code_of(actor_of(request).scope),
    )  # fmt: skip
    return UUID(str(made.pk))


@page("person-change")
def change(request: HttpRequest, person_id: UUID) -> HttpResponse:
    """Forms for one person: data, account, report of a death; a sent form opens its case or keeps the report."""
    actor = actor_of(request)
    enrolment = read.enrolment_of(actor, person_id)
    if enrolment is None:
        raise Http404
    if request.method == "POST":
        run = CHANGES.get(request.POST.get("do", ""))
        done = attempt(request, lambda: run(request, enrolment)) if run else None
        if isinstance(done, Case):
            messages.success(request, _("已提出：{number}。").format(number=done.number))
            return redirect("case", done.pk)
        if done is not None:
            messages.success(request, _("已登记。"))
        return redirect("person-change", person_id)
    access_record(actor=actor, person_id=person_id, fields=["person-change"], purpose=chinese("信息变更"))
    known = {
        "heading": "变更", "person": enrolment.person, "key": uuid4(), "deaths": sources_beside(person_id),
        "reports": TOLD.items(), "relations": RELATIONS,
        "changes": enrolment.person.changes.order_by("-changed_at")[:20],
        "papers": [(kind, material_title(kind)) for kind in papers_asked(enrolment.division_path, today())],
    }  # fmt: skip
    return render(request, "workbench/enrolments/change.html", known)


def _change_data(request: HttpRequest, enrolment: Enrolment) -> object:
    sent = request.POST
    birth = _day(sent.get("birth_date", ""))
    changes = {name: sent.get(name, "").strip() for name in ("name", "number", "gender")}
    changes["birth_date"] = birth.isoformat() if birth else ""
    return data_change_propose(
        actor=actor_of(request),
        person_id=enrolment.person.pk,
        changes={name: value for name, value in changes.items() if value},
        reason=sent.get("reason", ""),
        materials=[
            (kind, _stored(request, kind))
            for kind in papers_asked(enrolment.division_path, today())
            if request.FILES.get(kind)
        ],
        today=today(),
        is_error_correction=sent.get("is_error") == "1",
        idempotency_key=sent.get("key") or None,
    )


def _change_account(request: HttpRequest, enrolment: Enrolment) -> object:
    sent = request.POST
    return account_change_propose(
        actor=actor_of(request),
        person_id=enrolment.person.pk,
        account_number=sent.get("account", ""),
        holder_name="".join(sent.get("holder", "").split()),
        bank_name=sent.get("bank", "").strip(),
        new_mobile=sent.get("mobile", "").strip(),
        materials=[("id_document", _stored(request, "file"))] if request.FILES.get("file") else [],
        is_custodian=sent.get("is_custodian") == "1",
        today=today(),
        idempotency_key=sent.get("key") or None,
    )


def _report_death(request: HttpRequest, enrolment: Enrolment) -> object:
    sent = request.POST
    return death_report(
        actor=actor_of(request),
        person_id=enrolment.person.pk,
        died_on=parse_date(sent.get("died_on", "")),
        source=sent.get("source", "").strip() or chinese("镇街上报"),
        today=today(),
    )


def _take_report(request: HttpRequest, enrolment: Enrolment) -> object:
    sent = request.POST
    return report_take(
        actor=actor_of(request), what=sent.get("what", ""), person_id=enrolment.person.pk,
        reporter=sent.get("reporter", ""), phone=sent.get("phone", ""), relation=sent.get("relation", ""),
        happened_on=_day(sent.get("happened_on", "")), note=sent.get("note", ""), today=today(),
        idempotency_key=sent.get("key") or None,
    )  # fmt: skip


TOLD = {code: TITLES[code] for code in (CUSTODY, ELSEWHERE)}
"""What an officer takes down to be verified; a death is kept at once beside its other sources."""
CHANGES: dict[str, Callable[[HttpRequest, Enrolment], object]] = {
    "data": _change_data,
    "account": _change_account,
    "death": _report_death,
    "report": _take_report,
}
