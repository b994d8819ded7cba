"""One county for tests of benefits: its officers, people who draw a pension there, days on which things happen.

Worked example::

    here = County("500110")
    case = suspension_propose(actor=here.cast.handler.actor, entitlement_id=here.someone().entitlement_id, …)
    here.decide(case, on=date(2025, 2, 10))                 # opened and approved by the reviewer at ten in the morning
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, timezone
from typing import Any
from uuid import UUID

from django.db import connection

from jubao.benefits.models import PaymentStatus
from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.facts.dues import COLUMNS, dues_sql
from jubao.kernel.month import Month
from jubao.people.models import Division
from jubao.services.cases.engine import advance, case_view
from tests.support.cast import a_cast
from tests.support.residents import Beneficiary, a_beneficiary, system

OFFICE = timezone(timedelta(hours=8))


def at_ten(day: date) -> datetime:
    """Ten in the morning of a day, in office time."""
    return datetime.combine(day, time(10), OFFICE)


class County:
    """The officers and beneficiaries of one district."""

    def __init__(self, district: str, next_county: str = "440523") -> None:
        self.district = district
        self.cast = a_cast(district, next_county=next_county)
        self.path = self.cast.reviewer.actor.scope
        self.village = Division.objects.get(path=self.cast.assistant.actor.scope)

    def someone(self, **about: Any) -> Beneficiary:
        """Somebody who draws a pension in the first village."""
        return a_beneficiary(village=self.village, **about)

    def decide(
        self, case: Case, *, on: date, action: str = "approve", by: Actor | None = None, **more: Any
    ) -> Case:
        """Open the page and decide."""
        actor = by or self.cast.reviewer.actor
        seen = case_view(actor=actor, case_id=case.id, now=at_ten(on))
        return advance(
            actor=actor, case_id=case.id, action=action, expected_version=seen.version, digest_seen=seen.digest,
            today=on, now=at_ten(on), **more,
        )  # fmt: skip

    def dues(self, month: Month, *who: Beneficiary) -> list[dict[str, Any]]:
        """What the payment of a month would take, in order of person, month and kind."""
        with connection.cursor() as cursor:
            cursor.execute(dues_sql(month=month.index), {"prefix": f"{self.path}%", "month": month.index})
            rows = [dict(zip(COLUMNS, row, strict=True)) for row in cursor.fetchall()]
        wanted = {one.enrolment.id for one in who}
        kept = [row for row in rows if not who or row["enrolment_id"] in wanted]
        return sorted(kept, key=lambda row: (row["enrolment_id"], row["benefit_month"], row["kind"]))

    def lines(self, month: Month, *who: Beneficiary) -> list[tuple[str, str, str]]:
        """The dues as (month, kind, cause)."""
        return [
            (str(Month.from_index(row["benefit_month"])), row["kind"], row["cause"])
            for row in self.dues(month, *who)
        ]

    def suspended(self, who: Beneficiary, from_month: Month, reason: str = "NOT_CERTIFIED") -> UUID:
        """Put somebody into a suspension as an earlier decision left it."""
        case = Case.objects.create
        maker, checker = self.cast.handler.person.id, self.cast.reviewer.person.id
        with unit_of_work(system(), "test"):
            made = case(
                number=f"T{who.entitlement_id}"[:30], kind="suspension", district_code=self.district,
                division_path=self.path, state="approved", is_open=False, outcome="approved", maker_id=maker,
                checker_id=checker,
            )  # fmt: skip
            PaymentStatus.objects.filter(entitlement_id=who.entitlement_id).update(
                until_month=from_month.index
            )
            PaymentStatus.objects.create(
                entitlement_id=who.entitlement_id, kind="suspended", from_month=from_month.index, reason=reason,
                legal_basis="test", proposed_by=maker, decided_by=checker, case_id=made.id,
            )  # fmt: skip
        return made.id
