"""Fill my spreadsheet: any list of numbers comes back as the same file with what the system knows about each person.

Worked example: `spreadsheet_fill(actor=…, content=…, name="信访名单.xlsx", groups=["state", "why_not_paid"], month=…, today=…,
purpose="信访答复", district_code="500110")` gives the workbook with seven columns more, the counts (asked, answered, wrong
numbers, not ours) and the row of the export log. Facts are limited to the post's families and the actor's scope.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from jubao.database.actor import Actor
from jubao.facts.person_state import answers_of, asked_people, groups_for
from jubao.facts.person_state_groups import GROUPS
from jubao.facts.person_state_words import words_of
from jubao.forms.masks import masked_account
from jubao.kernel.errors import DomainError, WrongUsage
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.matching.spreadsheet_filling import fill, filled_name
from jubao.matching.spreadsheet_numbers import NumberFound, number_in
from jubao.matching.spreadsheet_reading import AskedFile, AskedRow, read_asked
from jubao.oversight.models import AccessEvent, Export
from jubao.people.numbers import people_by_numbers
from jubao.policy import Pack, load_pack
from jubao.services.spreadsheets.exports import export_record
from jubao.services.spreadsheets.uploads import uploaded

SENSITIVE = frozenset({"account", "phone"})


@dataclass(frozen=True)
class Filled:
    """The file that goes back: name, bytes, counts by what became of the rows, the row of the export log."""

    name: str
    content: bytes
    counts: dict[str, int]
    export: Export


def spreadsheet_fill(
    *,
    actor: Actor,
    content: bytes,
    name: str,
    groups: Sequence[str],
    month: Month,
    today: date,
    purpose: str,
    district_code: str,
    mapping: Mapping[str, str] | None = None,
) -> Filled:
    """Answer every row of every sheet that has a column of numbers.

    Raises InputRefused for a file that cannot be read, WrongUsage for no or unknown columns, CheckFailed for columns that
    the actor's posts may not see.
    """
    check_groups(actor, groups)
    pack = load_pack(district_code)
    with uploaded(actor, "spreadsheet_fill", content, name, purpose) as source:
        asked = read_asked(source, aliases=pack.header_aliases(), mapping=mapping)
        titles, answers, counts, people = _answers(actor, asked, groups, month, today, pack)
        target = source.parent / filled_name(f"out-{source.name}", _("已填"))
        fill(asked, target, titles=titles, answers=answers)
        made = target.read_bytes()
        _log_access(actor, people, groups, purpose)
        filters = {"groups": list(groups), "month": str(month), "file": name}
        export = export_record(
            actor=actor, what="spreadsheet_fill", purpose=purpose, filters=filters, row_count=counts["asked"],
            content=made,
        )  # fmt: skip
    return Filled(filled_name(name, _("已填") + today.strftime("%Y%m%d")), made, dict(counts), export)


def check_groups(actor: Actor, groups: Sequence[str]) -> None:
    """Raises WrongUsage for none or an unknown group, and FACT_NOT_ALLOWED for one the actor's posts may not see."""
    unknown = [group for group in groups if group not in GROUPS]
    if unknown or not groups:
        words = "、".join(GROUPS)
        raise WrongUsage(
            "FACT_UNKNOWN", _("请选择要填写的项目。"), remedy=_("可选：{groups}。").format(groups=words)
        )
    if actor.is_system:
        return
    allowed = {group.code for group in groups_for(actor.families)}
    refused = [GROUPS[group].title for group in groups if group not in allowed]
    if refused:
        raise FactRefused(
            "FACT_NOT_ALLOWED",
            _("您的岗位不能取得：{titles}。").format(titles="、".join(refused)),
            remedy=_("请去掉这些项目，或由有权的岗位填写。"),
        )


class FactRefused(DomainError):
    """Columns that the actor's posts may not see."""

    exit_code = 1


