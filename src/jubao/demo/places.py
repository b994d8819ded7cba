"""Townships of a demo district from its pack's table of divisions, villages made up, register places as departments write them.

>>> from jubao.demo.districts import NANAO
>>> places = Places(NANAO, date(2026, 10, 31))
>>> places.count
36
"""

import csv
from datetime import date

import numpy as np
import pyarrow as pa

from jubao.demo.counter import Integers
from jubao.demo.districts import District
from jubao.kernel.division import Division, Divisions
from jubao.policy.loading import pack_folders

_VILLAGE_WORDS = (
    "新民",
    "团结",
    "红星",
    "前进",
    "永安",
    "长乐",
    "双河",
    "石桥",
    "平安",
    "大坪",
    "青山",
    "和平",
)
_VILLAGES_WANTED = 96


def townships(district: District, on: date) -> list[str]:
    """Names of the townships on that day, in order of code; made-up ones where the pack has no table."""
    folder = pack_folders().get(district.code)
    path = folder / "divisions.csv" if folder else None
    if path is None or not path.is_file():
        return list(district.townships)
    with path.open(encoding="utf-8", newline="") as file:
        table = Divisions(_division(row) for row in csv.DictReader(file))
    county = table.find(district.code, on)
    return [each.name for each in table.children(county.id, on)] if county else list(district.townships)


def _division(row: dict[str, str]) -> Division:
    until = date.fromisoformat(row["valid_until"]) if row["valid_until"] else None
    return Division(
        row["id"],
        row["code"],
        row["name"],
        row["parent"] or None,
        date.fromisoformat(row["valid_from"]),
        until,
    )


class Places:
    """The villages of one district: about a hundred, at least three in each township and at most twelve."""

    def __init__(self, district: District, on: date) -> None:
        names = townships(district, on)
        self._each = min(len(_VILLAGE_WORDS), max(3, _VILLAGES_WANTED // len(names)))
        villages = [f"{word}村" for word in _VILLAGE_WORDS[: self._each]]
        self.count = len(names) * self._each
        self._townships, self._villages = pa.array(names), pa.array(villages)
        self._places = pa.array([f"{district.name}{town}{village}" for town in names for village in villages])

    @property
    def townships(self) -> list[str]:
        """Names of the townships in order."""
        names: list[str] = self._townships.to_pylist()
        return names

    @property
    def villages(self) -> list[str]:
        """Names of the villages that every township has."""
        names: list[str] = self._villages.to_pylist()
        return names

    def columns(self, place: Integers) -> dict[str, pa.Array]:
        """register_place, township and village of each person."""
        township, village = np.divmod(place, self._each)
        return {
            "register_place": _column(place, self._places),
            "township": _column(township, self._townships),
            "village": _column(village, self._villages),
        }


def _column(index: Integers, words: pa.Array) -> pa.Array:
    # A word may stand only once among the words: with repeated ones the Parquet writer's bytes vary.
    return pa.DictionaryArray.from_arrays(pa.array(index.astype(np.int16)), words)
