"""The night releases expired holds and seals the log, once; a worker does what pages asked for."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.jobs.nightly import nightly
from jubao.jobs.tasks import ask_month_run
from jubao.kernel.errors import CheckFailed
from jubao.kernel.month import Month
from jubao.oversight.models import AuditHead, JobRun
from tests.benefits.county import County
from tests.benefits.test_rate_published import claimed
from tests.support.database import OwnDatabase
from tests.support.published_rates import publish_rates
from tests.support.residents import some_villages

SYSTEM = Actor.system("test", scope="%")


def clock() -> datetime:
    return datetime.now(UTC)


def today() -> date:
    return clock().date()


def test_the_night_seals_what_was_written_and_nothing_twice(own_database: OwnDatabase) -> None:
    some_villages()

    first = nightly(today=today(), now=clock)
    own_database.see_everything()
    second = nightly(today=today(), now=clock)

    assert first["seal"]["events"] > 0
    assert second["seal"]["events"] == 0
    assert AuditHead.objects.count() == 1


def test_a_night_on_a_strange_day_does_nothing(own_database: OwnDatabase) -> None:
    some_villages()

    with pytest.raises(CheckFailed) as refused:
        nightly(today=today() + timedelta(days=40), now=clock)

    assert refused.value.code == "CLOCKS_DIFFER"
    assert not AuditHead.objects.exists()


def test_the_night_proposes_what_a_published_rate_bears_on_and_once(
    own_database: OwnDatabase, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_database.see_everything()
    claimed(County("500110"))
    publish_rates(tmp_path, monkeypatch, {2024: 60_000})

    first = nightly(today=today(), now=clock)
    own_database.see_everything()
    again = nightly(today=today(), now=clock)

    own_database.see_everything()
    case = Case.objects.get(kind="recalculation")
    assert first["recalculations"] == {"500110": case.number} and again["recalculations"] == {}
    assert (case.channel, case.maker_id, case.proposal["count"]) == ("nightly", None, 1)


def test_a_worker_runs_the_month_that_a_page_asked_for(own_database: OwnDatabase) -> None:
    some_villages()
    month = Month.containing(today()).index
    with unit_of_work(SYSTEM, "test"):
        assert ask_month_run(actor=SYSTEM, district_code="500110", month=month, steps=("extraction",))
    assert not ask_month_run(actor=SYSTEM, district_code="500110", month=month, steps=("extraction",))

    subprocess.run(
        [sys.executable, "-m", "django", "procrastinate", "worker", "--one-shot"],
        env=own_database.env() | {"DJANGO_SETTINGS_MODULE": "jubao.site.settings"},
        check=True,
        capture_output=True,
        timeout=120,
    )

    job = JobRun.objects.get(job="month_run")
    assert (job.state, set(job.result["steps"])) == ("done", {"extraction"})
