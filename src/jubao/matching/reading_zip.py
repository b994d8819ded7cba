"""Looking at an xlsx before anything parses it: sizes, ratios, names and the first bytes of its parts.

A workbook is a zip of XML. A bomb says in its directory how large it becomes, or lies about it, or hides a million
strings, an entity or one cell in the far corner; all of that shows by inflating the parts in pieces and looking, without
keeping them. Example: ``zip_is_workbook(Path("花名册.xlsx"))`` returns; on a 10-MB zip of zeros it raises InputRefused.
"""

from __future__ import annotations

import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _

MOST_MEMBERS = 4000
MOST_INFLATED = 1536 * 1024 * 1024
LARGE = 24 * 1024 * 1024
MOST_RATIO = 120
PIECE = 1 << 20
_WHOLE_SHEET = 4_000_000
_CELL = re.compile(rb"""\sr=["']([A-Z]{1,3})[0-9]+["'][^<>/]*>""")
_ROW = re.compile(rb"""<(?:\w+:)?row\s[^<>]*?\br=["']([0-9]{1,9})["']""")
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)


def zip_is_workbook(path: Path) -> None:
    """Return if the zip is an xlsx that is safe to parse. Raises InputRefused with the reason otherwise."""
    try:
        with zipfile.ZipFile(path) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, OverflowError) as error:
        raise _truncated(path) from error
    _require_modest(path, members)
    _require_kind(path, {member.filename.replace("\\", "/").lower() for member in members})
    _require_safe_parts(path, members)


def _refused(code: str, message: str, remedy: str = "") -> InputRefused:
    return InputRefused(code, message, remedy=remedy or _("请在 Excel 中打开确认后另存为新的 .xlsx 文件。"))


def _truncated(path: Path) -> InputRefused:
    message = _("{name} 不完整或已损坏：Excel 文件缺少结尾的目录。").format(name=path.name)
    return _refused("FILE_TRUNCATED", message, _("请重新传输或导出。"))


def _require_modest(path: Path, members: list[zipfile.ZipInfo]) -> None:
    total = sum(member.file_size for member in members)
    if len(members) > MOST_MEMBERS or total > MOST_INFLATED:
        message = _("{name} 解压后过大（{count} 个部分，{size} MB），按压缩炸弹拒绝。").format(
            name=path.name, count=len(members), size=total >> 20
        )
        raise _refused("FILE_BOMB", message)
    for member in members:
        if member.file_size > LARGE and member.file_size > MOST_RATIO * max(member.compress_size, 1):
            message = _("{name} 的 {part} 压缩比异常，按压缩炸弹拒绝。").format(
                name=path.name, part=member.filename
            )
            raise _refused("FILE_BOMB", message)
        parts = member.filename.replace("\\", "/").split("/")
        is_link = stat.S_ISLNK(member.external_attr >> 16)
        if ".." in parts or parts[0] == "" or ":" in parts[0] or is_link:
            message = _("{name} 里有指向文件之外的路径，按不安全的压缩包拒绝。").format(name=path.name)
            raise _refused("FILE_UNSAFE", message)
        if member.flag_bits & 1:
            message = _("{name} 加了密码。").format(name=path.name)
            raise _refused("FILE_ENCRYPTED", message, _("请去掉密码后再提供。"))


def _require_kind(path: Path, names: set[str]) -> None:
    if "xl/workbook.xml" in names:
        return
    if "xl/workbook.bin" in names:
        kind, remedy = "xlsb", _("请在 Excel 中另存为 .xlsx。")
    elif "word/document.xml" in names:
        kind, remedy = "Word", _("请把表格复制到 Excel，存为 .xlsx。")
    elif "content.xml" in names:
        kind, remedy = "OpenDocument", _("请另存为 .xlsx。")
    else:
        message = _("{name} 是压缩包，不是 Excel 文件。").format(name=path.name)
        raise _refused("FILE_ARCHIVE", message, _("请先解压，再提供里面的表格。"))
    message = _("{name} 是 {kind} 文件，不是 xlsx。").format(name=path.name, kind=kind)
    raise _refused("FILE_NOT_XLSX", message, remedy)


