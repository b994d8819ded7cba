"""办理 and 办结: everything checked again, the pension worked out by the program, and what the approval brings about at once.

Worked example: the handler reads 张桂芳 on the card, leaves 独子 是 as on the form (the platform confirms it), enters a
mobile number and ticks the points; 163.02 yuan from 2024-06 with every step stands in the proposal. Had she neither proof nor
a hit on the platform, the supplement would be 0 with that reason. A name on the card other than on record stops the push.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from jubao.claim_free.models import ConfirmationForm, Flag
from jubao.database.actor import Actor
from jubao.kernel.text import _
from jubao.people.models import Enrolment
from jubao.services.archives.filing import archive_file
from jubao.services.benefits.claims import claim_complete, claim_determine
from jubao.services.benefits.determination_forms import determination_form_store
from jubao.services.cases.checks import CaseRefused
from jubao.services.claim_free.accounts import card_account_of, card_account_use
from jubao.services.claim_free.collections import collection_open
from jubao.services.claim_free.confirmed import has_material, is_platform_only_child
from jubao.services.claim_free.flags import flag_move
from jubao.services.claim_free.reported import require_with_reports
from jubao.services.claim_free.results import result_notice
from jubao.services.people.payout_accounts import check_account

KEPT = ("month", "window_until", "confirmed_on", "accepted_on", "form_id", "channel", "entries")


def prepare_handling(*, case: Any, actor: Actor, today: date) -> dict[str, Any]:
    """What 办理 computes; nobody types an amount.

    Raises ClaimFreeRefused with every reason, CaseRefused ENTRIES_MISSING, ID_CARD_DIFFERS, ONLY_CHILD_DIFFERS, TOO_YOUNG,
    AccountRefused, NotCovered (a value of the pension is missing).
    """
    entries = _entries(case)
    require_with_reports(case, on=today, stage="handle", confirmed_on=confirmed_on(case))
    _compare(case, entries)
    is_only_child, why = _only_child(case, entries)
    payout = card_account_of(case.person_id, today)
    check_account(case.person_id, payout["account_number"], is_custodian=False)
    kept = {name: case.proposal[name] for name in KEPT if name in case.proposal}
    determined = claim_determine(actor=actor, case=case, today=today, is_only_child=is_only_child)
    proposal = {**kept, **determined, "is_only_child": is_only_child, "only_child_why": why, "payout": payout}
    determination_form_store(actor=actor, case=case, proposal=proposal, today=today)
    return proposal


def completed(*, case: Any, actor: Actor, today: date) -> None:
    """Effect of the approval: pension, payout account, flag, task of collection, message; checked once more before.

    Raises ClaimFreeRefused, CaseRefused FACTS_CHANGED, ARCHIVE_INCOMPLETE, EntitlementExists.
    """
    require_with_reports(case, on=today, stage="review", confirmed_on=confirmed_on(case))
    if card_account_of(case.person_id, today) != case.proposal["payout"]:
        raise CaseRefused(
            "FACTS_CHANGED",
            _("核定以后，社保卡银行账户有变化，核定表上的账户不再适用。"),
            remedy=_("请退回，由办理岗重新核定。"),
        )
    entitlement = claim_complete(case=case, actor=actor, today=today)
    enrolment = Enrolment.objects.get(id=case.subject_id)
    if enrolment.is_only_child != case.proposal["is_only_child"]:
        Enrolment.objects.filter(id=enrolment.id).update(
            is_only_child=case.proposal["is_only_child"], case_id=case.id
        )
    card_account_use(person_id=case.person_id, payout=case.proposal["payout"], case_id=case.id, today=today)
    flag_move(case, actor, Flag.State.USED, "used")
    collection_open(actor=actor, entitlement_id=entitlement.id, enrolment=enrolment, today=today)
    result_notice(case=case, today=today)
    archive_file(actor=actor, case=case, today=today)


def confirmed_on(case: Any) -> date | None:
    """The day of the confirmation: that one counts against the end of the window, not the day of the handling."""
    day = case.proposal.get("confirmed_on")
    return date.fromisoformat(day) if day else None


def _entries(case: Any) -> Mapping[str, Any]:
    entries: Mapping[str, Any] = case.proposal.get("entries") or {}
    missing = [
        words
        for name, words in (
            ("id_card_name", _("身份证上的姓名")),
            ("is_only_child", _("是否独子")),
        )
        if entries.get(name) in (None, "")
    ]
    if missing:
        raise CaseRefused(
            "ENTRIES_MISSING",
            _("还没有录入：{missing}。").format(missing="、".join(missing)),
            remedy=_("请对照档案录入后再推送复核。"),
        )
    return entries


def _compare(case: Any, entries: Mapping[str, Any]) -> None:
    """指引 四、（四）办理要点3: card and only-child data against the record; every difference is named."""
    recorded, written = case.person.name, str(entries["id_card_name"]).strip()
    if written != recorded:
        raise CaseRefused(
            "ID_CARD_DIFFERS",
            _("身份证上的姓名“{written}”与系统记载“{recorded}”不一致，不能推送复核。").format(
                written=written, recorded=recorded
            ),
            remedy=_("请先办理信息变更，或退回受理岗核实。"),
        )
    form = ConfirmationForm.objects.get(id=case.proposal["form_id"])
    if (
        bool(entries["is_only_child"]) != form.is_only_child
        and not str(entries.get("only_child_resolution", "")).strip()
    ):
        raise CaseRefused(
            "ONLY_CHILD_DIFFERS",
            _("录入的是否独子（{entered}）与信息确认表（{signed}）不一致，不能推送复核。").format(
                entered=_("是") if entries["is_only_child"] else _("否"),
                signed=_("是") if form.is_only_child else _("否"),
            ),
            remedy=_("请写明核实结果，或退回受理岗由参保人重新确认。"),
        )


def _only_child(case: Any, entries: Mapping[str, Any]) -> tuple[bool, str]:
    """Whether the supplement is granted, and why (办理要点1)."""
    if not entries["is_only_child"]:
        return False, _("未申请增发独子待遇")
    if is_platform_only_child(case.person_id):
        return True, _("信息共享平台确认为独生子女父母")
    if has_material(case.id, "only_child_material"):
        return True, _("已提供独生子女材料")
    return False, _("没有独生子女材料，信息共享平台也没有查到，独子增发为 0")


__all__ = ["completed", "confirmed_on", "prepare_handling"]
