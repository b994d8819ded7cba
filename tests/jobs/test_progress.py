"""A job runs once at a time, shows how far it is, and goes on where it was killed."""

from __future__ import annotations

import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import pytest

from jubao.jobs.progress import JobKey, running, seconds_left
from jubao.kernel.errors import CheckFailed
from jubao.oversight.models import JobRun
from tests.support.database import OwnDatabase

NOW = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)
KEY = JobKey("test_job", "500110", 24322)
KILLED = """
import django
django.setup()
import time
from datetime import UTC, datetime
from jubao.jobs.progress import JobKey, running
with running(JobKey("test_job", "500110", 24322), now=lambda: datetime.now(UTC)) as progress:
    progress.step("first", 2)
    progress.keep("first", {"people": 7})
    progress.step("second", 100)
    progress.advance(40)
    print("waiting", flush=True)
    time.sleep(600)
"""


def clock() -> datetime:
    return NOW


def the_job() -> JobRun:
    return JobRun.objects.get(job="test_job", district_code="500110", month=24322)


def start_and_kill(own_database: OwnDatabase) -> None:
    """Run the job in a process of its own up to its second step, then kill -9."""
    environment = own_database.env() | {"DJANGO_SETTINGS_MODULE": "jubao.site.settings"}
    with subprocess.Popen(
        [sys.executable, "-c", KILLED], env=environment, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "waiting\n"
        process.send_signal(signal.SIGKILL)
    own_database.forget_the_killed()


def test_a_page_sees_how_far_a_job_is_while_it_runs(own_database: OwnDatabase) -> None:
    with running(KEY, now=clock) as progress:
        progress.step("people", 200)
        progress.advance(50)

        seen = the_job()

        assert (seen.state, seen.step, seen.done, seen.total) == ("running", "people", 50, 200)
    assert the_job().state == "done"


def test_one_process_at_a_time(own_database: OwnDatabase) -> None:
    with running(KEY, now=clock), pytest.raises(CheckFailed) as refused, running(KEY, now=clock):
        pass

    assert refused.value.code == "JOB_IS_RUNNING"
    assert the_job().state == "done"


@pytest.mark.parametrize("other", [JobKey("test_job", "150404", 24322), JobKey("test_job", "500110", 24321)])
def test_other_districts_and_months_run_beside_it(own_database: OwnDatabase, other: JobKey) -> None:
    with running(KEY, now=clock), running(other, now=clock):
        assert JobRun.objects.filter(state="running").count() == 2


def test_a_killed_job_goes_on_with_the_steps_it_had_finished(own_database: OwnDatabase) -> None:
    start_and_kill(own_database)
    assert the_job().state == "running"

    with running(KEY, now=clock) as progress:
        assert progress.has("first")
        assert progress.kept("first") == {"people": 7}
        assert not progress.has("second")

    assert JobRun.objects.filter(job="test_job").count() == 1


def test_a_failed_job_says_why_and_keeps_its_steps(own_database: OwnDatabase) -> None:
    with pytest.raises(ValueError, match="no such list"), running(KEY, now=clock) as progress:
        progress.keep("first", {})
        raise ValueError("no such list")

    failed = the_job()
    assert (failed.state, failed.problem) == ("failed", "ValueError: no such list")
    with running(KEY, now=clock) as progress:
        assert progress.has("first")


def test_a_finished_job_begins_afresh(own_database: OwnDatabase) -> None:
    with running(KEY, now=clock) as progress:
        progress.keep("first", {})

    with running(KEY, now=clock) as progress:
        assert not progress.has("first")


def test_the_time_left_follows_the_speed_so_far() -> None:
    started = {"step_started_at": NOW.isoformat()}
    later = NOW + timedelta(seconds=30)

    assert seconds_left(done=50, total=200, result=started, heartbeat_at=later) == 90
    assert seconds_left(done=0, total=200, result=started, heartbeat_at=later) is None
    assert seconds_left(done=5, total=0, result=started, heartbeat_at=later) is None
