"""The cells of an old xls before anything parses it: a few values far apart would fill the memory of the parser.

Only record headers are read, and of cell records the row and the column. Example: a sheet with one value in A1 and one in
IV65536 spans sixteen million cells and is refused; a full sheet of 65 536 rows is not.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path

from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _

_BEGIN, _END, _PASSWORD = 0x0809, 0x000A, 0x002F
# LABELSST, NUMBER, RK, LABEL, FORMULA, BOOLERR, RSTRING, and the rows of several numbers at once.
_CELLS = frozenset({0x00FD, 0x0203, 0x027E, 0x0204, 0x0006, 0x0205, 0x00D6})
_SEVERAL = 0x00BD
MOST_CELLS = 4_000_000


def stream_of(data: bytes, size: int, table: Sequence[int], first: int, length: int) -> bytes:
    """A stream of an OLE file: its sectors in the order of the allocation table."""
    pieces, sector = [], first
    for _hop in range(len(table)):
        if sector >= len(table):
            break
        pieces.append(data[size + sector * size : size + (sector + 1) * size])
        sector = table[sector]
    return b"".join(pieces)[:length]


def _records(stream: bytes) -> Iterator[tuple[int, int, int]]:
    """Kind, place of the content and its length of every record."""
    at = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        yield kind, at + 4, length
        at += 4 + length


def require_safe_cells(path: Path, stream: bytes) -> None:
    """Raises InputRefused if the workbook is encrypted or a sheet spans far more cells than it has."""
    cells = last_row = last_column = 0
    for kind, at, length in _records(stream):
        if kind == _PASSWORD:
            message = _("{name} 加了密码，打不开。").format(name=path.name)
            raise InputRefused("FILE_ENCRYPTED", message, remedy=_("请在 Excel 中去掉密码后再提供。"))
        if kind == _BEGIN:
            cells = last_row = last_column = 0
        elif kind == _SEVERAL and length >= 6:
            row, column = struct.unpack_from("<HH", stream, at)
            last = column + (length - 6) // 6
            cells, last_row, last_column = (
                cells + last - column + 1,
                max(last_row, row),
                max(last_column, last),
            )
        elif kind in _CELLS and length >= 4:
            row, column = struct.unpack_from("<HH", stream, at)
            cells, last_row, last_column = cells + 1, max(last_row, row), max(last_column, column)
        elif kind == _END and (area := (last_row + 1) * (last_column + 1)) > MOST_CELLS and area > 40 * cells:
            message = _(
                "{name} 只有 {cells} 个单元格有内容，却铺到第 {row} 行第 {column} 列，拒绝解析。"
            ).format(name=path.name, cells=cells, row=last_row + 1, column=last_column + 1)
            raise InputRefused(
                "FILE_BOMB", message, remedy=_("请把内容复制到新表，去掉远处的单元格后再提供。")
            )
