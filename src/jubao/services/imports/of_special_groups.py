"""Import of the departments' monthly lists of special groups: each name–number pair of a row is a mark for that month.

Worked example: the 低保 list of 2026-11 with 差额 and three members in a row gives three marks `low_income_partial` for 2026-11;
the list of 2026-12 lengthens them; the same file again, or another file with the same people, changes nothing. The first
month of a mark stays, whatever later lists omit.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from jubao.kernel.id_number import IdNumber
from jubao.kernel.text import _, chinese
from jubao.matching.rejects import Reject, mask_value
from jubao.matching.spreadsheet_households import Member, read_households
from jubao.people.names import name_initials, name_key
from jubao.policy import Pack
from jubao.services.imports.kinds import ImportColumn, ImportKind, register_import
from jubao.services.imports.of_special_groups_effects import apply_marks, undo_marks
from jubao.services.imports.reading import ReadFile
from jubao.services.imports.staging import Staging

LISTS = {
    "five_guarantee_household": "特困人员",
    "low_income": "低保",
    "disability": "残疾人",
    "out_of_poverty": "脱贫户",
}
GRADES = {
    "1": "severely_disabled",
    "2": "severely_disabled",
    "3": "moderately_disabled",
    "4": "moderately_disabled",
}
_GRADE_WORDS = {"一": "1", "二": "2", "三": "3", "四": "4"}


def group_of(source: str, member: Member) -> str:
    """The mark a row gives: by the list, for 低保 by 全额 or not, for 残疾 by the grade; "" if the grade is not known."""
    if source == "low_income":
        return "low_income_full" if "全额" in member.kind else "low_income_partial"
    if source == "disability":
        added = member.number.added[1:2] if len(member.number.added) >= 2 else ""
        word = next((figure for mark, figure in _GRADE_WORDS.items() if mark in member.kind), "")
        figure = next((character for character in member.kind if character in GRADES), "")
        return GRADES.get(added or word or figure, "")
    return source


def read_marks(
    kind: ImportKind, path: Path, pack: Pack, *, mapping: Mapping[str, str] | None, today: date, source: str
) -> ReadFile:
    """One row per person. A number that cannot be read, or an unknown grade, is a reject of its row."""
    found = read_households(path)
    rows: list[dict[str, Any]] = []
    rejects: dict[int, list[Reject]] = {}
    for member in found.members:
        group = group_of(source, member)
        problem, message = member.number.problem, member.number.message
        if not problem and not group:
            problem, message = "DISABILITY_GRADE", _("残疾等级认不出来。请填写一至四级。")
        if problem:
            masked = mask_value("id_number", member.text)
            rejects.setdefault(member.row, []).append(
                Reject(path.name, member.row, "id_number", masked, problem, f"{member.name}：{message}")
            )
            continue
        rows.append(_row(member, group))
    place = {"sheet": found.sheet, "header_row": found.header_row, "width": found.width}
    return ReadFile(rows, rejects, [], place)


def _row(member: Member, group: str) -> dict[str, Any]:
    number = IdNumber.parse(member.number.number)
    return {
        "source_row": member.row,
        "id_number": number.text,
        "name": member.name,
        "group_code": group,
        "address": member.township + member.village,
        "name_key": name_key(member.name),
        "name_initials": name_initials(member.name),
        "gender": number.gender if number.has_birth_date else "male",
        "birth_date": number.birth_date.isoformat() if number.has_birth_date else "1900-01-01",
    }


def judge(*, context: Staging) -> None:
    """Same where the month is marked already, change where a mark is lengthened, new else; other names are shown."""
    month = {"month": context.month}
    context.refuse_doubles()
    context.execute(
        """UPDATE staged s SET differences = jsonb_build_object('name', jsonb_build_array(p.name, s.name))
           FROM people_person p WHERE p.id = s.person_id AND p.name <> s.name AND s.name <> ''"""
    )
    same_mark = (
        "FROM people_specialgroupperiod g WHERE g.person_id = s.person_id AND g.group_code = s.group_code"
    )
    context.execute(
        f"""UPDATE staged s SET decision = 'same' WHERE decision IS NULL AND EXISTS (SELECT {same_mark}
            AND g.from_month <= %(month)s AND (g.until_month IS NULL OR g.until_month > %(month)s))""",
        month,
    )
    context.execute(
        f"""UPDATE staged s SET decision = 'change' WHERE decision IS NULL AND EXISTS (SELECT {same_mark}
            AND (g.until_month = %(month)s OR g.from_month = %(month)s + 1))""",
        month,
    )
    context.execute("UPDATE staged SET decision = 'new' WHERE decision IS NULL")


SPECIAL_GROUPS = register_import(
    ImportKind(
        kind="special_group",
        title=chinese("特殊人群名单"),
        columns=(
            ImportColumn("id_number", "identity", is_required=True, may_be_blank=False),
            ImportColumn("name", "name", is_required=True),
            *(
                ImportColumn(name, "derived")
                for name in ("group_code", "address", "name_key", "name_initials", "gender", "birth_date")
            ),
        ),
        judge=judge,
        apply=apply_marks,
        undo=undo_marks,
        read=read_marks,
        needs_month=True,
        sources=LISTS,
        key=("id_number", "group_code"),
        remedies={"DUPLICATE_ROW": "这个人在同一名单里出现了不止一次，只取第一次。"},
    )
)
