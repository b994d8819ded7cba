"""What is owed and not yet paid: the monthly pension of one month, back pay and differences awarded, one row per line.

Worked example: `SELECT * FROM (dues_sql) …` with `{"prefix": "500000/500110/%", "month": 24322}` gives for 张桂芳 a row
`monthly` of 16302 fen with its five parts and its determination, and for each month awarded by a resumption a row
`back_pay` with the amount of that month. What a live payment line already carries is not owed any more.
"""

from __future__ import annotations

COMPONENTS = (
    "base_pension_fen",
    "account_pension_fen",
    "years_pension_fen",
    "only_child_supplement_fen",
    "age_supplement_fen",
)
COLUMNS = (
    "enrolment_id",
    "entitlement_id",
    "division_path",
    "benefit_month",
    "kind",
    "cause",
    "determination_id",
    *COMPONENTS,
    "other_fen",
    "amount_fen",
    "due_id",
)

IN_FORCE = """
SELECT DISTINCT ON (entitlement_id) entitlement_id, id, {columns}
FROM benefits_determination WHERE month <= %(month)s
ORDER BY entitlement_id, sequence DESC
"""
"""The determination in force in a month: of those that begin by then, the one made last."""

_DEAD = """
EXISTS (SELECT 1 FROM people_deathreport r WHERE r.person_id = e.person_id AND r.is_decisive
        AND r.died_on < make_date(%(month)s / 12, %(month)s %% 12 + 1, 1))
"""

_MONTHLY = """
SELECT e.id AS enrolment_id, t.id AS entitlement_id, e.division_path, %(month)s::int AS benefit_month,
       'monthly'::text AS kind, ''::text AS cause, d.id AS determination_id, {d_columns}, 0::bigint AS other_fen,
       d.monthly_pension_fen AS amount_fen, NULL::uuid AS due_id
FROM people_enrolment e
JOIN benefits_entitlement t ON t.enrolment_id = e.id
     AND t.start_month <= %(month)s AND (t.end_month IS NULL OR t.end_month > %(month)s)
JOIN benefits_paymentstatus s ON s.entitlement_id = t.id AND s.kind = 'normal'
     AND s.from_month <= %(month)s AND (s.until_month IS NULL OR s.until_month > %(month)s)
JOIN ({in_force}) d ON d.entitlement_id = t.id
WHERE e.division_path LIKE %(prefix)s AND d.monthly_pension_fen > 0 AND NOT {dead}
AND NOT EXISTS (SELECT 1 FROM payments_paymentline p WHERE p.is_live AND p.enrolment_id = e.id
                AND p.benefit_month = %(month)s AND p.kind = 'monthly')
"""

_AWARDED = """
SELECT e.id, t.id, e.division_path, u.benefit_month, u.kind::text, u.cause::text, u.determination_id, {u_columns},
       0::bigint, u.amount_fen, u.id
FROM benefits_due u
JOIN benefits_entitlement t ON t.id = u.entitlement_id
JOIN people_enrolment e ON e.id = t.enrolment_id
WHERE u.is_live AND e.division_path LIKE %(prefix)s AND NOT {dead}
AND NOT EXISTS (SELECT 1 FROM benefits_paymentstatus s WHERE s.entitlement_id = t.id
                AND s.kind IN ('held', 'suspended', 'sealed')
                AND s.from_month <= %(month)s AND (s.until_month IS NULL OR s.until_month > %(month)s))
AND NOT EXISTS (SELECT 1 FROM payments_paymentline p WHERE p.is_live AND p.enrolment_id = e.id
                AND p.benefit_month = u.benefit_month AND p.kind = u.kind AND p.cause = u.cause)
"""


def dues_sql(*, month: int) -> str:
    """Every line owed to the people below %(prefix)s and not yet paid, with %(month)s as the month of payment.

    Shape: one row per line, columns `COLUMNS`; every component >= 0, amount > 0. Who is held, suspended or sealed in the
    month gets nothing; what was awarded to somebody now dead waits for the settlement with the heirs.
    """
    assert month > 0
    names = ", ".join(COMPONENTS)
    in_force = IN_FORCE.format(columns=f"{names}, monthly_pension_fen")
    monthly = _MONTHLY.format(
        d_columns=", ".join(f"d.{name}" for name in COMPONENTS), in_force=in_force, dead=_DEAD
    )
    awarded = _AWARDED.format(u_columns=", ".join(f"u.{name}" for name in COMPONENTS), dead=_DEAD)
    return f"{monthly}UNION ALL{awarded}"
