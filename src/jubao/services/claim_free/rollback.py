"""回退领待业务: a claim completed before sixty whose person then died or went to prison: no pension, nothing paid, then dealt
with.

Worked example: completed on 2024-03-15 for a birthday on 2024-05-20, death on 2024-04-10: 镇街 reports it, 办理岗 rolls back,
复核岗 approves: the entitlement ends in the month it would have begun, the flag is off, and a case of deregistration stands
open.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from jubao.benefits.models import Entitlement
from jubao.cases.models import Case
from jubao.claim_free.models import Flag, FlagEvent
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.dates import add_months
from jubao.kernel.errors import InputRefused
from jubao.kernel.month import Month
from jubao.kernel.text import _, chinese
from jubao.payments.models import PaymentLine
from jubao.people.models import CustodyPeriod, DeathReport, Enrolment
from jubao.services.benefits.back_pay import next_regular_month
from jubao.services.benefits.entitlements import enrolment_status, entitlement_end
from jubao.services.benefits.statuses import status_change
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import advance, case_open
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, register
from jubao.services.claim_free.check import terms_of
from jubao.services.claim_free.flags import last_event
from jubao.services.claim_free.rollback_follow import follow_up_open
from jubao.services.payments.withdrawals import lines_withdraw
from jubao.services.people.divisions import district_of
from jubao.staff.regions import pack_of

KIND = "claim_rollback"
CAUSES = {"death": "死亡", "custody": "服刑"}
REASON = "ROLLED_BACK"


def rollback_report(
    *, actor: Actor, person_id: UUID, cause: str, happened_on: date, source: str, reason: str, today: date,
    until_on: date | None = None, custody_kind: str = "imprisonment", materials: Sequence[tuple[str, UUID]] = (),
    idempotency_key: str | None = None,
) -> Case:  # fmt: skip
    """Report a death or sentence before sixty of somebody whose claim is completed; the report itself is kept as such.

    Raises InputRefused CAUSE_UNKNOWN, DAY_IMPOSSIBLE, REASON_MISSING; CaseRefused NOT_COMPLETED, AFTER_THE_AGE.
    """
    _check_input(cause, happened_on, reason, today)
    with unit_of_work(actor, "rollback_report"):
        entitlement, enrolment = _completed(person_id)
        _check_before_age(enrolment, happened_on, today)
        if cause == "death":
            DeathReport.objects.get_or_create(
                person_id=person_id, died_on=happened_on, source=source or "FAMILY_REPORT",
                defaults={"reason": reason[:200]},
            )  # fmt: skip
        elif not CustodyPeriod.objects.filter(person_id=person_id, from_on=happened_on).exists():
            CustodyPeriod.objects.create(
                person_id=person_id,
                kind=custody_kind,
                from_on=happened_on,
                until_on=until_on,
                source=source[:200],
            )
        return case_open(
            actor=actor, kind=KIND, district_code=district_of(enrolment.division_path),
            division_path=enrolment.division_path, person_id=person_id, subject_id=entitlement.id,
            title=chinese("回退领待：{name}（{cause}）").format(name=enrolment.person.name, cause=CAUSES[cause]),
            proposal={
                "entitlement_id": str(entitlement.id), "enrolment_id": str(enrolment.id), "cause": cause,
                "cause_title": CAUSES[cause], "happened_on": str(happened_on), "source": source, "reason": reason,
                "start_month": entitlement.start_month, "first_month": str(Month.from_index(entitlement.start_month)),
            },
            today=today, materials=materials, idempotency_key=idempotency_key,
        )  # fmt: skip


def rollback_make(
    *, actor: Actor, case_id: UUID, reason: str, expected_version: int, today: date, now: datetime
) -> Case:
    """回退 by the district's handler, for the reviewer to decide."""
    return advance(
        actor=actor, case_id=case_id, action="rollback", reason=reason, expected_version=expected_version,
        today=today, now=now,
    )  # fmt: skip


def _check_input(cause: str, happened_on: date, reason: str, today: date) -> None:
    if cause not in CAUSES:
        raise InputRefused("CAUSE_UNKNOWN", _("没有写明原因。"), remedy=_("请选择死亡或服刑。"))
    if happened_on > today:
        raise InputRefused("DAY_IMPOSSIBLE", _("日期在今天之后。"), remedy=_("请核对日期。"))
    if not reason.strip():
        raise InputRefused("REASON_MISSING", _("没有写明情况。"), remedy=_("请写明来源和核实的情况。"))


