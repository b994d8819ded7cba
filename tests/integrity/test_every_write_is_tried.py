"""No writing function of the services is forgotten: each is carried out by a crash trial or waived by name with its reason."""

from __future__ import annotations

from tests.integrity.crash_waived import WAIVED
from tests.integrity.writing_functions import functions, untried, writing


def test_every_writing_function_has_a_trial_or_a_reason() -> None:
    missing = sorted(set(untried()) - set(WAIVED))

    assert missing == [], (
        "name them in a trial of tests/integrity/crash_*.py, or waive them in crash_waived.py with the reason"
    )
    assert len(writing()) > 150


def test_no_reason_outlives_its_function() -> None:
    assert sorted(set(WAIVED) - set(functions())) == []
