"""重算: when the facts behind a pension change, the past is set right month by month; nothing is deducted by itself.

Worked example: fixed at 163.02 from 2024-04 on a provisional rate; with the published rate the balance is 25 yuan more and the
pension 163.20. The reviewer decides; April to July give four differences of 0.18, paid with the next payment. A lower
amount is listed as a decrease for a decision. Which pensions a published rate bears on: `recalculation_after_rate`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from jubao.benefits.models import Decrease, Determination, Due
from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.facts.dues import COMPONENTS
from jubao.facts.pension import only_facts, pension_facts
from jubao.kernel.errors import InputRefused, NotCovered
from jubao.kernel.month import Month
from jubao.kernel.text import _, chinese
from jubao.policy import Pack
from jubao.rules import recalculation as rules
from jubao.services.benefits.back_pay import due_write, paid_or_awarded
from jubao.services.benefits.determinations import determination_make
from jubao.services.benefits.pension_amounts import month_amount
from jubao.services.benefits.suspension_grounds import running_entitlement
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.counting import counted
from jubao.services.cases.engine import case_open
from jubao.services.cases.kinds import CaseKind, propose_and_decide, register
from jubao.services.people.divisions import district_of
from jubao.staff.regions import pack_of

CORRECTABLE = frozenset(
    {"account_balance_fen", "contribution_months", "make_up_months", "min_tier_months", "is_only_child"}
)
"""The facts of a pension that may have been wrong."""
HORIZON = 1200
"""Months of one entitlement at most; a hundred years."""


def month_differences(
    entitlement_id: UUID, facts: Mapping[str, Any], start_month: int, until_month: int, pack: Pack
) -> list[dict[str, Any]]:
    """For each month paid or awarded: what it is worth on the new facts less what was given, by part; zeros are left out."""
    months = range(start_month, min(until_month + 1, start_month + HORIZON))
    given = paid_or_awarded(entitlement_id, list(months))
    found = []
    for month, paid in sorted(given.items()):
        amount = month_amount(pack, facts, month)
        parts = {name: amount.parts[name] - paid[name] for name in COMPONENTS}
        difference = rules.recalculation_difference_fen(amount.total_fen, sum(paid.values()))
        if difference:
            found.append({
                "month": month, "parts": parts,
                "back_pay_fen": rules.recalculation_back_pay_fen(difference, 1),
                "decrease_fen": rules.recalculation_decrease_fen(difference, 1),
            })  # fmt: skip
    return found


def recalculation_line(
    entitlement_id: UUID, changed: Mapping[str, Any], today: date, *, is_even_unchanged: bool = False
) -> dict[str, Any] | None:
    """What changing these facts would do to one entitlement; None when nothing changes (and that is not asked for)."""
    entitlement, enrolment = running_entitlement(entitlement_id)
    pack = pack_of(enrolment.division_path)
    month = max(Month.containing(today).index, entitlement.start_month)
    rows = pension_facts([entitlement_id], month)
    if not rows:
        return None
    former = only_facts(rows[0])
    facts = {**former, **changed}
    old = month_amount(pack, former, entitlement.start_month)
    new = month_amount(pack, facts, entitlement.start_month)
    months = month_differences(entitlement_id, facts, entitlement.start_month, month, pack)
    if facts == former and not months and not is_even_unchanged:
        return None
    return {
        "entitlement_id": str(entitlement_id), "name": enrolment.person.name, "changed": dict(changed),
        "former": {name: former[name] for name in changed}, "start_month": entitlement.start_month,
        "budget_fen": old.total_fen, "recalculated_fen": new.total_fen,
        "part_facts": {name: [old.parts[name], new.parts[name]] for name in COMPONENTS}, "months": months,
        "back_pay_fen": sum(one["back_pay_fen"] for one in months),
        "decrease_fen": sum(one["decrease_fen"] for one in months),
    }  # fmt: skip


def correction_line(entitlement_id: UUID, changed: Mapping[str, Any], today: date) -> dict[str, Any]:
    """The line of a correction. Raises InputRefused FACT_UNKNOWN, NOTHING_TO_RECALCULATE."""
    if not changed or set(changed) - CORRECTABLE:
        raise InputRefused("FACT_UNKNOWN", _("没有可更正的项目。"), remedy=_("请选择要更正的项目。"))
    line = recalculation_line(entitlement_id, changed, today)
    if line is None:
        raise InputRefused("NOTHING_TO_RECALCULATE", _("更正后金额没有变化。"), remedy=_("请向本人说明。"))
    return line


def is_confirmed_by_person(pack: Pack, today: date) -> bool:
    """Whether the region's way of checking an amount has the beneficiary confirm the new one (赤松 第二十三条)."""
    try:
        steps = pack.workflow("amount_objection", today).steps
    except NotCovered:
        return False
    return any(one.step == "confirm" for one in steps)


