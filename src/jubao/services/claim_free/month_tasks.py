"""每月任务: the dated tasks of each township from the pack's calendar; done by a click or because nothing is left to do.

Worked example: on 2024-01-01 every township of 綦江 gets four tasks; the list check is due on 2024-01-03 (New Year's Day is a
holiday) and overdue on 2024-01-04. A township whose last extracted person was verified on the 2nd has done it by that fact.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import CharField, Count, F, Func, Q, QuerySet, Value

from jubao.claim_free.models import Extraction, MonthSummary, MonthTask
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.facts.claim_free_figures import BEHIND, flags_of
from jubao.kernel.errors import CheckFailed
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.people.models import Division
from jubao.policy import Pack, load_pack
from jubao.policy.schema.feeds import CalendarEntry
from jubao.services.cases.deadlines import OFFICE_TIME, calendar

PREFIX = "claim_free_"
TOWNSHIP = r"^(?:[0-9]{6}/)*[0-9]{9}/"
VERIFY, SEND, CONFIRM, SUMMARISE = (
    "claim_free_list_verification",
    "claim_free_sms",
    "claim_free_confirmation",
    "claim_free_statistics",
)
BEFORE_CONFIRMATION = Q(outcome="waiting", case__state__in=("extracted", "verified"))
LEFT = {VERIFY: BEHIND["unverified"], SEND: BEFORE_CONFIRMATION, CONFIRM: BEHIND["waiting"]}
"""Task → the people for whom it still has to be done."""
LIST_OF = {VERIFY: "unverified", SEND: "unsent", CONFIRM: "waiting", SUMMARISE: "extracted"}
"""Task → the figure whose list shows them."""


@dataclass(frozen=True)
class Dated:
    """An entry of the calendar in one month."""

    key: str
    title: str
    from_on: date
    due_on: date


def dated_tasks(pack: Pack, month: Month) -> list[Dated]:
    """The programme's entries of the calendar in that month, in order of their last days; none where the text has none."""
    found = []
    for key, entries in pack.calendar.items():
        if not key.startswith(PREFIX):
            continue
        entry = next((one for one in entries if _holds(one, month)), None)
        if entry is not None:
            found.append(Dated(key, entry.title, *days_of(entry, month)))
    return sorted(found, key=lambda one: (one.due_on, one.from_on))


def _holds(entry: CalendarEntry, month: Month) -> bool:
    starts, ends = entry.starts or date.min, entry.ends or date.max
    return starts <= month.last_day and ends >= month.first_day and entry.month in (None, month.month)


def days_of(entry: CalendarEntry, month: Month) -> tuple[date, date]:
    """First and last day, both inclusive: so many working days from the first on, or days of the month (to its end at most)."""
    first, last = month.first_day, month.last_day
    if entry.working_days:
        return first, calendar().add_working_days(first - timedelta(days=1), entry.working_days)
    until = min(entry.day_until or entry.day_from or last.day, last.day)
    return first.replace(day=min(entry.day_from or 1, last.day)), first.replace(day=until)


def confirmation_due(pack: Pack, month: int) -> date:
    """The last day of the schedule for confirmations of a month: after it a case is overdue and may still be confirmed."""
    at = Month.from_index(month)
    return next((one.due_on for one in dated_tasks(pack, at) if one.key == CONFIRM), at.last_day)


def tasks_create(*, actor: Actor, district_code: str, month: int) -> int:
    """The tasks of every township of a district for a month; how many are new. A second call adds none (QJ-5-1a)."""
    wanted = dated_tasks(load_pack(district_code), Month.from_index(month))
    with unit_of_work(actor, "month_tasks_create"):
        before = MonthTask.objects.filter(district_code=district_code, month=month).count()
        MonthTask.objects.bulk_create(
            (
                MonthTask(
                    division_path=path, district_code=district_code, month=month, key=one.key, title=one.title,
                    from_on=one.from_on, due_on=one.due_on,
                )
                for path in townships_of(district_code)
                for one in wanted
            ),
            ignore_conflicts=True,
        )  # fmt: skip
        return MonthTask.objects.filter(district_code=district_code, month=month).count() - before


def townships_of(district_code: str) -> list[str]:
    """The paths of the live townships of a district."""
    found = Division.objects.filter(
        level="township",
        valid_until__isnull=True,
        parent__code=district_code,
        parent__valid_until__isnull=True,
    )
    return list(found.order_by("code").values_list("path", flat=True))


def task_done(*, actor: Actor, task_id: UUID, note: str = "", now: datetime) -> MonthTask:
    """An officer says that it is done. Raises CheckFailed TASK_UNKNOWN, TASK_NOT_BEGUN."""
    with unit_of_work(actor, "month_task_done"):
        task = MonthTask.objects.select_for_update().filter(id=task_id).first()
        if task is None or not task.division_path.startswith(actor.scope.rstrip("%")):
            raise CheckFailed("TASK_UNKNOWN", _("您的辖区内没有这项任务。"), remedy=_("请刷新页面。"))
        if task.from_on > now.astimezone(OFFICE_TIME).date():
            raise CheckFailed(
                "TASK_NOT_BEGUN",
                _("“{title}”{day}才开始。").format(title=task.title, day=task.from_on),
                remedy=_("请到时再办。"),
            )
        if task.done_at is None:
            task.done_at, task.done_by, task.note = now, actor.officer_id, note.strip()[:200]
            task.save(update_fields=["done_at", "done_by", "note"])
        return task


def people_left(place: str, month: int) -> dict[str, dict[str, int]]:
    """Task → township → how many people are left, counted by one query each; townships without anybody are absent."""
    township = Func(F("division_path"), Value(TOWNSHIP), function="substring", output_field=CharField())
    found: dict[str, dict[str, int]] = {}
    for key, condition in LEFT.items():
        rows = flags_of(place, month, month).filter(condition).order_by().annotate(township=township)
        found[key] = dict(rows.values_list("township").annotate(n=Count("pk")))
    return found


def tasks_settle(*, actor: Actor, district_code: str, month: int, now: datetime) -> int:
    """Mark as done what the records show to be done: nobody left to verify, tell, confirm; the summary frozen."""
    today = now.astimezone(OFFICE_TIME).date()
    with unit_of_work(actor, "month_tasks_settle"):
        if not Extraction.objects.filter(district_code=district_code, month=month).exists():
            return 0
        waiting = MonthTask.objects.filter(
            district_code=district_code, month=month, done_at__isnull=True, from_on__lte=today
        )
        left = people_left(actor.scope.rstrip("%"), month)
        done = 0
        for key in LEFT:
            done += waiting.filter(key=key).exclude(division_path__in=list(left[key])).update(done_at=now)
        if MonthSummary.objects.filter(district_code=district_code, month=month).exists():
            done += waiting.filter(key=SUMMARISE).update(done_at=now)
        return done


def tasks_of(place: str, month: int) -> QuerySet[MonthTask]:
    """The tasks of a month in a place: of the townships below it, or of the township it lies in."""
    below = Q(division_path__startswith=place)
    above = [place[: end + 1] for end, sign in enumerate(place) if sign == "/"]
    return MonthTask.objects.filter(below | Q(division_path__in=above), month=month).order_by(
        "division_path", "due_on", "key"
    )


def is_overdue(task: MonthTask, on: date) -> bool:
    """Not done by the end of its last day; shown from the day after it."""
    done_on = task.done_at.astimezone(OFFICE_TIME).date() if task.done_at else None
    return on > task.due_on and (done_on is None or done_on > on)
