"""Documents kept by the hash of their content outside the database: stored once, found by the row that says what they are.

Worked example: `document_store(actor=…, content=pdf, name="确认表.pdf", content_type="application/pdf", document_class=
"determination_form")` writes `documents/ab/cd/abcd…` under the data folder unless it is there, and adds one row.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from datetime import date
from pathlib import Path
from uuid import UUID

from jubao.archive.models import Document
from jubao.database.actor import Actor
from jubao.database.places import data_dir
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import DomainError
from jubao.kernel.text import _


class DocumentLost(DomainError):
    """The content of a document is not where it was put, or is not what it was."""

    exit_code = 1


def document_store(
    *,
    actor: Actor,
    content: bytes,
    name: str,
    content_type: str,
    document_class: str,
    district_code: str = "",
    case_id: UUID | None = None,
    person_id: UUID | None = None,
    retention_until: date | None = None,
) -> Document:
    """Keep a document. The same content again is another row on the same file."""
    digest = hashlib.sha256(content).hexdigest()
    _write_once(_place(digest), content)
    with unit_of_work(actor, "document_store", case_id=case_id):
        return Document.objects.create(
            sha256=digest,
            name=name[:200],
            content_type=content_type,
            size_bytes=len(content),
            document_class=document_class,
            district_code=district_code,
            case_id=case_id,
            person_id=person_id,
            retention_until=retention_until,
        )


def document_open(document_id: UUID) -> bytes:
    """The content, checked against its hash. Raises DocumentLost."""
    document = Document.objects.get(id=document_id)
    path = _place(document.sha256)
    content = path.read_bytes() if path.is_file() else b""
    if hashlib.sha256(content).hexdigest() != document.sha256:
        message = _("文件“{name}”已丢失或被改动。").format(name=document.name)
        raise DocumentLost("DOCUMENT_LOST", message, remedy=_("请从备份恢复文件库。"))
    return content


def _place(digest: str) -> Path:
    return data_dir() / "documents" / digest[:2] / digest[2:4] / digest


def _write_once(path: Path, content: bytes) -> None:
    """Written under another name and moved, so that a half file never bears the hash of a whole one."""
    if path.exists():
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    Path(name).replace(path)
