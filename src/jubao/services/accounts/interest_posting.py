"""Booking settled interest: the temporary table `settled` becomes account-years and transfers, the former ones are reversed.

Worked example: `settled` holds (enrolment, opening 100000, …, interest_fen 2832, closing_balance_fen 126832); that makes one
`InterestYear` with its trace and one transfer of 2832 fen from `interest_fund`, dated the last day counted.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from jubao.database.actor import Actor
from jubao.facts.accounts import FACTS, interest_facts_sql
from jubao.kernel.errors import CheckFailed
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.matching.batch_interest import STEPS, TARGETS, InterestTerms, explain_row
from jubao.rules.evaluate import select_sql
from jubao.services.accounts.holders import accounts_open_selected, fund_account_id
from jubao.services.accounts.postings import post_selected, reverse_selected

CHECKED_SHARE = 1000
"""One in so many accounts is settled again by the scalar evaluator (and all of a small number)."""


def settle_into_table(terms: InterestTerms, asked_sql: str, about: dict[str, Any]) -> None:
    """Leave `settled`: one row per account asked for with every fact and step; a sample is recomputed one by one."""
    given = about | {"first": date(terms.year, 1, 1), "last": _last_day(terms)}
    query = select_sql(TARGETS, FACTS, terms.arguments, "interest_facts", dialect="postgres")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS interest_facts, settled")
        cursor.execute(
            "CREATE TEMP TABLE interest_facts ON COMMIT DROP AS "
            + interest_facts_sql(terms.arguments, asked_sql),
            given,
        )
        cursor.execute(
            f"CREATE TEMP TABLE settled ON COMMIT DROP AS SELECT uuidv7() AS id, s.* FROM ({query}) AS s"
            " WHERE s.interest_weight_fen_months <> 0 OR s.closing_balance_fen <> 0 OR s.credits_fen <> 0"
            " OR EXISTS (SELECT 1 FROM ledger_interestyear AS y"
            f" WHERE y.enrolment_id = s.enrolment_id AND y.is_live AND y.year = {int(terms.year)})"
        )
        cursor.execute("CREATE INDEX ON settled (enrolment_id)")
        cursor.execute("ANALYZE settled")
    _check_sample(terms)


def leave_unchanged(terms: InterestTerms) -> None:
    """Take out of `settled` what is settled on this rate with this result already."""
    with connection.cursor() as cursor:
        cursor.execute(
            "DELETE FROM settled AS s USING ledger_interestyear AS y WHERE y.enrolment_id = s.enrolment_id AND y.is_live"
            " AND y.year = %s AND y.rate_ppm = %s AND NOT y.is_provisional AND y.opening_fen = s.opening_balance_fen"
            " AND y.interest_fen = greatest(s.interest_fen, 0)",
            [terms.year, terms.rate_ppm],
        )


def supersede_settled(terms: InterestTerms, source: str, is_final: bool, case_id: UUID | None) -> int:
    """Write the account-years of `settled`; live ones of the same year stop being live. How many were replaced."""
    facts = ", ".join(f"'{name}', s.{name}" for name in (*FACTS, *STEPS))
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS replaced")
        cursor.execute(
            "CREATE TEMP TABLE replaced ON COMMIT DROP AS SELECT y.id, y.enrolment_id FROM ledger_interestyear AS y"
            " JOIN settled AS s ON s.enrolment_id = y.enrolment_id WHERE y.is_live AND y.year = %s",
            [terms.year],
        )
        cursor.execute("UPDATE ledger_interestyear SET is_live = false WHERE id IN (SELECT id FROM replaced)")
        replaced = int(cursor.rowcount)
        cursor.execute(
            f"""
            INSERT INTO ledger_interestyear (id, enrolment_id, year, last_month, is_final, rate_ppm, is_provisional,
                interest_fen, opening_fen, closing_fen, supersedes_id, is_live, trace, pack_hash, case_id)
            SELECT s.id, s.enrolment_id, %(year)s, %(last)s, %(final)s, %(rate)s, %(provisional)s,
                   greatest(s.interest_fen, 0), s.opening_balance_fen,
                   s.closing_balance_fen - least(s.interest_fen, 0), r.id, true,
                   jsonb_build_object('rate_source', %(source)s::text, {facts}), %(pack)s, %(case)s::uuid
            FROM settled AS s LEFT JOIN replaced AS r ON r.enrolment_id = s.enrolment_id
            """,
            {
                "year": terms.year, "last": terms.last_month, "final": is_final, "rate": terms.rate_ppm,
                "provisional": terms.is_provisional, "source": source, "pack": terms.pack.pack_hash, "case": case_id,
            },
        )  # fmt: skip
    return replaced


def post_settled(
    actor: Actor, district: str, terms: InterestTerms, reason: str, case_id: UUID | None
) -> tuple[int, int]:
    """Post the interest of `settled` and reverse what `replaced` names; accounts and fen of interest.

    The new money comes before the old goes, so that no account falls below zero on the way.
    """
    accounts_open_selected(
        actor=actor, kind="interest", district_code=district,
        select_sql="SELECT s.enrolment_id FROM settled AS s WHERE s.interest_fen > 0",
    )  # fmt: skip
    post_selected(
        actor=actor,
        select_sql=(
            "SELECT uuidv7() AS id, %(fund)s::bigint AS debit_account_id, a.id AS credit_account_id,"
            " s.interest_fen::bigint AS amount_fen, 'interest'::text AS code, %(day)s::date AS value_date,"
            " s.id AS line_id, %(case)s::uuid AS case_id, %(pack)s::text AS pack_hash FROM settled AS s"
            " JOIN ledger_account AS a ON a.enrolment_id = s.enrolment_id AND a.kind = 'interest'"
            " WHERE s.interest_fen > 0"
        ),
        params={
            "fund": fund_account_id("interest_fund", district, actor=actor), "day": _last_day(terms),
            "case": case_id, "pack": terms.pack.pack_hash,
        },
    )  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute("SELECT EXISTS (SELECT 1 FROM replaced)")
        if cursor.fetchone()[0]:
            reverse_selected(
                actor=actor, where_sql="t.code = 'interest' AND t.line_id IN (SELECT id FROM replaced)", params=[],
                reason=reason, value_date=_last_day(terms), case_id=case_id,
            )  # fmt: skip
        cursor.execute("SELECT count(*), coalesce(sum(greatest(interest_fen, 0)), 0)::bigint FROM settled")
        accounts, fen = cursor.fetchone()
    return int(accounts), int(fen)


def _last_day(terms: InterestTerms) -> date:
    return Month(terms.year, terms.last_month).last_day


def _check_sample(terms: InterestTerms) -> None:
    names = ("enrolment_id", *FACTS, *STEPS)
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM settled")
        some = (
            ""
            if cursor.fetchone()[0] < CHECKED_SHARE
            else f"WHERE hashtext(enrolment_id::text) %% {CHECKED_SHARE} = 0"
        )
        cursor.execute(f"SELECT {', '.join(names)} FROM settled {some}".replace("%%", "%"))
        for values in cursor.fetchall():
            row = dict(zip(names, values, strict=True))
            again = explain_row(row, terms)
            wrong = next((step for step in STEPS if again[step] != row[step]), None)
            if wrong is not None:
                message = _("账户 {id} 的 {step} 两种算法不同：{one} 与 {other}。").format(
                    id=row["enrolment_id"], step=wrong, one=row[wrong], other=again[wrong]
                )
                raise CheckFailed("INTEREST_DIFFERS", message, remedy=_("没有记账。请停止结息并报告。"))
