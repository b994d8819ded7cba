"""Two addresses for machines: `/healthz` (the process answers) and `/readyz` (what it needs is there).

Worked example: with the database down `/readyz` answers 503 `{"ready": false, "database": {"ok": false, …}}`, while
`/healthz` says 200. A missing worker or a log long unsealed is reported and does not take the clerks' pages away.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse

from jubao.database.safety import different_clocks

OLDEST_HEARTBEAT = timedelta(seconds=60)
OLDEST_SEAL = timedelta(hours=26)
LOG_HEAD = """
    SELECT (SELECT max(until_sequence) FROM oversight_audithead), (SELECT max(sealed_at) FROM oversight_audithead),
           (SELECT max(sequence) FROM oversight_auditevent)
"""


@transaction.non_atomic_requests
def healthz(request: HttpRequest) -> HttpResponse:
    """This process is alive; nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


@transaction.non_atomic_requests
def readyz(request: HttpRequest) -> HttpResponse:
    """Database, worker, clock and log head, each with `ok`; 503 when pages could not be served rightly."""
    state = readiness(datetime.now(UTC))
    return JsonResponse(state, status=200 if state["ready"] else 503)


def readiness(now: datetime) -> dict[str, Any]:
    """What `/readyz` tells."""
    try:
        with connection.cursor() as cursor:
            clock = [finding.message for finding in different_clocks(cursor, now)]
            state: dict[str, Any] = {
                "database": {"ok": True},
                "clock": {"ok": not clock, "finding": " ".join(clock)},
                "worker": _worker(cursor, now),
                "log_head": _log_head(cursor, now),
            }
    except DatabaseError as error:
        return {"ready": False, "database": {"ok": False, "error": type(error).__name__}}
    return {"ready": state["clock"]["ok"], **state}


def _worker(cursor: Any, now: datetime) -> dict[str, Any]:
    cursor.execute("SELECT max(last_heartbeat) FROM procrastinate_workers")
    (last,) = cursor.fetchone()
    return {
        "ok": last is not None and now - last < OLDEST_HEARTBEAT,
        "last_heartbeat": last.isoformat() if last else None,
    }


def _log_head(cursor: Any, now: datetime) -> dict[str, Any]:
    """The last seal, and whether events have been waiting for one longer than a night."""
    cursor.execute(LOG_HEAD)
    sealed_until, sealed_at, last_event = cursor.fetchone()
    is_complete = last_event is None or sealed_until == last_event
    return {
        "ok": is_complete or (sealed_at is not None and now - sealed_at < OLDEST_SEAL),
        "sealed_until": sealed_until,
        "last_event": last_event,
        "sealed_at": sealed_at.isoformat() if sealed_at else None,
    }
