"""Accounts, opening balances and contributions of a demo district: a few INSERT … SELECT and three posts to the ledger.

Worked example: 20 000 people get 60 000 personal parts, 45 000 opening transfers at the take-over and, for every
contribution since, one transfer from the treasury and one from the subsidy fund on the same day.
"""

from __future__ import annotations

from datetime import date

from jubao.database.actor import Actor
from jubao.database.staging import run_sql, stage
from jubao.demo.system_people import SystemPeople
from jubao.services.accounts import postings as ledger
from jubao.services.accounts.holders import accounts_open_selected, fund_account_id

FUNDS = (
    "treasury_receipts", "subsidy_fund", "interest_fund", "base_pension_fund", "supplement_fund", "grant_fund", "transfer_fund",
    "aid_receipts", "paid_out", "suspense",
)  # fmt: skip

WHO_HAS = {
    "own_payment": "SELECT enrolment_id FROM demo_person",
    "subsidy": "SELECT enrolment_id FROM demo_person WHERE subsidy_fen > 0 UNION"
    " SELECT p.enrolment_id FROM demo_contribution AS c JOIN demo_person AS p USING (rank) WHERE c.subsidy_fen > 0",
    "interest": "SELECT enrolment_id FROM demo_person WHERE interest_fen > 0",
}
"""The parts of an account and who has them: everybody the own payments, others once something comes in."""
FORMER_YEARS = """
    INSERT INTO contributions_formeryears (enrolment_id, until_year, contribution_months, make_up_months, min_tier_months,
                                           has_gap, source)
    SELECT enrolment_id, %(year)s, former_months, former_make_up_months, former_months, former_has_gap, '原系统迁移'
    FROM demo_person
"""
OPENING = """
    SELECT uuidv7() AS id, f.id AS debit_account_id, a.id AS credit_account_id, o.fen AS amount_fen, 'opening' AS code,
           %(day)s::date AS value_date
    FROM demo_person AS p
    CROSS JOIN LATERAL (VALUES ('own_payment', 'treasury_receipts', p.own_fen), ('subsidy', 'subsidy_fund', p.subsidy_fen),
                               ('interest', 'interest_fund', p.interest_fen)) AS o(kind, fund, fen)
    JOIN ledger_account AS a ON a.enrolment_id = p.enrolment_id AND a.kind = o.kind
    JOIN ledger_account AS f ON f.kind = o.fund AND f.district_code = %(district)s AND f.enrolment_id IS NULL
         AND f.reference_id IS NULL
    WHERE o.fen > 0
"""
CONTRIBUTION = """
    INSERT INTO contributions_contribution (id, enrolment_id, year, tier_fen, amount_fen, payer, is_make_up, means,
                                            treasury_on, receipt_number, subsidy_fen, is_live, recorded_at)
    SELECT c.contribution_id, p.enrolment_id, c.year, c.tier_fen, c.tier_fen, 'own', false, c.means, c.treasury_on,
           c.receipt_number, c.subsidy_fen, true, clock_timestamp()
    FROM demo_contribution AS c JOIN demo_person AS p USING (rank)
"""
CONTRIBUTION_TRANSFERS = """
    SELECT uuidv7() AS id, f.id AS debit_account_id, a.id AS credit_account_id, o.fen AS amount_fen, o.code AS code,
           c.treasury_on AS value_date, c.contribution_id AS line_id
    FROM demo_contribution AS c JOIN demo_person AS p USING (rank)
    CROSS JOIN LATERAL (VALUES ('own_payment', 'treasury_receipts', c.tier_fen, 'contribution'),
                               ('subsidy', 'subsidy_fund', c.subsidy_fen, 'subsidy')) AS o(kind, fund, fen, code)
    JOIN ledger_account AS a ON a.enrolment_id = p.enrolment_id AND a.kind = o.kind
    JOIN ledger_account AS f ON f.kind = o.fund AND f.district_code = %(district)s AND f.enrolment_id IS NULL
         AND f.reference_id IS NULL
    WHERE o.fen > 0
"""


def insert_accounts(people: SystemPeople, actor: Actor) -> int:
    """The parts of every account, what the former system certified, and the opening balances; how many rows."""
    district = people.district.code
    for fund in FUNDS:
        fund_account_id(fund, district, actor=actor)
    stage("demo_contribution", people.contributions(), {"contribution_id": "uuid DEFAULT uuidv7()"})
    rows = sum(
        accounts_open_selected(actor=actor, kind=kind, district_code=district, select_sql=select)
        for kind, select in WHO_HAS.items()
    )
    rows += run_sql(FORMER_YEARS, {"year": people.first_year})
    for is_recipient, day in _opening_days(people):
        where = " AND p.is_recipient" if is_recipient else " AND NOT p.is_recipient"
        rows += ledger.post_selected(
            actor=actor, select_sql=OPENING + where, params={"day": day, "district": district}
        )
    return rows


def _opening_days(people: SystemPeople) -> tuple[tuple[bool, date], tuple[bool, date]]:
    """Members are taken over before their first recorded contribution, recipients before their first payment here."""
    return (False, date(people.first_year, 1, 1)), (True, people.first_paid_month.first_day)


def insert_contributions(people: SystemPeople, actor: Actor) -> int:
    """The contributions since the take-over with their transfers; how many rows."""
    rows = run_sql(CONTRIBUTION)
    return rows + ledger.post_selected(
        actor=actor, select_sql=CONTRIBUTION_TRANSFERS, params={"district": people.district.code}
    )
