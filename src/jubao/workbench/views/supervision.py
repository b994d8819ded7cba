"""稽核、查处、监督检查: the list of such cases, beginning one, the file of one with findings, answers, hand-overs, print.

Worked example: the 人社局监督岗 begins an inspection of a township, writes two findings; the township answers both on the same
page; the bureau hands one over with date, body and letter, prints the opinion and ends the inspection on the case page.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from jubao.archive.models import Document
from jubao.cases.models import Case
from jubao.kernel.dates import parse_date
from jubao.kernel.errors import InputRefused
from jubao.kernel.fen import Fen
from jubao.kernel.text import _
from jubao.services.cases.engine import material_add
from jubao.services.cases.kinds import kinds, may_open
from jubao.services.cases.material_words import MATERIALS
from jubao.services.documents.store import document_store
from jubao.services.supervision.audits import audit_open
from jubao.services.supervision.checks import person_named
from jubao.services.supervision.findings import (
    ANSWERERS,
    FINDERS,
    OPEN_STATES,
    REFERRERS,
    finding_add,
    finding_answer,
    findings_of,
    referral_add,
)
from jubao.services.supervision.frauds import fraud_open
from jubao.services.supervision.inspections import falsified_open, inspection_open
from jubao.services.supervision.papers import TITLES, findings_paper
from jubao.services.supervision.words import BODIES, CATEGORIES
from jubao.staff.regions import pack_of
from jubao.supervision.models import Referral
from jubao.workbench.access import may_open as may_open_page
from jubao.workbench.access import page
from jubao.workbench.case_rows import kind_title, listing, state_tag
from jubao.workbench.exporting import exported
from jubao.workbench.faces import actor_of, attempt, today
from jubao.workbench.lists import Filter, Listing, narrowed, page_of
from jubao.workbench.reads.deadlines import due_tag
from jubao.workbench.reads.inbox import in_scope
from jubao.workbench.reads.places import place_names, townships

KINDS = (
    "audit", "fraud", "inspection", "falsified_result", "informant_reward", "liability", "administrative_handling",
)  # fmt: skip
PAPERS = ("audit_record", "evidence", "other")
BEGUN = ("audit", "fraud", "inspection", "falsified_result")
"""What is begun on the page of its own; the others follow from a case."""
EMPTY = ("没有稽核和查处的案件", "立案后，以及举报、稽核引起的案件都列在这里。")


def _cases(request: HttpRequest) -> QuerySet[Case]:
    return in_scope(actor_of(request)).filter(kind__in=KINDS).select_related("person")


def _listing() -> Listing:
    usual = listing("cases", today(), empty=EMPTY, to="supervision-file")
    known = kinds()
    own = Filter("kind", "种类", lambda cases, value: cases.filter(kind=value), "choice",
                 lambda: [(kind, known[kind].title) for kind in KINDS])  # fmt: skip
    return Listing(
        key="supervision-cases", columns=usual.columns, filters=(own, *usual.filters[1:]), sort="-opened", link=usual.link,
        empty_title=EMPTY[0], empty_help=EMPTY[1], enrich=usual.enrich,
    )  # fmt: skip


@page("supervision-cases")
def index(request: HttpRequest) -> HttpResponse:
    """All cases of supervision of the place."""
    actor = actor_of(request)
    pack = pack_of(actor.scope)
    known = {
        "page": page_of(request, _listing(), _cases(request)),
        "begun": [(kind, kinds()[kind].title) for kind in BEGUN if may_open(actor, kind, pack, today())],
        "places": [(actor.scope, _("本级")), *townships(actor.scope)], "key": uuid4(),
    }  # fmt: skip
    return render(request, "workbench/supervision/cases.html", known)


@page("supervision-export")
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The same rows as a spreadsheet."""
    rows = narrowed(_listing(), _cases(request), request.GET).order_by("-id")
    return exported(
        request,
        what="supervision_cases",
        title="稽核和查处",
        listing=_listing(),
        rows=rows,
        back="supervision-cases",
    )


@page("supervision-new")
@require_POST
def new(request: HttpRequest) -> HttpResponse:
    """Begin an audit, an inspection, a case of fraud or of a falsified result."""
    case = attempt(request, lambda: _begun(request))
    if case is None:
        return redirect("supervision-cases")
    messages.success(request, _("已立案：{number}。").format(number=case.number))
    return redirect("supervision-file", case.pk)


def _begun(request: HttpRequest) -> Case:
    sent, actor = request.POST, actor_of(request)
    person_id, place = person_named(sent.get("number", ""), actor.scope)
    about: dict[str, Any] = {
        "actor": actor, "division_path": place or sent.get("place") or actor.scope, "ground": sent.get("ground", ""),
        "today": today(), "idempotency_key": sent.get("key") or None,
    }  # fmt: skip
    match sent.get("kind", ""):
        case "audit":
            return audit_open(person_id=person_id, **about)
        case "fraud":
            return fraud_open(person_id=person_id, **about)
        case "inspection":
            return inspection_open(**about)
        case "falsified_result":
            return falsified_open(**about)
    raise InputRefused("CHOICE_MISSING", _("没有选择种类。"), remedy=_("请选择一项。"))


def _found(request: HttpRequest, case_id: UUID) -> Case:
    case = _cases(request).filter(pk=case_id).first()
    if case is None:
        raise Http404
    return case


