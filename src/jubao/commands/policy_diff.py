"""The work of `jubao policy diff`: what two packs say differently, and whom that touches.

Worked example: `jubao policy diff 500110 新包/500110_qijiang` prints one line per parameter or setting and period that differs:
`base_pension_fen 2024-07 至 今：13500 → 14500`; with `--people` also who changes, by how much, and the monthly cost.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from jubao.kernel.errors import WrongUsage
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.policy import Pack, ParameterValue, load_pack
from jubao.policy.timeline import LAST_DAY, ONE_DAY

MISSING = "missing"


def run_diff(
    one: str, two: str, people: Path | None, on: object, *, as_json: bool, root: Path | None
) -> None:
    """Print how two packs differ; with a table of people also the consequences for each."""
    first, second = named_pack(one, root), named_pack(two, root)
    month = on if isinstance(on, Month) else None
    content: dict[str, Any] = {
        "a": {"code": first.code, "name": first.name, "pack_hash": first.pack_hash},
        "b": {"code": second.code, "name": second.name, "pack_hash": second.pack_hash},
        "parameters": list(parameter_differences(first, second, month)),
        "settings": list(setting_differences(first, second, month)),
    }
    if people is not None:
        from jubao.commands.policy_diff_people import consequences

        if month is None:
            raise WrongUsage("MONTH_NEEDED", _("给出人员表时须写 --month。"), remedy=_("例：--month 2024-08"))
        content["people"] = consequences(first, second, people, month)
    print(json.dumps(content, ensure_ascii=False, indent=1, default=str) if as_json else text(content))


def named_pack(name: str, root: Path | None) -> Pack:
    """A pack by name, or from a folder such as `新包/500110_qijiang` laid over the delivered packs."""
    folder = Path(name)
    if folder.is_dir() and (folder / "pack.yaml").exists():
        return load_pack(folder.resolve().name, root, over=folder.resolve().parent)
    return load_pack(name, root)


def parameter_differences(first: Pack, second: Pack, month: Month | None) -> Iterator[dict[str, Any]]:
    """Each stretch of months in which a parameter differs, with both values."""
    for name in sorted({*first.parameter_names, *second.parameter_names}):
        months = [month] if month else _months(first, second, name)
        values = [(_value(first, name, start), _value(second, name, start)) for start in months]
        for begins, follows in _stretches(values):
            until = months[begins] if month else months[follows] - 1 if follows < len(months) else None
            a, b = values[begins]
            yield {"name": name, "from": str(months[begins]), "until": until and str(until), "a": a, "b": b}


def _stretches(values: list[tuple[Any, Any]]) -> Iterator[tuple[int, int]]:
    """Where the two sides differ: the place where a pair of values begins and the place where another follows."""
    begins = 0
    for place in range(1, len(values) + 1):
        if place == len(values) or values[place] != values[begins]:
            if values[begins][0] != values[begins][1]:
                yield begins, place
            begins = place


def _months(first: Pack, second: Pack, name: str) -> list[Month]:
    return sorted({*first.parameter_bounds([name]), *second.parameter_bounds([name])})


def _value(pack: Pack, name: str, month: Month) -> Any:
    found = pack.find_parameter(name, month)
    return found.value if isinstance(found, ParameterValue) else MISSING


def setting_differences(first: Pack, second: Pack, month: Month | None) -> Iterator[dict[str, Any]]:
    """Each stretch of days in which a setting differs, with both values."""
    for key in sorted({*first.setting_keys, *second.setting_keys}):
        days = [month.last_day] if month else _days(first, second, key)
        values = [(_setting(first, key, start), _setting(second, key, start)) for start in days]
        for begins, follows in _stretches(values):
            until = days[begins] if month else days[follows] - ONE_DAY if follows < len(days) else None
            a, b = values[begins]
            yield {"name": key, "from": str(days[begins]), "until": until and str(until), "a": a, "b": b}


def _days(first: Pack, second: Pack, key: str) -> list[date]:
    days: set[date] = set()
    for pack in (first, second):
        days.add(pack.head.covers.starts)
        for item in pack.setting_line(key):
            days.add(item.first)
            if item.last < LAST_DAY:
                days.add(item.last + ONE_DAY)
    return sorted(days)


def _setting(pack: Pack, key: str, on: date) -> Any:
    found = pack.find_setting(key, on)
    return MISSING if found is None else found.value


def text(content: dict[str, Any]) -> str:
    """The differences for people to read."""
    lines = [
        f"A {content['a']['name']}（{content['a']['code']}）",
        f"B {content['b']['name']}（{content['b']['code']}）",
    ]
    for part, title in (("parameters", _("参数")), ("settings", _("设置"))):
        lines += ["", f"{title}：{len(content[part])} " + _("处不同")]
        for row in content[part]:
            a, b = (json.dumps(row[side], ensure_ascii=False, default=str) for side in "ab")
            until = "" if row["until"] == row["from"] else f" {_('至')} {row['until'] or _('今')}"
            lines.append(f"  {row['name']}  {row['from']}{until}：{a} → {b}")
    if "people" in content:
        from jubao.commands.policy_diff_people import people_text

        lines += ["", *people_text(content["people"])]
    return "\n".join(lines)
