"""Pensions of a whole table: one SELECT over the rules, the pack's terms joined by month, a scalar check of 1 in 1000.

Worked example: a table with the columns of `INPUTS` and a pack give, by `compute(con, "people", pack, None)`, the table
`pensions` with every step of every person in the order of the rows; row 1 of 綦江's example holds 13500, 1802, …, 16302.

A month whose terms differ from another's needs no SELECT of its own: columns carry the arguments that change over time
(a CASE over the months), everything else stands in the query as a number. So the rows keep their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jubao.kernel.errors import NotCovered
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.matching.batch_store import Store
from jubao.matching.scalar_check import check_against_scalar
from jubao.policy import CONFIDENCE_ORDER, Pack
from jubao.rules import entitlement as _entitlement  # noqa: F401  registers the rules
from jubao.rules.evaluate import explain, select_sql
from jubao.rules.pension_terms import FACTS, PensionTerms, stretches, terms
from jubao.rules.registry import RULES, decode
from jubao.rules.vocabulary import Col

if TYPE_CHECKING:
    import duckdb

INPUTS = tuple(name for name in FACTS if name != "benefit_month")
"""The columns a table of people needs, none of them null, beside `source_row`."""

PARTS = ("base_pension", "account_pension", "years_pension", "only_child_supplement", "age_supplement")
AMOUNTS = (*PARTS, "monthly_pension")
TARGETS = ("monthly_pension", "pension_refusals", "weakest_source_rank")
STEPS = (
    "base_pension", "account_pension", "counted_years", "min_tier_years", "bonus_years", "years_pension", "only_child_supplement",
    "age_for_supplement_years", "age_supplement", "monthly_pension", "is_below_age", "is_years_pension_concerned",
    "is_only_child_supplement_concerned", "is_age_supplement_concerned", "is_older_age_supplement_kept",
    "years_pension_weakness", "pension_refusals", "weakest_source_rank",
)  # fmt: skip
"""Every step the batch stores, beside the months."""

_FIRST_MONTH = 1900 * 12


@dataclass(frozen=True)
class PensionRun:
    """What a computed table rests on: the terms of every month in it, oldest first."""

    pack: Pack
    asked: Month | None
    terms: tuple[PensionTerms, ...]

    def terms_of(self, month_index: int) -> PensionTerms:
        """The terms of a month of the table."""
        fitting = [found for found in self.terms if found.month.index <= month_index]
        return fitting[-1] if fitting else self.terms[0]


def entitlement_terms(pack: Pack, asked: Month | None) -> dict[str, Any]:
    """Pension age and start rule, by which each person's own month is found before its terms are known.

    Raises NotCovered where the pack knows no age, or several and no month was asked.
    """
    names = ("pension_age_years", "months_until_entitlement")
    if asked is not None:
        found = terms(pack, asked).arguments
        if not found["pension_age_years_is_known"]:
            pack.parameter("pension_age_years", asked)
        return {name: found[name] for name in names}
    bounds = [m for m in pack.parameter_bounds(["pension_age_years"]) if not _is_gap(pack, m)]
    variants = [terms(pack, month).arguments for month in bounds]
    distinct = {tuple(found[name] for name in names) for found in variants}
    if len(distinct) != 1:
        message = _("{title} 的领取年龄有 {count} 种规定，不能按每人的首月计算。").format(
            title=pack.title, count=len(distinct)
        )
        raise NotCovered("PENSION_AGE_NOT_SINGLE", message, remedy=_("请用 --month 指定月份。"))
    return dict(zip(names, distinct.pop(), strict=True))


def _is_gap(pack: Pack, month: Month) -> bool:
    return not hasattr(pack.find_parameter("pension_age_years", month), "value")


def compute(
    con: duckdb.DuckDBPyConnection,
    people: str,
    pack: Pack,
    asked: Month | None,
    *,
    into: str = "pensions",
    store: Store | None = None,
) -> PensionRun:
    """Leave the table `into`: `source_row`, the facts, the months and every step, in the order of `people`.

    `people` is a table or view with `source_row` and the columns of INPUTS. Nothing is refused here: what must not be
    paid carries its obstacles in `pension_refusals`.
    """
    dated = dated_sql(people, pack, asked)
    run = run_over(con, dated, pack, asked)
    (store or Store(con))(into, steps_sql(dated, run), [people])
    return run


def dated_sql(people: str, pack: Pack, asked: Month | None) -> str:
    """SELECT of the people with first owed month, start month and the month the amount is for."""
    known = entitlement_terms(pack, asked)
    dated = select_sql(["benefit_start_month"], INPUTS, known, people)
    month = str(asked.index) if asked else "benefit_start_month"
    return f"SELECT *, CAST({month} AS BIGINT) AS benefit_month FROM ({dated}) AS dated"


def run_over(con: duckdb.DuckDBPyConnection, dated: str, pack: Pack, asked: Month | None) -> PensionRun:
    """The terms of every month that occurs in a query of dated people."""
    if asked is not None:
        return PensionRun(pack, asked, (terms(pack, asked),))
    found = con.execute(
        f"SELECT DISTINCT benefit_month FROM ({dated}) AS d WHERE benefit_month >= {_FIRST_MONTH}"
    ).fetchall()
    months = [Month.from_index(row[0]) for row in found] or [Month(pack.head.covers.starts.year, 12)]
    return PensionRun(pack, None, tuple(found_terms for found_terms, _months in stretches(pack, months)))


def steps_sql(dated: str, run: PensionRun) -> str:
    """SELECT of the dated people with every step; where terms change over time columns carry those of each row's month."""
    facts = (*FACTS, "entitlement_month", "benefit_start_month")
    if len(run.terms) == 1:
        return f"WITH dated_people AS ({dated}) {select_sql(TARGETS, facts, run.terms[0].arguments, 'dated_people')}"
    constants, changing = _over_time(run.terms)
    carried = ", ".join(_by_month(name, run.terms) for name in changing)
    known = {**constants, **{name: _as_argument(name, run.terms) for name in changing}}
    columns = [column for name in changing for column in _columns(name, run.terms)]
    plain = [column for column in columns if column in changing]
    numbers = {name: value for name, value in known.items() if name not in plain}
    steps = select_sql(
        TARGETS, (*facts, *plain), numbers, "people_with_terms", keep=["source_row", *facts, *STEPS]
    )
    return f"WITH dated_people AS ({dated}), people_with_terms AS (SELECT *, {carried} FROM dated_people) {steps}"


