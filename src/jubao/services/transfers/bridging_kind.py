"""The table of 制度衔接: request and 联系函, then the account leaves with its 信息表, or record and money are booked.

Worked example: to_employee 150404-2026-000031: the 联系函 of the employees' agency has come, the handler prints the 信息表 over
3 094.66 and 166.67 to refund, the reviewer agrees: both payments wait at finance. to_resident: our 联系函 goes out, record and
money come, the reviewer confirms, 104 months count.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.kernel.text import _, chinese, in_chinese
from jubao.people.numbers import numbers_of
from jubao.rules.evaluate import explain
from jubao.services.accounts.interest_years import GivenRate
from jubao.services.benefits.claim_obstacles import refuse_for
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, register
from jubao.services.payments.one_off import Payee, one_off_create
from jubao.services.transfers.bridging import TO_EMPLOYEE, TO_RESIDENT
from jubao.services.transfers.conditions import drawing_of
from jubao.services.transfers.incoming import RECORD, record_confirmed, record_there
from jubao.services.transfers.outgoing import account_sent, account_settled, require_unmoved
from jubao.services.transfers.overlaps import overlap_refund
from jubao.services.transfers.papers import CONTACT, SHEET, paper_store, person_fields
from jubao.services.transfers.records import (
    BRIDGING,
    ENDS,
    TRANSFER_IN,
    TRANSFER_OUT,
    live_enrolment,
    step_begins,
    transfer_of,
    years_words,
)

INTAKE, HANDLER = frozenset({"intake_clerk", "handler"}), frozenset({"handler"})
REVIEWER, DISTRICT = frozenset({"reviewer"}), frozenset({"district"})


def require_direction(case: Case, direction: str) -> None:
    """Raises CaseRefused OTHER_DIRECTION for a step that belongs to the other way of bridging."""
    if case.proposal["direction"] != direction:
        raise CaseRefused(
            "OTHER_DIRECTION", _("这一步不属于这个衔接方向。"), remedy=_("请在“关系转移”页面按方向办理。")
        )


@in_chinese
def _contact_made(*, case: Case, actor: Actor, today: date) -> dict[str, Any]:
    """What 打印联系函 makes: our letter to the employees' agency (附件3)."""
    require_direction(case, TO_RESIDENT)
    about: dict[str, Any] = case.proposal
    if "letter_number" in about:
        return about
    lines = [
        _(
            "参保人员申请将职工养老保险关系转入我区城乡居民养老保险，请将其参保缴费信息和个人账户全部储存额一并转来。"
        )
    ]
    fields = [
        *person_fields(case), (_("职工养老保险关系所在地"), about["other_place"], True),
        (_("职工养老保险缴费"), years_words(about["employee_months"]), True),
    ]  # fmt: skip
    number = paper_store(
        actor=actor,
        case=case,
        kind=CONTACT,
        fields=fields,
        lines=lines,
        greeting=about["other_agency"],
        today=today,
    )
    return about | {"letter_number": number, "letter_on": today.isoformat()}


@in_chinese
def _sheet_made(*, case: Case, actor: Actor, today: date) -> dict[str, Any]:
    """What 转出 makes: interest settled, overlapping months taken out, the 信息表 (附件4)."""
    require_direction(case, TO_EMPLOYEE)
    about = case.proposal
    if "receiving_agency" not in about:
        raise CaseRefused(
            "LETTER_MISSING", _("还没有登记对方的联系函和收款账户。"), remedy=_("请在“关系转移”页面登记。")
        )
    rate = (
        GivenRate(about["given_rate_ppm"], about["given_rate_source"]) if "given_rate_ppm" in about else None
    )
    settled = account_settled(actor=actor, case=case, today=today, given_rate=rate)
    assert case.subject_id is not None
    refund = overlap_refund(
        case.subject_id, {int(year): months for year, months in about["overlap_given"].items()}
    )
    leaving = []
    for one in settled["parts"]:
        rest = one["amount_fen"] - refund.parts.get(one["kind"], 0)
        if rest < 0:
            raise CaseRefused(
                "REFUND_TOO_LARGE", _("应退的重复缴费大于账户中的个人缴费。"), remedy=_("请核对重复时段。")
            )
        leaving += [one | {"amount_fen": rest}] if rest else []
    fields = [
        *person_fields(case), (_("接收单位"), about["receiving_agency"], True), (_("联系函编号"), about["letter_number"], False),
        (_("利息算至"), settled["interest_until"], False), (_("开户银行"), about["bank_name"], False),
        (_("银行账号"), about["account_number"], False),
        (_("居民养老保险缴费年限"), years_words(settled["contribution_months"]), True),
    ]  # fmt: skip
    number = paper_store(
        actor=actor, case=case, kind=SHEET, fields=fields, parts=leaving, today=today,
        note=_("居民养老保险缴费年限不合并计算为职工养老保险缴费年限；重复时段的个人缴费和集体补助退还本人。"),
        signatures=(_("经办人"), _("复核人"), _("经办机构负责人")),
    )  # fmt: skip
    total = {"amount_fen": sum(one["amount_fen"] for one in leaving)}
    own = {"account_parts": settled["parts"], "parts": leaving, "form_number": number}
    proposal: dict[str, Any] = about | settled | refund.as_proposal() | own | total
    return proposal


