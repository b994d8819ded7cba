"""Hand-overs behind their pages: leaving staff and assistants, township archives to the district; refusals first."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.urls import reverse

from jubao.archive.models import ArchivedCase, Handover
from jubao.cases.models import Case
from jubao.services.archives.transfers import with_keeper
from jubao.staff.models import Officer
from tests.archive.test_archive_pages import closed, filed
from tests.settlement.office import Office
from tests.support.cast import Member, actor_now, an_officer
from tests.support.portal import words


@pytest.fixture
def here(database: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Office:
    """The district on 2 March 2026, keys and files of one test."""
    monkeypatch.setenv("JUBAO_DATA_DIR", str(tmp_path))
    return Office(monkeypatch)


def offered(here: Office, giver: Member, receiver: Member, kind: str = "archive_handover") -> str:
    """The list made at the township by another clerk."""
    given = {
        "kind": kind,
        "giver": giver.officer.username,
        "receiver": receiver.officer.username,
        "other": "台账 1 本\n\n业务章",
    }
    browser = here.browser(clerk(here))
    return words(browser.post(reverse("handover-propose"), given, follow=True))


def clerk(here: Office) -> Member:
    """A second clerk of the township, the same in one test."""
    found = Officer.objects.filter(username="second-clerk").first()
    if found is None:
        return an_officer("intake_clerk", path=township(here), username="second-clerk")
    return Member(found, actor_now(found))


def township(here: Office) -> str:
    return here.cast.intake.actor.scope


def received(here: Office, by: Member, case: Case) -> str:
    """Press 确认接收."""
    browser = here.browser(by)
    return words(
        browser.post(reverse("handover-receive", args=[case.pk]), {"version": case.version}, follow=True)
    )


def act(here: Office, by: Member, case: Case, action: str) -> str:
    """Open the case and press a button of its page."""
    case.refresh_from_db()
    browser = here.browser(by)
    browser.get(reverse("case", args=[case.pk]))
    sent = {
        "action": action,
        "version": case.version,
        "digest": case.digest,
        "reason": "已核对清单",
        "key": "",
    }
    return words(browser.post(reverse("case-action", args=[case.pk]), sent, follow=True))


def closing(here: Office, whom: Member) -> str:
    """The district closes the account."""
    browser = here.browser(here.cast.approver)
    return words(
        browser.post(reverse("officer-disable", args=[whom.officer.pk]), {"reason": "调离"}, follow=True)
    )


@pytest.mark.requirement("SS-36-2")
def test_without_a_signed_hand_over_the_user_is_not_closed(here: Office) -> None:
    leaving = here.cast.intake
    filed(here, closed(here))
    coming, leader = (an_officer(post, path=township(here)) for post in ("handler", "township_leader"))

    refused = closing(here, leaving)
    assert "HANDOVER_MISSING" in refused and "第三十六条" in refused
    assert Officer.objects.get(pk=leaving.officer.pk).is_active

    assert "已提交" in offered(here, leaving, coming)
    case = Case.objects.get(kind="archive_handover")
    assert "NOT_THE_RECEIVER" in received(here, clerk(here), case)
    assert "已确认接收" in received(here, coming, case)
    assert "HANDOVER_MISSING" in closing(here, leaving)
    act(here, leader, case, "approve")

    signed = Handover.objects.get()
    assert (signed.from_name, signed.to_name, signed.supervisor_name) == (
        leaving.person.name, coming.person.name, leader.person.name,
    )  # fmt: skip
    shown = here.page(leader, "handover", signed.pk)
    assert all(
        one in shown
        for one in ("档案（人员登记与变更类）", "台账 1 本", "业务章", leader.person.name, "2026-03-02")
    )
    paper = here.browser(leader).get(reverse("handover-print", args=[signed.pk]))
    assert paper.content.startswith(b"%PDF")
    assert "账号已停用" in closing(here, leaving)
    assert not Officer.objects.get(pk=leaving.officer.pk).is_active


def test_who_gives_or_receives_does_not_supervise_and_nobody_takes_over_from_himself(here: Office) -> None:
    leaving = here.cast.intake
    assert "SAME_PERSON" in offered(here, leaving, leaving)
    coming = an_officer("handler", "township_leader", path=township(here))
    offered(here, leaving, coming)
    case = Case.objects.get(kind="archive_handover")
    received(here, coming, case)

    assert "SUPERVISOR_IS_PARTY" in act(here, coming, case, "approve")

    assert not Handover.objects.exists()


@pytest.mark.requirement("SS-36-3")
def test_a_leaving_assistant_hands_over_supervised_by_the_township_office(here: Office) -> None:
    leaving = here.cast.assistant
    coming = an_officer("village_assistant", path=leaving.actor.scope)
    assert "HANDOVER_MISSING" in closing(here, leaving)

    assert "已提交" in offered(here, leaving, coming, "assistant_handover")
    case = Case.objects.get(kind="assistant_handover")
    assert "已确认接收" in received(here, coming, case)
    assert "SELF_APPROVAL" in act(here, clerk(here), case, "approve")
    act(here, here.cast.intake, case, "approve")

    signed = Handover.objects.get()
    shown = here.page(here.cast.intake, "handover", signed.pk)
    names = (leaving.person.name, coming.person.name, here.cast.intake.person.name)
    assert all(one in shown for one in (*names, "台账 1 本", "业务章", "协办员变动"))
    assert (signed.from_person_id, signed.to_person_id) == (leaving.person.pk, coming.person.pk)
    assert "账号已停用" in closing(here, leaving)


@pytest.mark.requirement("SS-03-5-5")
def test_township_archives_are_received_by_the_district_with_list_and_receipt(here: Office) -> None:
    filed(here, closed(here))
    file = ArchivedCase.objects.get()
    browser = here.browser(here.cast.intake)
    assert file.number in here.page(here.cast.intake, "handovers")

    assert "已提交" in words(
        browser.post(reverse("handover-transfer"), {"file": [str(file.pk)]}, follow=True)
    )
    again = words(browser.post(reverse("handover-transfer"), {"file": [str(file.pk)]}, follow=True))
    assert "FILES_OFFERED" in again
    case = Case.objects.get(kind="archive_transfer")
    act(here, here.cast.handler, case, "approve")

    signed = Handover.objects.get()
    shown = here.page(here.cast.handler, "handover", signed.pk)
    assert all(
        one in shown for one in (file.number, signed.number, here.cast.handler.person.name, "2026-03-02")
    )
    assert (
        here.browser(here.cast.handler)
        .get(reverse("handover-print", args=[signed.pk]))
        .content.startswith(b"%PDF")
    )
    assert with_keeper(ArchivedCase.objects.all()).get().kept_at == here.path
    assert "NO_FILES" in words(browser.post(reverse("handover-transfer"), {"file": ["x"]}, follow=True))
    refused = words(browser.post(reverse("handover-transfer"), {"file": [str(file.pk)]}, follow=True))
    assert "NOT_THE_KEEPER" in refused