def amount_correction_propose(
    *, actor: Actor, entitlement_id: UUID, changed: Mapping[str, Any], ground: str, today: date,
    idempotency_key: str | None = None,
) -> Case:  # fmt: skip
    """多扣少补 after an objection: the facts that were wrong, what each past month should have been (SS-23-4).

    Raises InputRefused FACT_UNKNOWN, NOTHING_TO_RECALCULATE, CaseRefused CONFIRMATION_NEEDED where the region pays a new
    amount only after the beneficiary's confirmation: there it is an objection (`pension_objections`).
    """
    with unit_of_work(actor, "amount_correction_propose"):
        _entitlement, enrolment = running_entitlement(entitlement_id)
        if is_confirmed_by_person(pack_of(enrolment.division_path), today):
            raise CaseRefused(
                "CONFIRMATION_NEEDED",
                _("重新核定的金额须经参保人确认后才能发放。"),
                remedy=_("请在“异议核查”中登记并办理。"),
            )
        line = correction_line(entitlement_id, changed, today)
        return case_open(
            actor=actor, kind="amount_correction", district_code=district_of(enrolment.division_path),
            division_path=enrolment.division_path, person_id=enrolment.person_id, subject_id=entitlement_id,
            title=chinese("待遇更正：{name}").format(name=enrolment.person.name), today=today,
            proposal={"ground": ground, "cause": "CORRECTION", "lines": [line]}, idempotency_key=idempotency_key,
        )  # fmt: skip


def recalculation_apply(*, case: Case, actor: Actor, today: date) -> None:
    """Effect: new determinations that name the difference, differences awarded, decreases listed."""
    for line in counted(_("逐人办理"), case.proposal["lines"]):
        entitlement_id = UUID(line["entitlement_id"])
        running_entitlement(entitlement_id, lock=True)
        current = recalculation_line(
            entitlement_id, line["changed"], today, is_even_unchanged="kept_facts" in line
        )
        if current is not None:
            _apply_line(case, actor, line | current, entitlement_id)


def _apply_line(case: Case, actor: Actor, line: Mapping[str, Any], entitlement_id: UUID) -> None:
    _entitlement, enrolment = running_entitlement(entitlement_id)
    pack = pack_of(enrolment.division_path)
    former = Determination.objects.filter(entitlement_id=entitlement_id).order_by("-sequence").first()
    assert former is not None
    facts = only_facts(pension_facts([entitlement_id], line["start_month"])[0]) | line["changed"]
    kept = line.get("kept_facts", {})
    made = determination_make(
        actor=actor, entitlement_id=entitlement_id, month=line["start_month"], facts={**facts, **kept}, pack=pack,
        case_id=case.id, proposed_by=case.maker_id, approved_by=actor.natural_person_id,
        is_provisional=bool(line.get("waiting")),
    )  # fmt: skip
    cause = _cause(case.proposal["cause"], entitlement_id, made.sequence)
    for one in line["months"]:
        if one["back_pay_fen"]:
            due_write(entitlement_id=entitlement_id, month=one["month"], kind="difference", cause=cause,
                      parts=one["parts"], case_id=case.id)  # fmt: skip
        if one["decrease_fen"]:
            Decrease.objects.create(
                entitlement_id=entitlement_id, benefit_month=one["month"], cause=cause, case_id=case.id,
                amount_fen=one["decrease_fen"],
                account_pension_fen=min(one["decrease_fen"], max(0, -one["parts"]["account_pension_fen"])),
            )  # fmt: skip


def _cause(cause: str, entitlement_id: UUID, sequence: int) -> str:
    """The cause by which dues and decreases of this decision are told from those of an earlier one for the same months."""
    about = {"entitlement_id": entitlement_id, "cause": cause}
    is_taken = Due.objects.filter(**about).exists() or Decrease.objects.filter(**about).exists()
    return f"{cause}.{sequence}" if is_taken else cause


KIND = "recalculation"
RECALCULATION = register(
    CaseKind(
        KIND,
        "利率公布后重算",
        propose_and_decide(
            makers=frozenset({"handler"}), make_steps=("recalculate",), decide_steps=("review",)
        ),
        {"approve": recalculation_apply},
    )
)
AMOUNT_CORRECTION = register(
    CaseKind(
        "amount_correction",
        "待遇更正（多扣少补）",
        propose_and_decide(makers=frozenset({"handler"}), make_steps=("verify",), decide_steps=("settle",)),
        {"approve": recalculation_apply},
        workflow="amount_objection",
    )
)
