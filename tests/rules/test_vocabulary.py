"""The words of the rules: the same answer for plain values and for columns, traps of SQL arithmetic included."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

from jubao.rules import calendar_words as calendar
from jubao.rules import vocabulary as words
from jubao.rules.vocabulary import Col

NUMBERS = (-278, -277, -140, -139, -138, -70, -1, 0, 1, 69, 70, 138, 139, 140, 250473, 10**10)


def on_duckdb(word: Any, values: list[tuple[Any, ...]]) -> list[Any]:
    """The word over columns a, b, … of the values."""
    names = "abcd"[: len(values[0])]
    sql = word(*(Col.named(name) for name in names)).expression.sql(dialect="duckdb")
    rows = ", ".join(
        "(" + ", ".join(repr(v).upper() if isinstance(v, bool) else f"CAST({v} AS BIGINT)" for v in row) + ")"
        for row in values
    )
    return [
        row[0] for row in duckdb.sql(f"SELECT {sql} FROM (VALUES {rows}) AS t({', '.join(names)})").fetchall()
    ]


@pytest.mark.parametrize("word", [words.div_floor, words.div_half_up, words.div_up])
@pytest.mark.parametrize("divisor", [1, 2, 12, 139, 278])
def test_division_is_exact_and_equal_below_zero(word: Any, divisor: int) -> None:
    assert on_duckdb(lambda a: word(a, divisor), [(n,) for n in NUMBERS]) == [
        word(n, divisor) for n in NUMBERS
    ]


def test_division_rounds_as_it_says() -> None:
    assert [words.div_floor(n, 2) for n in (-7, 7)] == [-4, 3]
    assert [words.div_half_up(n, 2) for n in (1, 3, 5, -1, -3)] == [1, 2, 3, 0, -1]
    assert [words.div_half_up(n, 139) for n in (69, 70, 208, 209)] == [0, 1, 1, 2]
    assert [words.div_up(n, 12) for n in (0, 1, 12, 13)] == [0, 1, 1, 2]


def test_when_takes_the_first_that_holds_and_folds_what_is_known() -> None:
    assert words.when((False, 1), (True, 2), (True, 3), otherwise=4) == 2
    folded = words.when((False, 1), (True, Col.named("a")), otherwise=4)
    assert folded.expression.sql() == "a"
    assert words.when((False, Col.named("a")), otherwise=4).expression.sql() == "4"


def test_conditions_must_be_true_or_false() -> None:
    for word in (
        lambda: words.when((1, 2), otherwise=3),
        lambda: words.all_of(1, True),
        lambda: words.not_(0),
    ):
        with pytest.raises(TypeError):
            word()


def test_obstacles_keep_all_in_order() -> None:
    mask = words.obstacles(("A", True), ("B", False), ("C", True))

    assert mask == 0b101
    assert on_duckdb(
        lambda a, b: words.obstacles(("A", a), ("B", b)), [(True, True), (False, True), (False, False)]
    ) == [3, 2, 0]


def test_steps_add_up_and_an_empty_scale_adds_nothing() -> None:
    assert [words.sum_of_steps(age, ((65, 500), (70, 500))) for age in (64, 65, 69, 70)] == [
        0,
        500,
        500,
        1000,
    ]
    assert words.sum_of_steps(99, ()) == 0


def test_raising_and_lowering_do_not_ignore_anything() -> None:
    assert [words.at_least(n, 0) for n in (-1, 0, 1)] == [0, 0, 1]
    assert [words.at_most(n, 0) for n in (-1, 0, 1)] == [-1, 0, 0]
    assert on_duckdb(lambda a: words.at_least(a, 3), [(2,), (3,), (4,)]) == [3, 3, 4]


def test_membership_of_an_empty_list_holds_for_nobody() -> None:
    assert words.is_one_of("x", ()) is False
    assert on_duckdb(lambda a: words.is_one_of(a, ()), [(1,)]) == [False]
    assert on_duckdb(lambda a: words.is_one_of(a, (1, 3)), [(1,), (2,)]) == [True, False]


def test_constants_of_other_kinds_are_refused() -> None:
    for wrong in (1.5, None, "2024-01-01".split("-"), object()):
        with pytest.raises(TypeError):
            Col.named("a") + wrong


@pytest.mark.parametrize("months", [-720, -13, -3, -1, 0, 1, 11, 12, 720])
def test_months_are_added_with_the_end_of_the_month_clipped(months: int) -> None:
    days = [20240131, 20240229, 20230228, 20240531, 20241231, 20000229, 19640229, 20240101]

    assert on_duckdb(lambda a: calendar.add_months(a, months), [(day,) for day in days]) == [
        calendar.add_months(day, months) for day in days
    ]


def test_parts_of_a_date() -> None:
    assert calendar.month_of(20240531) == 2024 * 12 + 4
    assert (calendar.year_of(20240531), calendar.day_of(20240531)) == (2024, 31)
    assert [calendar.last_day(year * 12 + 1) for year in (1900, 2000, 2023, 2024)] == [
        19000228,
        20000229,
        20230228,
        20240229,
    ]
    assert calendar.first_day(2024 * 12) == 20240101
