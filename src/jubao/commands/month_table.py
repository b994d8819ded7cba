"""What a month run found, as a table for a terminal.

Worked example: `month_table("500110", found)` has the rows 提取 96 人可免申即享、20 人不适用, 比对
6 349 具备资格、9 丧失、1 097 待核实, …
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from jubao.kernel.fen import Fen
from jubao.kernel.text import _

if TYPE_CHECKING:
    from rich.table import Table

Figures = Mapping[str, Any]


def month_table(district_code: str, found: Mapping[str, Figures]) -> Table:
    """One row per step."""
    from rich.table import Table

    table = Table(title=district_code)
    table.add_column(_("步骤"))
    table.add_column(_("结果"))
    for step, (title, words) in _WORDS.items():
        if step in found:
            figures = found[step]
            table.add_row(
                title, str(figures["refused"]) if isinstance(figures.get("refused"), str) else words(figures)
            )
    return table


def _extraction(found: Figures) -> str:
    if not found["claim_free"]:
        return _("次月年满60周岁 {count} 人").format(count=found.get("about_to_qualify", 0))
    reasons = "、".join(f"{code} {count}" for code, count in found["reasons"].items())
    return _("免申即享候选 {candidates} 人，不适用 {excluded} 人（{reasons}）").format(
        candidates=found.get("candidate", 0), excluded=found.get("excluded", 0), reasons=reasons
    )


def _comparison(found: Figures) -> str:
    if "eligible" not in found:
        return _("{people} 人在领，没有可用的部门名单").format(people=found["people"])
    return _(
        "{people} 人、{feeds} 份名单：具备资格 {eligible}，丧失资格 {lost}，待核实 {to_verify}，非认证对象 {not_subject}"
    ).format(**found)


def _determination(found: Figures) -> str:
    refused = "".join(f"；{code} {count}" for code, count in found["refused"].items())
    return _("到龄核定建议 {opened} 件（已有 {known} 件），月合计 {total} 元{refused}").format(
        opened=found["opened"], known=found["known"], total=Fen(found["total_fen"]).yuan, refused=refused
    )


def _payment(found: Figures) -> str:
    words = _("{lines} 笔，{total} 元").format(lines=found["lines"], total=Fen(found["total_fen"]).yuan)
    if "number" not in found:
        return words
    return _("发放批次 {number}：{words}，发放前核查待确认 {holds} 条").format(
        number=found["number"], words=words, holds=found["open_holds"]
    )


_WORDS = {
    "extraction": (_("提取"), _extraction),
    "comparison": (_("比对"), _comparison),
    "determination": (_("核定"), _determination),
    "payment": (_("发放"), _payment),
}
