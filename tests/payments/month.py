"""A month of payment in a small district, step by step, for the tests of this folder.

Worked example: `paid_month(cast)` drafts, hands in, approves, funds and sends 2025-06 for whoever draws in 500110.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from itertools import count

from jubao.certification.models import CertificationEvent
from jubao.database.unit_of_work import unit_of_work
from jubao.payments.models import BankFile, PaymentRun
from jubao.services.cases.engine import case_view
from jubao.services.payments.bank_files import file_bytes
from jubao.services.payments.runs import funds_record, run_approve, run_check, run_draft, run_fund, run_send
from tests.support.cast import Cast
from tests.support.residents import Beneficiary, a_beneficiary, system

DISTRICT = "500110"
MONTH = 2025 * 12 + 5
TODAY = date(2025, 6, 10)
NOW = datetime(2025, 6, 10, 9, 30, tzinfo=UTC)
_NOTICES = count(1)


def a_payee(certified_on: date = date(2025, 1, 10), **about: object) -> Beneficiary:
    """Somebody who draws since 2023-09 and was certified this year."""
    who = a_beneficiary(birth=date(1963, 8, 15), **about)  # type: ignore[arg-type]
    with unit_of_work(system(), "test"):
        CertificationEvent.objects.create(
            enrolment=who.enrolment, certified_on=certified_on, channel="on_site"
        )
    return who


def drafted(cast: Cast, month: int = MONTH, kind: str = "regular", today: date = TODAY) -> PaymentRun:
    """The draft of a month by 办理岗."""
    return run_draft(actor=cast.handler.actor, district_code=DISTRICT, month=month, today=today, kind=kind)


def approved(cast: Cast, run: PaymentRun) -> PaymentRun:
    """Handed in by 办理岗, opened and approved by 复核岗."""
    run = run_check(actor=cast.handler.actor, run_id=run.id, today=TODAY, now=NOW)
    case = case_view(actor=cast.reviewer.actor, case_id=run.case_id, now=NOW)
    return run_approve(
        actor=cast.reviewer.actor, run_id=run.id, digest_seen=case.digest, today=TODAY, now=NOW
    )


def funded(cast: Cast, run: PaymentRun) -> PaymentRun:
    """The finance office's notice equals the form."""
    funds_record(
        actor=cast.finance.actor,
        district_code=DISTRICT,
        benefit_month=run.benefit_month,
        amount_fen=run.total_fen,
        received_on=TODAY,
        reference=f"拨-{next(_NOTICES)}",
    )
    return run_fund(actor=cast.finance.actor, run_id=run.id, today=TODAY, now=NOW)


def sent(cast: Cast, run: PaymentRun) -> PaymentRun:
    """From the draft to the bank."""
    run = funded(cast, approved(cast, run))
    return run_send(actor=cast.finance.actor, run_id=run.id, today=TODAY, now=NOW)


def paid_month(cast: Cast, month: int = MONTH) -> PaymentRun:
    """A month drafted and sent."""
    return sent(cast, drafted(cast, month))


def answer(bank_file: BankFile, failing: dict[int, str] | None = None, only: set[int] | None = None) -> bytes:
    """What the bank sends back for a text file: 成功, or the reason for the lines named; `only` leaves the others out."""
    lines = file_bytes(bank_file).decode("gb18030").splitlines()
    out = ["序号|账号|户名|金额|状态|失败原因"]
    for line in lines[2:]:
        number, account, name, amount, _remark = line.split("|")
        if only is not None and int(number) not in only:
            continue
        reason = (failing or {}).get(int(number))
        out.append("|".join([number, account, name, amount, "失败" if reason else "成功", reason or ""]))
    return ("\r\n".join(out) + "\r\n").encode("gb18030")
