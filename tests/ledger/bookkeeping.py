"""One participant, the funds of a district, and short words for posting between them.

Worked example: `books.post("contribution", 40000)` moves 400.00 from the treasury to own payment and answers the id.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from jubao.database.unit_of_work import unit_of_work
from jubao.ledger.balances import balance_of, reserved_of
from jubao.ledger.moves import PERSONAL_KINDS
from jubao.people.models import Enrolment
from jubao.services.accounts import postings as ledger
from tests.support.residents import a_village, an_enrolment, system

DISTRICT, DAY = "150404", date(2025, 3, 12)


@dataclass
class Books:
    """The accounts by kind; personal parts belong to `who`."""

    who: Enrolment
    accounts: dict[str, int] = field(default_factory=dict)

    def account(self, kind: str) -> int:
        """The account of this kind, opened when it is asked for."""
        if kind not in self.accounts:
            if kind in PERSONAL_KINDS:
                made = ledger.account_ids(kind, DISTRICT, [self.who.id], actor=system())[self.who.id]
            else:
                made = ledger.fund_account_id(kind, DISTRICT, actor=system())
            self.accounts[kind] = made
        return self.accounts[kind]

    def transfer(self, code: str, source: str, target: str, fen: int, **about: Any) -> ledger.NewTransfer:
        """A transfer that is not posted yet."""
        about = {"id": uuid4(), "value_date": DAY} | about
        key, day = about.pop("id"), about.pop("value_date")
        return ledger.NewTransfer(key, self.account(source), self.account(target), fen, code, day, **about)

    def move(self, code: str, source: str, target: str, fen: int, **about: Any) -> UUID:
        """Post one transfer."""
        one = self.transfer(code, source, target, fen, **about)
        ledger.post(actor=system(), transfers=[one])
        return one.id

    def pay_in(self, fen: int) -> UUID:
        """A contribution of the person."""
        return self.move("contribution", "treasury_receipts", "own_payment", fen, line_id=uuid4())

    def draw(self, fen: int, **about: Any) -> UUID:
        """An account pension."""
        return self.move("account_pension", "own_payment", "paid_out", fen, **about)

    @property
    def own(self) -> tuple[int, int]:
        """Balance and reserved fen of the own payments."""
        return balance_of(self.who.id).get("own_payment", 0), reserved_of(self.who.id).get("own_payment", 0)


def open_books() -> Books:
    """Books of a new participant."""
    return Books(an_enrolment(village=a_village(DISTRICT)))


def a_case(kind: str) -> UUID:
    """A case of a kind, as its service would have opened it."""
    from jubao.cases.models import Case

    with unit_of_work(system(), "test"):
        number = f"{DISTRICT}-2025-{uuid4().hex[:6]}"
        return Case.objects.create(
            number=number,
            kind=kind,
            district_code=DISTRICT,
            division_path=a_village(DISTRICT).path,
            state="approved",
        ).id
