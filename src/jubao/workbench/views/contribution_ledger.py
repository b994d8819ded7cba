"""缴费明细台账: one line per payment of a month, for the township that keeps it on file, on the page and as a spreadsheet.

Worked example: 2024-05 of 振兴街道 has three payments, two of one person for two years: three lines, 1 700.00 yuan; 导出 asks a
purpose and gives the same three lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.views.decorators.http import require_POST

from jubao.cases.models import Case
from jubao.contributions.models import Contribution
from jubao.forms.masks import masked_name
from jubao.kernel.month import Month
from jubao.services.collection.halls import elsewhere_payments
from jubao.services.spreadsheets.exports import export_approval, export_record, require_purpose, watermark
from jubao.workbench.access import page
from jubao.workbench.faces import actor_of, attempt, today
from jubao.workbench.lists import Column, Filter, Listing, page_of
from jubao.workbench.reads.places import place_names, townships
from jubao.workbench.sent import month_asked
from jubao.workbench.templatetags.figures import day, yuan
from jubao.workbench.views.contributions import MEANS, district_of
from jubao.workbench.views.standing import XLSX, workbook

PAYERS = dict(Contribution.Payer.choices)
PLACE = "enrolment__division_path"
TITLE, WHAT = "缴费明细台账", "contribution_ledger"


def payments_of(scope: str, month: Month) -> QuerySet[Contribution]:
    """Every live payment that reached the treasury in a month, below a place."""
    found = Contribution.objects.filter(
        is_live=True, treasury_on__range=(month.first_day, month.last_day), enrolment__division_path__startswith=scope
    )  # fmt: skip
    elsewhere = ~Q(registered_path="") & ~Q(registered_path__startswith=scope)
    return found.exclude(elsewhere).select_related("enrolment__person")


@page("contribution-ledger")
def show(request: HttpRequest) -> HttpResponse:
    """The lines of a month and their sum."""
    month, scope = month_asked(request), actor_of(request).scope
    rows = payments_of(scope, month)
    known = {
        "page": page_of(request, listing_of(scope), rows),
        "month": str(month),
        "total_fen": rows.aggregate(fen=Sum("amount_fen"))["fen"] or 0,
        "heading": TITLE,
        "elsewhere": elsewhere_payments(actor=actor_of(request), month=month),
    }
    return render(request, "workbench/contributions/ledger.html", known)


@page("contribution-ledger-export")
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The same lines as a spreadsheet; who took it and what for is written down."""
    month, actor = month_asked(request), actor_of(request)
    purpose = request.POST.get("purpose", "")

    def run() -> bytes:
        require_purpose(purpose)
        filters = {"month": str(month)}
        found = list(payments_of(actor.scope, month).order_by(PLACE, "treasury_on", "id"))
        approved = export_approval(
            district_code=district_of(request), what=WHAT, filters=filters, row_count=len(found),
            case_id=Case.objects.filter(number=request.POST.get("case", "").strip()).values_list("id", flat=True).first(),
            today=today(),
        )  # fmt: skip
        mark = f"{TITLE} {month} · {watermark(actor, today=today())} · {purpose}"
        content = workbook(listing_of(actor.scope), found, mark)
        export_record(
            actor=actor, what=WHAT, purpose=purpose, filters=filters,
            row_count=len(found), content=content, approved_by=approved,
        )  # fmt: skip
        return content

    content = attempt(request, run)
    if content is None:
        return redirect(f"{reverse('contribution-ledger')}?month={month}")
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="contributions-{month}.xlsx"'
    return answer


def listing_of(scope: str) -> Listing:
    """The columns of the ledger."""
    return Listing(
        key="contribution-ledger",
        columns=(
            Column("name", "姓名", _name),
            Column("number", "个人编号", lambda row: row.enrolment.person.personal_number),
            Column("place", "镇街、村社", lambda row: row.where, sort=PLACE),
            Column("year", "缴费年度", lambda row: f"{row.year}{'（补缴）' if row.is_make_up else ''}", sort="year"),
            Column("payer", "缴费人", lambda row: PAYERS.get(row.payer, row.payer)),
            Column("means", "方式", lambda row: MEANS.get(row.means, row.means)),
            Column("amount", "金额（元）", lambda row: yuan(row.amount_fen), is_number=True, sort="amount_fen"),
            Column("treasury", "入库日期", lambda row: day(row.treasury_on), sort="treasury_on"),
            Column("receipt", "税票号", lambda row: row.receipt_number),
        ),
        filters=(
            Filter("place", "镇街", lambda rows, path: rows.filter(**{f"{PLACE}__startswith": path}), "choice",
                   lambda: townships(scope)),
        ),
        sort="treasury",
        empty_title="这个月没有缴费",
        empty_help="入库日期在这个月的缴费会逐笔列在这里；可以换一个月份查看。",
        enrich=_fill,
    )  # fmt: skip


def _fill(rows: Sequence[Any]) -> None:
    names = place_names(row.enrolment.division_path for row in rows)
    for row in rows:
        row.where = names.get(row.enrolment.division_path, "")


def _name(row: Any) -> Any:
    person = row.enrolment.person
    return format_html(
        '<a href="{}" data-open>{}</a>', reverse("person", args=[person.pk]), masked_name(person.name)
    )
