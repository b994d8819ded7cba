"""Check the returned sheet: every row against itself and the records; the errors stand in the row, bad rows come back alone.

Worked example: of 40 rows 36 pass with their class, four come back as 退回.xlsx in the same form with 错误栏目 and 处理办法;
a number that is not of this district is an error of the sheet, not a new person.
"""

from __future__ import annotations

import io
import zipfile
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from django.db import connection

from jubao.database.actor import Actor
from jubao.facts.person_state import answers_of, asked_people
from jubao.kernel.month import Month
from jubao.kernel.text import _, translated
from jubao.matching.headers import header_key
from jubao.matching.spreadsheet_checking import KnownPerson, ReturnedRow, broken_rules, class_of, read_death
from jubao.matching.spreadsheet_filling import fill, filled_name
from jubao.matching.spreadsheet_numbers import number_in
from jubao.matching.spreadsheet_reading import AskedFile, AskedRow, AskedSheet, read_asked
from jubao.matching.spreadsheet_splitting import split
from jubao.people.numbers import people_by_numbers
from jubao.policy import load_pack
from jubao.services.spreadsheets.exports import export_record
from jubao.services.spreadsheets.fill import Filled
from jubao.services.spreadsheets.uploads import uploaded

HEADERS = {
    "village": ("村组名称", "村（社区）", "村社区", "村"),
    "death": ("死亡日期", "死亡时间", "死亡年月"),
    "alive": ("是否健在", "健在"),
    "abnormal": ("异常情况",),
    "remark": ("核查结果备注", "备注"),
    "own_card": ("是否本人（亲属）领卡在手", "是否本人领卡在手", "是否本人（亲属）持卡", "本人持卡"),
    "relative_card": ("社保卡是否亲属持有", "亲属持卡"),
    "checker": ("入户核查人姓名", "核查人"),
    "checker_phone": ("入户核查人联系方式", "核查人电话"),
}
_PAID = """
    SELECT a.person_id, max(l.benefit_month) FROM asked a
    JOIN payments_paymentline l ON l.enrolment_id = a.enrolment_id AND l.base_pension_fen > 0
    JOIN payments_paymentoutcome o ON o.line_id = l.id AND o.is_last AND o.state = 'paid'
    GROUP BY a.person_id"""


def spreadsheet_check(
    *,
    actor: Actor,
    content: bytes,
    name: str,
    today: date,
    purpose: str,
    district_code: str,
    mapping: Mapping[str, str] | None = None,
) -> Filled:
    """A zip with the checked sheet and, if rows are bad, a sheet of these alone. `counts`: passed, returned, and by class."""
    with uploaded(actor, "spreadsheet_check", content, name, purpose) as source:
        aliases = {**load_pack(district_code).header_aliases(), **HEADERS, "event_on": ()}
        asked = read_asked(source, aliases=aliases, extra=list(HEADERS), mapping=mapping)
        answers, counts = _checked(actor, asked, today)
        made = _zip(asked, source.parent, name, answers, today)
        export = export_record(
            actor=actor, what="spreadsheet_check", purpose=purpose, filters={"file": name},
            row_count=sum(len(rows) for rows in answers.values()), content=made,
        )  # fmt: skip
    return Filled(f"{source.stem}{_('审核结果')}{today:%Y%m%d}.zip", made, dict(counts), export)


