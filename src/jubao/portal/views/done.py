"""The end of a confirmation: receipt, its QR code, what comes next; or that the waiver is done.

Worked example: SL-500110-2026-000087 with a code that leads to `/q/<token>`, and the same paper as PDF for printing.
"""

from __future__ import annotations

import io
from uuid import UUID

import segno
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.safestring import mark_safe

from jubao.archive.models import Document
from jubao.cases.models import ProgressLink
from jubao.database.unit_of_work import read_scope
from jubao.kernel.text import _
from jubao.portal.access import account_of, page
from jubao.portal.at import confirmation_at
from jubao.portal.faces import attempt, now, shown, today
from jubao.services.claim_free.online_undo import confirmation_undo, helper_until
from jubao.services.documents.receipts import receipt_in_force, receipt_of
from jubao.services.documents.store import document_open


@page("done")
def done(request: HttpRequest, online_id: UUID) -> HttpResponse:
    """Receipt and code, or the end of the flow; somebody who has not finished goes on."""
    at = confirmation_at(request, online_id)
    if at.online.finished_at is None:
        return redirect("portal:confirmation", online_id)
    with read_scope(at.actor.scope):
        receipt = receipt_in_force(at.case)
        link = ProgressLink.objects.filter(case=at.case).first()
        until = helper_until(at.online, today(), now())
    address = request.build_absolute_uri(reverse("portal:token", args=[link.token])) if link else ""
    title = _("办理完成") if at.online.outcome == "consent" else _("已终止")
    return shown(
        request, "portal/done.html", title=title, at=at, receipt=receipt, address=address,
        qr=qr_drawing(address) if address else "", undo_until=until,
    )  # fmt: skip


@page("confirmation-undo")
def undo(request: HttpRequest, online_id: UUID) -> HttpResponse:
    """撤回确认 by the account that confirmed, for oneself or as a helper."""
    at = confirmation_at(request, online_id)
    problem, status = None, 200
    if request.method == "POST":
        done, problem, status = attempt(
            lambda: confirmation_undo(
                actor=at.actor, account=account_of(request), case_id=at.case.pk,
                is_sure=request.POST.get("sure") == "yes", today=today(), now=now(),
            )
        )  # fmt: skip
        if done is not None:
            return shown(request, "portal/undone.html", title=_("已撤回确认"), at=at)
    with read_scope(at.actor.scope):
        until = helper_until(at.online, today(), now())
    if until is None and problem is None:
        return redirect("portal:done", online_id)
    return shown(
        request, "portal/undo.html", title=_("撤回确认"), back=reverse("portal:done", args=[online_id]),
        until=until, problem=problem, status=status,
    )  # fmt: skip


def qr_drawing(address: str) -> str:
    """The code as a drawing inside the page: no second request, no style of its own."""
    drawn = io.BytesIO()
    segno.make(address, error="m", micro=False).save(
        drawn,
        kind="svg",
        xmldecl=False,
        svgns=False,
        scale=1,
        border=2,
        svgclass=None,
        lineclass=None,
        omitsize=True,
    )
    return mark_safe(drawn.getvalue().decode())


@page("receipt")
def receipt(request: HttpRequest, online_id: UUID) -> HttpResponse:
    """《业务受理单》 of a confirmation one made."""
    at = confirmation_at(request, online_id)
    with read_scope(at.actor.scope):
        document = receipt_of(at.case.pk).document
        return document_answer(document)


def document_answer(document: Document) -> HttpResponse:
    """A PDF to keep."""
    answer = HttpResponse(document_open(document.pk), content_type=document.content_type)
    answer["Content-Disposition"] = f'attachment; filename="{document.pk}.pdf"'
    return answer
