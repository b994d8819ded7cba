"""对外支付: batch by finance, approval by another, bank and back, mending what came back; account and ledger agree throughout."""

from __future__ import annotations

import pytest
from django.urls import reverse

from jubao.kernel.errors import DomainError
from jubao.ledger.balances import balance_of, reserved_of
from jubao.payments.models import OneOffAnswer, OneOffPayment
from jubao.services.cases.checks import CaseRefused
from jubao.services.payments.one_off_answers import one_off_repay
from tests.settlement.finance import answered, assert_sound, bank_says, batched, posted, sent
from tests.settlement.office import DAY, Office, money
from tests.support.portal import words
from tests.support.residents import Beneficiary


@pytest.fixture
def here(database: None, monkeypatch: pytest.MonkeyPatch) -> Office:
    return Office(monkeypatch)


def settled(here: Office) -> Beneficiary:
    """A death decided: account and grant wait for payment."""
    someone = here.someone()
    money(someone)
    here.applied(someone.enrolment)
    here.approved(someone.enrolment)
    return someone


def states() -> dict[str, str]:
    return dict(OneOffPayment.objects.values_list("kind", "state"))


@pytest.mark.requirement("SS-20-6")
def test_the_balance_with_its_interest_reaches_the_payee_and_the_account_stands_at_zero(here: Office) -> None:
    someone = settled(here)
    refund = OneOffPayment.objects.get(kind="refund")
    assert refund.amount_fen > 250_473 and refund.payee_name == "王小军"
    assert_sound()

    batch = batched(here)
    answered(here, sent(here, batch))

    assert states() == {"refund": "paid", "funeral_grant": "paid"}
    assert sum(balance_of(someone.enrolment.pk).values()) == 0
    page = here.page(here.cast.finance, "one-off-batch", batch.pk)
    assert "已支付" in page and "2 笔" in page
    assert_sound()
    here.decide(batch.case, on=DAY, by=here.cast.finance.actor, action="close")


def test_nobody_approves_an_own_batch_and_nothing_is_sent_unapproved(here: Office) -> None:
    settled(here)
    batch = batched(here)

    with pytest.raises(CaseRefused) as own:
        here.decide(batch.case, on=DAY, by=here.cast.finance.actor)
    with pytest.raises(CaseRefused) as early:
        here.decide(batch.case, on=DAY, by=here.cast.finance.actor, action="send")
    assert own.value.code in ("POST_REQUIRED", "SELF_APPROVAL") and early.value.code == "STEP_NOT_POSSIBLE"

    here.decide(batch.case, on=DAY, by=here.cast.finance_reviewer.actor, action="reject", reason="账号不清")
    assert states() == {"refund": "waiting", "funeral_grant": "waiting"}
    assert_sound()
    assert batched(here).line_count == 2


def test_a_returned_payment_is_mended_and_paid_again(here: Office) -> None:
    someone = settled(here)
    refund = OneOffPayment.objects.get(kind="refund")
    batch = batched(here)
    line = OneOffPayment.objects.get(pk=refund.pk).line_number
    assert line is not None
    page = answered(here, sent(here, batch), {line: "户名不符"})
    assert "成功 1，退票 1" in page

    refund.refresh_from_db()
    assert (refund.state, refund.bank_reason) == ("returned", "户名不符")
    assert sum(balance_of(someone.enrolment.pk).values()) == refund.amount_fen
    assert sum(reserved_of(someone.enrolment.pk).values()) == 0
    assert "2,575.19" in here.page(here.cast.handler, "deregistrations")
    assert_sound()

    mended = {"account": "6217000000000000025", "how": ""}
    browser, address = here.browser(here.cast.finance), reverse("one-off-repay", args=[refund.pk])
    assert "CAUSE_REQUIRED" in words(browser.post(address, mended, follow=True))
    assert "已登记重新支付" in words(browser.post(address, mended | {"how": "出示了新存折"}, follow=True))
    assert "REPAID_ALREADY" in words(browser.post(address, mended | {"how": "再来"}, follow=True))
    again = OneOffPayment.objects.get(repays=refund)
    assert (again.payee_account, again.amount_fen, again.state) == (
        "6217000000000000025",
        refund.amount_fen,
        "waiting",
    )

    answered(here, sent(here, batched(here)))
    assert sum(balance_of(someone.enrolment.pk).values()) == 0
    assert_sound()


def test_a_doubtful_answer_is_put_aside_and_the_same_one_is_taken_once(here: Office) -> None:
    settled(here)
    batch = sent(here, batched(here))
    file, content = bank_says(batch)[0]

    assert "已整份隔离" in posted(here, batch, file, content.replace(b"|1000.00|", b"|1000.01|"))
    foreign = content + "99|6217|某人|1.00|成功|\r\n".encode("gb18030")
    assert "已整份隔离" in posted(here, batch, file, foreign)
    assert set(states().values()) == {"sent"}

    posted(here, batch, file, content)
    posted(here, batch, file, content)
    assert OneOffAnswer.objects.filter(state="booked").count() == 1
    turned = content.replace("成功".encode("gb18030"), "失败".encode("gb18030"))
    assert "已整份隔离" in posted(here, batch, file, turned)
    assert set(states().values()) == {"paid"}
    assert_sound()


def test_the_list_is_filtered_and_exported_with_a_purpose(here: Office) -> None:
    settled(here)
    grants = here.browser(here.cast.finance).get(
        reverse("one-off-payments"), {"kind": "funeral_grant", "state": "paid"}
    )
    assert "没有对外支付" in words(grants)

    address = reverse("one-off-export") + "?kind=refund"
    assert "PURPOSE" in words(here.browser(here.cast.finance).post(address, {"purpose": ""}, follow=True))
    book = here.browser(here.cast.finance).post(address, {"purpose": "与银行对账"})
    assert book["Content-Type"].startswith("application/vnd.openxml") and len(book.content) > 2_000


def test_the_approval_form_lies_with_the_case_and_who_is_elsewhere_sees_nothing(here: Office) -> None:
    settled(here)
    batch = batched(here)

    form = batch.case.materials.get(kind="payment_approval_form").document
    pdf = here.browser(here.cast.finance_reviewer).get(reverse("document", args=[form.pk]))
    assert pdf.content.startswith(b"%PDF")
    outside = here.browser(here.cast.outsider).get(reverse("one-off-batch", args=[batch.pk]))
    assert outside.status_code in (403, 404)


def test_only_what_the_bank_returned_is_paid_again(here: Office) -> None:
    settled(here)
    waiting = OneOffPayment.objects.get(kind="refund")

    with pytest.raises(DomainError) as refused:
        one_off_repay(
            actor=here.cast.finance.actor,
            payment_id=waiting.pk,
            name="",
            bank="",
            account="",
            how="x",
            today=DAY,
        )
    assert refused.value.code == "NOT_RETURNED"
