"""待遇金额异议 (赤松 第二十三条): the beneficiary asks the district to check; wrong is determined anew, right explained.

Worked example: 王秀兰 draws 163.02 and asks. The handler finds a balance 278.00 too low: 165.02. Until she signs, and the
reviewer agrees, each payment is 163.02; then 165.02, and ten months of 2.00 come with the next payment. Had nothing been wrong,
the handler would close the case with the calculation, told to her and kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from jubao.cases.models import Case, CaseEvent
from jubao.database.actor import PARTICIPANT, Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.facts.pension import only_facts, pension_facts
from jubao.forms.pages import money
from jubao.kernel.errors import InputRefused
from jubao.kernel.month import Month
from jubao.kernel.text import _, chinese
from jubao.services.benefits.back_pay import next_regular_month
from jubao.services.benefits.pension_amounts import month_amount, trace_rows
from jubao.services.benefits.pension_objection_letters import confirmation_store, parts_words
from jubao.services.benefits.recalculation import correction_line, recalculation_apply
from jubao.services.benefits.suspension_grounds import running_entitlement
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import advance, case_open, case_propose
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, register
from jubao.services.notices.enquiry_results import enquiry_answer
from jubao.services.payments.calculation import calculation_steps
from jubao.services.people.divisions import district_of
from jubao.staff.regions import pack_of

KIND, CONFIRMATION = "amount_objection", "amount_confirmation"
ASKING = frozenset({"intake_clerk", "handler", PARTICIPANT})
HANDLER, REVIEWER = frozenset({"handler"}), frozenset({"reviewer"})
DISTRICT = frozenset({"district"})
LONGEST = 300


def objection_open(
    *, actor: Actor, entitlement_id: UUID, asked: str, today: date, idempotency_key: str | None = None,
    channel: str = "counter",
) -> Case:  # fmt: skip
    """Take the request in; it waits at the district. Raises InputRefused ASKED_EMPTY, CaseRefused CASE_ALREADY_OPEN."""
    if not asked.strip():
        raise InputRefused("ASKED_EMPTY", _("没有写明有什么疑问。"), remedy=_("请写明本人认为哪里不对。"))
    with unit_of_work(actor, "objection_open"):
        _entitlement, enrolment = running_entitlement(entitlement_id)
        return case_open(
            actor=actor, kind=KIND, district_code=district_of(enrolment.division_path),
            division_path=enrolment.division_path, person_id=enrolment.person_id, subject_id=entitlement_id,
            title=chinese("待遇金额核查：{name}").format(name=enrolment.person.name), today=today, channel=channel,
            proposal={"asked": asked.strip()[:LONGEST], "submitted_on": today.isoformat()},
            idempotency_key=idempotency_key,
        )  # fmt: skip


def objection_redetermine(
    *, actor: Actor, case_id: UUID, changed: Mapping[str, Any], ground: str, expected_version: int, today: date,
    now: datetime,
) -> Case:  # fmt: skip
    """确有误: what was wrong, the amount by the right facts, the difference of each month; it goes to the person to confirm.

    Raises InputRefused FACT_UNKNOWN, NOTHING_TO_RECALCULATE, GROUND_EMPTY and what `advance` raises.
    """
    if not ground.strip():
        raise InputRefused("GROUND_EMPTY", _("没有写明依据。"), remedy=_("请写明核查发现的问题和依据。"))
    with unit_of_work(actor, "objection_redetermine", case_id=case_id):
        case = Case.objects.get(id=case_id)
        assert case.subject_id is not None
        line = correction_line(case.subject_id, changed, today)
        asked = {name: case.proposal[name] for name in ("asked", "submitted_on")}
        proposal = asked | {"ground": ground.strip()[:LONGEST], "cause": "CORRECTION", "lines": [line]}
        case = case_propose(
            actor=actor, case_id=case_id, proposal=proposal, expected_version=expected_version, today=today
        )
        return advance(
            actor=actor,
            case_id=case_id,
            action="redetermine",
            expected_version=case.version,
            today=today,
            now=now,
        )


def _redetermined(*, case: Case, actor: Actor, today: date) -> dict[str, Any]:
    """What 重新核定 makes: the letter with both amounts, for the person to sign."""
    if not case.proposal.get("lines"):
        raise CaseRefused(
            "NOTHING_REDETERMINED", _("还没有填写要更正的内容。"), remedy=_("请在“异议核查”页面重新核定。")
        )
    confirmation_store(actor=actor, case=case, line=case.proposal["lines"][0], today=today)
    proposal: dict[str, Any] = case.proposal
    return proposal


def _settled(*, case: Case, actor: Actor, today: date) -> None:
    """Effect of the decision after the confirmation: the new version, the differences, the answer."""
    recalculation_apply(case=case, actor=actor, today=today)
    line = case.proposal["lines"][0]
    month = Month.from_index(next_regular_month(case.district_code, today))
    result = _("确有误，已重新核定。从{month}起按每月{amount}元发放，以前的多扣少补：{difference}元").format(
        month=str(month), amount=money(line["recalculated_fen"]),
        difference=money(line["back_pay_fen"] - line["decrease_fen"]),
    )  # fmt: skip
    _answer(case, actor, result, parts_words(line), today)


def _explained(*, case: Case, actor: Actor, today: date) -> None:
    """Effect of 解释说明: how this month's amount comes about, step by step, with the words of the handler."""
    assert case.subject_id is not None
    said = CaseEvent.objects.filter(case=case, action="explain").order_by("sequence").last()
    pack, month = pack_of(case.division_path), Month.containing(today).index
    rows = pension_facts([case.subject_id], month)
    if not rows:
        raise CaseRefused("NOT_DRAWING", _("这项待遇本月没有在发放。"), remedy=_("请撤回并说明。"))
    amount = month_amount(pack, only_facts(rows[0]), month)
    steps = [one["text"] for one in calculation_steps(trace_rows(pack, amount.trace))]
    total = _("{month}月养老金{amount}元").format(
        month=str(Month.from_index(month)), amount=money(amount.total_fen)
    )
    words = "；".join([said.reason if said else "", total, *steps])
    _answer(case, actor, _("没有错误"), words, today)


