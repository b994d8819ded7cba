"""Looking at an old binary file (OLE): is it an xls, is it encrypted, is it whole.

Example: a workbook saved with a password is an OLE file that holds ``EncryptedPackage``; it is refused by that name, not
with "cannot open". A file whose allocation table speaks of sectors beyond its end was cut off in transfer.
"""

from __future__ import annotations

import struct
from pathlib import Path

from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.matching.reading_biff import require_safe_cells, stream_of

_FREE = 0xFFFFFFFF


def ole_kind(path: Path) -> None:
    """Return if the file is a whole, unencrypted xls that is safe to parse. Raises InputRefused otherwise."""
    data = path.read_bytes()
    file = _file(data)
    if file is None:
        message = _("{name} 不完整：xls 文件缺少后面的部分。").format(name=path.name)
        raise InputRefused("FILE_TRUNCATED", message, remedy=_("请重新传输或导出。"))
    size, table, streams = file
    if "EncryptedPackage" in streams:
        message = _("{name} 加了密码，打不开。").format(name=path.name)
        raise InputRefused(
            "FILE_ENCRYPTED", message, remedy=_("请在 Excel 中去掉密码（文件→信息→保护工作簿）后再提供。")
        )
    book = next((streams[name] for name in ("Workbook", "WORKBOOK", "Book", "BOOK") if name in streams), None)
    if book is None:
        kind = "Word" if "WordDocument" in streams else "OLE"
        message = _("{name} 是 {kind} 文件，不是 Excel 表格。").format(name=path.name, kind=kind)
        raise InputRefused("FILE_NOT_XLSX", message, remedy=_("请提供 xlsx、xls、CSV 或 Parquet 文件。"))
    require_safe_cells(path, stream_of(data, size, table, *book))


def _file(data: bytes) -> tuple[int, list[int], dict[str, tuple[int, int]]] | None:
    """Sector size, allocation table and streams (first sector, length); None if the file ends before its table says."""
    if len(data) < 512:
        return None
    shift = struct.unpack_from("<H", data, 30)[0]
    if shift not in (9, 12):
        return None
    size = 1 << shift
    table = _allocation_table(data, size)
    if table is None:
        return None
    used = max((i for i, following in enumerate(table) if following != _FREE), default=-1)
    # The last sector may be written without its padding.
    if (used + 1) * size >= len(data):
        return None
    streams = _directory(data, size, table)
    return None if streams is None else (size, table, streams)


def _allocation_table(data: bytes, size: int) -> list[int] | None:
    sectors = [s for s in struct.unpack_from("<109I", data, 76) if s < 0xFFFFFFFA]
    following = struct.unpack_from("<I", data, 68)[0]
    for _hop in range(len(data) // size + 1):
        if following >= 0xFFFFFFFA:
            break
        start = size + following * size
        if start + size > len(data):
            return None
        block = struct.unpack_from(f"<{size // 4}I", data, start)
        sectors += [s for s in block[:-1] if s < 0xFFFFFFFA]
        following = block[-1]
    table: list[int] = []
    for sector in sectors:
        start = size + sector * size
        if start + size > len(data):
            return None
        table += struct.unpack_from(f"<{size // 4}I", data, start)
    return table or None


def _directory(data: bytes, size: int, table: list[int]) -> dict[str, tuple[int, int]] | None:
    streams: dict[str, tuple[int, int]] = {}
    sector = struct.unpack_from("<I", data, 48)[0]
    for _hop in range(len(table)):
        if sector >= len(table):
            break
        start = size + sector * size
        if start + size > len(data):
            return None
        for entry in range(start, start + size, 128):
            length = min(struct.unpack_from("<H", data, entry + 64)[0], 64)
            if length >= 2:
                name = data[entry : entry + length - 2].decode("utf-16-le", "replace")
                streams[name] = struct.unpack_from("<II", data, entry + 116)
        sector = table[sector]
    return streams
