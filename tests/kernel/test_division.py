"""Places: a code means a place only at a date."""

from __future__ import annotations

from datetime import date

import pytest

from jubao.kernel.division import Division, Divisions
from jubao.kernel.errors import NotCovered

CHANGE = date(2011, 10, 27)
CITY = Division("d-1", "990000", "甲市", None, date(1997, 6, 18))
COUNTY = Division("d-2", "990222", "乙县", "d-1", date(1997, 6, 18), CHANGE)
DISTRICT = Division("d-2", "990110", "乙区", "d-1", CHANGE)
OLD_DISTRICT = Division("d-3", "990110", "丙区", "d-1", date(1997, 6, 18), CHANGE)


@pytest.fixture
def places() -> Divisions:
    return Divisions([DISTRICT, OLD_DISTRICT, COUNTY, CITY])


@pytest.mark.parametrize(
    ("on", "name"), [(date(2011, 10, 26), "丙区"), (CHANGE, "乙区"), (date(2011, 10, 28), "乙区")]
)
def test_a_code_is_looked_up_at_a_date(places: Divisions, on: date, name: str) -> None:
    assert places.by_code("990110", on).name == name


@pytest.mark.parametrize(("on", "code"), [(date(2011, 10, 26), "990222"), (CHANGE, "990110")])
def test_a_place_keeps_its_id_when_its_code_changes(places: Divisions, on: date, code: str) -> None:
    place = places.by_id("d-2", on)

    assert place is not None
    assert place.code == code


@pytest.mark.parametrize(
    ("code", "on"), [("990222", CHANGE), ("990110", date(1997, 6, 17)), ("000001", CHANGE)]
)
def test_unknown_code_is_refused_by_name(places: Divisions, code: str, on: date) -> None:
    assert places.find(code, on) is None
    with pytest.raises(NotCovered, match=code) as refused:
        places.by_code(code, on)

    assert refused.value.code == "DIVISION_UNKNOWN"


def test_children_are_those_of_the_day_in_order_of_code(places: Divisions) -> None:
    assert [place.code for place in places.children("d-1", date(2011, 10, 26))] == ["990110", "990222"]
    assert [place.code for place in places.children("d-1", CHANGE)] == ["990110"]
    assert places.children(None, CHANGE) == [CITY]
    assert places.by_id("d-9", CHANGE) is None


def test_two_places_with_one_code_on_one_day_are_a_mistake() -> None:
    with pytest.raises(ValueError, match="overlap"):
        Divisions([DISTRICT, Division("d-9", "990110", "丁区", None, date(2020, 1, 1))])
