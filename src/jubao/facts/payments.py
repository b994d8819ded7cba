"""Figures of runs: by township and part, by kind, by bank, left out, outcomes; the fund by month; vouchers compared.

Worked example: `by_township(run_id)` has one row per 镇街 with people and each part; their sums are the lines' sums to the
fen. `fund_overview("150404", 24300, 24311)` with 1 000.00 in and 800.00 out of a month shows a change of 200.00.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection

PARTS = ("base_pension_fen", "account_pension_fen", "years_pension_fen", "only_child_supplement_fen", "age_supplement_fen",
         "other_fen")  # fmt: skip
PART_TITLES = {
    "base_pension_fen": "基础养老金",
    "account_pension_fen": "个人账户养老金",
    "years_pension_fen": "缴费年限养老金",
    "only_child_supplement_fen": "独生子女增发",
    "age_supplement_fen": "高龄增发",
    "other_fen": "其他",
}
_SUMS = ", ".join(f"sum({part})::bigint AS {part}" for part in PARTS)

BY_TOWNSHIP = f"""
SELECT t.path, coalesce(d.name, t.path) AS name, t.people, t.lines, {", ".join(f"t.{part}" for part in PARTS)}, t.amount_fen
FROM (SELECT substring(l.division_path FROM '^(?:[0-9]{{6}}/)*[0-9]{{9}}/') AS path,
             count(DISTINCT l.enrolment_id)::int AS people, count(*)::int AS lines, {_SUMS},
             sum(l.amount_fen)::bigint AS amount_fen
      FROM payments_paymentline l WHERE l.run_id = %s AND l.is_in_run GROUP BY 1) AS t
LEFT JOIN people_division d ON d.path = t.path AND d.valid_until IS NULL ORDER BY t.path COLLATE "C"
"""
_BY_KIND = """
SELECT kind, count(*)::int AS lines, sum(amount_fen)::bigint AS amount_fen FROM payments_paymentline
WHERE run_id = %s AND is_in_run GROUP BY kind ORDER BY kind
"""
_BY_BANK = """
SELECT a.bank_name AS name, count(*)::int AS lines, sum(l.amount_fen)::bigint AS amount_fen
FROM payments_paymentline l JOIN people_payoutaccount a ON a.id = l.payout_account_id
WHERE l.run_id = %s AND l.is_in_run GROUP BY 1 ORDER BY a.bank_name COLLATE "C"
"""
_OMISSIONS = """
SELECT reason, count(DISTINCT enrolment_id)::int AS people, sum(amount_fen)::bigint AS amount_fen
FROM payments_paymentomission WHERE run_id = %s GROUP BY reason ORDER BY reason
"""
_HOLDS = """
SELECT reason, count(*)::int AS proposals, count(*) FILTER (WHERE state = 'confirmed')::int AS confirmed,
       count(*) FILTER (WHERE state = 'released')::int AS released, count(*) FILTER (WHERE state = 'open')::int AS open
FROM benefits_holdproposal WHERE run_id = %s GROUP BY reason ORDER BY reason
"""
_OUTCOMES = """
SELECT coalesce(o.state, 'unanswered') AS state, count(*)::int AS lines, sum(l.amount_fen)::bigint AS amount_fen
FROM payments_paymentline l LEFT JOIN payments_paymentoutcome o ON o.line_id = l.id AND o.is_last
WHERE l.run_id = %s AND l.is_in_run GROUP BY 1 ORDER BY 1
"""
_FUND = """
WITH months AS (SELECT generate_series(%(first)s::int, %(last)s::int) AS month),
received AS (SELECT benefit_month AS month, sum(amount_fen)::bigint AS fen FROM payments_fundsreceipt
             WHERE district_code = %(district)s GROUP BY 1),
paid AS (SELECT r.benefit_month AS month, sum(l.amount_fen)::bigint AS fen
         FROM payments_paymentoutcome o JOIN payments_paymentline l ON l.id = o.line_id
         JOIN payments_paymentrun r ON r.id = l.run_id
         WHERE o.is_last AND o.state = 'paid' AND r.district_code = %(district)s GROUP BY 1)
SELECT m.month, coalesce(i.fen, 0) AS in_fen, coalesce(p.fen, 0) AS out_fen,
       coalesce(i.fen, 0) - coalesce(p.fen, 0) AS change_fen,
       (SELECT coalesce(sum(x.fen), 0) FROM received x WHERE x.month <= m.month)::bigint
       - (SELECT coalesce(sum(x.fen), 0) FROM paid x WHERE x.month <= m.month)::bigint AS balance_fen
FROM months m LEFT JOIN received i ON i.month = m.month LEFT JOIN paid p ON p.month = m.month ORDER BY m.month
"""
_VOUCHERS = """
SELECT r.number, r.kind, r.total_fen AS list_fen, coalesce(v.fen, 0)::bigint AS voucher_fen,
       (r.total_fen - coalesce(v.fen, 0))::bigint AS difference_fen, coalesce(v.numbers, '') AS vouchers
FROM payments_paymentrun r LEFT JOIN (
    SELECT run_id, sum(amount_fen) AS fen, string_agg(number, '、' ORDER BY number) AS numbers FROM payments_voucher
    WHERE kind = 'payment' GROUP BY run_id) AS v ON v.run_id = r.id
WHERE r.district_code = %s AND r.benefit_month = %s AND r.state NOT IN ('draft', 'void') ORDER BY r.number
"""
_BASE = """
SELECT coalesce(sum(l.base_pension_fen), 0)::bigint,
       coalesce(sum(least(l.base_pension_fen, f.fen)) FILTER (WHERE l.kind <> 'difference'), 0)::bigint
