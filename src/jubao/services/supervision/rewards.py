"""举报奖励: opened by the program when a tip is confirmed, where the region rewards; the rate is the pack's, or a declared gap.

Worked example: in a region with `reward.tip_offs` 渝人社发〔2011〕288号 a confirmed tip has a reward case at once; proposing
an amount says which parameter is missing, until the pack has the rate. An unconfirmed tip has none.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.kernel.month import Month
from jubao.kernel.text import chinese
from jubao.services.cases.engine import case_open
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, register
from jubao.staff.regions import pack_of
from jubao.supervision.models import Finding

KIND = "informant_reward"
HANDLERS, DECIDERS = frozenset({"handler"}), frozenset({"reviewer"})
PPM = 1_000_000


def reward_open(*, tip_case: Case, today: date) -> Case | None:
    """The reward case of a confirmed tip, linked to it; None where the region's text knows no reward, or one is there."""
    rule = pack_of(tip_case.division_path).setting("reward.tip_offs", today)
    if rule.value == "none" or Case.objects.filter(kind=KIND, subject_id=tip_case.pk).exists():
        return None
    return case_open(
        actor=Actor.system("tip_off", scope=tip_case.division_path), kind=KIND, district_code=tip_case.district_code,
        division_path=tip_case.division_path, subject_id=tip_case.pk, today=today,
        title=chinese("举报奖励：{number}").format(number=tip_case.number),
        proposal={"tip_off": tip_case.number, "legal_basis": str(rule.value), "opened_on": today.isoformat()},
    )  # fmt: skip


def _proposed(*, case: Case, actor: Actor, today: date) -> dict[str, Any]:
    """The amount by the pack's rate and limit, of what was found; a missing rate refuses and names the parameter."""
    pack = pack_of(case.division_path)
    month = Month.containing(today)
    found = sum(
        one.amount_fen or 0
        for one in Finding.objects.filter(case__subject_id=case.subject_id, case__kind="fraud")
    )
    rate = int(pack.parameter("tip_off_reward_ppm", month).value)
    most = int(pack.parameter("tip_off_reward_most_fen", month).value)
    return {
        **case.proposal,
        "found_fen": found,
        "rate_ppm": rate,
        "amount_fen": min(found * rate // PPM, most),
    }


def _decision(action: str, state: str, title: str, **more: Any) -> Transition:
    return Transition(action, "proposed", state, DECIDERS, True, title=title, steps=("reward",), **more)


REWARD = register(
    CaseKind(
        KIND,
        "举报奖励",
        (
            Transition("open", OPEN, "opened", HANDLERS, title="立案"),
            Transition("propose", "opened", "proposed", HANDLERS, title="提出奖励金额", makes_proposal=True),
            _decision("approve", "approved", "同意奖励", closes=True, outcome="approved"),
            _decision("return", "opened", "退回", needs_reason=True),
            Transition("waive", "opened", "waived", HANDLERS, closes=True, title="举报人放弃或匿名，不奖励",
                       outcome="withdrawn", needs_reason=True),
        ),
        prepares={"propose": _proposed},
        states={"opened": "待提出金额", "waived": "不奖励"},
        workflow="tip_off",
    )
)  # fmt: skip
