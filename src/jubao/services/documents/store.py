"""Documents: stored once by the hash of their content under the data folder, before the row that names them is committed.

Worked example: the scan of a household booklet of 240 KB is `documents/3f/9a/3f9a…`; the same scan handed in for another
case is another row with the same file. A file whose content no longer fits its name is refused on opening (F51). A picture
of a person or a paper lies sealed as `3f9a….sealed`; the hash is of the clear content either way.
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
from jubao.services.cases.inside_unit import inside_unit
from jubao.services.documents.keys import seal, unseal

LARGEST_BYTES = 1 << 30
SEALED_SUFFIX = ".sealed"


def document_path(sha256: str, *, is_encrypted: bool = False) -> Path:
    """Where the content of that hash lies; the sealed one beside the clear one."""
    name = f"{sha256}{SEALED_SUFFIX}" if is_encrypted else sha256
    return data_dir() / "documents" / sha256[:2] / sha256[2:4] / name


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
    is_encrypted: bool = False,
) -> Document:
    """Store a document; the file is whole before the row is written.

    Raises InputRefused DOCUMENT_EMPTY, DOCUMENT_TOO_LARGE; a full disk (F6) or a missing key (F54) refuses before any row.
    """
    if not content:
        raise InputRefused("DOCUMENT_EMPTY", _("文件是空的。"), remedy=_("请重新扫描上传。"))
    if len(content) > LARGEST_BYTES:
        raise InputRefused(
            "DOCUMENT_TOO_LARGE",
            _("文件超过 {limit} MB。").format(limit=LARGEST_BYTES >> 20),
            remedy=_("请降低分辨率或分成几个文件。"),
        )
    sha256 = hashlib.sha256(content).hexdigest()
    _file_store(sha256, content, is_encrypted)
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
            is_encrypted=is_encrypted,
        )


def document_open(document_id: UUID) -> bytes:
    """The clear content.

    Raises CheckFailed DOCUMENT_DISPOSED, DOCUMENT_LOST, DOCUMENT_ALTERED, DOCUMENT_KEY_MISSING, DOCUMENT_KEY_WRONG.
    """
    document = Document.objects.get(id=document_id)
    if document.disposed_on is not None:
        raise CheckFailed(
            "DOCUMENT_DISPOSED",
            _("文件“{name}”已于 {day} 经审批销毁。").format(name=document.name, day=document.disposed_on),
            remedy=_("销毁清册在销毁业务里。"),
        )
    path = document_path(document.sha256, is_encrypted=document.is_encrypted)
    remedy = _("请从备份恢复 {path}。").format(path=path)
    if not path.exists():
        raise CheckFailed(
            "DOCUMENT_LOST", _("文件“{name}”不在了。").format(name=document.name), remedy=remedy
        )
    content = _content(path, document)
    if content is None:
        raise CheckFailed(
            "DOCUMENT_ALTERED", _("文件“{name}”被改动过。").format(name=document.name), remedy=remedy
        )
    return content


def document_violations() -> Iterator[Violation]:
    """Every document whose file is lost, altered or sealed with a key that is not here (Q2)."""
    for document in Document.objects.order_by("id").iterator(chunk_size=2000):
        problem = document_problem(document)
        if problem:
            yield Violation("Q2", "archive_document", str(document.id), problem)


def document_problem(document: Document) -> str:
    """What is wrong with the file of a document; nothing when its content has the hash of the row, or was destroyed."""
    if document.disposed_on is not None:
        return ""
    path = document_path(document.sha256, is_encrypted=document.is_encrypted)
    if not path.exists():
        return _("文件不在了")
    if not document.is_encrypted:
        with path.open("rb") as stream:
            is_same = hashlib.file_digest(stream, "sha256").hexdigest() == document.sha256
        return "" if is_same else _("文件被改动过")
    try:
        return "" if _content(path, document) is not None else _("文件被改动过")
    except CheckFailed as refused:
        return refused.message


def file_remove(document: Document) -> bool:
    """Take the content of a document from the disk; whether it was there."""
    path = document_path(document.sha256, is_encrypted=document.is_encrypted)
    was_there = path.exists()
    path.unlink(missing_ok=True)
    return was_there


def _content(path: Path, document: Document) -> bytes | None:
    """The clear content, None when it is not what the row says."""
    content: bytes | None = path.read_bytes()
    if document.is_encrypted and content is not None:
        content = unseal(content, about=document.sha256)
    if content is None or hashlib.sha256(content).hexdigest() != document.sha256:
        return None
    return content


def _file_store(sha256: str, content: bytes, is_encrypted: bool) -> None:
    path = document_path(sha256, is_encrypted=is_encrypted)
    if not is_encrypted:
        _write_once(path, content)
    elif not path.exists() or unseal(path.read_bytes(), about=sha256) != content:
        file_write(path, seal(content, about=sha256))


def _write_once(path: Path, content: bytes) -> None:
    """Beside its place first, then renamed, so that a killed process leaves no half file under a good name."""
    if path.exists() and path.stat().st_size == len(content):
        return
    file_write(path, content)


def file_write(path: Path, content: bytes) -> None:
    """The whole file in one step: beside its place, on the disk, then renamed."""
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
