"""The databases of the tests: rolled back or own, both as the application role."""

from __future__ import annotations

import subprocess
import sys

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.oversight.models import AuditEvent
from jubao.people.models import Division
from tests.support.database import OwnDatabase

EVERYWHERE = Actor.system("test", scope="")
COUNT_PLACES = (
    "import django; django.setup(); from jubao.people.models import Division; print(Division.objects.count())"
)


def a_place() -> Division:
    with unit_of_work(EVERYWHERE, "test"):
        return Division.objects.create(
            code="509901", name="测试县", level="district", path="509900/509901/", valid_from="2000-01-01"
        )


def test_a_change_is_audited_in_the_transaction_of_the_test(database: None) -> None:
    a_place()
    assert Division.objects.count() == 1
    assert AuditEvent.objects.filter(table_name="people_division", command="test").count() == 1


def test_nothing_is_left_of_the_test_before(database: None) -> None:
    assert Division.objects.count() == 0


def test_another_process_sees_what_is_committed(own_database: OwnDatabase) -> None:
    a_place()
    environment = own_database.env() | {"DJANGO_SETTINGS_MODULE": "jubao.site.settings"}
    done = subprocess.run(
        [sys.executable, "-c", COUNT_PLACES], env=environment, capture_output=True, text=True, check=False
    )
    assert done.stdout.strip() == "1", done.stderr
    with own_database.connect() as raw:
        found = raw.execute("SELECT current_user, count(*) FROM people_division").fetchone()
        assert found == ("jubao_app", 1)


def test_an_own_database_is_empty_again(own_database: OwnDatabase) -> None:
    assert Division.objects.count() == 0
