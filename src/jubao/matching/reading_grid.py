"""From rows to an Input: the sheet that has the columns, the header, the people below it.

Example: of the sheets 说明, 花名册 and a hidden 代码 only 花名册 names 姓名 and 身份证号, so it is read and the note says so;
if two visible sheets do, the user must choose with ``--sheet``, because one of them alone would lose people.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.matching.headers import HEAD_ROWS, Header, Row, Wanted, find_header, likely_header
from jubao.matching.reading_body import Body, skipped_notes
from jubao.matching.reading_input import Input
from jubao.matching.reading_refusals import missing_columns, require_mapped, require_unique
from jubao.matching.reading_store import store_rows
from jubao.matching.reading_workbook import Cell, Workbook, column_kind, open_workbook
from jubao.matching.rejects import Reject


def open_workbook_file(path: Path, wanted: Wanted, sheet: str | None, kind: str) -> Input:
    """Open an xlsx or xls. Raises InputRefused COLUMN_MISSING, SHEET_AMBIGUOUS, FILE_DAMAGED, FILE_ENCRYPTED."""
    book = open_workbook(path)
    chosen, rows, header = _chosen_sheet(path, book, wanted, sheet)
    kinds = {index: column_kind(name) for name, index in header.columns.items()}
    body = Body(header, path.name, is_text=False)
    data = book.text_rows(rows, header.data_from, kinds)
    inp = input_of(body, data, path.name, kind)
    inp.sheet = chosen
    others = [name for name in book.sheet_names() if name != chosen]
    if others:
        inp.notes.insert(
            0, _("读取工作表“{sheet}”；未读：{others}。").format(sheet=chosen, others="、".join(others))
        )
    if chosen in book.hidden():
        inp.notes.insert(0, _("工作表“{sheet}”是隐藏的。").format(sheet=chosen))
    inp.notes += book.notes + _lost_zero_notes(rows, header)
    return inp


def _head(book: Workbook, rows: Sequence[Sequence[Cell]]) -> list[Row]:
    return list(book.text_rows(rows[: HEAD_ROWS + 4], 0, {}))


def _chosen_sheet(
    path: Path, book: Workbook, wanted: Wanted, sheet: str | None
) -> tuple[str, list[list[Cell]], Header]:
    names = [book.require_sheet(sheet)] if sheet is not None else book.sheet_names()
    seen: list[tuple[str, Header, list[Row]]] = []
    found: list[tuple[str, list[list[Cell]], Header]] = []
    hidden = book.hidden()
    for name in names:
        if found and name in hidden:
            break
        rows = book.rows(name)
        head = _head(book, rows)
        if not any(cell.strip() for _number, cells in head for cell in cells):
            continue
        header = find_header(head, wanted)
        if header is not None:
            found.append((name, rows if not found else [], header))
        else:
            seen.append((name, likely_header(head, wanted), head))
    if len(found) > 1:
        message = _("{file} 有几张工作表都有所需的列：{names}。只读一张会漏人。").format(
            file=path.name, names="、".join(name for name, _rows, _header in found)
        )
        raise InputRefused(
            "SHEET_AMBIGUOUS", message, remedy=_("请用 --sheet 工作表名 指定一张，其余的分别提供。")
        )
    if not found:
        raise missing_columns(path.name, seen, wanted)
    require_mapped(path.name, found[0][2], wanted)
    require_unique(path.name, found[0][2], wanted)
    return found[0]


def input_of(
    body: Body,
    rows: Iterable[tuple[int, Sequence[str]]],
    name: str,
    kind: str,
    read_rejects: Sequence[Reject] = (),
) -> Input:
    """Read everything below the header into a store and describe it. ``read_rejects`` fills while rows are read."""
    header = body.header
    store = store_rows(body.people(rows), len(header.texts))
    rejects = sorted([*read_rejects, *body.rejects], key=lambda reject: reject.row)
    body.require_stated_count(len(rejects))
    names = unique_names(header)
    return Input(
        name=name,
        kind=kind,
        columns=dict.fromkeys(header.columns, "VARCHAR"),
        headers={canonical: names[index] for canonical, index in header.columns.items()},
        passthrough=names,
        extra_headers=[
            text for i, text in enumerate(names) if i not in header.columns.values() and _is_named(header, i)
        ],
        notes=[*header_notes(header), *skipped_notes(body.skipped, body.blank), *body.doubts()],
        row_count=body.count,
        rejects=rejects,
        skipped=body.skipped,
        blank_rows=body.blank,
        head_rows=header.rows[-1],
        physical={text: f"c{index}" for index, text in enumerate(names)},
        source=store.from_clause,
    )


def _is_named(header: Header, index: int) -> bool:
    return bool(header.texts[index].strip())


def unique_names(header: Header) -> list[str]:
    """Header texts made usable as column names: blank ones numbered, repeated ones told apart whatever their case.

    A text that is the name of another column of ours, like ``NAME`` beside 姓名, is told apart as well.
    """
    ours = {index: canonical for canonical, index in header.columns.items()}
    names: list[str] = []
    for index, text in enumerate(header.texts):
        first = text.strip() or f"第{index + 1}列"
        taken = {name.lower() for name in names}
        taken |= {"source_row", *header.columns} - {ours.get(index, "")}
        name, count = first, 2
        while name.lower() in taken:
            name, count = f"{first}_{count}", count + 1
        names.append(name)
    return names


def header_notes(header: Header) -> list[str]:
    """Sentences about where the header was and which columns stood beside each other for one meaning."""
    notes = []
    if header.rows != (1,):
        notes.append(_("表头在第 {rows} 行。").format(rows="、".join(map(str, header.rows))))
    if header.titles:
        notes.append(
            _("表头上面的标题行没有读作人员：{titles}。").format(
                titles="；".join(t[:40] for t in header.titles)
            )
        )
    numbering = [text for text in header.texts if "".join(text.split()) in ("序号", "编号", "序")]
    if numbering:
        notes.append(_("“{text}”列只是序号，没有使用。").format(text=numbering[0]))
    for name, used, other in header.alternatives:
        notes.append(
            _("“{used}”和“{other}”都可作 {name}，用了“{used}”。").format(used=used, other=other, name=name)
        )
    for name, places in header.duplicated.items():
        notes.append(
            _("“{text}”列有 {count} 个，用了第一个（{name}）。").format(
                text=header.texts[places[0]], count=len(places), name=name
            )
        )
    return notes


_CODES = ("personal_number", "payout_account", "register_place", "mobile", "township_code", "village_code")


def _lost_zero_notes(rows: Sequence[Sequence[Cell]], header: Header) -> list[str]:
    """A note for a code column with numbers of different lengths: Excel drops leading zeros from numbers."""
    notes = []
    for name in _CODES:
        index = header.columns.get(name, -1)
        if index < 0:
            continue
        numbers = [
            row[index]
            for row in rows[header.data_from :]
            if index < len(row) and isinstance(row[index], float)
        ]
        lengths = {
            len(str(int(value))) for value in numbers if isinstance(value, float) and abs(value) < 1e15
        }
        if len(lengths) > 1:
            notes.append(
                _(
                    "“{text}”列有 {count} 格是数字而且长短不一，前导零可能已丢；请把该列设为“文本”后核对。"
                ).format(text=header.texts[index], count=len(numbers))
            )
    return notes
