"""Two packs run over the same people: who changes, by how much, who is refused by one only, and the monthly cost.

Worked example: with base pensions of 135.00 and 145.00 and two people, `consequences` answers two changes of +10.00 and a
monthly cost of 270.00 against 290.00; a row that cannot be read is counted and takes part in neither.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jubao.commands.policy_diff_rows import SIDES, listed, person_columns, shown_person, shown_row
from jubao.kernel.fen import Fen
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.policy import Pack

if TYPE_CHECKING:
    import duckdb

    from jubao.matching.batch_pension import PensionRun
    from jubao.matching.reading_input import Input


def consequences(first: Pack, second: Pack, file: Path, month: Month) -> dict[str, Any]:
    """Both packs over the people of one file: pensions, claim-free decisions, or both, by the columns it has.

    Raises InputRefused when it has the columns of neither.
    """
    from jubao.commands.policy_diff_claims import claim_free_changes
    from jubao.matching import extract_run, pension_run
    from jubao.matching.reading import open_input

    def opened(required: Sequence[str], optional: Sequence[str]) -> Input:
        aliases = _both(first.header_aliases(), second.header_aliases())
        return open_input(
            file, aliases=aliases, required=required, any_of=[pension_run.NUMBERS], optional=optional
        )

    wanted = (*pension_run.REQUIRED, *extract_run.REQUIRED)
    present = opened((), wanted).columns
    found: dict[str, Any] = {"month": str(month), "pension": None, "claim_free": None}
    if set(extract_run.REQUIRED) <= set(present):
        inp = opened(extract_run.REQUIRED, extract_run.OPTIONAL)
        found["claim_free"] = claim_free_changes(first, second, inp, month)
    if found["claim_free"] is None or set(pension_run.REQUIRED) <= set(present):
        inp = opened(pension_run.REQUIRED, pension_run.OPTIONAL)
        found["pension"] = pension_changes(first, second, inp, month)
    return found


def pension_changes(first: Pack, second: Pack, inp: Input, month: Month) -> dict[str, Any]:
    """The monthly pensions under both packs. Raises InputRefused when every row is unreadable."""
    from jubao.matching import batch_pension, pension_run
    from jubao.matching.engines import connect
    from jubao.matching.list_cleaning import clean_list, require_rows

    with connect() as con:
        cells, limits = pension_run.cells(inp), pension_run.limits(inp, None)
        counts = clean_list(con, inp, cells, limits, words=first.value_aliases())
        require_rows(counts, inp)
        con.execute(f"CREATE OR REPLACE TEMP VIEW people AS {pension_run.facts_sql(inp)}")
        runs = {
            side: batch_pension.compute(con, "people", pack, month, into=f"pensions_{side}")
            for side, pack in zip(SIDES, (first, second), strict=True)
        }
        return {
            "people": counts.accepted,
            "rejects": counts.rejected,
            **_totals(con, batch_pension.AMOUNTS),
            "changes": _changes(con, inp, runs),
        }


def _both(one: dict[str, tuple[str, ...]], two: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    names = sorted({*one, *two})
    return {name: tuple(dict.fromkeys((*one.get(name, ()), *two.get(name, ())))) for name in names}


_JOINED = "pensions_a AS a JOIN pensions_b AS b ON a.source_row = b.source_row"
_PAID = {
    side: f"CASE WHEN {side}.pension_refusals = 0 THEN {side}.monthly_pension ELSE 0 END" for side in SIDES
}


def _totals(con: duckdb.DuckDBPyConnection, amounts: Sequence[str]) -> dict[str, Any]:
    """The monthly cost under each pack in all and by part, and how many rise, fall or are refused by one only."""
    is_paid = {side: f"({side}.pension_refusals = 0)" for side in SIDES}
    both = f"{is_paid['a']} AND {is_paid['b']}"
    columns = {
        "cost_a_fen": f"sum({_PAID['a']})",
        "cost_b_fen": f"sum({_PAID['b']})",
        "rises": f"count(*) FILTER ({both} AND b.monthly_pension > a.monthly_pension)",
        "falls": f"count(*) FILTER ({both} AND b.monthly_pension < a.monthly_pension)",
        "unchanged": f"count(*) FILTER ({both} AND b.monthly_pension = a.monthly_pension)",
        "refused_by_a_only": f"count(*) FILTER (NOT {is_paid['a']} AND {is_paid['b']})",
        "refused_by_b_only": f"count(*) FILTER ({is_paid['a']} AND NOT {is_paid['b']})",
        "refused_by_both": f"count(*) FILTER (NOT {is_paid['a']} AND NOT {is_paid['b']})",
    }
    parts = {
        name: f"sum(CASE WHEN {is_paid['b']} THEN b.{name} ELSE 0 END - CASE WHEN {is_paid['a']} THEN a.{name} ELSE 0 END)"
        for name in amounts
        if name != "monthly_pension"
    }
    named = {**columns, **{f"part_{name}": sql for name, sql in parts.items()}}
    selected = ", ".join(f"CAST(COALESCE({sql}, 0) AS BIGINT) AS {name}" for name, sql in named.items())
    row = con.execute(f"SELECT {selected} FROM {_JOINED}").fetchone() or (0,) * len(named)
    found = dict(zip(named, row, strict=True))
    return {name: found[name] for name in columns} | {
        "by_part_fen": {name: found[f"part_{name}"] for name in parts}
    }


def _changes(con: duckdb.DuckDBPyConnection, inp: Input, runs: dict[str, PensionRun]) -> list[dict[str, Any]]:
    """One row per person whose amount or refusal differs, in the order of the file."""
    from jubao.matching.batch_pension import refusal_text

    known = person_columns(inp)
    whose = ", ".join(f"c.{name}" for name in known)
    rows = con.execute(
        f"SELECT c.source_row, {whose}, a.benefit_month, a.pension_refusals, b.pension_refusals, {_PAID['a']}, {_PAID['b']}"
        f" FROM {_JOINED} JOIN cleaned AS c ON c.source_row = a.source_row"
        f" WHERE {_PAID['a']} <> {_PAID['b']} OR (a.pension_refusals = 0) <> (b.pension_refusals = 0) ORDER BY c.source_row"
    ).fetchall()
    changes: list[dict[str, Any]] = []
    for source_row, *who, month_index, mask_a, mask_b, fen_a, fen_b in rows:
        person = shown_person(known, who)
        refusals = {
            "refused_a": refusal_text(runs["a"], month_index, mask_a) or None,
            "refused_b": refusal_text(runs["b"], month_index, mask_b) or None,
        }
        amounts = {
            "a_fen": None if mask_a else fen_a,
            "b_fen": None if mask_b else fen_b,
            "difference_fen": fen_b - fen_a,
        }
        changes.append({"row": source_row} | person | amounts | refusals)
    return changes


def people_text(found: dict[str, Any]) -> list[str]:
    """The consequences for people to read; the first changes in full, the rest counted."""
    from jubao.commands.policy_diff_claims import claims_text

    lines: list[str] = []
    if found["pension"] is not None:
        lines += [_("{month} 的月养老金").format(month=found["month"]), *pensions_text(found["pension"])]
    if found["claim_free"] is not None:
        lines += [_("{month} 的免申即享筛选").format(month=found["month"]), *claims_text(found["claim_free"])]
    return lines


def pensions_text(found: dict[str, Any]) -> list[str]:
    """The pensions for people to read."""
    lines = [
        _("{people} 人（读不出来的 {rejects} 行不计）").format(**found),
        _("增加 {rises} 人，减少 {falls} 人，不变 {unchanged} 人").format(**found),
        _(
            "只有 A 不能核算 {refused_by_a_only} 人，只有 B 不能核算 {refused_by_b_only} 人，都不能 {refused_by_both} 人"
        ).format(**found),
        _("每月支出：A {a}，B {b}，相差 {difference}").format(
            a=Fen(found["cost_a_fen"]).yuan,
            b=Fen(found["cost_b_fen"]).yuan,
            difference=_signed(found["cost_b_fen"] - found["cost_a_fen"]),
        ),
    ]
    parts = [f"{name} {_signed(fen)}" for name, fen in found["by_part_fen"].items() if fen]
    if parts:
        lines.append(_("其中：{parts}").format(parts="，".join(parts)))
    return lines + listed(found["changes"], _change)


def _change(row: dict[str, Any]) -> str:
    sides = [row[f"refused_{side}"] or Fen(row[f"{side}_fen"]).yuan for side in SIDES]
    return f"{shown_row(row)}  {sides[0]} → {sides[1]}  {_signed(row['difference_fen'])}"


def _signed(fen: int) -> str:
    return f"+{Fen(fen).yuan}" if fen > 0 else Fen(fen).yuan
