"""Steps of large cases as jobs: a recalculation, a list or a settlement of many people is decided by the worker.

Worked example: 复核岗 approves the recalculation of 4 600 pensions; `is_large` says so, the page leads to the job, the worker
decides as that officer and counts the people. All of it is one transaction: a killed job leaves the case undecided and is
taken up again; one killed after its end finds its answer under the key of the page and changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.jobs.asked_by import natural_person_of, officer_now
from jubao.jobs.progress import Clock, JobKey, running
from jubao.jobs.scope import session_scope
from jubao.services.cases.counting import size_of, told
from jubao.services.cases.engine import advance
from jubao.services.cases.kinds import kind_of

JOB = "case_step"
INLINE_ROWS = 200
"""Up to so many rows a step takes a few seconds and is answered on the page."""


@dataclass(frozen=True)
class CaseOrder:
    """Which step of which case, for whom; every field as text or number, because the order waits in a queue."""

    case_id: str
    action: str
    district_code: str
    expected_version: int
    officer_id: str
    place: str
    idempotency_key: str
    reason: str = ""
    digest_seen: str = ""
    checklist: Mapping[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> JobKey:
        """One step of a case at a time."""
        return JobKey(JOB, self.district_code, None, self.case_id)

    def as_dict(self) -> dict[str, Any]:
        """The order as it waits in the queue."""
        return asdict(self)


def is_large(case: Case, action: str) -> bool:
    """Whether a step does something to more rows than a request should work through."""
    return action in kind_of(case.kind).effects and size_of(case.proposal) > INLINE_ROWS


def run_case_step(order: CaseOrder, *, now: Clock, day: date) -> dict[str, Any]:
    """Take the step as the officer who asked. Raises CheckFailed JOB_IS_RUNNING, OFFICER_WITHOUT_POST, and as `advance`."""
    asked_by = natural_person_of(order.officer_id)
    with running(order.key, now=now, requested_by=asked_by) as progress, session_scope(order.place):
        actor = officer_now(order.officer_id, order.place, day)
        with told(progress):
            case = advance(
                actor=actor, case_id=UUID(order.case_id), action=order.action, reason=order.reason, today=day, now=now(),
                expected_version=order.expected_version, digest_seen=order.digest_seen, checklist=order.checklist,
                idempotency_key=order.idempotency_key,
            )  # fmt: skip
        found = {"case_id": str(case.id), "number": case.number, "state": case.state}
        progress.keep(order.action, found)
        return found
