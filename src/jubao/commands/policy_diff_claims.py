"""Two packs screening the same people for the claim-free way: whose decision changes, and the headline reason of each side.

Worked example: a bank that only the new pack lists as paying agent turns a person from excluded BANK_NOT_PAYING_AGENT into a
candidate; a pack without a claim-free text decides nobody, and says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from jubao.commands.policy_diff_rows import SIDES, listed, person_columns, shown_person, shown_row
from jubao.kernel.errors import NotCovered
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.policy import Pack

if TYPE_CHECKING:
    import duckdb

    from jubao.matching.batch_extract import ScreeningTerms
    from jubao.matching.reading_input import Input


def claim_free_changes(first: Pack, second: Pack, inp: Input, month: Month) -> dict[str, Any]:
    """The decisions under both packs, the list drawn on the first of the month."""
    from jubao.matching import batch_extract, extract_run
    from jubao.matching.engines import connect
    from jubao.matching.extract_facts import facts_sql
    from jubao.matching.list_cleaning import clean_list, require_rows

    words = extract_run.word_lists(first.value_aliases())
    covered: dict[str, ScreeningTerms] = {}
    answer: dict[str, Any] = {}
    for side, pack in zip(SIDES, (first, second), strict=True):
        try:
            covered[side] = batch_extract.screening_terms(
                pack, month, month.year * 10000 + month.month * 100 + 1
            )
        except NotCovered as refused:
            answer[f"not_covered_{side}"] = str(refused)
    with connect() as con:
        counts = clean_list(con, inp, extract_run.CELLS, extract_run.limits(inp, words), words=words)
        require_rows(counts, inp)
        for side, terms in covered.items():
            con.execute(f"CREATE OR REPLACE TEMP VIEW people_{side} AS {facts_sql(inp, terms, words)}")
            batch_extract.screen(con, f"people_{side}", terms, into=f"screened_{side}")
        answer |= {"people": counts.accepted, "rejects": counts.rejected}
        answer |= {f"candidates_{side}": _candidates(con, side) for side in covered}
        return answer | {"changes": _changes(con, inp, list(covered))}


def _candidates(con: duckdb.DuckDBPyConnection, side: str) -> int:
    found = con.execute(
        f"SELECT count(*) FROM screened_{side} WHERE claim_free_decision = 'candidate'"
    ).fetchone()
    return int(found[0]) if found else 0


def _changes(con: duckdb.DuckDBPyConnection, inp: Input, covered: list[str]) -> list[dict[str, Any]]:
    """One row per person whose decision differs; nobody when no side, or only one, decides at all."""
    from jubao.rules.registry import RULES, decode

    if len(covered) < len(SIDES):
        return []
    known = person_columns(inp)
    whose = ", ".join(f"c.{name}" for name in known)
    rows = con.execute(
        f"SELECT c.source_row, {whose}, a.claim_free_decision, b.claim_free_decision, a.claim_free_obstacles,"
        " b.claim_free_obstacles FROM screened_a AS a JOIN screened_b AS b ON a.source_row = b.source_row"
        " JOIN cleaned AS c ON c.source_row = a.source_row"
        " WHERE a.claim_free_decision <> b.claim_free_decision ORDER BY c.source_row"
    ).fetchall()
    rule = RULES["claim_free_obstacles"]
    changes: list[dict[str, Any]] = []
    for source_row, *who, decision_a, decision_b, mask_a, mask_b in rows:
        reasons = {
            f"reasons_{side}": list(decode(rule, mask))
            for side, mask in zip(SIDES, (mask_a, mask_b), strict=True)
        }
        changes.append(
            {"row": source_row} | shown_person(known, who) | {"a": decision_a, "b": decision_b} | reasons
        )
    return changes


def claims_text(found: dict[str, Any]) -> list[str]:
    """The decisions for people to read."""
    lines = [_("{people} 人（读不出来的 {rejects} 行不计）").format(**found)]
    for side in SIDES:
        name = side.upper()
        if f"not_covered_{side}" in found:
            lines.append(_("{side} 不能筛选：{why}").format(side=name, why=found[f"not_covered_{side}"]))
        else:
            lines.append(_("{side} 入选 {count} 人").format(side=name, count=found[f"candidates_{side}"]))
    return lines + listed(found["changes"], _change)


def _change(row: dict[str, Any]) -> str:
    sides = [" ".join([row[side], *row[f"reasons_{side}"][:1]]) for side in SIDES]
    return f"{shown_row(row)}  {sides[0]} → {sides[1]}"
