"""Why somebody is or is not on the claim-free list: window, years and gap rule, every reason with its clause, in Chinese.

Worked example of the first line: `第 2 行 张三 509901********0012：重庆市綦江区（500110） 2024-06 免申即享筛选，candidate`. The
steps are those of the scalar evaluator.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from jubao.kernel.id_number import mask_id
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.matching.batch_extract import FACTS, ScreeningTerms, explain_row
from jubao.matching.extract_words import reason_text
from jubao.rules.claim_free import GROUNDS
from jubao.rules.pension_terms import cited_by, sources_in
from jubao.rules.registry import RULES, decode

if TYPE_CHECKING:
    import duckdb


def explain_screening(con: duckdb.DuckDBPyConnection, terms: ScreeningTerms, asked: str | None) -> list[str]:
    """The explanations of all people of the list, or of the one whose number is `asked`."""
    facts = ", ".join(f"p.{name}" for name in FACTS)
    where = " WHERE c.id_number_text = ?" if asked else ""
    cursor = con.execute(
        f"SELECT p.source_row, c.id_number_text, c.name, p.gap_words, {facts} FROM cleaned AS c"
        f" JOIN people AS p ON c.source_row = p.source_row{where} ORDER BY 1",
        [asked.strip().upper()] if asked else [],
    )
    names = [column[0] for column in cursor.description or ()]
    lines = [line for row in cursor.fetchall() for line in _one(terms, dict(zip(names, row, strict=True)))]
    return lines or [_("名单中没有号码为 {id} 的人，或该行已列入 rejects。").format(id=mask_id(asked or ""))]


def _one(terms: ScreeningTerms, row: Mapping[str, Any]) -> Iterator[str]:
    found = explain_row(dict(row), terms)
    yield _("第 {row} 行 {name} {id}：{title} {month} 免申即享筛选，{decision}").format(
        row=row["source_row"], name=row["name"] or "", id=mask_id(row["id_number_text"]), title=terms.pack.title,
        month=terms.month, decision=found["claim_free_decision"],
    )  # fmt: skip
    yield _("  窗口 {first} 至 {last}，筛选日 {day}（{clause}）").format(
        first=_day(found["claim_window_from"]), last=_day(found["claim_window_until"]), day=_day(terms.drawn_on),
        clause=cited_by(terms.pack, "claim_window_from"),
    )  # fmt: skip
    rule = _("须缴满 {years} 年").format(years=terms.arguments["min_contribution_years"])
    kept = rule if found["needs_full_contribution_years"] else _("不得间断缴费")
    code = "CONTRIBUTION_YEARS_SHORT" if found["needs_full_contribution_years"] else "CONTRIBUTION_GAP"
    ground = sources_in(terms.pack, [GROUNDS[code]])[0]
    yield _("  试点 {pilot} 时距到龄 {months} 个月，适用：{rule}（{clause}）；缴费 {years}年{rest}个月").format(
        pilot=Month.from_index(terms.arguments["pilot_start_month"]), months=found["months_from_pilot_to_age"], rule=kept,
        clause=ground, years=row["contribution_months"] // 12,
        rest=row["contribution_months"] % 12,
    )  # fmt: skip
    for code in decode(RULES["claim_free_obstacles"], found["claim_free_obstacles"]):
        yield f"  {reason_text(terms.pack, code, row['gap_words'])}"


def _day(number: int) -> str:
    return f"{number // 10000:04d}-{number // 100 % 100:02d}-{number % 100:02d}"
