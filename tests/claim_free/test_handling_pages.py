"""办理 and 复核 of claim-free cases from their pages: entries, points, two people, the deadline, the pension."""

from __future__ import annotations

from datetime import date
from unittest import mock

import pytest
from django.urls import reverse

from jubao.benefits.models import Determination, Entitlement
from jubao.cases.models import Case, CaseEvent
from jubao.claim_free.models import Flag
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.month import Month
from jubao.people.models import PayoutAccount, Phone, SharedFact
from jubao.people.numbers import numbers_of
from jubao.services.claim_free.acceptance import waive
from tests.support.cast import an_officer
from tests.support.claim_free_pages import PagesOf, said
from tests.support.claim_free_waiting import clerk_of_another_district, state, waiting
from tests.support.claim_free_world import World, at_ten
from tests.support.residents import system


@pytest.mark.requirement("QJ-2-3")
def test_nothing_is_handled_before_the_confirmation(here: World, desk: PagesOf) -> None:
    case = here.listed(balance_fen=250473)
    with unit_of_work(system(), "test"):
        Case.objects.filter(id=case.id).update(state="notified")

    answer = desk.push(case)

    assert "STEP_NOT_POSSIBLE" in answer and state(case) == "notified"


@pytest.mark.requirement("QJ-2-4")
@pytest.mark.requirement("QJ-A1-4-5b")
@pytest.mark.requirement("QJ-A1-4-4-1c")
@pytest.mark.requirement("QJ-A1-4-4-1d")
@pytest.mark.requirement("QJ-A1-4-4-k1")
@pytest.mark.requirement("QJ-A1-5-3a")
@pytest.mark.requirement("QJ-A1-5-2a")
@pytest.mark.requirement("QJ-A1-9-n3a")
@pytest.mark.requirement("QJ-A1-9-n4a")
@pytest.mark.requirement("QJ-A1-1")
def test_handler_and_reviewer_make_a_pension(here: World, desk: PagesOf) -> None:
    who = here.candidate(balance_fen=250473)
    with unit_of_work(system(), "test"):
        SharedFact.objects.create(
            person=who.person, fact="only_child", value="yes", source="PLATFORM", known_on=date(2024, 3, 1)
        )
    card = here.card(who, at=date(2024, 3, 10))
    case = here.accepted(here.listed(who), is_only_child=True)

    assert "已推送复核岗" in desk.push(case, is_only_child="1")
    assert "STEP_NOT_POSSIBLE" in desk.push(
        case, is_only_child="1"
    )  # with the reviewer, no longer the handler's
    shown = desk.page(here.cast.reviewer, "case", case.id)
    proposal = Case.objects.get(id=case.id).proposal
    assert (proposal["parts"]["account_pension_fen"], proposal["parts"]["only_child_supplement_fen"]) == (
        1802,
        1000,
    )
    assert f"{proposal['monthly_pension_fen'] / 100:.2f}" in shown
    assert 'name="version"' in shown and 'name="monthly_pension_fen"' not in shown
    desk.review(case)

    entitlement = Entitlement.objects.get(enrolment=who)
    determined = Determination.objects.get(entitlement=entitlement)
    assert state(case) == "approved" and entitlement.start_month == 2024 * 12 + 5
    assert determined.monthly_pension_fen == proposal["monthly_pension_fen"] and determined.is_only_child
    assert PayoutAccount.objects.get(person=who.person, until_on=None).account_number == card
    task = Case.objects.get(kind="certification_collection", person=who.person)
    assert task.number in desk.page(here.cast.handler, "certification-collections")
    again = desk.of(here.cast.intake).post(reverse("claim-new", args=[who.id]), {})
    assert "DRAWING_ALREADY" in said(again)


@pytest.mark.requirement("QJ-A1-9-n3a")
def test_any_outlet_of_the_city_closes_the_collection(here: World, desk: PagesOf) -> None:
    case = waiting(here)
    desk.push(case)
    desk.review(case)
    task = Case.objects.get(kind="certification_collection")
    elsewhere = clerk_of_another_district()

    browser = desk.of(elsewhere)
    found = browser.post(
        reverse("certification-collections"), {"number": numbers_of([case.person_id])[case.person_id]}
    )
    page = browser.get(found["Location"])
    browser.post(found["Location"], {"version": task.version})

    assert "已采集" in page.content.decode()
    task.refresh_from_db()
    assert (task.state, task.is_open) == ("collected", False)
    assert CaseEvent.objects.get(case=task, action="collect").place_path == elsewhere.actor.scope


@pytest.mark.requirement("QJ-A1-4-4-k1")
def test_without_proof_the_supplement_is_nothing(here: World, desk: PagesOf) -> None:
    case = waiting(here)

    said_first = desk.push(case, is_only_child="1")
    said_then = desk.push(case, is_only_child="1", only_child_resolution="本人口头改称独子")

    assert "ONLY_CHILD_DIFFERS" in said_first and "已推送复核岗" in said_then
    proposal = Case.objects.get(id=case.id).proposal
    assert (
        proposal["parts"]["only_child_supplement_fen"] == 0 and "独子增发为 0" in proposal["only_child_why"]
    )
    assert "独子增发为 0" in desk.page(here.cast.reviewer, "case", case.id)


