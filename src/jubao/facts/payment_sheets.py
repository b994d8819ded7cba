"""Rows behind the lists and sheets that leave the desk: the month's payment list, public notice, determinations of a month.

Worked example: `payment_list_sql()` gives for a closed run one row per line with the pension by part and the account part by
source; the sums of its columns are those of the approval form, every time.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import connection

SOURCES = {
    "own_payment": "个账个人缴费",
    "subsidy": "个账政府补贴",
    "collective_aid": "个账集体补助",
    "sponsorship": "个账资助",
    "paid_on_behalf": "个账政府代缴",
    "interest": "个账利息",
    "transferred_in": "个账转入",
    "base_pension_fund": "个账用完后基金支付",
}
"""Where the account pension of a line came from."""

_DRAWN = ", ".join(
    f"sum(t.amount_fen) FILTER (WHERE a.kind = '{kind}')::bigint AS {kind}" for kind in SOURCES
)
PAYMENT_LIST = f"""
SELECT t.name AS township, v.name AS village, n.person_id, p.name, p.gender, l.benefit_month, r.benefit_month AS run_month,
       coalesce(o.state, 'unanswered') AS state, l.kind, l.cause, l.amount_fen, l.base_pension_fen, l.years_pension_fen,
       l.only_child_supplement_fen, l.age_supplement_fen, l.other_fen, l.account_pension_fen,
       {", ".join(f"coalesce(d.{kind}, 0) AS {kind}" for kind in SOURCES)}, l.line_number
FROM payments_paymentline l JOIN payments_paymentrun r ON r.id = l.run_id
JOIN people_enrolment n ON n.id = l.enrolment_id JOIN people_person p ON p.id = n.person_id
LEFT JOIN payments_paymentoutcome o ON o.line_id = l.id AND o.is_last
LEFT JOIN people_division v ON v.path = l.division_path AND v.valid_until IS NULL
LEFT JOIN people_division t ON t.id = v.parent_id
LEFT JOIN (SELECT t.line_id, {_DRAWN} FROM ledger_transfer t JOIN ledger_account a ON a.id = t.debit_account_id
           WHERE t.run_id = %(run)s AND t.phase = 'pending' AND t.code = 'account_pension' GROUP BY 1) d ON d.line_id = l.id
WHERE l.run_id = %(run)s AND l.is_in_run AND l.division_path LIKE %(prefix)s
ORDER BY l.division_path COLLATE "C", p.name_key, l.enrolment_id, l.benefit_month, l.line_number
"""

_NOTICE = """
SELECT t.name AS township, v.name AS village, l.division_path, n.person_id, p.name, p.gender, e.start_month
FROM payments_paymentline l JOIN people_enrolment n ON n.id = l.enrolment_id JOIN people_person p ON p.id = n.person_id
JOIN benefits_entitlement e ON e.id = l.entitlement_id
LEFT JOIN people_division v ON v.path = l.division_path AND v.valid_until IS NULL
LEFT JOIN people_division t ON t.id = v.parent_id
WHERE l.run_id = %(run)s AND l.is_in_run AND l.kind = 'monthly' AND l.base_pension_fen > 0
  AND l.division_path LIKE %(prefix)s
ORDER BY l.division_path COLLATE "C", p.name_key, l.enrolment_id
"""

_DETERMINED = """
SELECT d.id, t.name AS township, v.name AS village, n.division_path, n.person_id, n.id AS enrolment_id, p.name, p.gender,
       p.birth_date, n.enrolled_on, n.participation_identity, e.start_month, d.contribution_months, d.account_balance_fen,
       d.base_pension_fen, d.account_pension_fen, d.years_pension_fen, d.only_child_supplement_fen, d.age_supplement_fen,
       d.monthly_pension_fen, d.trace, d.month, d.facts, coalesce(a.holder_name, '') AS holder_name,
       coalesce(a.bank_name, '') AS bank_name, coalesce(a.account_number, '') AS account_number,
       coalesce(c.number, '') AS case_number
FROM benefits_determination d JOIN benefits_entitlement e ON e.id = d.entitlement_id
JOIN people_enrolment n ON n.id = e.enrolment_id JOIN people_person p ON p.id = n.person_id
LEFT JOIN people_payoutaccount a ON a.person_id = p.id AND a.until_on IS NULL
LEFT JOIN cases_case c ON c.id = d.case_id
LEFT JOIN people_division v ON v.path = n.division_path AND v.valid_until IS NULL
LEFT JOIN people_division t ON t.id = v.parent_id
WHERE n.division_path LIKE %(prefix)s AND d.month = %(month)s
ORDER BY n.division_path COLLATE "C", p.name_key, d.id
"""

_REFUNDS = """
SELECT l.line_number, l.kind, l.cause, n.person_id, p.name, l.amount_fen, a.holder_name, a.account_number, a.bank_name
FROM payments_paymentline l JOIN people_enrolment n ON n.id = l.enrolment_id JOIN people_person p ON p.id = n.person_id
JOIN people_payoutaccount a ON a.id = l.payout_account_id
WHERE l.run_id = %(run)s AND l.is_in_run AND l.kind <> 'monthly' AND l.division_path LIKE %(prefix)s
ORDER BY l.line_number
"""

_BALANCES = """
SELECT a.enrolment_id, a.kind, b.balance_fen FROM ledger_account a JOIN ledger_balance b ON b.account_id = a.id
WHERE a.enrolment_id = ANY(%s) AND b.balance_fen <> 0
"""


def rows(sql: str, given: dict[str, Any]) -> list[dict[str, Any]]:
    """The rows of a query by column name."""
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        names = [column.name for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def notice_rows(run_id: UUID, scope: str) -> list[dict[str, Any]]:
    """Who is posted up in the villages: paid a base pension in the run (D3)."""
    return rows(_NOTICE, {"run": run_id, "prefix": f"{scope}%"})


def determined_rows(scope: str, month: int) -> list[dict[str, Any]]:
    """The determinations that begin in a month, with what the calculation sheet shows (C1, C2)."""
    return rows(_DETERMINED, {"month": month, "prefix": f"{scope}%"})


def single_payment_rows(run_id: UUID, scope: str) -> list[dict[str, Any]]:
    """What a run pays beside the monthly pension, with payee and bank (D4)."""
    return rows(_REFUNDS, {"run": run_id, "prefix": f"{scope}%"})


def balances_of(enrolment_ids: list[UUID]) -> dict[UUID, dict[str, int]]:
    """Balance of each part of each personal account."""
    found: dict[UUID, dict[str, int]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_BALANCES, [enrolment_ids])
        for enrolment, kind, fen in cursor.fetchall():
            found.setdefault(enrolment, {})[kind] = fen
    return found
