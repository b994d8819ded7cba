"""The list of one-off payments as a spreadsheet, with the purpose written down.

Worked example: 财务岗 exports what was paid in March: the filters of the page, 14 rows, 用途 对账.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from jubao.cases.models import Case
from jubao.services.spreadsheets.exports import export_approval, export_record, require_purpose, watermark
from jubao.staff.regions import pack_code_of
from jubao.workbench.access import page
from jubao.workbench.faces import actor_of, attempt, today
from jubao.workbench.lists import narrowed
from jubao.workbench.views.one_off import listing_of, payments_of
from jubao.workbench.views.standing import XLSX, workbook

TITLE, WHAT = "对外支付", "one_off_payments"


@page("one-off-export")
@require_POST
def export(request: HttpRequest) -> HttpResponse:
    """The rows that the filters leave; who took them and what for is written down."""
    actor, purpose = actor_of(request), request.POST.get("purpose", "")
    listing = listing_of(actor.scope)

    def run() -> bytes:
        require_purpose(purpose)
        filters = {one.key: request.GET[one.key] for one in listing.filters if request.GET.get(one.key)}
        found = list(narrowed(listing, payments_of(actor.scope), request.GET).order_by("created_on", "id"))
        asked = Case.objects.filter(number=request.POST.get("case", "").strip()).values_list("id", flat=True)
        approved = export_approval(
            district_code=pack_code_of(actor.scope), what=WHAT, filters=filters, row_count=len(found),
            case_id=asked.first(), today=today(),
        )  # fmt: skip
        mark = f"{TITLE} · {watermark(actor, today=today())} · {purpose}"
        content = workbook(listing, found, mark)
        export_record(
            actor=actor, what=WHAT, purpose=purpose, filters=filters, row_count=len(found), content=content,
            approved_by=approved,
        )  # fmt: skip
        return content

    content = attempt(request, run)
    if content is None:
        return redirect("one-off-payments")
    answer = HttpResponse(content, content_type=XLSX)
    answer["Content-Disposition"] = 'attachment; filename="one-off-payments.xlsx"'
    return answer
