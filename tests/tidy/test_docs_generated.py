"""The generated pages are current, and what pages write by hand names only what exists.

Example: after a setting changed in a pack, `docs/regions.md` is out of date until `python -m scripts.make_docs` was run.
"""

from __future__ import annotations

import re

import pytest

from jubao.kernel.month import Month
from jubao.policy import SETTINGS, Gap, Pack, load_pack, pack_folders
from scripts import make_docs
from scripts.docs_regions import leaves
from scripts.docs_rules import rules_by_page
from tests.tidy.repository import ROOT, files, none

GLOSSARY = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8")
TICKED = re.compile(r"`([a-z][a-z0-9_.]*)`")
WORD_VALUES = re.compile(r"(?<![\w.])[a-z][a-z0-9_]*")


def test_generated_pages_are_current() -> None:
    assert make_docs.stale() == []


def test_a_changed_page_would_be_seen() -> None:
    page = "# T\n\n<!-- generated: rules -->\n| old |\n<!-- end of generated -->\nafter\n"

    assert make_docs.filled(page, "rules", "| new |\n") == page.replace("| old |", "| new |")
    with pytest.raises(make_docs.MarkMissing):
        make_docs.filled("# T\n", "rules", "| new |\n")


def test_every_term_of_the_glossary_is_used_in_the_program() -> None:
    handwritten = GLOSSARY.partition("## Columns of files")[0].partition("## People and schemes")[2]
    terms = set(TICKED.findall(handwritten))
    program = "\n".join(path.read_text(encoding="utf-8") for path in files(".py", ".yaml", under="src/jubao"))

    none(
        [
            f"docs/glossary.md: nothing in src/jubao says {term}"
            for term in sorted(terms)
            if term not in program
        ]
    )
    assert len(terms) > 60


def test_pages_of_rules_name_settings_and_parameters_that_exist() -> None:
    known = set(SETTINGS) | {name for code in pack_folders() for name in load_pack(code).parameter_names}
    known |= {argument for rules in rules_by_page().values() for rule in rules for argument in rule.arguments}
    known |= {word for path in files(".yaml", under="src/jubao/packs") if path.name == "variants.yaml"
              for word in WORD_VALUES.findall(path.read_text(encoding="utf-8"))}  # fmt: skip
    complaints = []
    for path in sorted((ROOT / "docs" / "rules").glob("*.md")):
        section = path.read_text(encoding="utf-8").partition("## Set by the pack")[2].partition("\n## ")[0]
        complaints += [
            f"{path.name}: the packs have no {name}"
            for name in TICKED.findall(section)
            if name not in known and not name.endswith(".yaml")
        ]

    none(complaints)


def last_base_pension(pack: Pack) -> str:
    """The last month for which the base pension is known."""
    month = Month.containing(pack.head.last_verified_on)
    while isinstance(pack.find_parameter("base_pension_fen", month), Gap):
        month = month - 1
    return str(month)


@pytest.mark.parametrize("pack", leaves(), ids=lambda pack: pack.slug)
@pytest.mark.parametrize(("page", "draft"), [("README.md", "draft"), ("README.zh-CN.md", "征求意见稿")])
def test_readme_says_how_far_each_region_goes(page: str, draft: str, pack: Pack) -> None:
    rows = [
        line for line in (ROOT / page).read_text(encoding="utf-8").splitlines() if f"| {pack.code} |" in line
    ]

    assert len(rows) == 1
    assert last_base_pension(pack) in rows[0]
    assert (draft in rows[0]) is (pack.status == "draft")
