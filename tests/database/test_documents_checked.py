"""A document that was changed or lost on the disk is reported by name when the system checks itself."""

from __future__ import annotations

import subprocess
import sys

import pytest

from jubao.database.actor import Actor
from jubao.services.documents.store import document_path, document_store
from tests.support.database import OwnDatabase


def check(own: OwnDatabase) -> subprocess.CompletedProcess[str]:
    """`jubao selfaudit --only Q2`."""
    return subprocess.run(
        [sys.executable, "-c", "from jubao.commands.main import main; main()", "selfaudit", "--only", "Q2"],
        env=own.env() | {"COLUMNS": "200"}, capture_output=True, text=True, check=False,
    )  # fmt: skip


@pytest.mark.requirement("SS-35-2")
@pytest.mark.parametrize("is_lost", [False, True])
def test_a_changed_or_lost_file_is_reported(
    own_database: OwnDatabase, monkeypatch: pytest.MonkeyPatch, is_lost: bool
) -> None:
    monkeypatch.setenv("JUBAO_DATA_DIR", str(own_database.data_dir))
    document = document_store(
        actor=Actor.system("test", scope=""), content=b"%PDF-1.7", name="户口簿.pdf", content_type="application/pdf",
        document_class="household_booklet",
    )  # fmt: skip
    assert check(own_database).returncode == 0
    file = document_path(document.sha256)
    file.chmod(0o600)
    if is_lost:
        file.unlink()
    else:
        file.write_bytes(b"%PDF-1.8")
    done = check(own_database)
    assert done.returncode == 1
    assert str(document.id) in done.stdout
