"""One file with everything: the database, the documents, the seals of the audit, and a manifest that vouches for each.

Worked example: `backup_write(Path("2026-11-22.jubao"), now=now)` writes a tar of `database.dump` (pg_dump -Fc), `documents/…`,
`heads/…`, own `packs/…` and `manifest.json` with the SHA-256 of each member, row counts, the last seal and the fingerprints
of the keys. The keys themselves stay out: whoever steals a backup must not find them in it.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import tarfile
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from jubao import __version__
from jubao.database.embedded import Cluster
from jubao.database.places import data_dir
from jubao.database.programs import Programs
from jubao.database.setup import schema_digest
from jubao.kernel.errors import CheckFailed, WrongUsage
from jubao.kernel.text import _

DUMP = "database.dump"
MANIFEST = "manifest.json"
FOLDERS = ("documents", "heads", "packs")
COUNTED = (
    "people_person", "staff_officer", "cases_case", "ledger_transfer", "payments_paymentline", "archive_document",
    "oversight_auditevent",
)  # fmt: skip
CHUNK = 2**20


@dataclass
class Manifest:
    """What a backup holds and what must be true after restoring it."""

    made_at: str
    program: str
    schema: str
    rows: dict[str, int]
    last_seal: dict[str, Any]
    keys: dict[str, str]
    members: dict[str, str] = field(default_factory=dict)

    def to_bytes(self) -> bytes:
        """As it stands in the file."""
        return json.dumps(asdict(self), ensure_ascii=False, indent=1, sort_keys=True).encode()


def backup_write(
    target: Path, *, url: str, cluster: Cluster | None, now: datetime, say: Callable[[str], None]
) -> Manifest:
    """Write the backup under a temporary name and move it into place when it is whole. `url` is the owner's."""
    if target.exists():
        raise WrongUsage(
            "FILE_EXISTS", _("{file} 已存在。").format(file=target), remedy=_("请换一个文件名。")
        )
    manifest = Manifest(
        made_at=now.isoformat(timespec="seconds"), program=__version__, schema=schema_digest(),
        rows=row_counts(), last_seal=last_seal(), keys=key_fingerprints(),
    )  # fmt: skip
    part = target.with_name(f".{target.name}.part")
    try:
        with tempfile.TemporaryDirectory(dir=target.resolve().parent) as folder:
            dump = Path(folder) / DUMP
            say(_("导出数据库……"))
            dump_database(url, dump, programs_of(cluster))
            part.touch(mode=0o600)
            with tarfile.open(part, "w") as archive:
                for name, path in [(DUMP, dump), *_files()]:
                    manifest.members[name] = digest_of(path)
                    archive.add(path, arcname=name, recursive=False)
                _add(archive, MANIFEST, manifest.to_bytes())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return manifest


def dump_database(url: str, dump: Path, programs: Path) -> None:
    """pg_dump of the whole database, in a snapshot of its own."""
    done = subprocess.run(
        [str(programs / "pg_dump"), "--format=custom", "--no-password", f"--file={dump}", f"--dbname={url}"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode:
        raise CheckFailed(
            "DUMP_FAILED", _("导出数据库失败：{error}").format(error=done.stderr.strip()[-300:])
        )


def programs_of(cluster: Cluster | None) -> Path:
    """The folder of pg_dump and psql."""
    return (cluster.programs if cluster else Programs.find(data_dir())).folder


def row_counts() -> dict[str, int]:
    """How many rows the tables that matter most have."""
    from django.db import connection

    with connection.cursor() as cursor:
        counts = {}
        for table in COUNTED:
            cursor.execute(f"SELECT count(*) FROM {table}")
            counts[table] = int(cursor.fetchone()[0])
    return counts


def last_seal() -> dict[str, Any]:
    """The last seal of the audit; empty before the first."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT until_sequence, encode(head, 'hex') FROM oversight_audithead ORDER BY until_sequence DESC LIMIT 1"
        )
        row = cursor.fetchone()
    return {"until": row[0], "head": row[1]} if row else {}


def key_fingerprints() -> dict[str, str]:
    """Of each key that the data need: enough to tell whether a machine has the right one, nothing more."""
    from django.conf import settings

    from jubao.services.documents.keys import document_key_marks, document_key_path, document_keys
    from jubao.staff.keys import number_key_path

    keys = {"secret.key": settings.SECRET_KEY.encode()}
    if number_key_path().exists():
        keys["number.key"] = number_key_path().read_bytes().strip()
    if document_key_path().exists():
        # Each version by itself: a key added later does not make an older backup foreign.
        keys |= {f"document.key {version}": key for version, key in document_keys().items()}
    return document_key_marks() | {
        name: hashlib.sha256(b"jubao key " + key).hexdigest()[:16] for name, key in keys.items()
    }


def digest_of(path: Path) -> str:
    """SHA-256 of a file."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _files() -> Iterator[tuple[str, Path]]:
    for folder in FOLDERS:
        root = data_dir() / folder
        for path in sorted(root.rglob("*")) if root.exists() else ():
            if path.is_file() and path.suffix != ".part":
                yield f"{folder}/{path.relative_to(root).as_posix()}", path


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    info = tarfile.TarInfo(name)
    info.size = len(content)
    info.mode = 0o600
    archive.addfile(info, BytesIO(content))
