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
from jubao.services.cases.engine import case_open, case_view
from jubao.services.payments.bank_returns import return_book
from jubao.services.payments.runs import funds_record, run_approve, run_check, run_draft, run_fund, run_send
from jubao.services.recovery.kind import KIND, _confirmed
from tests.benefits.county import County, at_ten
from tests.payments.month import answer
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
        claim.case.refresh_from_db()
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


def paid(here: County, *months: Month, today: date) -> None:
    """Months drafted, approved, sent and answered 成功 for everybody who draws here."""
    for month in months:
        run = run_draft(
            actor=here.cast.handler.actor, district_code=here.district, month=month.index, today=today
        )
        run = run_check(actor=here.cast.handler.actor, run_id=run.id, today=today, now=at_ten(today))
        case = case_view(actor=here.cast.reviewer.actor, case_id=run.case_id, now=at_ten(today))
        run = run_approve(
            actor=here.cast.reviewer.actor, run_id=run.id, digest_seen=case.digest, today=today, now=at_ten(today)
        )  # fmt: skip
        funds_record(
            actor=here.cast.finance.actor, district_code=here.district, benefit_month=run.benefit_month,
            amount_fen=run.total_fen, received_on=today, reference=f"拨-{month}",
        )  # fmt: skip
        run = run_fund(actor=here.cast.finance.actor, run_id=run.id, today=today, now=at_ten(today))
        run = run_send(actor=here.cast.finance.actor, run_id=run.id, today=today, now=at_ten(today))
        for file in run.bank_files.all():
            lines = answer(file).decode("gb18030").splitlines()
            named = [f"{lines[0]}|批次", *(f"{line}|{run.number}" for line in lines[1:])]
            content = "\r\n".join([*named, ""]).encode("gb18030")
            kept = return_book(
                actor=here.cast.finance.actor, bank_file_id=file.id, content=content, name="r.txt", today=today,
                now=at_ten(today),
            )  # fmt: skip
            assert kept.state == "booked", kept.problems
