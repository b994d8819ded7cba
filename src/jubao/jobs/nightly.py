"""What happens every night: holds whose clock ran out are released (Q8), pensions fixed before a rate that is published now
are proposed for recalculation, accounts suspended too long are proposed for sealing, the claim-free programme's tasks and
summary are brought up to the day, then everything written is sealed (L2).

Worked example: `nightly(today=date(2026, 11, 23), now=clock)` releases three holds of 綦江, seals 4 211 events; called again that
day it finds nothing to do. Grants need no night: they end at midnight of their last day by the query that reads them (A4).
"""

from __future__ import annotations

from datetime import date
from typing import Any

from jubao.database.actor import Actor
from jubao.jobs.clock import refuse_strange_day
from jubao.jobs.programme import programme_month
from jubao.jobs.progress import Clock, JobKey, running
from jubao.jobs.scope import session_scope
from jubao.people.models import Division
from jubao.services.benefits.recalculation_after_rate import recalculation_find
from jubao.services.benefits.seal_accounts import seal_after_months, sealing_run
from jubao.services.claim_free.windows import expire_windows
from jubao.services.oversight.sealing import seal_events
from jubao.services.payments.holds import holds_expire
from jubao.staff.regions import pack_of

JOB = "nightly"


def nightly(*, today: date, now: Clock) -> dict[str, Any]:
    """Release, find, seal. Raises CheckFailed CLOCK_… when the day does not fit the log: then nothing is released."""
    refuse_strange_day(today)
    with running(JobKey(JOB, key=today.isoformat()), now=now) as progress:
        if not progress.has("holds"):
            progress.keep("holds", _release_holds(today))
        if not progress.has("recalculations"):
            progress.keep("recalculations", _find_recalculations(today))
        if not progress.has("sealings"):
            progress.keep("sealings", _propose_sealings(today))
        if not progress.has("windows"):
            progress.keep("windows", _expire_windows(today, now))
        if not progress.has("programme"):
            progress.keep("programme", _programme(today, now))
        seal = seal_events()
        progress.keep("seal", {"events": seal.event_count if seal else 0})
        return progress.all_kept


def _release_holds(today: date) -> dict[str, Any]:
    """Every district in its own transaction and scope."""
    released = {}
    for code, path in _districts():
        with session_scope(path):
            count = holds_expire(actor=Actor.system(JOB, scope=path), today=today)
        if count:
            released[code] = count
    return released


def _find_recalculations(today: date) -> dict[str, Any]:
    """In every district the pensions on which a newly published rate bears, as one proposal each (QJ-A1-9-n2)."""
    found = {}
    for code, path in _districts():
        with session_scope(path):
            case = recalculation_find(actor=Actor.system(JOB, scope=path), division_path=path, today=today)
        if case is not None:
            found[code] = case.number
    return found


def _propose_sealings(today: date) -> dict[str, Any]:
    """In every district that seals, whoever was suspended long enough; each person once a month (GD-9-12)."""
    found = {}
    for code, path in _districts():
        if seal_after_months(pack_of(path), today) is None:
            continue
        with session_scope(path):
            proposed = sealing_run(actor=Actor.system(JOB, scope=path), today=today)
        if proposed:
            found[code] = len(proposed)
    return found


def _expire_windows(today: date, now: Clock) -> dict[str, Any]:
    """In every district the claim-free cases whose window closed without a confirmation (QJ-A1-5-1-1b)."""
    closed = {}
    for code, path in _districts():
        with session_scope(path):
            count = expire_windows(actor=Actor.system(JOB, scope=path), today=today, now=now())
        if count:
            closed[code] = count
    return closed


def _programme(today: date, now: Clock) -> dict[str, Any]:
    """In every district the tasks of a new month, those done by fact, the summary on its last day (QJ-5-1a, QJ-4-4a)."""
    found = {}
    for code, path in _districts():
        actor = Actor.system(JOB, scope=path)
        with session_scope(path):
            done = programme_month(actor=actor, district_code=code, today=today, now=now())
        if any(done.values()):
            found[code] = done
    return found


def _districts() -> list[tuple[str, str]]:
    districts = Division.objects.filter(level="district", valid_until__isnull=True).order_by("code")
    return list(districts.values_list("code", "path"))
