"""The to-verify list cut up for the villages: one workbook per village, in a folder per township, ready to print.

Worked example: 12 persons of 三角镇 龙台村 are written to `to_verify/三角镇/龙台村.xlsx` with the title, the office, the day, a
serial number from 1, a header repeated on every page, empty columns for the result and the count of persons below.

The workbook is written as plain XML into a zip: a county has hundreds of villages and a clerk waits, so each file may
cost about a millisecond. Cells are strings throughout; nothing can be read as a formula.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from math import ceil
from pathlib import Path
from xml.sax.saxutils import escape

from jubao.kernel.text import _

XLSX_ROWS = 1_048_576
ROWS_PER_FILE = XLSX_ROWS - 8
_FIXED_TIME = (1980, 1, 1, 0, 0, 0)
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f]')
_WRAPPED = (1, 3, 4, 5)
"""Name, scheme, place and reason: what may need more than one line; the other columns are as wide as their text."""
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_SPECIAL = re.compile("[&<>\x00-\x1f\ufffe\uffff]")
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


@dataclass(frozen=True)
class Line:
    """One person on a village's list."""

    township: str
    village: str
    name: str
    id_number: str
    scheme: str
    register_place: str
    reason: str
    due_on: date | None


@dataclass(frozen=True)
class Sheet:
    """One printed list: where it belongs, from what day, who is on it."""

    township: str
    village: str
    made_on: date
    lines: Sequence[Line]

    @property
    def office(self) -> str:
        """Township and village as the heading names them."""
        return (self.township or _("未分乡镇")) + (self.village or _("未分村社区"))


def columns() -> list[tuple[str, int]]:
    """Header and width (in characters) of every column; the last five are for the person who goes there."""
    return [
        (_("序号"), 6), (_("姓名"), 10), (_("身份证号码"), 21), (_("险种"), 14), (_("户籍地"), 22), (_("待核实原因"), 34),
        (_("核实期限"), 12), (_("核实结果"), 10), (_("核实方式"), 10), (_("核实人"), 9), (_("核实日期"), 11), (_("备注"), 12),
    ]  # fmt: skip


def write_workbooks(root: Path, lines: Iterable[Line], made_on: date) -> int:
    """Write every village's workbook below `root`; answers how many files there are."""
    by_village: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        by_village.setdefault((line.township, line.village), []).append(line)
    names = _file_names(by_village)
    written = 0
    for village, members in sorted(by_village.items()):
        members.sort(key=_chinese_order)
        for part, start in enumerate(range(0, len(members), ROWS_PER_FILE)):
            folder, stem = names[village]
            path = root / folder / (f"{stem}.xlsx" if part == 0 else f"{stem}-{part + 1}.xlsx")
            path.parent.mkdir(parents=True, exist_ok=True)
            write_sheet(path, Sheet(*village, made_on, members[start : start + ROWS_PER_FILE]))
            written += 1
    return written


def _chinese_order(line: Line) -> tuple[bytes, str]:
    """GB18030 puts the common characters in the order of their sound, as readers expect of a list."""
    return line.name.encode("gb18030", "replace"), line.id_number


def _file_names(villages: Iterable[tuple[str, str]]) -> dict[tuple[str, str], tuple[str, str]]:
    """Folder and file stem of each village; two villages never share a file, even on a disk that ignores case."""
    taken: set[tuple[str, str]] = set()
    names: dict[tuple[str, str], tuple[str, str]] = {}
    for township, village in sorted(villages):
        folder, stem = _safe(township) or _("未分乡镇"), _safe(village) or _("未分村社区")
        candidate, number = stem, 1
        while (folder.lower(), candidate.lower()) in taken:
            number += 1
            candidate = f"{stem}({number})"
        taken.add((folder.lower(), candidate.lower()))
        names[township, village] = (folder, candidate)
    return names


def _safe(name: str) -> str:
    """A name every file system takes; dots and spaces at the ends would leave the folder or vanish."""
    return _FORBIDDEN.sub("_", name).strip(" .")[:80]