def _completed(person_id: UUID) -> tuple[Entitlement, Enrolment]:
    is_used = Flag.objects.filter(person_id=person_id, state=Flag.State.USED).exists()
    entitlement = (
        Entitlement.objects.select_related("enrolment__person")
        .filter(enrolment__person_id=person_id, end_month__isnull=True)
        .first()
    )
    if not is_used:
        entitlement = None
    if entitlement is None:
        raise CaseRefused(
            "NOT_COMPLETED",
            _("这个人没有已办结的免申即享待遇，不需要回退。"),
            remedy=_("在办的请终止或撤销标识；已领取的请办理停发。"),
        )
    return entitlement, entitlement.enrolment


def _check_before_age(enrolment: Enrolment, happened_on: date, today: date) -> None:
    years = int(terms_of(pack_of(enrolment.division_path), today).arguments["pension_age_years"])
    of_age_on = add_months(enrolment.person.birth_date, years * 12)
    if happened_on >= of_age_on:
        raise CaseRefused(
            "AFTER_THE_AGE",
            _("发生在年满60周岁（{day}）以后，不是回退领待业务。").format(day=of_age_on),
            remedy=_("请办理停发或暂停。"),
            citation=pack_of(enrolment.division_path).cite("QJ-A1-5-3b"),
        )


def _rolled_back(*, case: Any, actor: Actor, today: date) -> None:
    """Effect: the pension ends before it began; whatever a draft holds is out; flag off; the next business opens."""
    entitlement = Entitlement.objects.select_for_update().get(id=case.proposal["entitlement_id"])
    start = entitlement.start_month
    if next_regular_month(case.district_code, today) > start and _is_paid(entitlement.id):
        raise CaseRefused(
            "PAID_ALREADY",
            _("{month} 的待遇已经发放。").format(month=Month.from_index(start)),
            remedy=_("请办理停发和追回。"),
        )
    lines_withdraw(entitlement_id=entitlement.id, reason=REASON)
    status_change(
        entitlement_id=entitlement.id, kind="stopped", from_month=start, reason=REASON,
        legal_basis=str(pack_of(case.division_path).cite("QJ-A1-5-3b"))[:120], proposed_by=case.maker_id,
        decided_by=actor.natural_person_id, case_id=case.id,
    )  # fmt: skip
    entitlement_end(
        actor=actor, entitlement_id=entitlement.id, end_month=start, reason=REASON, case_id=case.id
    )
    enrolment = Enrolment.objects.select_related("person").get(id=case.proposal["enrolment_id"])
    enrolment_status(enrolment.id, "active", start, REASON, case.id)
    _flag_off(case, actor)
    follow_up_open(case=case, enrolment=enrolment, actor=actor, today=today)


def _is_paid(entitlement_id: UUID) -> bool:
    sent = ("sent", "reconciled", "closed")
    return PaymentLine.objects.filter(
        entitlement_id=entitlement_id, is_live=True, run__state__in=sent
    ).exists()


def _flag_off(case: Any, actor: Actor) -> None:
    """It leaves 办结 in the figures; by staff, so it is no waiver."""
    event = last_event(case)
    code = "DECEASED" if case.proposal["cause"] == "death" else "SERVING_SENTENCE"
    flag = Flag.objects.select_for_update().get(enrolment_id=case.proposal["enrolment_id"])
    reason = _("办结后、年满60周岁前{cause}，回退领待业务").format(cause=case.proposal["cause_title"])
    Flag.objects.filter(id=flag.id).update(
        state=Flag.State.REVOKED, reason_code=code, reason=reason, changed_at=event.at
    )
    FlagEvent.objects.create(
        flag=flag, action="revoked", reason_code=code, reason=reason, officer_id=actor.officer_id,
        natural_person_id=actor.natural_person_id, at=event.at,
    )  # fmt: skip


_INTAKE, _HANDLER, _REVIEWER = frozenset({"intake_clerk"}), frozenset({"handler"}), frozenset({"reviewer"})

register(
    CaseKind(
        KIND,
        "回退领待业务",
        (
            Transition("open", OPEN, "reported", _INTAKE, title="报告", steps=("report",)),
            Transition("rollback", "reported", "handled", _HANDLER, title="回退", steps=("rollback",),
                       makes_proposal=True, needs_reason=True),
            Transition("approve", "handled", "approved", _REVIEWER, True, True, title="同意", steps=("review",),
                       levels=frozenset({"district"}), outcome="approved"),
            Transition("return", "handled", "reported", _REVIEWER, True, title="退回", steps=("review",),
                       levels=frozenset({"district"}), needs_reason=True),
            Transition("withdraw", "reported", "withdrawn", _INTAKE | _HANDLER, closes=True, title="撤回",
                       outcome="withdrawn", needs_reason=True),
        ),
        {"approve": _rolled_back},
        {"reported": "待回退", "handled": "待复核"},
    )
)  # fmt: skip
