"""Finding the header of a list: which row it is, how many rows deep, which column is which.

Departments put titles above the header, merge two header rows, and name one thing in ten ways. A header counts only if
its text is an alias (after folding width, spaces, stars and colons); nothing is guessed. Example::

    >>> wanted = Wanted({"id_number": ("公民身份号码", "身份证号"), "name": ("姓名",)}, required=("id_number", "name"))
    >>> rows = [(1, ["火化名单", ""]), (2, ["姓 名", "身份证号*"]), (3, ["张三", "500110196308150026"])]
    >>> header = find_header(rows, wanted)
    >>> header.rows, header.columns
    ((2,), {'id_number': 1, 'name': 0})
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from jubao.kernel.characters import INVISIBLE

HEAD_ROWS = 40
MAX_DEPTH = 3
Row = tuple[int, Sequence[str]]

_DROPPED = str.maketrans("", "", INVISIBLE + "*＊★※")
_NUMBERING = re.compile(r"(?:[0-9]{1,2}|[一二三四五六七八九十甲乙丙丁戊己庚辛]|[（(][0-9]{1,2}[)）]|[①-⑳])")


@dataclass(frozen=True)
class Wanted:
    """What a command needs: ``required`` all, of every ``any_of`` group one, ``optional`` if present.

    ``mapping`` is the user's word (``--map 原列名=id_number``) and stands before every alias.
    """

    aliases: Mapping[str, Sequence[str]]
    required: Sequence[str] = ()
    any_of: Sequence[Sequence[str]] = ()
    optional: Sequence[str] = ()
    mapping: Mapping[str, str] = field(default_factory=dict)

    def names(self) -> list[str]:
        """All canonical names in order of importance, each once."""
        groups = [name for group in self.any_of for name in group]
        return list(dict.fromkeys([*self.required, *groups, *self.optional, *self.mapping.values()]))

    def headers_of(self, name: str) -> list[str]:
        """The texts that mean this column, best first; a column the user mapped has only the user's."""
        mapped = [text for text, canonical in self.mapping.items() if canonical == name]
        return mapped or [*self.aliases.get(name, ()), name]

    def label(self, name: str) -> str:
        """The Chinese name of a column: the first alias."""
        return next(iter(self.aliases.get(name, ())), name)

    def missing(self, found: Mapping[str, int]) -> list[list[str]]:
        """Groups of names of which none was found; empty when the header satisfies the command."""
        groups = [[name] for name in self.required] + [list(group) for group in self.any_of]
        return [group for group in groups if not any(name in found for name in group)]


@dataclass(frozen=True)
class Header:
    """A header found: its rows as seen in the file, where the data begin, and which column is which."""

    rows: tuple[int, ...]
    data_from: int
    texts: tuple[str, ...]
    columns: dict[str, int]
    duplicated: dict[str, list[int]]
    titles: tuple[str, ...] = ()
    alternatives: tuple[tuple[str, str, str], ...] = ()


def header_key(text: str) -> str:
    """A header text as it is compared: width folded, without spaces, stars and a final colon, lower case."""
    folded = unicodedata.normalize("NFKC", text.translate(_DROPPED))
    return "".join(folded.split()).strip(":：").lower()


@lru_cache(maxsize=4096)
def _alias_key(text: str) -> str:
    return header_key(text)


