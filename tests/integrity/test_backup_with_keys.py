"""A backup with sealed documents and its set of keys: into an empty folder everything comes back, without keys nothing begins."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from jubao.archive.models import Document
from jubao.services.documents.keys import document_key_add, document_key_path
from jubao.services.documents.resealing import reseal
from jubao.services.documents.store import document_open, document_store
from tests.database.test_backup import jubao
from tests.support.database import OwnDatabase, clone_database, drop_database
from tests.support.residents import system


@pytest.fixture
def kept(own_database: OwnDatabase, monkeypatch: pytest.MonkeyPatch) -> list[Document]:
    """Two sealed documents, one under each of two keys."""
    monkeypatch.setenv("JUBAO_DATA_DIR", str(own_database.data_dir))
    found = []
    for n, content in enumerate((b"first", b"second")):
        if n:
            document_key_add()
        found.append(
            document_store(
                actor=system(), content=content, name="身份证.pdf", content_type="application/pdf",
                document_class="id_document", is_encrypted=True,
            )
        )  # fmt: skip
    return found


@contextmanager
def empty_machine(own: OwnDatabase, folder: Path) -> Iterator[OwnDatabase]:
    other = OwnDatabase(f"{own.name}_empty", own.cluster, folder)
    clone_database(other.cluster, other.name)
    try:
        yield other
    finally:
        drop_database(other.cluster, other.name)


def test_a_backup_and_its_keys_come_back_on_an_empty_machine(
    own_database: OwnDatabase, kept: list[Document], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup, keys = tmp_path / "tape" / "all.jubao", tmp_path / "safe" / "all.keys"
    backup.parent.mkdir()
    keys.parent.mkdir()
    beside = jubao(own_database, "backup", backup, "--keys-to", backup.with_name("all.keys"))
    assert beside.returncode == 2 and "KEYS_BESIDE_BACKUP" in beside.stderr and not backup.exists()
    loud = jubao(own_database, "backup", tmp_path / "tape" / "first.jubao")
    assert loud.returncode == 0 and "document.key" in loud.stderr and "没有密钥" in loud.stderr

    done = jubao(own_database, "backup", backup, "--keys-to", keys)

    assert done.returncode == 0 and "document.key" in done.stdout, done.stderr
    assert keys.stat().st_mode & 0o077 == 0
    with empty_machine(own_database, tmp_path / "empty") as other:
        refused = jubao(other, "restore", backup)
        assert refused.returncode == 1 and "KEYS_MISSING" in refused.stderr
        assert not (tmp_path / "empty" / "secret.key").exists()
        restored = jubao(other, "restore", backup, "--keys", keys)
        assert restored.returncode == 0 and "自查通过" in restored.stdout, restored.stderr
        audit = jubao(other, "selfaudit", "--only", "Q2")
        assert audit.returncode == 0, audit.stdout
        monkeypatch.setenv("JUBAO_DATA_DIR", str(other.data_dir))
        assert [document_open(one.id) for one in kept] == [b"first", b"second"]
        assert reseal().resealed == 1


def test_a_lost_key_file_is_said_loudly_and_no_set_replaces_it(
    own_database: OwnDatabase, kept: list[Document], tmp_path: Path
) -> None:
    backup = tmp_path / "tape" / "all.jubao"
    backup.parent.mkdir()
    document_key_path().unlink()

    done = jubao(own_database, "backup", backup, "--keys-to", tmp_path / "all.keys")

    assert done.returncode == 1 and "KEY_FILE_LOST" in done.stderr and "document.key" in done.stderr
    assert backup.exists()
    with empty_machine(own_database, tmp_path / "empty") as other:
        refused = jubao(other, "restore", backup, "--keys", tmp_path / "all.keys")
        assert refused.returncode == 1 and "KEYS_MISSING" in refused.stderr


def test_other_keys_are_never_overwritten(
    own_database: OwnDatabase, kept: list[Document], tmp_path: Path
) -> None:
    backup, keys = tmp_path / "tape.jubao", tmp_path / "safe" / "all.keys"
    keys.parent.mkdir()
    assert jubao(own_database, "backup", backup, "--keys-to", keys).returncode == 0
    with empty_machine(own_database, tmp_path / "empty") as other:
        other.data_dir.mkdir(exist_ok=True)
        (other.data_dir / "document.key").write_text(f"1:{'ab' * 32}\n")
        refused = jubao(other, "restore", backup, "--keys", keys)
        assert refused.returncode == 1 and "KEY_THERE_DIFFERS" in refused.stderr
        assert (other.data_dir / "document.key").read_text() == f"1:{'ab' * 32}\n"
        (other.data_dir / "document.key").unlink()
        keys.write_bytes(keys.read_bytes()[:700])
        assert "KEY_SET_DAMAGED" in jubao(other, "restore", backup, "--keys", keys).stderr
