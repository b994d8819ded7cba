"""Pictures and scans of people and papers: judged by content, cleaned, stored sealed.

Worked example: a phone's photo of an identity card (4032 × 3024, rotated by EXIF, with the place it was taken) becomes an
upright JPEG of at most 3600 pixels without any of its former metadata, sealed under `documents/`; a PDF of a scanner is
kept as it is once nothing in it can act or hide a file. `image_store` takes pictures, `scan_store` pictures and PDF.
"""

from __future__ import annotations

import io
from datetime import date
from pathlib import PurePath
from typing import Any
from uuid import UUID

from django.conf import settings
from PIL import Image, ImageOps, UnidentifiedImageError

from jubao.archive.models import Document
from jubao.database.actor import Actor
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.services.documents.scanned_pdf import is_pdf, pdf_checked
from jubao.services.documents.store import document_store

FORMATS = ("JPEG", "PNG", "WEBP", "BMP", "TIFF")
QUALITY = 85
_HEIC = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc")


def image_store(
    *,
    actor: Actor,
    content: bytes,
    name: str,
    document_class: str,
    case_id: UUID | None = None,
    person_id: UUID | None = None,
    district_code: str = "",
    retention_until: date | None = None,
) -> Document:
    """Store a picture, re-encoded and sealed.

    Raises InputRefused DOCUMENT_EMPTY, IMAGE_TOO_LARGE, IMAGE_TOO_SMALL, IMAGE_BROKEN, NOT_AN_IMAGE; CheckFailed
    DOCUMENT_KEY_MISSING, DOCUMENT_KEY_WRONG: then nothing is stored.
    """
    return document_store(
        actor=actor, content=image_cleaned(content), name=_named(name, ".jpg"), content_type="image/jpeg",
        document_class=document_class, case_id=case_id, person_id=person_id, district_code=district_code,
        retention_until=retention_until, is_encrypted=True,
    )  # fmt: skip


def scan_store(*, actor: Actor, content: bytes, name: str, document_class: str, **more: Any) -> Document:
    """Store a scan, picture or PDF; `more` as for `image_store`. Raises besides the refusals of `pdf_checked`."""
    if not is_pdf(content):
        return image_store(actor=actor, content=content, name=name, document_class=document_class, **more)
    _refuse_size(content)
    return document_store(
        actor=actor, content=pdf_checked(content), name=_named(name, ".pdf"), content_type="application/pdf",
        document_class=document_class, is_encrypted=True, **more,
    )  # fmt: skip


def image_cleaned(content: bytes) -> bytes:
    """The picture as an upright JPEG without metadata, at most `JUBAO_IMAGE_SIDE` pixels long."""
    _refuse_size(content)
    try:
        with Image.open(io.BytesIO(content), formats=FORMATS) as opened:
            _refuse_dimensions(opened)
            side = settings.IMAGE_SIDE
            opened.draft("RGB", (side, side))
            picture = _opaque(ImageOps.exif_transpose(opened))
    except Image.DecompressionBombError as bomb:
        raise _too_many_pixels() from bomb
    except UnidentifiedImageError as unknown:
        raise _not_an_image(content) from unknown
    except (OSError, SyntaxError, ValueError, EOFError) as broken:
        raise InputRefused(
            "IMAGE_BROKEN",
            _("图片不完整或已损坏，打不开。"),
            remedy=_("请重新拍照或扫描后上传。"),
        ) from broken
    picture.thumbnail((side, side), Image.Resampling.LANCZOS)
    target = io.BytesIO()
    # A picture of its own: nothing of the former file's segments goes along.
    Image.frombytes("RGB", picture.size, picture.tobytes()).save(target, "JPEG", quality=QUALITY)
    return target.getvalue()


def _opaque(picture: Image.Image) -> Image.Image:
    """RGB on white: a transparent scan would turn black."""
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(white, layer).convert("RGB")
    if picture.mode.startswith("I;16"):
        return picture.point(lambda value: value / 256).convert("L").convert("RGB")
    return picture.convert("RGB")


def _refuse_size(content: bytes) -> None:
    if not content:
        raise InputRefused("DOCUMENT_EMPTY", _("文件是空的。"), remedy=_("请重新扫描上传。"))
    limit = settings.IMAGE_MEGABYTES
    if len(content) > limit << 20:
        raise InputRefused(
            "IMAGE_TOO_LARGE",
            _("文件有 {size} MB，超过 {limit} MB。").format(size=-(-len(content) >> 20), limit=limit),
            remedy=_("请降低扫描分辨率（300 dpi 足够）或换成 JPEG。"),
        )


def _refuse_dimensions(picture: Image.Image) -> None:
    """Before a single pixel is unpacked: the head of a small file may promise a huge picture."""
    width, height = picture.size
    if width * height > settings.IMAGE_MEGAPIXELS * 1_000_000:
        raise _too_many_pixels()
    if min(width, height) < settings.IMAGE_SMALLEST_SIDE:
        raise InputRefused(
            "IMAGE_TOO_SMALL",
            _("图片只有 {width}×{height} 像素，看不清内容。").format(width=width, height=height),
            remedy=_("短边至少 {side} 像素，请重新拍照或扫描。").format(side=settings.IMAGE_SMALLEST_SIDE),
        )
    if getattr(picture, "n_frames", 1) > 1 and picture.format != "MPO":
        raise InputRefused(
            "IMAGE_SEVERAL_PAGES",
            _("这个图片文件里有几页，只会看到第一页。"),
            remedy=_("请扫描成 PDF，或每页一个文件上传。"),
        )


def _too_many_pixels() -> InputRefused:
    return InputRefused(
        "IMAGE_TOO_LARGE",
        _("图片超过 {limit} 百万像素。").format(limit=settings.IMAGE_MEGAPIXELS),
        remedy=_("请降低扫描分辨率（300 dpi 足够）。"),
    )


def _not_an_image(content: bytes) -> InputRefused:
    if any(mark in content[:32] for mark in _HEIC):
        return InputRefused(
            "NOT_AN_IMAGE",
            _("这是 HEIC 格式的照片，本系统打不开。"),
            remedy=_("请在手机相机设置中选“兼容性最佳”后重拍，或截图后上传。"),
        )
    return InputRefused(
        "NOT_AN_IMAGE",
        _("文件内容不是图片，改了扩展名也不行。"),
        remedy=_("请上传 JPEG、PNG、WebP、BMP 或 TIFF 图片；扫描件也可以是 PDF。"),
    )


def _named(name: str, suffix: str) -> str:
    return PurePath(name.replace("\\", "/")).name.rsplit(".", 1)[0][:190] + suffix
