"""Places of a district in the database: the pack's table of divisions, the province above, the villages below.

Worked example: `divisions_load(actor=…, district_code="500110", villages={"500110001": ["新民村"]}, today=…)` leaves 重庆市,
綦江区, its townships and 新民村 with code 500110001001 and path `500000/500110/500110001/500110001001/`. A second
load of the same table changes nothing.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import InputRefused, WrongUsage
from jubao.kernel.text import _
from jubao.people.models import Division
from jubao.people.names import name_key
from jubao.policy.loading import load_pack, pack_folders

_SINCE = date(1949, 10, 1)
_LEVELS = {
    "county": "district",
    "district": "district",
    "city": "city",
    "township": "township",
    "village": "village",
}


@dataclass(frozen=True)
class Place:
    """One line of a table of divisions."""

    code: str
    name: str
    level: str
    parent_code: str
    valid_from: date
    valid_until: date | None


def divisions_load(
    *, actor: Actor, district_code: str, villages: Mapping[str, Sequence[str]] | None, today: date
) -> int:
    """Bring the places of a district into the database; returns how many were new. Villages are named per township code.

    Raises WrongUsage for an unknown district, InputRefused for a village under a township that the table has not.
    """
    places = [*_above(district_code), *_of_pack(district_code, today)]
    known = {place.code for place in places if place.level == "township"}
    for township, names in (villages or {}).items():
        if township not in known:
            message = _("区划表里没有代码为 {code} 的镇街。").format(code=township)
            raise InputRefused("TOWNSHIP_UNKNOWN", message, remedy=_("请核对镇街代码。"))
        places += [
            Place(f"{township}{number:03d}", name, "village", township, _SINCE, None)
            for number, name in enumerate(names, 1)
        ]
    with unit_of_work(actor, "divisions_load"):
        return sum(_save(place) for place in places)


def _save(place: Place) -> int:
    parent = Division.objects.filter(code=place.parent_code, valid_until__isnull=True).first()
    if Division.objects.filter(code=place.code, valid_from=place.valid_from).exists():
        return 0
    path = (parent.path if parent else "") + place.code + "/"
    Division.objects.create(
        code=place.code,
        name=place.name,
        name_key=name_key(place.name),
        level=place.level,
        parent=parent,
        path=path,
        valid_from=place.valid_from,
        valid_until=place.valid_until,
    )
    return 1


def _above(district_code: str) -> list[Place]:
    """The province and the city above a district, as its pack names them."""
    if district_code not in pack_folders():
        message = _("没有代码为 {code} 的政策包。").format(code=district_code)
        raise WrongUsage("REGION_UNKNOWN", message, remedy=_("jubao policy show 列出可用的地区。"))
    places: list[Place] = []
    for files in load_pack(district_code).chain[1:-1]:
        level = "province" if files.head.code.endswith("0000") else "city"
        parent = places[-1].code if places else ""
        places.append(Place(files.head.code, files.head.name, level, parent, _SINCE, None))
    return places


def _of_pack(district_code: str, today: date) -> list[Place]:
    """The district and its townships; a code that meant another place before keeps that line as a closed one."""
    path = pack_folders()[district_code] / "divisions.csv"
    above = [place.code for place in _above(district_code)]
    if not path.is_file():
        head = load_pack(district_code).head
        return [Place(district_code, head.name, "district", above[-1] if above else "", _SINCE, None)]
    with path.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    live = [line for line in lines if _holds(line, today)]
    code_of = {line["id"]: line["code"] for line in live}
    return [
        Place(
            line["code"],
            line["name"],
            _LEVELS[line["kind"]],
            code_of[line["parent"]] if line["parent"] else (above[-1] if above else ""),
            date.fromisoformat(line["valid_from"]),
            None,
        )
        for line in sorted(live, key=lambda each: len(each["code"]))
    ]


def _holds(line: Mapping[str, str], today: date) -> bool:
    return line["valid_from"] <= today.isoformat() and (
        not line["valid_until"] or today.isoformat() < line["valid_until"]
    )


def division_by_code(code: str) -> Division:
    """The place that has the code now. Raises InputRefused DIVISION_UNKNOWN."""
    found = Division.objects.filter(code=code, valid_until__isnull=True).first()
    if found is None:
        message = _("没有代码为 {code} 的行政区划。").format(code=code)
        raise InputRefused("DIVISION_UNKNOWN", message, remedy=_("请核对代码，或先装载区划表。"))
    return found


def district_of(path: str) -> str:
    """The code of the district in a path of divisions: the first code of six figures that ends in no double zero."""
    codes = [code for code in path.split("/") if len(code) == 6 and not code.endswith("00")]
    return codes[0] if codes else ""
