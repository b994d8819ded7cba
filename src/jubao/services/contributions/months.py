"""The monthly closing of contributions between tax office, agency and finance: 月清月结 (第十一条).

Worked example: May has a receipt of 200.00 that only the tax list knows. `contribution_month_close` refuses with
DIFFERENCES_UNEXPLAINED; once the difference is explained (or the payment booked) the month closes, and a payment with a
treasury day in May is refused until somebody opens the month again with a reason.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import connection

from jubao.contributions.models import ContributionDifference, ContributionMonth
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.facts.contributions import DIFFERENCES, month_figures, month_parameters
from jubao.kernel.errors import CheckFailed
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.services.access.district_scope import check_district
from jubao.services.contributions.judging import CHISONG_56_11


def contribution_month_reconcile(
    *, actor: Actor, district_code: str, month: int, finance_fen: int | None = None
) -> ContributionMonth:
    """Compare the three sides anew; differences that are gone stop being live, explanations stay with those that remain.

    `finance_fen` is what the account of finance shows for the month. A closed month is answered as it was closed.
    """
    with unit_of_work(actor, "contribution_month_reconcile"):
        check_district(actor, district_code)
        found = _locked(district_code, month)
        if found.state == "closed":
            return found
        figures = month_figures(district_code, month)
        found.tax_count, found.tax_fen = figures.tax_count, figures.tax_fen
        found.booked_count, found.booked_fen = figures.booked_count, figures.booked_fen
        if finance_fen is not None:
            found.finance_fen = finance_fen
        found.save()
        _keep_differences(found)
        return found


def contribution_difference_explain(*, actor: Actor, difference_id: UUID, explanation: str) -> None:
    """Write down why the two sides differ. Raises CheckFailed EXPLANATION_EMPTY, MONTH_CLOSED."""
    if not explanation.strip():
        raise CheckFailed("EXPLANATION_EMPTY", _("差异的说明是空的。"), remedy=_("请写明原因和处理办法。"))
    with unit_of_work(actor, "contribution_difference_explain"):
        found = ContributionDifference.objects.select_related("contribution_month").get(id=difference_id)
        check_district(actor, found.contribution_month.district_code)
        _refuse_closed(_locked(found.contribution_month.district_code, found.contribution_month.month))
        found.explanation = explanation.strip()
        found.save(update_fields=["explanation"])


def contribution_month_close(
    *, actor: Actor, district_code: str, month: int, today: date, finance_fen: int | None = None
) -> ContributionMonth:
    """Close a month for good. Raises CheckFailed: MONTH_NOT_OVER, TAX_LIST_MISSING, DIFFERENCES_UNEXPLAINED."""
    name = Month.from_index(month)
    if today <= name.last_day:
        raise CheckFailed(
            "MONTH_NOT_OVER", _("{month} 还没有结束，不能结账。").format(month=name), citation=CHISONG_56_11
        )
    with unit_of_work(actor, "contribution_month_close"):
        check_district(actor, district_code)
        found = contribution_month_reconcile(
            actor=actor, district_code=district_code, month=month, finance_fen=finance_fen
        )
        if found.state == "closed":
            return found
        if found.tax_count == 0 and found.booked_count:
            raise CheckFailed(
                "TAX_LIST_MISSING",
                _("{month} 没有税务部门的入库清单。").format(month=name),
                remedy=_("请先导入税务入库清单。"),
                citation=CHISONG_56_11,
            )
        _refuse_unexplained(found, name)
        found.state = "closed"
        found.closed_by_id = actor.natural_person_id
        found.save(update_fields=["state", "closed_by_id"])
        return found


def contribution_month_reopen(
    *, actor: Actor, district_code: str, month: int, reason: str
) -> ContributionMonth:
    """Open a closed month again; the reason is added to its explanation. An open month stays as it is.

    Raises CheckFailed REASON_EMPTY.
    """
    if not reason.strip():
        raise CheckFailed("REASON_EMPTY", _("重新打开要写明原因。"))
    with unit_of_work(actor, "contribution_month_reopen"):
        check_district(actor, district_code)
        found = _locked(district_code, month)
        if found.state == "open":
            return found
        found.state = "open"
        found.explanation = "\n".join(filter(None, [found.explanation, reason.strip()]))
        found.save(update_fields=["state", "explanation"])
        return found


def _locked(district_code: str, month: int) -> ContributionMonth:
    ContributionMonth.objects.get_or_create(district_code=district_code, month=month)
    return ContributionMonth.objects.select_for_update().get(district_code=district_code, month=month)


def _refuse_closed(found: ContributionMonth) -> None:
    if found.state == "closed":
        message = _("{month} 已经结账。").format(month=Month.from_index(found.month))
        raise CheckFailed(
            "MONTH_CLOSED", message, remedy=_("请先说明原因并重新打开。"), citation=CHISONG_56_11
        )


def _refuse_unexplained(found: ContributionMonth, name: Month) -> None:
    open_ones = ContributionDifference.objects.filter(contribution_month=found, is_live=True, explanation="")
    count = open_ones.count()
    if count:
        fen = sum(abs((one.tax_fen or 0) - (one.booked_fen or 0)) for one in open_ones)
        message = _("{month} 还有 {count} 处差异没有说明，共 {yuan:.2f} 元。").format(
            month=name, count=count, yuan=fen / 100
        )
        raise CheckFailed(
            "DIFFERENCES_UNEXPLAINED",
            message,
            remedy=_("请逐项补记或写明原因后再结账。"),
            citation=CHISONG_56_11,
        )


def _keep_differences(found: ContributionMonth) -> None:
    given = month_parameters(found.district_code, found.month) | {"id": found.id}
    finance = found.finance_fen is not None and found.finance_fen != found.booked_fen
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE contributions_contributiondifference SET is_live = false WHERE contribution_month_id = %s AND is_live",
            [found.id],
        )
        cursor.execute(
            "INSERT INTO contributions_contributiondifference"
            " (contribution_month_id, kind, receipt_number, enrolment_id, tax_fen, booked_fen)"
            f" SELECT %(id)s, d.* FROM ({DIFFERENCES}) AS d"
            " ON CONFLICT (contribution_month_id, kind, receipt_number) DO UPDATE SET is_live = true,"
            " explanation = CASE WHEN contributions_contributiondifference.tax_fen IS NOT DISTINCT FROM excluded.tax_fen"
            " AND contributions_contributiondifference.booked_fen IS NOT DISTINCT FROM excluded.booked_fen"
            " THEN contributions_contributiondifference.explanation ELSE '' END,"
            " tax_fen = excluded.tax_fen, booked_fen = excluded.booked_fen",
            given,
        )
    if finance:
        row, made = ContributionDifference.objects.get_or_create(
            contribution_month=found, kind="finance", receipt_number="",
            defaults={"tax_fen": found.finance_fen, "booked_fen": found.booked_fen},
        )  # fmt: skip
        if not made:
            same = (row.tax_fen, row.booked_fen) == (found.finance_fen, found.booked_fen)
            row.tax_fen, row.booked_fen = found.finance_fen, found.booked_fen
            row.explanation = row.explanation if same else ""
            row.is_live = True
            row.save()
