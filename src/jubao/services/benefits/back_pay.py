"""补发: what is awarded for months gone by, each month with its own amount, less what was paid for it.

Worked example: suspended from 2024-06, resumed on 2024-08-10 while August has not been drafted: `back_pay_award` writes two
`Due` rows, June 163.02 and July 163.02; the August run pays them beside August. Asked again it awards nothing (B11).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from django.db import connection

from jubao.benefits.models import Determination, Due, Entitlement
from jubao.database.actor import Actor
from jubao.facts.dues import COMPONENTS
from jubao.facts.pension import only_facts, pension_facts
from jubao.kernel.month import Month
from jubao.payments.models import PaymentRun
from jubao.policy import Pack
from jubao.rules import back_pay as rules
from jubao.services.benefits.pension_amounts import month_amount
from jubao.services.cases.inside_unit import inside_unit

_PAID = """
SELECT benefit_month, {sums} FROM (
    SELECT l.benefit_month, {paid_parts} FROM payments_paymentline l
    WHERE l.entitlement_id = %(id)s AND l.benefit_month = ANY(%(months)s)
      AND l.kind IN ('monthly', 'back_pay', 'difference')
      AND (l.is_live OR EXISTS (SELECT FROM payments_paymentoutcome o WHERE o.line_id = l.id))
    UNION ALL
    SELECT u.benefit_month, {parts} FROM benefits_due u
    JOIN benefits_entitlement t ON t.id = u.entitlement_id
    WHERE u.entitlement_id = %(id)s AND u.benefit_month = ANY(%(months)s) AND u.is_live
      AND NOT EXISTS (SELECT FROM payments_paymentline l WHERE l.enrolment_id = t.enrolment_id
                      AND l.benefit_month = u.benefit_month AND l.kind = u.kind AND l.cause = u.cause
                      AND (l.is_live OR EXISTS (SELECT FROM payments_paymentoutcome o WHERE o.line_id = l.id)))
) AS given GROUP BY benefit_month
"""


def next_regular_month(district_code: str, today: date) -> int:
    """The first month whose regular payment is not drafted yet: from it on a decision acts in the ordinary run."""
    month = Month.containing(today).index
    runs = PaymentRun.objects.filter(district_code=district_code, kind="regular", benefit_month__gte=month)
    drafted = set(runs.exclude(state="void").values_list("benefit_month", flat=True))
    while month in drafted:
        month += 1
    return month


def paid_or_awarded(entitlement_id: UUID, months: Sequence[int]) -> dict[int, dict[str, int]]:
    """By month, the parts already paid (or on their way, or returned and to be paid again) or awarded."""
    sql = _PAID.format(
        sums=", ".join(f"sum({name})::bigint" for name in COMPONENTS), parts=", ".join(COMPONENTS),
        # What a line kept back by decision was given all the same: it paid a debt.
        paid_parts=", ".join(
            f"l.{name} + l.deducted_fen AS {name}" if name == "base_pension_fen" else f"l.{name}" for name in COMPONENTS
        ),
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(sql, {"id": entitlement_id, "months": list(months)})
        return {row[0]: dict(zip(COMPONENTS, row[1:], strict=True)) for row in cursor.fetchall()}


def netted(parts: Mapping[str, int]) -> dict[str, int]:
    """The same sum without negative parts: what one part fell is taken from the others, in their order.

    `{"base": 2000, "account": -2}` is `{"base": 1998, "account": 0}`; the sum must not be negative.
    """
    lacking = -sum(value for value in parts.values() if value < 0)
    result: dict[str, int] = {}
    for name, value in parts.items():
        taken = min(max(value, 0), lacking)
        result[name] = max(value, 0) - taken
        lacking -= taken
    return result


def due_write(
    *, entitlement_id: UUID, month: int, kind: str, cause: str, parts: Mapping[str, int], case_id: UUID
) -> Due:
    """One awarded month; the determination in force in that month stands behind it."""
    determination = (
        Determination.objects.filter(entitlement_id=entitlement_id, month__lte=month)
        .order_by("-sequence")
        .first()
    )
    assert determination is not None, "an awarded month has a determination"
    values = netted(parts)
    return Due.objects.create(
        entitlement_id=entitlement_id,
        benefit_month=month,
        kind=kind,
        cause=cause,
        determination=determination,
        amount_fen=sum(values.values()),
        case_id=case_id,
        **values,
    )


def back_pay_award(
    *, actor: Actor, entitlement_id: UUID, months: Sequence[int], cause: str, case_id: UUID, pack: Pack
) -> list[Due]:
    """Award each of the months what is still owed for it by the rule; months fully paid or awarded get nothing.

    Raises NotCovered when the amount of a month cannot be computed; nothing is awarded then.
    """
    owed: list[Due] = []
    with inside_unit(actor, "back_pay_award"):
        start = Entitlement.objects.values_list("start_month", flat=True).get(id=entitlement_id)
        given = paid_or_awarded(entitlement_id, months)
        for month in sorted(set(months)):
            facts = pension_facts([entitlement_id], month)
            if not facts:
                continue
            amount = month_amount(pack, only_facts(facts[0]), month)
            paid = given.get(month, {})
            is_owed = rules.is_back_pay_month(month, start, max(months) + 1)
            fen = rules.back_pay_month_fen(is_owed, amount.total_fen, sum(paid.values()))
            if fen <= 0:
                continue
            parts = {name: amount.parts[name] - paid.get(name, 0) for name in COMPONENTS}
            row = due_write(entitlement_id=entitlement_id, month=month, kind="back_pay", cause=cause,
                            parts=parts, case_id=case_id)  # fmt: skip
            owed.append(row)
    return owed