def _letter_sent(*, case: Case, actor: Actor, today: date) -> None:
    """Effect of our letter: it lies with the other agency; its step has its own term."""
    moved, about = transfer_of(case), case.proposal
    moved.letter_number, moved.letter_on = about["letter_number"], date.fromisoformat(about["letter_on"])
    moved.waiting_since = moved.waiting_since or today
    moved.save()
    step_begins(case, "move", today)


def _step_book(*, case: Case, actor: Actor, today: date) -> None:
    """Effect of what the handler did: the reviewer's step begins."""
    moved, about = transfer_of(case), case.proposal
    if about["direction"] == TO_EMPLOYEE:
        moved.letter_number, moved.other_agency = about["letter_number"], about["receiving_agency"]
        moved.save()
    step_begins(case, "book", today)


def _returned(*, case: Case, actor: Actor, today: date) -> None:
    step_begins(case, "move", today)


def _still_may(case: Case, today: date) -> None:
    assert case.subject_id is not None
    refuse_for(drawing_of(live_enrolment(case.subject_id, lock=True), False, today), what=_("办理制度衔接"))


def _left(*, case: Case, actor: Actor, today: date) -> None:
    """Effect of 同意转出: the refund to the person, the rest to the agency, the relation here ends."""
    _still_may(case, today)
    about = case.proposal
    assert case.subject_id is not None
    enrolment = live_enrolment(case.subject_id, lock=True)
    require_unmoved(enrolment, {one["kind"]: one["amount_fen"] for one in about["account_parts"]})
    _refund(case, actor, today)
    payee = Payee(about["receiving_agency"], None, about["bank_name"], about["account_number"])
    account_sent(
        case=case, actor=actor, parts={one["kind"]: one["amount_fen"] for one in about["parts"]}, payee=payee,
        reason="BRIDGED_OUT", direction=chinese("转入职工养老保险"), today=today,
    )  # fmt: skip


def _booked(*, case: Case, actor: Actor, today: date) -> None:
    """Effect of 确认记账: employee years count beside those here, less what overlaps; that goes back to the person."""
    _still_may(case, today)
    about = case.proposal
    overlap = int(about.get("overlap_months", 0))
    given = {
        "bridging_direction": TO_RESIDENT, "employee_months": about[RECORD]["contribution_months"], "resident_months": 0,
        "overlapping_months": overlap,
    }  # fmt: skip
    months = int(explain(("bridged_contribution_months",), given)["bridged_contribution_months"])
    record_confirmed(
        case=case, actor=actor, direction=chinese("从职工养老保险转入"), today=today, months=max(months, 0)
    )
    _refund(case, actor, today)


def _refund(case: Case, actor: Actor, today: date) -> None:
    about = case.proposal
    parts = {one["kind"]: one["amount_fen"] for one in about.get("refund_parts", ())}
    if not parts:
        return
    assert case.person is not None and case.person_id is not None and case.subject_id is not None
    number = numbers_of([case.person_id]).get(case.person_id)
    payee = Payee(case.person.name, number, about.get("refund_bank", ""), about.get("refund_account", ""))
    one_off_create(
        actor=actor,
        case_id=case.pk,
        enrolment_id=case.subject_id,
        kind="refund",
        amounts=parts,
        payee=payee,
        today=today,
    )


def _steps() -> tuple[Transition, ...]:
    move: dict[str, Any] = {"levels": DISTRICT, "steps": ("move",), "makes_proposal": True}

    def decision(action: str, source: str, state: str, title: str, outcome: str) -> Transition:
        return Transition(action, source, state, REVIEWER, True, bool(outcome), title=title, levels=DISTRICT, steps=("book",),
                          outcome=outcome, needs_reason=bool(outcome != "approved"))  # fmt: skip

    return (
        Transition("open", OPEN, "requested", INTAKE, title="受理衔接申请", steps=("request",), needs=("bridging_application",)),
        Transition("letter", "requested", "awaiting_transfer_out", HANDLER, title="打印联系函", needs=(CONTACT,), **move),
        Transition("move", "requested", "handled", HANDLER, title="打印信息表", needs=(CONTACT, SHEET), **move),
        Transition("receive", "awaiting_transfer_out", "received", HANDLER, title="登记记录和到账", **move),
        decision("approve", "handled", "bridged_out", "同意转出", "approved"),
        decision("book", "received", "bridged_in", "确认记账", "approved"),
        decision("return", "handled", "requested", "退回", ""),
        decision("return_record", "received", "awaiting_transfer_out", "退回重新登记", ""),
        decision("reject", "handled", "rejected", "不同意", "rejected"),
        *(
            Transition("withdraw", state, "withdrawn", INTAKE, closes=True, outcome="withdrawn", title="撤回", needs_reason=True)
            for state in ("requested", "awaiting_transfer_out")
        ),
    )  # fmt: skip


register(
    CaseKind(
        BRIDGING, "制度衔接", _steps(),
        effects={"approve": _left, "book": _booked, "letter": _letter_sent, "move": _step_book, "receive": _step_book,
                 "return": _returned, "return_record": _returned},
        states={"requested": "已受理", "awaiting_transfer_out": "等待转出地转出", "handled": "待复核", "received": "待复核确认",
                "bridged_out": "已转入职工养老保险", "bridged_in": "已从职工养老保险转入"},
        prepares={"letter": _contact_made, "move": _sheet_made, "receive": record_there},
        excludes=ENDS | {TRANSFER_IN, TRANSFER_OUT},
    )
)  # fmt: skip
