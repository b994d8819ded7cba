"""The index of proofs (tests/conftest.py): what it writes, and what makes it fail."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import index_text
from tests.tidy.repository import ROOT

TEST = """
import pytest

@pytest.mark.requirement("QJ-1")
@pytest.mark.parametrize("n", [pytest.param(1, marks=pytest.mark.requirement("QJ-2")), 2])
def test_b(n): pass

@pytest.mark.requirement("QJ-1", "CQ-3")
@pytest.mark.spark
def test_a(): pass
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A small project with one pack that knows three requirements."""
    (tmp_path / "packs/x").mkdir(parents=True)
    (tmp_path / "packs/x/coverage.yaml").write_text("QJ-1: {}\nQJ-2: {}\nCQ-3: {}\n", encoding="utf-8")
    (tmp_path / "pytest.ini").write_text(
        "[pytest]\nmarkers =\n    requirement(*ids): x\n    spark: y\n", encoding="utf-8"
    )
    (tmp_path / "test_sample.py").write_text(TEST, encoding="utf-8")
    return tmp_path


def collect(project: Path, *options: str) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "tests.conftest",
        "--collect-only",
        "-q",
        "--rootdir",
        str(project),
    ]
    known = ["-c", str(project / "pytest.ini"), "--known-requirements", str(project / "packs"), str(project)]
    return subprocess.run([*command, *known, *options], cwd=ROOT, capture_output=True, text=True, check=False)


def test_index_names_tests_without_parameters_whatever_is_selected(project: Path) -> None:
    target = project / "proofs.json"

    outcome = collect(project, "--write-proofs", str(target), "-m", "not spark")

    assert outcome.returncode == 0, outcome.stdout + outcome.stderr
    both = ["test_sample.py::test_a", "test_sample.py::test_b"]
    expected = {"CQ-3": both[:1], "QJ-1": both, "QJ-2": both[1:]}
    assert json.loads(target.read_text(encoding="utf-8")) == expected
    assert collect(project, "--check-proofs", str(target)).returncode == 0


def test_index_out_of_date_fails_the_check(project: Path) -> None:
    target = project / "proofs.json"
    target.write_text('{"QJ-1": []}\n', encoding="utf-8")

    outcome = collect(project, "--check-proofs", str(target))

    assert outcome.returncode != 0
    assert "out of date" in outcome.stderr


def test_unknown_requirement_fails_and_names_the_test(project: Path) -> None:
    (project / "test_more.py").write_text(TEST.replace("QJ-2", "QJ-99"), encoding="utf-8")

    outcome = collect(project, "--write-proofs", str(project / "proofs.json"))

    assert outcome.returncode != 0
    assert "QJ-99" in outcome.stderr
    assert "test_more.py::test_b" in outcome.stderr
    assert not (project / "proofs.json").exists()


@pytest.mark.parametrize(
    "source", ["import pytest\npytest.importorskip('no_such_module')\n", "raise ValueError\n"]
)
def test_a_file_that_is_not_collected_fails_the_index(project: Path, source: str) -> None:
    (project / "test_lost.py").write_text(source, encoding="utf-8")

    outcome = collect(project, "--write-proofs", str(project / "proofs.json"))

    assert outcome.returncode != 0


def test_index_is_sorted_and_reviewable() -> None:
    text = index_text({"B": {"y", "x"}, "A": {"z"}})

    assert text == '{\n "A": ["z"],\n "B": ["x", "y"]\n}\n'
    assert index_text({}) == "{}\n"
