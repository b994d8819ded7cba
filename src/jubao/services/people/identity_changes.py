"""Changing the participation identity of many in one reviewed batch: what the lists give instead of what is registered.

Worked example: 412 normal payers whose identity differs in 2026-11 are proposed; between proposal and approval one was changed
elsewhere: that row is refused with its reason, 411 are changed, each with its former value kept (A8, A9).
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import InputRefused
from jubao.kernel.month import Month
from jubao.kernel.text import _, chinese
from jubao.people.models import Division, Enrolment, PersonChange
from jubao.policy import load_pack
from jubao.services.access.sealed_accounts import sealed_among
from jubao.services.cases.engine import case_open
from jubao.services.cases.kinds import CaseKind, propose_and_decide, register
from jubao.services.people.special_groups import identity_differs

MOST_ROWS = 20_000


def _apply(*, case: Any, actor: Actor, today: date) -> None:
    lines = {UUID(key): (old, new) for key, old, new in case.proposal["rows"]}
    changed, overtaken = [], []
    stays = sealed_among(list(lines))
    for enrolment in Enrolment.objects.select_for_update().filter(id__in=lines):
        old, new = lines[enrolment.id]
        if enrolment.participation_identity != old or enrolment.ended_on is not None or enrolment.id in stays:
            overtaken.append(str(enrolment.id))
            continue
        enrolment.participation_identity = new
        changed.append(enrolment)
    Enrolment.objects.bulk_update(changed, ["participation_identity"], batch_size=1000)
    PersonChange.objects.bulk_create(
        [
            PersonChange(
                person=one.person, field="participation_identity", old_value=lines[one.id][0],
                new_value=lines[one.id][1], case_id=case.id,
            )
            for one in Enrolment.objects.filter(id__in=[one.id for one in changed]).select_related("person")
        ],
        batch_size=1000,
    )  # fmt: skip
    case.title = _(
        "参保身份批量变更：{changed} 人，另有 {skipped} 人在此期间已变更或账户已封存，未改"
    ).format(changed=len(changed), skipped=len(overtaken))
    case.save(update_fields=["title"])


register(
    CaseKind(
        kind="identity_batch",
        title=chinese("参保身份批量变更"),
        transitions=propose_and_decide(
            makers=frozenset({"intake_clerk", "handler", "data_officer"}),
            make_steps=(),
            deciders=frozenset({"reviewer", "data_reviewer"}),
            decide_steps=(),
            decide_levels=frozenset({"district"}),
        ),
        effects={"approve": _apply},
    )
)


def identity_batch_propose(
    *, actor: Actor, district_code: str, month: Month, today: date, idempotency_key: str | None = None
) -> Case:
    """Propose every difference of the place in one case. Raises InputRefused NOTHING_DIFFERS, TOO_MANY_ROWS."""
    with unit_of_work(actor, "identity_batch_propose"):
        found = identity_differs(load_pack(district_code), scope=actor.scope, month=month)
        if not found:
            raise InputRefused("NOTHING_DIFFERS", _("没有身份不一致的人。"), remedy=_("请先导入本月名单。"))
        if len(found) > MOST_ROWS:
            raise InputRefused(
                "TOO_MANY_ROWS",
                _("有 {count} 人身份不一致，一批最多 {most} 人。").format(count=len(found), most=MOST_ROWS),
                remedy=_("请按镇街分批提出。"),
            )
        district = Division.objects.get(code=district_code, valid_until__isnull=True)
        place = actor.scope if actor.scope.startswith(district.path) else district.path
        rows = [[str(one.enrolment_id), one.registered, one.found] for one in found]
        return case_open(
            actor=actor, kind="identity_batch", district_code=district_code, division_path=place,
            title=chinese("参保身份批量变更：{count} 人（{month}）").format(count=len(rows), month=month),
            proposal={"month": str(month), "rows": rows}, today=today, idempotency_key=idempotency_key,
        )  # fmt: skip
