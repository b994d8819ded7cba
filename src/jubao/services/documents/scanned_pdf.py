"""PDF from scanners: accepted by content when it can be read and nothing in it acts, runs or carries another file.

Worked example: a two-page scan is answered unchanged; one with a script that runs on opening, or with an attached
spreadsheet, is refused with PDF_ACTIVE and the name of what was found. The bytes stay as they were handed in, so that a
signature inside stays valid.
"""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from pypdf import PdfReader
from pypdf.errors import PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _

MOST_OBJECTS = 20_000
ACTIVE_KEYS = {
    "/JS",
    "/JavaScript",
    "/AA",
    "/EmbeddedFiles",
    "/EmbeddedFile",
    "/XFA",
    "/RichMediaContent",
    "/AF",
}
ACTIVE_ACTIONS = {"/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToE", "/GoToR", "/Rendition", "/Movie",
                  "/RichMediaExecute", "/URI"}  # fmt: skip
ACTIVE_TYPES = {"/EmbeddedFile", "/Filespec", "/RichMedia", "/FileAttachment", "/Screen", "/Movie", "/Sound"}

logging.getLogger("pypdf").setLevel(logging.ERROR)


def is_pdf(content: bytes) -> bool:
    """Whether the content is meant to be a PDF, whatever its name says."""
    return b"%PDF-" in content[:1024]


def pdf_checked(content: bytes) -> bytes:
    """The same bytes. Raises InputRefused PDF_BROKEN, PDF_LOCKED, PDF_TOO_LONG, PDF_ACTIVE."""
    try:
        reader = PdfReader(io.BytesIO(content), strict=False)
        if reader.is_encrypted:
            raise InputRefused(
                "PDF_LOCKED", _("PDF 加了密码或限制，无法核对内容。"), remedy=_("请去掉密码，或重新扫描。")
            )
        _refuse_pages(len(reader.pages))
        found = next(_active(reader), "")
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        OSError,
        RecursionError,
    ) as broken:
        raise InputRefused(
            "PDF_BROKEN", _("PDF 不完整或已损坏，打不开。"), remedy=_("请重新扫描后上传。")
        ) from broken
    if found:
        raise InputRefused(
            "PDF_ACTIVE",
            _("PDF 里有脚本、附件或会自动执行的内容（{found}），不予接收。").format(found=found.strip("/")),
            remedy=_("请直接扫描成 PDF 或图片，不要用带附件、表单的 PDF。"),
        )
    return content


def _refuse_pages(pages: int) -> None:
    limit = settings.SCAN_PAGES
    if not 0 < pages <= limit:
        raise InputRefused(
            "PDF_TOO_LONG",
            _("PDF 有 {pages} 页，一份扫描件应有 1 至 {limit} 页。").format(pages=pages, limit=limit),
            remedy=_("请按材料分开扫描。"),
        )


def _active(reader: PdfReader) -> Iterator[str]:
    """Everything that acts or hides, over every object of the file, whether a page leads to it or not."""
    yield from _in(reader.trailer.get("/Root", {}), 0)
    numbers = {number for table in reader.xref.values() for number in table} | set(reader.xref_objStm)
    if len(numbers) > MOST_OBJECTS:
        raise ValueError("too many objects")
    for number in sorted(numbers - {0}):
        try:
            yield from _in(reader.get_object(number), 0)
        except PyPdfError:
            # A free or dangling entry of the table: no reader can follow it either.
            continue


def _in(value: Any, depth: int) -> Iterator[str]:
    """Inside one object; a reference is not followed, for the objects are gone through one by one."""
    if depth > 40:
        raise ValueError("nested too deep")
    if isinstance(value, IndirectObject):
        if depth == 0:
            yield from _in(value.get_object(), 1)
        return
    if isinstance(value, DictionaryObject):
        yield from (key for key in value if key in ACTIVE_KEYS)
        yield from (str(value.get(key)) for key, marks in (("/S", ACTIVE_ACTIONS), ("/Type", ACTIVE_TYPES),
                    ("/Subtype", ACTIVE_TYPES)) if str(value.get(key)) in marks)  # fmt: skip
        for key in list(value):
            yield from _in(value.raw_get(key), depth + 1)
    elif isinstance(value, ArrayObject):
        for each in list.__iter__(value):
            yield from _in(each, depth + 1)
