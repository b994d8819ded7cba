"""Accounts: found or opened, one or a whole district at once. A person has one account, in parts by source.

Worked example: `account_ids("own_payment", "150404", [enrolment])` gives `{enrolment: 17}`; asked again it gives the same
17, and a second account of the same kind for the same person is refused by the database (SS-12-1).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from jubao.database.actor import Actor
from jubao.ledger.moves import PERSONAL_KINDS
from jubao.services.cases.inside_unit import inside_unit


def account_ids(
    kind: str,
    district_code: str,
    enrolment_ids: Iterable[UUID] | None = None,
    reference_id: UUID | None = None,
    *,
    actor: Actor | None = None,
) -> dict[UUID | None, int]:
    """The accounts of one kind, opened where they are not there yet: by enrolment, or `{None: id}` for a fund."""
    actor = actor or Actor.system("accounts", scope="")
    if enrolment_ids is None:
        return {None: fund_account_id(kind, district_code, reference_id, actor=actor)}
    wanted = list(dict.fromkeys(enrolment_ids))
    select = "SELECT unnest(%s::uuid[]) AS enrolment_id"
    accounts_open_selected(
        actor=actor, kind=kind, district_code=district_code, select_sql=select, params=[wanted]
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT enrolment_id, id FROM ledger_account WHERE kind = %s AND enrolment_id = ANY(%s::uuid[])",
            [kind, wanted],
        )
        return dict(cursor.fetchall())


def fund_account_id(
    kind: str, district_code: str, reference_id: UUID | None = None, *, actor: Actor | None = None
) -> int:
    """The account of a fund of a district, or the clearing account of one bank file or claim (`reference_id`)."""
    find = (
        "SELECT id FROM ledger_account WHERE kind = %s AND district_code = %s AND enrolment_id IS NULL"
        " AND reference_id IS NOT DISTINCT FROM %s::uuid"
    )
    given = [kind, district_code, reference_id]
    with connection.cursor() as cursor:
        cursor.execute(find, given)
        row = cursor.fetchone()
        if row is None:
            with inside_unit(actor or Actor.system("accounts", scope=""), "account_open"):
                cursor.execute(
                    "INSERT INTO ledger_account (kind, district_code, reference_id) VALUES (%s, %s, %s)"
                    " ON CONFLICT DO NOTHING",
                    given,
                )
            cursor.execute(find, given)
            row = cursor.fetchone()
    return int(row[0])


def accounts_open_selected(
    *,
    actor: Actor,
    kind: str,
    district_code: str,
    select_sql: str,
    params: Sequence[Any] | dict[str, Any] = (),
) -> int:
    """Open the part `kind` for every `enrolment_id` of a SELECT that has none; how many were opened."""
    if kind not in PERSONAL_KINDS:
        raise ValueError(f"not a part of a personal account: {kind}")
    if not (district_code.isdigit() and len(district_code) == 6):
        raise ValueError(f"not a district: {district_code}")
    insert = (
        "INSERT INTO ledger_account (kind, district_code, enrolment_id)"
        f" SELECT DISTINCT '{kind}', '{district_code}', given.enrolment_id FROM ({select_sql}) AS given"
        " WHERE NOT EXISTS (SELECT 1 FROM ledger_account AS a"
        f" WHERE a.enrolment_id = given.enrolment_id AND a.kind = '{kind}')"
        " ON CONFLICT (enrolment_id, kind) WHERE enrolment_id IS NOT NULL DO NOTHING"
    )
    with inside_unit(actor, "account_open"), connection.cursor() as cursor:
        cursor.execute(insert, params or None)
        return int(cursor.rowcount)


def account_open(*, actor: Actor, enrolment_id: UUID, district_code: str) -> int:
    """Open the personal account of a new participant, with balance 0 (SS-03-2-2g); the id of its own-payment part."""
    return account_ids("own_payment", district_code, [enrolment_id], actor=actor)[enrolment_id]
