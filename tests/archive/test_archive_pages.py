"""Filing behind its pages: a deregistration with category, number, term and keeper; what lacks a paper; what is late."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.urls import reverse

from jubao.archive.models import ArchivedCase, Loan, Volume
from jubao.cases.models import Case, CaseMaterial
from jubao.database.unit_of_work import unit_of_work
from jubao.oversight.models import AccessEvent
from jubao.services.archives.overdue import cases_overdue
from tests.settlement.office import DAY, Office
from tests.support.portal import words
from tests.support.residents import system

TITLE = "人员登记与变更类"


@pytest.fixture
def here(database: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Office:
    """The district on 2 March 2026, keys and files of one test."""
    monkeypatch.setenv("JUBAO_DATA_DIR", str(tmp_path))
    return Office(monkeypatch)


def closed(here: Office) -> Case:
    """A deregistration that the township took and the district agreed to."""
    someone = here.someone().enrolment
    here.applied(someone)
    return here.approved(someone)


def filed(here: Office, case: Case) -> str:
    """Press 归档 at the township."""
    browser = here.browser(here.cast.intake)
    return words(browser.post(reverse("archive-file", args=[case.pk]), follow=True))


@pytest.mark.requirement("SS-35-1", "SS-03-2-5b", "SS-36-1")
def test_a_closed_deregistration_gets_category_number_term_and_its_township_as_keeper(here: Office) -> None:
    case = closed(here)
    assert case.number in here.page(here.cast.intake, "archive-waiting")

    shown = filed(here, case)

    file = ArchivedCase.objects.get(case=case)
    assert (file.category, file.retention_until) == ("person_registration_and_change", date(2126, 3, 2))
    assert file.number == "DA-150404-2026-000001" and file.keeper_path == here.cast.intake.actor.scope
    assert [one["kind"] for one in file.items] == [
        "deregistration_form", "id_document", "application_materials", "case_record",
    ]  # fmt: skip
    assert all(one in shown for one in (file.number, TITLE, "2126-03-02", "注销登记表", "经办记录"))
    assert all(one["sha256"] in shown for one in file.items)
    keeper = here.village.parent
    assert keeper is not None and keeper.name in shown
    assert case.number not in here.page(here.cast.intake, "archive-waiting")
    assert file.number in here.page(here.cast.handler, "archive")


@pytest.mark.requirement("SS-20-9")
@pytest.mark.parametrize(
    ("kind", "said"),
    [("id_document", "缺身份证件"), ("deregistration_form", "缺注销登记表"), ("promise", "缺申请材料")],
)
def test_without_the_copy_of_the_card_the_form_or_the_materials_nothing_is_filed(
    here: Office, kind: str, said: str
) -> None:
    case = closed(here)
    with unit_of_work(system("%"), "test"):
        CaseMaterial.objects.filter(case=case, kind=kind).update(removed_at=datetime(2026, 3, 2, tzinfo=UTC))

    assert "ARCHIVE_INCOMPLETE" in (shown := filed(here, case)) and said in shown
    assert not ArchivedCase.objects.exists()

    browser = here.browser(here.cast.intake)
    assert said in words(browser.post(reverse("archive-waiting"), follow=True))


@pytest.mark.requirement("SS-37-1")
@pytest.mark.parametrize(("on", "is_listed"), [("2024-06-05", False), ("2024-06-06", True)])
def test_a_case_closed_on_6_may_is_overdue_after_thirty_days(here: Office, on: str, is_listed: bool) -> None:
    case = closed(here)
    with unit_of_work(system("%"), "test"):
        Case.objects.filter(pk=case.pk).update(closed_at=datetime(2024, 5, 6, 2, tzinfo=UTC))

    found = cases_overdue(scope=here.path, today=date.fromisoformat(on))

    assert (case in found) is is_listed


@pytest.mark.requirement("SS-37-1")
def test_the_page_lists_what_is_late_and_files_it(here: Office) -> None:
    case = closed(here)
    with unit_of_work(system("%"), "test"):
        Case.objects.filter(pk=case.pk).update(closed_at=datetime(2024, 5, 6, 2, tzinfo=UTC))

    shown = here.page(here.cast.handler, "archive-waiting")
    assert case.number in shown and "1 件已超期" in shown and "2024-05-06" in shown
    assert f"超期 {(DAY - date(2024, 5, 6)).days - 30} 日" in shown

    browser = here.browser(here.cast.handler)
    assert "归档 1 件" in words(browser.post(reverse("archive-waiting"), follow=True))
    assert ArchivedCase.objects.get().case_id == case.pk
    assert "没有待归档的业务" in here.page(here.cast.handler, "archive-waiting")


def test_what_is_open_or_withdrawn_is_not_filed(here: Office) -> None:
    someone = here.someone().enrolment
    here.applied(someone)

    assert "NOT_FINISHED" in filed(here, here.case(someone))
    assert not ArchivedCase.objects.exists()


@pytest.mark.requirement("SS-35-1")
def test_files_of_a_year_are_bound_with_a_catalogue_and_bound_once(here: Office) -> None:
    first, second = closed(here), closed(here)
    filed(here, first)
    filed(here, second)
    browser = here.browser(here.cast.intake)
    assert "2 份" in here.page(here.cast.intake, "archive-volumes")

    sent = {"year": "2026", "category": "person_registration_and_change"}
    assert "已组卷 AJ-150404-2026-000001" in words(
        browser.post(reverse("archive-volume-make"), sent, follow=True)
    )

    volume = Volume.objects.get()
    assert volume.retention_until == date(2126, 3, 2)
    shown = here.page(here.cast.intake, "archive-volume", volume.pk)
    assert all(one.number in shown for one in ArchivedCase.objects.all())
    assert browser.get(reverse("archive-catalogue", args=[volume.pk])).content.startswith(b"%PDF")
    assert "NO_FILES" in words(browser.post(reverse("archive-volume-make"), sent, follow=True))
    assert "NO_FILES" in words(browser.post(reverse("archive-volume-make"), {"year": "x"}, follow=True))


def test_a_file_is_lent_with_a_purpose_once_at_a_time_and_comes_back(here: Office) -> None:
    case = closed(here)
    filed(here, case)
    browser, address = here.browser(here.cast.intake), reverse("archive-lend", args=[case.pk])
    sent = {"borrower": "何芳", "unit": "稽核科", "purpose": "稽核", "due_on": "2026-03-12"}

    for missing, code in (
        ("borrower", "BORROWER_MISSING"), ("purpose", "PURPOSE_MISSING"), ("due_on", "DATE_UNREADABLE"),
    ):  # fmt: skip
        assert code in words(browser.post(address, sent | {missing: ""}, follow=True))
    assert "DUE_IN_THE_PAST" in words(browser.post(address, sent | {"due_on": "2026-03-01"}, follow=True))
    assert "已登记借阅" in words(browser.post(address, sent, follow=True))
    assert "LENT_ALREADY" in (again := words(browser.post(address, sent, follow=True))) and "何芳" in again
    assert "稽核" in here.page(here.cast.handler, "archive-loans")
    look = AccessEvent.objects.get(fields="archive:lend")
    assert (look.case_id, look.purpose) == (case.pk, "借阅档案：稽核")

    loan = Loan.objects.get()
    assert "已归还" in words(browser.post(reverse("archive-return", args=[loan.pk]), follow=True))
    assert "没有借出的档案" in here.page(here.cast.handler, "archive-loans")
    assert "2026-03-02" in here.page(here.cast.intake, "archive-case", case.pk)
