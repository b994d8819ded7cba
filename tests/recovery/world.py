"""A district with a claim for tests of 追缴: who drew too long, what stands in the account, the days on which things happen.

Worked example: `a_claim(here, fen=48906)` is a confirmed claim of 489.06 yuan over three months after a death.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import connection

from jubao.cases.models import Case
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.month import Month
from jubao.ledger.balances import balance_of
from jubao.ledger.models import Account, Transfer
from jubao.recovery.invariants import INVARIANTS
from jubao.recovery.models import Claim
from jubao.services.cases.engine import case_open
from jubao.services.recovery.kind import KIND, _confirmed
from tests.benefits.county import County
from tests.support.residents import Beneficiary, system

SONGSHAN, DAY = "150404", date(2026, 3, 2)
FIRST = Month(2025, 12).index


def money(here: County, who: Beneficiary, fen: int) -> None:
    """So much in the account, as money transferred in."""
    with unit_of_work(system(), "test"):
        debit, _new = Account.objects.get_or_create(
            kind="transfer_fund", district_code=here.district, enrolment=None, reference_id=None
        )
        credit, _new = Account.objects.get_or_create(
            kind="transferred_in", district_code=here.district, enrolment=who.enrolment
        )
        Transfer.objects.create(
            debit_account=debit, credit_account=credit, amount_fen=fen, code="transfer_in", value_date=date(2025, 1, 6)
        )  # fmt: skip


def a_claim(
    here: County, who: Beneficiary, *, fen: int, ground: str = "death", is_confirmed: bool = True
) -> Claim:
    """A claim of one amount over three months that nobody asks the lines of."""
    part = fen // 3
    rows = [{"month": FIRST + n, "amount_fen": part + (fen - 3 * part if n == 2 else 0)} for n in range(3)]
    with unit_of_work(system(), "test"):
        case = case_open(
            actor=system(), kind=KIND, district_code=here.district, division_path=who.enrolment.division_path,
            person_id=who.person.pk, subject_id=who.enrolment.pk, proposal={"claimed": rows}, today=DAY,
        )  # fmt: skip
        claim = Claim.objects.create(
            case=case, enrolment=who.enrolment, district_code=here.district, division_path=who.enrolment.division_path,
            ground=ground, first_month=FIRST, opened_on=DAY,
        )  # fmt: skip
        if is_confirmed:
            _confirmed(case=case, actor=system(), today=DAY)
            Case.objects.filter(pk=case.pk).update(state="confirmed")
    claim.refresh_from_db()
    return claim


def account_fen(enrolment_id: UUID) -> int:
    """What stands in the account."""
    return sum(balance_of(enrolment_id).values())


def assert_sound() -> None:
    """No claim and ledger disagree."""
    with connection.cursor() as cursor:
        for one in INVARIANTS:
            cursor.execute(one.violations)
            assert cursor.fetchall() == [], one.id
