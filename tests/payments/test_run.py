"""A payment run from draft to close: exact amounts, nobody lost, nobody paid twice, two people, and the ledger at the end."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from jubao.database.unit_of_work import unit_of_work
from jubao.facts import payments as figures
from jubao.kernel.errors import DomainError, NotCovered
from jubao.payments.models import PaymentLine, PaymentOmission, PaymentRun
from jubao.people.models import PayoutAccount
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import case_view
from jubao.services.documents.store import document_open
from jubao.services.payments.bank_files import file_bytes
from jubao.services.payments.bank_returns import return_book
from jubao.services.payments.runs import (
    run_approve,
    run_check,
    run_close,
    run_draft,
    run_reconcile,
    run_send,
    run_void,
)
from tests.payments.month import (
    DISTRICT,
    MONTH,
    NOW,
    TODAY,
    a_payee,
    answer,
    approved,
    drafted,
    paid_month,
    sent,
)
from tests.support.cast import Cast
from tests.support.residents import system


def test_a_month_is_paid_and_the_clearing_account_comes_to_zero(database: None, cast: Cast) -> None:
    people = [a_payee() for _one in range(3)]

    run = paid_month(cast)
    (bank_file,) = run.bank_files.all()
    booked = return_book(
        actor=cast.finance.actor,
        bank_file_id=bank_file.id,
        content=answer(bank_file),
        name="r.txt",
        today=TODAY,
        now=NOW,
    )
    run = run_reconcile(actor=cast.finance.actor, run_id=run.id, today=TODAY, now=NOW)
    run = run_close(actor=cast.finance.actor, run_id=run.id, today=TODAY, now=NOW)

    assert run.state == "closed" and booked.state == "booked" and booked.paid_count == len(people)
    line = run.lines.get(enrolment_id=people[0].enrolment.id)
    # 2025-06 in Qijiang: base 165.00, 2504.78 / 139 = 18.02, no year above 15, no only child, not yet 65.
    assert (line.base_pension_fen, line.account_pension_fen, line.amount_fen) == (16500, 1802, 18302)
    assert clearing(run) == 0
    assert figures.outcomes(run.id) == [{"state": "paid", "lines": 3, "amount_fen": 3 * 18302}]


def clearing(run: PaymentRun) -> int:
    """What still stands on the clearing accounts of a run's files (M10)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(CASE WHEN t.credit_account_id = a.id THEN t.amount_fen ELSE -t.amount_fen END), 0)"
            " FROM ledger_account a JOIN ledger_transfer t ON a.id IN (t.credit_account_id, t.debit_account_id)"
            " WHERE a.kind = 'bank_file' AND t.run_id = %s AND t.phase IN ('posted', 'post')",
            [run.id],
        )
        return int(cursor.fetchone()[0])


def test_nobody_without_an_account_is_lost(database: None, cast: Cast) -> None:
    a_payee()
    without, waiting = (a_payee() for _one in range(2))
    with unit_of_work(system(), "test"):
        PayoutAccount.objects.filter(id=without.account.id).update(until_on=date(2025, 5, 1))
        PayoutAccount.objects.filter(id=waiting.account.id).update(usable_on=date(2025, 6, 30))

    run = drafted(cast)

    omitted = {row.enrolment_id: (row.reason, row.amount_fen) for row in run.omissions.all()}
    assert run.lines.count() == 1
    assert omitted == {
        without.enrolment.id: ("NO_ACCOUNT", 18302),
        waiting.enrolment.id: ("ACCOUNT_WAITING", 18302),
    }


def test_a_month_left_out_follows_once_the_account_is_there(database: None, cast: Cast) -> None:
    a_payee()
    late = a_payee()
    with unit_of_work(system(), "test"):
        PayoutAccount.objects.filter(id=late.account.id).update(usable_on=date(2025, 6, 20))
    paid_month(cast)

    july = drafted(cast, MONTH + 1, today=date(2025, 7, 10))

    lines = july.lines.filter(enrolment_id=late.enrolment.id).order_by("benefit_month")
    assert [(line.benefit_month, line.kind, line.cause, line.amount_fen) for line in lines] == [
        (MONTH, "back_pay", "ACCOUNT_BOUND", 18302),
        (MONTH + 1, "monthly", "", 18302),
    ]


def test_a_month_without_a_base_pension_is_refused(database: None, cast: Cast) -> None:
    with pytest.raises(NotCovered) as refusal:
        drafted(cast, 2026 * 12)

    assert "base_pension_fen" in refusal.value.message


@pytest.mark.requirement("SS-03-5-2a")
def test_maker_cannot_approve_and_a_second_person_can(database: None, cast: Cast) -> None:
    a_payee()
    run = run_check(actor=cast.handler.actor, run_id=drafted(cast).id, today=TODAY, now=NOW)
    case = case_view(actor=cast.handler.actor, case_id=run.case_id, now=NOW)

    with pytest.raises(CaseRefused):
        run_approve(actor=cast.handler.actor, run_id=run.id, digest_seen=case.digest, today=TODAY, now=NOW)

    with pytest.raises(CaseRefused) as unseen:
        run_approve(actor=cast.reviewer.actor, run_id=run.id, digest_seen="0" * 64, today=TODAY, now=NOW)
    assert unseen.value.code == "DIGEST_CHANGED"
    case_view(actor=cast.reviewer.actor, case_id=run.case_id, now=NOW)
    run = run_approve(actor=cast.reviewer.actor, run_id=run.id, digest_seen=case.digest, today=TODAY, now=NOW)
    assert run.state == "approved" and run.approved_digest == run.digest