@pytest.mark.requirement("QJ-A1-4-4-k3a")
def test_another_name_on_the_card_stops_the_push(here: World, desk: PagesOf) -> None:
    case = waiting(here, name="张桂芳")

    answer = desk.push(case, id_card_name="张桂芬")

    assert (
        "ID_CARD_DIFFERS" in answer
        and "张桂芬" in answer
        and "张桂芳" in answer
        and state(case) == "accepted"
    )


@pytest.mark.requirement("QJ-A1-4-4-k3b")
@pytest.mark.parametrize("point", ["basic_data_checked", "payout_data_checked"])
def test_an_open_point_stops_the_push(here: World, desk: PagesOf, point: str) -> None:
    case = waiting(here)

    assert "CHECKLIST_UNANSWERED" in desk.push(case, without=point)
    assert state(case) == "accepted"


@pytest.mark.requirement("QJ-A1-4-5d")
@pytest.mark.requirement("QJ-A1-4-5c")
def test_the_reviewer_answers_the_points_and_may_return(here: World, desk: PagesOf) -> None:
    case = waiting(here)
    desk.push(case)

    assert "CHECKLIST_UNANSWERED" in desk.review(case, without="exclusions_checked")
    assert "REASON_REQUIRED" in desk.review(case, "return")
    desk.review(case, "return", reason="年限有误")

    assert state(case) == "accepted"
    assert "年限有误" in desk.page(here.cast.handler, "case", case.id)


@pytest.mark.requirement("QJ-A1-4-5d")
def test_who_handled_does_not_review(here: World, desk: PagesOf) -> None:
    case = waiting(here)
    desk.push(case)

    answer = desk.review(case, member=here.cast.handler)

    assert "POST_REQUIRED" in answer
    assert state(case) == "handled"


@pytest.mark.requirement("QJ-A1-4-4-1b")
def test_the_mobile_number_is_kept_with_its_history(here: World, desk: PagesOf) -> None:
    case = waiting(here)

    desk.push(case, mobile="13900000000")

    phone = Phone.objects.get(person_id=case.person_id, until_on=None)
    assert (phone.number, phone.from_on) == ("13900000000", date(2024, 3, 11))


@pytest.mark.requirement("QJ-A1-4-4-1e")
def test_back_to_intake_needs_a_reason(here: World, desk: PagesOf) -> None:
    case = waiting(here)

    assert "REASON_REQUIRED" in desk.send_back(case, "")
    assert state(case) == "accepted"
    assert "已退回受理岗" in desk.send_back(case, "身份证看不清")
    assert state(case) == "returned"
    assert case.number in desk.page(here.cast.intake, "inbox")


@pytest.mark.requirement("QJ-A1-2-2")
@pytest.mark.parametrize(("post", "level", "is_allowed"), [
    ("handler", "township", True), ("village_assistant", "village", False),
])  # fmt: skip
def test_district_and_township_handle_but_no_village(
    here: World, desk: PagesOf, post: str, level: str, is_allowed: bool
) -> None:
    case = waiting(here)
    path = case.division_path if level == "village" else case.division_path.rsplit("/", 2)[0] + "/"
    officer = an_officer(post, path=path, from_on=date(2020, 1, 1), today=date(2024, 3, 11))

    answer = desk.push(case, officer)

    assert ("已推送复核岗" in answer) is is_allowed
    assert (state(case) == "handled") is is_allowed


@pytest.mark.requirement("QJ-A1-6")
def test_five_working_days_from_the_day_after(here: World, desk: PagesOf, clock: mock.MagicMock) -> None:
    case = here.accepted(here.listed(here.candidate(balance_fen=250473)), on=date(2024, 3, 15))
    assert Case.objects.get(id=case.id).due_on == date(2024, 3, 22)

    clock.return_value = at_ten(date(2024, 3, 25))

    assert case.number in desk.page(here.cast.handler, "claims")
    assert "超期" in desk.page(here.cast.handler, "claims")


@pytest.mark.requirement("QJ-A2-3-3-3")
def test_the_accepted_case_is_in_the_queue_of_the_ordinary_claims(here: World, desk: PagesOf) -> None:
    case = waiting(here)

    queue = desk.page(here.cast.handler, "claims")

    assert case.number in queue and "免申即享" in queue


@pytest.mark.requirement("QJ-A2-3-3-1a")
def test_a_flagged_person_uses_the_claim_free_entrance_only(here: World, desk: PagesOf) -> None:
    who = here.candidate(balance_fen=250473)
    here.listed(who)

    answer = desk.of(here.cast.intake).post(reverse("claim-new", args=[who.id]), {})

    assert "USE_CLAIM_FREE" in said(answer) and not Case.objects.filter(kind="ordinary_claim").exists()


@pytest.mark.requirement("QJ-A2-3-3-2")
def test_a_waiver_is_for_good(here: World, desk: PagesOf) -> None:
    who = here.candidate(birth=date(1964, 5, 31))
    case = here.listed(who)
    form = here.form(case, signed="waiver")
    here.scans(case, "confirmation_form")
    waive(
        actor=here.cast.intake.actor,
        form_id=form.id,
        reason_code="NOT_WANTED",
        today=date(2024, 3, 11),
        now=at_ten(date(2024, 3, 11)),
    )

    answer = desk.review(case, "restore", here.cast.handler, reason="本人又想要")
    here.extract(Month(2024, 4))

    assert "STEP_NOT_POSSIBLE" in answer
    flag = Flag.objects.get(enrolment=who)
    assert flag.state == "waived" and Case.objects.filter(kind="claim_free", person=who.person).count() == 1
    assert CaseEvent.objects.filter(case=case, action="restore").count() == 0