def _inflated(path: Path, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The content of a part in pieces; more than the directory promised is a lie and refused."""
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _refused("FILE_NOT_XLSX", _("{name} 用了 Excel 不用的压缩方法。").format(name=path.name))
    given, left = 0, member.compress_size
    inflater = zlib.decompressobj(-15) if member.compress_type == zipfile.ZIP_DEFLATED else None
    with path.open("rb") as stream:
        stream.seek(member.header_offset)
        local = stream.read(30)
        if len(local) < 30 or local[:4] != b"PK\x03\x04":
            raise _truncated(path)
        stream.seek(int.from_bytes(local[26:28], "little") + int.from_bytes(local[28:30], "little"), 1)
        while left > 0 and (raw := stream.read(min(left, PIECE // 16))):
            left -= len(raw)
            while raw:
                piece = inflater.decompress(raw, PIECE) if inflater else raw
                raw = inflater.unconsumed_tail if inflater else b""
                given += len(piece)
                if given > member.file_size:
                    message = _("{name} 的 {part} 比目录里写的大，按压缩炸弹拒绝。")
                    raise _refused("FILE_BOMB", message.format(name=path.name, part=member.filename))
                yield piece
    if given != member.file_size:
        raise _truncated(path)


def _require_safe_parts(path: Path, members: list[zipfile.ZipInfo]) -> None:
    cells, strings = 0, 0
    for member in members:
        if not member.filename.lower().endswith((".xml", ".rels", ".vml")):
            continue
        is_sheet = bool(_SHEET.fullmatch(member.filename.replace("\\", "/")))
        is_strings = member.filename.lower().endswith("sharedstrings.xml")
        try:
            if is_sheet:
                cells += _sheet_cells(path, member)
            else:
                strings += _part_strings(path, member, counted=is_strings)
        except (zlib.error, OSError) as error:
            raise _truncated(path) from error
    if strings > 200_000 and strings > cells:
        message = _("{name} 的文字表有 {strings} 条，比单元格还多，拒绝解析。").format(
            name=path.name, strings=strings
        )
        raise _refused("FILE_BOMB", message)


def _require_plain_xml(path: Path, piece: bytes) -> None:
    if b"<!DOCTYPE" in piece or b"<!ENTITY" in piece or b"\0" in piece[:64]:
        message = _("{name} 的 XML 带有实体定义，按实体炸弹拒绝。").format(name=path.name)
        raise _refused("FILE_BOMB", message)


def _part_strings(path: Path, member: zipfile.ZipInfo, *, counted: bool) -> int:
    strings = 0
    for number, piece in enumerate(_inflated(path, member)):
        if number == 0:
            _require_plain_xml(path, piece)
        if counted:
            strings += piece.count(b"<si>") + piece.count(b"<si ")
    return strings


def _sheet_cells(path: Path, member: zipfile.ZipInfo) -> int:
    """Number of cells with a value; refuses a sheet whose few cells span an area that would fill the memory.

    Parsers keep a sheet as a full rectangle, so one value in XFD1048576 asks for seventeen billion cells.
    """
    cells, last_row, columns, rest = 0, 0, set[bytes](), b""
    for number, piece in enumerate(_inflated(path, member)):
        if number == 0:
            _require_plain_xml(path, piece)
        text = rest + piece
        cut = text.rfind(b"<") if len(text) < 4 * PIECE else len(text)
        text, rest = text[:cut], text[cut:]
        found = _CELL.findall(text)
        cells += len(found)
        columns.update(found)
        last_row = max([last_row, *map(int, _ROW.findall(text))])
    width = max((_column_number(letters) for letters in columns), default=1)
    if last_row * width > _WHOLE_SHEET and last_row * width > 40 * cells:
        message = _(
            "{name} 的 {part} 只有 {cells} 个单元格有内容，却铺到第 {row} 行第 {column} 列，拒绝解析。"
        ).format(name=path.name, part=member.filename, cells=cells, row=last_row, column=width)
        raise _refused("FILE_BOMB", message, _("请把内容复制到新表，去掉远处的单元格后再提供。"))
    return cells


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
