"""The facts of the claim-free screening from the records: one row per member near sixty, or of one person by the same query.

Worked example: on 2026-11-01 the rows are of those born between 1966-10-01 and 1967-02-28; 张桂芳's says contribution_months 204,
has_employee_record false, gap_years "" and card_outcome "found"; what may be absent (account, bank) is an empty text.
A record of another scheme counts as open as long as its state is blank or says so; "elsewhere" is any place that is not
of the person's own province-level region.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

import pyarrow as pa
from django.db import connection

from jubao.facts.claim_screening_sql import MEMBERS

NUMBERS = ("source_row", "birth_date", "contribution_months", "enrolled_on")


def screening_rows(
    *,
    prefix: str,
    drawn_on: date,
    born_from: date,
    born_until: date,
    excluding_groups: Sequence[str],
    first_duty_year: int = 0,
    any_employee_record: bool = True,
) -> pa.Table:
    """Shape: one row per live enrolment without an entitlement, born between the two days; see the SQL's columns."""
    where = (
        "e.division_path LIKE %(prefix)s AND p.birth_date BETWEEN %(born_from)s AND %(born_until)s"
        " AND NOT EXISTS (SELECT FROM benefits_entitlement b WHERE b.enrolment_id = e.id)"
    )
    names, rows = _query(
        where, drawn_on, excluding_groups, first_duty_year, any_employee_record,
        prefix=f"{prefix}%", born_from=born_from, born_until=born_until,
    )  # fmt: skip
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    return pa.table(
        {name: pa.array(values, _kind(name)) for name, values in zip(names, columns, strict=True)}
    )


def screening_row(
    enrolment_id: UUID,
    *,
    drawn_on: date,
    excluding_groups: Sequence[str],
    first_duty_year: int = 0,
    any_employee_record: bool = True,
) -> dict[str, Any] | None:
    """The same row of one enrolment, whether it draws already or not; None when it has ended or is out of sight."""
    names, rows = _query(
        "e.id = %(id)s", drawn_on, excluding_groups, first_duty_year, any_employee_record, id=enrolment_id
    )
    return dict(zip(names, rows[0], strict=True)) if rows else None


def _query(
    where: str, drawn_on: date, groups: Sequence[str], first_duty_year: int, any_employee_record: bool, **more: Any
) -> tuple[list[str], list[tuple[Any, ...]]]:  # fmt: skip
    given = {
        "drawn_on": drawn_on,
        "year": drawn_on.year,
        "month": drawn_on.year * 12 + drawn_on.month - 1,
        "groups": list(groups),
        "first_duty_year": first_duty_year,
        "any_employee_record": any_employee_record,
        **more,
    }
    with connection.cursor() as cursor:
        cursor.execute(MEMBERS.replace("{where}", where), given)
        return [column[0] for column in cursor.description], cursor.fetchall()


def _kind(name: str) -> pa.DataType:
    if name in NUMBERS:
        return pa.int64()
    return pa.bool_() if name.startswith(("has_", "is_")) else pa.string()
