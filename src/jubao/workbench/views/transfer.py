"""One move of rights: where it stands, how long it waits, its papers to print, and what is typed in at each step.

Worked example: the handler opens 转入 150404-2026-000041, which waits 23 days, types 2800.00, 400.00, 2012-2019 and the
3200.00 of the bank; the page leads the reviewer to the case. A village assistant adds the booklet and sends up, no more.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from jubao.archive.models import Document
from jubao.cases.models import Case
from jubao.kernel.dates import parse_date
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _, chinese
from jubao.ledger.balances import balance_of
from jubao.pension_transfers.models import Correspondence
from jubao.people.models import Enrolment
from jubao.services.access.log import access_record
from jubao.services.cases.engine import advance, material_add
from jubao.services.cases.kinds import kind_of
from jubao.services.cases.material_words import material_title
from jubao.services.transfers.bridging import DIRECTIONS, TO_EMPLOYEE, documents_shown
from jubao.services.transfers.bridging_steps import Overlap, bridging_move, bridging_receive
from jubao.services.transfers.incoming import Arrived
from jubao.services.transfers.objections import correspondence_add, objection_correct
from jubao.services.transfers.outgoing import rate_given
from jubao.services.transfers.overlaps import overlaps_read
from jubao.services.transfers.papers import CONTACT, FORM, LETTER, SHEET, TITLES
from jubao.services.transfers.records import BRIDGING, OBJECTION, PARTS, TRANSFER_IN, TRANSFER_OUT, parts_rows
from jubao.services.transfers.rights_records import amount_read, parts_read, record_read
from jubao.services.transfers.transfer_in import transfer_in_receive
from jubao.services.transfers.transfer_out import AcceptanceLetter, transfer_out_form, transfer_out_letter
from jubao.staff.regions import pack_of
from jubao.workbench.access import page
from jubao.workbench.case_rows import state_tag
from jubao.workbench.faces import actor_of, attempt, now, today
from jubao.workbench.papers import shown_document
from jubao.workbench.reads import case as read
from jubao.workbench.reads.deadlines import due_tag
from jubao.workbench.reads.inbox import in_scope
from jubao.workbench.reads.places import place_names
from jubao.workbench.views.transfer_new import scans
from jubao.workbench.views.transfers import ALL, SHORT, other_place, waiting_words

PRINTED = (LETTER, FORM, CONTACT, SHEET)
PLAIN = ("send_up", "check", "letter", "contact", "withdraw", "return_village", "explain", "form", "move")
"""Steps taken by one press here; decisions are taken on the page of the case, after its papers."""
ADDED = (
    "id_document",
    "household_booklet",
    LETTER,
    "bridging_application",
    CONTACT,
    "evidence",
    "contact_record",
    "other",
)


def _case(request: HttpRequest, case_id: UUID) -> Case:
    rows = in_scope(actor_of(request)).select_related("person", "pension_transfer")
    found: Case | None = rows.filter(pk=case_id, kind__in=ALL).first()
    if found is None:
        raise Http404
    return found


@page("transfer")
def show(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Where it stands, and the form of the step at hand."""
    actor, case = actor_of(request), _case(request, case_id)
    access_record(
        actor=actor,
        person_id=case.person_id,
        fields=["transfer"],
        purpose=chinese("关系转移"),
        case_id=case.pk,
    )
    kind, rows = read.rows_of(case, today())
    moved = getattr(case, "pension_transfer", None)
    offered = {one.action: one for one in read.actions_of(case, rows, actor, elsewhere=True)}
    papers = read.papers_of(case, actor)
    known: dict[str, Any] = {
        "case": case, "moved": moved, "short": SHORT[case.kind], "about": case.proposal, "today": today(), "key": uuid4(),
        "heading": kind.title, "state": state_tag(case), "due": due_tag(case.due_on, today(), is_open=case.is_open),
        "place": place_names([case.division_path]).get(case.division_path, ""), "other": other_place(case),
        "waiting": waiting_words(case, today()), "steps": read.steps_of(case, kind, rows, read.opinions_of(case, kind)),
        "printed": [one for one in papers if one.material.kind in PRINTED and one.material.document.content_type.endswith("pdf")],
        "papers": papers, "missing": read.missing(case, rows, papers), "next": read.who_next(case, rows),
        "decides": any(one.is_decision for one in offered.values()), "offers": offered,
        "plain": [one for one in offered.values() if one.action in PLAIN and _is_plain(case, one.action)],
        "parts": PARTS.items(), "kinds": [(one, material_title(one)) for one in ADDED],
        "ways": Correspondence.Way.choices, "exchanged": _exchanged(case), "is_objection": case.kind == OBJECTION,
        "direction": DIRECTIONS.get(case.proposal.get("direction", ""), ""),
        "documents": documents_shown(pack_of(case.division_path)) if case.kind == BRIDGING else [],
        "account": _account(case), "form": _form_of(case, set(offered)),
    }  # fmt: skip
    return render(request, "workbench/transfers/show.html", known)


