"""汇总上报: the claims a village collected go up together, with a list that the township acknowledges (赤松 第二十一条).

Worked example: the assistant of 新民村 has three claims in state 村级已收件, ticks them, presses 汇总上报: the three stand in the
township's queue, and 150404-2026-000131 (`claim_collection`) is the list with three lines, which the office marks 已收到.
The assistant decides nothing: no later step of a claim names the post.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from jubao.cases.models import Case, CaseMaterial
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _, chinese
from jubao.services.benefits.ordinary_claim_kind import KIND as CLAIM
from jubao.services.cases.engine import advance, case_once, case_open
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, register
from jubao.services.cases.material_words import material_title
from jubao.services.people.divisions import district_of

KIND = "claim_collection"
VILLAGE, OFFICE = frozenset({"village_assistant"}), frozenset({"intake_clerk", "handler"})

register(
    CaseKind(
        KIND,
        "待遇领取材料上报清单",
        (
            Transition("open", OPEN, "sent", VILLAGE, title="汇总上报"),
            Transition("receive", "sent", "done", OFFICE, title="已收到", closes=True, outcome="received",
                       levels=frozenset({"township"})),
        ),
        states={"sent": "待镇街签收"},
    )
)  # fmt: skip


def claims_send_up(
    *, actor: Actor, case_ids: Sequence[UUID], today: date, now: datetime, idempotency_key: str | None = None
) -> Case:
    """Send collected claims up, all or none, and open their list; gives the list.

    Raises InputRefused NOTHING_CHOSEN, CaseRefused STEP_NOT_POSSIBLE, POST_REQUIRED, OUT_OF_SCOPE, MATERIAL_MISSING.
    """
    if not case_ids:
        raise InputRefused("NOTHING_CHOSEN", _("没有选择要上报的材料。"), remedy=_("请勾选后再上报。"))
    body = {"cases": sorted(str(one) for one in case_ids)}

    def make() -> Case:
        wanted = Case.objects.select_related("person").filter(kind=CLAIM, id__in=case_ids).order_by("number")
        claims = [_sent(actor, one, today, now) for one in wanted]
        if len(claims) != len(set(case_ids)):
            raise InputRefused("CLAIM_UNKNOWN", _("有的业务不在您的村社。"), remedy=_("请刷新页面。"))
        return case_open(
            actor=actor, kind=KIND, district_code=district_of(actor.scope), division_path=actor.scope,
            title=chinese("待遇领取材料 {count} 份").format(count=len(claims)),
            proposal={"count": len(claims), "lines": [_line(one) for one in claims]}, today=today, channel="village",
        )  # fmt: skip

    with unit_of_work(actor, "claims_send_up"):
        return case_once(idempotency_key, "claims_send_up", body, make)


def _sent(actor: Actor, claim: Case, today: date, now: datetime) -> Case:
    moved = advance(
        actor=actor, case_id=claim.pk, action="send_up", expected_version=claim.version, today=today, now=now
    )
    moved.person = claim.person
    return moved


def _line(claim: Case) -> dict[str, Any]:
    kinds = CaseMaterial.objects.filter(case=claim, removed_at__isnull=True).values_list("kind", flat=True)
    return {
        "number": claim.number, "name": claim.person.name if claim.person else "",
        "materials": "、".join(material_title(one) for one in dict.fromkeys(kinds)),
    }  # fmt: skip
