"""What is installed is whole: the wheel carries packs, tables and catalogues; the locks carry what the project asks for."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.tidy.repository import ROOT, files, name, none

LOCKS = sorted((ROOT / "requirements").glob("*.txt"))


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(target)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return next(target.glob("*.whl"))


def test_wheel_carries_every_file_of_the_product(wheel: Path) -> None:
    packed = set(zipfile.ZipFile(wheel).namelist())
    expected = {path.relative_to(ROOT / "src").as_posix() for path in files(under="src/jubao")}

    none([f"{path} is not in the wheel" for path in sorted(expected - packed)])


def test_installed_package_finds_its_packs_and_tables(wheel: Path, tmp_path: Path) -> None:
    zipfile.ZipFile(wheel).extractall(tmp_path)
    code = (
        "import jubao, datetime; from jubao.policy import load_pack; from jubao.kernel.working_calendar import WorkingCalendar;"
        f"assert jubao.__file__.startswith({str(tmp_path)!r}), jubao.__file__;"
        "assert load_pack('500110').code == '500110';"
        "assert not WorkingCalendar.load().is_working_day(datetime.date(2026, 10, 1))"
    )

    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    outcome = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True
    )

    assert outcome.returncode == 0, outcome.stderr


def locked(lock: Path) -> dict[str, str]:
    """Distribution -> version; of versions that depend on the Python, the last."""
    pins = re.findall(
        r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", lock.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    return {distribution.lower().replace("_", "-"): version for distribution, version in pins}


def test_locks_satisfy_the_project() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    wanted = {
        "base.txt": project["dependencies"],
        "dev.txt": project["dependencies"] + extras["fast"] + extras["face"],
        "face.txt": extras["face"],
        "spark.txt": extras["spark"],
    }

    for lock, requirements in wanted.items():
        pins = locked(ROOT / "requirements" / lock)
        unmet = [
            line
            for line in requirements
            if pins.get(Requirement(line).name.lower(), "0") not in Requirement(line).specifier
        ]
        none([f"{lock} does not satisfy {line}; run `make lock`" for line in unmet])


def test_one_version_of_each_distribution_in_all_locks() -> None:
    pins = [(distribution, version) for lock in LOCKS for distribution, version in locked(lock).items()]
    versions = {distribution: {v for d, v in pins if d == distribution} for distribution, _version in pins}

    none([f"{distribution}: {sorted(found)}" for distribution, found in versions.items() if len(found) > 1])


def test_locks_name_no_index_and_hash_everything() -> None:
    for lock in LOCKS:
        text = lock.read_text(encoding="utf-8")

        assert "://" not in text, name(lock)
        assert text.count("==") <= text.count(" \\\n"), name(lock)
        assert all("--hash=sha256:" in entry for entry in re.split(r"\n(?=[a-z0-9])", text)[1:]), name(lock)


def test_the_ci_run_calls_every_group() -> None:
    run = (ROOT / ".ci/run").read_text(encoding="utf-8")

    assert run.startswith("#!/usr/bin/env bash\n")
    assert "set -euo pipefail" in run
    assert re.findall(r"^make (\S+)$", run, flags=re.MULTILINE) == ["check", "test", "test-spark"]
    assert os.access(ROOT / ".ci/run", os.X_OK)
