"""Two more ways to fill a spreadsheet: addresses placed in township and village, names led back to numbers.

Worked example: `spreadsheet_place(…)` adds township, village and 归属结果 (已归属, 不属于本辖区, 未能归属) to each address;
`spreadsheet_names(…)` adds how many people of the scope bear the name, their masked numbers, places and states.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

from jubao.database.actor import Actor
from jubao.facts.person_state import answers_of, asked_people
from jubao.kernel.id_number import mask_id
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.matching.spreadsheet_filling import fill, filled_name
from jubao.matching.spreadsheet_places import NOT_PLACED, OUTSIDE, PLACED, PlaceTable, Town
from jubao.matching.spreadsheet_reading import AskedFile, read_asked
from jubao.people.models import Division, Person
from jubao.people.numbers import numbers_of
from jubao.policy import load_pack
from jubao.services.spreadsheets.exports import export_record
from jubao.services.spreadsheets.fill import Filled
from jubao.services.spreadsheets.uploads import uploaded

MOST_NAMESAKES = 5
PLACED_WORDS = {PLACED: "已归属", OUTSIDE: "不属于本辖区", NOT_PLACED: "未能归属"}
Answers = tuple[list[str], dict[str, dict[int, list[Any]]], Counter[str]]


def spreadsheet_place(
    *,
    actor: Actor,
    content: bytes,
    name: str,
    today: date,
    purpose: str,
    district_code: str,
    mapping: Mapping[str, str] | None = None,
) -> Filled:
    """Place the addresses of a spreadsheet; the three counts sum to the rows."""
    places = place_table(district_code, today)

    def answers(asked: AskedFile) -> Answers:
        counts: Counter[str] = Counter()
        made: dict[str, dict[int, list[Any]]] = {}
        for sheet in asked.sheets:
            for row in sheet.rows:
                found = places.place(row.cells["register_place"])
                counts[found.status] += 1
                cells = [found.township, found.village, PLACED_WORDS[found.status]]
                made.setdefault(sheet.name, {})[row.row] = cells
        return [_("乡镇（街道）"), _("村（社区）"), _("归属结果")], made, counts

    return _filled(actor, content, name, "register_place", answers, district_code, purpose, today, mapping)


def spreadsheet_names(
    *,
    actor: Actor,
    content: bytes,
    name: str,
    today: date,
    purpose: str,
    district_code: str,
    mapping: Mapping[str, str] | None = None,
) -> Filled:
    """Lead names back to the people of the scope who bear them, with masked number, place and state."""

    def answers(asked: AskedFile) -> Answers:
        wanted = {"".join(row.cells["name"].split()) for sheet in asked.sheets for row in sheet.rows}
        bearers = _bearers(sorted(wanted), actor.scope, Month.containing(today), today)
        counts: Counter[str] = Counter()
        made: dict[str, dict[int, list[Any]]] = {}
        for sheet in asked.sheets:
            for row in sheet.rows:
                found = bearers.get("".join(row.cells["name"].split()), [])
                counts["found" if len(found) == 1 else "several" if found else "nobody"] += 1
                made.setdefault(sheet.name, {})[row.row] = [
                    len(found), "；".join(found[:MOST_NAMESAKES]) + ("…" if len(found) > MOST_NAMESAKES else ""),
                ]  # fmt: skip
        title = _("同名人员（证件号码、归属、状态，数据日期 {day}）").format(day=today.isoformat())
        return [_("同名人数"), title], made, counts

    return _filled(actor, content, name, "name", answers, district_code, purpose, today, mapping)


def _bearers(names: Sequence[str], scope: str, month: Month, today: date) -> dict[str, list[str]]:
    people = dict(Person.objects.filter(name__in=names).values_list("id", "name"))
    with asked_people(people, scope=scope):
        states = answers_of("state", month=month, on=today)
        places = answers_of("place", month=month, on=today)
    numbers = numbers_of(states)
    found: dict[str, list[str]] = defaultdict(list)
    for person in sorted(states, key=lambda each: numbers.get(each, "")):
        words = f"{mask_id(numbers.get(person, ''))} {''.join(map(str, places[person]))} {states[person][0]}"
        found[people[person]].append(words)
    return found


def place_table(district_code: str, today: date) -> PlaceTable:
    """The names of a district's places as they stand now, with the pack's former names and outside words."""
    pack = load_pack(district_code)
    district = Division.objects.get(code=district_code, valid_until__isnull=True)
    rows = Division.objects.filter(path__startswith=district.path, valid_until__isnull=True).order_by("code")
    villages: dict[str, dict[str, str]] = defaultdict(dict)
    for row in rows:
        if row.level == Division.Level.VILLAGE:
            villages[row.path.split("/")[-3]][row.name] = row.code
    towns = [
        Town(row.code, row.name, villages[row.code]) for row in rows if row.level == Division.Level.TOWNSHIP
    ]
    closed = Division.objects.filter(code__startswith=district_code[:4], valid_until__isnull=False)
    own = {district.name, *closed.filter(level=Division.Level.DISTRICT).values_list("name", flat=True)}
    former = pack.setting("places.former_names", today).value
    return PlaceTable(
        towns,
        sorted(own),
        pack.setting("places.outside_words", today).value,
        {line["name"]: line["code"] for line in former},
    )


def _filled(
    actor: Actor, content: bytes, name: str, key: str, answers: Callable[[AskedFile], Answers], district_code: str,
    purpose: str, today: date, mapping: Mapping[str, str] | None,
) -> Filled:  # fmt: skip
    with uploaded(actor, f"spreadsheet_{key}", content, name, purpose) as source:
        asked = read_asked(
            source, aliases=load_pack(district_code).header_aliases(), key=key, mapping=mapping
        )
        titles, cells, counts = answers(asked)
        target = source.parent / filled_name(f"out-{source.name}", _("已填"))
        fill(asked, target, titles=titles, answers=cells)
        made = target.read_bytes()
        export = export_record(
            actor=actor, what=f"spreadsheet_{key}", purpose=purpose, filters={"file": name},
            row_count=sum(counts.values()), content=made,
        )  # fmt: skip
    return Filled(filled_name(name, _("已填") + today.strftime("%Y%m%d")), made, dict(counts), export)
