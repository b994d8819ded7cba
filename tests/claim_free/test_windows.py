"""The end of a window: unconfirmed cases close by night, confirmed ones go on, the ordinary claim opens; the file of a claim."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from jubao.archive.models import ArchivedCase
from jubao.cases.models import Case, CaseMaterial
from jubao.claim_free.models import Flag, FlagEvent
from jubao.database.unit_of_work import unit_of_work
from jubao.notices.models import OutboxMessage
from jubao.people.models import Enrolment
from jubao.services.benefits.claims import claim_open
from jubao.services.claim_free.flags import entry_for
from jubao.services.claim_free.windows import expire_windows
from tests.support.claim_free_pages import PagesOf, days_of_2024
from tests.support.claim_free_world import DAY, World, at_ten
from tests.support.papers import papers
from tests.support.residents import system

LAST, AFTER = date(2024, 5, 31), date(2024, 6, 1)


@pytest.fixture
def here(database: None) -> World:
    return World()


def expired(here: World, day: date) -> int:
    return expire_windows(actor=here.program, today=day, now=at_ten(day))


def test_who_did_not_confirm_is_closed_and_told_and_who_did_goes_on(here: World) -> None:
    silent, confirmed = here.candidate(), here.candidate()
    here.listed(silent)
    case = here.accepted(Flag.objects.select_related("case").get(enrolment=confirmed).case)

    assert expired(here, LAST) == 0
    assert expired(here, AFTER) == 1 and expired(here, AFTER) == 0

    flag = Flag.objects.select_related("case").get(enrolment=silent)
    assert (flag.state, flag.case.state, flag.case.is_open) == ("expired", "expired", False)
    assert FlagEvent.objects.filter(flag=flag, action="expired").count() == 1
    assert OutboxMessage.objects.filter(
        person_id=silent.person_id, purpose="claim_free_ordinary_route"
    ).exists()
    assert Case.objects.get(id=case.id).state == "accepted"


def test_after_the_window_the_ordinary_claim_is_open_even_before_the_night(here: World) -> None:
    who = here.candidate()
    case = here.listed(who)
    assert entry_for(person_id=who.person_id, today=LAST) == "claim_free"
    assert entry_for(person_id=who.person_id, today=AFTER) == "ordinary_claim"

    claim = claim_open(
        actor=here.cast.intake.actor,
        enrolment_id=who.id,
        today=AFTER,
        materials=papers(system(), "id_document"),
    )

    assert claim.kind == "ordinary_claim" and Case.objects.get(id=case.id).state == "expired"


@pytest.fixture
def desk(database: None) -> Iterator[PagesOf]:
    with days_of_2024():
        yield PagesOf(World())


@pytest.mark.requirement("QJ-A1-7-1")
@pytest.mark.requirement("QJ-A1-7-2")
def test_a_completed_claim_is_filed_with_its_four_kinds(desk: PagesOf) -> None:
    who = desk.here.candidate(balance_fen=250473)
    case = desk.here.listed(who)
    desk.here.form(case, is_only_child=True)
    desk.here.scans(case, "id_document", "confirmation_form", "only_child_material")
    desk.accept(case)
    desk.push(case, is_only_child="1")
    with unit_of_work(system(), "test"):
        CaseMaterial.objects.filter(case=case, kind="determination_form").update(removed_at=at_ten(DAY))
    refused = desk.review(case)
    with unit_of_work(system(), "test"):
        CaseMaterial.objects.filter(case=case, kind="determination_form").update(removed_at=None)
    desk.review(case)

    assert "ARCHIVE_INCOMPLETE" in refused and "待遇核定表" in refused
    filed = ArchivedCase.objects.get(case=case)
    kinds = {"id_document", "confirmation_form", "determination_form", "only_child_material"}
    assert {item["kind"] for item in filed.items} == kinds and all(item["sha256"] for item in filed.items)
    assert Enrolment.objects.get(id=who.id).is_only_child is True
