"""What the page of a claim sends: a finding, a paper, a notice, a delivery, a slip, a plan, a hand-over.

Worked example: 核实岗 sends three months, a colleague and the film; one name alone comes back with 第三十条 and nothing is saved.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from jubao.kernel.errors import InputRefused
from jubao.kernel.fen import Fen
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.services.recovery.delivery import Proof, notice_deliver
from jubao.services.recovery.deposits import (
    deposit_book,
    deposit_register,
    deposit_undo,
    instalments_agree,
)
from jubao.services.recovery.finding import finding_report
from jubao.services.recovery.help import assign, contact_log, hand_up
from jubao.services.recovery.notices import Asked, notice_issue
from jubao.services.recovery.postings import Wrong
from jubao.services.recovery.presence import File, Presence
from jubao.services.recovery.referral import recovery_refer
from jubao.workbench.access import page
from jubao.workbench.faces import actor_of, attempt, now, today
from jubao.workbench.sent import day_sent, key_of
from jubao.workbench.views.recovery import BLANK_ROWS, PLAN_ROWS, claim_shown

Deed = Callable[[HttpRequest, UUID], object]


@page("recovery-act")
@require_POST
def act(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Carry one form out and come back to the page."""
    claim_shown(request, case_id)
    deed = DEEDS.get(request.POST.get("do", ""))

    def run() -> object:
        if deed is None:
            raise InputRefused("DEED_UNKNOWN", _("没有这项操作。"), remedy=_("请刷新页面。"))
        return deed(request, case_id) or True

    if attempt(request, run) is not None:
        messages.success(request, _("已保存。"))
    return redirect("recovery", case_id)


def _file(request: HttpRequest, name: str) -> File | None:
    given = request.FILES.get(name)
    return File(given.name or name, given.content_type or "", given.read()) if given else None


def _presence(request: HttpRequest) -> Presence:
    people = [found for one in request.POST.getlist("people") if (found := key_of(one))]
    return Presence(
        day_sent(request, "done_on"), people, _file(request, "footage"), request.POST.get("note", "")
    )


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdigit() else 0


def _key(request: HttpRequest) -> str | None:
    return request.POST.get("key") or None


def _find(request: HttpRequest, case_id: UUID) -> object:
    sent = request.POST
    months = [
        Wrong(
            int(sent.get(f"month-{line}", "0")), key_of(line), Fen.from_yuan(sent.get(f"amount-{line}", ""))
        )
        for line in sent.getlist("line")
    ]
    for number in BLANK_ROWS:
        if text := sent.get(f"more-month-{number}", "").strip():
            months.append(
                Wrong(Month.parse(text).index, None, Fen.from_yuan(sent.get(f"more-amount-{number}", "")))
            )
    return finding_report(
        actor=actor_of(request), case_id=case_id, months=months, facts=sent.get("facts", ""), fault=sent.get("fault", ""),
        presence=_presence(request), expected_version=_version(request), today=today(), now=now(),
        idempotency_key=_key(request),
    )  # fmt: skip


def _hand_up(request: HttpRequest, case_id: UUID) -> object:
    return hand_up(
        actor=actor_of(request), case_id=case_id, paper=_file(request, "paper"), note=request.POST.get("note", ""),
        expected_version=_version(request), today=today(), now=now(), idempotency_key=_key(request),
    )  # fmt: skip


def _notify(request: HttpRequest, case_id: UUID) -> object:
    sent = request.POST
    people = zip(sent.getlist("name"), sent.getlist("relation"), strict=False)
    asked = Asked(
        recipients=[(name.strip(), relation) for name, relation in people if name.strip()],
        account=sent.get("account", ""),
        deliverer_id=key_of(sent.get("deliverer", "")),
        deliver_on=day_sent(request, "deliver_on"),
    )
    return notice_issue(
        actor=actor_of(request), case_id=case_id, asked=asked, expected_version=_version(request), today=today(), now=now(),
        idempotency_key=_key(request),
    )  # fmt: skip


def _deliver(request: HttpRequest, case_id: UUID) -> object:
    proof = Proof(_file(request, "receipt"), request.POST.get("refused_because", ""))
    return notice_deliver(
        actor=actor_of(request), case_id=case_id, recipient_id=_given(request, "recipient"), proof=proof,
        presence=_presence(request), expected_version=_version(request), today=today(), now=now(),
        idempotency_key=_key(request),
    )  # fmt: skip


def _given(request: HttpRequest, name: str) -> UUID:
    found = key_of(request.POST.get(name, ""))
    if found is None:
        raise InputRefused("ROW_MISSING", _("没有选择对象。"), remedy=_("请刷新页面后重新选择。"))
    return found


def _register(request: HttpRequest, case_id: UUID) -> object:
    return deposit_register(
        actor=actor_of(request), case_id=case_id, slip_number=request.POST.get("slip_number", ""),
        amount_fen=Fen.from_yuan(request.POST.get("amount", "")), paid_on=day_sent(request, "paid_on"),
        slip=_file(request, "slip"), today=today(),
    )  # fmt: skip


def _undo(request: HttpRequest, case_id: UUID) -> object:
    return deposit_undo(
        actor=actor_of(request), deposit_id=_given(request, "deposit"), reason=request.POST.get("reason", ""), today=today()
    )  # fmt: skip


def _book(request: HttpRequest, case_id: UUID) -> object:
    return deposit_book(actor=actor_of(request), deposit_id=_given(request, "deposit"), today=today())


def _plan(request: HttpRequest, case_id: UUID) -> object:
    parts = []
    for number in PLAN_ROWS:
        if on := day_sent(request, f"part-day-{number}"):
            parts.append((on, Fen.from_yuan(request.POST.get(f"part-amount-{number}", ""))))
    return instalments_agree(actor=actor_of(request), case_id=case_id, parts=parts, today=today())


def _refer(request: HttpRequest, case_id: UUID) -> object:
    return recovery_refer(
        actor=actor_of(request), case_id=case_id, department=request.POST.get("department", ""),
        note=request.POST.get("note", ""), expected_version=_version(request), today=today(), now=now(),
        idempotency_key=_key(request),
    )  # fmt: skip


def _assign(request: HttpRequest, case_id: UUID) -> object:
    return assign(
        actor=actor_of(request),
        case_id=case_id,
        division_path=request.POST.get("township", ""),
        today=today(),
    )


def _contact(request: HttpRequest, case_id: UUID) -> object:
    return contact_log(
        actor=actor_of(request), case_id=case_id, kind=request.POST.get("kind", ""), presence=_presence(request),
        today=today(),
    )  # fmt: skip


DEEDS: Mapping[str, Deed] = {
    "find": _find, "hand_up": _hand_up, "notify": _notify, "deliver": _deliver, "register": _register, "undo": _undo,
    "book": _book, "plan": _plan, "refer": _refer, "assign": _assign, "contact": _contact,
}  # fmt: skip
"""What a form names in `do` → what carries it out."""
