"""The real ledger against the model: the same commands in the same order give the same answers and the same balances.

Worked example: post 300 pending, post 200 more, void the first, reverse the second: after each step both hold the same.
"""

from __future__ import annotations

from uuid import UUID, uuid5

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from jubao.kernel.errors import DomainError
from jubao.ledger.balances import balance_of, fund_balance, reserved_of
from jubao.services.accounts import postings as ledger
from tests.ledger.bookkeeping import DAY, DISTRICT, Books
from tests.ledger.model import ALLOWED, PERSONAL, Model
from tests.support.residents import a_village, an_enrolment, system

CASE, VILLAGE = UUID(int=22), []  # type: ignore[var-annotated]
KEYS = st.sampled_from("abcdefgh")
ROADS = st.sampled_from(sorted(ALLOWED)) | st.sampled_from(
    [("contribution", "own_payment", "paid_out"), ("base_pension", "own_payment", "paid_out")]
)
FEN = st.integers(1, 6).map(lambda n: n * 100) | st.just(10**9)


class LedgerMachine(RuleBasedStateMachine):
    """Every rule runs on both; each example is a savepoint that is rolled back."""

    def __init__(self) -> None:
        super().__init__()
        self.outer = transaction.atomic()
        self.outer.__enter__()
        self.model, self.books, self.reversals = Model(), Books(an_enrolment(village=VILLAGE[0])), {}

    def teardown(self) -> None:
        transaction.set_rollback(True)
        self.outer.__exit__(None, None, None)

    @rule(key=KEYS, road=ROADS, fen=FEN, phase=st.sampled_from(["posted", "pending"]))
    def post(self, key: str, road: tuple[str, str, str], fen: int, phase: str) -> None:
        code, source, target = road
        line = uuid5(self.books.who.id, "line " + key)
        one = self.books.transfer(code, source, target, fen, id=self._id(key), phase=phase, line_id=line)

        expected = self.model.post(key, code, source, target, fen, phase)

        assert self._said(lambda: str(ledger.post(actor=system(), transfers=[one]))) == expected

    @rule(key=KEYS, phase=st.sampled_from(["post", "void"]))
    def resolve(self, key: str, phase: str) -> None:
        expected = self.model.resolve(key, phase)

        said = self._said(
            lambda: str(ledger.resolve(actor=system(), phase=phase, value_date=DAY, ids=[self._id(key)]))
        )

        assert said == expected

    @rule(key=KEYS, reason=st.sampled_from(["重复", "退票"]))
    def reverse(self, key: str, reason: str) -> None:
        expected = self.model.reverse(key, reason)

        said = self._said(
            lambda: str(
                ledger.reverse(
                    actor=system(), transfer_id=self._id(key), reason=reason, value_date=DAY, case_id=CASE
                )
            )
        )

        if expected.startswith("undo "):
            assert self.reversals.setdefault(key, said) == said
        else:
            assert said == expected

    @invariant()
    def balances_agree(self) -> None:
        real, reserved = balance_of(self.books.who.id), reserved_of(self.books.who.id)
        for kind in PERSONAL:
            assert (real.get(kind, 0), reserved.get(kind, 0)) == (
                self.model.balance(kind),
                self.model.reserved(kind),
            )

    @invariant()
    def funds_agree(self) -> None:
        for kind in ("paid_out", "treasury_receipts"):
            assert fund_balance(self.books.account(kind)) == self.model.balance(kind)

    def _id(self, key: str) -> UUID:
        return uuid5(self.books.who.id, key)

    @staticmethod
    def _said(run: object) -> str:
        try:
            return run()  # type: ignore[operator,no-any-return]
        except DomainError as refusal:
            return refusal.code


def test_the_ledger_agrees_with_the_model_after_every_history(database: None) -> None:
    VILLAGE[:] = [a_village(DISTRICT)]
    run_state_machine_as_test(
        LedgerMachine,
        # No shrinking: every step is a few statements, and the failing history is printed as it was found.
        settings=settings(
            max_examples=12,
            stateful_step_count=25,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        ),
    )


@pytest.mark.parametrize("source", ["own_payment", "subsidy"])
def test_the_model_itself_refuses_what_is_not_there(source: str) -> None:
    assert Model().post("a", "account_pension", source, "paid_out", 1, "posted") == "INSUFFICIENT_BALANCE"
    assert Books.__doc__
