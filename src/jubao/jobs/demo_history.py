"""The months before the present one, by the services themselves: yearly interest, then draft to closed run, answered by a bank.

Worked example: for 2026-11 the years 2024 and 2025 are settled and the runs of 2026-09 and 10 closed: each drafted by
办理岗, its findings decided and approved by 复核岗, funded and sent by 财务岗, every line answered.
"""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from jubao.benefits.models import HoldProposal
from jubao.database.actor import Actor
from jubao.demo.system_people import PAID_MONTHS
from jubao.jobs.demo_officers import officer_actor
from jubao.jobs.progress import Progress
from jubao.jobs.scope import session_scope
from jubao.kernel.fen import Fen
from jubao.kernel.month import Month
from jubao.kernel.working_calendar import WorkingCalendar
from jubao.payments.models import BankFile, PaymentRun
from jubao.services.accounts.interest_years import interest_year_settle
from jubao.services.cases.engine import case_view
from jubao.services.payments.bank_returns import return_book
from jubao.services.payments.hold_proposals import hold_decide
from jubao.services.payments.runs import (
    funds_record,
    run_approve,
    run_check,
    run_close,
    run_draft,
    run_fund,
    run_reconcile,
    run_send,
)

PAY_DAY = 12
ANSWERED = """
    SELECT l.line_number, a.account_number, l.amount_fen FROM payments_paymentline l
    JOIN people_payoutaccount a ON a.id = l.payout_account_id
    WHERE l.run_id = %(run)s AND l.is_in_run AND a.bank_name = %(bank)s AND l.line_number BETWEEN %(first)s AND %(last)s
    ORDER BY l.line_number
"""
NOTE = "村协办员电话联系家属，称本人健在"
ZONE = ZoneInfo("Asia/Shanghai")


def settle_interest(code: str, month: Month, first_year: int, progress: Progress) -> None:
    """The yearly interest of the years that are over, each settled in the January after it."""
    handler = officer_actor(code, "handler", month.first_day)
    progress.step("interest", month.year - first_year)
    for year in range(first_year, month.year):
        with session_scope(handler.scope):
            interest_year_settle(actor=handler, district_code=code, year=year, today=date(year + 1, 1, 20))
        progress.advance()


def pay_months(code: str, month: Month, progress: Progress) -> None:
    """The closed runs of the months before; one that is closed already is left as it is."""
    progress.step("payments", PAID_MONTHS)
    for back in range(PAID_MONTHS, 0, -1):
        _pay(code, month - back)
        progress.advance()


def _pay(code: str, month: Month) -> None:
    """One month from the draft to the closed run."""
    today = _pay_day(month)
    now = datetime.combine(today, time(10), ZONE)
    handler, reviewer, finance = (
        officer_actor(code, post, today) for post in ("handler", "reviewer", "finance_officer")
    )
    with session_scope(handler.scope):
        former = PaymentRun.objects.exclude(state="void").filter(
            district_code=code, benefit_month=month.index, kind="regular"
        )
        if former.filter(state="closed").exists():
            return
        run = former.first()
        if run is None or (run.state == "draft" and not run.digest):
            run = run_draft(actor=handler, district_code=code, month=month.index, today=today)
        if run.state == "draft":
            _decide_holds(reviewer, run, today, now)
            run = run_check(actor=handler, run_id=run.id, today=today, now=now)
        if run.state == "checked":
            case = case_view(actor=reviewer, case_id=run.case_id, now=now)
            run = run_approve(actor=reviewer, run_id=run.id, digest_seen=case.digest, today=today, now=now)
        _send(finance, run, today, now)


def _pay_day(month: Month) -> date:
    """A working day: some regions ask for a reason on others."""
    return WorkingCalendar.load().add_working_days(date(month.year, month.month, PAY_DAY - 1), 1)


def _decide_holds(reviewer: Actor, run: PaymentRun, today: date, now: datetime) -> None:
    for proposal in HoldProposal.objects.filter(run_id=run.id, state="open"):
        hold_decide(
            actor=reviewer, proposal_id=proposal.id, is_confirmed=False, note=NOTE, today=today, now=now
        )


def _send(finance: Actor, run: PaymentRun, today: date, now: datetime) -> None:
    if run.state == "approved":
        funds_record(
            actor=finance, district_code=run.district_code, benefit_month=run.benefit_month, amount_fen=run.total_fen,
            received_on=today, reference=f"示范拨款-{run.number}",
        )  # fmt: skip
        run = run_fund(actor=finance, run_id=run.id, today=today, now=now)
    if run.state == "funded":
        run = run_send(actor=finance, run_id=run.id, today=today, now=now)
    if run.state == "sent":
        for bank_file in run.bank_files.order_by("bank_name", "sequence"):
            content = bank_answer(bank_file)
            return_book(
                actor=finance,
                bank_file_id=bank_file.id,
                content=content,
                name=f"{run.number}.csv",
                today=today,
                now=now,
            )
        run = run_reconcile(actor=finance, run_id=run.id, today=today, now=now)
    if run.state == "reconciled":
        run_close(actor=finance, run_id=run.id, today=today, now=now)


def bank_answer(bank_file: BankFile) -> bytes:
    """What the made-up bank answers: every line of its file paid."""
    rows = [
        f"代发批次 {bank_file.run.number}-{bank_file.sequence} 处理结果",
        "序号,收款账号,金额（元）,处理结果,失败原因",
    ]
    given: dict[str, Any] = {
        "run": bank_file.run_id,
        "bank": bank_file.bank_name,
        "first": bank_file.first_line,
        "last": bank_file.last_line,
    }
    with connection.cursor() as cursor:
        cursor.execute(ANSWERED, given)
        rows += [f"{number},{account},{Fen(fen).yuan},成功," for number, account, fen in cursor.fetchall()]
    return ("\r\n".join(rows) + "\r\n").encode("utf-8-sig")
