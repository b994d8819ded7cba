"""The ledger as a transcript: refusals first, then movements and what stands in the accounts after each.

Worked example: 400.00 in, 300.00 reserved for the bank, 200.00 more refused, the bank confirms: 100.00 stands there.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import DomainError
from jubao.ledger.balances import balance_at, balance_of, fund_balance
from jubao.ledger.invariants import INVARIANTS
from jubao.ledger.models import Account, Transfer
from jubao.services.accounts import postings as ledger
from jubao.services.accounts.holders import account_open
from tests.ledger.bookkeeping import DAY, DISTRICT, Books, a_case, open_books
from tests.support.residents import a_village, an_enrolment, system

CASE = UUID(int=3)


@pytest.fixture
def books(database: None) -> Books:
    return open_books()


def refused(code: str, run: object) -> None:
    with pytest.raises(DomainError) as error:
        run()  # type: ignore[operator]
    assert error.value.code == code


def violations() -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    with connection.cursor() as cursor:
        for one in INVARIANTS:
            cursor.execute(one.violations)
            found += [(one.id, *row) for row in cursor.fetchall()]
    return found


@pytest.mark.requirement("SS-12-1")
def test_a_person_has_one_account_of_a_kind(books: Books) -> None:
    first = books.account("own_payment")

    assert ledger.account_ids("own_payment", DISTRICT, [books.who.id], actor=system())[books.who.id] == first
    with pytest.raises(IntegrityError), unit_of_work(system(), "test"):
        Account.objects.create(kind="own_payment", district_code="360734", enrolment=books.who)


@pytest.mark.requirement("SS-03-2-2g")
def test_a_new_participant_has_an_account_with_nothing_in_it(database: None) -> None:
    who = an_enrolment(village=a_village(DISTRICT))

    account_open(actor=system(), enrolment_id=who.id, district_code=DISTRICT)

    assert balance_of(who.id) == {"own_payment": 0}


@pytest.mark.requirement("SS-17-1")
def test_account_money_leaves_only_as_pension_or_with_its_case(books: Books) -> None:
    books.pay_in(40000)
    wrong_case = a_case("suspension")

    for case in (None, uuid4(), wrong_case):
        refused(
            "ACCOUNT_MONEY_PROTECTED",
            lambda case=case: books.move("refund", "own_payment", "paid_out", 100, case_id=case),
        )
    refused("MOVE_NOT_ALLOWED", lambda: books.move("contribution", "own_payment", "treasury_receipts", 100))
    refused("MOVE_NOT_ALLOWED", lambda: books.move("settlement", "own_payment", "suspense", 100))

    books.move("refund", "own_payment", "paid_out", 40000, case_id=a_case("deregistration"))
    assert books.own == (0, 0)


def test_more_than_the_balance_is_refused(books: Books) -> None:
    books.pay_in(40000)

    refused("INSUFFICIENT_BALANCE", lambda: books.draw(40001))
    books.draw(40000)

    assert books.own == (0, 0)


def test_what_waits_for_the_bank_is_reserved(books: Books) -> None:
    books.pay_in(40000)
    waiting = books.draw(30000, phase="pending")
    assert books.own == (40000, 30000)

    refused("INSUFFICIENT_BALANCE", lambda: books.draw(20000))
    assert ledger.resolve(actor=system(), phase="post", value_date=DAY, ids=[waiting]) == 1
    assert ledger.resolve(actor=system(), phase="post", value_date=DAY, ids=[waiting]) == 0
    refused(
        "SECOND_ANSWER", lambda: ledger.resolve(actor=system(), phase="void", value_date=DAY, ids=[waiting])
    )

    assert books.own == (10000, 0)
    other = books.draw(10000, phase="pending")
    ledger.resolve(actor=system(), phase="void", value_date=DAY, where_sql="t.id = %s", params=[other])
    assert books.own == (10000, 0)
    assert fund_balance(books.account("paid_out")) == 30000


def test_the_same_id_is_one_transfer_and_another_content_names_the_field(books: Books) -> None:
    one = books.transfer("contribution", "treasury_receipts", "own_payment", 40000, line_id=uuid4())

    assert [ledger.post(actor=system(), transfers=[one]) for _again in range(2)] == [1, 0]
    other = ledger.NewTransfer(**(vars(one) | {"amount_fen": 50000}))
    with pytest.raises(DomainError) as error:
        ledger.post(actor=system(), transfers=[other])

    assert (error.value.code, "amount_fen" in error.value.message) == ("TRANSFER_DIFFERS", True)
    assert books.own == (40000, 0)


def test_a_contribution_is_posted_once_under_its_line(books: Books) -> None:
    line = uuid4()
    books.move("contribution", "treasury_receipts", "own_payment", 40000, line_id=line)

    refused(
        "LINE_ALREADY_POSTED",
        lambda: books.move("contribution", "treasury_receipts", "own_payment", 40000, line_id=line),
    )


def test_a_reversal_names_what_it_undoes_once_and_says_why(books: Books) -> None:
    paid_in = books.pay_in(40000)
    refused(
        "REVERSAL_UNEXPLAINED",
        lambda: ledger.reverse(actor=system(), transfer_id=paid_in, reason="", value_date=DAY, case_id=CASE),
    )

    first = ledger.reverse(actor=system(), transfer_id=paid_in, reason="重复", value_date=DAY, case_id=CASE)
    again = ledger.reverse(actor=system(), transfer_id=paid_in, reason="重复", value_date=DAY, case_id=CASE)

    assert first == again
    refused(
        "ALREADY_REVERSED",
        lambda: ledger.reverse(
            actor=system(), transfer_id=paid_in, reason="别的", value_date=DAY, case_id=CASE
        ),
    )
    refused(
        "NOT_POSTED",
        lambda: ledger.reverse(actor=system(), transfer_id=uuid4(), reason="x", value_date=DAY, case_id=CASE),
    )
    assert books.own == (0, 0)
    assert Transfer.objects.filter(reverses=paid_in).count() == 1


def test_a_forged_reversal_or_answer_is_refused_by_the_database(books: Books) -> None:
    paid_in = Transfer.objects.get(id=books.pay_in(40000))
    waiting = Transfer.objects.get(id=books.draw(100, phase="pending"))
    common = {"value_date": DAY, "case_id": CASE, "reason": "x"}

    for name, wrong in {
        "LEDGER_REVERSAL": Transfer(
            debit_account_id=paid_in.credit_account_id, credit_account_id=paid_in.debit_account_id, amount_fen=1,
            code="contribution", reverses=paid_in, **common,
        ),
        "LEDGER_ANSWER": Transfer(
            debit_account_id=waiting.debit_account_id, credit_account_id=waiting.credit_account_id, amount_fen=99,
            code="account_pension", phase="post", resolves=waiting, **common,
        ),
    }.items():  # fmt: skip
        with pytest.raises(DatabaseError, match=name), unit_of_work(system(), "test"):
            wrong.save(force_insert=True)


def test_balances_of_a_past_day_come_from_the_transfers(books: Books) -> None:
    books.move(
        "contribution",
        "treasury_receipts",
        "own_payment",
        40000,
        line_id=uuid4(),
        value_date=date(2024, 5, 1),
    )
    books.move(
        "contribution",
        "treasury_receipts",
        "own_payment",
        50000,
        line_id=uuid4(),
        value_date=date(2025, 5, 1),
    )

    assert balance_at(books.who.id, date(2024, 4, 30)) == {"own_payment": 0}
    assert balance_at(books.who.id, date(2024, 12, 31)) == {"own_payment": 40000}
    assert balance_of(books.who.id) == {"own_payment": 90000}


@pytest.mark.parametrize(
    "statement", ["UPDATE ledger_transfer SET amount_fen = 1", "DELETE FROM ledger_transfer"]
)
def test_transfers_are_never_changed_by_the_application(books: Books, statement: str) -> None:
    books.pay_in(40000)

    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_every_invariant_holds_after_all_this(books: Books) -> None:
    waiting = books.draw if books.pay_in(40000) else None
    assert waiting is not None
    key = waiting(100, phase="pending")
    ledger.resolve(actor=system(), phase="post", value_date=DAY, ids=[key])

    assert [one for one in violations() if one[0] != "M7"] == []
