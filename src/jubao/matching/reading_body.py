"""The rows below the header: which are people, and which are totals, signatures, notes, blank lines, glued pages.

Nothing is dropped in silence: every row that is not taken is kept as ``SkippedRow`` with its number and kind, or becomes
a reject. A row with a number of fifteen or more characters in the identity column is always a person. Example: of the rows
``张三 5001…``, ``合计 35人``, ``制表人：… 审核人：…`` the first is data, the others are skipped as "totals" and "footer".
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.matching.headers import Header, header_key, is_column_numbering
from jubao.matching.reading_encoding import has_lost_characters
from jubao.matching.rejects import Reject

_TOTALS = re.compile(
    r"(?:本页|本表|以上|全部|人数|金额|人员)?(?:合计|总计|小计|共计|累计|总人数|总数|合計)(?:人数|金额)?[:：]?.{0,20}"
)
_FOOTER = re.compile(
    r"(?:制表|审核|复核|填报|填表|报送|报表|经办|负责|单位负责|分管领导|主管领导|审批|核对|录入|打印|导出|联系|统计|制单)"
    r"(?:人|人员|单位|部门|日期|时间|领导|负责人|电话|方式|机构)?(?:签字|签名|签章|盖章|\(签字\)|\(盖章\))?[:：].*"
    r"|(?:制表人|审核人|复核人|填报人|填表人|经办人|负责人|填报单位|制表单位|制表日期|填报日期)[:： ()（）]*.{0,20}"
    r"|(?:签字|签章|盖章|签名|公章)[:： ()（）]*.{0,20}"
    r"|(?:说明|备注|附注|注释|注意|注|填表说明|填报说明|附件)(?:[:：].*|[0-9一二三1-9]?[、.．:：].*|)"
    r"|(?:单位|部门|领导|村委会|社区)\s*[(（]?(?:盖章|签章|公章|签字)[)）]?[:：]?.*"
    r"|第\s*[0-9]+\s*页.*|共\s*[0-9]+\s*页.*|[-—]\s*[0-9]+\s*[-—]",
    re.DOTALL,
)
_COUNT = re.compile(r"共(?:计)?([0-9]{1,9})(?:人|名|条|行)")
_TOTAL_COUNT = re.compile(r"(?:合计|总计)(?:人数)?[:： ]*([0-9]{1,9})人")
_FIRST = frozenset("本表以全人金合总小共累制审复填报经负单分主核录打导联统签盖公说备附注部领村社第-—")


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row that is not a person: its number in the file, its kind, and the beginning of its text."""

    row: int
    kind: str
    text: str


