"""《注销登记表》 printed from the case: person, cause, day, applicant, account and grant, and who agreed."""

from __future__ import annotations

from io import BytesIO

import pypdf
import pytest
from django.urls import reverse

from tests.settlement.office import Office, money
from tests.support.residents import Beneficiary


@pytest.fixture
def here(database: None, monkeypatch: pytest.MonkeyPatch) -> Office:
    return Office(monkeypatch)


@pytest.mark.requirement("SS-20-5")
def test_the_form_names_person_cause_day_applicant_account_and_grant(here: Office) -> None:
    someone = here.someone()
    money(someone)
    here.applied(someone.enrolment)
    case = here.case(someone.enrolment)

    before = printed(here, someone)
    for words in (
        "张桂芳",
        "死亡",
        "2026-02-24",
        "王小军",
        "法定继承人",
        "2,504.73",
        "1,000.00",
        "松政发〔2026〕3号",
    ):
        assert words in before, words
    assert case.number in before and "同意" not in before

    here.approved(someone.enrolment)
    assert "同意" in printed(here, someone)
    page = here.page(here.cast.reviewer, "case", case.pk)
    assert "注销登记表" in page


def printed(here: Office, someone: Beneficiary) -> str:
    """The words of the PDF."""
    address = reverse("deregistration-form", args=[here.case(someone.enrolment).pk])
    answer = here.browser(here.cast.intake).get(address)
    return "".join(one.extract_text() for one in pypdf.PdfReader(BytesIO(answer.content)).pages).replace(
        " ", ""
    )