@page("supervision-file")
def show(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The file of one case: what was found, answered, handed over."""
    case, posts = _found(request, case_id), actor_of(request).posts
    known = {
        "case": case, "title": kind_title(case), "state": state_tag(case), "findings": [
            (one, CATEGORIES[one.category]) for one in findings_of(case.pk)
        ],
        "due": due_tag(case.due_on, today(), is_open=case.is_open),
        "place": place_names([case.division_path]).get(case.division_path, ""),
        "referrals": Referral.objects.filter(case=case).select_related("document", "finding").order_by("referred_on", "id"),
        "followed": [(one, kind_title(one), state_tag(one)) for one in Case.objects.filter(subject_id=case.pk).order_by("id")],
        "source": Case.objects.filter(pk=case.subject_id).first() if case.subject_id else None,
        "paper_kinds": [(kind, MATERIALS[kind]) for kind in PAPERS],
        "categories": CATEGORIES.items(), "bodies": BODIES, "today": today(), "key": uuid4(),
        "may_find": bool(posts & frozenset(FINDERS)) and case.state in OPEN_STATES and case.kind in TITLES,
        "may_answer": bool(posts & frozenset(ANSWERERS)), "may_refer": bool(posts & frozenset(REFERRERS)),
        "has_paper": case.kind in TITLES, "recovery_address": _recovery(request, case),
    }  # fmt: skip
    return render(request, "workbench/supervision/file.html", known)


def _recovery(request: HttpRequest, case: Case) -> str:
    """Where the recovery of what was collected wrongly begins, once the fraud is decided."""
    is_decided = case.kind == "fraud" and case.state in ("decided", "closed")
    if not is_decided or case.person_id is None or not may_open_page(actor_of(request), "recovery-new"):
        return ""
    return reverse("recovery-new", args=[case.person_id])


@page("supervision-finding")
@require_POST
def finding(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Write one finding down."""
    case, sent = _found(request, case_id), request.POST

    def run() -> object:
        amount = sent.get("amount", "").strip()
        return finding_add(
            actor=actor_of(request), case_id=case.pk, category=sent.get("category", ""), text=sent.get("text", ""),
            amount_fen=int(Fen.from_yuan(amount)) if amount else None, today=today(), idempotency_key=sent.get("key") or None,
        )  # fmt: skip

    if attempt(request, run) is not None:
        messages.success(request, _("已登记。"))
    return redirect("supervision-file", case.pk)


@page("supervision-answer")
@require_POST
def answer(request: HttpRequest, case_id: UUID, finding_id: UUID) -> HttpResponse:
    """Answer a finding."""
    case, sent = _found(request, case_id), request.POST
    found = next((one for one in findings_of(case.pk) if one.pk == finding_id), None)
    if found is None:
        raise Http404
    done = attempt(request, lambda: finding_answer(
        actor=actor_of(request), finding_id=found.pk, text=sent.get("text", ""), today=today(),
        idempotency_key=sent.get("key") or None,
    ))  # fmt: skip
    if done is not None:
        messages.success(request, _("已答复。"))
    return redirect("supervision-file", case.pk)


@page("supervision-referral")
@require_POST
def referral(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Hand the case or one finding over: body, day, paper, sanction."""
    case = _found(request, case_id)
    if attempt(request, lambda: _referred(request, case)) is not None:
        messages.success(request, _("已登记移送。"))
    return redirect("supervision-file", case.pk)


def _referred(request: HttpRequest, case: Case) -> Referral:
    sent, given, actor = request.POST, request.FILES.get("document"), actor_of(request)
    if given is None or not sent.get("referred_on"):
        raise InputRefused(
            "PAPER_MISSING", _("没有移送日期或移送文书。"), remedy=_("请填写日期并上传移送函的扫描件。")
        )
    named = sent.get("finding", "")
    paper: Document = document_store(
        actor=actor, content=given.read(), name=given.name or "", content_type=given.content_type or "",
        document_class="referral_letter", case_id=case.pk, district_code=case.district_code, is_encrypted=True,
    )  # fmt: skip
    return referral_add(
        actor=actor, case_id=case.pk, body=sent.get("body", ""), referred_on=parse_date(sent["referred_on"]),
        document=paper, sanction=sent.get("sanction", ""), today=today(), idempotency_key=sent.get("key") or None,
        finding_id=next((one.pk for one in findings_of(case.pk) if str(one.pk) == named), None),
    )  # fmt: skip


@page("supervision-material")
@require_POST
def material(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """A record or a piece of evidence for the case; only cases of supervision are taken here."""
    case, given, actor = _found(request, case_id), request.FILES.get("file"), actor_of(request)
    kind = request.POST.get("kind", "")

    def run() -> object:
        if given is None or kind not in PAPERS:
            raise InputRefused("PAPER_MISSING", _("没有选择文件或种类。"), remedy=_("请选择扫描件和种类。"))
        stored = document_store(
            actor=actor, content=given.read(), name=given.name or "", content_type=given.content_type or "",
            document_class="case_material", case_id=case.pk, district_code=case.district_code, is_encrypted=True,
        )  # fmt: skip
        return material_add(actor=actor, case_id=case.pk, kind=kind, document_id=stored.pk)

    if attempt(request, run) is not None:
        messages.success(request, _("材料已加入。"))
    return redirect("supervision-file", case.pk)


@page("supervision-paper")
@require_POST
def paper(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The printed opinion: made, kept, opened."""
    case = _found(request, case_id)
    made = attempt(request, lambda: findings_paper(actor=actor_of(request), case=case, today=today()))
    return redirect("document", made.pk) if made else redirect("supervision-file", case.pk)
