"""The judgement of one person step by step: the facts, each rule with its clause and answer, the evidence behind them.

Worked example: `jubao compare … --explain --id 5099…0026` prints the evidence found, then `judgement.doubts = CONFLICT`, then
`judgement.list_code = to_verify`, each with the document and article the rule cites.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from jubao.kernel.errors import ValueRefused, WrongUsage
from jubao.kernel.id_number import IdNumber
from jubao.kernel.text import _
from jubao.matching.judging import RAW_FACTS, RULE_FACTS, Guard, guarded_mask, known_of
from jubao.matching.plan import Plan
from jubao.rules import judgement as j
from jubao.rules.evaluate import Step, explain
from jubao.rules.registry import decode

if TYPE_CHECKING:
    import duckdb

TARGETS = ("list_code", "has_different_death_days", "last_life_day")
MOST = 1000
"""Without --id at most so many persons are explained; the lists hold the reasons of all."""


def explanations(
    con: duckdb.DuckDBPyConnection, plan: Plan, guards: Sequence[Guard], id_number: str
) -> list[str]:
    """The lines for one person, or for all. Raises WrongUsage when nobody on the roster has that number."""
    where = "TRUE"
    if id_number:
        where = f"s.id_number = '{_number(id_number)}'"
    columns = ("subject", *RULE_FACTS, *RAW_FACTS)
    rows = con.execute(
        f"SELECT s.id_number, s.name, {', '.join(f'q.{name}' for name in columns)} FROM judged AS q"
        f" JOIN subjects AS s ON s.subject = q.subject WHERE {where} ORDER BY q.subject LIMIT {MOST}"
    ).fetchall()
    if id_number and not rows:
        raise WrongUsage(
            "PERSON_NOT_ON_ROSTER", _("花名册上没有这个证件号码（或该行读不出来，见 rejects）。")
        )
    lines: list[str] = []
    for number, name, *values in rows:
        known = dict(zip(columns, values, strict=True))
        lines += _person(con, plan, guards, number, name, known)
    return lines


def _number(text: str) -> str:
    try:
        return IdNumber.parse(text).text
    except ValueRefused as refused:
        raise WrongUsage(refused.code, refused.message, remedy=refused.remedy) from refused


def _person(
    con: duckdb.DuckDBPyConnection,
    plan: Plan,
    guards: Sequence[Guard],
    number: str,
    name: str,
    row: dict[str, Any],
) -> list[str]:
    trace = explain(TARGETS, known_of(plan, row, guarded_mask(guards)))
    masked = f"{number[:6]}********{number[-4:]}" if len(number) == 18 else number
    window = plan.period.window
    lines = [
        _("{name} {number}（花名册第 {row} 行）：{list}").format(
            name=name, number=masked, row=row["subject"], list=j.LIST_NAMES[trace["list_code"]]
        ),
        _("  证据期间 {first} 至 {last}（{kind}）").format(
            first=window.first, last=window.last, kind=plan.period.kind
        ),
    ]
    lines += _evidence(con, row["subject"])
    lines += [_step(step) for step in trace.steps]
    return lines


def _evidence(con: duckdb.DuckDBPyConnection, subject: int) -> list[str]:
    rows = con.execute(
        "SELECT source, file, row, COALESCE(CAST(event_on AS VARCHAR), '-'), evidence, link, used, note FROM evidence_words"
        f" WHERE subject = {subject} ORDER BY feed, row"
    ).fetchall()
    if not rows:
        return [_("  没有任何记录")]
    return ["  " + " ".join(str(part) for part in row if part) for row in rows]


def _step(step: Step) -> str:
    """`judgement.doubts = CONFLICT  （渝…第十四条）` with the inputs that decided."""
    value = step.value
    shown = "、".join(decode(step.rule, value)) or "0" if step.rule.codes else value
    if step.rule.name == "list_code":
        shown = j.LIST_NAMES[value]
    inputs = ", ".join(
        f"{name}={value}" for name, value in step.inputs.items() if not isinstance(value, tuple)
    )
    source = "；".join(str(citation) for citation in step.rule.source)
    return f"  {step.rule.id} = {shown}  ({inputs})  〔{source}〕"
