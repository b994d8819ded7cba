"""The SQL of the draft: who is due this month, how much by the rules, to which account; one statement per piece.

Worked example: `monthly_piece(terms)` over the entitlements after one key up to another inserts a line of 163.02 yuan for
张桂芳, and for 李大山, who has no account, an omission NO_ACCOUNT with the same amount: nobody is lost.

The amount is that of the benefit month, computed by the rules over the facts of the determination; a determination of
last year therefore brings this year's base pension and the age step just reached.
"""

from __future__ import annotations

from jubao.database.keys import numbered_keys
from jubao.rules import entitlement, pension, pension_refusal  # noqa: F401  registers the rules
from jubao.rules.evaluate import select_sql
from jubao.rules.pension_terms import FACTS, PensionTerms

TARGETS = ("monthly_pension", "pension_refusals")
FIRST, LAST = "00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"
PARTS = ("base_pension", "account_pension", "years_pension", "only_child_supplement", "age_supplement")

_DUE = """
SELECT en.id AS entitlement_id, en.enrolment_id, enr.person_id, enr.division_path, d.id AS determination_id,
       d.account_balance_fen, d.contribution_months::bigint, d.make_up_months::bigint, d.min_tier_months::bigint,
       d.is_only_child, coalesce((d.facts->>'has_birth_date')::boolean, true) AS has_birth_date,
       coalesce((d.facts->>'birth_month')::bigint,
                extract(year FROM p.birth_date)::bigint * 12 + extract(month FROM p.birth_date)::bigint - 1) AS birth_month,
       true AS has_given_start_month, en.start_month::bigint AS given_start_month, %(month)s::bigint AS benefit_month
FROM benefits_entitlement en
CROSS JOIN LATERAL (SELECT x.person_id, x.division_path FROM people_enrolment x
                    WHERE x.id = en.enrolment_id AND x.division_path LIKE %(prefix)s OFFSET 0) enr
CROSS JOIN LATERAL (SELECT x.birth_date FROM people_person x WHERE x.id = enr.person_id OFFSET 0) p
CROSS JOIN LATERAL (SELECT x.id FROM benefits_paymentstatus x WHERE x.entitlement_id = en.id AND x.kind = 'normal'
                    AND x.from_month <= %(month)s AND (x.until_month IS NULL OR x.until_month > %(month)s) OFFSET 0) s
JOIN LATERAL (SELECT * FROM benefits_determination x WHERE x.entitlement_id = en.id AND x.month <= %(month)s
              ORDER BY x.sequence DESC LIMIT 1) d ON true
WHERE en.start_month <= %(month)s AND (en.end_month IS NULL OR en.end_month > %(month)s)
"""
"""By keys (OFFSET 0 keeps it so): a piece of a province costs what a piece of a county costs, a join would read all tables
once for each piece."""

_SENT_OR_LIVE = "(l.is_live OR EXISTS (SELECT FROM payments_paymentoutcome po WHERE po.line_id = l.id))"
"""A returned line is no longer live; it is paid again by a repayment and by nothing else."""

_STILL_OPEN = f"""
  AND NOT EXISTS (SELECT FROM payments_paymentline l WHERE l.enrolment_id = en.enrolment_id AND {_SENT_OR_LIVE}
                  AND l.benefit_month = %(month)s AND l.kind IN ('monthly', 'back_pay', 'repayment') OFFSET 0)
  AND NOT EXISTS (SELECT FROM people_deathreport x WHERE x.person_id = enr.person_id AND x.is_decisive
                  AND x.died_on < %(first_day)s OFFSET 0)
"""

ACCOUNT = """
LEFT JOIN LATERAL (SELECT x.id, x.usable_on, x.confirmed_at FROM people_payoutaccount x WHERE x.person_id = {person}
                   AND x.from_on <= %(cut_off)s AND (x.until_on IS NULL OR x.until_on > %(cut_off)s) OFFSET 0) a ON true
"""
USABLE = "(a.id IS NOT NULL AND (a.usable_on <= %(cut_off)s OR a.confirmed_at IS NOT NULL))"
ACCOUNT_REASON = "CASE WHEN a.id IS NULL THEN 'NO_ACCOUNT' ELSE 'ACCOUNT_WAITING' END"