FROM payments_paymentline l
LEFT JOIN unnest(%(months)s::int[], %(floors)s::bigint[]) AS f (month, fen) ON f.month = l.benefit_month
WHERE l.run_id = %(run)s AND l.is_in_run
"""
_RECEIPTS_WITHOUT = """
SELECT f.id, f.reference, f.amount_fen, f.received_on, f.benefit_month,
       CASE WHEN f.benefit_month IS NULL THEN 'PERIOD_MISSING' ELSE 'NOT_MATCHED' END AS problem
FROM payments_fundsreceipt f WHERE f.district_code = %s AND f.run_id IS NULL ORDER BY f.received_on, f.reference
"""
_PERIODS_WITHOUT = """
SELECT r.benefit_month, r.number, r.total_fen, coalesce(sum(f.amount_fen), 0)::bigint AS received_fen
FROM payments_paymentrun r LEFT JOIN payments_fundsreceipt f ON f.run_id = r.id
WHERE r.district_code = %s AND r.state = 'approved' GROUP BY r.id HAVING coalesce(sum(f.amount_fen), 0) <> r.total_fen
ORDER BY r.benefit_month, r.number
"""
FAILED = """
SELECT t.name AS township, v.name AS village, p.name, l.enrolment_id, enr.person_id, l.benefit_month, l.amount_fen,
       o.bank_reason, o.answered_on, r.number AS run_number, l.id AS line_id
FROM payments_paymentoutcome o JOIN payments_paymentline l ON l.id = o.line_id
JOIN payments_paymentrun r ON r.id = l.run_id JOIN people_enrolment enr ON enr.id = l.enrolment_id
JOIN people_person p ON p.id = enr.person_id
LEFT JOIN people_division v ON v.path = l.division_path AND v.valid_until IS NULL
LEFT JOIN people_division t ON t.id = v.parent_id
WHERE o.is_last AND o.state = 'returned' AND l.division_path LIKE %(prefix)s
  AND (%(run)s::uuid IS NULL OR l.run_id = %(run)s)
  AND (NOT %(only_open)s OR NOT EXISTS (SELECT FROM payments_paymentline x WHERE x.repays_id = l.id AND x.is_live))
ORDER BY l.division_path COLLATE "C", p.name_key, l.benefit_month, l.id
"""


def _rows(sql: str, given: Any) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def by_township(run_id: UUID) -> list[dict[str, Any]]:
    """People, lines, every part and the sum of each township."""
    return _rows(BY_TOWNSHIP, [run_id])


def by_kind(run_id: UUID) -> list[dict[str, Any]]:
    """Lines and sum of each kind of payment."""
    return _rows(_BY_KIND, [run_id])


def by_bank(run_id: UUID) -> list[dict[str, Any]]:
    """Lines and sum at each bank."""
    return _rows(_BY_BANK, [run_id])


def omissions(run_id: UUID) -> list[dict[str, Any]]:
    """People and sum left out, by reason."""
    return _rows(_OMISSIONS, [run_id])


def hold_counts(run_id: UUID) -> list[dict[str, Any]]:
    """Proposals of the checks before payment by reason: confirmed, released, open."""
    return _rows(_HOLDS, [run_id])


def months_of(run_id: UUID) -> list[int]:
    """The benefit months in which somebody of the run gets a base pension."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT benefit_month FROM payments_paymentline WHERE run_id = %s AND is_in_run"
            " AND base_pension_fen > 0 ORDER BY 1",
            [run_id],
        )
        return [row[0] for row in cursor.fetchall()]


def base_and_minimum(run_id: UUID, minimums: dict[int, int]) -> tuple[int, int]:
    """Fen of base pension in a run, and how much of it lies within the national minimum of its month (differences do not)."""
    given: dict[str, Any] = {"run": run_id, "months": list(minimums), "floors": list(minimums.values())}
    with connection.cursor() as cursor:
        cursor.execute(_BASE, given)
        whole, within = cursor.fetchone()
    return int(whole), int(within)


def outcomes(run_id: UUID) -> list[dict[str, Any]]:
    """Lines and sum by the bank's last word; `unanswered` has none yet. Their sum is what was sent (B9)."""
    return _rows(_OUTCOMES, [run_id])


def fund_overview(district_code: str, first_month: int, last_month: int) -> list[dict[str, Any]]:
    """In, out, change and balance of the payment fund, month by month (SS-03-5-3b)."""
    return _rows(_FUND, {"district": district_code, "first": first_month, "last": last_month})


def vouchers_compared(district_code: str, month: int) -> list[dict[str, Any]]:
    """Each run of the month beside its payment vouchers, with the difference (SS-39-5)."""
    return _rows(_VOUCHERS, [district_code, month])


def funds_flagged(district_code: str) -> list[dict[str, Any]]:
    """Notices of funds without a period or without a run that they fit (SS-03-6-2)."""
    return _rows(_RECEIPTS_WITHOUT, [district_code])


def funds_awaited(district_code: str) -> list[dict[str, Any]]:
    """Approved runs whose money has not come, or not all of it."""
    return _rows(_PERIODS_WITHOUT, [district_code])


def failed_lines(scope: str, *, run_id: UUID | None = None, only_open: bool = True) -> list[dict[str, Any]]:
    """Returned lines by village with the bank's reason; `only_open` leaves out those already paid again (D1)."""
    return _rows(FAILED, {"prefix": f"{scope}%", "run": run_id, "only_open": only_open})