def _is_plain(case: Case, action: str) -> bool:
    """Whether nothing has to be typed in for the step."""
    typed = {(TRANSFER_OUT, "letter"), (TRANSFER_OUT, "form"), (BRIDGING, "move"), (OBJECTION, "contact")}
    if case.kind == BRIDGING and action == "letter":
        return bool(case.proposal["direction"] != TO_EMPLOYEE)
    return (case.kind, action) not in typed


def _form_of(case: Case, offered: set[str]) -> str:
    """Which form the page shows: the step that wants more than a press."""
    if case.kind == BRIDGING and case.proposal["direction"] == TO_EMPLOYEE:
        return "move" if "move" in offered else ""
    names = {
        TRANSFER_IN: ("receive",), TRANSFER_OUT: ("letter", "form"), BRIDGING: ("receive",), OBJECTION: ("correct",)
    }.get(case.kind, ())  # fmt: skip
    wanted = [one for one in names if one in offered]
    if case.kind == TRANSFER_OUT and case.state == "lettered":
        return "form" if "form" in wanted else ""
    return wanted[0] if wanted else ""


def _exchanged(case: Case) -> list[Correspondence]:
    return list(Correspondence.objects.filter(case_id=case.pk).order_by("happened_on", "id"))


def _account(case: Case) -> list[dict[str, Any]]:
    """What stands in the account here, by source, while it is still to leave."""
    moved = getattr(case, "pension_transfer", None)
    if moved is None or moved.direction not in ("out", "to_employee") or not case.is_open:
        return []
    return parts_rows(balance_of(moved.enrolment_id))


