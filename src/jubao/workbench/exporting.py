"""A list of the desk as a spreadsheet: purpose asked, a second person above the limit, written down, marked.

Worked example: `exported(request, what="tip_offs", title="举报", listing=…, rows=…, back="tip-offs")` answers the workbook, or
leads back to the list with what is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from jubao.cases.models import Case
from jubao.services.spreadsheets.exports import export_approval, export_record, require_purpose, watermark
from jubao.staff.regions import pack_code_of
from jubao.workbench.faces import actor_of, attempt, today
from jubao.workbench.lists import Listing
from jubao.workbench.views.standing import MOST_EXPORTED, XLSX, workbook


def exported(
    request: HttpRequest,
    *,
    what: str,
    title: str,
    listing: Listing,
    rows: Sequence[Any] | QuerySet[Any],
    back: str,
) -> HttpResponse:
    """The workbook of the rows with every column of the listing."""
    actor, purpose = actor_of(request), request.POST.get("purpose", "")
    filters = {
        name: value
        for name, value in request.GET.items()
        if name not in ("after", "before", "columns", "lang")
    }

    def run() -> bytes:
        require_purpose(purpose)
        found = list(rows[:MOST_EXPORTED])
        number = request.POST.get("case", "").strip()
        approved = export_approval(
            district_code=pack_code_of(actor.scope), what=what, filters=filters, row_count=len(found), today=today(),
            case_id=Case.objects.filter(number=number).values_list("id", flat=True).first(),
        )  # fmt: skip
        content = workbook(listing, found, f"{title} · {watermark(actor, today=today())} · {purpose}")
        export_record(
            actor=actor, what=what, purpose=purpose, filters=filters, row_count=len(found), content=content,
            approved_by=approved,
        )  # fmt: skip
        return content

    content = attempt(request, run)
    if content is None:
        return redirect(back)
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = f'attachment; filename="{what}-{today():%Y%m%d}.xlsx"'
    return answer
