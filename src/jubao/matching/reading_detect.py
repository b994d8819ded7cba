"""What a file is, told by its content and never by its name; what it must not be is refused by name.

Example: ``名单.csv`` that begins with ``PK\\x03\\x04`` and holds ``xl/workbook.xml`` is read as a workbook;
``名单.xlsx`` that is the picture of a list is refused with the advice to ask for the table.
"""

from __future__ import annotations

from enum import Enum
from pathlib import Path

from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.matching.reading_encoding import looks_like_utf16
from jubao.matching.reading_ole import ole_kind
from jubao.matching.reading_zip import zip_is_workbook

# Larger files come as Parquet; a text of this size has lost its end or is a dump of something else.
LARGEST_WORKBOOK = 512 * 1024 * 1024

_ARCHIVES = {
    b"\x1f\x8b": "gzip",
    b"Rar!": "rar",
    b"7z\xbc\xaf\x27\x1c": "7z",
    b"BZh91AY&SY": "bzip2",
    b"\xfd7zXZ": "xz",
    b"\x28\xb5\x2f\xfd": "zstd",
}
_PICTURES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\0", b"MM\0*")


class FileKind(Enum):
    """The kinds of file that can be read."""

    TEXT = "text"
    XLSX = "xlsx"
    XLS = "xls"
    PARQUET = "parquet"


def detect(path: Path) -> FileKind:
    """The kind of a file. Raises InputRefused for what is no list, is cut off, encrypted or dangerous to open."""
    if not path.is_file():
        raise InputRefused(
            "FILE_MISSING", _("找不到文件 {name}。").format(name=path), remedy=_("请核对路径。")
        )
    size = path.stat().st_size
    if size == 0:
        raise InputRefused(
            "FILE_EMPTY", _("{name} 是空文件（0 字节）。").format(name=path.name), remedy=_("请重新导出。")
        )
    with path.open("rb") as stream:
        head = stream.read(4096)
        stream.seek(max(size - 4, 0))
        tail = stream.read(4)
    if head.startswith(b"PAR1"):
        return _parquet(path, size, tail)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        _require_workbook_size(path, size)
        zip_is_workbook(path)
        return FileKind.XLSX
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        _require_workbook_size(path, size)
        ole_kind(path)
        return FileKind.XLS
    _refuse_foreign(path, head)
    return FileKind.TEXT


def _require_workbook_size(path: Path, size: int) -> None:
    if size > LARGEST_WORKBOOK:
        message = _("{name} 有 {size} MB，作为 Excel 文件太大。").format(name=path.name, size=size >> 20)
        raise InputRefused("FILE_TOO_LARGE", message, remedy=_("请导出为 CSV 或 Parquet。"))


def _parquet(path: Path, size: int, tail: bytes) -> FileKind:
    if size < 12 or tail not in (b"PAR1", b"PARE"):
        message = _("{name} 不完整：Parquet 文件缺少文件尾。").format(name=path.name)
        raise InputRefused("FILE_TRUNCATED", message, remedy=_("请重新传输或导出。"))
    if tail == b"PARE":
        message = _("{name} 是加密的 Parquet 文件。").format(name=path.name)
        raise InputRefused("FILE_ENCRYPTED", message, remedy=_("请提供未加密的文件。"))
    return FileKind.PARQUET


def _refuse_foreign(path: Path, head: bytes) -> None:
    for magic, kind in _ARCHIVES.items():
        if head.startswith(magic):
            message = _("{name} 是 {kind} 压缩文件，不是表格。").format(name=path.name, kind=kind)
            raise InputRefused("FILE_ARCHIVE", message, remedy=_("请先解压，再提供里面的表格。"))
    if head.startswith(b"%PDF"):
        message = _("{name} 是 PDF，不是表格。").format(name=path.name)
        raise InputRefused("FILE_PDF", message, remedy=_("请向来源部门要 Excel 或 CSV 表格。"))
    if head.startswith(_PICTURES):
        message = _("{name} 是图片，不是表格。").format(name=path.name)
        raise InputRefused("FILE_PICTURE", message, remedy=_("请向来源部门要 Excel 或 CSV 表格。"))
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:512].lower()
    is_web_page = start.startswith((b"<html", b"<!doctype", b"<table", b"<meta", b"<head"))
    if is_web_page or start.startswith((b"<?xml", b"<workbook")):
        message = _("{name} 是网页或 XML 格式的表格（常被取名为 .xls）。").format(name=path.name)
        raise InputRefused("FILE_MARKUP", message, remedy=_("请用 Excel 打开后另存为 .xlsx 再提供。"))
    controls = sum(
        1 for byte in head if byte < 32 and byte not in (0, 9, 10, 11, 12, 13, 26, 27, 28, 29, 30, 31)
    )
    if (
        controls * 20 > len(head)
        and not head.startswith((b"\xff\xfe", b"\xfe\xff"))
        and not looks_like_utf16(head)
    ):
        message = _("{name} 不是可以识别的表格文件。").format(name=path.name)
        raise InputRefused("FILE_UNKNOWN", message, remedy=_("请提供 xlsx、xls、CSV 或 Parquet 文件。"))
