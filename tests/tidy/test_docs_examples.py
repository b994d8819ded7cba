"""The examples of the pages of docs/rules are true: each is run by the rules and agrees with the pack's case it names.

Example: a fenced block opened with ```` ```yaml rule-example ```` names a pack, a rule, what is given and what must come out.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from jubao.policy import load_pack
from jubao.policy.schema.feeds import CaseEntry
from scripts.docs_rules import rules_by_page
from tests.support.engines import Scalar
from tests.support.worked_cases import made_ready, readable
from tests.tidy.repository import ROOT, none

PAGES = sorted(path for path in (ROOT / "docs" / "rules").glob("*.md") if path.stem != "README")
BLOCK = re.compile(r"^```yaml rule-example\n(.*?)^```", re.DOTALL | re.MULTILINE)
SECTIONS = ["Formula", "Worked example", "Set by the pack", "Readings taken", "Refused", "Rules"]


def examples(text: str) -> list[dict[str, Any]]:
    """The examples of a page."""
    return [yaml.safe_load(block) for block in BLOCK.findall(text)]


EXAMPLES = [(path, example) for path in PAGES for example in examples(path.read_text(encoding="utf-8"))]


def computed(page: str, example: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """What the rules give for an example, and what it says they give."""
    shown = {name: value for name, value in example.items() if name not in {"case", "pack"}}
    entry = CaseEntry.model_validate({"name": page, "source": "docs", **shown})
    case = made_ready(example["pack"], page, entry)
    found = Scalar().run(case.targets, [case.known], {})[0]
    return {name: readable(name, value) for name, value in found.items()}, case.expected


@cache
def cases_by_name(code: str) -> dict[str, CaseEntry]:
    return {
        entry.name: entry for entries in load_pack(code).chain[-1].case_files.values() for entry in entries
    }


@pytest.mark.parametrize(
    ("page", "example"), EXAMPLES, ids=[f"{page.stem}-{number}" for number, (page, _) in enumerate(EXAMPLES)]
)
def test_example_gives_what_its_page_says(page: Path, example: dict[str, Any]) -> None:
    found, expected = computed(page.name, example)

    assert found == expected


@pytest.mark.parametrize("example", [example for _page, example in EXAMPLES if "case" in example])
def test_example_repeats_the_case_of_its_pack(example: dict[str, Any]) -> None:
    case = cases_by_name(example["pack"])[example["case"]]

    assert {name: case.given.get(name) for name in example["given"]} == example["given"]
    assert example["rule"] == case.rule
    assert not {name for name, value in case.expect.items() if example["expect"].get(name, value) != value}


def test_every_module_of_rules_has_its_page_with_an_example() -> None:
    assert [path.stem for path in PAGES] == sorted(rules_by_page())
    assert {path.stem for path, _example in EXAMPLES} == set(rules_by_page())


def test_pages_have_the_same_sections() -> None:
    for path in PAGES:
        titles = re.findall(r"^## (.*)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)

        assert [title for title in titles if title in SECTIONS] == SECTIONS, path.name


def test_every_code_of_refusal_stands_on_its_page() -> None:
    missing = [
        f"{path.name}: {rule.id} answers {code}, which the page does not explain"
        for path in PAGES
        for rule in rules_by_page()[path.stem]
        if rule.id.endswith(".refusals")
        for code in rule.codes
        if f"`{code}`" not in path.read_text(encoding="utf-8")
    ]

    none(missing)


def test_a_wrong_example_would_be_seen() -> None:
    wrong = examples(
        "```yaml rule-example\npack: '000000'\nrule: transfer.overlap_refund\n"
        "given: {year_own_payment_fen: 40000, year_collective_aid_fen: 0, overlapping_months: 5}\n"
        "expect: {overlap_refund_fen: 16666}\n```\n"
    )[0]

    found, expected = computed("page.md", wrong)

    assert found != expected
