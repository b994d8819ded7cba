"""Crash trials of settlement and one-off payments: the batch, its steps, the bank's answer, what is paid again.

Worked example: the answer to two payments killed between state and money books nothing; repeated, one is paid, one returned, and
the ledger holds each once.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from tests.integrity.crash_cases import looked_at, or_refused, take, trial
from tests.integrity.crash_decisions import _deregistration
from tests.integrity.crash_people import DAY, DISTRICT, NOW, of
from tests.integrity.crash_points import Command

REVIEWER, FINANCE, CHECKER = (
    f"{DISTRICT}-{post}" for post in ("reviewer", "finance_officer", "finance_reviewer")
)


def _waiting() -> dict[str, Any]:
    """A deregistration decided: account and grant wait for payment."""
    from jubao.database.unit_of_work import read_scope
    from jubao.payments.models import OneOffPayment

    take(looked_at(_deregistration(), REVIEWER), "approve", REVIEWER)
    with read_scope("%"):
        return {"rows": sorted(str(key) for key in OneOffPayment.objects.values_list("id", flat=True))}


def _make(given: dict[str, Any]) -> Case:
    from jubao.services.payments.one_off_batches import one_off_batch_make

    return one_off_batch_make(
        actor=of("finance_officer"), district_code=DISTRICT, payment_ids=[UUID(key) for key in given["rows"]], today=DAY,
        idempotency_key="batch",
    )  # fmt: skip


def _batch() -> Case:
    return _make(_waiting())


def _approved() -> Case:
    case = _batch()
    return take(looked_at(case, CHECKER), "approve", CHECKER)


def _sent() -> Case:
    return take(looked_at(_approved(), FINANCE), "send", FINANCE)


def _at_the_bank() -> dict[str, Any]:
    """Sent, and what the bank will answer: the second account is closed."""
    from jubao.database.unit_of_work import read_scope
    from jubao.payments.models import OneOffBatch

    case = _sent()
    with read_scope("%"):
        batch = OneOffBatch.objects.get(case_id=case.pk)
        rows = [
            f"{one.line_number}|{one.amount_fen / 100:.2f}" for one in batch.lines.order_by("line_number")
        ]
        text = f"序号|金额|状态|失败原因\r\n{rows[0]}|成功|\r\n{rows[1]}|失败|账户销户\r\n"
        return {
            "case": str(case.pk),
            "file": str(batch.files.get().pk),
            "answer": text.encode("gb18030").hex(),
        }


def _book(given: dict[str, Any]) -> None:
    from jubao.services.payments.one_off_answers import one_off_answer_book

    one_off_answer_book(
        actor=of("finance_officer"), file_id=UUID(given["file"]), content=bytes.fromhex(given["answer"]), name="r.txt",
        today=DAY, now=NOW,
    )  # fmt: skip


def _answered() -> Case:
    from jubao.database.unit_of_work import read_scope

    given = _at_the_bank()
    _book(given)
    with read_scope("%"):
        return Case.objects.get(pk=given["case"])


def _returned() -> dict[str, Any]:
    from jubao.database.unit_of_work import read_scope
    from jubao.payments.models import OneOffPayment

    _book(_at_the_bank())
    with read_scope("%"):
        return {"payment": str(OneOffPayment.objects.get(state="returned").pk)}


def _repay(given: dict[str, Any]) -> None:
    from jubao.services.payments.one_off_answers import one_off_repay

    one_off_repay(
        actor=of("finance_officer"), payment_id=UUID(given["payment"]), name="", bank="", account="6217000000000000025",
        how="出示了新存折", today=DAY,
    )  # fmt: skip


def _proposed() -> dict[str, Any]:
    return looked_at(_deregistration(), f"{DISTRICT}-handler")


def _revise(given: dict[str, Any]) -> None:
    from jubao.services.payments.one_off import Payee
    from jubao.services.settlement.account import SettlementTerms
    from jubao.services.settlement.deciding import settlement_revise
    from jubao.services.settlement.grant import GivenGrant

    payee = Payee("王小军", None, "农商行", "6217000000000000033")
    settlement_revise(
        actor=of("handler"), case_id=UUID(given["case"]), expected_version=given["version"], today=DAY,
        terms=SettlementTerms(payee, {2025: 25_000}, "渝人社发〔2025〕2号", GivenGrant(120_000, "綦江府发〔2025〕2号")),
    )  # fmt: skip


def _reported() -> dict[str, Any]:
    """Somebody reported dead whom nobody has told of the deregistration."""
    from jubao.database.unit_of_work import unit_of_work
    from jubao.people.models import DeathReport
    from tests.benefits.county import County
    from tests.support.residents import system

    person = County(DISTRICT).someone().person
    with unit_of_work(system(), "test"):
        DeathReport.objects.create(person=person, died_on=date(2025, 6, 20), source="CREMATION")
    return {"person": str(person.pk)}


def _notice_send(given: dict[str, Any]) -> None:
    from jubao.services.settlement.notices import notices_send

    notices_send(actor=of("handler"), person_ids=[UUID(given["person"])], today=DAY)


def _to_deliver() -> dict[str, Any]:
    from jubao.database.unit_of_work import read_scope
    from jubao.services.documents.store import document_store

    given = _reported()
    _notice_send(given)
    receipt = document_store(
        actor=of("handler"), content=b"receipt", name="receipt.png", content_type="image/png",
        document_class="delivery_receipt",
    )  # fmt: skip
    with read_scope("%"):
        case = Case.objects.get(kind="deregistration_notice", person_id=given["person"])
        return {"case": str(case.pk), "version": case.version, "receipt": str(receipt.pk)}


def _deliver(given: dict[str, Any]) -> None:
    from jubao.services.settlement.notices import Delivery, notice_deliver

    notice_deliver(
        actor=of("handler"), case_id=UUID(given["case"]), delivery=Delivery(DAY, "王小军", "林晓", True), today=DAY, now=NOW,
        receipt_id=UUID(given["receipt"]), expected_version=given["version"],
    )  # fmt: skip


COMMANDS: dict[str, Command] = {
    "deregistration_notices_send": Command(_reported, or_refused(_notice_send, "NOTHING_CHOSEN")),
    "deregistration_notice_deliver": Command(_to_deliver, or_refused(_deliver, "CASE_MOVED")),
    "settlement_revise": Command(_proposed, or_refused(_revise, "CASE_MOVED")),
    "one_off_batch_make": Command(_waiting, _make),
    "one_off_batch_approve": trial(_batch, by="finance_reviewer"),
    "one_off_batch_reject": trial(_batch, action="reject", by="finance_reviewer", reason="账号不清"),
    "one_off_batch_send": trial(_approved, action="send", by="finance_officer"),
    "one_off_batch_close": trial(_answered, action="close", by="finance_officer"),
    "one_off_answer_book": Command(_at_the_bank, _book),
    "one_off_repay": Command(_returned, or_refused(_repay, "REPAID_ALREADY")),
}
