"""发现和调查核实: opened by the decision that ends a pension, found by the township with two officers and a film, confirmed."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from jubao.cases.models import Case
from jubao.kernel.month import Month
from jubao.people.numbers import numbers_of
from jubao.recovery.models import Action, Claim
from jubao.services.benefits.stops import stop_propose
from jubao.services.documents.store import document_open
from jubao.services.recovery.postings import owed_fen
from tests.recovery.office import FILM, Office
from tests.recovery.world import SONGSHAN, assert_sound, paid
from tests.support.residents import Beneficiary, system

APRIL, JULY_10 = Month(2024, 4), date(2024, 7, 10)


@pytest.fixture
def here(database: None, monkeypatch: pytest.MonkeyPatch) -> Office:
    return Office(monkeypatch, SONGSHAN, JULY_10)


def died(here: Office, someone: Beneficiary, on: date, reason: str = "DEATH") -> Case:
    """The end of the pension proposed and decided; the recovery that it opens."""
    stop = stop_propose(
        actor=here.cast.handler.actor, entitlement_id=someone.entitlement_id, reason=reason, happened_on=on,
        source="火化", today=here.day,
    )  # fmt: skip
    here.decide(stop, on=here.day)
    return Case.objects.get(kind="recovery", person_id=someone.person.pk)


def three_months(here: Office) -> tuple[Beneficiary, Case]:
    someone = here.someone(start_month=Month(2024, 4).index, birth=date(1964, 3, 5))
    paid(here, APRIL, APRIL + 1, APRIL + 2, today=JULY_10)
    return someone, died(here, someone, date(2024, 3, 2))


@pytest.mark.requirement("SS-27-5")
def test_the_decision_on_a_death_opens_a_recovery_of_the_months_paid_since(here: Office) -> None:
    _someone, case = three_months(here)

    assert [str(Month.from_index(one["month"])) for one in case.proposal["claimed"]] == [
        "2024-04",
        "2024-05",
        "2024-06",
    ]
    page = here.page(here.cast.field_worker, "recovery", case.pk)
    assert "2024-04" in page and "2024-06" in page and "188.02" in page
    assert case.number in here.page(here.cast.field_worker, "recoveries")
    assert Claim.objects.get(case=case).amount_fen == 0, "nothing is owed before it is confirmed"


@pytest.mark.requirement("SS-29-1", "SS-03-2-4e")
@pytest.mark.parametrize("reason", ["DEATH", "OTHER_BENEFIT"])
def test_the_township_finds_the_months_and_the_district_fixes_the_amount(here: Office, reason: str) -> None:
    someone = here.someone(start_month=Month(2024, 4).index, birth=date(1964, 3, 5))
    paid(here, APRIL, APRIL + 1, APRIL + 2, today=JULY_10)
    if reason == "DEATH":
        case = died(here, someone, date(2024, 3, 2))
    else:
        browser, number = (
            here.browser(here.cast.field_worker),
            numbers_of([someone.person.pk])[someone.person.pk],
        )
        form = browser.post(reverse("recoveries"), {"number": number})["Location"]
        page = browser.post(form, {"ground": "other_benefit", "first_month": "2024-04", "key": "k"})
        case = Case.objects.get(kind="recovery")
        assert str(case.pk) in page["Location"]

    said = here.send(here.cast.field_worker, case, "find", **here.finding(case))
    assert "已保存" in said, said
    case.refresh_from_db()
    assert (case.state, case.proposal["total_fen"]) == ("proposed", 48_906)
    assert "POST_REQUIRED" in here.act(here.cast.handler, case, "confirm")
    here.act(here.cast.reviewer, case, "confirm")

    claim = Claim.objects.get(case=case)
    assert (case.state, claim.amount_fen, claim.months.count()) == ("confirmed", 48_906, 3)
    assert owed_fen(claim, actor=system()) == 48_906
    assert "STEP_NOT_POSSIBLE" in here.send(here.cast.field_worker, case, "find", **here.finding(case))
    assert_sound()


@pytest.mark.requirement("SS-30-1")
def test_one_officer_is_refused_and_two_are_accepted(here: Office) -> None:
    _someone, case = three_months(here)
    alone = here.finding(case) | here.present(here.cast.field_worker)
    twice = here.finding(case) | here.present(here.cast.field_worker, here.cast.field_worker)

    for wrong in (alone, twice):
        said = here.send(here.cast.field_worker, case, "find", **wrong)
        assert "OFFICERS_MISSING" in said and "第三十条" in said
    assert not Action.objects.exists()

    here.send(here.cast.field_worker, case, "find", **here.finding(case))
    assert len(Action.objects.get().people) == 2


@pytest.mark.requirement("SS-30-2")
def test_without_a_film_nothing_is_saved_and_with_one_it_is_kept(here: Office) -> None:
    _someone, case = three_months(here)

    dark = {name: one for name, one in here.finding(case).items() if name != "footage"}
    said = here.send(here.cast.field_worker, case, "find", **dark)
    assert "FOOTAGE_MISSING" in said and "第三十条" in said and not Action.objects.exists()

    here.send(here.cast.field_worker, case, "find", **here.finding(case))
    kept = Action.objects.get().footage
    assert kept is not None and document_open(kept.pk) == FILM
    assert kept.retention_until == date(2027, 7, 10)
    assert kept.sha256[:12] in here.page(here.cast.reviewer, "recovery", case.pk)


def test_a_finding_names_what_is_missing_and_is_taken_back_before_it_is_confirmed(here: Office) -> None:
    _someone, case = three_months(here)
    form = here.finding(case)
    line = form["line"][0]

    assert "FACTS_MISSING" in here.send(here.cast.field_worker, case, "find", **{**form, "facts": " "})
    assert "NO_MONTHS" in here.send(
        here.cast.field_worker, case, "find", **{**here.finding(case), "line": []}
    )
    high = {**here.finding(case), f"amount-{line}": "188.03"}
    assert "AMOUNT_TOO_HIGH" in here.send(here.cast.field_worker, case, "find", **high)

    here.send(here.cast.field_worker, case, "find", **here.finding(case))
    here.act(here.cast.field_worker, case, "withdraw", "月份有误")
    assert case.state == "found" and Claim.objects.get(case=case).amount_fen == 0
    here.send(here.cast.field_worker, case, "find", **{**here.finding(case), "line": form["line"][:2]})
    here.act(here.cast.reviewer, case, "reject", "本人健在，名单有误")
    assert case.outcome == "rejected" and not Claim.objects.get(case=case).is_open
    assert_sound()
