"""Documents: stored once by the hash of their content under the data folder, before the row that names them is committed.

Worked example: the scan of a household booklet of 240 KB is `documents/3f/9a/3f9a…`; the same scan handed in for another
case is another row with the same file. A file whose content no longer fits its name is refused on opening (F51).
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from uuid import UUID

from jubao.archive.models import Document
from jubao.database.actor import Actor
from jubao.database.invariant import Violation
from jubao.database.places import data_dir
from jubao.kernel.errors import CheckFailed, InputRefused
from jubao.kernel.text import _
from jubao.services.inside_unit import inside_unit

LARGEST_BYTES = 1 << 30


def document_path(sha256: str) -> Path:
    """Where the content of that hash lies."""
    return data_dir() / "documents" / sha256[:2] / sha256[2:4] / sha256


def document_store(
    *,
    actor: Actor,
    content: bytes,
    name: str,
    content_type: str,
    document_class: str,
    case_id: UUID | None = None,
    person_id: UUID | None = None,
    district_code: str = "",
    retention_until: date | None = None,
) -> Document:
    """Store a document. Raises InputRefused DOCUMENT_EMPTY, DOCUMENT_TOO_LARGE; a full disk refuses before any row (F6)."""
    if not content:
        raise InputRefused("DOCUMENT_EMPTY", _("文件是空的。"), remedy=_("请重新扫描上传。"))
    if len(content) > LARGEST_BYTES:
        raise InputRefused(
            "DOCUMENT_TOO_LARGE",
            _("文件超过 {limit} MB。").format(limit=LARGEST_BYTES >> 20),
            remedy=_("请降低分辨率或分成几个文件。"),
        )
    sha256 = hashlib.sha256(content).hexdigest()
    _write_once(document_path(sha256), content)
    with inside_unit(actor, "document_store"):
        return Document.objects.create(
            sha256=sha256,
            name=name[:200],
            content_type=content_type,
            size_bytes=len(content),
            document_class=document_class,
            retention_until=retention_until,
            district_code=district_code,
            person_id=person_id,
            case_id=case_id,
        )


def document_open(document_id: UUID) -> bytes:
    """The content. Raises CheckFailed DOCUMENT_LOST or DOCUMENT_ALTERED."""
    document = Document.objects.get(id=document_id)
    path = document_path(document.sha256)
    remedy = _("请从备份恢复 {path}。").format(path=path)
    if not path.exists():
        raise CheckFailed(
            "DOCUMENT_LOST", _("文件“{name}”不在了。").format(name=document.name), remedy=remedy
        )
    content = path.read_bytes()
    if hashlib.sha256(content).hexdigest() != document.sha256:
        raise CheckFailed(
            "DOCUMENT_ALTERED", _("文件“{name}”被改动过。").format(name=document.name), remedy=remedy
        )
    return content


def document_violations() -> Iterator[Violation]:
    """Every document whose file is lost or altered (Q2)."""
    for document in Document.objects.order_by("id").iterator(chunk_size=2000):
        path = document_path(document.sha256)
        if not path.exists():
            yield Violation("Q2", "archive_document", str(document.id), _("文件不在了"))
            continue
        with path.open("rb") as stream:
            if hashlib.file_digest(stream, "sha256").hexdigest() != document.sha256:
                yield Violation("Q2", "archive_document", str(document.id), _("文件被改动过"))


def _write_once(path: Path, content: bytes) -> None:
    """Beside its place first, then renamed, so that a killed process leaves no half file under a good name."""
    if path.exists() and path.stat().st_size == len(content):
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
