"""What the page of one person shows, in two round trips for each tab, only inside the officer's scope.

Worked example: 张*芳, 古南街道 新民村, 领取待遇 since 2023-09, 163.02 yuan a month, certified until 2027-05-16; the head of the
page says it in one line of figures, the tabs behind it hold accounts, months and history.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from jubao.benefits.models import Entitlement, PaymentStatus
from jubao.database.actor import Actor
from jubao.database.together import Plain, Prepared, given, together
from jubao.facts.person_state_words import business_state, ground_text
from jubao.kernel.month import Month
from jubao.people.models import Enrolment, EnrolmentStatus, Person
from jubao.workbench.reads import places


@dataclass(frozen=True)
class Head:
    """Who it is and how things stand today."""

    person: Person
    enrolment: Enrolment
    place: str
    status: EnrolmentStatus | None
    entitlement: Entitlement | None
    payment: PaymentStatus | None
    payments: list[PaymentStatus]

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


_ENROLMENTS = Prepared(
    lambda: (
        Enrolment.objects.filter(person=given("person"))
        .select_related("person", "division")
        .order_by("ended_on", "-enrolled_on")
    )
)
_STATUSES = Prepared(
    lambda: EnrolmentStatus.objects.filter(enrolment=given("enrolment")).order_by("-from_month", "id")
)
_ENTITLEMENTS = Prepared(
    lambda: Entitlement.objects.filter(enrolment=given("enrolment")).order_by("-start_month")[:1]
)
_PAYMENTS = Prepared(
    lambda: PaymentStatus.objects.filter(entitlement__enrolment=given("enrolment")).order_by("id")
)


def enrolment_of(actor: Actor, person_id: UUID) -> Enrolment | None:
    """The live enrolment, else the last one, inside the officer's scope."""
    (found,) = together({"person": person_id}, _ENROLMENTS)
    return next((one for one in found if one.division_path.startswith(actor.scope)), None)


def head_of(enrolment: Enrolment, today: date, *more: Prepared[Any] | Plain) -> tuple[Head, list[list[Any]]]:
    """What the head of the page says, and what the tab asks for `more` of this person, in one round trip.

    Questions may use the values `person`, `enrolment`, `district` (its path) and `above` (the places above).
    """
    path = enrolment.division_path
    values = {
        "person": enrolment.person_id,
        "enrolment": enrolment.pk,
        "district": "".join(f"{code}/" for code in path.split("/") if len(code) == 6),
        "above": places.paths_above([path]),
    }
    names, statuses, entitlements, payments, *answers = together(
        values, places.NAMES, _STATUSES, _ENTITLEMENTS, _PAYMENTS, *more
    )
    month = Month.containing(today).index
    entitlement: Entitlement | None = next(iter(entitlements), None)
    payments = [one for one in payments if entitlement and one.entitlement_id == entitlement.pk]
    head = Head(
        person=enrolment.person,
        enrolment=enrolment,
        place=places.words_of(path, places.known_places(names)),
        status=next((one for one in reversed(statuses) if _is_live(one, month)), next(iter(statuses), None)),
        entitlement=entitlement,
        payment=next((one for one in payments if _is_live(one, month)), None),
        payments=payments,
    )
    return head, answers


def _is_live(one: EnrolmentStatus | PaymentStatus, month: int) -> bool:
    return one.from_month <= month and (one.until_month is None or one.until_month > month)
