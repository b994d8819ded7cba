"""Split for the offices: an uploaded list becomes one workbook per village in a folder per township, with counts that add up.

Worked example: rows are placed by their columns 镇街 and 村, else by the number's registered village, else by the address; who
cannot be placed lies in 未归属 and is counted; the zip and its counts are logged as an export.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from jubao.database.actor import Actor
from jubao.facts.person_state import answers_of, asked_people
from jubao.kernel.errors import InputRefused
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.matching.spreadsheet_numbers import number_in
from jubao.matching.spreadsheet_places import PLACED
from jubao.matching.spreadsheet_reading import AskedFile, AskedSheet, read_asked
from jubao.matching.spreadsheet_splitting import Place, split
from jubao.people.numbers import people_by_numbers
from jubao.policy import load_pack
from jubao.services.spreadsheets.exports import export_record
from jubao.services.spreadsheets.fill import Filled
from jubao.services.spreadsheets.lookup import place_table
from jubao.services.spreadsheets.uploads import uploaded


def spreadsheet_split(
    *,
    actor: Actor,
    content: bytes,
    name: str,
    today: date,
    purpose: str,
    district_code: str,
    mapping: Mapping[str, str] | None = None,
) -> Filled:
    """The zip; `counts` by 乡镇/村. Raises InputRefused when the file has neither numbers, places nor addresses."""
    with uploaded(actor, "spreadsheet_split", content, name, purpose) as source:
        asked = _read(source, district_code, mapping)
        sheet = max(asked.sheets, key=lambda one: len(one.rows))
        places = _places(actor, sheet, district_code, today)
        made = split(asked, sheet, places, form=source.stem, made_on=today)
        counts = {"/".join(place) if any(place) else "": count for place, count in made.counts.items()}
        export = export_record(
            actor=actor, what="spreadsheet_split", purpose=purpose, filters={"file": name},
            row_count=made.counts.total(), content=made.content,
        )  # fmt: skip
    return Filled(f"{source.stem}{_('分发')}{today:%Y%m%d}.zip", made.content, counts, export)


def _read(source: Path, district_code: str, mapping: Mapping[str, str] | None) -> AskedFile:
    aliases = load_pack(district_code).header_aliases()
    problem: InputRefused | None = None
    for key in ("id_number", "village", "register_place"):
        try:
            return read_asked(source, aliases=aliases, key=key, mapping=mapping)
        except InputRefused as error:
            if error.code != "NO_KEY_COLUMN":
                raise
            problem = problem or error
    assert problem is not None
    raise problem


def _places(actor: Actor, sheet: AskedSheet, district_code: str, today: date) -> dict[int, Place]:
    """By the list's own columns, by the register, by the address: the first that says both township and village."""
    found: dict[int, Place] = {}
    registered = _registered(actor, sheet, today)
    table = place_table(district_code, today)
    for row in sheet.rows:
        township, village = row.get("township"), row.get("village")
        if township and village:
            found[row.row] = (township, village)
        elif row.row in registered:
            found[row.row] = registered[row.row]
        else:
            placed = table.place(township + village or row.get("register_place"))
            found[row.row] = (placed.township, placed.village) if placed.status == PLACED else ("", "")
    return found


def _registered(actor: Actor, sheet: AskedSheet, today: date) -> dict[int, Place]:
    numbers = {row.row: number_in(row.get("id_number")) for row in sheet.rows if row.get("id_number")}
    people = people_by_numbers({one.number for one in numbers.values() if not one.problem})
    with asked_people(set(people.values()), scope=actor.scope):
        places = answers_of("place", month=Month.containing(today), on=today)
    found: dict[int, Place] = {}
    for row, number in numbers.items():
        person = people.get(number.number)
        if person in places and person is not None:
            township, village = places[person]
            found[row] = (str(township), str(village))
    return found
