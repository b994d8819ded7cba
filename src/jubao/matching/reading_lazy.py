"""Large text files that are perfectly regular go straight to DuckDB's CSV reader; this module decides which are.

One pass over the bytes removes everything but separators, line ends, quotes and NUL; what is left must be one pattern
repeated. Then there is no quoted cell, no ragged or blank line and no damaged byte, and the row number of the engine is
the line number of the editor. Example: ``,,\\n,,\\n,,\\n`` is regular for three columns; ``,,\\n,\\n`` is not.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from jubao.matching.reading_encoding import Encoding, with_public_characters
from jubao.matching.rejects import quoted

LAZY_FROM = 8 * 1024 * 1024
PIECE = 4 << 20
_DAMAGE = "\ufffd".encode()


def _structure(delimiter: str) -> bytes:
    """The bytes to delete so that only the structure of the file remains."""
    kept = set(delimiter.encode() + b'\n\r"\0')
    return bytes(byte for byte in range(256) if byte not in kept)


def regular_rows(path: Path, delimiter: str, columns: int, header_line: bytes) -> int | None:
    """Number of data lines of a regular file whose header is line 1; None if anything in it needs a closer look.

    The bytes are known to be sound UTF-8 already.
    """
    drop = _structure(delimiter)
    cells = delimiter.encode() * (columns - 1)
    with path.open("rb") as stream:
        is_crlf = stream.readline(1 << 20).endswith(b"\r\n")
    line = cells + (b"\r\n" if is_crlf else b"\n")
    blank_line = b"\n" + line
    lines, header_seen, ends = 0, 0, b""
    for piece in _whole_lines(path):
        left = piece.translate(None, drop)
        if not piece.endswith(b"\n"):
            left += line[len(cells) :]
        count, rest = divmod(len(left), len(line))
        if rest or left != line * count or _DAMAGE in piece or blank_line in b"\n" + piece:
            return None
        header_seen += piece.count(header_line)
        lines, ends = lines + count, piece[-1:]
    return lines - 1 if header_seen == 1 and ends == b"\n" else None


def _whole_lines(path: Path) -> Iterator[bytes]:
    """The file in pieces that end with a line; a piece without any line end is far too long to be a list."""
    with path.open("rb") as stream:
        while piece := stream.read(PIECE):
            yield piece + stream.readline(PIECE)


def transcoded(path: Path, encoding: Encoding) -> tuple[Path, tempfile.TemporaryDirectory[str]]:
    """A copy of the file in UTF-8 with the same lines, written in pieces; the folder lives as long as it is held."""
    folder = tempfile.TemporaryDirectory(prefix="jubao-")
    target = Path(folder.name) / "utf8.csv"
    with (
        path.open(encoding=encoding.codec, errors="strict", newline="") as source,
        target.open("w", encoding="utf-8", newline="") as copy,
    ):
        while piece := source.read(PIECE):
            copy.write(with_public_characters(piece))
    return target, folder


def tail_lines(path: Path) -> int:
    """How many bytes of the end are worth reading closely for totals and signatures: the last 64 kB."""
    return max(path.stat().st_size - (64 << 10), 0)


def lazy_from(path: Path, delimiter: str, columns: Sequence[str]) -> str:
    """The FROM item that scans a regular file with every column as text; the header is skipped."""
    types = ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in columns)
    return (
        f"read_csv({quoted(str(path))}, auto_detect=false, header=true, all_varchar=true, delim={quoted(delimiter)},"
        f" quote='', escape='', strict_mode=true, columns={{{types}}})"
    )