def _over_time(found: Sequence[PensionTerms]) -> tuple[dict[str, Any], list[str]]:
    """Arguments equal in all terms, and the names of those that change."""
    first = found[0].arguments
    changing = [name for name in first if any(one.arguments[name] != first[name] for one in found)]
    return {name: value for name, value in first.items() if name not in changing}, changing


def _most_steps(name: str, found: Sequence[PensionTerms]) -> int:
    return max(len(one.arguments[name]) for one in found)


def _columns(name: str, found: Sequence[PensionTerms]) -> list[str]:
    """The columns that carry a changing argument: one, or two for each step of a scale."""
    if not isinstance(found[0].arguments[name], tuple):
        return [name]
    return [f"{name}_{part}_{place}" for place in range(_most_steps(name, found)) for part in ("at", "adds")]


def _as_argument(name: str, found: Sequence[PensionTerms]) -> Any:
    columns = _columns(name, found)
    if columns == [name]:
        return Col.named(name)
    return tuple(
        (Col.named(at), Col.named(adds)) for at, adds in zip(columns[::2], columns[1::2], strict=True)
    )


def _by_month(name: str, found: Sequence[PensionTerms]) -> str:
    """SQL of the columns that carry an argument: a CASE over the months in which it changes."""
    columns = _columns(name, found)
    values = [_flat(one.arguments[name], len(columns)) for one in found]
    return ", ".join(
        f"{_case([(one.month.index, value[place]) for one, value in zip(found, values, strict=True)])} AS {column}"
        for place, column in enumerate(columns)
    )


def _flat(value: Any, width: int) -> list[Any]:
    """The values of the columns; a scale is filled up with steps nobody reaches."""
    if not isinstance(value, tuple):
        return [value]
    steps = [*value, *[(10**6, 0)] * (width // 2 - len(value))]
    return [number for step in steps for number in step]


def _case(by_month: Sequence[tuple[int, Any]]) -> str:
    arms = []
    for (_start, value), (bound, following) in zip(by_month, by_month[1:], strict=False):
        if following != value:
            arms.append(f"WHEN benefit_month < {bound} THEN {_literal(value)}")
    last = _literal(by_month[-1][1])
    return f"CASE {' '.join(arms)} ELSE {last} END" if arms else last


def _literal(value: Any) -> str:
    return str(value).upper() if isinstance(value, bool) else f"CAST({value} AS BIGINT)"


def check_sample(con: duckdb.DuckDBPyConnection, run: PensionRun, computed: str = "pensions") -> int:
    """Compute 1 in 1000 rows again by the scalar evaluator; answers how many. Raises CheckFailed on a difference."""
    names = (*FACTS, "entitlement_month", "benefit_start_month", *STEPS)
    return check_against_scalar(con, computed, names, lambda row: explain_row(row, run))


def explain_row(row: dict[str, Any], run: PensionRun) -> dict[str, Any]:
    """Every step of one row by the scalar evaluator; `row` holds the facts, and the months if they are known."""
    known = {name: row[name] for name in (*FACTS, "entitlement_month", "benefit_start_month") if name in row}
    return explain(TARGETS, {**run.terms_of(row["benefit_month"]).arguments, **known}).values


def refusal_text(run: PensionRun, month_index: int, mask: int) -> str:
    """All obstacles of a row as a clerk reads them, the headline first; empty when there is none."""
    if mask == 0:
        return ""
    found = run.terms_of(month_index)
    month = Month.from_index(month_index) if month_index >= _FIRST_MONTH else None
    if month is not None and not run.pack.covers(month):
        gap = run.pack.find_parameter("base_pension_fen", month)
        return f"MONTH_NOT_COVERED: base_pension_fen {run.pack.code} {month} {getattr(gap, 'why', '')}"
    codes = decode(RULES["pension_refusals"], mask)
    return "; ".join(found.refusal_text(code, month) for code in codes)


def words_table(con: duckdb.DuckDBPyConnection, run: PensionRun, computed: str = "pensions") -> Any:
    """Every month and mask that occurs, with its text: some dozens of rows however many people there are."""
    import pyarrow as pa

    pairs = con.execute(f"SELECT DISTINCT benefit_month, pension_refusals FROM {computed}").fetchall()
    return pa.table(
        {
            "of_month": pa.array([month for month, _mask in pairs], pa.int64()),
            "of_mask": pa.array([mask for _month, mask in pairs], pa.int64()),
            "refused_reason": pa.array(
                [refusal_text(run, month, mask) for month, mask in pairs], pa.string()
            ),
        }
    )


def weakest_sql(column: str = "weakest_source_rank") -> str:
    """SQL for the word of confidence of a rank."""
    arms = " ".join(f"WHEN {place} THEN '{word}'" for place, word in enumerate(CONFIDENCE_ORDER))
    return f"CASE {column} {arms} END"
