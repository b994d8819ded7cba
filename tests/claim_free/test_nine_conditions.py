"""The nine conditions of the guide block 办理 and 复核, each with its own code and what it rests on; all of them at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from jubao.contributions.models import Contribution, FormerYears
from jubao.database.unit_of_work import unit_of_work
from jubao.people.models import (
    CustodyPeriod,
    DeathReport,
    Enrolment,
    OtherSchemeRecord,
    SpecialGroupPeriod,
)
from jubao.services.claim_free.acceptance import accept_at_counter
from jubao.services.claim_free.check import ClaimFreeRefused, check
from tests.support.claim_free_world import ACCEPTED, DAY, MARCH, World, at_ten
from tests.support.residents import system

Change = Callable[[World, Enrolment], None]


def scheme(**record: Any) -> Change:
    return lambda _here, who: _saved(
        OtherSchemeRecord(person=who.person, known_on=date(2024, 3, 1), **record)
    )


def _saved(row: Any) -> None:
    with unit_of_work(system(), "test"):
        row.save(force_insert=True)


def mark(code: str) -> Change:
    return lambda _here, who: _saved(
        SpecialGroupPeriod(person=who.person, group_code=code, from_month=MARCH.index - 2)
    )


def prison(_here: World, who: Enrolment) -> None:
    _saved(
        CustodyPeriod(
            person=who.person, kind="imprisonment", from_on=date(2023, 1, 5), until_on=date(2025, 1, 5)
        )
    )


def death(_here: World, who: Enrolment) -> None:
    _saved(DeathReport(person=who.person, died_on=date(2024, 3, 1), source="NATIONAL_POPULATION"))


def gap(_here: World, who: Enrolment) -> None:
    with unit_of_work(system(), "test"):
        FormerYears.objects.filter(enrolment=who).update(until_year=2014)
        for year in (2014, *range(2016, 2024)):
            Contribution.objects.create(
                enrolment=who, year=year, tier_fen=10000, amount_fen=10000, treasury_on=date(year, 3, 12),
                receipt_number=f"N{year}",
            )  # fmt: skip


def card(outcome: str = "found", **about: Any) -> Change:
    return lambda here, who: here.card(who, outcome=outcome, at=date(2024, 3, 10), **about) and None


CONDITIONS: list[tuple[str, Change, str]] = [
    ("CONTRIBUTION_GAP", gap, "2015"),
    ("SPECIAL_GROUP", mark("land_expropriated"), "征地安置人员"),
    ("SPECIAL_GROUP", mark("retired_fisherman"), "退捕渔民"),
    ("SERVING_SENTENCE", prison, "2023-01-05—2025-01-05"),
    ("DEATH_MATCH", death, "NATIONAL_POPULATION"),
    ("DEATH_BENEFIT_ELSEWHERE", scheme(scheme="resident_pension", kind="death_benefit", place="湖北省"), ""),
    ("CROSS_PROVINCE_CONTRIBUTION", scheme(scheme="resident_pension", kind="contribution", place="湖北省"), "湖北省"),
    ("CROSS_PROVINCE_BENEFIT", scheme(scheme="resident_pension", kind="benefit", place="贵州省", state="normal"), "贵州省"),
    ("CITY_SCHEME_BENEFIT", scheme(scheme="employee_pension", kind="benefit", state="suspended"), ""),
    ("CITY_SCHEME_DEATH", scheme(scheme="civil_pension", kind="death_benefit"), ""),
    ("CITY_SCHEME_CONTRIBUTION", scheme(scheme="employee_pension", kind="contribution", state="open"), ""),
    ("NO_CARD_ACCOUNT", card("none"), ""),
    ("CARD_SYSTEM_FAILED", card("failed"), ""),
    ("BANK_NOT_PAYING_AGENT", card(bank="某某村镇银行"), "某某村镇银行"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "change", "detail"), CONDITIONS)
def test_a_condition_found_later_blocks_handling(
    database: None, code: str, change: Change, detail: str
) -> None:
    here = World()
    who = here.candidate(balance_fen=250473)
    case = here.accepted(here.listed(who))
    change(here, who)

    with pytest.raises(ClaimFreeRefused) as refused:
        here.handled(case)

    assert [one.code for one in refused.value.obstacles] == [code] and refused.value.code == code
    assert detail in refused.value.obstacles[0].detail
    assert "五、" in str(refused.value) or "四、" in str(refused.value)
    case.refresh_from_db()
    assert case.state == "accepted"


@pytest.mark.parametrize("change", [
    scheme(scheme="resident_pension", kind="contribution", place="湖北省", state="refunded"),
    scheme(scheme="employee_pension", kind="benefit", state="ended"),
    scheme(scheme="employee_pension", kind="contribution", state="transferred"),
])  # fmt: skip
def test_what_is_settled_does_not_block(database: None, change: Change) -> None:
    here = World()
    who = here.candidate(balance_fen=250473)
    case = here.accepted(here.listed(who))
    change(here, who)

    assert here.handled(case).state == "handled"


def test_all_reasons_are_named_at_once_and_again_at_the_review(database: None) -> None:
    here = World()
    who = here.candidate(balance_fen=250473)
    case = here.handled(here.accepted(here.listed(who)))
    prison(here, who)
    card("failed")(here, who)

    with pytest.raises(ClaimFreeRefused) as refused:
        here.reviewed(case)

    assert refused.value.code == "CLAIM_FREE_REFUSED"
    assert [one.code for one in refused.value.obstacles] == ["SERVING_SENTENCE", "CARD_SYSTEM_FAILED"]
    assert all(
        one.code in refused.value.message and str(one.citation) in refused.value.message
        for one in refused.value.obstacles
    )


@pytest.mark.parametrize(("on", "confirmed_on", "codes"), [
    (date(2024, 2, 19), None, {"TOO_EARLY"}),
    (date(2024, 2, 20), None, set()),
    (date(2024, 5, 31), None, set()),
    (date(2024, 6, 4), date(2024, 5, 31), set()),
    (date(2024, 6, 1), None, {"CONFIRMED_TOO_LATE", "OVER_AGE"}),
])  # fmt: skip
def test_the_days_of_the_window(database: None, on: date, confirmed_on: date | None, codes: set[str]) -> None:
    here = World()
    who = here.candidate(birth=date(1964, 5, 20))

    found = check(who.id, on=on, stage="handle", confirmed_on=confirmed_on)

    assert set(found.codes) == codes
    assert (found.window_from, found.window_until) == (date(2024, 2, 20), date(2024, 5, 31))


def test_a_prison_record_found_at_the_counter(database: None) -> None:
    here = World()
    who = here.candidate()
    case = here.listed(who)
    form = here.form(case)
    here.scans(case, "id_document", "confirmation_form")
    prison(here, who)

    with pytest.raises(ClaimFreeRefused) as refused:
        accept_at_counter(
            actor=here.cast.intake.actor, form_id=form.id, checklist=ACCEPTED, today=DAY, now=at_ten(DAY)
        )
    assert refused.value.code == "SERVING_SENTENCE"
