"""What the page of one person shows, each part by one query, only inside the officer's scope.

Worked example: 张*芳, 古南街道 新民村, 领取待遇 since 2023-09, 163.02 yuan a month, certified until 2027-05-16; the head of the
page says it in one line of figures, the tabs behind it hold accounts, months and history.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q

from jubao.archive.models import Document
from jubao.benefits.models import Determination, Entitlement, PaymentStatus
from jubao.certification.models import CertificationEvent
from jubao.database.actor import Actor
from jubao.facts.person_state_words import CHANNELS, business_state, ground_text
from jubao.kernel.errors import DomainError
from jubao.kernel.month import Month
from jubao.people.models import Enrolment, EnrolmentStatus, PayoutAccount, Person
from jubao.people.numbers import numbers_of
from jubao.services.certifications import CertificationDuty, certification_duty
from jubao.staff.regions import pack_of
from jubao.workbench.reads.places import place_names


@dataclass(frozen=True)
class Head:
    """Who it is and how things stand today."""

    person: Person
    enrolment: Enrolment
    place: str
    number: str
    status: EnrolmentStatus | None
    entitlement: Entitlement | None
    determination: Determination | None
    payment: PaymentStatus | None
    certified: CertificationEvent | None
    account: PayoutAccount | None
    phone: str
    duty: CertificationDuty | None
    age: int

    @property
    def state(self) -> str:
        """As clerks call it."""
        kind = self.status.kind if self.status else ""
        return business_state(kind, self.payment.kind if self.payment else "")

    @property
    def tone(self) -> str:
        """Green for what runs, amber for what waits, red for what stopped."""
        kind = self.payment.kind if self.payment else ""
        if kind in ("suspended", "stopped", "sealed"):
            return "bad"
        return "wait" if kind == "held" or (self.status and self.status.kind == "paused") else "ok"

    @property
    def ground(self) -> str:
        """Why payment or contribution does not run."""
        if self.payment and self.payment.kind != "normal":
            return ground_text(self.payment.reason)
        return ground_text(self.status.reason) if self.status else ""

    @property
    def channel(self) -> str:
        """How the last certification was made."""
        return CHANNELS.get(self.certified.channel, self.certified.channel) if self.certified else ""


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def enrolment_of(actor: Actor, person_id: UUID) -> Enrolment | None:
    """The live enrolment, else the last one, inside the officer's scope."""
    found = Enrolment.objects.filter(person_id=person_id, division_path__startswith=actor.scope)
    return found.select_related("person", "division").order_by("ended_on", "-enrolled_on").first() or None


def head_of(enrolment: Enrolment, today: date) -> Head:
    """Everything the head of the page says."""
    month = Month.containing(today).index
    live = Q(from_month__lte=month) & (Q(until_month__isnull=True) | Q(until_month__gt=month))
    entitlement = enrolment.entitlements.order_by("-start_month").first()
    person = enrolment.person
    phone = person.phones.filter(until_on__isnull=True).order_by("-is_mobile").first()
    return Head(
        person=person,
        enrolment=enrolment,
        place=place_names([enrolment.division_path]).get(enrolment.division_path, ""),
        number=numbers_of([person.pk]).get(person.pk, ""),
        status=enrolment.statuses.filter(live).first() or enrolment.statuses.order_by("-from_month").first(),
        entitlement=entitlement,
        determination=entitlement.determinations.order_by("-sequence").first() if entitlement else None,
        payment=entitlement.payment_statuses.filter(live).first() if entitlement else None,
        certified=enrolment.certifications.order_by("-certified_on", "-id").first(),
        account=person.payout_accounts.filter(until_on__isnull=True).order_by("-from_on").first(),
        phone=phone.number if phone else "",
        duty=_duty(enrolment, today) if entitlement else None,
        age=_age(person.birth_date, today),
    )


def _duty(enrolment: Enrolment, today: date) -> CertificationDuty | None:
    """Until when the certification holds; nothing where no text of the region says."""
    try:
        return certification_duty(enrolment_id=enrolment.pk, pack=pack_of(enrolment.division_path), on=today)
    except DomainError:
        return None


def documents_of(person_id: UUID, case_ids: list[UUID]) -> list[Document]:
    """The papers of the person and of the person's cases, newest first."""
    found = Document.objects.filter(Q(person_id=person_id) | Q(case_id__in=case_ids))
    return list(found.order_by("-id")[:100])


def facts_of(head: Head) -> list[tuple[str, Any]]:
    """The participant's data as label and value, masked."""
    enrolment = head.enrolment
    return [
        ("性别", head.person.get_gender_display()),
        ("年龄", head.age),
        ("个人编号", head.person.personal_number),
        ("参保日期", enrolment.enrolled_on.isoformat()),
        ("镇街、村社", head.place),
        ("独生子女父母", {True: "是", False: "否", None: "未登记"}[enrolment.is_only_child]),
    ]
