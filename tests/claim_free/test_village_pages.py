"""村社名单 from its page: who has not confirmed, other means of informing, contacts, visits."""

from __future__ import annotations

from datetime import date
from unittest import mock

import pytest
from django.test import Client

from jubao.certification.models import ContactAttempt
from jubao.claim_free.models import Notification
from jubao.database.unit_of_work import unit_of_work
from jubao.people.models import Division, SharedFact
from tests.staff.browsing import open_browser
from tests.support.cast import Cast, an_officer
from tests.support.claim_free_people import Listed, a_listed
from tests.support.claim_free_world import World, at_ten
from tests.support.desk_pages import page_of, sent
from tests.support.residents import some_villages, system

LANDLINE = "023-48612345"
VIEWS = "jubao.workbench.views"


@pytest.fixture
def villages(cast: Cast) -> list[Division]:
    return some_villages("500110", townships=2, each=2)


@pytest.fixture
def handler(cast: Cast) -> Client:
    return open_browser(cast.handler)


def stands(listed: Listed, page: str) -> bool:
    """Whether the person has a row on the page."""
    return f"/people/{listed.person.id}/" in page


def state_of(listed: Listed) -> str:
    listed.case.refresh_from_db()
    return listed.case.state


@pytest.mark.requirement("QJ-A1-4-2b")
def test_a_visit_tells_who_has_no_telephone(handler: Client, villages: list[Division]) -> None:
    listed = a_listed(village=villages[0], state="verified")
    said = {
        "means": "visit",
        "on": "2026-11-09",
        "was_reached": "yes",
        "result": "已告知本人和儿子，愿到窗口办理",
    }

    without = sent(handler, "claim-free-inform", listed.case_id, **said | {"result": " "})
    before = state_of(listed)
    sent(handler, "claim-free-inform", listed.case_id, **said)

    assert ("RESULT_MISSING" in without, before) == (True, "verified")
    told = Notification.objects.get(case=listed.case)
    assert (told.means, told.informed_on, told.was_reached) == ("visit", date(2026, 11, 9), True)
    assert told.result.startswith("已告知本人")
    assert state_of(listed) == "notified"
    shown = page_of(handler, "claim-free-village")
    assert "上门" in shown
    assert "2026-11-09" in shown


def test_somebody_not_found_at_home_is_not_told(handler: Client, villages: list[Division]) -> None:
    listed = a_listed(village=villages[0], state="verified")

    sent(
        handler,
        "claim-free-inform",
        listed.case_id,
        means="visit",
        on="2026-11-09",
        was_reached="no",
        result="无人在家",
    )

    assert state_of(listed) == "verified"
    assert Notification.objects.get().was_reached is False


@pytest.mark.requirement("QJ-4-3b")
def test_a_village_aide_sees_the_three_of_the_village_and_notes_a_contact(
    cast: Cast, villages: list[Division]
) -> None:
    three = [
        a_listed(village=villages[0], name=f"张桂{'芳兰英'[n]}", state=state)
        for n, state in enumerate(("extracted", "verified", "notified"))
    ]
    for state in ("accepted", "approved"):
        a_listed(village=villages[0], name="李国强", state=state)
    a_listed(village=villages[1], name="王秀英", state="notified")
    aide = open_browser(an_officer("village_assistant", path=villages[0].path))

    shown = page_of(aide, "claim-free-village")
    note = {"means": "phone", "on": "2026-11-12", "was_reached": "yes", "note": "周末回来办理"}
    sent(aide, "claim-free-contact", three[2].case_id, **note)

    assert "共 3 条" in shown
    assert all(stands(one, shown) for one in three)
    kept = ContactAttempt.objects.get(case_id=three[2].case_id)
    assert (kept.means, kept.attempted_on, kept.note) == ("phone", date(2026, 11, 12), "周末回来办理")
    assert "周末回来办理" in page_of(aide, "claim-free-village")


@pytest.mark.requirement("QJ-5-3")
def test_a_visit_is_arranged_and_ends_with_a_confirmation_of_the_visit(database: None) -> None:
    from jubao.cases.models import Case
    from jubao.services.claim_free.acceptance import accept_at_home
    from tests.support.claim_free_world import ACCEPTED, DAY

    here = World()
    enrolment = here.candidate()
    with unit_of_work(system(), "test"):
        SharedFact.objects.create(
            person=enrolment.person,
            fact="mobility_impaired",
            value="yes",
            source="残联",
            known_on=date(2024, 1, 1),
        )
    case = here.listed(enrolment)
    intake = open_browser(here.cast.intake)

    with mock.patch.multiple(f"{VIEWS}.claim_free_village", today=lambda: DAY, now=lambda: at_ten(DAY)):
        assert "行动不便" in page_of(intake, "claim-free-village")
        sent(intake, "claim-free-visit", case.id, reason="行动不便")
        early = sent(intake, "claim-free-visit", case.id)
        form = here.form(case, channel="HOME_VISIT")
        here.scans(case, "id_document", "confirmation_form")
        accept_at_home(
            actor=here.cast.intake.actor, form_id=form.id, checklist=ACCEPTED, today=DAY, now=at_ten(DAY)
        )
        sent(intake, "claim-free-visit", case.id)

    assert "VISIT_NOT_CONFIRMED" in early
    case.refresh_from_db()
    assert (case.state, case.channel) == ("accepted", "HOME_VISIT")
    assert Case.objects.get(kind="claim_free_home_visit", subject_id=case.id).state == "visited"
