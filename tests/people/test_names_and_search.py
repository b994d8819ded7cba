"""People are found by initials, name, pinyin, number and personal number, inside the scope and page by page."""

from __future__ import annotations

from datetime import date

import pytest

from jubao.people.names import name_initials, name_key
from jubao.people.numbers import numbers_of, people_by_numbers, person_by_number
from jubao.people.search import search_people
from tests.support.residents import a_person, an_enrolment, number_of, some_villages


@pytest.mark.parametrize(
    ("name", "key", "initials"),
    [
        ("单桂芳", "shan gui fang", "sgf"),
        ("曾小单", "zeng xiao dan", "zxd"),
        ("查良", "zha liang", "zl"),
        ("尉迟恭", "yu chi gong", "ycg"),
        ("阿拉坦·其木格", "a la tan qi mu ge", "altqmg"),
        ("王𠮷", "wang ji", "wj"),
    ],
)
def test_a_surname_is_read_as_a_surname(name: str, key: str, initials: str) -> None:
    assert (name_key(name), name_initials(name)) == (key, initials)


@pytest.mark.parametrize("text", ["zgf", "张桂", "zhang gui", "5099", "50011090"])
def test_a_person_is_found_by_what_a_clerk_types(database: None, text: str) -> None:
    village = some_villages()[0]
    an_enrolment(village=village, name="张桂芳")

    found = search_people(scope="500000/500110/", text=text)

    assert [person.name for person in found.people] == ["张桂芳"]
    assert found.people[0].place.endswith("新民村")
    assert "*" in found.people[0].masked_number


def test_the_next_county_finds_nobody(database: None) -> None:
    an_enrolment(village=some_villages()[0], name="张桂芳")

    assert search_people(scope="150000/150400/150404/", text="zgf").people == []


@pytest.mark.parametrize("text", ["zg", "张", "zhang g", "5099", "50011090"])
def test_pages_hold_everybody_once(database: None, text: str) -> None:
    village = some_villages()[0]
    for name in ("张国", "张国", "张果", "张贵", "张广"):
        an_enrolment(village=village, name=name)

    seen, after = [], ""
    for _page in range(3):
        page = search_people(scope=village.path, text=text, after=after, limit=2)
        seen += [person.person_id for person in page.people]
        after = page.after

    assert len(seen) == len(set(seen)) == 5
    assert after == ""


def test_fifteen_digits_and_dirt_lead_to_the_same_person(database: None) -> None:
    number = number_of(509901, date(1963, 8, 15), 2)
    person = a_person(number=number)
    old, dirty = number[:6] + number[8:17], f" {number[:10]}　{number[10:]}"

    found = people_by_numbers([number, old, dirty, "500110190001010000"])

    assert found == {number: person.id, old: person.id, dirty: person.id}
    assert numbers_of([person.id]) == {person.id: number}
    assert person_by_number("999") is None
