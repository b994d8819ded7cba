"""受理 at the outlets of the city from the pages: any of them, papers and points, the end of the window, the card account."""

from __future__ import annotations

from datetime import date
from unittest import mock

import pytest
from django.urls import reverse

from jubao.cases.models import CaseEvent, Receipt
from jubao.claim_free.models import Flag
from jubao.database.unit_of_work import unit_of_work
from jubao.oversight.models import AccessEvent
from jubao.people.models import CardAccountCheck, PayoutAccount
from tests.claim_free.test_nine_conditions import prison
from tests.support.claim_free_pages import PagesOf
from tests.support.claim_free_waiting import clerk_of_another_district, state
from tests.support.claim_free_world import DAY, World, at_ten
from tests.support.residents import system


@pytest.mark.requirement("QJ-A1-2-1c")
def test_any_outlet_of_the_city_accepts(here: World, desk: PagesOf) -> None:
    case = here.listed(balance_fen=250473)
    clerk = clerk_of_another_district()
    here.form(case, actor=clerk.actor)
    here.scans(case, "id_document", "confirmation_form")

    answer = desk.accept(case, clerk)

    assert "已受理" in answer and state(case) == "accepted"
    accepted = CaseEvent.objects.get(case=case, action="accept")
    assert (
        accepted.place_path == clerk.actor.scope
        and Receipt.objects.get(case=case).outlet_path == clerk.actor.scope
    )
    assert case.number in desk.page(here.cast.handler, "claims")
    looks = AccessEvent.objects.filter(person_id=case.person_id, officer_id=clerk.officer.id)
    assert looks.filter(place_path=clerk.actor.scope).exists()
    # What is open to the whole city is this step alone.
    assert "已推送" not in desk.push(case, clerk) and state(case) == "accepted"
    assert desk.of(clerk).get(reverse("case", args=[case.id])).status_code in (403, 404)


@pytest.mark.requirement("QJ-A1-3-1")
def test_no_identity_card_no_acceptance(here: World, desk: PagesOf) -> None:
    case = here.listed()
    here.form(case)
    here.scans(case, "confirmation_form")

    answer = desk.accept(case)

    assert "MATERIAL_MISSING" in answer and "身份证件" in answer and state(case) == "extracted"


@pytest.mark.requirement("QJ-A1-4-3-k1")
@pytest.mark.requirement("QJ-A1-4-3-k2")
@pytest.mark.requirement("QJ-A1-4-3-k3")
def test_three_points_at_the_counter(here: World, desk: PagesOf) -> None:
    who = here.candidate()
    case = here.listed(who)
    here.form(case)
    here.scans(case, "id_document", "confirmation_form")

    unanswered = desk.accept(case, without="materials_complete")
    wishes = desk.accept(case, wants_make_up=True)
    prison(here, who)
    imprisoned = desk.accept(case)

    assert "CHECKLIST_UNANSWERED" in unanswered and "资料齐全" in unanswered
    assert "CHECKLIST_NOT_MET" in wishes and "放弃" in wishes
    assert "SERVING_SENTENCE" in imprisoned and state(case) == "extracted"


@pytest.mark.requirement("QJ-A1-5-1-1b")
def test_confirmed_after_the_birthday_month(here: World, desk: PagesOf, clock: mock.MagicMock) -> None:
    late, last = here.candidate(), here.candidate()
    cases = {who: here.listed(who) if who is late else None for who in (late, last)}
    cases[last] = Flag.objects.select_related("case").get(enrolment=last).case
    for who, day in ((last, date(2024, 5, 31)), (late, date(2024, 6, 1))):
        case = cases[who]
        assert case is not None
        clock.return_value = at_ten(day)
        here.form(case, on=day)
        here.scans(case, "id_document", "confirmation_form")
        answer = desk.accept(case)
        assert ("已受理" in answer) is (who is last)
        if who is late:
            assert "USE_ORDINARY_CLAIM" in answer


@pytest.mark.requirement("QJ-5-2c")
@pytest.mark.requirement("QJ-A1-5-2b")
def test_the_card_account_is_what_the_card_system_said_last(here: World, desk: PagesOf) -> None:
    who = here.candidate(balance_fen=250473)
    case = here.accepted(here.listed(who))
    here.card(who, outcome="failed", at=date(2024, 3, 10))

    assert "CARD_SYSTEM_FAILED" in desk.push(case)
    with unit_of_work(system(), "test"):
        CardAccountCheck.objects.create(
            person=who.person, outcome="found", account_number="6217009900000000123", bank_name="重庆农村商业银行",
            source="CARD_SYSTEM", fetched_at=at_ten(DAY),
        )  # fmt: skip
    desk.push(case)
    desk.review(case)

    assert PayoutAccount.objects.get(person=who.person, until_on=None).account_number == "6217009900000000123"
    kept = (
        CardAccountCheck.objects.filter(person=who.person)
        .order_by("fetched_at")
        .values_list("outcome", flat=True)
    )
    assert list(kept) == ["found", "failed", "found"]
