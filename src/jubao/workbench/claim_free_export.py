"""A claim-free list as a workbook: purpose asked and written down, the same filters, the officer's mark on every sheet.

Worked example: twelve people of 2026-11 in 新民村 give twelve rows with full names and telephones for calls, and
one row in the export log with the purpose and the filters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from jubao.cases.models import Case
from jubao.kernel.text import _
from jubao.services.spreadsheets.exports import export_approval, export_record, require_purpose, watermark
from jubao.staff.regions import pack_code_of
from jubao.workbench.faces import actor_of, attempt, today
from jubao.workbench.lists import Column, Listing, narrowed
from jubao.workbench.views.standing import MOST_EXPORTED, XLSX, workbook

NOT_EXPORTED = ("actions",)
FULL = {
    "name": lambda row: row.person.name,
    "phone": lambda row: row.phone or "",
}


def exported(
    request: HttpRequest, listing: Listing, rows: QuerySet[Any], filters: Mapping[str, str]
) -> HttpResponse | None:
    """The file, or None after a refusal that the next page shows."""
    actor, sent = actor_of(request), request.POST
    found = narrowed(listing, rows, request.GET).order_by("pk")
    what, purpose, number = f"claim_free:{listing.key}", sent.get("purpose", ""), sent.get("case", "").strip()

    def run() -> bytes:
        require_purpose(purpose)
        approved = export_approval(
            district_code=pack_code_of(actor.scope), what=what, filters=dict(filters), row_count=found.count(),
            case_id=Case.objects.filter(number=number).values_list("id", flat=True).first(), today=today(),
        )  # fmt: skip
        lines = list(found[:MOST_EXPORTED])
        mark = f"{_('免申即享名单')} · {watermark(actor, today=today())} · {purpose}"
        content = workbook(_full(listing), lines, mark)
        export_record(
            actor=actor, what=what, purpose=purpose, filters=dict(filters), row_count=len(lines), content=content,
            approved_by=approved,
        )  # fmt: skip
        return content

    content = attempt(request, run)
    if content is None:
        return None
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{listing.key}-{today():%Y%m%d}.xlsx"'
    return answer


def _full(listing: Listing) -> Listing:
    """All columns but the buttons; names and telephones in full."""
    columns = [
        Column(one.key, one.title, FULL.get(one.key, one.show))
        for one in listing.columns
        if one.key not in NOT_EXPORTED
    ]
    return replace(listing, columns=tuple(columns))
