"""Contributions: record one or a whole file, each with its postings; reverse; post the subsidies that were not known.

Worked example: the tax record of 500.00 for 2024 with treasury day 2024-05-06 makes one contribution and two transfers,
50000 fen to `own_payment` and 7000 fen to `subsidy`, both dated 2024-05-06 (第十三条); interest counts from June.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from jubao.contributions.models import Contribution
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import CheckFailed
from jubao.kernel.text import _
from jubao.people.models import Enrolment
from jubao.policy import load_pack
from jubao.services.access.district_scope import check_district
from jubao.services.accounts.holders import accounts_open_selected, fund_account_id
from jubao.services.accounts.postings import post_selected, reverse_selected
from jubao.services.cases.idempotency import once
from jubao.services.contributions.judging import (
    judge_incoming,
    price_subsidies,
    races_in_words,
    refuse_faults,
)

PARTS = {
    "own": ("contribution", "own_payment", "treasury_receipts"),
    "collective": ("collective_aid", "collective_aid", "aid_receipts"),
    "sponsor": ("sponsorship", "sponsorship", "aid_receipts"),
    "on_behalf": ("paid_on_behalf", "paid_on_behalf", "subsidy_fund"),
}
"""Payer → code, part of the personal account, fund it comes from."""
CODES = (*(code for code, _part, _fund in PARTS.values()), "subsidy")


@dataclass(frozen=True)
class Recorded:
    """What a file came to: rows booked now, recorded before, refused; money; rows whose subsidy is not known yet."""

    booked: int
    same: int
    refused: int
    amount_fen: int
    subsidy_fen: int
    without_subsidy: int


def district_of(enrolment: Enrolment) -> str:
    """The code of the district an enrolment belongs to."""
    return str(enrolment.division.code[:6])


def contribution_record(
    *,
    actor: Actor,
    enrolment_id: UUID,
    year: int,
    tier_fen: int,
    amount_fen: int,
    treasury_on: date,
    receipt_number: str,
    today: date,
    payer: str = "own",
    means: str = "",
    is_make_up: bool | None = None,
    case_id: UUID | None = None,
    waived: frozenset[str] = frozenset(),
    idempotency_key: str | None = None,
) -> Contribution:
    """Record one payment with its postings; the same receipt with the same content is already recorded.

    Raises CheckFailed with the codes of `contribution_judging.FAULTS`.
    """
    late = year < treasury_on.year if is_make_up is None else is_make_up
    given = [1, enrolment_id, year, tier_fen, amount_fen, payer, late, means, treasury_on, receipt_number]
    select = (
        "SELECT %s::int AS source_row, %s::uuid AS enrolment_id, %s::int AS year, %s::bigint AS tier_fen,"
        " %s::bigint AS amount_fen, %s::text AS payer, %s::boolean AS is_make_up, %s::text AS means,"
        " %s::date AS treasury_on, %s::text AS receipt_number"
    )

    def run() -> dict[str, Any]:
        enrolment = Enrolment.objects.select_related("division").get(
            id=enrolment_id, division_path__startswith=actor.scope
        )
        contributions_apply(
            actor=actor, district_code=district_of(enrolment), select_sql=select, params=given, today=today,
            case_id=case_id, refuses=True, waived=waived,
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute("SELECT coalesce(booked_id, id) FROM incoming")
            return {"id": str(cursor.fetchone()[0])}

    with unit_of_work(actor, "contribution_record", case_id=case_id):
        answer = once(idempotency_key, "contribution_record", {"row": [str(value) for value in given]}, run)
        return Contribution.objects.get(id=answer["id"])


def contributions_apply(
    *,
    actor: Actor,
    district_code: str,
    select_sql: str,
    params: Sequence[Any] | dict[str, Any] = (),
    today: date,
    batch_id: UUID | None = None,
    case_id: UUID | None = None,
    refuses: bool = False,
    waived: frozenset[str] = frozenset(),
) -> Recorded:
    """Record every payment a SELECT gives (columns of `contribution_judging.NAMES`), with postings, as a set.

    Rows with a fault are left out, or raised with `refuses`; rows recorded before change nothing.
    """
    pack = load_pack(district_code)
    with unit_of_work(actor, "contributions_apply", case_id=case_id):
        check_district(actor, district_code)
        judge_incoming(
            select_sql=select_sql,
            params=params,
            pack=pack,
            district_code=district_code,
            today=today,
            waived=waived,
        )
        if refuses:
            refuse_faults()
        with races_in_words(), connection.cursor() as cursor:
            cursor.execute(_INSERT, {"batch": batch_id, "case": case_id})
        for payer in PARTS:
            _post_part(actor, district_code, payer, case_id, pack.pack_hash)
        _post_subsidies(actor, district_code, case_id, pack.pack_hash, "incoming", "id")
        return _recorded()


def contribution_reverse(
    *,
    actor: Actor,
    contribution_id: UUID,
    reason: str,
    case_id: UUID,
    value_date: date,
    idempotency_key: str | None = None,
) -> Contribution:
    """Take a contribution back: its postings are reversed, the row stays and stops being live (第十六条).

    `value_date` is the treasury day where the payment was never due to the account, so that interest forgets it.
    Raises CheckFailed ALREADY_REVERSED, INSUFFICIENT_BALANCE when the money was drawn already.
    """

    def run() -> dict[str, Any]:
        found = Contribution.objects.select_for_update(of=("self",)).get(
            id=contribution_id, enrolment__division_path__startswith=actor.scope
        )
        if not found.is_live:
            raise CheckFailed("ALREADY_REVERSED", _("这笔缴费已经冲正。"), remedy=_("请查看更正记录。"))
        reverse_selected(
            actor=actor, where_sql="t.line_id = %s AND t.code = ANY(%s)", params=[contribution_id, list(CODES)],
            reason=reason, value_date=value_date, case_id=case_id,
        )  # fmt: skip
        Contribution.objects.filter(id=contribution_id).update(is_live=False)
        return {"id": str(contribution_id)}

    with unit_of_work(actor, "contribution_reverse", case_id=case_id):
        once(idempotency_key, "contribution_reverse", {"id": str(contribution_id), "reason": reason}, run)
        return Contribution.objects.get(id=contribution_id)


def contributions_undo(*, actor: Actor, batch_id: UUID, reason: str, case_id: UUID, today: date) -> int:
    """Take back every live contribution of an import batch; how many."""
    with unit_of_work(actor, "contributions_undo", case_id=case_id):
        reverse_selected(
            actor=actor,
            where_sql="t.code = ANY(%s) AND t.line_id IN (SELECT id FROM contributions_contribution"
            " WHERE import_batch_id = %s AND is_live)",
            params=[list(CODES), batch_id], reason=reason, value_date=None, case_id=case_id,
        )  # fmt: skip
        return Contribution.objects.filter(import_batch_id=batch_id, is_live=True).update(is_live=False)


def subsidies_catch_up(*, actor: Actor, district_code: str, today: date) -> int:
    """Post the subsidies of contributions booked while the pack had no table for their year; how many."""
    pack = load_pack(district_code)
    select = (
        "SELECT row_number() OVER (ORDER BY c.id)::int AS source_row, c.enrolment_id, c.year, c.tier_fen, c.amount_fen,"
        " c.payer, c.is_make_up, c.means, c.treasury_on, c.id::text AS receipt_number"
        " FROM contributions_contribution AS c JOIN people_enrolment AS e ON e.id = c.enrolment_id"
        " WHERE c.is_live AND c.subsidy_fen IS NULL AND e.division_path LIKE %s"
    )
    with unit_of_work(actor, "subsidies_catch_up"), connection.cursor() as cursor:
        price_subsidies(select_sql=select, params=[f"%/{district_code}/%"], pack=pack)
        cursor.execute(
            "UPDATE contributions_contribution AS c SET subsidy_fen = i.subsidy_fen FROM incoming AS i"
            " WHERE c.id = i.receipt_number::uuid AND i.subsidy_fen IS NOT NULL"
        )
        changed = int(cursor.rowcount)
        _post_subsidies(actor, district_code, None, pack.pack_hash, "incoming", "receipt_number::uuid")
    return changed


_NEW = "i.fault IS NULL AND i.booked_id IS NULL"
_INSERT = f"""
    INSERT INTO contributions_contribution (id, enrolment_id, year, tier_fen, amount_fen, payer, is_make_up, means,
        treasury_on, receipt_number, import_batch_id, source_row, subsidy_fen, is_live, case_id, registered_path)
    SELECT i.id, i.enrolment_id, year, tier_fen, amount_fen, payer, is_make_up, means, treasury_on, receipt_number,
           %(batch)s::uuid, CASE WHEN %(batch)s::uuid IS NULL THEN NULL ELSE source_row END, subsidy_fen, true,
           %(case)s::uuid, coalesce(r.office_path, '')
    FROM incoming AS i LEFT JOIN contributions_registeringoffice AS r ON r.enrolment_id = i.enrolment_id
         AND r.from_on <= i.treasury_on AND (r.until_on IS NULL OR r.until_on > i.treasury_on)
    WHERE {_NEW}