@page("transfer-act")
@require_POST
def act(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Take a step, or add a paper or an exchange with the other place."""
    case = _case(request, case_id)
    do = request.POST.get("do", "")
    step = STEPS.get((case.kind, do)) or STEPS.get(("", do))
    done = attempt(request, lambda: (step or _plain)(request, case))
    if done is not None:
        case.refresh_from_db()
        words = _("{number} 现在是“{state}”。").format(
            number=case.number, state=kind_of(case.kind).state_title(case.state)
        )
        messages.success(request, words)
    return redirect("transfer", case_id)


def _given(request: HttpRequest, case: Case) -> dict[str, Any]:
    version = request.POST.get("version", "")
    return {
        "actor": actor_of(request), "case_id": case.pk, "expected_version": int(version) if version.isdigit() else 0,
        "today": today(), "now": now(),
    }  # fmt: skip


def _plain(request: HttpRequest, case: Case) -> object:
    sent = request.POST
    return advance(
        action=sent.get("do", ""), reason=sent.get("reason", "").strip(), digest_seen=sent.get("digest", ""),
        idempotency_key=sent.get("key") or None, **_given(request, case),
    )  # fmt: skip


def _add_paper(request: HttpRequest, case: Case) -> object:
    """Raises InputRefused FILE_MISSING."""
    kind = request.POST.get("kind", "")
    stored = _scan(request, case, kind, "file") if kind in ADDED else None
    if stored is None:
        raise InputRefused("FILE_MISSING", _("没有选择文件。"), remedy=_("请选择扫描件或照片。"))
    return material_add(actor=actor_of(request), case_id=case.pk, kind=kind, document_id=stored)


def _scan(request: HttpRequest, case: Case, kind: str, name: str) -> UUID | None:
    given = request.FILES.get(name)
    if given is None:
        return None
    request.FILES[kind] = given
    assert case.person_id is not None
    where = Enrolment.objects.filter(person_id=case.person_id).order_by("-enrolled_on").first()
    return scans(request, (kind,), where)[0][1] if where else None


def _letter(request: HttpRequest) -> AcceptanceLetter:
    sent = request.POST
    on = parse_date(sent["letter_on"]) if sent.get("letter_on") else today()
    names = ("number", "agency", "bank", "account")
    number, agency, bank, account = (sent.get(name, "").strip() for name in names)
    return AcceptanceLetter(number, on, agency, bank, account)


def _out_letter(request: HttpRequest, case: Case) -> object:
    stored = _scan(request, case, LETTER, "file")
    paper = (LETTER, stored) if stored else None
    return transfer_out_letter(letter=_letter(request), material=paper, **_given(request, case))


def _out_form(request: HttpRequest, case: Case) -> object:
    sent = request.POST
    rate = rate_given(sent.get("rate", ""), sent.get("rate_source", ""))
    return transfer_out_form(given_rate=rate, **_given(request, case))


def _overlap(request: HttpRequest) -> Overlap:
    sent = request.POST
    return Overlap(
        overlaps_read(sent.get("overlaps", "")),
        sent.get("refund_bank", "").strip(),
        sent.get("refund_account", "").strip(),
    )


def _move(request: HttpRequest, case: Case) -> object:
    sent = request.POST
    return bridging_move(
        letter=_letter(request), material=_scan(request, case, CONTACT, "file"), overlap=_overlap(request),
        given_rate=rate_given(sent.get("rate", ""), sent.get("rate_source", "")), **_given(request, case),
    )  # fmt: skip


def _received(request: HttpRequest, case: Case) -> dict[str, Any]:
    sent = request.POST
    record = record_read(
        {kind: sent.get(kind, "") for kind in PARTS}, years=sent.get("years", ""), months=sent.get("months", ""),
        make_up_months=sent.get("make_up_months", ""), latest=today().year, enrolment_id=case.pension_transfer.enrolment_id,
    )  # fmt: skip
    on = _day(sent, "money_on") or today()
    return {
        "record": record,
        "arrived": Arrived(amount_read(sent.get("money", "")), on, sent.get("receipt", "")),
    }


def _day(sent: Mapping[str, str], name: str) -> date | None:
    return parse_date(sent[name]) if sent.get(name) else None


def _in_receive(request: HttpRequest, case: Case) -> object:
    return transfer_in_receive(**_received(request, case), **_given(request, case))


def _bridging_receive(request: HttpRequest, case: Case) -> object:
    return bridging_receive(overlap=_overlap(request), **_received(request, case), **_given(request, case))


def _exchange(request: HttpRequest, case: Case) -> object:
    sent, given = request.POST, _given(request, case)
    given.pop("expected_version")
    return correspondence_add(
        happened_on=_day(sent, "happened_on") or today(), way=sent.get("way", ""), with_whom=sent.get("with_whom", ""),
        said=sent.get("said", ""), **given,
    )  # fmt: skip


def _correct(request: HttpRequest, case: Case) -> object:
    sent = request.POST
    months = sent.get("months", "").strip() or "0"
    if not months.isdigit():
        raise InputRefused("MONTHS_UNREADABLE", _("月数读不出来。"), remedy=_("请填整数。"))
    return objection_correct(
        parts=parts_read({kind: sent.get(kind, "") for kind in PARTS}), months=int(months),
        money_on=_day(sent, "money_on"), ground=sent.get("ground", ""), **_given(request, case),
    )  # fmt: skip


STEPS: Mapping[tuple[str, str], Callable[[HttpRequest, Case], object]] = {
    ("", "paper"): _add_paper, ("", "exchange"): _exchange, (TRANSFER_OUT, "letter"): _out_letter,
    (TRANSFER_OUT, "form"): _out_form, (TRANSFER_IN, "receive"): _in_receive, (BRIDGING, "move"): _move,
    (BRIDGING, "receive"): _bridging_receive, (OBJECTION, "correct"): _correct,
}  # fmt: skip


@page("transfer-paper")
def paper(request: HttpRequest, case_id: UUID, document_id: UUID) -> HttpResponse:
    """One paper, to print."""
    case = _case(request, case_id)
    found = Document.objects.filter(pk=document_id, case_id=case.pk, document_class__in=TITLES).first()
    return shown_document(actor_of(request), found.pk if found else None, case)