def _answers(
    actor: Actor, asked: AskedFile, groups: Sequence[str], month: Month, today: date, pack: Pack
) -> tuple[list[str], dict[str, dict[int, list[Any]]], Counter[str], list[UUID]]:
    found = {
        row.cells["id_number"]: number_in(row.cells["id_number"]) for s in asked.sheets for row in s.rows
    }
    people = people_by_numbers({one.number for one in found.values() if not one.problem})
    ours = sorted(set(people.values()))
    with asked_people(ours, scope=actor.scope):
        facts = {
            group: answers_of(group, month=month, on=today, parameters=pack_parameters(pack, month))
            for group in groups
        }
        names = {person: str(cells[0]) for person, cells in answers_of("name", month=month, on=today).items()}
    facts = {group: shown_cells(group, rows, pack) for group, rows in facts.items()}
    titles = [_("查询结果（数据日期 {day}）").format(day=today.isoformat())]
    titles += [title for group in groups for title in GROUPS[group].titles]
    counts: Counter[str] = Counter()
    answers: dict[str, dict[int, list[Any]]] = {}
    for sheet in asked.sheets:
        rows = answers.setdefault(sheet.name, {})
        for row in sheet.rows:
            number = found[row.cells["id_number"]]
            person = people.get(number.number)
            rows[row.row] = _row(
                row, number, person if person in names else None, groups, facts, names, counts
            )
    return titles, answers, counts, list(names)


def _row(
    row: AskedRow, number: NumberFound, person: UUID | None, groups: Sequence[str], facts: Mapping[str, Any],
    names: Mapping[UUID, str], counts: Counter[str],
) -> list[Any]:  # fmt: skip
    counts["asked"] += 1
    if person is None:
        counts["wrong" if number.problem else "not_ours"] += 1
        words = number.message if number.problem else _("未在本辖区参保")
        return [words, *(cell for group in groups for cell in _nobody(group, number))]
    counts["answered"] += 1
    remarks = []
    if number.was_cut:
        remarks.append(_("号码多 {count} 位，按前 18 位查询").format(count=len(number.added)))
    name = names[person]
    if row.get("name") and "".join(row.get("name").split()) != name:
        counts["other_name"] += 1
        remarks.append(_("姓名不一致，登记姓名：{name}").format(name=name))
    cells: list[Any] = []
    for group in groups:
        found = list(facts[group].get(person, ("",) * len(GROUPS[group].titles)))
        cells += (
            ["" if row.get("name") and "".join(row.get("name").split()) == name else name]
            if group == "name"
            else found
        )
    return ["；".join(remarks), *cells]


def _nobody(group: str, number: NumberFound) -> list[Any]:
    """The cells of a row without a person; why-not-paid still has its one reason, the state its word."""
    from jubao.facts.why_not_paid import REASONS

    blank: list[Any] = [""] * len(GROUPS[group].titles)
    if group == "why_not_paid":
        blank[0] = REASONS["NUMBER_WRONG" if number.problem else "NOT_ENROLLED"]
    if group == "state" and not number.problem:
        blank[0] = _("未参保")
    return blank


def shown_cells(group: str, rows: dict[UUID, Any], pack: Pack) -> dict[UUID, Any]:
    """What a file may show: accounts masked, marks in the pack's words."""
    if group == "account":
        return {
            person: (cells[0], masked_account(str(cells[1])), *cells[2:]) for person, cells in rows.items()
        }
    if group == "special_groups":
        words = pack.value_aliases().get("special_group_marks", {})
        identities = pack.value_aliases().get("participation_identity", {})
        return {
            person: (words_of(str(cells[0]), identities), words_of(str(cells[1]), words))
            for person, cells in rows.items()
        }
    return rows


def pack_parameters(pack: Pack, month: Month) -> dict[str, int]:
    """The parameters of the pack that facts name."""
    return {
        name: int(pack.parameter(name, month).value)
        for name in ("pension_age_years", "min_contribution_years")
    }


def _log_access(actor: Actor, people: Sequence[UUID], groups: Sequence[str], purpose: str) -> None:
    """Each person sees who looked (L4); one insert however long the list."""
    if actor.is_system:
        return
    AccessEvent.objects.bulk_create(
        [
            AccessEvent(
                officer_id=actor.officer_id, natural_person_id=actor.natural_person_id, person_id=person,
                purpose=purpose[:60], fields=",".join(groups)[:200], place_path=actor.scope, device=actor.device[:100],
            )
            for person in people
        ],
        batch_size=2000,
    )  # fmt: skip
