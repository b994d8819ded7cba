"""The log of a programming error says where and what kind; of a database's message it keeps no value."""

from __future__ import annotations

import pytest
from django.db import IntegrityError

from jubao.commands.failure_log import described
from jubao.database.unit_of_work import unit_of_work
from jubao.people.models import Division
from tests.database.test_fixtures import EVERYWHERE, a_place


def test_what_a_database_quotes_is_left_out(database: None) -> None:
    a_place()
    with pytest.raises(IntegrityError) as failed, unit_of_work(EVERYWHERE, "test"):
        Division.objects.create(
            code="509901", name="测试县", level="district", path="509900/509901/", valid_from="2000-01-02"
        )
    text = described(failed.value)
    assert "23505 people_division" in text
    assert "test_failure_log.py" in text
    assert "509901)" not in text
    assert "already exists" not in text


def test_other_errors_keep_their_message() -> None:
    assert "no such column" in described(KeyError("no such column"))
