"""Places: real townships of the pack, made-up villages, one row of words each."""

from datetime import date

import numpy as np
import pytest

from jubao.demo.districts import DISTRICTS, NANAO, QIJIANG, District
from jubao.demo.places import Places, townships


@pytest.mark.parametrize("district", DISTRICTS, ids=lambda each: each.code)
def test_townships_come_from_the_table_of_divisions(district: District) -> None:
    names = townships(district, date(2026, 10, 31))

    assert len(names) == len(set(names)) >= 3
    assert not any("示范" in name for name in names)


def test_before_a_district_existed_its_townships_are_made_up() -> None:
    assert townships(QIJIANG, date(1990, 1, 1)) == list(QIJIANG.townships)


def test_every_village_has_its_township_and_register_place() -> None:
    places = Places(NANAO, date(2026, 10, 31))

    columns = {name: column.to_pylist() for name, column in places.columns(np.arange(places.count)).items()}

    assert len(set(columns["register_place"])) == places.count
    for place, town, village in zip(*columns.values(), strict=True):
        assert place == f"南澳县{town}{village}"
