"""The take-over of a district from a former system: one case that says who brought the data in and who accepted them.

Worked example: what the former system had decided, such as a suspension for want of certification, stands here under the case
`takeover` of the district, made by 办理岗 and accepted by 审批岗.
"""

from __future__ import annotations

from datetime import date, datetime

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.kernel.text import chinese
from jubao.policy import load_pack
from jubao.services.cases.engine import advance, case_open, case_view
from jubao.services.cases.inside_unit import inside_unit
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, register

KIND = "takeover"

register(
    CaseKind(
        KIND,
        "原系统数据接管",
        (
            Transition("open", OPEN, "proposed", frozenset({"handler"}), title=chinese("提出"), makes_proposal=True),
            Transition(
                "approve", "proposed", "approved", frozenset({"approver", "reviewer"}), is_decision=True, closes=True,
                title=chinese("接收"), outcome="approved",
            ),
            Transition(
                "reject", "proposed", "rejected", frozenset({"approver", "reviewer"}), is_decision=True, closes=True,
                title=chinese("不接收"), outcome="rejected", needs_reason=True,
            ),
        ),
    )
)  # fmt: skip


def takeover_record(
    *, maker: Actor, checker: Actor, district_code: str, source: str, people: int, today: date, now: datetime
) -> Case:
    """Propose the take-over by one officer and have it accepted by another."""
    with inside_unit(maker, "takeover_record"):
        case = case_open(
            actor=maker, kind=KIND, district_code=district_code, division_path=maker.scope,
            title=chinese("接管原系统数据：{people} 人").format(people=people), today=today,
            proposal={"source": source, "people": people, "pack_hash": load_pack(district_code).pack_hash},
        )  # fmt: skip
        case = case_view(actor=checker, case_id=case.id, now=now)
        return advance(
            actor=checker, case_id=case.id, action="approve", expected_version=case.version, digest_seen=case.digest,
            today=today, now=now, reason=chinese("数据核对一致"),
        )  # fmt: skip
