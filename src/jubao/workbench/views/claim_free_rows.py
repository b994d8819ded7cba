"""What is done to one row of the claim-free lists: edit and ✓, revoke and restore with reason, informing by other means.

Worked example: 操作 opens the edit line under 张*芳 (that the full number is shown is written down), ✓ keeps it as a draft
and the count at bottom right goes up; 撤销 opens a dialog that asks why and shows the history of the flag.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST

from jubao.claim_free.models import Flag
from jubao.forms.masks import masked_name
from jubao.kernel.errors import DomainError
from jubao.kernel.text import _, chinese
from jubao.matching.extract_words import SENTENCES
from jubao.services.access.log import access_record
from jubao.services.claim_free.flags import flag_restore, flag_revoke
from jubao.services.claim_free.lists import draft_drop, draft_keep, drafts_of
from jubao.services.claim_free.notices import MEANS, inform
from jubao.services.claim_free.phones import SOURCES, phone_candidates
from jubao.workbench.access import page
from jubao.workbench.faces import actor_of, attempt, now, refusal_text, today
from jubao.workbench.reads.claim_free import listed, rule_of
from jubao.workbench.reads.people_names import officer_names

NOT_A_REASON = ("FLAG_REVOKED", "WAIVED")
REASONS = [(code, words) for code, words in SENTENCES.items() if code not in NOT_A_REASON] + [
    ("OTHER", "其他原因")
]


def row_of(request: HttpRequest, case_id: UUID) -> Any:
    """The row of a case in the officer's place."""
    row = listed(actor_of(request).scope).filter(case_id=case_id).first()
    if row is None:
        raise Http404
    return row


@page("claim-free-edit")
def edit(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """The edit line, with what the draft or the record says and what shared data offer."""
    actor, row = actor_of(request), row_of(request, case_id)
    draft = drafts_of(actor, [case_id]).get(case_id)
    access_record(
        actor=actor,
        person_id=row.person_id,
        fields=("phone",),
        purpose=chinese("维护联系电话"),
        case_id=case_id,
    )
    known = {
        "case_id": case_id, "name": masked_name(row.person.name), "sources": SOURCES.items(),
        "mobile": draft["mobile"] if draft else row.phone or "", "source": draft["source"] if draft else "OFFICE",
        "candidates": phone_candidates([row.person_id]).get(row.person_id, []),
    }  # fmt: skip
    return render(request, "workbench/claim_free/edit.html", known)


@page("claim-free-draft")
@require_POST
def draft(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """✓ 暂存, or giving the edit up; the answer is the row's line and the count at bottom right."""
    actor, row, sent = actor_of(request), row_of(request, case_id), request.POST
    kept: dict[str, Any] | None = None
    try:
        if sent.get("drop"):
            draft_drop(actor=actor, case_id=case_id)
        else:
            kept = draft_keep(
                actor=actor, case_id=case_id, mobile=sent.get("mobile", ""), source=sent.get("source", "")
            ).values  # fmt: skip
    except DomainError as refused:
        return HttpResponse(refusal_text(refused), status=409)
    known = {
        "case_id": case_id, "name": masked_name(row.person.name), "draft": kept,
        "source": SOURCES[kept["source"]] if kept else "",
        "is_mobile": kept is not None and rule_of(actor.scope, today()).fits(kept["mobile"]),
        "draft_count": len(drafts_of(actor)),
    }  # fmt: skip
    return render(request, "workbench/claim_free/pending.html", known)


@page("claim-free-revoke")
def revoke(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """撤销标识: the dialog, and the step."""
    row, sent = row_of(request, case_id), request.POST
    if request.method != "POST":
        return _dialog(request, row, "claim-free-revoke", "撤销免申即享标识", reasons=REASONS, is_bad=True)
    done = attempt(
        request,
        lambda: flag_revoke(
            actor=actor_of(request), case_id=case_id, reason_code=sent.get("reason_code", ""),
            reason=sent.get("reason", "").strip(), expected_version=_version(sent), today=today(), now=now(),
        ),
    )  # fmt: skip
    return back(request, row, done, _("已撤销 {name} 的标识，并生成普通申领的告知。"))


@page("claim-free-restore")
def restore(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """恢复标识: the dialog, and the step."""
    row, sent = row_of(request, case_id), request.POST
    if request.method != "POST":
        return _dialog(request, row, "claim-free-restore", "恢复免申即享标识")
    done = attempt(
        request,
        lambda: flag_restore(
            actor=actor_of(request), case_id=case_id, reason=sent.get("reason", "").strip(),
            expected_version=_version(sent), today=today(), now=now(),
        ),
    )  # fmt: skip
    return back(request, row, done, _("已恢复 {name} 的标识，请重新核实。"))


@page("claim-free-inform")
def informed(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """其他方式告知: the dialog, and the record."""
    row, sent = row_of(request, case_id), request.POST
    if request.method != "POST":
        known = {"row": row, "name": masked_name(row.person.name), "means": MEANS.items(), "today": today(),
                 "next": request.headers.get("HX-Current-URL", "")}  # fmt: skip
        return render(request, "workbench/claim_free/inform.html", known)
    done = attempt(
        request,
        lambda: inform(
            actor=actor_of(request), case_id=case_id, means=sent.get("means", ""), informed_on=day_of(sent, today()),
            was_reached=sent.get("was_reached") == "yes", result=sent.get("result", ""), today=today(), now=now(),
        ),
    )  # fmt: skip
    return back(request, row, done, _("已登记对 {name} 的告知。"))


def day_of(sent: Any, otherwise: date) -> date:
    """The day typed; a field left empty is today."""
    try:
        return date.fromisoformat(sent.get("on", "")) if sent.get("on") else otherwise
    except ValueError:
        return date.max  # refused by the service as not yet come


def _version(sent: Any) -> int:
    text = str(sent.get("version", ""))
    return int(text) if text.isdigit() else 0


def _dialog(request: HttpRequest, row: Any, route: str, title: str, **more: Any) -> HttpResponse:
    events = list(Flag.objects.get(pk=row.pk).events.order_by("-at", "-id")[:20])
    known = {
        "row": row, "name": masked_name(row.person.name), "route": route, "title": title, "events": events,
        "officers": officer_names({one.natural_person_id for one in events}), "actions": ACTIONS,
        "next": request.headers.get("HX-Current-URL", ""), **more,
    }  # fmt: skip
    return render(request, "workbench/claim_free/reason.html", known)


ACTIONS = {
    "flagged": "加标识",
    "revoked": "撤销",
    "restored": "恢复",
    "waived": "本人放弃",
    "used": "办结",
    "expired": "过期",
}


def back(request: HttpRequest, row: Any, done: object, words: str, route: str = "claim-free") -> HttpResponse:
    """To the page the dialog was opened on."""
    if done is not None:
        messages.success(request, words.format(name=masked_name(row.person.name)))
    address = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure()):
        return redirect(address)
    return redirect(route)
