"""Rows of a text file, one record at a time: any line end, tabs or commas, quotes, lines that must not be believed.

A record is known by the line of the editor on which it begins. What cannot be read becomes a reject with that line: damaged
bytes, NUL, a quote that never closes, a line above one megabyte. Example: a file ``姓名\\t身份证号\\r\\n张三\\t…`` gives
``(1, ["姓名", "身份证号"]), (2, ["张三", "…"])``. Memory is one record, whatever the file.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TextIO

from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.matching.reading_encoding import Encoding, with_public_characters
from jubao.matching.rejects import Reject

LONGEST_LINE = 1 << 20
MOST_LINES_OF_A_CELL = 50
DELIMITERS = (",", "\t", ";", "|", "，")
# The module's own limit of 128 kB is an error in the middle of a file; ours is a rejected line.
csv.field_size_limit(max(csv.field_size_limit(), 64 * LONGEST_LINE))
_ESCAPED = re.compile("[\udc80-\udcff]")
_TEXT_FORMULA = re.compile(r'="([^"]*)"')


class TextSource:
    """A text file as rows. ``rejects`` fills while ``rows`` is read; ``ends_with_newline`` is known at the end."""

    def __init__(self, path: Path, encoding: Encoding, delimiter: str, name: str = "") -> None:
        self.path, self.encoding, self.delimiter = path, encoding, delimiter
        self.name = name or path.name
        self.rejects: list[Reject] = []
        self.ends_with_newline = True
        self.last_line = 0
        self._held: list[tuple[int, str]] = []

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Records with the line each begins on. Raises InputRefused if the file ends inside a quoted cell."""
        self.rejects.clear()
        self._held.clear()
        with self.path.open(
            encoding=self.encoding.codec, errors=self.encoding.errors, newline=None
        ) as stream:
            lines = self._lines(stream)
            while (line := self._next(lines)) is not None:
                record = self._record(line, lines)
                if record is not None:
                    yield line[0], record

    def _next(self, lines: Iterator[tuple[int, str]]) -> tuple[int, str] | None:
        return self._held.pop(0) if self._held else next(lines, None)

    def _lines(self, stream: TextIO) -> Iterator[tuple[int, str]]:
        damaged = self.encoding.has_damage
        number = 0
        while line := stream.readline(LONGEST_LINE):
            number += 1
            self.last_line = number
            if len(line) == LONGEST_LINE and not line.endswith("\n"):
                while (rest := stream.readline(LONGEST_LINE)) and not rest.endswith("\n"):
                    pass
                remedy = _("这一行超过 1 MB，多半是丢了换行或引号。请打开文件检查这一行。")
                self._reject(number, "LINE_TOO_LONG", line[:30], remedy)
                continue
            self.ends_with_newline = line.endswith("\n")
            if "\0" in line:
                remedy = _("这一行有空字节（NUL），文件在这里被破坏。请重新导出。")
                self._reject(number, "NUL_BYTE", line, remedy)
            elif damaged and _ESCAPED.search(line):
                remedy = _(
                    "这一行的编码与全文（{label}）不符，字已丢失。请用 UTF-8 或 GB18030 统一编码后重新导出。"
                )
                self._reject(number, "ENCODING", line, remedy.format(label=self.encoding.label))
            else:
                yield number, line[:-1] if self.ends_with_newline else line

    def _reject(self, row: int, code: str, line: str, remedy: str) -> None:
        # The line may hold numbers of several persons, so nothing of it is shown.
        self.rejects.append(Reject(self.name, row, "", "", code, remedy))

    def _record(self, line: tuple[int, str], lines: Iterator[tuple[int, str]]) -> list[str] | None:
        number, text = line
        if not text.isascii():
            text = with_public_characters(text)
        if '"' not in text:
            return text.split(self.delimiter)
        cells = self._cells(text)
        return self._joined(number, text, lines) if cells is None else cells

    def _cells(self, text: str) -> list[str] | None:
        """The cells of a record with quotes; None if a quoted cell goes on in the next line."""
        try:
            cells = next(csv.reader([text], delimiter=self.delimiter, strict=True))
        except csv.Error as error:
            if "end of data" in str(error):
                return None
            cells = next(csv.reader([text], delimiter=self.delimiter))
        return [_TEXT_FORMULA.sub(r"\1", cell) for cell in cells] if '="' in text else cells

    def _joined(self, number: int, text: str, lines: Iterator[tuple[int, str]]) -> list[str] | None:
        """The record whose quoted cell spans lines; if its quote never closes, only its first line is refused."""
        taken: list[tuple[int, str]] = []
        whole = text
        while len(taken) < MOST_LINES_OF_A_CELL and len(whole) < LONGEST_LINE:
            following = self._next(lines)
            if following is None:
                message = _("{name} 不完整：第 {row} 行的引号到文件末尾还没有结束。")
                raise InputRefused(
                    "FILE_TRUNCATED",
                    message.format(name=self.name, row=number),
                    remedy=_("请重新传输或导出。"),
                )
            taken.append(following)
            whole += "\n" + following[1]
            cells = self._cells(whole)
            if cells is not None:
                return cells
        self._held = taken + self._held
        self._reject(number, "QUOTE_UNCLOSED", text, _("这一行有一个没有结束的引号。请删去或补全这个引号。"))
        return None


def open_text(path: Path, encoding: Encoding, name: str = "") -> TextSource:
    """The file with the delimiter that its first lines agree on."""
    with path.open(encoding=encoding.codec, errors="replace", newline=None) as stream:
        head = [line[:LONGEST_LINE] for line in islice(iter(lambda: stream.readline(LONGEST_LINE), ""), 60)]
    return TextSource(path, encoding, best_delimiter(head), name)


def best_delimiter(lines: list[str]) -> str:
    """The character that splits most lines into the same number of cells, at least two; the comma if none does."""

    def agreement(delimiter: str) -> tuple[int, int]:
        counts = [len(next(csv.reader([line], delimiter=delimiter), [])) for line in lines if line.strip()]
        usual = max(set(counts), key=lambda n: (counts.count(n) if n > 1 else 0, n), default=1)
        return (counts.count(usual) if usual > 1 else 0), usual

    return max(DELIMITERS, key=agreement)