LINE_COLUMNS = """run_id, line_number, enrolment_id, entitlement_id, division_path, benefit_month, kind, cause,
    determination_id, base_pension_fen, account_pension_fen, years_pension_fen, only_child_supplement_fen,
    age_supplement_fen, other_fen, amount_fen, deducted_fen, payout_account_id, repays_id, is_live, is_in_run"""
OMISSION_COLUMNS = """run_id, enrolment_id, entitlement_id, division_path, benefit_month, kind, cause, reason, detail,
    amount_fen"""


def amounts_sql(terms: PensionTerms, due: str = "due") -> str:
    """The rules over a table of facts: every step as a column."""
    text = select_sql(TARGETS, FACTS, terms.arguments, due, dialect="postgres")
    return text.replace("%", "%%")


DECIDED = f"""
SELECT c.id, c.entitlement_id, c.benefit_month, c.amount_fen - coalesce(d.fen, 0) AS left_fen,
       c.account_pension_fen - coalesce(d.account_fen, 0) AS account_left_fen
FROM benefits_decrease c
LEFT JOIN (SELECT k.decrease_id, sum(k.amount_fen)::bigint AS fen, sum(k.to_account_fen)::bigint AS account_fen
           FROM payments_paymentdeduction k JOIN payments_paymentline l ON l.id = k.line_id WHERE {_SENT_OR_LIVE}
           GROUP BY k.decrease_id) d ON d.decrease_id = c.id
WHERE c.state = 'deduct' AND c.amount_fen > coalesce(d.fen, 0)
"""
"""What officers decided to keep back of months paid too much and no line has kept back yet, one row per such month."""

_KEPT_BACK = """
least(g.fen, m.monthly_pension * %(deduct_percent)s / 100,
      m.base_pension - CASE WHEN m.monthly_pension = m.base_pension THEN 1 ELSE 0 END)
"""
"""At most the pack's share of the month and the base pension: the account pension is the person's own money (A-14)."""

_OMITTED = """
  AND EXISTS (SELECT FROM payments_paymentomission o JOIN payments_paymentrun r ON r.id = o.run_id
              WHERE o.enrolment_id = en.enrolment_id AND o.benefit_month = %(month)s AND o.kind IN ('monthly', 'back_pay')
              AND r.state <> 'void' AND r.id <> %(run)s)
"""
_CAUSE = """
(SELECT CASE o.reason WHEN 'HELD' THEN 'HOLD_RELEASED' WHEN 'NOT_COVERED' THEN 'PARAMETER_SUPPLIED' ELSE 'ACCOUNT_BOUND' END
 FROM payments_paymentomission o WHERE o.enrolment_id = placed.enrolment_id AND o.benefit_month = placed.benefit_month
 AND o.run_id <> %(run)s ORDER BY o.id DESC LIMIT 1)
"""


