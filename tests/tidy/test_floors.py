"""The import contracts name every floor of the architecture and are able to fail."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.tidy.repository import ROOT

FLOORS = (
    "commands site workbench portal api jobs services forms facts contributions ledger cases benefits certification payments "
    "comparison archive notices oversight claim_free residents supervision recovery pension_transfers people "
    "staff database demo matching rules policy kernel"
).split()


def contracts() -> list[dict[str, Any]]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = project["tool"]["importlinter"]["contracts"]
    return found


def test_every_floor_is_named_from_the_first_day() -> None:
    layers = next(contract for contract in contracts() if contract["id"] == "floors")["layers"]

    assert isinstance(layers, list)
    assert re.findall(r"[a-z_]+", " ".join(layers)) == FLOORS


@pytest.mark.parametrize(
    ("module", "source", "contract"),
    [
        ("kernel/bad.py", "import jubao.rules", "Imports point down"),
        ("matching/bad.py", "import jubao.demo", "Imports point down"),
        ("people/__init__.py", "import jubao.ledger", "Imports point down"),
        ("ledger/bad.py", "import jubao.payments", "Imports point down"),
        ("toolbox/__init__.py", "", "Imports point down"),
        ("commands/compare.py", "import django.conf", "no Django"),
        ("commands/pension.py", "import jubao.database", "no Django"),
        ("kernel/bad.py", "import duckdb", "nothing but Python"),
        ("rules/bad.py", "import numpy", "no engine"),
    ],
)
def test_a_forbidden_import_breaks_a_contract(floors: Path, module: str, source: str, contract: str) -> None:
    (floors / "jubao" / module).parent.mkdir(exist_ok=True)
    (floors / "jubao" / module).write_text(source + "\n", encoding="utf-8")

    outcome = lint(floors)

    assert outcome.returncode == 1
    assert contract in " ".join(outcome.stdout.split("Broken contracts")[1].split())


def test_empty_floors_keep_every_contract(floors: Path) -> None:
    assert lint(floors).returncode == 0


@pytest.fixture
def floors(tmp_path: Path) -> Path:
    """A product of empty floors under the contracts of the project, with every module that a contract names."""
    for floor in FLOORS:
        (tmp_path / "jubao" / floor).mkdir(parents=True)
        (tmp_path / "jubao" / floor / "__init__.py").touch()
    (tmp_path / "jubao/database/__init__.py").write_text("import psycopg\n", encoding="utf-8")
    for contract in contracts():
        for module in contract.get("source_modules", ()):
            path = tmp_path / module.replace(".", "/")
            if not path.is_dir():
                path.with_suffix(".py").touch()
    (tmp_path / "jubao/__init__.py").touch()
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def lint(folder: Path) -> subprocess.CompletedProcess[str]:
    code = f"import sys; sys.path.insert(0, {str(folder)!r}); from importlinter.cli import lint_imports_command as c; c()"
    command = [sys.executable, "-c", code, "--no-cache"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
