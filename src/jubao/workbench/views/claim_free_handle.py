"""办理 of a claim-free case: entries from the papers, points answered, pushed to the reviewer; or back to intake with a reason.

Worked example: the handler reads 张桂芳 on the scan, types it, leaves the mobile number, ticks the four points and presses
推送复核; a name that differs comes back with both names and nothing is pushed.
"""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from jubao.cases.models import Case
from jubao.kernel.text import _
from jubao.services.claim_free.acceptance import return_to_intake
from jubao.services.claim_free.handling import handle
from jubao.workbench.access import page
from jubao.workbench.faces import actor_of, attempt, now, today
from jubao.workbench.points import points_answered


@page("claim-free-handle")
@require_POST
def push(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """推送复核 or 退回受理岗."""
    sent = request.POST
    run = _return if sent.get("do") == "return_intake" else _handle
    done = attempt(request, lambda: run(request, case_id))
    if done is not None:
        said = _("已退回受理岗。") if done.state == "returned" else _("已推送复核岗。")
        messages.success(request, f"{done.number} {said}")
    return redirect("case", case_id)


def _handle(request: HttpRequest, case_id: UUID) -> Case:
    sent = request.POST
    child = {"1": True, "0": False}.get(sent.get("is_only_child", ""))
    entries = {
        "mobile": sent.get("mobile", "").strip(),
        "is_only_child": child,
        "id_card_name": sent.get("id_card_name", "").strip(),
        "only_child_resolution": sent.get("only_child_resolution", "").strip()[:200],
    }
    return handle(
        actor=actor_of(request), case_id=case_id, entries=entries, checklist=points_answered(sent),
        expected_version=int(sent.get("version") or 0), today=today(), now=now(),
        idempotency_key=sent.get("key") or None,
    )  # fmt: skip


def _return(request: HttpRequest, case_id: UUID) -> Case:
    sent = request.POST
    return return_to_intake(
        actor=actor_of(request), case_id=case_id, reason=sent.get("reason", "").strip(),
        expected_version=int(sent.get("version") or 0), today=today(), now=now(),
        idempotency_key=sent.get("key") or None,
    )  # fmt: skip
