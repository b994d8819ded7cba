"""The people of the claim-free lists: one query for the list, the tabs of the SMS page, the villages, with telephone and card.

Worked example: `listed("500000/500110/")` is everybody the district's extractions found; `unsent(…)` of them those who are not
told yet; with `rule.condition("phone")` those to whom an SMS can go, without it the wrong numbers. Both together are all.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import BooleanField, CharField, Exists, OuterRef, Q, QuerySet, Subquery

from jubao.certification.models import ContactAttempt
from jubao.claim_free.models import Flag, Notification
from jubao.kernel.month import Month
from jubao.notices.models import DeliveryAttempt, OutboxMessage
from jubao.people.mobile_numbers import MobileRule, mobile_rule
from jubao.people.models import CardAccountCheck, Phone, SharedFact
from jubao.people.search import search_people
from jubao.policy import Pack
from jubao.services.claim_free.cases import WAITING
from jubao.services.claim_free.month_tasks import SEND, dated_tasks
from jubao.staff.regions import pack_of

MOST_FOUND = 500
UNTOLD = ("extracted", "verified")


def listed(scope: str) -> QuerySet[Any]:
    """Everybody with a flag, in the officer's place; `phone` is the number messages go to, else any other."""
    live = Phone.objects.filter(person=OuterRef("person"), until_on__isnull=True).order_by(
        "-is_mobile", "-from_on"
    )
    rows = Flag.objects.filter(division_path__startswith=scope).select_related("person", "case")
    found: QuerySet[Any] = rows.annotate(phone=Subquery(live.values("number")[:1], output_field=CharField()))
    return found


def with_card(rows: QuerySet[Any]) -> QuerySet[Any]:
    """The same with the last answer of the card system: `card` (found, none, failed), `is_activated`."""
    last = CardAccountCheck.objects.filter(person=OuterRef("person")).order_by("-fetched_at", "-id")
    found: QuerySet[Any] = rows.annotate(
        card=Subquery(last.values("outcome")[:1], output_field=CharField()),
        is_activated=Subquery(last.values("is_activated")[:1], output_field=BooleanField()),
    )
    return found


def matching(rows: QuerySet[Any], scope: str, text: str) -> QuerySet[Any]:
    """Those whose initials, name, number or personal number begin with what was typed."""
    people = search_people(scope=scope, text=text, limit=MOST_FOUND).people
    return rows.filter(person_id__in=[one.person_id for one in people])


def rule_of(scope: str, today: date) -> MobileRule:
    """The rule of mobile numbers where the officer works."""
    return mobile_rule(pack_of(scope), today)


def unconfirmed(scope: str) -> QuerySet[Any]:
    """With flag, not confirmed yet."""
    return listed(scope).filter(state=Flag.State.FLAGGED, case__state__in=WAITING)


def unsent(scope: str) -> QuerySet[Any]:
    """With flag, neither confirmed nor told, no SMS sent."""
    sent = Notification.objects.filter(case=OuterRef("case"), means="sms")
    return listed(scope).filter(~Exists(sent), state=Flag.State.FLAGGED, case__state__in=UNTOLD)


def wrong_number(rule: MobileRule) -> Q:
    """No number, or one that is no mobile number."""
    return Q(phone__isnull=True) | ~rule.condition("phone")


def sent(scope: str) -> QuerySet[Any]:
    """Every SMS sent, with its message's state and what the other side said last."""
    message = OutboxMessage.objects.filter(id=OuterRef("message_id"))
    said = DeliveryAttempt.objects.filter(message_id=OuterRef("message_id")).order_by("-id")
    return (
        Notification.objects.filter(means="sms", case__division_path__startswith=scope)
        .select_related("case__person")
        .annotate(
            recipient=Subquery(message.values("recipient")[:1], output_field=CharField()),
            delivery=Subquery(message.values("state")[:1], output_field=CharField()),
            delivered_at=Subquery(message.values("delivered_at")[:1]),
            said=Subquery(said.values("answer")[:1], output_field=CharField()),
        )
    )


def sms_due_on(pack: Pack, month: int) -> date | None:
    """The last day for the SMS of a month; None where the region's calendar has none."""
    return next((one.due_on for one in dated_tasks(pack, Month.from_index(month)) if one.key == SEND), None)


def overdue_unsent(scope: str, today: date) -> QuerySet[Any]:
    """Not told though the day of their month has passed (QJ-4-2a)."""
    rows, pack = unsent(scope), pack_of(scope)
    months = set(rows.order_by().values_list("month", flat=True).distinct())
    late = [month for month in months if (due := sms_due_on(pack, month)) is not None and today > due]
    return rows.filter(month__in=late)


def months_listed(scope: str) -> list[tuple[str, str]]:
    """The months that have a list, the newest first, for a selection."""
    months = Flag.objects.filter(division_path__startswith=scope).order_by("-month")
    return [
        (str(month), str(Month.from_index(month)))
        for month in months.values_list("month", flat=True).distinct()
    ]


def mobility_impaired(person_ids: Sequence[UUID]) -> set[UUID]:
    """Those whom shared data call 行动不便."""
    facts = SharedFact.objects.filter(person_id__in=person_ids, fact="mobility_impaired", value="yes")
    return set(facts.values_list("person_id", flat=True))


def contacts_of(case_ids: Sequence[UUID]) -> dict[UUID, list[ContactAttempt]]:
    """The attempts to reach the person of each case, the newest first."""
    made: dict[UUID, list[ContactAttempt]] = {}
    for attempt in ContactAttempt.objects.filter(case_id__in=case_ids).order_by("-attempted_on", "-id"):
        if attempt.case_id is not None:
            made.setdefault(attempt.case_id, []).append(attempt)
    return made


def told(case_ids: Sequence[UUID]) -> dict[UUID, Notification]:
    """How each person was told last."""
    return {
        one.case_id: one for one in Notification.objects.filter(case_id__in=case_ids).order_by("at", "id")
    }
