"""Backup and restore as commands: everything comes back, a damaged file touches nothing, a rollback does not go unseen."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.people.models import Division
from jubao.services.oversight.sealing import seal_events
from tests.support.database import OwnDatabase, clone_database, drop_database

PROGRAM = [sys.executable, "-c", "from jubao.commands.main import main; main()"]


def jubao(own: OwnDatabase, *words: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command on a database."""
    return subprocess.run(
        [*PROGRAM, *map(str, words)], env=own.env() | environment, capture_output=True, text=True, check=False
    )


def a_place(code: str) -> None:
    """Something to lose."""
    with unit_of_work(Actor.system("test", scope=""), "test"):
        Division.objects.create(
            code=code, name="测试县", level="district", path=f"509900/{code}/", valid_from="2000-01-01"
        )


@pytest.fixture
def backed_up(own_database: OwnDatabase, tmp_path: Path) -> Path:
    """A backup of a database with one place and one document."""
    a_place("509901")
    document = own_database.data_dir / "documents" / "ab" / "abcd"
    document.parent.mkdir(parents=True)
    document.write_bytes(b"%PDF")
    done = jubao(own_database, "backup", tmp_path / "all.jubao")
    assert done.returncode == 0, done.stderr
    return tmp_path / "all.jubao"


def test_everything_comes_back_on_another_machine(
    own_database: OwnDatabase, backed_up: Path, tmp_path: Path
) -> None:
    other = OwnDatabase(f"{own_database.name}_other", own_database.cluster, tmp_path / "other")
    clone_database(other.cluster, other.name)
    try:
        other.data_dir.mkdir()
        refused = jubao(other, "restore", backed_up)
        assert refused.returncode == 1
        assert "KEYS_MISSING" in refused.stderr and "secret.key" in refused.stderr
        assert not list(other.data_dir.glob("*.key"))
        for key in own_database.data_dir.glob("*.key"):
            shutil.copy(key, other.data_dir)
        done = jubao(other, "restore", backed_up)
        assert done.returncode == 0, done.stderr
        assert "自查通过" in done.stdout
        with other.connect("jubao_owner") as connection:
            assert connection.execute("SELECT code FROM people_division").fetchall() == [("509901",)]
        with other.connect() as connection:  # rights and row security came back too
            assert connection.execute(
                "SELECT has_table_privilege('ledger_transfer', 'DELETE')"
            ).fetchone() == (False,)
        assert (other.data_dir / "documents" / "ab" / "abcd").read_bytes() == b"%PDF"
    finally:
        drop_database(other.cluster, other.name)


def test_a_damaged_file_is_refused_before_anything_is_touched(
    own_database: OwnDatabase, backed_up: Path
) -> None:
    content = bytearray(backed_up.read_bytes())
    content[len(content) // 2] ^= 1
    backed_up.write_bytes(content)
    done = jubao(own_database, "restore", backed_up, "--force")
    assert done.returncode == 3
    assert "BACKUP_DAMAGED" in done.stderr
    assert Division.objects.count() == 1


def test_a_cut_off_file_is_refused(own_database: OwnDatabase, backed_up: Path) -> None:
    backed_up.write_bytes(backed_up.read_bytes()[:-20_000])
    assert jubao(own_database, "restore", backed_up, "--force").returncode == 3


def test_people_are_not_overwritten_by_accident(own_database: OwnDatabase, backed_up: Path) -> None:
    with own_database.connect("jubao_owner") as owner:
        owner.execute("SELECT set_config('app.command', 'test', false)")
        owner.execute(
            "INSERT INTO people_person (personal_number, name, name_key, name_initials, gender, birth_date, created_at)"
            " VALUES ('1', '测试', '', '', 'male', '1960-01-01', now())"
        )
    done = jubao(own_database, "restore", backed_up)
    assert done.returncode == 2
    assert "TARGET_NOT_EMPTY" in done.stderr


def test_a_backup_holds_no_key(own_database: OwnDatabase, backed_up: Path) -> None:
    key = (own_database.data_dir / "secret.key").read_bytes().strip()
    assert key not in backed_up.read_bytes()
    with tarfile.open(backed_up) as archive:
        assert not [name for name in archive.getnames() if name.endswith(".key")]


def test_an_older_backup_needs_a_signed_incident(
    own_database: OwnDatabase, backed_up: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUBAO_DATA_DIR", str(own_database.data_dir))
    a_place("509902")
    assert seal_events() is not None
    done = jubao(own_database, "restore", backed_up, "--force")
    assert done.returncode == 1
    assert "DATABASE_ROLLED_BACK" in done.stderr
    signed = jubao(own_database, "restore", backed_up, "--force", "--incident", "经批准退回")
    assert signed.returncode == 0, signed.stderr
    (note,) = (own_database.data_dir / "incidents").glob("*/incident.txt")
    assert "经批准退回" in note.read_text(encoding="utf-8")