def write_sheet(path: Path, sheet: Sheet) -> None:
    """Write one workbook; equal contents give equal bytes."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, text in _PARTS.items():
            archive.writestr(zipfile.ZipInfo(name, _FIXED_TIME), text, zipfile.ZIP_DEFLATED)
        information = zipfile.ZipInfo("xl/worksheets/sheet1.xml", _FIXED_TIME)
        archive.writestr(information, _sheet_xml(sheet), zipfile.ZIP_DEFLATED)


def _shown(text: str) -> str:
    """The text as XML may hold it; nearly all of it may as it is."""
    return escape(_UNPRINTABLE.sub("", text)) if _SPECIAL.search(text) else text


def _cell(letter: str, row: int, text: str, style: int) -> str:
    if not text:
        return f'<c r="{letter}{row}" s="{style}"/>'
    return f'<c r="{letter}{row}" s="{style}" t="inlineStr"><is><t>{_shown(text)}</t></is></c>'


def _row(number: int, texts: Sequence[str], style: int, height: int = 24) -> str:
    cells = "".join(
        [_cell(letter, number, text, style) for letter, text in zip(_LETTERS, texts, strict=False)]
    )
    return f'<row r="{number}" ht="{height}" customHeight="1">{cells}</row>'


def _height(texts: Sequence[str], widths: Sequence[int]) -> int:
    """Points for the tallest cell: a fixed height is printed as it is, so a text that wraps further would be cut off."""
    lines = max([_lines(texts[i], widths[i]) for i in _WRAPPED])
    return max(30, 14 * lines + 4)


@lru_cache(maxsize=4096)
def _lines(text: str, width: int) -> int:
    """Lines of a wrapped text; a Chinese character is two wide, and a tenth is kept free for margins and early breaks."""
    wide = len(text.encode("gb18030", "replace"))
    return 1 if wide <= width - 2 else ceil(wide / (width * 0.9 - 1))


def _sheet_xml(sheet: Sheet) -> str:
    heads = columns()
    last = chr(64 + len(heads))
    day = sheet.made_on
    made = _("制表时间：{year}年{month}月{day}日").format(year=day.year, month=day.month, day=day.day)
    rows = [
        _row(1, [_("领取待遇资格待核实人员名单")], 1, 32),
        f'<row r="2" ht="22" customHeight="1">{_cell("A", 2, _("单位名称：{office}").format(office=sheet.office), 2)}'
        f"{_cell('H', 2, made, 2)}</row>",
        _row(3, [head for head, _width in heads], 3, 26),
    ]
    widths = [width for _head, width in heads]
    for i, line in enumerate(sheet.lines, 1):
        texts = _texts(i, line)
        rows.append(_row(3 + i, texts, 4, _height(texts, widths)))
    foot = 4 + len(sheet.lines)
    total = ["", _("人数"), str(len(sheet.lines)), *[""] * (len(heads) - 3)]
    rows.append(_row(foot, total, 4))
    cols = "".join(
        f'<col min="{i}" max="{i}" width="{width}" customWidth="1"/>' for i, width in enumerate(widths, 1)
    )
    return (
        f'{_XML}<worksheet xmlns="{_MAIN}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr>'
        '<sheetViews><sheetView workbookViewId="0"><pane ySplit="3" topLeftCell="A4" activePane="bottomLeft" state="frozen"/>'
        f"</sheetView></sheetViews><cols>{cols}</cols><sheetData>{''.join(rows)}</sheetData>"
        f'<mergeCells count="3"><mergeCell ref="A1:{last}1"/><mergeCell ref="A2:G2"/><mergeCell ref="H2:{last}2"/></mergeCells>'
        '<pageMargins left="0.4" right="0.4" top="0.5" bottom="0.6" header="0.3" footer="0.3"/>'
        '<pageSetup paperSize="9" orientation="landscape" fitToWidth="1" fitToHeight="0"/>'
        "<headerFooter><oddFooter>&amp;C&amp;P / &amp;N</oddFooter></headerFooter></worksheet>"
    )


def _texts(number: int, line: Line) -> list[str]:
    due = line.due_on.isoformat() if line.due_on else ""
    return [
        str(number),
        line.name,
        line.id_number,
        line.scheme,
        line.register_place,
        line.reason,
        due,
        *[""] * 5,
    ]


_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_BORDER = "".join(f'<{side} style="thin"/>' for side in ("left", "right", "top", "bottom"))
_PARTS = {
    "[Content_Types].xml": (
        f'{_XML}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{_TYPE}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_TYPE}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{_TYPE}.styles+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'{_XML}<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" Type="{_OFFICE}/officeDocument" '
        'Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'{_XML}<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets><sheet name="待核实" sheetId="1" r:id="rId1"/></sheets>'
        '<definedNames><definedName name="_xlnm.Print_Titles" localSheetId="0">待核实!$3:$3</definedName></definedNames>'
        "</workbook>"
    ),
    "xl/_rels/workbook.xml.rels": (
        f'{_XML}<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" Type="{_OFFICE}/worksheet" '
        f'Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="{_OFFICE}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": (
        f'{_XML}<styleSheet xmlns="{_MAIN}"><fonts count="3"><font><sz val="10"/><name val="宋体"/></font>'
        '<font><b/><sz val="16"/><name val="宋体"/></font><font><b/><sz val="10"/><name val="宋体"/></font></fonts>'
        '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
        f'<borders count="2"><border/><border>{_BORDER}</border></borders>'
        '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="5">'
        '<xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<xf numFmtId="49" fontId="1" fillId="0" borderId="0" xfId="0" applyAlignment="1">'
        '<alignment horizontal="center" vertical="center"/></xf>'
        '<xf numFmtId="49" fontId="0" fillId="0" borderId="0" xfId="0" applyAlignment="1"><alignment vertical="center"/></xf>'
        '<xf numFmtId="49" fontId="2" fillId="0" borderId="1" xfId="0" applyAlignment="1">'
        '<alignment horizontal="center" vertical="center" wrapText="1"/></xf>'
        '<xf numFmtId="49" fontId="0" fillId="0" borderId="1" xfId="0" applyAlignment="1">'
        '<alignment vertical="center" wrapText="1"/></xf></cellXfs>'
        '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
    ),
}