"""


def _post_part(actor: Actor, district: str, payer: str, case_id: UUID | None, pack_hash: str) -> None:
    code, part, fund = PARTS[payer]
    chosen = f"FROM incoming AS i WHERE {_NEW} AND i.payer = '{payer}'"
    if not _exists(f"SELECT 1 {chosen}"):
        return
    accounts_open_selected(
        actor=actor, kind=part, district_code=district, select_sql=f"SELECT i.enrolment_id {chosen}"
    )
    post_selected(
        actor=actor,
        select_sql=(
            "SELECT uuidv7() AS id, %(fund)s::bigint AS debit_account_id, a.id AS credit_account_id, i.amount_fen,"
            " %(code)s::text AS code, i.treasury_on AS value_date, i.id AS line_id, %(case)s::uuid AS case_id,"
            " %(pack)s::text AS pack_hash FROM incoming AS i JOIN ledger_account AS a"
            f" ON a.enrolment_id = i.enrolment_id AND a.kind = '{part}' WHERE {_NEW} AND i.payer = '{payer}'"
        ),
        params={
            "fund": fund_account_id(fund, district, actor=actor),
            "code": code,
            "case": case_id,
            "pack": pack_hash,
        },
    )


def _post_subsidies(
    actor: Actor, district: str, case_id: UUID | None, pack_hash: str, table: str, line: str
) -> None:
    chosen = f"FROM {table} AS i WHERE {_NEW} AND i.subsidy_fen > 0"
    if not _exists(f"SELECT 1 {chosen}"):
        return
    accounts_open_selected(
        actor=actor, kind="subsidy", district_code=district, select_sql=f"SELECT i.enrolment_id {chosen}"
    )
    post_selected(
        actor=actor,
        select_sql=(
            "SELECT uuidv7() AS id, %(fund)s::bigint AS debit_account_id, a.id AS credit_account_id,"
            " i.subsidy_fen AS amount_fen, 'subsidy'::text AS code, i.treasury_on AS value_date,"
            f" i.{line} AS line_id, %(case)s::uuid AS case_id, %(pack)s::text AS pack_hash FROM {table} AS i"
            " JOIN ledger_account AS a ON a.enrolment_id = i.enrolment_id AND a.kind = 'subsidy'"
            f" WHERE {_NEW} AND i.subsidy_fen > 0"
        ),
        params={
            "fund": fund_account_id("subsidy_fund", district, actor=actor),
            "case": case_id,
            "pack": pack_hash,
        },
    )


def _exists(select: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT EXISTS ({select})")
        return bool(cursor.fetchone()[0])


def _recorded() -> Recorded:
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT count(*) FILTER (WHERE {_NEW}), count(*) FILTER (WHERE i.booked_id IS NOT NULL),"
            f" count(i.fault), coalesce(sum(i.amount_fen) FILTER (WHERE {_NEW}), 0)::bigint,"
            f" coalesce(sum(i.subsidy_fen) FILTER (WHERE {_NEW}), 0)::bigint,"
            f" count(*) FILTER (WHERE {_NEW} AND i.subsidy_fen IS NULL) FROM incoming AS i"
        )
        return Recorded(*(int(value) for value in cursor.fetchone()))
