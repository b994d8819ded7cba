"""A one-off payment reserves its money when it is made, once, and never more than there is."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from jubao.cases.models import Case
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import CheckFailed, DomainError, InputRefused
from jubao.ledger.models import Account, Balance, Transfer
from jubao.payments.models import OneOffPayment
from jubao.services.payments.one_off import Payee, one_off_create
from tests.benefits.county import County
from tests.support.residents import Beneficiary, number_of, system

DISTRICT, DAY = "150404", date(2026, 3, 2)
SON = Payee("王小军", number_of(159904, date(1988, 2, 3), 31), "某某银行", "6217000000000000017")


def an_account(who: Beneficiary, fen: int, kind: str = "transferred_in") -> None:
    """Money in one part of the personal account."""
    with unit_of_work(system(), "test"):
        fund, _new = Account.objects.get_or_create(
            kind="transfer_fund", district_code=DISTRICT, enrolment=None
        )
        part = Account.objects.create(kind=kind, district_code=DISTRICT, enrolment=who.enrolment)
        Transfer.objects.create(
            debit_account=fund, credit_account=part, amount_fen=fen, code="transfer_in", value_date=date(2025, 1, 6)
        )  # fmt: skip


def a_case(here: County, kind: str = "deregistration") -> UUID:
    """A decided case of a kind that lets money leave an account."""
    with unit_of_work(system(), "test"):
        return Case.objects.create(
            number=f"T-{kind}-{Case.objects.count()}", kind=kind, district_code=DISTRICT, division_path=here.path,
            state="approved", is_open=False, outcome="approved", maker_id=here.cast.handler.person.id,
            checker_id=here.cast.reviewer.person.id,
        ).pk  # fmt: skip


@pytest.fixture
def here(database: None) -> County:
    return County(DISTRICT, next_county="500110")


def test_every_source_is_reserved_and_nothing_is_paid_yet(here: County) -> None:
    someone = here.someone()
    an_account(someone, 200_473)

    made = _made(here, someone, {"transferred_in": 200_473}, "refund")
    grant = _made(here, someone, {"grant_fund": 100_000, "own_payment": 0}, "funeral_grant")

    assert (made.state, made.amount_fen, made.district_code) == ("waiting", 200_473, DISTRICT)
    moves = Transfer.objects.filter(line_id__in=[made.pk, grant.pk]).values_list(
        "phase", "code", "amount_fen"
    )
    assert sorted(moves) == [("pending", "funeral_grant", 100_000), ("pending", "refund", 200_473)]
    balance = Balance.objects.get(account__enrolment=someone.enrolment)
    assert (balance.balance_fen, balance.pending_fen) == (200_473, 200_473)


def test_a_transfer_out_leaves_through_its_own_case(here: County) -> None:
    someone = here.someone()
    an_account(someone, 5_000)

    made = _made(here, someone, {"transferred_in": 5_000}, "transfer_out", case=a_case(here, "transfer_out"))

    assert Transfer.objects.get(line_id=made.pk).code == "transfer_out"


def test_more_than_there_is_and_a_payee_without_account_are_refused(here: County) -> None:
    someone = here.someone()
    an_account(someone, 5_000)

    with pytest.raises(CheckFailed) as more:
        _made(here, someone, {"transferred_in": 5_001}, "refund")
    with pytest.raises(InputRefused) as nowhere:
        _made(
            here, someone, {"transferred_in": 5_000}, "refund", payee=Payee("王小军", None, "某某银行", " ")
        )
    with pytest.raises(DomainError) as nothing:
        _made(here, someone, {"transferred_in": 0}, "refund")
    with pytest.raises(CheckFailed) as unrelated:
        _made(here, someone, {"transferred_in": 5_000}, "refund", case=a_case(here, "suspension"))

    codes = [one.value.code for one in (more, nowhere, nothing, unrelated)]
    assert codes == ["INSUFFICIENT_BALANCE", "PAYEE_MISSING", "ONE_OFF_AMOUNTS", "ACCOUNT_MONEY_PROTECTED"]
    assert not OneOffPayment.objects.exists()


def _made(
    here: County, someone: Beneficiary, amounts: dict[str, int], kind: str, *, case: UUID | None = None,
    payee: Payee = SON,
) -> OneOffPayment:  # fmt: skip
    case = case or a_case(here)
    with unit_of_work(here.cast.reviewer.actor, "settle", case_id=case):
        return one_off_create(
            actor=here.cast.reviewer.actor, case_id=case, enrolment_id=someone.enrolment.pk, kind=kind, amounts=amounts,
            payee=payee, today=DAY,
        )  # fmt: skip
