"""《信息确认表》 at the counter: what must be answered before it is printed, what is on it, what a signature needs."""

from __future__ import annotations

from datetime import date
from uuid import uuid4

import pytest

from jubao.cases.models import Case
from jubao.claim_free.models import ConfirmationForm
from jubao.database.unit_of_work import unit_of_work
from jubao.oversight.models import AccessEvent
from jubao.services.accounts.postings import NewTransfer, account_ids, fund_account_id, post
from tests.support.claim_free_people import a_listed
from tests.support.counter import INTAKE, SAVED, Counter, pdf_text
from tests.support.residents import system


@pytest.fixture
def here(database: None, monkeypatch: pytest.MonkeyPatch) -> Counter:
    return Counter(monkeypatch)


@pytest.fixture
def case(here: Counter) -> Case:
    return here.world.listed(balance_fen=250473, mobile="13896745521")


def state_of(case: Case) -> str:
    return Case.objects.values_list("state", flat=True).get(pk=case.pk)


@pytest.mark.requirement("QJ-A2-3-2-2a", "QJ-A1-9-4")
def test_without_the_only_child_choice_nothing_is_printed(here: Counter, case: Case) -> None:
    page = here.act(INTAKE, case, "print", is_only_child="")

    assert "FORM_ANSWERS_MISSING" in page and "是否独生子女" in page
    assert not ConfirmationForm.objects.exists()


@pytest.mark.requirement(
    "QJ-A1-4-3-1a", "QJ-A1-9-1", "QJ-A1-9-2", "QJ-A1-9-3", "QJ-A1-9-7", "QJ-A1-9-n3c", "QJ-A1-9-n4c"
)
def test_the_form_is_printed_filled_and_the_export_written_down(here: Counter, case: Case) -> None:
    here.act(INTAKE, case, "print", is_only_child="0")

    form = here.form(case)
    first, again = (here.get(INTAKE, "claim-free-paper", case.pk, form.pk).content for _n in range(2))
    text = pdf_text(first)
    assert first == again
    for words in (case.person.name, here.number(case), "女", "13896745521", case.person.personal_number):  # type: ignore[union-attr]
        assert words in text
    for words in (
        "单位：元",
        "2504.73",
        "2010-01-15",
        "15年",
        "202406",
        "重庆农村商业银行",
        "将暂停发放",
        "激活社保卡",
    ):
        assert words in text
    assert form.contents["account_number"] in text
    assert AccessEvent.objects.filter(case_id=case.pk, fields="confirmation_form").count() == 1


@pytest.mark.requirement("QJ-A2-3-2-2b", "QJ-A2-3-2-2c")
def test_years_to_make_up_need_both_answers_and_an_uncredited_payment_holds(here: Counter) -> None:
    case = here.world.listed(months=156)
    assert "2 年" in here.text(INTAKE, "claim-free-accept-case", case.pk)
    page = here.act(INTAKE, case, "print", is_only_child="0")
    assert "FORM_ANSWERS_MISSING" in page and "是否放弃补缴" in page and "近期是否缴过费" in page

    asked = {"make_up_answer": "give_up", "has_paid_recently": "1", "is_recent_payment_credited": "0"}
    page = here.act(INTAKE, case, "print", is_only_child="0", **asked)
    assert "暂缓受理" in page and here.form(case).document_id is None
    page = here.act(INTAKE, case, "sign", signed="consent", signed_on="2024-03-11", has_thumbprint="1")
    assert "PAYMENT_NOT_CREDITED" in page
    assert "FORM_NOT_SIGNED" in here.act(INTAKE, case, "save", **SAVED)
    assert "PAYMENT_NOT_FOUND" in here.act(
        INTAKE, case, "print", is_only_child="0", **{**asked, "is_recent_payment_credited": "1"}
    )


@pytest.mark.requirement("QJ-A1-4-3-1b", "QJ-A2-3-2-2d")
def test_no_signature_or_no_thumbprint_is_refused(here: Counter, case: Case) -> None:
    here.act(INTAKE, case, "print", is_only_child="0")

    none = here.act(INTAKE, case, "sign", signed="none", signed_on="2024-03-11", has_thumbprint="1")
    bare = here.act(INTAKE, case, "sign", signed="consent", signed_on="2024-03-11")

    assert "SIGNATURE_MISSING" in none and "THUMBPRINT_MISSING" in bare
    here.scan(case, "id_document", "confirmation_form")
    assert "FORM_NOT_SIGNED" in here.act(INTAKE, case, "save", **SAVED)
    assert state_of(case) == "extracted"


@pytest.mark.requirement("QJ-A1-9-s3")
def test_both_boxes_signed_make_the_form_void_and_a_new_one_may_be_printed(here: Counter, case: Case) -> None:
    page = here.signed(case, "both")
    first = ConfirmationForm.objects.get()
    assert "作废" in page and first.state == "void" and state_of(case) == "extracted"

    here.act(INTAKE, case, "print", is_only_child="0")

    assert here.form(case).pk != first.pk


@pytest.mark.requirement("QJ-A1-9-s0")
def test_consent_and_waiver_keep_which_texts_were_signed(here: Counter, case: Case) -> None:
    here.signed(case)

    kept = {one["name"]: one["sha256"] for one in here.form(case).texts}

    assert set(kept) == {"claim_free_form_notes", "claim_free_consent", "claim_free_waiver", "promise"}
    assert all(len(digest) == 64 for digest in kept.values())


@pytest.mark.requirement("QJ-A1-9-5")
def test_the_balance_and_the_first_month_of_the_published_picture(here: Counter) -> None:
    listed = a_listed(village=here.world.villages[0], birth=date(1963, 8, 15), state="verified")
    with unit_of_work(system("%"), "test"):
        own = account_ids("transferred_in", "500110", [listed.enrolment.id], actor=system())[
            listed.enrolment.id
        ]
        fund = fund_account_id("transfer_fund", "500110", actor=system())
        post(
            actor=system(),
            transfers=[NewTransfer(uuid4(), fund, own, 250473, "transfer_in", date(2023, 7, 31))],
        )

    here.act(INTAKE, listed.case, "print", is_only_child="1", make_up_answer="give_up", has_paid_recently="0")

    text = pdf_text(here.get(INTAKE, "claim-free-paper", listed.case_id, here.form(listed.case).pk).content)
    for words in ("2504.73", "202309", "163.02", "135.00", "18.02", "10.00"):
        assert words in text
