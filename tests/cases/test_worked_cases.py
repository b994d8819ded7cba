"""Every worked example of every pack, by the scalar evaluator: the published and the derived ones."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.support.engines import Scalar
from tests.support.worked_cases import WorkedCase, all_rules, readable, rule_cases

MANDATORY = {
    *(f"W-{n}" for n in ("1", "2", "2b", "3", "4", "5", "6", "7", "8", "9", *range(10, 19))),
    *(f"D-{n}" for n in ("1", "2", "3", "4", "4b", "5", "6", "7", "8")),
}
LEAST_CASES = 3


@pytest.mark.parametrize("case", rule_cases(), ids=str)
def test_case_gives_what_its_source_says(case: WorkedCase) -> None:
    found = Scalar().run(case.targets, [case.known], {})[0]

    assert {name: readable(name, value) for name, value in found.items()} == case.expected


def test_every_rule_has_at_least_three_cases() -> None:
    proven = Counter(name for case in rule_cases() for name in set(case.targets))

    short = {rule.id: proven[name] for name, rule in all_rules().items() if proven[name] < LEAST_CASES}

    assert not short, f"rules with fewer than {LEAST_CASES} cases: {short}"


def test_every_mandatory_example_is_a_case() -> None:
    named = {word for case in rule_cases() for word in case.entry.name.replace("（", " ").split()}

    assert not MANDATORY - named


def test_published_examples_that_are_wrong_say_why_we_differ() -> None:
    wrong = {"W-2b", "W-7", "W-8", "W-15", "W-16"}

    explained = {
        word
        for case in rule_cases()
        if case.entry.differs
        for word in case.entry.name.split()
        if word in wrong
    }

    assert explained == wrong
