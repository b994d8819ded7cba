"""Pictures and PDF made for the tests of the archive.

Worked example: `photo(800, 500)` is a JPEG of 800 × 500 pixels; `pdf()` a scan of one page without anything that acts.
"""

from __future__ import annotations

import io
from typing import Any

from PIL import Image
from pypdf import PdfWriter


def photo(
    width: int = 800, height: int = 500, *, form: str = "JPEG", mode: str = "RGB", **more: Any
) -> bytes:
    """A picture with a dark left half."""
    picture = Image.new(mode, (width, height), "white")
    picture.paste("black", (0, 0, width // 2, height))
    target = io.BytesIO()
    picture.save(target, form, **more)
    return target.getvalue()


def written(writer: PdfWriter) -> bytes:
    """The bytes of a PDF under way."""
    target = io.BytesIO()
    writer.write(target)
    return target.getvalue()


def pdf(pages: int = 1) -> bytes:
    """A scan."""
    writer = PdfWriter()
    for _page in range(pages):
        writer.add_blank_page(595, 842)
    return written(writer)
