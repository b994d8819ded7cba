"""The programme's month by itself: tasks made as it begins, those done by fact closed, the summary frozen on its last day.

Worked example: `programme_month(district_code="500110", today=date(2026, 11, 1), …)` makes four tasks for each of 21 townships;
on 2026-11-30 it freezes the figures unless the office did so since the 25th. Called again on a day it changes nothing.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from jubao.claim_free.models import Extraction, MonthSummary
from jubao.database.actor import Actor
from jubao.kernel.month import Month
from jubao.policy import load_pack
from jubao.services.claim_free.month_tasks import SUMMARISE, dated_tasks, tasks_create, tasks_settle
from jubao.services.claim_free.summary import summary_freeze


def programme_month(*, actor: Actor, district_code: str, today: date, now: datetime) -> dict[str, Any]:
    """Bring a district's programme up to the day; nothing where its texts have no claim-free calendar."""
    month = Month.containing(today)
    if not dated_tasks(load_pack(district_code), month):
        return {"tasks": 0, "done": 0, "summaries": 0}
    made = tasks_create(actor=actor, district_code=district_code, month=month.index)
    frozen = done = 0
    for at in (month - 1, month):
        # The former month too: a night that did not run must not leave a month without its summary.
        frozen += _freeze(actor, district_code, at, today, now)
        done += tasks_settle(actor=actor, district_code=district_code, month=at.index, now=now)
    return {"tasks": made, "done": done, "summaries": frozen}


def _freeze(actor: Actor, district_code: str, month: Month, today: date, now: datetime) -> int:
    """The office has its time from the 25th on; what it leaves is done on the last day of the calendar."""
    entry = next((one for one in dated_tasks(load_pack(district_code), month) if one.key == SUMMARISE), None)
    known = {"district_code": district_code, "month": month.index}
    if entry is None or today < entry.due_on or MonthSummary.objects.filter(**known).exists():
        return 0
    if not Extraction.objects.filter(**known).exists():
        return 0
    return len(
        summary_freeze(actor=actor, district_code=district_code, month=month.index, today=today, now=now)
    )
