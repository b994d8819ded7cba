"""缴费管理: the months between tax office, agency and finance; one payment by hand; what the payments came by.

Worked example: May shows 120 receipts of the tax office and 119 booked; the page of May lists the one that only they know,
takes the explanation, and then lets 财务岗 close the month.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from jubao.contributions.models import Contribution, ContributionDifference, ContributionMonth
from jubao.facts.contributions import means_counts, month_figures, months_without_tax_list
from jubao.kernel.dates import parse_date
from jubao.kernel.errors import InputRefused
from jubao.kernel.fen import Fen
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.people.models import Enrolment, Person
from jubao.people.numbers import person_by_number
from jubao.services.contributions.months import (
    contribution_difference_explain,
    contribution_month_close,
    contribution_month_reconcile,
    contribution_month_reopen,
)
from jubao.services.contributions.records import contribution_record
from jubao.staff.regions import pack_code_of
from jubao.workbench.access import may_open, page
from jubao.workbench.faces import actor_of, attempt, today

MONTHS_SHOWN = 12
MEANS = {
    "pos": "POS机",
    "tax_hall": "办税厅",
    "electronic": "电子缴费",
    "online": "网上缴费",
    "mobile": "手机缴费",
    "bank_slip": "银行缴款单",
    "cash": "现金",
    "": "未注明",
}


def district_of(request: HttpRequest) -> str:
    """The district of the officer's place; empty above the districts."""
    return pack_code_of(actor_of(request).scope)


@page("contributions")
def show(request: HttpRequest) -> HttpResponse:
    """The last twelve months, what is missing, and the means of payment of this year."""
    district, day = district_of(request), today()
    this = Month.containing(day).index
    closed = {row.month: row for row in ContributionMonth.objects.filter(district_code=district)}
    open_ones = [row.pk for row in closed.values() if row.state == "open"]
    differing = set(
        ContributionDifference.objects.filter(
            contribution_month_id__in=open_ones, is_live=True, explanation=""
        ).values_list("contribution_month__month", flat=True)
    )
    rows = [
        (month, month_figures(district, month), closed.get(month), month in differing)
        for month in range(this, this - MONTHS_SHOWN, -1)
    ]
    known = {
        "rows": rows,
        "missing": [Month.from_index(month) for month in months_without_tax_list(district, day)[-6:]],
        "means": [
            (MEANS.get(code, code), count, fen)
            for code, count, fen in means_counts(actor_of(request).scope, date(day.year, 1, 1), day)
        ],
        "payers": Contribution.Payer.choices,
        "choices": [(code, title) for code, title in MEANS.items() if code and code != "cash"],
        "year": day.year,
        "today": day,
        "may_record": may_open(actor_of(request), "contribution-record"),
    }
    return render(request, "workbench/contributions/months.html", known)


@page("contribution-month")
def month(request: HttpRequest, month: int) -> HttpResponse:
    """One month: the figures of the three sides and every difference."""
    district = district_of(request)
    if not Month(1990, 1).index <= month <= Month(2100, 1).index:
        raise Http404
    found = ContributionMonth.objects.filter(district_code=district, month=month).first()
    differences = (
        list(
            ContributionDifference.objects.filter(contribution_month=found, is_live=True).order_by(
                "kind", "id"
            )
        )
        if found
        else []
    )
    people = Enrolment.objects.select_related("person").in_bulk([one.enrolment_id for one in differences])
    known = {
        "month": month,
        "found": found,
        "figures": month_figures(district, month),
        "differences": [
            (one, people[one.enrolment_id].person if one.enrolment_id in people else None)
            for one in differences
        ],
        "open_count": sum(1 for one in differences if not one.explanation),
        "is_over": today() > Month.from_index(month).last_day,
        "may_act": may_open(actor_of(request), "contribution-month-act"),
        "crumbs": [("缴费管理", "../"), (str(Month.from_index(month)), "")],
    }
    return render(request, "workbench/contributions/month.html", known)


@page("contribution-month-act")
@require_POST
def act(request: HttpRequest, month: int) -> HttpResponse:
    """对账, 说明, 结账, 重新打开."""
    actor, district, sent = actor_of(request), district_of(request), request.POST
    finance = int(Fen.from_yuan(sent["finance"])) if sent.get("finance") else None

    def run() -> str:
        match sent.get("action"):
            case "reconcile":
                contribution_month_reconcile(
                    actor=actor, district_code=district, month=month, finance_fen=finance
                )
                return _("已对账。")
            case "explain":
                contribution_difference_explain(
                    actor=actor,
                    difference_id=UUID(sent["difference"]),
                    explanation=sent.get("explanation", ""),
                )
                return _("已记下说明。")
            case "close":
                contribution_month_close(
                    actor=actor, district_code=district, month=month, today=today(), finance_fen=finance
                )
                return _("已结账。")
            case "reopen":
                contribution_month_reopen(
                    actor=actor, district_code=district, month=month, reason=sent.get("reason", "")
                )
                return _("已重新打开。")
        raise InputRefused("ACTION_UNKNOWN", _("没有这一项操作。"), remedy=_("请刷新页面。"))

    said = attempt(request, run)
    if said:
        messages.success(request, said)
    return redirect("contribution-month", month)


@page("contribution-record")
@require_POST
def record(request: HttpRequest) -> HttpResponse:
    """One payment by hand, with its receipt; the account shows both entries at once."""
    sent = request.POST

    def run() -> Person:
        person = person_by_number(sent.get("number", ""))
        enrolment = (
            Enrolment.objects.filter(
                person=person, ended_on__isnull=True, division_path__startswith=actor_of(request).scope
            ).first()
            if person
            else None
        )
        if person is None or enrolment is None:
            raise InputRefused(
                "NOT_ENROLLED", _("此人未在本辖区参保。"), remedy=_("请核对证件号码和参保地。")
            )
        contribution_record(
            actor=actor_of(request), enrolment_id=enrolment.pk, today=today(), **_payment(sent)
        )
        return person

    person = attempt(request, run)
    if person is None:
        return redirect("contributions")
    messages.success(request, _("缴费已记入个人账户。"))
    return redirect("person-account", person.pk)


def _payment(sent: Any) -> dict[str, Any]:
    """The form's fields as the service takes them. Raises ValueRefused for what cannot be read."""
    amount = int(Fen.from_yuan(sent.get("amount", "")))
    year = sent.get("year", "")
    if not (year.isdigit() and len(year) == 4):
        raise InputRefused("YEAR_UNREADABLE", _("缴费年度读不出来。"), remedy=_("请写成 2026 的样子。"))
    return {
        "year": int(year),
        "amount_fen": amount,
        "tier_fen": int(Fen.from_yuan(sent["tier"])) if sent.get("tier") else amount,
        "payer": sent.get("payer", "own"),
        "means": sent.get("means", ""),
        "treasury_on": parse_date(sent.get("treasury_on", "")),
        "receipt_number": sent.get("receipt_number", "").strip(),
        "idempotency_key": sent.get("key") or None,
    }
