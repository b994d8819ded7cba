"""各类名册: standing lists with counts by township above the rows, and the same rows as a spreadsheet.

Worked example: `/workbench/lists/no-account/` shows 12 people in 3 townships; 导出 asks a purpose and gives the same 12 rows.
"""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html, strip_tags
from django.views.decorators.http import require_POST

from jubao.cases.models import Case
from jubao.facts.person_state_words import PAYMENT, ground_text
from jubao.forms.masks import masked_name
from jubao.people.models import Enrolment
from jubao.services.spreadsheets.exports import export_approval, export_record, require_purpose, watermark
from jubao.staff.regions import pack_code_of
from jubao.workbench.access import page
from jubao.workbench.faces import actor_of, attempt, today
from jubao.workbench.lists import Column, Filter, Listing, narrowed, page_of
from jubao.workbench.reads.places import place_names, townships
from jubao.workbench.reads.standing import LISTS, NEVER, StandingList, by_township
from jubao.workbench.templatetags.figures import day, month, yuan

MOST_EXPORTED = 100_000
KEPT_SECONDS = 60
BY_LINE = ("returned", "paid-after-death")
"""Lists whose rows are payments and not people."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@page("standing-lists")
def index(request: HttpRequest) -> HttpResponse:
    """All lists with how many stand on each."""
    scope = actor_of(request).scope
    found = [(one, _count(one, scope)) for one in LISTS.values()]
    return render(request, "workbench/standing/index.html", {"lists": found, "heading": "各类名册"})


def _count(one: StandingList, scope: str) -> int:
    """How many stand on a list, a minute old at most."""
    key = f"standing:{one.key}:{scope}:{today():%Y%m%d}"
    found = cache.get(key)
    if found is None:
        found = one.rows(scope, today()).count()
        cache.set(key, found, KEPT_SECONDS)
    return int(found)


def _list(key: str) -> StandingList:
    if key not in LISTS:
        raise Http404
    return LISTS[key]


@page("standing-list")
def show(request: HttpRequest, key: str) -> HttpResponse:
    """One list."""
    one, scope = _list(key), actor_of(request).scope
    listing = listing_of(one, scope)
    rows = one.rows(scope, today())
    townships_of = by_township(narrowed(listing, rows, request.GET), one.place)
    known = {
        "list": one,
        "heading": one.title,
        "page": page_of(request, listing, rows, total=sum(people for _path, _name, people in townships_of)),
        "townships": townships_of,
        "chosen": request.GET.get("place", ""),
    }
    return render(request, "workbench/standing/list.html", known)


@page("standing-list-export")
@require_POST
def export(request: HttpRequest, key: str) -> HttpResponse:
    """The same rows as a spreadsheet: purpose asked, written down, marked."""
    one, actor = _list(key), actor_of(request)
    purpose, number = request.POST.get("purpose", ""), request.POST.get("case", "").strip()
    listing = listing_of(one, actor.scope)
    rows = narrowed(listing, one.rows(actor.scope, today()), request.GET).order_by("pk")
    filters = {name: value for name, value in request.GET.items() if name == "place"}

    def run() -> bytes:
        require_purpose(purpose)
        what = f"standing_list:{one.key}"
        approved = export_approval(
            district_code=pack_code_of(actor.scope), what=what, filters=filters, row_count=rows.count(),
            case_id=Case.objects.filter(number=number).values_list("id", flat=True).first(), today=today(),
        )  # fmt: skip
        found = list(rows[:MOST_EXPORTED])
        content = workbook(listing, found, f"{one.title} · {watermark(actor, today=today())} · {purpose}")
        export_record(
            actor=actor,
            what=what,
            purpose=purpose,
            filters=filters,
            row_count=len(found),
            content=content,
            approved_by=approved,
        )
        return content

    content = attempt(request, run)
    if content is None:
        return redirect("standing-list", key)
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{one.key}-{today():%Y%m%d}.xlsx"'
    return answer


def workbook(listing: Listing, rows: Sequence[Any], mark: str) -> bytes:
    """The list as a workbook with its mark in the first line and as a footer of every printed page."""
    if listing.enrich:
        listing.enrich(rows)
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet()
        sheet.write_string(0, 0, mark)
        sheet.set_footer(f"&C{mark[:200]}")
        sheet.freeze_panes(2, 0)
        for column, one in enumerate(listing.columns):
            sheet.write_string(1, column, one.title)
            for line, row in enumerate(rows, start=2):
                sheet.write_string(line, column, strip_tags(str(one.show(row))))
    return stream.getvalue()


def listing_of(one: StandingList, scope: str) -> Listing:
    """The columns that all lists share, and those of this one."""
    own = COLUMNS.get(one.key, ())
    return Listing(
        key=f"standing-{one.key}",
        columns=(
            Column("name", "姓名", _name, sort="" if one.enrolment or one.key in BY_LINE else "person__name_key"),
            Column("number", "个人编号", lambda row: row.enrolled.person.personal_number),
            Column("birth", "出生年月", lambda row: f"{row.enrolled.person.birth_date:%Y-%m}"),
            Column("place", "镇街、村社", lambda row: row.where, sort=one.place),
            *own,
        ),
        filters=(
            Filter("place", "镇街", lambda rows, path: rows.filter(**{f"{one.place}__startswith": path}), "choice",
                   lambda: townships(scope)),
        ),
        sort="place",
        empty_title="名册是空的",
        empty_help="没有人符合这个名册的条件，这是好事；如果与预期不符，请检查筛选的镇街。",
        enrich=lambda rows: _fill(rows, one),
    )  # fmt: skip


def _fill(rows: Sequence[Any], one: StandingList) -> None:
    """The enrolment and place of every row, in two queries."""
    if one.key in BY_LINE:
        keys = {row: (row.line.enrolment_id if one.key == "returned" else row.enrolment_id) for row in rows}
        found = {
            each.pk: each for each in Enrolment.objects.filter(pk__in=keys.values()).select_related("person")
        }
        for row in rows:
            row.enrolled = found[keys[row]]
    else:
        for row in rows:
            row.enrolled = row.entitlement.enrolment if one.enrolment else row
    names = place_names(row.enrolled.division_path for row in rows)
    for row in rows:
        row.where = names.get(row.enrolled.division_path, "")


def _name(row: Any) -> Any:
    person = row.enrolled.person
    return format_html(
        '<a href="{}" data-open>{}</a>', reverse("person", args=[person.pk]), masked_name(person.name)
    )


COLUMNS: dict[str, tuple[Column, ...]] = {
    "held": (
        Column("kind", "状态", lambda row: PAYMENT[row.kind]),
        Column("reason", "原因", lambda row: ground_text(row.reason)),
        Column("since", "自何月", lambda row: month(row.from_month), sort="from_month"),
        Column("basis", "依据", lambda row: row.legal_basis),
    ),
    "returned": (
        Column("month", "待遇月份", lambda row: month(row.line.benefit_month)),
        Column("amount", "金额（元）", lambda row: yuan(row.line.amount_fen), is_number=True),
        Column("reason", "银行原因", lambda row: row.bank_reason),
        Column("run", "批次", lambda row: row.line.run.number),
    ),
    "not-certified": (
        Column("last", "最近认证", lambda row: day(row.last_certified) if row.last_certified > NEVER else "没有认证记录",
               sort="last_certified"),
    ),
    "owes-years": (
        Column("paid", "累计缴费", lambda row: f"{row.paid_months // 12} 年", is_number=True, sort="paid_months"),
    ),
    "paid-after-death": (
        Column("month", "待遇月份", lambda row: month(row.benefit_month)),
        Column("amount", "金额（元）", lambda row: yuan(row.amount_fen), is_number=True),
        Column("run", "批次", lambda row: row.run.number),
    ),
}  # fmt: skip