def monthly_piece(terms: PensionTerms, *, omitted_before: bool = False) -> str:
    """Insert the lines and omissions of the entitlements in (%(after)s, %(until)s]; answers how many of each.

    With `omitted_before` only of those whom an earlier run left out in %(month)s, as back pay with its cause.
    Parameters beside those: run, month, prefix, cut_off, first_day, from_number, deduct_percent. What an officer decided to
    keep back leaves the base pension of a monthly line, and which past month it was for is kept beside the line.
    """
    kind, cause = ("'back_pay'", _CAUSE) if omitted_before else ("'monthly'", "''")
    only = _OMITTED if omitted_before else ""
    kept_back = (
        "0" if omitted_before else f"CASE WHEN g.fen IS NULL THEN 0 ELSE greatest({_KEPT_BACK}, 0) END"
    )
    base = ", ".join(f"{part} - deducted" if part == "base_pension" else part for part in PARTS)
    return f"""
WITH due AS MATERIALIZED ({_DUE} {_STILL_OPEN} {only} AND en.id > %(after)s AND en.id <= %(until)s),
amounts AS MATERIALIZED ({amounts_sql(terms)}),
decided AS MATERIALIZED ({DECIDED}),
placed AS MATERIALIZED (
    SELECT m.*, a.id AS payout_account_id, {USABLE} AS is_usable, a.id IS NULL AS has_no_account,
           ({kept_back})::bigint AS deducted
    FROM amounts m {ACCOUNT.format(person="m.person_id")}
    LEFT JOIN (SELECT entitlement_id, sum(left_fen)::bigint AS fen FROM decided GROUP BY 1) g
         ON g.entitlement_id = m.entitlement_id
),
lines AS (
    INSERT INTO payments_paymentline (id, {LINE_COLUMNS})
    SELECT {numbered_keys("row_number() OVER (ORDER BY entitlement_id)")},
           %(run)s, %(from_number)s + row_number() OVER (ORDER BY entitlement_id), enrolment_id, entitlement_id,
           division_path, benefit_month, {kind}, {cause}, determination_id, {base}, 0, monthly_pension - deducted,
           deducted, payout_account_id, NULL, true, true
    FROM placed WHERE is_usable AND pension_refusals = 0 AND monthly_pension > 0
    RETURNING id, entitlement_id, deducted_fen
),
deductions AS (
    INSERT INTO payments_paymentdeduction (line_id, decrease_id, amount_fen, to_account_fen)
    SELECT l.id, d.id, f.fen, least(f.fen, greatest(d.account_left_fen, 0))
    FROM lines l
    JOIN (SELECT *, sum(left_fen) OVER (PARTITION BY entitlement_id ORDER BY benefit_month, id) AS ends FROM decided) d
         ON d.entitlement_id = l.entitlement_id
    CROSS JOIN LATERAL (SELECT (least(l.deducted_fen, d.ends) - (d.ends - d.left_fen))::bigint AS fen) f
    WHERE l.deducted_fen > 0 AND f.fen > 0
),
omissions AS (
    INSERT INTO payments_paymentomission ({OMISSION_COLUMNS})
    SELECT %(run)s, enrolment_id, entitlement_id, division_path, benefit_month, {kind}, {cause},
           CASE WHEN pension_refusals <> 0 THEN 'NOT_COVERED' WHEN has_no_account THEN 'NO_ACCOUNT'
                ELSE 'ACCOUNT_WAITING' END,
           CASE WHEN pension_refusals <> 0 THEN pension_refusals::text ELSE '' END,
           CASE WHEN pension_refusals <> 0 THEN 0 ELSE monthly_pension END
    FROM placed WHERE NOT is_usable OR pension_refusals <> 0
    RETURNING amount_fen
)
SELECT (SELECT count(*) FROM lines), (SELECT count(*) FROM omissions)
"""


CHOSEN = """
SELECT entitlement_id, line_number, base_pension_fen + deducted_fen, account_pension_fen, years_pension_fen,
       only_child_supplement_fen, age_supplement_fen, amount_fen + deducted_fen
FROM payments_paymentline WHERE run_id = %(run)s AND kind = 'monthly'
  AND (%(one_in)s = 1 OR hashtextextended(enrolment_id::text, 0) %% %(one_in)s = 0)
"""
"""The monthly lines chosen by hash, 1 in %(one_in)s, for the second calculation."""

FACTS_OF = f"""
SELECT entitlement_id, {", ".join(FACTS)} FROM ({_DUE} AND en.id = ANY(%(chosen)s::uuid[])) AS due
"""
"""The facts from which the chosen lines were computed."""


