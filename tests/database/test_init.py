"""`jubao init`: the first officers of a district, once, on an empty system; the codes work and nothing else is granted."""

from __future__ import annotations

import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from jubao.people.models import Division
from jubao.staff.models import Grant, Officer
from tests.support.database import OwnDatabase
from tests.support.residents import number_of

POSTS = {"approver": "li", "auditor": "wang", "system_keeper": "zhao"}


def found(own: OwnDatabase, file: Path) -> subprocess.CompletedProcess[str]:
    """Run the command."""
    return subprocess.run(
        [sys.executable, "-c", "from jubao.commands.main import main; main()", "init", "--district", "500110",
         "--founders", str(file)],
        env=own.env(), capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.fixture
def founders(tmp_path: Path) -> Path:
    file = tmp_path / "founders.csv"
    numbers = [number_of(509902, date(1980, 1, 1), sequence) for sequence in (1, 2, 3)]
    rows = [
        f"{post},{user},测试{user},{number}"
        for (post, user), number in zip(POSTS.items(), numbers, strict=True)
    ]
    file.write_text("\n".join(["post,username,name,id_number", *rows]) + "\n", encoding="utf-8")
    return file


def test_a_district_is_founded_once(own_database: OwnDatabase, founders: Path) -> None:
    done = found(own_database, founders)
    assert done.returncode == 0, done.stderr
    assert len(re.findall(r"[0-9A-Z]{4}-[0-9A-Z]{4}", done.stdout)) == 3
    district = Division.objects.get(code="500110", valid_until__isnull=True)
    places = dict(Grant.objects.values_list("officer__username", "division_path"))
    assert places == {"li": district.path, "wang": district.path, "zhao": district.parent.path}
    assert set(Grant.objects.values_list("is_founding", flat=True)) == {True}

    again = found(own_database, founders)
    assert again.returncode == 1
    assert "ALREADY_FOUNDED" in again.stderr
    assert Officer.objects.count() == 3


def test_an_incomplete_file_is_refused_and_nothing_is_made(own_database: OwnDatabase, founders: Path) -> None:
    founders.write_text("post,username,name,id_number\napprover,li,,\n", encoding="utf-8")
    done = found(own_database, founders)
    assert done.returncode == 3
    assert "FOUNDERS_INCOMPLETE" in done.stderr
    assert Officer.objects.count() == 0
