"""转入: somebody who contributes elsewhere and whose register came here takes the rights along (赤松 第三十四条).

Worked example: 李国强 moves here from 翁牛特旗 and brings card and booklet to the township; it passes him, the district prints
JS-150404-2026-000007, he takes it to the old place and the case waits 等待转出地转出, day after day counted. When 3200.00 and the
record have come, the handler types both, the reviewer confirms, and he is told 8 years and 3200.00.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.database.actor import PARTICIPANT, Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.text import _, chinese
from jubao.services.cases.engine import advance, case_once, case_open, case_propose
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, register
from jubao.services.people.divisions import district_of
from jubao.services.transfers.conditions import require_may_enter
from jubao.services.transfers.incoming import Arrived, record_confirmed, record_proposal, record_there
from jubao.services.transfers.papers import letter_store
from jubao.services.transfers.records import (
    BRIDGING,
    ENDS,
    TRANSFER_IN,
    TRANSFER_OUT,
    live_enrolment,
    required,
    step_begins,
    transfer_begin,
    transfer_of,
)
from jubao.services.transfers.rights_records import RightsRecord

COLLECT = "collect"
VILLAGE, TOWNSHIP = frozenset({"village_assistant"}), frozenset({"intake_clerk"})
HANDLER, REVIEWER, DISTRICT = frozenset({"handler"}), frozenset({"reviewer"}), frozenset({"district"})
MAKERS = frozenset({"intake_clerk", "handler", PARTICIPANT})


def transfer_in_apply(
    *, actor: Actor, enrolment_id: UUID, from_place: str, from_agency: str, draws_elsewhere: bool, today: date,
    now: datetime, materials: Sequence[tuple[str, UUID]] = (), idempotency_key: str | None = None,
) -> Case:  # fmt: skip
    """Take the application in; a village collects it and sends it up later.

    Raises InputRefused PLACE_MISSING; CaseRefused OBSTACLES_FOUND, ENDED_ALREADY, MATERIAL_MISSING, CASE_ALREADY_OPEN,
    PARALLEL_BUSINESS.
    """
    body = {"enrolment": enrolment_id, "from": from_place, "agency": from_agency, "draws": draws_elsewhere}

    def make() -> Case:
        enrolment = live_enrolment(enrolment_id)
        place = required(from_place, "PLACE_MISSING", _("转出地"))
        require_may_enter(enrolment, draws_elsewhere=draws_elsewhere, today=today)
        case = case_open(
            actor=actor, kind=TRANSFER_IN, district_code=district_of(enrolment.division_path),
            division_path=enrolment.division_path, person_id=enrolment.person_id, subject_id=enrolment.pk,
            title=chinese("关系转入：{place}").format(place=place)[:200], materials=materials, today=today,
            proposal={"from_place": place, "from_agency": from_agency.strip()[:120], "applied_on": today.isoformat()},
        )  # fmt: skip
        transfer_begin(
            case=case,
            enrolment=enrolment,
            direction="in",
            other_place=place,
            other_agency=from_agency,
            today=today,
        )
        step_begins(case, "check" if case.state == "applied" else COLLECT, today)
        if case.state == "collected" and not actor.posts & VILLAGE:
            return advance(
                actor=actor,
                case_id=case.pk,
                action="send_up",
                expected_version=case.version,
                today=today,
                now=now,
            )
        return case

    with unit_of_work(actor, "transfer_in_apply"):
        return case_once(idempotency_key, "transfer_in_apply", body, make)


def transfer_in_receive(
    *,
    actor: Actor,
    case_id: UUID,
    record: RightsRecord,
    arrived: Arrived,
    expected_version: int,
    today: date,
    now: datetime,
) -> Case:
    """The record and the money have come: both go to the reviewer. Raises InputRefused RECEIPT_MISSING, DAY_IMPOSSIBLE."""
    with unit_of_work(actor, "transfer_in_receive", case_id=case_id):
        case = Case.objects.get(id=case_id)
        proposal = record_proposal(case, record, arrived, today)
        case = case_propose(
            actor=actor, case_id=case_id, proposal=proposal, expected_version=expected_version, today=today
        )
        return advance(
            actor=actor,
            case_id=case_id,
            action="receive",
            expected_version=case.version,
            today=today,
            now=now,
        )


def _checked(*, case: Case, actor: Actor, today: date) -> None:
    step_begins(case, "letter", today)


def _applied(*, case: Case, actor: Actor, today: date) -> None:
    """Effect of every way to the township: its check is due."""
    step_begins(case, "check", today)


def _letter_ready(*, case: Case, actor: Actor, today: date) -> dict[str, Any]:
    """What 打印接收函 makes: the letter, numbered, among the papers of the case."""
    proposal: dict[str, Any] = case.proposal
    if "letter_number" in proposal:
        return proposal
    number = letter_store(actor=actor, case=case, today=today)
    return proposal | {"letter_number": number, "letter_on": today.isoformat()}


def _waits(*, case: Case, actor: Actor, today: date) -> None:
    """Effect of the letter: it lies with the old place now, and no term runs here."""
    moved = transfer_of(case)
    moved.letter_number, moved.letter_on = (
        case.proposal["letter_number"],
        date.fromisoformat(case.proposal["letter_on"]),
    )
    moved.waiting_since = moved.waiting_since or today
    moved.save()
    step_begins(case, "wait", today)


def _received(*, case: Case, actor: Actor, today: date) -> None:
    step_begins(case, "book", today)


def _confirmed(*, case: Case, actor: Actor, today: date) -> None:
    """Effect of the confirmation. A pension that began meanwhile stops it. Raises CaseRefused OBSTACLES_FOUND."""
    assert case.subject_id is not None
    require_may_enter(live_enrolment(case.subject_id, lock=True), draws_elsewhere=False, today=today)
    record_confirmed(case=case, actor=actor, direction=chinese("转入"), today=today)


def _decision(action: str, source: str, state: str, title: str, outcome: str) -> Transition:
    return Transition(
        action, source, state, REVIEWER, True, bool(outcome), title=title, levels=DISTRICT, steps=("book",), outcome=outcome,
        needs_reason=action != "approve",
    )  # fmt: skip


def _steps() -> tuple[Transition, ...]:
    letter: dict[str, Any] = {"levels": DISTRICT, "steps": ("letter",)}
    return (
        Transition("open", OPEN, "collected", VILLAGE | MAKERS, title="收件", steps=(COLLECT, "submit"), only_with=COLLECT),
        Transition("open", OPEN, "applied", MAKERS, title="申请转入", steps=("submit",), not_with=COLLECT),
        Transition("send_up", "collected", "applied", VILLAGE | MAKERS, title="上报镇街", steps=(COLLECT, "submit"),
                   only_with=COLLECT, needs=("id_document", "household_booklet")),
        Transition("check", "applied", "checked", TOWNSHIP, title="审核通过", steps=("check",),
                   needs=("id_document", "household_booklet")),
        Transition("return_village", "applied", "collected", TOWNSHIP, title="退回补正", steps=("check",), needs_reason=True,
                   only_with=COLLECT, needs=("id_document",)),
        Transition("letter", "checked", "awaiting_transfer_out", HANDLER, title="打印接收函", makes_proposal=True, **letter),
        Transition("receive", "awaiting_transfer_out", "received", HANDLER, title="登记记录和到账", makes_proposal=True,
                   needs=("transfer_acceptance_letter",), **letter),
        _decision("approve", "received", "transferred_in", "确认记账", "approved"),
        _decision("return", "received", "awaiting_transfer_out", "退回重新登记", ""),
        _decision("reject", "checked", "rejected", "不同意", "rejected"),
        *(
            Transition("withdraw", state, "withdrawn", VILLAGE | MAKERS, closes=True, outcome="withdrawn", title="撤回",
                       needs_reason=True, only_with=COLLECT if state == "collected" else "")
            for state in ("collected", "applied", "checked", "awaiting_transfer_out")
        ),
    )  # fmt: skip


register(
    CaseKind(
        TRANSFER_IN, "关系转入", _steps(),
        effects={"approve": _confirmed, "letter": _waits, "receive": _received, "return": _waits, "check": _checked,
                 "send_up": _applied},
        states={"collected": "村级已收件", "applied": "待镇街审核", "checked": "镇街已审核",
                "awaiting_transfer_out": "等待转出地转出", "received": "待复核确认", "transferred_in": "已转入"},
        prepares={"letter": _letter_ready, "receive": record_there},
        excludes=ENDS | {TRANSFER_OUT, BRIDGING},
    )
)  # fmt: skip