def _checked(
    actor: Actor, asked: AskedFile, today: date
) -> tuple[dict[str, dict[int, list[Any]]], Counter[str]]:
    month = Month.containing(today)
    numbers = {row.cells["id_number"] for sheet in asked.sheets for row in sheet.rows}
    found = {text: number_in(text) for text in numbers}
    people = people_by_numbers({one.number for one in found.values() if not one.problem})
    known: dict[Any, KnownPerson] = {}
    with asked_people(set(people.values()), scope=actor.scope), connection.cursor() as cursor:
        names, places = answers_of("name", month=month, on=today), answers_of("place", month=month, on=today)
        states = answers_of("state", month=month, on=today)
        cursor.execute(_PAID)
        paid = dict(cursor.fetchall())
    for person, (name,) in names.items():
        state, ground, since, *_rest = states[person]
        stop = Month.parse(str(since)).index if since and state != "正常待遇" else None
        known[person] = KnownPerson(
            str(name), str(places[person][1]), str(state), str(ground), stop, paid.get(person)
        )
    counts: Counter[str] = Counter()
    answers: dict[str, dict[int, list[Any]]] = {}
    seen: set[str] = set()
    for sheet in asked.sheets:
        for row in sheet.rows:
            number = found[row.cells["id_number"]]
            who = known.get(people.get(number.number))
            cells = _judged(row, number.message, who, is_again=number.number in seen)
            seen.add(number.number)
            counts["returned" if cells[2] else "passed"] += 1
            counts[cells[1]] += bool(cells[1])
            answers.setdefault(sheet.name, {})[row.row] = cells
    return answers, counts


def _judged(row: AskedRow, problem: str, known: KnownPerson | None, *, is_again: bool) -> list[Any]:
    """核对结果, 类别, 错误栏目, 处理办法 of one row."""
    if problem:
        return [_("退回"), "", _("证件号码"), problem]
    if known is None:
        return [_("退回"), "", _("证件号码"), _("本辖区没有这个人，不能在表里新增。")]
    if is_again:
        return [_("退回"), "", _("证件号码"), _("表里已有此人，请删去重复的行。")]
    returned = _returned(row)
    broken = broken_rules(returned, known)
    if broken:
        fields = "、".join(dict.fromkeys(translated(rule.field) for rule in broken))
        return [_("退回"), "", fields, "；".join(translated(rule.remedy) for rule in broken)]
    return [_("通过"), class_of(returned, known), "", ""]


def _returned(row: AskedRow) -> ReturnedRow:
    death, problem = read_death(row.get("death"))
    return ReturnedRow(
        name="".join(row.get("name").split()), village=row.get("village"), alive=row.get("alive"), death=death,
        death_problem=problem, abnormal=row.get("abnormal"), remark=row.get("remark"), own_card=row.get("own_card"),
        relative_card=row.get("relative_card"), checker=row.get("checker"), checker_phone=row.get("checker_phone"),
    )  # fmt: skip


def _zip(
    asked: AskedFile, folder: Path, name: str, answers: dict[str, dict[int, list[Any]]], today: date
) -> bytes:
    titles = [_("核对结果"), _("类别"), _("错误栏目"), _("处理办法")]
    checked = folder / filled_name(f"out-{Path(name).name}", _("审核结果"))
    fill(asked, checked, titles=titles, answers=answers)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(checked, filled_name(name, _("审核结果")))
        bad = [number for rows in answers.values() for number, cells in rows.items() if cells[2]]
        if bad:
            archive.writestr(
                _("退回") + f"{today:%Y%m%d}.zip", _bad_rows(checked, bad, Path(name).stem, today)
            )
    return stream.getvalue()


def _bad_rows(checked: Path, bad: list[int], form: str, today: date) -> bytes:
    """The rows that come back, in the form they came in, with their errors."""
    asked = read_asked(checked, aliases={"id_number": _numbers(), "name": ("姓名",)})
    sheet = asked.sheets[0]
    kept = AskedSheet(
        sheet.name, sheet.header_row, sheet.width, sheet.columns, sheet.headers,
        [row for row in sheet.rows if row.row in bad],
    )  # fmt: skip
    office = (_("退回"), "")
    return split(asked, kept, {row.row: office for row in kept.rows}, form=form, made_on=today).content


def _numbers() -> tuple[str, ...]:
    return tuple(
        header
        for header in ("身份证号码", "公民身份号码", "证件号码", "身份证号", "社会保障号码")
        if header_key(header)
    )
