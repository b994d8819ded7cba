"""The work of `jubao policy show`: a pack as readable law, each value with source, confidence and clause.

Worked example: for a draft document the line says DRAFT_FOR_COMMENT and the notes under it say where the text breaks off; a
value that is a default or only remembered carries 「not law 可改的默认值」.
"""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from typing import Any

from jubao.commands.policy_rows import (
    Moment,
    clause_rows,
    document_rows,
    gap_rows,
    parameter_rows,
    setting_rows,
    source_rows,
)
from jubao.kernel.errors import WrongUsage
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.policy import Pack, load_pack

NOT_LAW_MARK = "not law 可改的默认值"


def run_show(name: str, names: list[str], on: object, *, as_json: bool, root: Path | None) -> None:
    """Print a pack or the named parts of it. Raises WrongUsage for a name the pack does not know."""
    pack = load_pack(name, root)
    if isinstance(on, Month | date):
        pack.require_covers(on)
    content = payload(pack, names, on if isinstance(on, Month | date) else None)
    print(json.dumps(content, ensure_ascii=False, indent=1, default=str) if as_json else text(content))


def payload(pack: Pack, names: list[str], on: Moment) -> dict[str, Any]:
    """Everything shown, as plain data; with names only what bears one of them."""
    parts: dict[str, list[dict[str, Any]]] = {
        "documents": document_rows(pack),
        "parameters": parameter_rows(pack, on),
        "settings": setting_rows(pack, on),
        "sources": source_rows(pack, on),
        "gaps": gap_rows(pack, on),
        "clauses": clause_rows(pack, names),
    }
    if names:
        known = (
            set(pack.all_sources)
            | {row["name"] for rows in parts.values() for row in rows}
            | set(pack.parameter_names)
        )
        unknown = [name for name in names if name not in known | set(pack.setting_keys)]
        if unknown:
            message = _("{title} 没有 {names}。").format(title=pack.title, names="、".join(unknown))
            remedy = _("用 jubao policy show {code} 查看全部名称。").format(code=pack.code)
            raise WrongUsage("NAME_UNKNOWN", message, remedy=remedy)
        parts = {part: [row for row in rows if row["name"] in names] for part, rows in parts.items()}
        _refuse_absent(pack, names, parts, on)
    return {
        "code": pack.code,
        "name": pack.name,
        "status": pack.status,
        "covers": {"from": str(pack.head.covers.starts), "to": _day(pack.head.covers.ends)},
        "last_verified_on": str(pack.head.last_verified_on),
        "note": pack.head.note,
        "chain": [{"code": files.head.code, "name": files.head.name} for files in pack.chain],
        "pack_hash": pack.pack_hash,
        "asked": names,
        **parts,
    }


def _refuse_absent(pack: Pack, names: list[str], parts: dict[str, list[dict[str, Any]]], on: Moment) -> None:
    """A name the pack knows but that says nothing on the day asked for is refused by name, never shown as nothing."""
    shown = {row["name"] for rows in parts.values() for row in rows}
    for name in names:
        if on is None or name in shown:
            continue
        if name in pack.setting_keys:
            pack.setting(name, on)
        if name in pack.parameter_names:
            pack.parameter(name, on if isinstance(on, Month) else Month.containing(on))


def _day(day: date | None) -> str | None:
    return None if day is None else str(day)


def text(content: dict[str, Any]) -> str:
    """The same for people to read."""
    chain = " → ".join(f"{item['code']} {item['name']}" for item in content["chain"])
    covers = _period(content["covers"]["from"], content["covers"]["to"])
    lines = [
        f"{content['name']}（{content['code']}）  {content['status']}  {_('适用')} {covers}  "
        f"{_('核实于')} {content['last_verified_on']}",
        f"{_('依次取自')} {chain}",
        f"pack_hash {content['pack_hash']}",
    ]
    if content["note"]:
        lines.append(f"{_('说明')} {content['note']}")
    titles = {
        "documents": _("文件"),
        "clauses": _("条款"),
        "parameters": _("参数"),
        "settings": _("设置"),
        "sources": _("数据来源"),
        "gaps": _("缺项（用到时按名称拒绝）"),
    }
    for part, title in titles.items():
        if content[part]:
            lines += [
                "",
                title,
                *(line for row in content[part] for line in _lines(part, row, content["asked"])),
            ]
    return "\n".join(lines)


def _lines(part: str, row: dict[str, Any], asked: list[str]) -> list[str]:
    if part == "documents":
        return _document(row)
    if part == "clauses":
        return [f"  {row['name']}  {row['citation']}  “{row['words']}”"]
    if part == "sources":
        clauses = "、".join(row["clauses"])
        return [f"  {row['name']}  {row['title']}  {row['evidence']}  {row['window']}  {clauses}"]
    if part == "gaps":
        return [
            f"  {row['name']}  {_period(row['from'], row['to'])}  {row['what']}；{row['why']}（{row['pack']}）"
        ]
    return _value(row, in_full=bool(asked))


def _value(row: dict[str, Any], *, in_full: bool) -> list[str]:
    value = json.dumps(row["value"], ensure_ascii=False, default=str)
    mark = "" if row["is_law"] else f"  【{NOT_LAW_MARK}】"
    title = f"（{row['title']}）" if row.get("title") else ""
    unit = f" {row['unit']}" if row.get("unit") else ""
    lines = [f"  {row['name']}{title} = {value}{unit}  {_period(row['from'], row['to'])}{mark}"]
    told = [f"{_('出处')} {row['source']}", f"{_('可信度')} {row['confidence']}"]
    if row["date_confidence"]:
        told.append(f"{_('日期可信度')} {row['date_confidence']}")
    if row["clause"]:
        told.append(f"{_('条款')} {row['clause']} {row['citation']}")
    lines.append("      " + "  ".join([*told, f"{_('政策包')} {row['pack']}"]))
    if row["base"] and in_full:
        lines.append(f"      {_('该文件依据')} {'、'.join(row['base'])}")
    if row["quote"]:
        lines.append(f"      {_('原文')} “{row['quote']}”")
    if row["note"]:
        lines.append(f"      {_('说明')} {row['note']}")
    return lines


def _document(row: dict[str, Any]) -> list[str]:
    lines = [
        f"  {row['number']}  {row['title']}  [{row['name']}]  {row['status']}",
        f"      {_('发布')} {row['issuer']}  {_('解释')} {row['interpreter'] or _('未写明')}  "
        f"{_('印发')} {row['issued_on'] or _('未写明')}  {_('生效')} {_period(row['from'], row['to'])}"
        f"（{row['effective_source']}，{row['effective_confidence']}）",
    ]
    if row["base"]:
        lines.append(f"      {_('依据')} {'、'.join(row['base'])}")
    return lines + [f"      {_('注意')} {note}" for note in row["notes"]]


def _period(starts: str | None, ends: str | None) -> str:
    if starts is None and ends is None:
        return _("一直")
    return f"{starts or '…'} {_('至')} {ends or _('今')}"
