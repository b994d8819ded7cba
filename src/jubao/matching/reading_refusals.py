"""The messages for a list whose columns are not understood: what is missing, what was seen, what to type.

Example: ``名单.xlsx 缺少必需的列：公民身份号码（id_number）。第 3 行的表头有：序号、姓名、证件。… --map "证件=id_number"``.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import SequenceMatcher

from jubao.kernel.errors import DomainError, InputRefused, WrongUsage
from jubao.kernel.id_number import clean_id_text
from jubao.kernel.text import _
from jubao.matching.headers import Header, Row, Wanted, header_key
from jubao.matching.reading_encoding import repaired_mojibake


def _looks_like(name: str, values: Sequence[str]) -> float:
    """Share of sample values that look like this column; 0 for columns whose values tell nothing."""
    filled = [value.strip() for value in values if value.strip()]
    if not filled:
        return 0.0
    if name == "id_number":
        good = sum(len(clean_id_text(v)) in (15, 18) and clean_id_text(v)[:15].isdigit() for v in filled)
    elif name == "name":
        good = sum(2 <= len(v) <= 4 and all("\u4e00" <= c <= "\u9fff" for c in v) for v in filled)
    elif name.endswith(("_on", "_date")):
        good = sum(v[:2] in ("19", "20") and len(v) >= 8 and sum(c.isdigit() for c in v) >= 6 for v in filled)
    else:
        return 0.0
    return good / len(filled)


def proposals(
    group: Sequence[str], header: Header, rows: Sequence[Row], wanted: Wanted
) -> list[tuple[str, str]]:
    """Up to two (header, canonical name) pairs that may be the missing column, by likeness of text and content."""
    below = [cells for number, cells in rows if number > header.rows[-1]][:20]
    scored: list[tuple[float, str, str]] = []
    for index, text in enumerate(header.texts):
        if not text.strip() or index in header.columns.values():
            continue
        values = [cells[index] for cells in below if index < len(cells)]
        for name in group:
            likeness = max(
                (
                    SequenceMatcher(None, header_key(text), header_key(alias)).ratio()
                    for alias in wanted.headers_of(name)
                ),
                default=0.0,
            )
            score = 0.6 * likeness + _looks_like(name, values)
            if score >= 0.35:
                scored.append((score, text, name))
    scored.sort(key=lambda entry: -entry[0])
    return [(text, name) for _score, text, name in scored[:2]]


def missing_columns(file: str, seen: Sequence[tuple[str, Header, list[Row]]], wanted: Wanted) -> DomainError:
    """The refusal of a file in which no sheet has what is required; ``seen`` are its sheets (text: one, named '')."""
    if not seen:
        return InputRefused(
            "FILE_EMPTY", _("{name} 里没有内容。").format(name=file), remedy=_("请重新导出。")
        )
    if wanted.mapping:
        every = {header_key(text) for _sheet, header, _rows in seen for text in header.texts}
        unknown = [text for text in wanted.mapping if header_key(text) not in every]
        if unknown:
            return _unknown_mapping(file, unknown, [text for _s, header, _r in seen for text in header.texts])
    best_sheet, header, rows = max(seen, key=lambda entry: len(entry[1].columns))
    garbled = _garbled(file, header)
    if garbled:
        return garbled
    groups = wanted.missing(header.columns)
    labels = "、".join(_("或").join(f"{wanted.label(name)}（{name}）" for name in group) for group in groups)
    tables = "；".join(
        (_("工作表“{sheet}”").format(sheet=sheet) if sheet else "")
        + _("第 {row} 行：{texts}").format(
            row=head.rows[-1],
            texts="、".join(text for text in head.texts if text.strip())[:300] or _("（空）"),
        )
        for sheet, head, _rows in seen[:6]
    )
    message = _("{name} 缺少必需的列：{labels}。看到的表头：{tables}。").format(
        name=file, labels=labels, tables=tables
    )
    pairs = [pair for group in groups for pair in proposals(group, header, rows, wanted)]
    if pairs:
        remedy = _("如果其中一列就是它，请加 {options}。").format(
            options=_(" 或 ").join(f'--map "{text}={name}"' for text, name in pairs)
        )
    else:
        remedy = _("请补上这一列，或用 --map 列名={name} 指明。").format(name=groups[0][0])
    if len(seen) > 1:
        remedy += _("最接近的工作表是“{sheet}”，也可用 --sheet 指定。").format(sheet=best_sheet)
    return InputRefused("COLUMN_MISSING", message, remedy=remedy)


def _garbled(file: str, header: Header) -> InputRefused | None:
    for text in header.texts:
        repaired = repaired_mojibake(text) if text.strip() and not text.isascii() else None
        if repaired:
            message = _(
                "{name} 的内容是乱码：表头“{text}”原来应是“{repaired}”（编码被弄错后又保存过）。"
            ).format(name=file, text=text[:20], repaired=repaired[:20])
            return InputRefused(
                "ENCODING_MOJIBAKE", message, remedy=_("请从来源系统重新导出，不要用这一份。")
            )
    return None


def _unknown_mapping(file: str, unknown: Sequence[str], texts: Sequence[str]) -> WrongUsage:
    message = _("--map 指的列“{text}”在 {name} 里没有。").format(text="、".join(unknown), name=file)
    remedy = _("它的列是：{texts}。").format(texts="、".join(dict.fromkeys(t for t in texts if t.strip())))
    return WrongUsage("MAP_COLUMN_UNKNOWN", message, remedy=remedy)


def require_known_mapping(wanted: Wanted) -> None:
    """Raises WrongUsage if --map gives a name the program does not know, or one name to two columns."""
    known = {
        *wanted.aliases,
        *wanted.required,
        *wanted.optional,
        *(n for group in wanted.any_of for n in group),
    }
    for text, name in wanted.mapping.items():
        if name not in known:
            message = _("--map “{text}={name}”：没有名为 {name} 的列。").format(text=text, name=name)
            remedy = _("可用的名称：{names}。").format(names="、".join(sorted(known)))
            raise WrongUsage("MAP_NAME_UNKNOWN", message, remedy=remedy)
        if list(wanted.mapping.values()).count(name) > 1:
            message = _("--map 把几列都指为 {name}。").format(name=name)
            raise WrongUsage("MAP_NAME_TWICE", message, remedy=_("请只指定一列。"))


def require_mapped(file: str, header: Header, wanted: Wanted) -> None:
    """Raises WrongUsage if --map names a header that the chosen sheet has not."""
    unknown = [text for text, name in wanted.mapping.items() if name not in header.columns]
    if unknown:
        raise _unknown_mapping(file, unknown, header.texts)


def require_unique(file: str, header: Header, wanted: Wanted) -> None:
    """Raises InputRefused if a column that must be there is there twice under one name: one of them holds other people."""
    needed = {*wanted.required, *(name for group in wanted.any_of for name in group)}
    for name, places in header.duplicated.items():
        if name in needed:
            message = _("{file} 有 {count} 列都叫“{text}”，不知道该用哪一列。").format(
                file=file, count=len(places), text=header.texts[places[0]]
            )
            remedy = _("请把多余的列改名；一行有几个人的表请先拆成一人一行。")
            raise InputRefused("COLUMN_DUPLICATED", message, remedy=remedy)
