"""From a backup back to a working system: check every byte first, replace the database in one transaction, compare.

Worked example: `restore_check(path)` → the manifest, after the SHA-256 of every member was compared; then
`restore_database` and `restore_files`; `refuse_difference` compares row counts and the last seal with the manifest. A damaged
file is refused before anything is touched; a failure half way leaves the database as it was.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import tarfile
import tempfile
from pathlib import Path, PurePosixPath
from typing import IO

from jubao.database.places import data_dir
from jubao.kernel.errors import CheckFailed, InputRefused, WrongUsage
from jubao.kernel.text import _
from jubao.site.backup import (
    CHUNK,
    DUMP,
    FOLDERS,
    MANIFEST,
    Manifest,
    key_fingerprints,
    last_seal,
    row_counts,
)
from jubao.site.key_set import key_set_place, keys_absent

CLEARED = "DROP SCHEMA public CASCADE;\nCREATE SCHEMA public;\n"
COPIED_BEFORE = ("people_person", "staff_officer", "ledger_transfer")


def restore_check(path: Path) -> Manifest:
    """The manifest of a backup whose every member is what the manifest says; raises InputRefused BACKUP_DAMAGED."""
    try:
        with tarfile.open(path, "r:") as archive:
            manifest = _manifest(archive)
            for name, expected in manifest.members.items():
                if _digest(archive, name) != expected:
                    raise _damaged(path, name)
    except (tarfile.TarError, KeyError, ValueError, TypeError, EOFError) as error:
        raise _damaged(path, type(error).__name__) from error
    return manifest


def place_keys(manifest: Manifest, keys: Path | None) -> None:
    """Before the system is opened, which would make new keys: the set of keys put into place, or what is missing named.

    Raises CheckFailed KEYS_MISSING; then nothing was made on this machine.
    """
    if keys is not None:
        key_set_place(keys)
    absent = keys_absent(manifest.keys)
    if absent:
        raise CheckFailed(
            "KEYS_MISSING",
            _("本机没有这份备份的密钥：{names}。没有密钥不能恢复。").format(names="、".join(absent)),
            remedy=_("请用 --keys 指定当时另存的密钥文件，或把这些文件放到 {folder}。").format(
                folder=data_dir()
            ),
        )


def refuse_other_keys(manifest: Manifest) -> None:
    """Without the keys of the backup nobody could log in and no officer be recognised."""
    here = key_fingerprints()
    other = [name for name, fingerprint in manifest.keys.items() if here.get(name) != fingerprint]
    if other:
        raise CheckFailed(
            "KEYS_DIFFER", _("本机的密钥与备份时的不同：{names}。").format(names="、".join(other)),
            remedy=_("请先把原机器的这些文件放到 {folder}，再恢复。").format(folder=data_dir()),
        )  # fmt: skip


def refuse_full_target(*, force: bool) -> None:
    """A database with people in it is not overwritten by accident."""
    counts = row_counts()
    if not force and any(counts[table] for table in COPIED_BEFORE):
        raise WrongUsage(
            "TARGET_NOT_EMPTY", _("数据库里已有数据（{people} 名参保人、{officers} 名工作人员）。").format(
                people=counts["people_person"], officers=counts["staff_officer"]
            ),
            remedy=_("请先 jubao backup，确要覆盖时加 --force。"),
        )  # fmt: skip


def restore_database(path: Path, *, url: str, programs: Path) -> None:
    """Replace everything in the database by the dump, in one transaction, as the owner."""
    with tempfile.TemporaryDirectory(dir=data_dir()) as folder, tarfile.open(path, "r:") as archive:
        dump, clear = Path(folder) / DUMP, Path(folder) / "clear.sql"
        clear.write_text(CLEARED, encoding="ascii")
        with dump.open("wb") as target:
            _copy(_open(archive, DUMP), target)
        script = Path(folder) / "restore.sql"
        _run([programs / "pg_restore", "--file", script, "--no-owner", dump])
        _run(
            [programs / "psql", "--quiet", "--no-psqlrc", "--no-password", "--single-transaction",
             "--set=ON_ERROR_STOP=1", "--dbname", url, "--file", clear, "--file", script]
        )  # fmt: skip


def restore_files(path: Path) -> int:
    """Put documents and seals back where they were; what is there already stays. The number of files written."""
    written = 0
    with tarfile.open(path, "r:") as archive:
        for name in _manifest(archive).members:
            parts = PurePosixPath(name).parts
            if parts[0] not in FOLDERS or ".." in parts:
                continue
            target = data_dir().joinpath(*parts)
            if target.exists():
                continue
            target.parent.mkdir(parents=True, exist_ok=True)
            half = target.with_name(f".{target.name}.half")
            with half.open("wb") as stream:
                _copy(_open(archive, name), stream)
            half.chmod(0o600)
            half.replace(target)
            written += 1
    return written


def refuse_difference(manifest: Manifest) -> None:
    """What was restored is what was backed up: rows and last seal."""
    wrong = [
        f"{table} {found}/{manifest.rows.get(table)}"
        for table, found in row_counts().items()
        if found < manifest.rows.get(table, 0)
    ]
    if wrong or (manifest.last_seal and last_seal() != manifest.last_seal):
        raise CheckFailed(
            "RESTORE_DIFFERS", _("恢复后的数据与备份清单不符：{what}").format(what="；".join(wrong) or _("审计封存值")),
            remedy=_("请勿使用，改用另一份备份。"),
        )  # fmt: skip


def _manifest(archive: tarfile.TarFile) -> Manifest:
    return Manifest(**json.load(_open(archive, MANIFEST)))


def _open(archive: tarfile.TarFile, name: str) -> IO[bytes]:
    stream = archive.extractfile(name)
    if stream is None:
        raise KeyError(name)
    return stream


def _digest(archive: tarfile.TarFile, name: str) -> str:
    return hashlib.file_digest(_open(archive, name), "sha256").hexdigest()  # type: ignore[arg-type]


def _copy(source: IO[bytes], target: IO[bytes]) -> None:
    while chunk := source.read(CHUNK):
        target.write(chunk)


def _run(command: list[object]) -> None:
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, check=False)
    if done.returncode:
        raise CheckFailed(
            "RESTORE_FAILED", _("恢复失败，数据库未改动：{error}").format(error=done.stderr.strip()[-400:])
        )


def _damaged(path: Path, what: str) -> InputRefused:
    return InputRefused(
        "BACKUP_DAMAGED", _("备份文件 {file} 不完整或被改动（{what}）。").format(file=path.name, what=what),
        remedy=_("数据库未改动；请用另一份备份。"),
    )  # fmt: skip