def _answer(case: Case, actor: Actor, result: str, explanation: str, today: date) -> None:
    enquiry_answer(
        actor=actor,
        case=case,
        subject=chinese("待遇发放金额"),
        result=result,
        explanation=explanation,
        today=today,
    )


def _decision(action: str, state: str, title: str, outcome: str) -> Transition:
    return Transition(
        action, "confirmed", state, REVIEWER, True, bool(outcome), title=title, levels=DISTRICT, steps=("settle",),
        outcome=outcome, needs_reason=action != "approve",
    )  # fmt: skip


register(
    CaseKind(
        KIND,
        "待遇金额核查",
        (
            Transition("open", OPEN, "accepted", ASKING, title="提出核查", steps=("submit",)),
            Transition("redetermine", "accepted", "handled", HANDLER, title="重新核定", levels=DISTRICT, steps=("verify",),
                       makes_proposal=True),
            Transition("explain", "accepted", "explained", HANDLER, title="无误，解释说明", levels=DISTRICT,
                       steps=("explain",), closes=True, outcome="explained", needs_reason=True),
            Transition("withdraw", "accepted", "withdrawn", ASKING, title="本人撤回", steps=("submit",), closes=True,
                       outcome="withdrawn", needs_reason=True),
            Transition("confirm", "handled", "confirmed", ASKING, title="本人已确认", steps=("confirm",),
                       needs=(CONFIRMATION,)),
            Transition("disagree", "handled", "accepted", ASKING, title="本人不同意", steps=("confirm",), needs_reason=True),
            _decision("approve", "approved", "同意，多扣少补", "approved"),
            _decision("return", "accepted", "退回", ""),
        ),
        effects={"approve": _settled, "explain": _explained},
        states={"handled": "待本人确认", "confirmed": "本人已确认", "explained": "已解释说明"},
        prepares={"redetermine": _redetermined},
    )
)  # fmt: skip
