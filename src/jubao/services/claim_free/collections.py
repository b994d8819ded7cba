"""After the pension is settled: the person is asked to have the certification data collected at any outlet of the city.

Worked example: 张桂芳's pension is approved; the task `certification_collection` stands open in her township's list, and
渝北's window closes it in May with her photo taken there (指引 九、办理须知3).
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.text import _, chinese
from jubao.people.models import Enrolment
from jubao.services.access.log import access_record, require_post
from jubao.services.cases.checks import city_wide
from jubao.services.cases.engine import advance, case_open
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, register
from jubao.services.cases.records import case_found
from jubao.services.claim_free.results import collection_notice
from jubao.services.people.divisions import district_of

KIND = "certification_collection"
COLLECTORS = frozenset({"intake_clerk", "field_worker", "village_assistant", "certification_officer"})

register(
    CaseKind(
        KIND,
        "采集认证信息",
        (
            Transition("open", OPEN, "waiting", frozenset({"handler"}), title="提出"),
            Transition("collect", "waiting", "collected", COLLECTORS, closes=True, outcome="done", title="已采集", reach="city"),
            Transition(
                "set_aside", "waiting", "withdrawn", frozenset({"handler"}), closes=True, outcome="set_aside", title="不再需要",
                needs_reason=True,
            ),
        ),
        states={"waiting": "待采集", "collected": "已采集"},
    )
)  # fmt: skip


def collection_open(*, actor: Actor, entitlement_id: UUID, enrolment: Enrolment, today: date) -> Case:
    """Open the task of one new beneficiary and tell the person; by the program, for whoever approved the pension."""
    case = case_open(
        actor=Actor.system(KIND, scope=actor.scope), kind=KIND, district_code=district_of(enrolment.division_path),
        division_path=enrolment.division_path, person_id=enrolment.person_id, subject_id=entitlement_id,
        title=chinese("采集认证信息：{name}").format(name=enrolment.person.name),
        proposal={"entitlement_id": str(entitlement_id)}, today=today, channel="claim_free",
    )  # fmt: skip
    collection_notice(case=case, today=today)
    return case


def collection_done(
    *, actor: Actor, case_id: UUID, expected_version: int, today: date, now: datetime
) -> Case:
    """Close the task from any outlet of the city. Raises AccessRefused, CaseRefused OUT_OF_SCOPE, CASE_MOVED."""
    require_post(actor, *sorted(COLLECTORS), what=_("采集认证信息"))
    wide = city_wide(actor)
    with unit_of_work(wide, "collection_done", case_id=case_id):
        case = case_found(case_id)
        access_record(
            actor=actor, person_id=case.person_id, fields=["certification_collection"], purpose=chinese("采集认证信息"),
            case_id=case.id,
        )  # fmt: skip
        return advance(
            actor=wide,
            case_id=case_id,
            action="collect",
            expected_version=expected_version,
            today=today,
            now=now,
        )
