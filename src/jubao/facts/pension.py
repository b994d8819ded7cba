"""The facts of the pension rules: one row per running entitlement for one month, or for a claim not yet decided.

Worked example: for 张桂芳 in 2026-11 the row holds account_balance_fen 250478, contribution_months 180, birth_month 23563
(1963-08), given_start_month 24284 and benefit_month 24322; `rules.select_sql` over it gives her 163.02 yuan, and so does
`rules.explain` over the same row alone.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from jubao.rules import entitlement, pension, pension_refusal  # noqa: F401  registers the rules
from jubao.rules.evaluate import select_sql
from jubao.rules.pension_terms import FACTS, PensionTerms

TARGETS = ("monthly_pension", "pension_refusals", "weakest_source_rank")
PARTS = ("base_pension", "account_pension", "years_pension", "only_child_supplement", "age_supplement")
KEYS = ("entitlement_id", "enrolment_id", "determination_id", "division_path")

_BIRTH = "extract(year FROM p.birth_date)::bigint * 12 + extract(month FROM p.birth_date)::bigint - 1"

_RUNNING = f"""
SELECT t.id AS entitlement_id, e.id AS enrolment_id, d.id AS determination_id, e.division_path,
       d.account_balance_fen, d.contribution_months::bigint, d.make_up_months::bigint, d.min_tier_months::bigint,
       d.is_only_child, true AS has_birth_date, {_BIRTH} AS birth_month, true AS has_given_start_month,
       t.start_month::bigint AS given_start_month, %(month)s::bigint AS benefit_month
FROM people_enrolment e
JOIN people_person p ON p.id = e.person_id
JOIN benefits_entitlement t ON t.enrolment_id = e.id
     AND t.start_month <= %(month)s AND (t.end_month IS NULL OR t.end_month > %(month)s)
JOIN LATERAL (SELECT * FROM benefits_determination x WHERE x.entitlement_id = t.id AND x.month <= %(month)s
              ORDER BY x.sequence DESC LIMIT 1) d ON true
WHERE e.division_path LIKE %(prefix)s
"""

_CLAIM = f"""
SELECT e.id AS enrolment_id, e.division_path,
       coalesce(b.balance_fen, 0)::bigint AS account_balance_fen,
       (coalesce(f.contribution_months, 0) + 12 * coalesce(c.years, 0))::bigint AS contribution_months,
       (coalesce(f.make_up_months, 0) + 12 * coalesce(c.make_up_years, 0))::bigint AS make_up_months,
       (coalesce(f.min_tier_months, 0) + 12 * coalesce(c.min_tier_years, 0))::bigint AS min_tier_months,
       coalesce(e.is_only_child, false) AS is_only_child, true AS has_birth_date, {_BIRTH} AS birth_month,
       false AS has_given_start_month, 0::bigint AS given_start_month, %(month)s::bigint AS benefit_month
FROM people_enrolment e
JOIN people_person p ON p.id = e.person_id
LEFT JOIN contributions_formeryears f ON f.enrolment_id = e.id
LEFT JOIN (
    SELECT enrolment_id, count(DISTINCT year) AS years,
           count(DISTINCT year) - count(DISTINCT year) FILTER (WHERE NOT is_make_up) AS make_up_years,
           count(DISTINCT year) FILTER (WHERE tier_fen >= %(min_tier_fen)s) AS min_tier_years
    FROM contributions_contribution WHERE is_live AND payer IN ('own', 'on_behalf') GROUP BY enrolment_id
) c ON c.enrolment_id = e.id
LEFT JOIN (
    SELECT a.enrolment_id, sum(l.balance_fen) AS balance_fen
    FROM ledger_account a JOIN ledger_balance l ON l.account_id = a.id
    WHERE a.enrolment_id IS NOT NULL GROUP BY a.enrolment_id
) b ON b.enrolment_id = e.id
WHERE e.ended_on IS NULL AND e.division_path LIKE %(prefix)s
"""


def pension_facts_sql() -> str:
    """Shape: one row per entitlement running in %(month)s below %(prefix)s, columns `KEYS` and `FACTS`; nothing is null."""
    return _RUNNING


def claim_facts_sql() -> str:
    """Shape: one row per live enrolment below %(prefix)s, with `FACTS` from contributions and ledger as they stand now.

    %(min_tier_fen)s is the pack's least tier for the years pension; a year counts once however often it was paid.
    """
    return _CLAIM


def pension_facts(entitlement_ids: Sequence[UUID], month: int) -> list[dict[str, Any]]:
    """The same query for a few entitlements: one row each, None of those not running in the month."""
    sql = f"{_RUNNING} AND t.id = ANY(%(ids)s) ORDER BY t.id"
    return _rows(sql, {"prefix": "%", "month": month, "ids": list(entitlement_ids)})


def claim_facts(enrolment_id: UUID, month: int, min_tier_fen: int) -> dict[str, Any] | None:
    """The facts of one claim; None when the enrolment has ended."""
    sql = f"{_CLAIM} AND e.id = %(id)s"
    rows = _rows(sql, {"prefix": "%", "month": month, "min_tier_fen": min_tier_fen, "id": enrolment_id})
    return rows[0] if rows else None


def claim_facts_of(
    enrolment_ids: Sequence[UUID], month: int, min_tier_fen: int
) -> dict[UUID, dict[str, Any]]:
    """The same facts of many claims in one query, by enrolment; ended enrolments are left out."""
    params = {"prefix": "%", "month": month, "min_tier_fen": min_tier_fen, "ids": list(enrolment_ids)}
    return {row["enrolment_id"]: row for row in _rows(f"{_CLAIM} AND e.id = ANY(%(ids)s)", params)}


def pension_amounts_sql(terms: PensionTerms) -> str:
    """Every step of the rules as a column beside the facts, for all running entitlements; the same parameters."""
    rules = select_sql(TARGETS, FACTS, terms.arguments, "facts", dialect="postgres").replace("%", "%%")
    return f"WITH facts AS MATERIALIZED ({_RUNNING}) {rules}"


def only_facts(row: Mapping[str, Any]) -> dict[str, Any]:
    """What the rules are given of a row."""
    return {name: row[name] for name in FACTS}


def _rows(sql: str, params: Mapping[str, Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, dict(params))
        names = [column[0] for column in cursor.description]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
