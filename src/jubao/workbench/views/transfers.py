"""关系转移: every move of rights below a place, what waits and how long, what is overdue; the door to an application; export.

Worked example: 转入 150404-2026-000041 李*强 from 翁牛特旗 waits 23 days for the old place; 转出 150404-2026-000045 is
two working days over; the filter 已超期 leaves the second, 导出 gives the same line as a spreadsheet.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST

from jubao.cases.models import Case
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.pension_transfers.models import PensionTransfer
from jubao.people.models import Enrolment
from jubao.people.numbers import person_by_number
from jubao.services.cases.kinds import may_open
from jubao.services.spreadsheets.exports import export_approval, export_record, require_purpose, watermark
from jubao.services.transfers.records import BRIDGING, MOVES, OBJECTION, TRANSFER_IN, TRANSFER_OUT
from jubao.services.transfers.register_moves import KIND as REGISTER_MOVE
from jubao.staff.regions import pack_code_of, pack_of
from jubao.workbench.access import page
from jubao.workbench.addresses import address_of
from jubao.workbench.case_rows import about, fill, state_tag
from jubao.workbench.faces import actor_of, attempt, today
from jubao.workbench.lists import Column, Filter, Listing, narrowed, page_of
from jubao.workbench.reads.deadlines import due_tag
from jubao.workbench.reads.inbox import in_scope
from jubao.workbench.reads.places import townships
from jubao.workbench.templatetags.figures import day, yuan
from jubao.workbench.views.standing import XLSX, workbook

TITLE, WHAT = "关系转移", "pension_transfers"
KINDS = {
    "in": (TRANSFER_IN, "关系转入（外地转来）"), "out": (TRANSFER_OUT, "关系转出（转往外地）"),
    "bridging": (BRIDGING, "制度衔接（与职工养老保险）"), "move": (REGISTER_MOVE, "区内户籍变更登记"),
    "objection": (OBJECTION, "转入记录核查"),
}  # fmt: skip
ALL = (*MOVES, REGISTER_MOVE, OBJECTION)
SHORT = {
    TRANSFER_IN: "转入",
    TRANSFER_OUT: "转出",
    BRIDGING: "制度衔接",
    REGISTER_MOVE: "户籍变更",
    OBJECTION: "转入核查",
}
MOST_EXPORTED = 100_000


@page("transfers")
def index(request: HttpRequest) -> HttpResponse:
    """The field for the number, and the list."""
    actor = actor_of(request)
    if request.method == "POST":
        found = attempt(request, lambda: _named(request))
        kind = request.POST.get("kind", "")
        return redirect("transfer-new", kind, found) if found else redirect("transfers")
    pack = pack_of(actor.scope)
    rows = rows_of(request)
    waiting = rows.filter(is_open=True, pension_transfer__waiting_since__isnull=False)
    known: dict[str, Any] = {
        "page": page_of(request, listing_of(actor.scope, today()), rows),
        "kinds": [
            (code, title) for code, (kind, title) in KINDS.items() if may_open(actor, kind, pack, today())
        ],
        "open": rows.filter(is_open=True).count(),
        "waiting": waiting.count(),
        "late": rows.filter(is_open=True, due_on__lt=today()).count(),
        "heading": TITLE,
    }
    return render(request, "workbench/transfers/index.html", known)


def rows_of(request: HttpRequest) -> QuerySet[Case]:
    """Every move below the officer's place."""
    return in_scope(actor_of(request)).filter(kind__in=ALL).select_related("person", "pension_transfer")


def _named(request: HttpRequest) -> UUID:
    """Raises InputRefused KIND_UNKNOWN, NOT_ENROLLED."""
    if request.POST.get("kind") not in KINDS:
        raise InputRefused("KIND_UNKNOWN", _("没有这种业务。"), remedy=_("请选择业务。"))
    person = person_by_number(request.POST.get("number", ""))
    found = Enrolment.objects.filter(
        person=person, ended_on__isnull=True, division_path__startswith=actor_of(request).scope
    ).first()
    if person is None or found is None:
        raise InputRefused(
            "NOT_ENROLLED",
            _("此人未在本辖区参保。"),
            remedy=_("请核对证件号码；户籍迁入本区要转入关系的，先办理参保登记。"),
        )
    return found.pk


def _moved(case: Case) -> PensionTransfer | None:
    return getattr(case, "pension_transfer", None)


