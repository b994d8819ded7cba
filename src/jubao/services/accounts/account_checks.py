"""个人账户核查 (赤松 第十六条): the participant asks, the township verifies in time, the district alone corrects, all is told.

Worked example: on 2026-11-20 张桂芳 asks why 2025 shows 500: case 150404-2026-000140, due 2026-12-04 (ten working days). The slip
says 1 000: the township puts the correction into the case and verifies, the district decides, she is told what changed. Had
the record been right, the township would explain it, and she would be told that.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from jubao.cases.models import Case, CaseEvent
from jubao.database.actor import PARTICIPANT, Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.forms.pages import money
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _, chinese
from jubao.people.models import Enrolment
from jubao.services.accounts.corrections import KIND, REQUEST, correction_apply
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import case_open
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, register
from jubao.services.notices.enquiry_results import enquiry_answer
from jubao.services.people.divisions import district_of

MAKERS = frozenset({"intake_clerk", "handler"})
DISTRICT = frozenset({"district"})
LONGEST = 300


def account_check_open(
    *, actor: Actor, enrolment_id: UUID, asked: str, today: date, materials: Sequence[tuple[str, UUID]] = (),
    idempotency_key: str | None = None, channel: str = "counter",
) -> Case:  # fmt: skip
    """Take a participant's request in, with its number and last day. Raises InputRefused ASKED_EMPTY and as `case_open`."""
    if not asked.strip():
        raise InputRefused("ASKED_EMPTY", _("没有写明有什么疑问。"), remedy=_("请写明本人认为哪里不对。"))
    with unit_of_work(actor, "account_check_open"):
        enrolment = Enrolment.objects.select_related("person").get(id=enrolment_id)
        return case_open(
            actor=actor, kind=KIND, district_code=district_of(enrolment.division_path),
            division_path=enrolment.division_path, person_id=enrolment.person_id, subject_id=enrolment.id,
            title=chinese("个人账户核查：{name}").format(name=enrolment.person.name), today=today, channel=channel,
            proposal={"target": REQUEST, "asked": asked.strip()[:LONGEST], "submitted_on": today.isoformat()},
            materials=materials, idempotency_key=idempotency_key,
        )  # fmt: skip


def _verified(*, case: Case, actor: Actor, today: date) -> dict[str, Any]:
    """核实 hands a correction to the district; a bare request is explained instead. Raises CaseRefused NOTHING_TO_CORRECT."""
    proposal: dict[str, Any] = case.proposal
    if proposal["target"] == REQUEST:
        raise CaseRefused(
            "NOTHING_TO_CORRECT",
            _("还没有填写要更正的记录。"),
            remedy=_("记录有误的，请在个人账户页面对那一笔缴费填写更正；记录无误的，请选“无误，说明”。"),
        )
    return proposal


def _approved(*, case: Case, actor: Actor, today: date) -> None:
    correction_apply(case=case, actor=actor, today=today)
    _tell(case, actor, _("已更正"), _change_words(case.proposal), today)


def _refused(*, case: Case, actor: Actor, today: date) -> None:
    _tell(case, actor, _("不予更正"), _said(case, "reject"), today)


def _explained(*, case: Case, actor: Actor, today: date) -> None:
    _tell(case, actor, _("记录无误"), _said(case, "explain"), today)


def _said(case: Case, action: str) -> str:
    event = CaseEvent.objects.filter(case=case, action=action).order_by("sequence").last()
    return event.reason if event else ""


def _change_words(proposal: dict[str, Any]) -> str:
    before, after = proposal["before"], proposal["corrected"]
    was = _("原记{amount}元").format(amount=money(before["amount_fen"]))
    becomes = _("现记{amount}元").format(amount=money(after["amount_fen"])) if after else _("已冲销")
    year = _("{year}年度").format(year=before["year"]) if "year" in before else ""
    return f"{year}{was}，{becomes}（{proposal['reason']}）"


def _tell(case: Case, actor: Actor, result: str, explanation: str, today: date) -> None:
    enquiry_answer(
        actor=actor,
        case=case,
        subject=chinese("个人账户记录"),
        result=result,
        explanation=explanation,
        today=today,
    )


register(
    CaseKind(
        kind=KIND,
        title=chinese("个人账户核查、更正"),
        workflow="account_check",
        transitions=(
            Transition("open", OPEN, "accepted", MAKERS | {PARTICIPANT}, title=chinese("受理"), steps=("submit",),
                       makes_proposal=True),
            Transition("verify", "accepted", "proposed", MAKERS, title=chinese("核实"), steps=("verify",), needs=("evidence",)),
            Transition("explain", "accepted", "explained", MAKERS, title=chinese("无误，说明"), steps=("verify",), closes=True,
                       outcome="explained", needs_reason=True),
            Transition("approve", "proposed", "approved", frozenset({"reviewer"}), True, True, title=chinese("同意更正"),
                       levels=DISTRICT, steps=("correct",), outcome="approved"),
            Transition("reject", "proposed", "rejected", frozenset({"reviewer"}), True, True, title=chinese("不同意"),
                       levels=DISTRICT, steps=("correct",), outcome="rejected", needs_reason=True),
            Transition("return", "proposed", "accepted", frozenset({"reviewer"}), True, title=chinese("退回"),
                       levels=DISTRICT, steps=("correct",), needs_reason=True),
            Transition("withdraw", "accepted", "withdrawn", MAKERS, closes=True, title=chinese("撤回"), steps=("submit",),
                       outcome="withdrawn", needs_reason=True, maker_only=True),
        ),
        effects={"approve": _approved, "reject": _refused, "explain": _explained},
        states={"explained": chinese("已说明")},
        prepares={"verify": _verified},
    )
)  # fmt: skip
