"""资金与凭证: the payment fund by month, what was not matched, and each run beside its vouchers.

Worked example: 财务岗 sees June with 1 000.00 in and 800.00 out, a notice without a period in red, and run 000012 one yuan
above its vouchers; the missing voucher is entered on the same page.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from jubao.facts import payments as facts
from jubao.kernel.dates import parse_date
from jubao.kernel.errors import ValueRefused
from jubao.kernel.fen import Fen
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.payments.models import PaymentRun, Voucher
from jubao.services.payments.runs import funds_record
from jubao.services.payments.vouchers import voucher_record
from jubao.staff.regions import pack_code_of
from jubao.workbench.access import may_open, page
from jubao.workbench.faces import actor_of, attempt, today

MONTHS_SHOWN = 12
PROBLEMS = {"PERIOD_MISSING": "没有写明月份", "NOT_MATCHED": "没有对应的审批表"}


@page("payment-fund")
def fund(request: HttpRequest) -> HttpResponse:
    """Twelve months up to the one asked for."""
    district = pack_code_of(actor_of(request).scope)
    last = _asked(request)
    overview = facts.fund_overview(district, last.index - MONTHS_SHOWN + 1, last.index)
    runs = [row for month in overview for row in facts.vouchers_compared(district, month["month"])]
    known = {
        "heading": "资金与凭证",
        "month": last,
        "overview": overview,
        "flagged": [{**row, "title": PROBLEMS[row["problem"]]} for row in facts.funds_flagged(district)],
        "awaited": facts.funds_awaited(district),
        "vouchers": runs,
        "open_runs": PaymentRun.objects.filter(district_code=district)
        .exclude(state__in=("draft", "void"))
        .order_by("-benefit_month", "number")[:50],
        "may_enter": may_open(actor_of(request), "payment-voucher"),
        "today": today(),
    }
    return render(request, "workbench/payment/fund.html", known)


def _asked(request: HttpRequest) -> Month:
    try:
        return Month.parse(request.GET.get("month", ""))
    except ValueRefused:
        return Month.containing(today())


@page("payment-voucher")
@require_POST
def voucher(request: HttpRequest) -> HttpResponse:
    """Enter the accountant's voucher of a run."""
    sent, actor = request.POST, actor_of(request)

    def record() -> Voucher:
        return voucher_record(
            actor=actor,
            district_code=pack_code_of(actor.scope),
            run_id=UUID(sent.get("run", "")),
            number=sent.get("number", "").strip(),
            kind="payment",
            amount_fen=int(Fen.from_yuan(sent.get("amount", ""))),
            booked_on=parse_date(sent.get("booked_on", "")),
        )

    if attempt(request, record) is not None:
        messages.success(request, _("凭证已登记。"))
    return redirect("payment-fund")


@page("payment-notice")
@require_POST
def notice(request: HttpRequest) -> HttpResponse:
    """Keep a notice of the finance office; without a month it is flagged, with one it is matched to its form."""
    sent, actor = request.POST, actor_of(request)
    month = sent.get("month", "").strip()

    def record() -> object:
        return funds_record(
            actor=actor,
            district_code=pack_code_of(actor.scope),
            benefit_month=Month.parse(month).index if month else None,
            amount_fen=int(Fen.from_yuan(sent.get("amount", ""))),
            received_on=parse_date(sent.get("received_on", "")),
            reference=sent.get("reference", "").strip(),
        )

    if attempt(request, record) is not None:
        messages.success(request, _("到账通知已登记。"))
    return redirect("payment-fund")
