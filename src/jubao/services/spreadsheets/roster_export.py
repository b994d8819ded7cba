"""The whole roster of a place as a file: CSV, xlsx or Parquet, marked, logged, above the limit only with a second person.

Worked example: `roster_export(actor=…, groups=["state", "account"], form="csv", …)` of a township gives 3 114 rows in the order
of township, village and name, the mark in the first line, amounts as numbers, and one row in the export log.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.facts.person_state import answers_of, asked_people
from jubao.facts.person_state_groups import GROUPS
from jubao.kernel.errors import WrongUsage
from jubao.kernel.month import Month
from jubao.kernel.text import _, translated
from jubao.matching.spreadsheet_filling import neutral
from jubao.people.numbers import numbers_of
from jubao.policy import load_pack
from jubao.services.spreadsheets.exports import export_approval, export_record, require_purpose, watermark
from jubao.services.spreadsheets.fill import Filled, check_groups, pack_parameters, shown_cells

FORMS = ("csv", "xlsx", "parquet")
MOST_XLSX_ROWS = 1_048_574
HEAD = ("个人编号", "姓名", "证件号码", "性别", "出生日期", "参保时间", "参保身份")
_WHO = """
    SELECT p.id, p.personal_number, p.name, p.gender, p.birth_date, e.enrolled_on, e.participation_identity
    FROM people_enrolment e JOIN people_person p ON p.id = e.person_id
    WHERE e.scheme = 'resident_pension' AND e.ended_on IS NULL AND starts_with(e.division_path, %s)
    ORDER BY e.division_path, p.name_key, p.id"""


def roster_filters(groups: Sequence[str], month: Month, form: str) -> dict[str, Any]:
    """What an export was asked for; an approval is for exactly this."""
    return {"groups": list(groups), "month": str(month), "form": form}


def roster_count(actor: Actor) -> int:
    """How many rows the roster of the actor's place has."""
    with unit_of_work(actor, "roster_count"), connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM ({_WHO}) AS everybody", [_prefix(actor)])
        return int(cursor.fetchone()[0])


def roster_export(
    *,
    actor: Actor,
    groups: Sequence[str],
    form: str,
    month: Month,
    today: date,
    purpose: str,
    district_code: str,
    case_id: UUID | None = None,
) -> Filled:
    """The file. Raises ExportRefused EXPORT_NEEDS_APPROVAL, FactRefused, WrongUsage FORM_UNKNOWN."""
    require_purpose(purpose)
    check_groups(actor, groups)
    if form not in FORMS:
        raise WrongUsage("FORM_UNKNOWN", _("没有这种格式。"), remedy=_("可选 csv、xlsx、parquet。"))
    with unit_of_work(actor, "roster_export"):
        with connection.cursor() as cursor:
            cursor.execute(_WHO, [_prefix(actor)])
            people = cursor.fetchall()
        filters = roster_filters(groups, month, form)
        approved = export_approval(
            district_code=district_code, what="roster", filters=filters, row_count=len(people), case_id=case_id,
            today=today,
        )  # fmt: skip
        titles, rows = _table(actor, people, groups, month, today, district_code)
        content = _written(form, titles, rows, f"{watermark(actor, today=today)} · {purpose}")
        export = export_record(
            actor=actor, what="roster", purpose=purpose, filters=filters, row_count=len(rows), content=content,
            approved_by=approved,
        )  # fmt: skip
    return Filled(f"{_('参保人员名册')}{today:%Y%m%d}.{form}", content, {"rows": len(rows)}, export)


def _prefix(actor: Actor) -> str:
    return "" if actor.scope == "%" else actor.scope


def _table(
    actor: Actor, people: Sequence[tuple[Any, ...]], groups: Sequence[str], month: Month, today: date, district: str
) -> tuple[list[str], list[list[Any]]]:  # fmt: skip
    pack = load_pack(district)
    identities = pack.value_aliases().get("participation_identity", {})
    ids = [row[0] for row in people]
    numbers = numbers_of(ids)
    with asked_people(ids, scope=actor.scope):
        facts = {
            group: shown_cells(
                group, answers_of(group, month=month, on=today, parameters=pack_parameters(pack, month)), pack
            )
            for group in groups
        }
    titles = [translated(title) for title in HEAD]
    titles += [translated(title) for group in groups for title in GROUPS[group].titles]
    rows: list[list[Any]] = []
    for person, number, name, gender, born, since, identity in people:
        sex = _("男") if gender == "male" else _("女")
        word = next(iter(identities.get(identity, ())), identity)
        row = [number, name, numbers.get(person, ""), sex, born.isoformat(), since.isoformat(), word]
        for group in groups:
            row += facts[group].get(person, ("",) * len(GROUPS[group].titles))
        rows.append(row)
    return titles, rows


def _written(form: str, titles: Sequence[str], rows: Sequence[Sequence[Any]], mark: str) -> bytes:
    if form == "csv":
        stream = io.StringIO(newline="")
        writer = csv.writer(stream, lineterminator="\r\n")
        writer.writerow([mark])
        writer.writerow(titles)
        writer.writerows([[neutral(cell) if isinstance(cell, str) else cell for cell in row] for row in rows])
        return stream.getvalue().encode("utf-8-sig")
    return _parquet(titles, rows, mark) if form == "parquet" else _xlsx(titles, rows, mark)


def _parquet(titles: Sequence[str], rows: Sequence[Sequence[Any]], mark: str) -> bytes:
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns = [[("" if cell is None else str(cell)) for cell in column] for column in zip(*rows, strict=True)]
    table = pa.table(dict(zip(titles, columns or [[] for _title in titles], strict=True)))
    sink = io.BytesIO()
    pq.write_table(table.replace_schema_metadata({"mark": mark}), sink)
    return sink.getvalue()


def _xlsx(titles: Sequence[str], rows: Sequence[Sequence[Any]], mark: str) -> bytes:
    import xlsxwriter

    stream = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(stream, options) as book:
        for part, start in enumerate(range(0, max(len(rows), 1), MOST_XLSX_ROWS), 1):
            sheet = book.add_worksheet(_("名册{part}").format(part=part))
            sheet.write_string(0, 0, mark)
            sheet.set_footer(f"&C{mark[:200]}")
            sheet.freeze_panes(2, 2)
            sheet.write_row(1, 0, titles)
            for line, row in enumerate(rows[start : start + MOST_XLSX_ROWS], start=2):
                sheet.write_row(line, 0, row)
    return stream.getvalue()
