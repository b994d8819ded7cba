"""Objection to the record that came over: with proof only; the district asks the old place, answers, and books what was missing.

Worked example: 李国强 is told 8 years and shows receipts for nine. The handler writes to 翁牛特旗 on 2026-06-03 and telephones on
the 10th; 2013 was forgotten, 100.00 more arrive: the reviewer agrees, 12 months and 100.00 more stand, and he is told so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from jubao.cases.models import Case, CaseEvent
from jubao.database.actor import PARTICIPANT, Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.forms.pages import money
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _, chinese
from jubao.pension_transfers.models import Correspondence, PensionTransfer
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import advance, case_open, case_propose
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, register
from jubao.services.notices.enquiry_results import enquiry_answer
from jubao.services.transfers.incoming import parts_posted
from jubao.services.transfers.records import (
    OBJECTION,
    live_enrolment,
    parts_rows,
    required,
    step_begins,
    years_words,
)
from jubao.services.transfers.rights_records import years_added

ASKING = frozenset({"intake_clerk", "handler", PARTICIPANT})
HANDLER, REVIEWER, DISTRICT = frozenset({"handler"}), frozenset({"reviewer"}), frozenset({"district"})
INTO = ("in", "to_resident")
LONGEST = 300


def transfer_objection_open(
    *, actor: Actor, transfer_id: UUID, asked: str, materials: Sequence[tuple[str, UUID]], today: date,
    idempotency_key: str | None = None, channel: str = "counter",
) -> Case:  # fmt: skip
    """Take an objection in. Raises InputRefused ASKED_EMPTY; CaseRefused NOT_BOOKED, MATERIAL_MISSING without proof."""
    required(asked, "ASKED_EMPTY", _("本人认为哪里不对"))
    with unit_of_work(actor, "transfer_objection_open"):
        moved = PensionTransfer.objects.select_related("case__person").get(id=transfer_id)
        if moved.direction not in INTO or moved.finished_on is None:
            raise CaseRefused(
                "NOT_BOOKED", _("转入的个人账户还没有确认记账。"), remedy=_("请在确认以后提出。")
            )
        case = case_open(
            actor=actor, kind=OBJECTION, district_code=moved.case.district_code, division_path=moved.division_path,
            person_id=moved.case.person_id, subject_id=moved.pk, today=today, channel=channel, materials=materials,
            title=chinese("转入记录核查：{place}").format(place=moved.other_place)[:200], idempotency_key=idempotency_key,
            proposal={"asked": asked.strip()[:LONGEST], "submitted_on": today.isoformat(), "from_place": moved.other_place},
        )  # fmt: skip
        step_begins(case, "contact", today)
        return case


def correspondence_add(
    *,
    actor: Actor,
    case_id: UUID,
    happened_on: date,
    way: str,
    with_whom: str,
    said: str,
    today: date,
    now: datetime,
) -> Correspondence:
    """One exchange with the old place, of a move or objection. Raises InputRefused WAY_UNKNOWN, SAID_EMPTY, DAY_IMPOSSIBLE."""
    if way not in Correspondence.Way.values:
        raise InputRefused("WAY_UNKNOWN", _("没有这种联系方式。"), remedy=_("请从列表中选择。"))
    required(with_whom, "SAID_EMPTY", _("联系的单位和人员"))
    required(said, "SAID_EMPTY", _("联系的内容和答复"))
    if happened_on > today:
        raise InputRefused("DAY_IMPOSSIBLE", _("联系日期在今天之后。"), remedy=_("请核对日期。"))
    with unit_of_work(actor, "correspondence_add", case_id=case_id):
        case = Case.objects.select_for_update().get(id=case_id)
        made = Correspondence.objects.create(
            transfer=_moved(case), case_id=case_id, happened_on=happened_on, way=way, with_whom=with_whom.strip()[:120],
            said=said.strip()[:500], officer_id=actor.officer_id,
        )  # fmt: skip
        if case.kind == OBJECTION and case.state == "accepted":
            advance(
                actor=actor,
                case_id=case_id,
                action="contact",
                expected_version=case.version,
                today=today,
                now=now,
            )
        return made


def _moved(case: Case) -> PensionTransfer:
    if case.kind == OBJECTION and case.subject_id is not None:
        return PensionTransfer.objects.select_for_update().get(id=case.subject_id)
    return PensionTransfer.objects.select_for_update().get(case=case)


def objection_correct(
    *, actor: Actor, case_id: UUID, parts: Mapping[str, int], months: int, money_on: date | None, ground: str,
    expected_version: int, today: date, now: datetime,
) -> Case:  # fmt: skip
    """确有遗漏: what the old place sent after; it goes to the reviewer. Raises InputRefused NOTHING_TO_CORRECT, GROUND_EMPTY."""
    required(ground, "GROUND_EMPTY", _("核查结果和依据"))
    if (
        (not months and not parts)
        or (parts and money_on is None)
        or (money_on is not None and money_on > today)
    ):
        raise InputRefused(
            "NOTHING_TO_CORRECT",
            _("没有填写补转的月数或金额（有金额的要填到账日期）。"),
            remedy=_("记录无误的，请选“无误，说明”。"),
        )
    with unit_of_work(actor, "objection_correct", case_id=case_id):
        case = Case.objects.get(id=case_id)
        kept = {name: case.proposal[name] for name in ("asked", "submitted_on", "from_place")}
        proposal = kept | {
            "ground": ground.strip()[:LONGEST], "parts": parts_rows(parts), "amount_fen": sum(parts.values()),
            "contribution_months": months, "money_on": money_on.isoformat() if money_on else "",
        }  # fmt: skip
        case = case_propose(
            actor=actor, case_id=case_id, proposal=proposal, expected_version=expected_version, today=today
        )
        return advance(
            actor=actor,
            case_id=case_id,
            action="correct",
            expected_version=case.version,
            today=today,
            now=now,
        )


def _correction_there(*, case: Case, actor: Actor, today: date) -> dict[str, Any]:
    proposal: dict[str, Any] = case.proposal
    if "ground" not in proposal:
        raise CaseRefused(
            "NOTHING_TO_CORRECT", _("还没有填写要补记的内容。"), remedy=_("请在“关系转移”页面填写核查结果。")
        )
    return proposal


def _contacted(*, case: Case, actor: Actor, today: date) -> None:
    """Effect of the first exchange. Raises CaseRefused NOT_CONTACTED: an answer rests on what the old place said."""
    if not Correspondence.objects.filter(case_id=case.pk).exists():
        raise CaseRefused(
            "NOT_CONTACTED", _("还没有登记与转出地的联系。"), remedy=_("请在“关系转移”页面登记。")
        )


def _corrected(*, case: Case, actor: Actor, today: date) -> None:
    """Effect of the decision: money and years that were missing are booked, the person is told."""
    about, moved = case.proposal, _moved(case)
    live_enrolment(moved.enrolment_id, lock=True)
    parts = {one["kind"]: one["amount_fen"] for one in about["parts"]}
    if parts:
        parts_posted(
            actor=actor, case=case, moved=moved, parts=parts, day=date.fromisoformat(about["money_on"])
        )
    if about["contribution_months"]:
        years_added(
            enrolment_id=moved.enrolment_id, months=about["contribution_months"], make_up_months=0, until_year=today.year,
            source=chinese("{place}补转").format(place=moved.other_place), case_id=case.pk,
        )  # fmt: skip
    moved.amount_fen += about["amount_fen"]
    moved.money_fen = moved.amount_fen
    moved.contribution_months += about["contribution_months"]
    moved.save()
    words = chinese("补记{years}、{amount}元。{ground}").format(
        years=years_words(about["contribution_months"]),
        amount=money(about["amount_fen"]),
        ground=about["ground"],
    )
    _answer(case, actor, chinese("确有遗漏，已补记"), words, today)


def _explained(*, case: Case, actor: Actor, today: date) -> None:
    """Effect of 无误，说明."""
    said = CaseEvent.objects.filter(case=case, action="explain").order_by("sequence").last()
    _answer(case, actor, chinese("记录无误"), said.reason if said else "", today)


def _answer(case: Case, actor: Actor, result: str, explanation: str, today: date) -> None:
    exchanged = Correspondence.objects.filter(case_id=case.pk).order_by("happened_on", "id").last()
    asked = (
        chinese("已于{day}向{whom}核实。").format(day=exchanged.happened_on, whom=exchanged.with_whom)
        if exchanged
        else ""
    )
    enquiry_answer(
        actor=actor,
        case=case,
        subject=chinese("转入的个人账户记录"),
        result=result,
        explanation=asked + explanation,
        today=today,
    )


def _decision(action: str, state: str, title: str, outcome: str) -> Transition:
    return Transition(action, "proposed", state, REVIEWER, True, bool(outcome), title=title, levels=DISTRICT, steps=("correct",),
                      outcome=outcome, needs_reason=action != "approve")  # fmt: skip


register(
    CaseKind(
        OBJECTION, "转入记录核查",
        (
            Transition("open", OPEN, "accepted", ASKING, title="提出核查", steps=("submit",), needs=("evidence",)),
            Transition("contact", "accepted", "contacted", HANDLER, title="联系转出地", levels=DISTRICT, steps=("contact",)),
            Transition("correct", "contacted", "proposed", HANDLER, title="补记", levels=DISTRICT, steps=("contact",),
                       makes_proposal=True),
            Transition("explain", "contacted", "explained", HANDLER, title="无误，说明", levels=DISTRICT, steps=("contact",),
                       closes=True, outcome="explained", needs_reason=True),
            _decision("approve", "corrected", "同意补记", "approved"),
            _decision("return", "contacted", "退回", ""),
            Transition("withdraw", "accepted", "withdrawn", ASKING, closes=True, outcome="withdrawn", title="撤回",
                       needs_reason=True),
        ),
        effects={"contact": _contacted, "approve": _corrected, "explain": _explained},
        states={"contacted": "已联系转出地", "explained": "已说明", "corrected": "已补记"},
        prepares={"correct": _correction_there},
    )
)  # fmt: skip
