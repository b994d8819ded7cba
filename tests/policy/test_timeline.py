"""Overriding by date, day by day: what the child says counts, elsewhere the parent."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from jubao.kernel.month import Month
from jubao.policy.timeline import Span, in_month, month_bounds, on_day, overlaps, overlay, span, until_month

START = date(2020, 1, 1)


@st.composite
def lines(draw: st.DrawFn, name: str) -> list[Span[str]]:
    cuts = sorted(draw(st.sets(st.integers(0, 400), max_size=8)))
    pairs = list(zip(cuts[::2], cuts[1::2], strict=False))
    return [
        span(START + timedelta(one), START + timedelta(two), f"{name}{number}", name)
        for number, (one, two) in enumerate(pairs)
    ]


@given(lines("parent"), lines("child"))
def test_on_each_day_the_child_counts_where_it_speaks(under: list[Span[str]], over: list[Span[str]]) -> None:
    line = overlay(under, over)

    assert overlaps(line) == []
    for number in range(-1, 402):
        day = START + timedelta(number)
        child, parent = on_day(sorted(over, key=lambda item: item.first), day), on_day(under, day)
        found = on_day(line, day)
        expected = child or parent
        assert (found.entry if found else None) == (expected.entry if expected else None)


@given(lines("parent"), lines("child"))
def test_months_change_only_at_bounds_and_end_before_the_next(
    under: list[Span[str]], over: list[Span[str]]
) -> None:
    line = overlay(under, over)
    bounds = month_bounds(line)

    for number in range(14):
        month = Month(2020, 1) + number
        found = in_month(line, month)
        assert (found is not in_month(line, month - 1)) == (month in bounds)
        if found is not None:
            until = until_month(line, found)
            assert until is None or until >= month


def test_a_month_is_that_of_its_last_day() -> None:
    line = overlay([], [span(START, date(2020, 3, 2), "old", "p"), span(date(2020, 3, 3), None, "new", "p")])

    assert [getattr(in_month(line, Month(2020, month)), "entry", None) for month in (2, 3, 4)] == [
        "old",
        "new",
        "new",
    ]
    assert str(until_month(line, line[0])) == "2020-02"
    assert until_month(line, line[1]) is None


def test_a_text_that_ends_inside_a_month_is_still_for_it() -> None:
    line = (span(START, date(2020, 6, 20), "old", "p"),)

    assert in_month(line, Month(2020, 6)) is line[0]
    assert in_month(line, Month(2020, 7)) is None
    assert str(until_month(line, line[0])) == "2020-06"