def dues_piece(dues: str) -> str:
    """Insert lines and omissions of up to %(limit)s dues beside the monthly ones (back pay, difference).

    Dues that are already in this run, as line or omission, are left out, so that it can be called until nothing is left.
    """
    return f"""
WITH due AS MATERIALIZED (
    SELECT q.*, enr.person_id FROM ({dues}) q JOIN people_enrolment enr ON enr.id = q.enrolment_id
    WHERE q.kind <> 'monthly' AND q.amount_fen > 0
      AND NOT EXISTS (SELECT FROM payments_paymentomission o WHERE o.run_id = %(run)s AND o.kind = q.kind
            AND o.enrolment_id = q.enrolment_id AND o.benefit_month = q.benefit_month AND o.cause = q.cause)
      AND NOT EXISTS (SELECT FROM payments_paymentline l WHERE {_SENT_OR_LIVE} AND l.enrolment_id = q.enrolment_id
            AND l.benefit_month = q.benefit_month
            AND (l.kind = q.kind AND l.cause = q.cause
                 OR q.kind = 'back_pay' AND l.kind IN ('monthly', 'back_pay', 'repayment')))
    ORDER BY q.enrolment_id, q.benefit_month, q.kind, q.cause LIMIT %(limit)s
),
placed AS MATERIALIZED (
    SELECT d.*, a.id AS payout_account_id, {USABLE} AS is_usable, {ACCOUNT_REASON} AS reason
    FROM due d {ACCOUNT.format(person="d.person_id")}
),
lines AS (
    INSERT INTO payments_paymentline ({LINE_COLUMNS})
    SELECT %(run)s, %(from_number)s + row_number() OVER (ORDER BY enrolment_id, benefit_month, kind, cause), enrolment_id,
           entitlement_id, division_path, benefit_month, kind, cause, determination_id, base_pension_fen,
           account_pension_fen, years_pension_fen, only_child_supplement_fen, age_supplement_fen, other_fen, amount_fen, 0,
           payout_account_id, NULL, true, true
    FROM placed WHERE is_usable
    RETURNING amount_fen
),
omissions AS (
    INSERT INTO payments_paymentomission ({OMISSION_COLUMNS})
    SELECT %(run)s, enrolment_id, entitlement_id, division_path, benefit_month, kind, cause, reason, '', amount_fen
    FROM placed WHERE NOT is_usable
    RETURNING amount_fen
)
SELECT (SELECT count(*) FROM lines), (SELECT count(*) FROM omissions)
"""


REPAYMENTS = f"""
WITH returned AS MATERIALIZED (
    SELECT l.*, enr.person_id, o.answered_on FROM payments_paymentoutcome o
    JOIN payments_paymentline l ON l.id = o.line_id
    JOIN payments_paymentrun r ON r.id = l.run_id
    JOIN people_enrolment enr ON enr.id = l.enrolment_id
    WHERE o.is_last AND o.state = 'returned' AND r.district_code = %(district)s AND l.run_id <> %(run)s
      AND NOT EXISTS (SELECT FROM payments_paymentline x WHERE x.repays_id = l.id AND (x.is_live OR x.run_id = %(run)s))
),
placed AS MATERIALIZED (
    SELECT d.*, a.id AS new_account_id FROM returned d {ACCOUNT.format(person="d.person_id")}
    WHERE {USABLE} AND (a.id <> d.payout_account_id OR a.confirmed_at::date >= d.answered_on
          OR EXISTS (SELECT FROM payments_returncause c WHERE c.line_id = d.id))
    ORDER BY d.id LIMIT %(limit)s
),
lines AS (
    INSERT INTO payments_paymentline ({LINE_COLUMNS})
    SELECT %(run)s, %(from_number)s + row_number() OVER (ORDER BY id), enrolment_id, entitlement_id, division_path,
           benefit_month, 'repayment', left(kind || ':' || cause, 40), determination_id, base_pension_fen,
           account_pension_fen, years_pension_fen, only_child_supplement_fen, age_supplement_fen, other_fen, amount_fen, 0,
           new_account_id, id, true, true
    FROM placed
    RETURNING amount_fen
)
SELECT (SELECT count(*) FROM lines), 0
"""
"""Lines the bank returned, once the cause is fixed: another account, the account confirmed since, or a recorded repair (B8)."""
