"""What the programme's pages show: tasks of the month with who is left, dispatches with their replies, roles with names.

Worked example: on 2024-01-04 `month_tasks("500000/500110/", 24288, date(2024, 1, 4))` shows 古南街道's list check in red.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from jubao.cases.models import Case, CaseEvent
from jubao.claim_free.models import MonthTask, ProgrammeMember
from jubao.kernel.month import Month
from jubao.services.claim_free.dispatches import KIND
from jubao.services.claim_free.month_tasks import LIST_OF, is_overdue, people_left, tasks_of
from jubao.staff.models import NaturalPerson
from jubao.workbench.reads.deadlines import due_tag
from jubao.workbench.reads.people_names import officer_names
from jubao.workbench.reads.places import place_names


@dataclass(frozen=True)
class TaskLine:
    """One task of a township: what, until when, how it stands, who is left and their list."""

    task: MonthTask
    place: str
    is_late: bool
    due: Any
    left: int | None
    link: str


def month_tasks(place: str, month: int, on: date) -> list[TaskLine]:
    """The tasks of a month as they stood on a day; late ones first, then by last day."""
    tasks = list(tasks_of(place, month))
    names = place_names(task.division_path for task in tasks)
    left = people_left(place, month)
    lines = [_line(task, names, left, on) for task in tasks]
    return sorted(lines, key=lambda one: (not one.is_late, one.task.due_on, one.task.division_path))


def by_township(lines: Sequence[TaskLine]) -> list[tuple[str, str, list[TaskLine]]]:
    """Name, path and tasks of each township, those with late tasks first; nothing where there is only one."""
    grouped: dict[str, list[TaskLine]] = {}
    for line in lines:
        grouped.setdefault(line.task.division_path, []).append(line)
    if len(grouped) < 2:
        return []
    order = sorted(grouped.items(), key=lambda one: (-sum(line.is_late for line in one[1]), one[0]))
    return [
        (cells[0].place, path, sorted(cells, key=lambda line: (line.task.due_on, line.task.from_on)))
        for path, cells in order
    ]


def _line(task: MonthTask, names: dict[str, str], left: dict[str, dict[str, int]], on: date) -> TaskLine:
    asked = {
        "place": task.division_path, "month": str(Month.from_index(task.month)), "figure": LIST_OF.get(task.key, "extracted"),
    }  # fmt: skip
    people = left[task.key].get(task.division_path, 0) if task.key in left else None
    is_late = is_overdue(task, on)
    return TaskLine(
        task,
        names.get(task.division_path, ""),
        is_late,
        due_tag(task.due_on, on) if task.done_at is None and on >= task.from_on else "",
        people,
        f"{reverse('claim-free-figure')}?{urlencode(asked)}",
    )


@dataclass(frozen=True)
class Reminder:
    """A task of the own place for the home page."""

    title: str
    note: str
    due: Any
    count: int


def reminders(place: str, on: date) -> list[Reminder]:
    """The tasks that are open today or late, one line per task, with how many townships have not done them. One query."""
    month = Month.containing(on).index
    open_tasks = [task for task in tasks_of(place, month) if task.done_at is None and task.from_on <= on]
    grouped: dict[str, list[MonthTask]] = {}
    for task in open_tasks:
        grouped.setdefault(task.key, []).append(task)
    return [
        Reminder(
            tasks[0].title,
            f"{tasks[0].from_on:%m-%d}–{tasks[0].due_on:%m-%d}",
            due_tag(tasks[0].due_on, on),
            len(tasks),
        )
        for tasks in sorted(grouped.values(), key=lambda tasks: tasks[0].due_on)
    ]


@dataclass(frozen=True)
class DispatchLine:
    """One dispatch: to whom, what, until when, what came back."""

    case: Case
    place: str
    sender: str
    due: Any
    reply: str
    replied_by: str
    replied_at: Any


def dispatches(place: str, on: date, *, most: int = 100) -> list[DispatchLine]:
    """The dispatches of a place, open ones first."""
    cases = list(
        Case.objects.filter(kind=KIND, division_path__startswith=place).order_by("-is_open", "-id")[:most]
    )
    names = place_names(case.division_path for case in cases)
    events = CaseEvent.objects.filter(case__in=cases, action__in=("open", "reply"))
    by_action = {(event.case_id, event.action): event for event in events}
    people = officer_names(event.natural_person_id for event in by_action.values())
    return [_dispatch(case, names, by_action, people, on) for case in cases]


def _dispatch(case: Case, names: Any, events: Any, people: Any, on: date) -> DispatchLine:
    sent, replied = events.get((case.pk, "open")), events.get((case.pk, "reply"))
    return DispatchLine(
        case,
        names.get(case.division_path, ""),
        people.get(sent.natural_person_id, "") if sent else "",
        due_tag(case.due_on, on, is_open=case.is_open),
        replied.reason if replied else "",
        people.get(replied.natural_person_id, "") if replied else "",
        replied.at if replied else None,
    )


def members(rows: Sequence[ProgrammeMember]) -> list[tuple[ProgrammeMember, str, str, date | None]]:
    """Assignments with the holder's name, the place's name and the last day."""
    names = dict(
        NaturalPerson.objects.filter(id__in=[row.natural_person_id for row in rows]).values_list("id", "name")
    )
    places = place_names(row.division_path for row in rows)
    return [
        (
            row,
            names.get(row.natural_person_id, ""),
            places.get(row.division_path, ""),
            row.until_on - timedelta(days=1) if row.until_on else None,
        )
        for row in rows
    ]
