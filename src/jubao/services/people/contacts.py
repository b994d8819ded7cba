"""Contact attempts before anything is decided against somebody, and the task of making them (CQ-09-5, CQ-21-3).

Worked example: a phone call on 3 June and a visit on 9 June both fail; in a region that asks for two means, closing the task
proposes a suspension UNREACHABLE to the district. Had anybody reached her, the task would simply end.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from jubao.cases.models import Case
from jubao.certification.models import ContactAttempt
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _, chinese
from jubao.people.models import Enrolment
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import case_open
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, register
from jubao.services.people.divisions import district_of
from jubao.staff.regions import pack_of

MEANS = {
    "phone": "电话",
    "sms": "短信",
    "home_visit": "上门",
    "relative": "联系亲属",
    "village": "村(居)核实",
}
CALLERS = frozenset({"field_worker", "village_assistant", "intake_clerk", "handler", "certification_officer"})


def contact_record(
    *, actor: Actor, person_id: UUID, means: str, attempted_on: date, was_reached: bool, today: date,
    note: str = "", case_id: UUID | None = None,
) -> ContactAttempt:  # fmt: skip
    """Record one try to reach somebody, for the open task if there is one.

    Raises InputRefused MEANS_UNKNOWN, ATTEMPT_IN_FUTURE.
    """
    if means not in MEANS:
        raise InputRefused(
            "MEANS_UNKNOWN",
            _("没有这种联系方式。"),
            remedy=_("请选择：{means}。").format(means="、".join(MEANS.values())),
        )
    if attempted_on > today:
        raise InputRefused("ATTEMPT_IN_FUTURE", _("联系日期在今天之后。"), remedy=_("请核对日期。"))
    with unit_of_work(actor, "contact_record", case_id=case_id):
        task = Case.objects.filter(kind="contact", person_id=person_id, is_open=True).first()
        case_id = case_id or (task.id if task else None)
        return ContactAttempt.objects.create(
            person_id=person_id, means=means, attempted_on=attempted_on, was_reached=was_reached, note=note,
            case_id=case_id, officer_id=actor.officer_id,
        )  # fmt: skip


def contact_task_open(
    *, actor: Actor, entitlement_id: UUID, today: date, idempotency_key: str | None = None
) -> Case:
    """Open the task of reaching somebody; the attempts recorded meanwhile belong to it, closing it draws the conclusion."""
    with unit_of_work(actor, "contact_task_open"):
        enrolment = Enrolment.objects.select_related("person").get(entitlements__id=entitlement_id)
        return case_open(
            actor=actor, kind="contact", district_code=district_of(enrolment.division_path),
            division_path=enrolment.division_path, person_id=enrolment.person_id, subject_id=entitlement_id,
            title=chinese("联系：{name}").format(name=enrolment.person.name), proposal={"entitlement_id": str(entitlement_id)},
            today=today, idempotency_key=idempotency_key,
        )  # fmt: skip


def _close(*, case: Case, actor: Actor, today: date) -> None:
    """End of the task: reached, or every means the pack asks for has failed and a suspension is proposed."""
    from jubao.services.benefits.suspensions import suspension_propose

    pack = pack_of(case.division_path)
    needed = int(pack.setting("miss.contact_means", today).value)
    assert case.person_id is not None
    attempts = ContactAttempt.objects.filter(case_id=case.id).order_by("attempted_on", "id")
    if any(attempt.was_reached for attempt in attempts):
        return
    failed = {attempt.means for attempt in attempts}
    if not failed or len(failed) < needed:
        raise CaseRefused(
            "CONTACT_INCOMPLETE",
            _("只试过 {tried} 种联系方式，须试 {needed} 种不同的方式。").format(
                tried=len(failed), needed=max(needed, 1)
            ),
            remedy=_("请继续联系并登记，或登记已联系上。"),
            citation=pack.setting("miss.contact_means", today).citation,
        )
    if case.subject_id is not None:
        suspension_propose(
            actor=Actor.system("contact_close", scope=actor.scope),
            entitlement_id=case.subject_id,
            reason="UNREACHABLE",
            evidence={"contact_case": case.number},
            today=today,
        )


CONTACT = register(
    CaseKind(
        "contact",
        "联系未认证人员",
        (
            Transition("open", OPEN, "contacting", CALLERS, title="下发"),
            Transition("close", "contacting", "done", CALLERS, closes=True, title="办结", outcome="done"),
        ),
        {"close": _close},
        {"contacting": "联系中"},
    )
)
