"""The month of a demo district: the lists are those of the truth, a second run changes nothing, a killed one goes on."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections import Counter

import pytest
from django.db import connection

from jubao.comparison.models import ComparisonRun, JudgedSubject
from jubao.demo.districts import district
from jubao.demo.parquet import district_seed
from jubao.demo.system_people import SystemPeople
from jubao.demo.system_truth import system_truth
from jubao.jobs.demo import import_feeds
from jubao.jobs.month import MonthOrder, run_month
from jubao.jobs.progress import JobKey, running
from jubao.oversight.models import JobRun
from jubao.payments.models import PaymentRun
from tests.support.demo_district import CODE, MONTH, ORDER, PEOPLE, TODAY, DemoDatabase, clock, rows_of

WHOLE = MonthOrder(CODE, MONTH)
IN_A_PROCESS = f"""
import django
django.setup()
from datetime import date
from jubao.jobs.month import MonthOrder, run_month
from jubao.kernel.month import Month
from tests.support.demo_district import clock
import jubao.jobs.month as month
def forever(*given):
    print("waiting", flush=True)
    import time
    time.sleep(600)
month._STEPS["determination"] = forever
run_month(MonthOrder("{CODE}", Month({MONTH.year}, {MONTH.month})), today=date({TODAY.year}, {TODAY.month}, {TODAY.day}),
          now=clock, confirmed_by="李静")
"""


@pytest.fixture(scope="module")
def fed(demo: DemoDatabase) -> DemoDatabase:
    """With the departments' lists of the month."""
    with running(JobKey("test_feeds", CODE), now=clock) as progress:
        import_feeds(CODE, ORDER, progress)
    demo.see_everything()
    return demo


def month(order: MonthOrder = WHOLE) -> dict[str, dict[str, object]]:
    return run_month(order, today=TODAY, now=clock, confirmed_by="李静")


def test_a_dry_run_says_what_it_finds_and_writes_nothing(fed: DemoDatabase) -> None:
    before = rows_of()

    found = month(MonthOrder(CODE, MONTH, is_dry_run=True))

    fed.see_everything()
    assert rows_of() == before
    assert found["comparison"]["eligible"] and found["payment"]["lines"]


def test_a_killed_run_goes_on_where_it_was(fed: DemoDatabase) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", IN_A_PROCESS], env=fed.env(), stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "waiting\n"
        process.send_signal(signal.SIGKILL)
    fed.forget_the_killed()
    killed = JobRun.objects.get(job="month_run", district_code=CODE)
    assert (killed.state, set(killed.result["steps"])) == ("running", {"extraction", "comparison"})
    compared_at = ComparisonRun.objects.get().created_at

    month()

    fed.see_everything()
    assert ComparisonRun.objects.get().created_at == compared_at
    assert PaymentRun.objects.count() == 1
    assert JobRun.objects.get(job="month_run").state == "done"


def test_everybody_is_on_the_list_of_the_truth(fed: DemoDatabase) -> None:
    people = SystemPeople(district(CODE), seed=district_seed(ORDER.seed, CODE), month=MONTH, people=PEOPLE)
    truth = {
        row["rank"]: (row["list_name"], row["has_fuzzy_loss"]) for row in system_truth(people).to_pylist()
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT right(p.personal_number, 10)::int, s.list_name FROM comparison_judgedsubject s"
            " JOIN people_enrolment e ON e.id = s.enrolment_id JOIN people_person p ON p.id = e.person_id"
        )
        judged = dict(cursor.fetchall())

    wrong = {rank: (truth[rank], name) for rank, name in judged.items() if truth[rank] != (name, False)}

    assert len(judged) == len(truth) - _undetermined()
    # A loss by a row without a usable number may only add doubt.
    assert all(expected[1] and name == "to_verify" for expected, name in wrong.values())


def _undetermined() -> int:
    """Recipients whose pension the rules refuse; they have no entitlement and are not compared."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM people_enrolmentstatus s WHERE s.kind = 'drawing' AND NOT EXISTS"
            " (SELECT FROM benefits_entitlement b WHERE b.enrolment_id = s.enrolment_id)"
        )
        return int(cursor.fetchone()[0])


def test_life_makes_certifications_and_doubt_makes_tasks(fed: DemoDatabase) -> None:
    lists = Counter(JudgedSubject.objects.values_list("list_name", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(DISTINCT enrolment_id) FROM certification_certificationevent WHERE channel = 'comparison'"
        )
        (certified,) = cursor.fetchone()
        cursor.execute(
            "SELECT sum((proposal->>'count')::int) FROM cases_case WHERE kind = 'comparison_check' AND is_open"
        )
        (to_find_out,) = cursor.fetchone()

    assert 0 < certified <= lists["eligible"]
    assert to_find_out == lists["to_verify"] + lists["lost"]


def test_a_second_run_changes_nothing(fed: DemoDatabase) -> None:
    first = month()
    fed.see_everything()
    before = rows_of()

    second = month()

    fed.see_everything()
    assert rows_of() == before
    assert second["comparison"]["run_hash"] == first["comparison"]["run_hash"]
    assert second["comparison"]["new"] is False


def test_a_step_alone(fed: DemoDatabase) -> None:
    found = month(MonthOrder(CODE, MONTH, ("extraction",)))

    assert set(found) == {"extraction"}
    assert found["extraction"]["claim_free"] is True