@dataclass
class Body:
    """Sorts the rows below one header; ``skipped``, ``rejects`` and ``blank`` fill while ``people`` is read."""

    header: Header
    file: str
    is_text: bool
    skipped: list[SkippedRow] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)
    blank: int = 0
    count: int = 0
    stated: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._id = self.header.columns.get("id_number", -1)
        self._name = self.header.columns.get("name", -1)
        self._needed = sorted(self.header.columns.values())
        self._width = len(self.header.texts)
        self._keys = {i: header_key(self.header.texts[i]) for i in self._needed}
        self._titles = {header_key(title) for title in self.header.titles}
        self._in_notes = False
        for title in self.header.titles:
            self._note_stated_count(title)

    def people(self, rows: Iterable[tuple[int, Sequence[str]]]) -> Iterator[tuple[int, Sequence[str]]]:
        """The rows that are data, each as wide as the header; one row of delay, because the last may be a bare total."""
        held: tuple[int, Sequence[str]] | None = None
        first = True
        for number, cells in rows:
            kind = self._kind(number, cells, first=first)
            first = False
            if kind == "data":
                if held is not None:
                    self.count += 1
                    yield held
                held = self._shaped(number, cells)
            elif kind == "blank":
                self.blank += 1
            elif kind != "rejected":
                text = " ".join(cell.strip() for cell in cells if cell.strip())
                self.skipped.append(SkippedRow(number, kind, text[:60]))
                self._note_stated_count(text)
        if held is not None and self._is_bare_total(held[1]):
            self.skipped.append(SkippedRow(held[0], "totals", " ".join(c for c in held[1] if c.strip())[:60]))
        elif held is not None:
            self.count += 1
            yield held

    def require_stated_count(self, rejected: int) -> None:
        """Raises InputRefused if the file says 共 36 人 and another number of rows was read."""
        read = self.count + rejected
        if self.stated and read not in self.stated and read != sum(self.stated):
            message = _("{name} 写明共 {stated} 人，实际读到 {count} 行，文件可能不完整。").format(
                name=self.file, stated=self.stated[-1], count=read
            )
            raise InputRefused(
                "COUNT_MISMATCH", message, remedy=_("请核对后重新导出；若表尾写错，请改正表尾。")
            )

    def doubts(self) -> list[str]:
        """A note if the only totals row gives another number of persons; totals rows are wrong too often to refuse for."""
        found = [(row.row, m[1]) for row in self.skipped if (m := _TOTAL_COUNT.search(row.text))]
        if len(found) == 1 and int(found[0][1]) not in (self.count, self.count + len(self.rejects)):
            return [
                _("第 {row} 行的合计写 {stated} 人，实际读到 {count} 行，请核对。").format(
                    row=found[0][0], stated=found[0][1], count=self.count
                )
            ]
        return []

    def _kind(self, number: int, cells: Sequence[str], *, first: bool) -> str:
        if 0 <= self._id < len(cells) and len(cells[self._id].strip()) >= 15:
            self._in_notes = False
            return self._width_kind(number, cells)
        filled = [cell for cell in (c.strip() for c in cells) if cell]
        if not filled:
            return "blank"
        if first and is_column_numbering(cells):
            return "numbering"
        return self._marked_kind(cells, filled) or self._width_kind(number, cells)

    def _marked_kind(self, cells: Sequence[str], filled: list[str]) -> str | None:
        """Repeated header, title, total, signature or note; None for a row that none of these explains."""
        if self._repeats_header(cells):
            return "repeated header"
        if len(filled) <= 2 and header_key(" ".join(filled)) in self._titles:
            return "repeated title"
        for place, cell in enumerate(filled[:2]):
            if cell[0] not in _FIRST and cell[0] not in "（(":
                continue
            key = "".join(cell.split())
            if _TOTALS.fullmatch(key) and self._names_nobody(cells, cell):
                return "totals"
            if place == 0 and _FOOTER.fullmatch(key) and self._names_nobody(cells, cell):
                self._in_notes = True
                return "footer"
        if len(filled) == 1 and (self._in_notes or _COUNT.search("".join(filled[0].split()))):
            return "footer"
        return None

    def _names_nobody(self, cells: Sequence[str], marker: str) -> bool:
        """Whether the row has no name beside a number, so that a remark in a person's row hides nobody."""
        name = cells[self._name].strip() if 0 <= self._name < len(cells) else ""
        number = cells[self._id].strip() if 0 <= self._id < len(cells) else ""
        return not name or name == marker or not any(c.isdigit() for c in number)

    def _repeats_header(self, cells: Sequence[str]) -> bool:
        return bool(self._keys) and all(
            i < len(cells) and header_key(cells[i]) == key for i, key in self._keys.items()
        )

    def _width_kind(self, number: int, cells: Sequence[str]) -> str:
        """Data, or a reject: too many cells shift the columns, too few hide some."""
        if len(cells) == self._width or not self.is_text:
            return self._damage_kind(number, cells)
        extra = [cell for cell in cells[self._width :] if cell.strip()]
        short = bool(self._needed) and len(cells) <= self._needed[-1]
        if not extra and not short:
            return self._damage_kind(number, cells)
        remedy = _(
            "这一行有 {count} 格，表头有 {width} 格：多半是地址里的逗号没有加引号，或行被截断。请改正这一行。"
        )
        text = remedy.format(count=len(cells), width=self._width)
        self.rejects.append(Reject(self.file, number, "", "", "COLUMN_COUNT", text))
        return "rejected"

    def _damage_kind(self, number: int, cells: Sequence[str]) -> str:
        for i in self._needed:
            if i < len(cells) and not cells[i].isascii() and has_lost_characters(cells[i]):
                remedy = _("这一格有乱码，原字已在来源处丢失。请从来源重新导出，编码选 UTF-8 或 GB18030。")
                self.rejects.append(
                    Reject(self.file, number, self.header.texts[i], "", "TEXT_DAMAGED", remedy)
                )
                return "rejected"
        return "data"

    def _shaped(self, number: int, cells: Sequence[str]) -> tuple[int, Sequence[str]]:
        if len(cells) == self._width:
            return number, cells
        return number, [*cells[: self._width], *[""] * (self._width - len(cells))]

    def _is_bare_total(self, cells: Sequence[str]) -> bool:
        """The last row of many lists of the provincial system: the number of persons in the identity column, no name."""
        number = cells[self._id].strip() if self._id >= 0 else ""
        name = cells[self._name].strip() if self._name >= 0 else ""
        return not name and number.isdigit() and int(number[:9]) == self.count + len(self.rejects) > 0

    def _note_stated_count(self, text: str) -> None:
        self.stated += [int(number) for number in _COUNT.findall("".join(text.split()))]


def skipped_notes(skipped: Sequence[SkippedRow], blank: int) -> list[str]:
    """One sentence per kind of skipped row, with the row numbers, for the report."""
    words = {
        "totals": _("合计行"),
        "footer": _("制表、签字或说明行"),
        "repeated header": _("重复的表头"),
        "repeated title": _("重复的标题"),
        "numbering": _("栏号行"),
    }
    notes = []
    for kind, count in Counter(row.kind for row in skipped if row.kind in words).items():
        numbers = [str(row.row) for row in skipped if row.kind == kind][:5]
        more = _("等") if count > len(numbers) else ""
        notes.append(
            _("跳过{what} {count} 行（第 {rows} 行{more}），不计为人员。").format(
                what=words[kind], count=count, rows="、".join(numbers), more=more
            )
        )
    if blank:
        notes.append(_("跳过空行 {count} 行。").format(count=blank))
    return notes