def other_place(case: Case) -> str:
    """Where the rights come from or go to."""
    moved = _moved(case)
    return (
        moved.other_place
        if moved
        else str(case.proposal.get("to_place") or case.proposal.get("from_place") or "")
    )


def waiting_words(case: Case, on: date) -> SafeString | str:
    """How long it has lain with the other place."""
    moved = _moved(case)
    if moved is None or moved.waiting_since is None or not case.is_open:
        return ""
    return format_html("{}", _("已等 {days} 天").format(days=(on - moved.waiting_since).days))


def _amount(case: Case) -> str:
    moved = _moved(case)
    return yuan(moved.amount_fen) if moved and moved.finished_on else ""


def _by_state(cases: QuerySet[Case], value: str, on: date) -> QuerySet[Case]:
    if value == "late":
        return cases.filter(is_open=True, due_on__lt=on)
    if value == "waiting":
        return cases.filter(is_open=True, pension_transfer__waiting_since__isnull=False)
    return cases.filter(is_open=value == "open")


def _by_text(cases: QuerySet[Case], value: str) -> QuerySet[Case]:
    if value[:1].isdigit():
        return cases.filter(number__startswith=value)
    if value.isascii():
        return cases.filter(person__name_initials__startswith=value.lower())
    return cases.filter(Q(person__name__startswith=value) | Q(pension_transfer__other_place__contains=value))


def listing_of(scope: str, on: date) -> Listing:
    """The columns and filters."""
    return Listing(
        key="transfers",
        columns=(
            Column("number", "业务编号", lambda case: case.number, sort="number"),
            Column("kind", "业务", lambda case: SHORT.get(case.kind, case.kind)),
            Column("about", "当事人", about),
            Column("place", "镇街、村社", lambda case: case.place),
            Column("other", "对方地区", other_place),
            Column("state", "状态", state_tag),
            Column("waiting", "等待对方", lambda case: waiting_words(case, on)),
            Column("due", "时限", lambda case: due_tag(case.due_on, on, is_open=case.is_open), sort="due_on"),
            Column("amount", "转移金额（元）", _amount, is_number=True),
            Column("opened", "提出日期", lambda case: day(case.opened_at), sort="id"),
            Column("closed", "办结日期", lambda case: day(case.closed_at), is_shown=False),
        ),
        filters=(
            Filter("kind", "业务", lambda cases, value: cases.filter(kind=value), "choice", lambda: SHORT.items()),
            Filter("q", "编号、首字母、姓名或对方地区", _by_text),
            Filter("state", "状态", lambda cases, value: _by_state(cases, value, on), "choice",
                   lambda: (("open", "在办"), ("waiting", "等待对方"), ("late", "已超期"), ("closed", "已结"))),
            Filter("place", "镇街", lambda cases, path: cases.filter(division_path__startswith=path), "choice",
                   lambda: townships(scope)),
            Filter("from", "提出日期自", lambda cases, value: cases.filter(opened_at__date__gte=value), "date"),
        ),
        sort="-opened",
        link=lambda case: address_of("transfer", case.pk),
        empty_title="没有关系转移业务",
        empty_help="在上面按证件号码登记转入、转出、衔接或区内户籍变更。",
        enrich=_fill,
    )  # fmt: skip


def _fill(cases: Sequence[Case]) -> None:
    fill(cases)


@page("transfers-export")
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The same lines as a spreadsheet; who took it and what for is written down."""
    actor, purpose = actor_of(request), request.POST.get("purpose", "")
    listing = listing_of(actor.scope, today())

    def run() -> bytes:
        require_purpose(purpose)
        filters = {
            one.key: request.GET.get(one.key, "") for one in listing.filters if request.GET.get(one.key)
        }
        found = list(narrowed(listing, rows_of(request), request.GET).order_by("pk")[:MOST_EXPORTED])
        approved = export_approval(
            district_code=pack_code_of(actor.scope), what=WHAT, filters=filters, row_count=len(found), today=today(),
            case_id=Case.objects.filter(number=request.POST.get("case", "").strip()).values_list("id", flat=True).first(),
        )  # fmt: skip
        content = workbook(listing, found, f"{TITLE} · {watermark(actor, today=today())} · {purpose}")
        export_record(
            actor=actor, what=WHAT, purpose=purpose, filters=filters, row_count=len(found), content=content,
            approved_by=approved,
        )  # fmt: skip
        return content

    content = attempt(request, run)
    if content is None:
        return redirect("transfers")
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="transfers-{today():%Y%m%d}.xlsx"'
    return answer
