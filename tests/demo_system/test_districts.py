"""Two districts at once; every invariant holds over what the demo makes; nothing is made twice or in a real database."""

from __future__ import annotations

import subprocess
import sys

import pytest
from django.db import connection

from jubao.database.unit_of_work import unit_of_work
from jubao.jobs.demo import SEED_JOB, require_demo_or_empty, seed
from jubao.jobs.demo_history import pay_months, settle_interest
from jubao.jobs.demo_officers import current_code, logins
from jubao.jobs.progress import JobKey, running
from jubao.kernel.errors import CheckFailed, WrongUsage
from jubao.oversight.models import JobRun
from jubao.payments.models import PaymentRun
from jubao.people.models import Enrolment
from jubao.services.oversight.selfaudit import invariants
from tests.support.database import OwnDatabase
from tests.support.demo_district import CODE, MONTH, ORDER, OTHER, DemoDatabase, clock, rows_of, silent
from tests.support.residents import an_enrolment, system

IN_A_PROCESS = """
import sys
import django
django.setup()
from tests.support.demo_district import ORDER, clock, silent
from jubao.jobs.demo import DemoOrder, seed
seed(sys.argv[1], DemoOrder(people=150, seed=7, today=ORDER.today), now=clock, listener=silent)
"""


def test_two_districts_at_once(own_database: OwnDatabase, demo_packs: object) -> None:
    from jubao.policy.loading import OWN_PACKS

    environment = own_database.env() | {
        OWN_PACKS: str(demo_packs),
        "DJANGO_SETTINGS_MODULE": "jubao.site.settings",
    }
    both = [
        subprocess.Popen([sys.executable, "-c", IN_A_PROCESS, code], env=environment)
        for code in (CODE, OTHER)
    ]

    assert [process.wait() for process in both] == [0, 0]

    counts = {
        code: Enrolment.objects.filter(division_path__contains=f"/{code}/").count() for code in (CODE, OTHER)
    }
    assert counts == {CODE: 150, OTHER: 150}
    assert JobRun.objects.filter(job=SEED_JOB, state="done").count() == 2


def test_seeding_again_changes_nothing(demo: DemoDatabase) -> None:
    before = rows_of()

    seed(CODE, ORDER, now=clock, listener=silent)

    demo.see_everything()
    assert rows_of() == before


def test_the_months_before_are_paid_and_every_invariant_holds(demo: DemoDatabase) -> None:
    with running(JobKey("test_history", CODE), now=clock) as progress:
        settle_interest(CODE, MONTH, MONTH.year - 2, progress)
        pay_months(CODE, MONTH, progress)
        demo.see_everything()
        before = rows_of("payments_paymentline", "ledger_transfer", "oversight_auditevent")
        pay_months(CODE, MONTH, progress)
    demo.see_everything()

    assert rows_of("payments_paymentline", "ledger_transfer", "oversight_auditevent") == before
    assert set(PaymentRun.objects.values_list("state", flat=True)) == {"closed"}
    violated = {}
    with connection.cursor() as cursor:
        for one in invariants():
            cursor.execute(f"SELECT * FROM ({one.violations}) AS v LIMIT 3")
            if rows := cursor.fetchall():
                violated[one.id, one.title] = rows
    assert violated == {}


def test_every_post_has_a_log_in_and_a_code_of_the_moment(demo: DemoDatabase) -> None:
    found = logins((CODE,))

    assert {login.username for login in found} >= {
        f"{CODE}-intake_clerk",
        f"{CODE}-reviewer",
        f"{CODE}-auditor",
    }
    code = current_code(f"{CODE}-reviewer", now=clock())
    assert len(code) == 6 and code.isdigit()
    with pytest.raises(WrongUsage, match="USER_UNKNOWN"):
        current_code("nobody", now=clock())


def test_the_demo_never_enters_a_real_database(own_database: OwnDatabase) -> None:
    require_demo_or_empty()
    with unit_of_work(system(), "test"):
        an_enrolment()

    with pytest.raises(CheckFailed) as refused:
        require_demo_or_empty()

    assert refused.value.code == "NOT_A_DEMO_DATABASE"
