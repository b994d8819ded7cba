"""Placing address text in township and village by a region's table of names, or saying that it lies outside or nowhere.

Worked example: with 古南街道 and its 新民村 in the table, 「古南街道办事处新民村3组」 is placed in both, 「古南街道」 in the
township alone, 「重庆市南岸区…」 is outside, a village that two townships have is not placed. The three sum to the rows;
the shortest way from the left decides.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from jubao.kernel.characters import fold

PLACED, OUTSIDE, NOT_PLACED = "placed", "outside", "not_placed"
_OFFICE = re.compile(r"(?:街道办事处|街道办|办事处)$")
_VILLAGE_ENDS = ("村民委员会", "村委会", "居民委员会", "居委会", "社区居委会", "社区", "居", "村")
_OTHER_DISTRICT = re.compile(
    r"^(?:[一-鿿]{2,7}(?:省|自治区))?(?:[一-鿿]{2,6}市)?(?P<name>[一-鿿]{1,6}?(?:区|县|旗|市))"
)


@dataclass(frozen=True)
class Town:
    """A township with its villages, by name → code."""

    code: str
    name: str
    villages: Mapping[str, str]


@dataclass(frozen=True)
class Placement:
    """Where a text was placed: status, township and village by name and code; the village may be unknown."""

    status: str
    township: str = ""
    village: str = ""
    code: str = ""


@dataclass
class PlaceTable:
    """The names of one district. `own_names` are the names the district and what is above it goes by; `outside_words`
    mark parts run by another agency; `former` maps an old name to the code of what it became."""

    towns: Sequence[Town]
    own_names: Sequence[str]
    outside_words: Sequence[str] = ()
    former: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._towns = [(form, town) for town in self.towns for form in township_forms(town.name)]
        self._towns += [
            (name, town)
            for name, code in self.former.items()
            for town in self.towns
            if code.startswith(town.code)
        ]
        self._towns.sort(key=lambda pair: -len(pair[0]))

    def place(self, text: str) -> Placement:
        """Place one text."""
        whole = "".join(fold(text).split())
        if any(word in whole for word in self.outside_words):
            return Placement(OUTSIDE)
        rest = self._without_district(whole)
        if rest is None:
            return Placement(OUTSIDE)
        found = self._township(rest)
        if found is None:
            return self._by_village_alone(rest)
        town, behind = found
        village, code = _village_in(town, behind)
        return Placement(PLACED, town.name, village, code or town.code)

    def _without_district(self, text: str) -> str | None:
        """The text behind the names of our own district; None when it names another one."""
        for name in sorted(self.own_names, key=len, reverse=True):
            at = text.find(name)
            if 0 <= at <= 12:
                return text[at + len(name) :]
        other = _OTHER_DISTRICT.match(text)
        if other and not any(form in text for form, _town in self._towns):
            return None
        return text

    def _township(self, text: str) -> tuple[Town, str] | None:
        """The township named first from the left, and the text behind its name; of two at one place the longer name."""
        best: tuple[int, Town, str] | None = None
        for form, town in self._towns:
            at = text.find(form)
            if at >= 0 and (best is None or at < best[0]):
                best = (at, town, text[at + len(form) :])
        return (best[1], best[2]) if best else None

    def _by_village_alone(self, text: str) -> Placement:
        hits = {
            (town.name, village, code)
            for town in self.towns
            for village, code in town.villages.items()
            if village in text
        }
        if len(hits) != 1:
            return Placement(NOT_PLACED)
        return Placement(PLACED, *next(iter(hits)))


def township_forms(name: str) -> list[str]:
    """How a township is written: 古南街道, 古南街道办事处, 古南街办; a town also by its bare name if that has two characters."""
    bare = _OFFICE.sub("", name)
    bare = bare[:-2] if bare.endswith("街道") else bare
    if name.endswith(("街道", "办事处")):
        return list(
            dict.fromkeys(
                [f"{bare}街道办事处", f"{bare}街道办", f"{bare}街道", f"{bare}街办", f"{bare}办事处"]
            )
        )
    return [name, f"{name}政府"]


def _village_in(town: Town, text: str) -> tuple[str, str]:
    """The village named first behind the township; its ending may be written in another way."""
    best: tuple[int, int, str, str] | None = None
    for village, code in town.villages.items():
        bare = _bare_village(village)
        for form in (village, *(bare + ending for ending in _VILLAGE_ENDS)):
            at = text.find(form)
            if at >= 0 and (best is None or (at, -len(form)) < best[:2]):
                best = (at, -len(form), village, code)
    return (best[2], best[3]) if best else ("", "")


def _bare_village(name: str) -> str:
    ending = next((end for end in sorted(_VILLAGE_ENDS, key=len, reverse=True) if name.endswith(end)), "")
    return name[: len(name) - len(ending)] if ending else name
