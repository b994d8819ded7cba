"""Shared by all tests: the index of proofs, requirement id -> tests that carry its mark.

Collecting is enough, nothing runs::

    pytest --collect-only -q --write-proofs=src/jubao/packs/proofs.json tests
    pytest --collect-only -q --check-proofs=src/jubao/packs/proofs.json tests      # fails when the file is out of date

Parameters are left out of the test names, so that the index is the same on every machine.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent
PACKS = ROOT / "src" / "jubao" / "packs"

# A busy machine is no failure, and a run can be repeated; HYPOTHESIS_PROFILE=explore looks for new cases.
settings.register_profile("jubao", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, max_examples=2000)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "jubao"))
pytest_plugins = [
    "tests.support.database",
    "tests.support.cast_fixture",
    "tests.support.browser_fixture",
    "tests.support.scheduling",
]

# Folders whose tests know nothing of Django; before any other module is imported, Django is set up (0.4 s).
WITHOUT_DJANGO = frozenset(
    {
        "acceptance",
        "cases",
        "commands",
        "demo",
        "kernel",
        "matching",
        "packs",
        "parity",
        "policy",
        "rules",
        "spark",
    }
)

# Tests read the Chinese messages, whatever the language of the person who runs them.
os.environ.pop("JUBAO_LANG", None)


@pytest.fixture(scope="session")
def spark_session(request: pytest.FixtureRequest) -> Iterator[Any]:
    """One Spark for the whole run, started as the commands start it; commands under test find it and use it."""
    from jubao.kernel.errors import WrongUsage
    from jubao.matching.spark_session import spark_session as opened

    try:
        with opened() as session:
            yield session
    except WrongUsage as missing:
        if (
            request.config.getoption("markexpr") == "spark"
        ):  # asked for: without Spark nothing would be proved
            raise
        pytest.skip(str(missing))


def pytest_pycollect_makemodule(module_path: Path) -> None:
    """Set Django up before a module of the system's tests is imported."""
    tests = ROOT / "tests"
    if module_path.is_relative_to(tests) and module_path.relative_to(tests).parts[0] not in WITHOUT_DJANGO | {
        "tidy"
    }:
        from tests.support.database import django_ready

        django_ready()


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("proofs")
    group.addoption("--write-proofs", metavar="PATH", help="write the index requirement id -> tests to PATH")
    group.addoption(
        "--check-proofs", metavar="PATH", help="fail unless PATH is the index of the tests collected"
    )
    group.addoption(
        "--known-requirements", metavar="DIR", default=str(PACKS), help="folder of the packs (coverage.yaml)"
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("--write-proofs") or config.getoption("--check-proofs"):
        config.pluginmanager.register(ProofIndex(config), "proof-index")


class ProofIndex:
    """Gathers the marks while tests are collected, then writes the index or compares it with a file."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.problems: list[str] = []
        self.tests_by_requirement: dict[str, set[str]] = defaultdict(set)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        if report.outcome != "passed":
            self.problems.append(
                f"{report.nodeid}: not collected ({report.outcome}), so its marks would be lost"
            )

    # First of all hooks: a selection by -m or -k must not thin the index.
    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        for item in items:
            for mark in item.iter_markers("requirement"):
                for requirement in mark.args:
                    self.tests_by_requirement[requirement].add(item.nodeid.split("[")[0])

    def pytest_collection_finish(self) -> None:
        known = known_requirements(Path(self.config.getoption("--known-requirements")))
        for requirement in sorted(set(self.tests_by_requirement) - known):
            tests = ", ".join(sorted(self.tests_by_requirement[requirement]))
            self.problems.append(f"unknown requirement id {requirement!r} in a mark: {tests}")
        text = index_text(self.tests_by_requirement)
        if self.problems:
            raise pytest.UsageError("\n".join(self.problems))
        if target := self.config.getoption("--write-proofs"):
            Path(target).write_text(text, encoding="utf-8")
        checked = self.config.getoption("--check-proofs")
        if checked and (not Path(checked).exists() or Path(checked).read_text(encoding="utf-8") != text):
            raise pytest.UsageError(f"{checked} is out of date; run `make proofs`")


def known_requirements(packs: Path) -> set[str]:
    """The ids of every coverage.yaml under a folder of packs."""
    known: set[str] = set()
    for path in sorted(packs.glob("*/coverage.yaml")):
        known.update(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader) or ())
    return known


def index_text(tests_by_requirement: dict[str, set[str]]) -> str:
    """The index as it stands in the file: sorted, one requirement per line, so that changes are easy to review."""
    lines = [
        f" {json.dumps(requirement)}: {json.dumps(sorted(tests))}"
        for requirement, tests in sorted(tests_by_requirement.items())
    ]
    return "{\n" + ",\n".join(lines) + "\n}\n" if lines else "{}\n"