def loose_key(text: str) -> str:
    """The same without remarks in parentheses: ``身份证号（必填）`` and ``账户余额(元)``."""
    return re.sub(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】", "", header_key(text)).strip(":")


def _filled(cells: Sequence[str], width: int) -> list[str]:
    return [cells[i].strip() if i < len(cells) else "" for i in range(width)]


def _merged_over(upper: list[str], lower: list[str]) -> list[str]:
    """The upper texts carried to the right over cells that were merged with them."""
    carried, last = [], ""
    for above, below in zip(upper, lower, strict=True):
        last = above or (last if below else "")
        carried.append(last)
    return carried


class _Texts:
    """The header texts of every column: the lowest one, and group and lowest together."""

    def __init__(self, plain: list[str], joined: list[str]) -> None:
        self.plain, self.joined = plain, joined
        keys = (
            [header_key(t) for t in plain],
            [header_key(t) for t in joined],
            [loose_key(t) for t in plain],
        )
        self._ways: list[dict[str, list[int]]] = []
        for way in keys:
            positions: dict[str, list[int]] = {}
            for column, key in enumerate(way):
                positions.setdefault(key, []).append(column)
            self._ways.append(positions)

    def positions(self, text: str) -> list[int]:
        """Columns that mean this text: exactly, as group + text, or without remarks; the first way that finds any."""
        key = _alias_key(text)
        return next((way[key] for way in self._ways if key and key in way), [])


def _texts(rows: Sequence[Sequence[str]]) -> _Texts:
    width = max(len(cells) for cells in rows)
    levels = [_filled(cells, width) for cells in rows]
    plain, joined = levels[-1][:], levels[-1][:]
    for upper in reversed(levels[:-1]):
        carried = _merged_over(upper, plain)
        joined = [above + below for above, below in zip(carried, joined, strict=True)]
        plain = [below or above for above, below in zip(upper, plain, strict=True)]
    return _Texts(plain, joined)


def _match(
    texts: _Texts, wanted: Wanted
) -> tuple[dict[str, int], dict[str, list[int]], list[tuple[str, str, str]]]:
    found: dict[str, int] = {}
    duplicated: dict[str, list[int]] = {}
    others: list[tuple[str, str, str]] = []
    reserved = {i for text in wanted.mapping for i in texts.positions(text)}
    for name in wanted.names():
        mapped = name in wanted.mapping.values()
        for text in wanted.headers_of(name):
            positions = [i for i in texts.positions(text) if mapped or i not in reserved]
            if name in found:
                others += [
                    (name, texts.plain[found[name]], texts.plain[i])
                    for i in positions
                    if i != found[name] and i not in found.values() and i not in duplicated.get(name, ())
                ]
                continue
            free = [i for i in positions if i not in found.values()]
            if free:
                found[name] = free[0]
                if len(free) > 1:
                    duplicated[name] = free
    return found, duplicated, others


def _is_title(cells: Sequence[str]) -> bool:
    return sum(1 for cell in cells if cell.strip()) <= 1


def _begins_higher(rows: Sequence[Row], first: int, wanted: Wanted, found: int) -> bool:
    """Whether the row above belongs to the header: a merged cell above names a column that would else be missed."""
    if first == 0 or _is_title(rows[first - 1][1]):
        return False
    columns, _duplicated, _others = _match(_texts([rows[first - 1][1], rows[first][1]]), wanted)
    return len(columns) > found


def _goes_on(row: Sequence[str], columns: Mapping[str, int], known: frozenset[str]) -> bool:
    """Whether a row below is still header: blank where columns are known, a known header elsewhere."""
    if any(i < len(row) and row[i].strip() for i in columns.values()):
        return False
    return any(header_key(cell) in known or loose_key(cell) in known for cell in row if cell.strip())


def is_column_numbering(cells: Sequence[str]) -> bool:
    """Whether a row only numbers the columns: 甲 乙 1 2 3, or (1) (2) (3).

    Three cells at least, and the figures one after another: `1, 0` is account 1 with nothing in it.
    """
    filled = [cell.strip() for cell in cells if cell.strip()]
    if len(filled) < 3 or len(set(filled)) < len(filled) or not all(_NUMBERING.fullmatch(c) for c in filled):
        return False
    figures = [int(figure) for figure in (cell.strip("()（）") for cell in filled) if figure.isdecimal()]
    return not figures or figures == list(range(figures[0], figures[0] + len(figures)))


def _header_at(rows: Sequence[Row], first: int, last: int, wanted: Wanted) -> Header:
    texts = _texts([cells for _number, cells in rows[first : last + 1]])
    columns, duplicated, others = _match(texts, wanted)
    titles = tuple(" ".join(c.strip() for c in cells if c.strip()) for _number, cells in rows[:first])
    return Header(
        rows=tuple(number for number, _cells in rows[first : last + 1]),
        data_from=last + 1,
        texts=tuple(_shown_texts(texts)),
        columns=columns,
        duplicated=duplicated,
        titles=tuple(title for title in titles if title),
        alternatives=tuple(others),
    )


def _shown_texts(texts: _Texts) -> list[str]:
    """One text per column as a person would name it; a text that several columns share is told apart by its group."""
    plain = ["".join(text.split()) for text in texts.plain]
    return [
        "".join(joined.split()) if text and plain.count(text) > 1 else text
        for text, joined in zip(plain, texts.joined, strict=True)
    ]


def find_header(rows: Sequence[Row], wanted: Wanted) -> Header | None:
    """The header among the first rows of a sheet, or None if no one to three rows together name what is required."""
    known = frozenset(header_key(alias) for name in wanted.aliases for alias in wanted.aliases[name])
    for depth in range(1, MAX_DEPTH + 1):
        for first in range(min(HEAD_ROWS, len(rows)) - depth + 1):
            last = first + depth - 1
            if not any(cell.strip() for cell in rows[first][1]):
                continue
            columns, _duplicated, _others = _match(_texts([c for _n, c in rows[first : last + 1]]), wanted)
            if not columns or wanted.missing(columns):
                continue
            if _begins_higher(rows, first, wanted, len(columns)):
                first -= 1
            while (
                last + 1 < len(rows)
                and last - first + 1 < MAX_DEPTH
                and _goes_on(rows[last + 1][1], columns, known)
            ):
                last += 1
            return _header_at(rows, first, last, wanted)
    return None


def likely_header(rows: Sequence[Row], wanted: Wanted) -> Header:
    """The row that looks most like a header, for the message that says what is missing."""

    def weight(index: int) -> tuple[int, int, int]:
        cells = rows[index][1]
        columns, _duplicated, _others = _match(_texts([cells]), wanted)
        words = [cell for cell in cells if cell.strip() and not any(c.isdigit() for c in cell)]
        return len(columns), len(set(words)), -index

    best = max(range(min(HEAD_ROWS, len(rows))), key=weight)
    return _header_at(rows, best, best, wanted)
