"""The work of `jubao policy sources`: the feeds a region understands, and blank tables for the roster and each feed.

Worked example: `jubao policy sources --region 寻乌` lists SELF_FACE with the headers 认证日期, 认证时间 …, and
`--template 空白表` writes 空白表/roster.xlsx beside one table per SOURCE code.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from jubao.commands.policy_rows import source_rows
from jubao.commands.templates import FORMATS, headers_for, write_template
from jubao.kernel.errors import WrongUsage
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.policy import load_pack

ROSTER = "roster"
ROSTER_COLUMNS = (
    "id_number",
    "name",
    "scheme",
    "benefit_kind",
    "register_place",
    "township",
    "village",
    "payment_state",
    "benefit_start_month",
    "last_certified_on",
    "mobile",
)
ROSTER_REQUIRED = ("id_number", "name")


def run_sources(
    region: str, on: object, folder: Path | None, file_format: str, *, as_json: bool, root: Path | None
) -> None:
    """Print the feeds of a region; with a folder also write the blank tables."""
    pack = load_pack(region, root)
    moment = on if isinstance(on, Month | date) else None
    if moment is not None:
        pack.require_covers(moment)
    rows = [row for row in source_rows(pack, moment) if row["lists"] or row["evidence"] == "none"]
    rows.sort(key=lambda row: not row["lists"])
    aliases = pack.header_aliases()
    roster = {
        "required": list(ROSTER_REQUIRED),
        "headers": {column: list(aliases.get(column, ())) for column in ROSTER_COLUMNS},
    }
    if as_json:
        content = {"code": pack.code, "name": pack.name, "roster": roster, "sources": rows}
        print(json.dumps(content, ensure_ascii=False, indent=1))
    elif folder is None:
        print(_text(pack.title, roster, rows))
    if folder is not None:
        written = write_templates(folder, file_format, roster, [row for row in rows if row["lists"]])
        if not as_json:
            print(_("写出 {count} 个空白表：{folder}").format(count=written, folder=folder))


def write_templates(
    folder: Path, file_format: str, roster: dict[str, Any], rows: list[dict[str, Any]]
) -> int:
    """One blank table for the roster and one per feed. Raises WrongUsage when one of the files exists already."""
    if file_format not in FORMATS:
        message = _("没有格式 {name}。").format(name=file_format)
        raise WrongUsage(
            "FORMAT_UNKNOWN", message, remedy=_("可用：{formats}。").format(formats="、".join(FORMATS))
        )
    tables = {ROSTER: roster["headers"]} | {row["name"]: row["headers"] for row in rows}
    files = {folder / f"{name}.{file_format}": headers for name, headers in tables.items()}
    taken = [file.name for file in files if file.exists()]
    if taken:
        message = _("{folder} 中已有 {names}，空白表不覆盖已有的文件。").format(
            folder=folder, names="、".join(taken)
        )
        raise WrongUsage("FILE_EXISTS", message, remedy=_("请换一个文件夹，或先移走这些文件。"))
    for file, headers in files.items():
        write_template(file, headers_for(list(headers), headers))
    return len(files)


def side(evidence: str) -> str:
    """What a feed proves, in words."""
    return {"life": _("合格"), "loss": _("丧失"), "none": _("不作判断")}[evidence]


def window(name: str) -> str:
    """The days on which a feed counts, in words."""
    words = {
        "period": _("本认证周期"),
        "window": _("本认证周期"),
        "calendar_year": _("本年度"),
        "none": _("不限"),
    }
    return words[name]


def scheme(name: str) -> str:
    """The insurance in words; a scheme the list does not know keeps its identifier."""
    words = {
        "resident_pension": _("城乡居保"),
        "employee_pension": _("企业职工养老保险"),
        "civil_pension": _("机关事业养老保险"),
        "unemployment_insurance": _("失业保险"),
        "injury_long_term_benefit": _("工伤长期待遇"),
    }
    return words.get(name, name)


def _text(title: str, roster: dict[str, Any], rows: list[dict[str, Any]]) -> str:
    lines = [title, "", _("花名册（--roster）"), *_headers(roster["headers"], roster["required"], [])]
    for row in rows:
        lists = "、".join(row["lists"]) or _("只登记，不参加比对")
        lines += [
            "",
            f"{row['name']}  {row['title']}  {_('证明')}：{side(row['evidence'])}  {_('期间')}：{window(row['window'])}",
            f"    {_('险种')} {'、'.join(map(scheme, row['schemes']))}  {_('条款')} {'、'.join(row['clauses']) or _('无')}  "
            f"{_('名单')} {lists}",
            *_headers(row["headers"], row["required"], row["any_of"]),
        ]
    return "\n".join(lines)


def _headers(headers: dict[str, list[str]], required: list[str], any_of: list[list[str]]) -> list[str]:
    either = {column for group in any_of for column in group}
    lines = []
    for column, words in headers.items():
        need = _("必填") if column in required else _("至少其一") if column in either else _("可选")
        lines.append(f"    {column}（{need}）  {'、'.join(words)}")
    return lines