@pytest.mark.requirement("SS-22-3")
def test_approval_form_equals_the_payment_list(database: None, cast: Cast) -> None:
    for _one in range(2):
        a_payee()
    run = approved(cast, drafted(cast))

    from jubao.services.payments.forms import approval_data, approval_form

    data = approval_data(run, TODAY)
    total = sum(run.lines.values_list("amount_fen", flat=True))
    assert data["people"] == "2" and data["count"] == "2" and run.total_fen == total
    assert data["total"] == f"{total // 100}.{total % 100:02d}" and data["capital"] == "叁佰陆拾陆元零肆分"
    assert data["components"] == ["基础养老金", "个人账户养老金"]
    assert data["component_totals"] == ["330.00", "36.04"]
    # The national minimum of 2025-06 is 123.00, the region's own base pension 165.00; the region lies in the west.
    assert data["financing"].startswith("中央财政（最低标准的 100%）246.00 元；地方 84.00 元")
    assert approval_form(run, made_on=TODAY).pdf == approval_form(run, made_on=TODAY).pdf
    form = run.case.materials.get(kind="payment_approval_form")
    assert document_open(form.document_id).startswith(b"%PDF")


def test_bank_file_is_made_again_byte_for_byte_and_its_hash_is_approved(database: None, cast: Cast) -> None:
    a_payee()
    run = paid_month(cast)

    (bank_file,) = run.bank_files.all()

    assert file_bytes(bank_file) == document_open(bank_file.document_id)
    assert run.case.proposal["files"][0]["sha256"] == bank_file.sha256
    assert (bank_file.line_count, bank_file.total_fen) == (run.line_count, run.total_fen)
    PayoutAccount.objects.filter(id=run.lines.get().payout_account_id)
    with unit_of_work(system(), "test"):
        PayoutAccount.objects.update(account_number="6217003760099999999")
    with pytest.raises(DomainError, match="FILE_DIFFERS"):
        file_bytes(bank_file)


def test_second_run_of_a_month_is_refused_and_a_supplementary_one_takes_the_rest(
    database: None, cast: Cast
) -> None:
    a_payee()
    run = paid_month(cast)

    with pytest.raises(DomainError, match="RUN_EXISTS"):
        drafted(cast)
    late = a_payee()
    second = drafted(cast, kind="supplementary")

    assert [line.enrolment_id for line in second.lines.all()] == [late.enrolment.id]
    assert run_send(actor=cast.finance.actor, run_id=run.id, today=TODAY, now=NOW).state == "sent"
    assert PaymentLine.objects.filter(benefit_month=MONTH, is_live=True).count() == 2


def test_void_run_is_due_again_and_a_sent_one_cannot_be_voided(database: None, cast: Cast) -> None:
    a_payee()
    run = approved(cast, drafted(cast))

    run_void(actor=cast.handler.actor, run_id=run.id, reason="名单有误", today=TODAY, now=NOW)
    again = sent(cast, drafted(cast))

    assert again.lines.filter(is_live=True).count() == 1
    with pytest.raises(DomainError, match="STEP_NOT_POSSIBLE"):
        run_void(actor=cast.handler.actor, run_id=again.id, reason="晚了", today=TODAY, now=NOW)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE payments_paymentrun SET state = 'sent'",
        "UPDATE payments_paymentrun SET total_fen = total_fen + 1",
        "UPDATE payments_paymentline SET amount_fen = amount_fen + 1, other_fen = 1",
        "UPDATE payments_paymentline SET is_in_run = false",
        "UPDATE payments_paymentrun SET approved_digest = repeat('0', 64), state = 'approved'",
    ],
)
def test_database_refuses_changes_of_a_checked_run(database: None, cast: Cast, statement: str) -> None:
    a_payee()
    run_check(actor=cast.handler.actor, run_id=drafted(cast).id, today=TODAY, now=NOW)

    with pytest.raises(DatabaseError), unit_of_work(system(), "test"), connection.cursor() as cursor:
        cursor.execute(statement)


def test_same_idempotency_key_makes_one_run(database: None, cast: Cast) -> None:
    a_payee()

    def make() -> PaymentRun:
        return run_draft(
            actor=cast.handler.actor,
            district_code=DISTRICT,
            month=MONTH,
            today=TODAY,
            idempotency_key="page-1",
        )

    assert make().id == make().id
    assert PaymentRun.objects.count() == 1 and PaymentOmission.objects.count() == 0


def test_outsider_sees_and_moves_nothing(database: None, cast: Cast) -> None:
    a_payee()
    run = drafted(cast)

    with pytest.raises((DomainError, PaymentRun.DoesNotExist)), transaction.atomic():
        run_check(actor=cast.outsider.actor, run_id=run.id, today=TODAY, now=NOW)
