"""Accounts and transfers that are named exist: refused at the insert for a whole statement, for good, and found by M1 and M9.

Worked example: a transfer from account 4711, which nobody opened, is refused with LEDGER_MOVE `no account -> own_payment`;
made with the triggers off it is what M1 names.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from uuid import uuid4

import psycopg
import pytest
from django.db import connection, transaction

from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import DomainError
from jubao.ledger.invariants import INVARIANTS
from jubao.services.accounts import postings as ledger
from tests.ledger.bookkeeping import open_books
from tests.support.database import OwnDatabase
from tests.support.residents import system

NOBODY = 4711_000_000
CHANGES = (
    "UPDATE ledger_account SET id = id + 1",
    "UPDATE ledger_account SET district_code = '360734'",
    "DELETE FROM ledger_account",
    "TRUNCATE ledger_account CASCADE",
)


@pytest.mark.parametrize("side", ["debit_account_id", "credit_account_id"])
@pytest.mark.usefixtures("database")
def test_an_account_that_does_not_exist_is_refused(side: str) -> None:
    books = open_books()
    known = books.transfer("contribution", "treasury_receipts", "own_payment", 40000, line_id=uuid4())

    with pytest.raises(DomainError) as refusal:
        ledger.post(actor=system(), transfers=[replace(known, **{side: NOBODY})])

    assert refusal.value.code == "MOVE_NOT_ALLOWED"
    assert "no account" in str(refusal.value)
    assert books.own == (0, 0)


@pytest.mark.parametrize(("column", "phase"), [("resolves_id", "post"), ("reverses_id", "posted")])
@pytest.mark.usefixtures("database")
def test_a_transfer_that_does_not_exist_is_neither_answered_nor_reversed(column: str, phase: str) -> None:
    books = open_books()
    books.pay_in(40000)

    with pytest.raises(Exception, match=r"LEDGER_(ANSWER|REVERSAL)"), unit_of_work(system(), "test"):
        _insert_like_the_first(column, phase)

    assert books.own == (40000, 0)


def _insert_like_the_first(column: str, phase: str) -> None:
    sides = ("credit", "debit") if column == "reverses_id" else ("debit", "credit")
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO ledger_transfer (id, phase, {column}, value_date, amount_fen, code, reason, run_id,"
            " debit_account_id, credit_account_id)"
            f" SELECT uuidv7(), %s, uuidv7(), value_date, amount_fen, code, 'x', uuidv7(), {sides[0]}_account_id,"
            f" {sides[1]}_account_id FROM ledger_transfer",
            [phase],
        )


@pytest.mark.parametrize("role", ["jubao_app", "jubao_owner", "postgres"])
@pytest.mark.parametrize("statement", CHANGES)
def test_nobody_takes_an_account_away(own_database: OwnDatabase, role: str, statement: str) -> None:
    open_books().pay_in(40000)

    with own_database.connect(role) as server:
        server.execute("SELECT set_config('app.command', 'x', false), set_config('app.scope', '%', false)")
        with pytest.raises((psycopg.errors.RaiseException, psycopg.errors.InsufficientPrivilege)):
            server.execute(statement)


@pytest.mark.parametrize(
    ("invariant", "forged"),
    [
        ("M1", f"debit_account_id = {NOBODY}"),
        ("M1", f"credit_account_id = {NOBODY}"),
        ("M1", "phase = 'post', resolves_id = uuidv7()"),
        ("M9", "reason = 'x', run_id = uuidv7(), reverses_id = uuidv7()"),
    ],
)
def test_what_was_forged_is_found(own_database: OwnDatabase, invariant: str, forged: str) -> None:
    made = str(open_books().pay_in(40000))
    assert made not in set(_named(invariant))

    with own_database.connect("postgres") as server:
        server.execute("SET session_replication_role = replica")
        server.execute(f"UPDATE ledger_transfer SET {forged} WHERE id = '{made}'")
        server.commit()

    own_database.see_everything()
    assert made in set(_named(invariant))


def _named(invariant: str) -> Iterator[str]:
    with transaction.atomic(), connection.cursor() as cursor:
        for one in INVARIANTS:
            if one.id == invariant:
                cursor.execute(one.violations)
                yield from (row for _table, row, _what in cursor.fetchall())
