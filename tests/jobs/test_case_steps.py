"""Steps of large cases leave the page for a job, act as the officer who asked, happen once, go on after a kill.

Worked example: with a limit of no row, 同意 of a recalculation leads to the page of the job; the worker decides, the page
counts the people and leads back to the case.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from jubao.benefits.models import Determination
from jubao.cases.models import Case
from jubao.jobs import case_steps
from jubao.jobs.case_steps import CaseOrder, run_case_step
from jubao.jobs.tasks import ask_case_step, resume_killed
from jubao.kernel.errors import CheckFailed, DomainError
from jubao.oversight.models import JobRun
from jubao.services.benefits import recalculation
from jubao.services.benefits.recalculation_after_rate import recalculation_find
from jubao.services.cases.counting import counted, size_of, told
from jubao.services.cases.engine import case_view
from tests.benefits.county import County, at_ten
from tests.benefits.test_claims import handled, opened, saver
from tests.staff.browsing import open_browser
from tests.support.database import OwnDatabase
from tests.support.published_rates import publish_rates
from tests.support.residents import an_account, system

DAY, JULY, LATER = date(2024, 3, 10), date(2024, 7, 15), date(2026, 11, 20)


def clock() -> datetime:
    return datetime.now(UTC)


@pytest.fixture
def publish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Put rates into the municipality's pack."""
    return partial(publish_rates, tmp_path, monkeypatch)


def order_of(case: Case, here: County, key: str = "once") -> CaseOrder:
    """同意 by 复核岗, who has seen the case."""
    actor = here.cast.reviewer.actor
    return CaseOrder(
        str(case.id), "approve", case.district_code, case.version, str(actor.officer_id), actor.scope, key, "同意", case.digest
    )  # fmt: skip


class Listener:
    """Writes down what it is told."""

    def __init__(self) -> None:
        self.said: list[tuple[str, int]] = []

    def step(self, name: str, total: int) -> None:
        self.said.append((name, total))

    def advance(self, rows: int) -> None:
        self.said.append(("", rows))


def test_a_loop_tells_how_far_it_is_and_nobody_must_listen() -> None:
    listener = Listener()

    assert list(counted("silent", [1, 2])) == [1, 2]
    with told(listener):
        assert list(counted("some", list(range(1005)))) == list(range(1005))
        assert list(counted("none", [])) == []

    assert listener.said[0] == ("some", 1005) and listener.said[-1] == ("none", 0)
    assert sum(rows for name, rows in listener.said if not name) == 1005
    assert len(listener.said) <= 104


@pytest.mark.parametrize(
    ("proposal", "size"),
    [
        ({}, 0),
        ({"name": "某人", "months": 3}, 0),
        ({"lines": [1, 2, 3]}, 3),
        ({"accounts": 40_000, "year": 2024}, 40_000),
        ({"counts": {"new": 3, "change": 4, "same": 900}}, 7),
    ],
)
def test_a_case_is_as_large_as_what_it_does(proposal: dict[str, object], size: int) -> None:
    assert size_of(proposal) == size


@pytest.fixture
def waiting(own_database: OwnDatabase, publish: Callable[..., None]) -> tuple[County, Case]:
    """Two pensions on a rate that is published now, and the case that the night proposed."""
    own_database.see_everything()
    here = County("500110")
    for _one in range(2):
        enrolment = saver(here)
        an_account(enrolment.person, f"62170037601{enrolment.id.int % 10**8:08d}")
        here.decide(handled(here, opened(here, enrolment)), on=DAY)
    publish({2024: 60_000})
    case = recalculation_find(actor=system(here.path), division_path=here.path, today=JULY)
    assert case is not None and case.proposal["count"] == 2
    own_database.see_everything()
    return here, case


def determinations() -> int:
    return Determination.objects.count()


def test_a_large_recalculation_is_decided_by_a_job(
    waiting: tuple[County, Case], own_database: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, case = waiting
    monkeypatch.setattr(case_steps, "INLINE_ROWS", 1)
    reviewer = open_browser(here.cast.reviewer)
    reviewer.get(reverse("case", args=[case.id]))
    form = {"action": "approve", "version": case.version, "digest": case.digest, "key": "page-1"}
    before = determinations()

    asked = [reviewer.post(reverse("case-action", args=[case.id]), form)["Location"] for _twice in range(2)]
    own_database.see_everything()
    job = JobRun.objects.get(job="case_step")
    assert asked == [reverse("job", args=[job.id])] * 2 and (job.state, determinations()) == (
        "waiting",
        before,
    )
    for _twice in range(2):
        run_case_step(CaseOrder(**job.result["order"]), now=clock, day=LATER)
        own_database.see_everything()

    job.refresh_from_db()
    case.refresh_from_db()
    assert (job.state, case.state, determinations()) == ("done", "approved", before + 2)
    assert case.checker_id == here.cast.reviewer.person.id
    assert case.events.filter(action="approve").count() == 1
    page = reviewer.get(asked[0]).content.decode()
    assert reverse("case", args=[case.id]) in page and case.number in page


def test_what_the_rules_refuse_stands_in_the_job(
    waiting: tuple[County, Case], own_database: OwnDatabase
) -> None:
    here, case = waiting
    before = determinations()
    order = order_of(case, here)

    with pytest.raises(DomainError, match="DIGEST_CHANGED"):
        run_case_step(replace(order, digest_seen="0" * 64), now=clock, day=LATER)
    own_database.see_everything()
    assert JobRun.objects.get(job="case_step").state == "failed" and determinations() == before
    with pytest.raises(CheckFailed, match="OFFICER_WITHOUT_POST"):
        run_case_step(replace(order, officer_id=str(uuid4())), now=clock, day=LATER)


def test_a_step_killed_in_the_middle_is_taken_up_and_happens_once(
    waiting: tuple[County, Case], own_database: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, case = waiting
    before, order = determinations(), order_of(case, here)
    case_view(actor=here.cast.reviewer.actor, case_id=case.id, now=at_ten(JULY))
    monkeypatch.setattr(recalculation, "_apply_line", dies_after(1, recalculation._apply_line))
    job_id = ask_case_step(order, here.cast.reviewer.person.id)
    with pytest.raises(KeyboardInterrupt):
        run_case_step(order, now=clock, day=LATER)
    own_database.see_everything()
    assert (Case.objects.get(id=case.id).state, determinations()) == (case.state, before)

    killed = datetime(2026, 1, 1, tzinfo=UTC)
    JobRun.objects.filter(id=job_id).update(state="running", heartbeat_at=killed)
    again: list[CaseOrder] = []
    monkeypatch.setattr("jubao.jobs.tasks._defer_case", again.append)
    resume_killed(0)
    assert again == [order]
    for _twice in range(2):
        run_case_step(again[0], now=clock, day=LATER)
        own_database.see_everything()

    assert (Case.objects.get(id=case.id).state, determinations()) == ("approved", before + 2)


def dies_after(count: int, work: Callable[..., None]) -> Callable[..., None]:
    """The same work, ended from outside when it is asked for once more than that; afterwards it works."""
    left = iter(range(count + 1))

    def run(*given: Any) -> None:
        if next(left, None) == count:
            raise KeyboardInterrupt
        work(*given)

    return run
