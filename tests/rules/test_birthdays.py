"""All 366 birthdays of several years: first month, window and age against an independent calendar (integrity F45)."""

from __future__ import annotations

import calendar
from datetime import date, timedelta

import pytest

from jubao.rules.claim_free import claim_window_from, claim_window_until, is_in_claim_window, pension_age_date
from jubao.rules.entitlement import entitlement_month, pension_age_month
from jubao.rules.pension import age_for_supplement_years

YEARS = (1944, 1951, 1960, 1963, 1964, 1965, 1971, 1999, 2000, 2004)
AGE, WINDOW_MONTHS = 60, 3


def birthdays(year: int) -> list[date]:
    """Every day of a leap year's calendar that the year has."""
    days = (date(2024, 1, 1) + timedelta(days=place) for place in range(366))
    return [
        date(year, day.month, day.day) for day in days if day.day <= calendar.monthrange(year, day.month)[1]
    ]


def number(day: date) -> int:
    return int(day.strftime("%Y%m%d"))


def shifted(day: date, months: int) -> date:
    """The same day some months away, clipped to the month's end; by the standard library alone."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


@pytest.mark.parametrize("year", YEARS)
def test_first_month_is_the_one_after_the_sixtieth_birthday(year: int) -> None:
    for birth in birthdays(year):
        sixty = shifted(birth, AGE * 12)
        following = shifted(sixty.replace(day=1), 1)

        found = entitlement_month(pension_age_month(birth.year * 12 + birth.month - 1, AGE), 1)

        assert found == following.year * 12 + following.month - 1


@pytest.mark.parametrize("year", YEARS)
def test_window_runs_from_three_months_before_to_the_end_of_the_birthday_month(year: int) -> None:
    for birth in birthdays(year):
        sixty = shifted(birth, AGE * 12)
        last = sixty.replace(day=calendar.monthrange(sixty.year, sixty.month)[1])
        reached = pension_age_date(number(birth), AGE)

        assert reached == number(sixty)
        assert claim_window_from(reached, WINDOW_MONTHS) == number(shifted(sixty, -WINDOW_MONTHS))
        assert claim_window_until(reached) == number(last)


@pytest.mark.parametrize("year", YEARS)
def test_everybody_stands_on_three_monthly_lists_or_four_when_born_on_the_first(year: int) -> None:
    for birth in birthdays(year):
        reached = pension_age_date(number(birth), AGE)
        window = claim_window_from(reached, WINDOW_MONTHS), claim_window_until(reached)
        firsts = [number(shifted(date(birth.year + AGE, birth.month, 1), step)) for step in range(-6, 4)]

        lists = [day for day in firsts if is_in_claim_window(day, *window)]

        assert len(lists) == (4 if birth.day == 1 else 3)


@pytest.mark.parametrize("age", [65, 70, 80])
@pytest.mark.parametrize("year", YEARS)
def test_age_changes_in_the_month_of_the_birthday_also_on_29_february(year: int, age: int) -> None:
    for birth in birthdays(year):
        reached = shifted(birth, age * 12)
        month = reached.year * 12 + reached.month - 1
        born = birth.year * 12 + birth.month - 1

        years = [age_for_supplement_years(True, born, month + step, 0) for step in (-1, 0, 1)]

        assert years == [age - 1, age, age]
        assert age_for_supplement_years(True, born, month, 1) == age - 1
