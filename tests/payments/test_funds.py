"""Money for a run: asked for with the approved form only, matched to it, compared with vouchers, shown month by month."""

from __future__ import annotations

import pytest

from jubao.facts import payments as figures
from jubao.kernel.errors import DomainError
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import case_view
from jubao.services.payments.bank_returns import return_book
from jubao.services.payments.runs import (
    funds_record,
    run_approve,
    run_check,
    run_fund,
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
    funded,
    paid_month,
)
from tests.support.cast import Cast


@pytest.mark.requirement("SS-22-4", "SS-03-5-3a")
def test_funds_are_asked_for_the_approved_form_only_and_must_agree(database: None, cast: Cast) -> None:
    a_payee()
    run = run_check(actor=cast.handler.actor, run_id=drafted(cast).id, today=TODAY, now=NOW)

    with pytest.raises(DomainError) as early:
        run_fund(actor=cast.finance.actor, run_id=run.id, today=TODAY, now=NOW)
    assert early.value.code == "STEP_NOT_POSSIBLE"

    case = case_view(actor=cast.reviewer.actor, case_id=run.case_id, now=NOW)
    run_approve(actor=cast.reviewer.actor, run_id=run.id, digest_seen=case.digest, today=TODAY, now=NOW)
    with pytest.raises(DomainError) as short:
        funds_record(
            actor=cast.finance.actor, district_code=DISTRICT, benefit_month=MONTH, amount_fen=18300, received_on=TODAY,
            reference="拨-A", run_id=run.id,
        )  # fmt: skip
        run_fund(actor=cast.finance.actor, run_id=run.id, today=TODAY, now=NOW)
    assert short.value.code == "FUNDS_DIFFER" and "0.02" in short.value.message
    funds_record(
        actor=cast.finance.actor, district_code=DISTRICT, benefit_month=MONTH, amount_fen=2, received_on=TODAY,
        reference="拨-B",
    )  # fmt: skip
    assert run_fund(actor=cast.finance.actor, run_id=run.id, today=TODAY, now=NOW).funded_fen == 18302


@pytest.mark.requirement("SS-03-6-2")
def test_funds_are_matched_to_the_form_and_a_missing_period_is_flagged(database: None, cast: Cast) -> None:
    a_payee()
    run = approved(cast, drafted(cast))
    assert [row["number"] for row in figures.funds_awaited(DISTRICT)] == [run.number]

    def notice(reference: str, month: int | None, fen: int) -> None:
        funds_record(
            actor=cast.finance.actor, district_code=DISTRICT, benefit_month=month, amount_fen=fen, received_on=TODAY,
            reference=reference,
        )  # fmt: skip

    with pytest.raises(CaseRefused, match="POST_REQUIRED"):
        funds_record(
            actor=cast.handler.actor, district_code=DISTRICT, benefit_month=MONTH, amount_fen=1, received_on=TODAY,
            reference="拨-0",
        )  # fmt: skip
    notice("拨-1", MONTH, run.total_fen)
    notice("拨-1", MONTH, run.total_fen)
    notice("拨-2", None, 500)

    assert run.receipts.count() == 1 and not figures.funds_awaited(DISTRICT)
    assert [(row["reference"], row["problem"]) for row in figures.funds_flagged(DISTRICT)] == [
        ("拨-2", "PERIOD_MISSING")
    ]
    with pytest.raises(DomainError, match="FUNDS_REFERENCE_TAKEN"):
        notice("拨-1", MONTH, 1)


@pytest.mark.requirement("SS-39-5")
def test_vouchers_are_compared_with_the_list(database: None, cast: Cast) -> None:
    a_payee()
    run = funded(cast, approved(cast, drafted(cast)))

    from jubao.services.payments.vouchers import voucher_record

    voucher_record(
        actor=cast.finance.actor, district_code=DISTRICT, run_id=run.id, number="付-1", kind="payment",
        amount_fen=run.total_fen - 100, booked_on=TODAY,
    )  # fmt: skip

    (row,) = figures.vouchers_compared(DISTRICT, MONTH)
    assert (row["list_fen"], row["difference_fen"], row["vouchers"]) == (run.total_fen, 100, "付-1")


@pytest.mark.requirement("SS-03-5-3b")
def test_fund_overview_shows_in_out_and_change(database: None, cast: Cast) -> None:
    for _one in range(2):
        a_payee()
    run = paid_month(cast)
    (bank_file,) = run.bank_files.all()
    failing = {1: "户名不符"}
    return_book(
        actor=cast.finance.actor, bank_file_id=bank_file.id, content=answer(bank_file, failing), name="r.txt",
        today=TODAY, now=NOW,
    )  # fmt: skip

    before, month = figures.fund_overview(DISTRICT, MONTH - 1, MONTH)

    assert (before["in_fen"], before["balance_fen"]) == (0, 0)
    assert (month["in_fen"], month["out_fen"], month["change_fen"]) == (36604, 18302, 18302)
