"""What needs committed data: append-only for every role, two debits racing for one balance, a call cut off and repeated.

Worked example: 100.00 stands there, two payments of 80.00 start at once: one is posted, one is refused.
"""

from __future__ import annotations

import threading
from uuid import uuid4

import psycopg
import pytest
from django.db import connection

from jubao.kernel.errors import DomainError
from jubao.services.accounts import postings as ledger
from tests.ledger.bookkeeping import open_books
from tests.support.database import OwnDatabase
from tests.support.residents import system

FORBIDDEN = (
    "UPDATE ledger_transfer SET amount_fen = amount_fen + 1",
    "DELETE FROM ledger_transfer",
    "TRUNCATE ledger_transfer CASCADE",
)


@pytest.mark.parametrize("role", ["jubao_app", "jubao_owner", "postgres"])
@pytest.mark.parametrize("statement", FORBIDDEN)
def test_nobody_changes_a_transfer(own_database: OwnDatabase, role: str, statement: str) -> None:
    open_books().pay_in(40000)

    with own_database.connect(role) as server:
        server.execute("SELECT set_config('app.command', 'x', false), set_config('app.scope', '%', false)")
        with pytest.raises(psycopg.Error):
            server.execute(statement)


@pytest.mark.parametrize("role", ["jubao_app"])
def test_the_application_does_not_write_balances(own_database: OwnDatabase, role: str) -> None:
    open_books().pay_in(40000)

    with own_database.connect(role) as server, pytest.raises(psycopg.errors.InsufficientPrivilege):
        server.execute("UPDATE ledger_balance SET balance_fen = 1")


def test_two_debits_racing_for_one_balance_never_draw_it_below_zero(own_database: OwnDatabase) -> None:
    books = open_books()
    books.pay_in(10000)
    wanted = [books.transfer("account_pension", "own_payment", "paid_out", 8000) for _one in range(4)]
    gate, outcomes = threading.Barrier(len(wanted), timeout=60), []

    def draw(one: ledger.NewTransfer) -> None:
        gate.wait()
        try:
            outcomes.append(ledger.post(actor=system(), transfers=[one]))
        except DomainError as refusal:
            outcomes.append(refusal.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=draw, args=(one,)) for one in wanted]
    [one.start() for one in threads]
    [one.join() for one in threads]

    own_database.see_everything()
    assert sorted(map(str, outcomes)) == ["1", *["INSUFFICIENT_BALANCE"] * 3]
    assert books.own == (2000, 0)


def test_many_accounts_posted_from_both_ends_at_once_do_not_block_each_other(
    own_database: OwnDatabase,
) -> None:
    everybody = [open_books() for _one in range(6)]
    for books in everybody:
        books.account("own_payment")
    gate, failures = threading.Barrier(2, timeout=60), []

    def pay_all(order: int) -> None:
        gate.wait()
        try:
            for _again in range(10):
                rows = [
                    books.transfer("contribution", "treasury_receipts", "own_payment", 100, line_id=uuid4())
                    for books in everybody[::order]
                ]
                ledger.post(actor=system(), transfers=rows)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    for books in everybody:
        books.account("treasury_receipts")
    threads = [threading.Thread(target=pay_all, args=(order,)) for order in (1, -1)]
    [one.start() for one in threads]
    [one.join() for one in threads]

    own_database.see_everything()
    assert failures == []
    assert {books.own for books in everybody} == {(2000, 0)}


def test_a_call_repeated_after_the_answer_was_lost_posts_only_what_is_missing(
    own_database: OwnDatabase,
) -> None:
    books = open_books()
    rows = [
        books.transfer("contribution", "treasury_receipts", "own_payment", 100 + n, line_id=uuid4())
        for n in range(5)
    ]
    ledger.post(actor=system(), transfers=rows[:3])  # committed, the answer never came

    assert ledger.post(actor=system(), transfers=rows) == 2
    assert ledger.post(actor=system(), transfers=rows) == 0
    assert books.own == (510, 0)
