"""The banks' answers to one-off payments: checked as a whole, then booked; what came back is mended and waits again.

Worked example: line 2 comes back 户名不符: its money is void in the ledger and stands on the account again; 财务岗 enters the
account that the family showed and why; a new payment waits, names the old one, and goes through a batch and approval of its own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID, uuid5

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import CheckFailed, InputRefused
from jubao.kernel.text import _
from jubao.ledger.models import Account, Transfer
from jubao.payments.models import OneOffAnswer, OneOffBatch, OneOffFile, OneOffPayment
from jubao.services.accounts.postings import NewTransfer, fund_account_id, post, resolve_lines
from jubao.services.documents.store import document_store
from jubao.services.payments.bank_answers import Answer, read_answer
from jubao.services.payments.bank_profiles import profile
from jubao.services.payments.case import FINANCE, MAKERS, require_post
from jubao.services.payments.one_off import Payee, one_off_create

PHASES = {"paid": "post", "returned": "void"}
LINES = "SELECT unnest(%s::uuid[]) AS line_id"


def one_off_answer_book(
    *, actor: Actor, file_id: UUID, content: bytes, name: str, today: date, now: datetime
) -> OneOffAnswer:
    """Take a bank's answer to one file. The same answer again is already recorded.

    Raises CheckFailed BATCH_NOT_SENT; InputRefused where it is no return file at all.
    """
    require_post(actor, FINANCE)
    digest = hashlib.sha256(content).hexdigest()
    with unit_of_work(actor, "one_off_answer_book"):
        file = OneOffFile.objects.select_related("batch").get(id=file_id)
        batch = OneOffBatch.objects.select_for_update().get(id=file.batch_id)
        former = OneOffAnswer.objects.filter(file=file, sha256=digest).first()
        if former is not None:
            return former
        if batch.state not in ("sent", "closed"):
            raise CheckFailed("BATCH_NOT_SENT", _("这批支付还没有送银行，没有回盘。"))
        answers = list(read_answer(content, name, profile(file.profile)))
        kept = document_store(
            actor=actor, content=content, name=name, content_type="application/octet-stream",
            document_class="bank_return", district_code=batch.district_code, case_id=batch.case_id,
        )  # fmt: skip
        made = OneOffAnswer(
            file=file, division_path=file.division_path, sha256=digest, document=kept, received_at=now
        )
        lines = {
            one.line_number: one for one in batch.lines.select_for_update().filter(payee_bank=file.bank_name)
        }
        made.problems = _problems(answers, lines)
        made.state = "quarantined" if made.problems else "booked"
        if not made.problems:
            _booked(actor, batch, made, {one.line_number: one for one in answers}, lines, today)
        made.save(force_insert=True)
        return made


def _problems(answers: list[Answer], lines: Mapping[int | None, OneOffPayment]) -> list[dict[str, Any]]:
    """Every row that is not what was sent, or says otherwise than was said before."""
    found = [(one, _problem(one, lines.get(one.line_number), answers)) for one in answers]
    wrong = [
        {"row": one.source_row, "line": one.line_number, "problem": problem}
        for one, problem in found
        if problem
    ]
    return wrong if answers else [{"row": 0, "line": None, "problem": "EMPTY"}]


def _problem(answer: Answer, line: OneOffPayment | None, answers: list[Answer]) -> str:
    if answer.problem or line is None:
        return answer.problem or "LINE_UNKNOWN"
    if answer.amount_fen != line.amount_fen:
        return "AMOUNT_DIFFERS"
    if answer.account_number and answer.account_number != line.payee_account:
        return "ACCOUNT_DIFFERS"
    if line.state in PHASES and answer.state != line.state:
        return "OVERTURNS_ANSWER"
    same = {one.state for one in answers if one.line_number == answer.line_number}
    return "CONTRADICTS_ITSELF" if len(same) > 1 else ""


def _booked(
    actor: Actor, batch: OneOffBatch, made: OneOffAnswer, answers: Mapping[int | None, Answer],
    lines: Mapping[int | None, OneOffPayment], today: date,
) -> None:  # fmt: skip
    """Paid: posted and settled; returned: void; unknown stays as it is until the bank knows."""
    by_state: dict[str, list[OneOffPayment]] = {"paid": [], "returned": [], "unknown": []}
    for number, answer in answers.items():
        line = lines[number]
        by_state[answer.state].append(line)
        if answer.state in PHASES and line.state == "sent":
            line.state, line.bank_reason, line.answered_on = answer.state, answer.reason, today
            line.save(update_fields=["state", "bank_reason", "answered_on"])
            resolve_lines(
                actor=actor, phase=PHASES[answer.state], value_date=today, lines_sql=LINES, params=[[line.pk]]
            )
            if answer.state == "paid":
                _settled(actor, batch, line, today)
    made.paid_count, made.returned_count, made.unknown_count = (len(rows) for rows in by_state.values())


def _settled(actor: Actor, batch: OneOffBatch, line: OneOffPayment, today: date) -> None:
    """The clearing account of the payment comes to zero: the money has left."""
    clearing = fund_account_id("bank_file", batch.district_code, line.pk, actor=actor)
    out = fund_account_id("paid_out", batch.district_code, actor=actor)
    settled = NewTransfer(
        uuid5(line.pk, "settled"), clearing, out, line.amount_fen, "settlement", today, case_id=line.case_id
    )
    post(actor=actor, transfers=[settled])


def one_off_repay(
    *, actor: Actor, payment_id: UUID, name: str, bank: str, account: str, how: str, today: date
) -> OneOffPayment:
    """Pay a returned payment again: a new one with what was mended. Empty fields stay as they were.

    Raises CheckFailed NOT_RETURNED, REPAID_ALREADY; InputRefused CAUSE_REQUIRED.
    """
    require_post(actor, FINANCE | MAKERS)
    if not how.strip():
        raise InputRefused(
            "CAUSE_REQUIRED", _("请写明退票原因是怎样解决的。"), remedy=_("如“收款人出示了新的存折”。")
        )
    with unit_of_work(actor, "one_off_repay"):
        former = OneOffPayment.objects.select_for_update().get(id=payment_id)
        if former.state != "returned":
            raise CheckFailed("NOT_RETURNED", _("这一笔没有退票。"))
        if OneOffPayment.objects.filter(repays=former).exists():
            raise CheckFailed(
                "REPAID_ALREADY", _("这一笔已经重新支付。"), remedy=_("请查看重新支付的那一笔。")
            )
        payee = Payee(
            name.strip() or former.payee_name, former.payee_number or None, bank.strip() or former.payee_bank,
            account.strip() or former.payee_account,
        )  # fmt: skip
        return one_off_create(
            actor=actor, case_id=former.case_id, enrolment_id=former.enrolment_id, kind=former.kind,
            amounts=_sources(former), payee=payee, today=today, repays=former, mended=how.strip()[:300],
        )  # fmt: skip


def _sources(former: OneOffPayment) -> dict[str, int]:
    """From which accounts the money came."""
    moves = Transfer.objects.filter(line_id=former.pk, phase="pending").values_list(
        "debit_account_id", "amount_fen"
    )
    amounts = dict(moves)
    kinds = Account.objects.filter(id__in=amounts).values_list("id", "kind")
    return {kind: amounts[key] for key, kind in kinds}
