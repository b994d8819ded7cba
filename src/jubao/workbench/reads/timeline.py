"""What happened to one person, newest first, each with the case and the officer behind it.

Worked example: 2026-07-03 暂停发放 未按期认证, 500110-2026-000123, 决定人 王志强; 2026-10-08 现场认证 …
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.utils import timezone

from jubao.benefits.models import Determination, PaymentStatus
from jubao.cases.models import CaseEvent
from jubao.certification.models import CertificationEvent
from jubao.facts.person_state_words import CHANNELS, ENROLMENT, PAYMENT, ground_text
from jubao.kernel.month import Month
from jubao.people.models import DeathReport, Enrolment, EnrolmentStatus, PersonChange
from jubao.services.cases.kinds import kinds
from jubao.workbench.reads.people_names import officer_names
from jubao.workbench.templatetags.figures import last_month, yuan

SHOWN = 200


@dataclass(frozen=True)
class Happening:
    """One line: the day, what, how long or why, by whom, under which case."""

    on: date
    title: str
    detail: str = ""
    officer: str = ""
    case_id: UUID | None = None
    case_number: str = ""


def timeline(enrolment: Enrolment) -> list[Happening]:
    """Everything of a person, newest first."""
    found = [
        *_steps(enrolment),
        *_states(enrolment),
        *_payment(enrolment),
        *_proofs(enrolment),
        *_person(enrolment),
    ]
    return sorted(found, key=lambda one: one.on, reverse=True)[:SHOWN]


def _day(moment: datetime) -> date:
    return timezone.localtime(moment).date()


def _steps(enrolment: Enrolment) -> Iterator[Happening]:
    """The steps of the person's cases."""
    events = (
        CaseEvent.objects.filter(case__person_id=enrolment.person_id)
        .exclude(action="viewed")
        .select_related("case")
        .order_by("-at")[:SHOWN]
    )
    events_list = list(events)
    names = officer_names(event.natural_person_id for event in events_list)
    for event in events_list:
        yield Happening(
            _day(event.at),
            step_words(event),
            event.reason,
            names.get(event.natural_person_id, ""),
            event.case_id,
            event.case.number,
        )


def step_words(event: CaseEvent) -> str:
    """The kind and what was done with it."""
    kind = kinds().get(event.case.kind)
    if kind is None:
        return f"{event.case.kind} {event.action}"
    action = next((one.title for one in kind.transitions if one.action == event.action), event.action)
    return f"{kind.title}：{'修改' if event.action == 'propose' else action}"


def _period(from_month: int, until_month: int | None) -> str:
    return f"{Month.from_index(from_month)} 至 {last_month(until_month) or '今'}"


def _states(enrolment: Enrolment) -> Iterator[Happening]:
    for one in EnrolmentStatus.objects.filter(enrolment=enrolment):
        words = " ".join((_period(one.from_month, one.until_month), ground_text(one.reason))).strip()
        yield Happening(
            Month.from_index(one.from_month).first_day,
            ENROLMENT.get(one.kind, one.kind),
            words,
            case_id=one.case_id,
        )


def _payment(enrolment: Enrolment) -> Iterator[Happening]:
    statuses = list(PaymentStatus.objects.filter(entitlement__enrolment=enrolment))
    determinations = list(Determination.objects.filter(entitlement__enrolment=enrolment))
    names = officer_names(
        [*(one.decided_by for one in statuses), *(one.approved_by for one in determinations)]
    )
    for one in statuses:
        words = " ".join(
            (_period(one.from_month, one.until_month), ground_text(one.reason), one.legal_basis)
        ).strip()
        officer = names.get(one.decided_by, "") if one.decided_by else ""
        yield Happening(_day(one.recorded_at), PAYMENT[one.kind], words, officer, one.case_id)
    for made in determinations:
        words = f"{Month.from_index(made.month)} 起每月 {yuan(made.monthly_pension_fen)} 元"
        officer = names.get(made.approved_by, "") if made.approved_by else ""
        yield Happening(
            _day(made.created_at), f"待遇核定（第 {made.sequence} 次）", words, officer, made.case_id
        )


def _proofs(enrolment: Enrolment) -> Iterator[Happening]:
    for one in CertificationEvent.objects.filter(enrolment=enrolment).order_by("-id")[:SHOWN]:
        yield Happening(
            one.certified_on, "资格认证", CHANNELS.get(one.channel, one.channel), case_id=one.case_id
        )


def _person(enrolment: Enrolment) -> Iterator[Happening]:
    for report in DeathReport.objects.filter(person_id=enrolment.person_id):
        yield Happening(report.died_on, "死亡信息", report.source, case_id=report.case_id)
    for change in PersonChange.objects.filter(person_id=enrolment.person_id):
        yield Happening(
            _day(change.changed_at),
            "信息变更",
            FIELDS.get(change.field, change.field),
            case_id=change.case_id,
        )


FIELDS = {"name": "姓名", "gender": "性别", "birth_date": "出生日期", "division": "户籍地", "address": "地址"}
