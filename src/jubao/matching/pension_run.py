"""`jubao pension` without the terminal: a list of people in, the same list with every part of the pension out.

Worked example: `run_pension(PensionRequest(region="綦江", file=Path("名单.xlsx"), out=Path("核定.xlsx")))` writes 核定.xlsx
and its rejects beside it; a person born on 1963-08-15 with 2504.73 yuan and an only child has 2023-09 and 163.02 in his row.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from jubao.kernel.errors import NotCovered
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.matching import batch_pension as batch
from jubao.matching.batch_store import open_store
from jubao.matching.list_cleaning import (
    Cell,
    Counts,
    Limit,
    clean_list,
    count_rows,
    kept_columns,
    require_rows,
)
from jubao.matching.list_output import (
    ListOutput,
    ListRequest,
    ListSummary,
    Progress,
    money_sql,
    month_sql,
    silent,
)
from jubao.matching.reading import open_input
from jubao.matching.reading_input import Input
from jubao.policy import load_pack

if TYPE_CHECKING:
    import duckdb

REQUIRED = ("account_balance", "contribution_years")
NUMBERS = ("id_number", "personal_number")
OPTIONAL = (
    "name",
    "make_up_years",
    "years_at_or_above_min_tier",
    "only_child",
    "birth_date",
    "benefit_start_month",
)
TEMPLATE = ("personal_number", "id_number", "name", *REQUIRED, *OPTIONAL[1:])
COMPUTED = ("benefit_start_month", *batch.AMOUNTS, "weakest_source", "refused_reason")
MOST_YEARS = 60
MOST_FEN = 10**10
"""A hundred million yuan: the bound up to which every rule stays inside 64 bits."""

CELLS = (
    Cell("account_balance", "fen"),
    Cell("contribution_years", "years"),
    Cell("make_up_years", "years", may_be_blank=True),
    Cell("years_at_or_above_min_tier", "years", may_be_blank=True),
    Cell("only_child", "word", may_be_blank=True),
    Cell("birth_date", "date", may_be_blank=True),
    Cell("benefit_start_month", "month", may_be_blank=True),
)


@dataclass(frozen=True, kw_only=True)
class PensionRequest(ListRequest):
    """What is asked: region and file as typed, the month the amounts are for (none: each person's first)."""

    file: Path
    month: Month | None = None
    today: date | None = None


@dataclass(kw_only=True)
class PensionSummary(ListSummary):
    """What came out. `exit_code` is 4 when the month asked for is not covered for anybody."""

    rows: int
    computed: int
    refused: int
    month: str | None

    def sentence(self) -> str:
        """One line for a person."""
        return _(
            "{rows} 人：已核算 {computed}，不能核算 {refused}；读不出来的行 {rejects}（复算 {checked} 人，{seconds:.1f} 秒）"
        ).format(**vars(self))


def run_pension(request: PensionRequest, report: Progress = silent) -> PensionSummary:
    """Compute and write. Raises DomainError of the exits `kernel.errors` names; nothing is half written."""
    from jubao.matching.engines import connect

    started = time.perf_counter()
    pack = load_pack(request.region)
    output = ListOutput(request.out, request.format, request.headers, pack.header_aliases())
    output.require_place(request.file)
    report(_("读取名单"), 0, 4)
    inp = open_input(
        request.file, aliases=pack.header_aliases(), required=REQUIRED, any_of=[NUMBERS], optional=OPTIONAL,
        mapping=request.mapping, sheet=request.sheet,
    )  # fmt: skip
    with connect() as con, open_store(con, request.engine) as store:
        counts = clean_list(
            con, inp, cells(inp), limits(inp, request.today), words=pack.value_aliases(), today=request.today
        )
        if not counts.accepted:
            output.write_rejects(con, "cleaned_rejects")
        require_rows(counts, inp)
        con.execute(f"CREATE OR REPLACE TEMP VIEW people AS {facts_sql(inp)}")
        report(_("核算"), 1, 4)
        run = batch.compute(con, "people", pack, request.month, store=store)
        report(_("复算"), 2, 4)
        checked = batch.check_sample(con, run)
        con.register("refusal_words", batch.words_table(con, run))
        report(_("写出"), 3, 4)
        output.write(con, answer_sql(inp), "cleaned_rejects")
        summary = _summary(con, request, run, counts, checked, inp)
        if request.explain:
            from jubao.matching.explaining_amounts import explain_pensions

            summary.explanations = explain_pensions(con, run, inp, request.explain_id)
    _require_covered(run)
    summary.seconds = time.perf_counter() - started
    return summary


def cells(inp: Input) -> tuple[Cell, ...]:
    """What to clean; the number may be blank only where a personal number can stand for it."""
    return (Cell("id_number", "identity", may_be_blank="personal_number" in inp.columns), *CELLS)


def limits(inp: Input, today: date | None) -> tuple[Limit, ...]:
    """What a readable row may still not say."""
    born = f"birth_date_value > DATE '{today}'" if today else "FALSE"
    numberless = "id_number_text IS NULL" if "id_number" in inp.columns else "TRUE"
    nobody = f"{numberless} AND COALESCE(trim(CAST(personal_number AS VARCHAR)), '') = ''"
    return (
        Limit("personal_number", "NUMBER_EMPTY", nobody, _("个人编号和证件号码都没有。请至少填写一个。")),
        Limit("account_balance", "AMOUNT_NEGATIVE", "account_balance_value < 0", _("储存额不能为负数。请核对个人账户。")),
        Limit(
            "account_balance", "AMOUNT_TOO_LARGE", f"account_balance_value > {MOST_FEN}",
            _("金额大得不合情理。请核对单位是不是元。"),
        ),
        Limit(
            "contribution_years", "YEARS_IMPOSSIBLE", f"contribution_years_value > {MOST_YEARS * 12}",
            _("缴费年限超过 60 年，不合情理。请核对单位是年还是月。"),
        ),
        Limit(
            "make_up_years", "MAKE_UP_ABOVE_TOTAL", "make_up_years_value > contribution_years_value",
            _("补缴年限大于缴费年限；缴费年限应包含补缴年限。"),
        ),
        Limit(
            "years_at_or_above_min_tier", "TIER_YEARS_ABOVE_TOTAL",
            "years_at_or_above_min_tier_value > contribution_years_value", _("达到档次的年限大于缴费年限。请核对。"),
        ),
        Limit("birth_date", "BIRTH_IN_FUTURE", born, _("出生日期在将来。请对照证件改正。")),
    )  # fmt: skip


def _value(inp: Input, name: str, otherwise: str) -> str:
    return f"COALESCE({name}_value, {otherwise})" if name in inp.columns else otherwise


def facts_sql(inp: Input) -> str:
    """The facts of the rules, none of them null, for every accepted row, in the order of the file."""
    numbered = "id_number" in inp.columns
    of_number = "id_number_birth" if numbered else "NULL"
    written = "birth_date_value" if "birth_date" in inp.columns else "NULL"
    birth = f"COALESCE(CAST({written} AS DATE), CAST({of_number} AS DATE))"
    start = "benefit_start_month_value" if "benefit_start_month" in inp.columns else "NULL"
    years = "contribution_years_value"
    child = "COALESCE(only_child_value = 'true', FALSE)" if "only_child" in inp.columns else "FALSE"
    source = (
        f"(SELECT *, {birth_of_number_sql()} AS id_number_birth FROM cleaned) AS c"
        if numbered
        else "cleaned AS c"
    )
    return (
        f"SELECT source_row, CAST(account_balance_value AS BIGINT) AS account_balance_fen,"
        f" CAST({years} AS BIGINT) AS contribution_months, CAST({_value(inp, 'make_up_years', '0')} AS BIGINT) AS make_up_months,"
        f" CAST({_value(inp, 'years_at_or_above_min_tier', years)} AS BIGINT) AS min_tier_months, {child} AS is_only_child,"
        f" {birth} IS NOT NULL AS has_birth_date,"
        f" CAST(COALESCE(year({birth}) * 12 + month({birth}) - 1, 0) AS BIGINT) AS birth_month,"
        f" {start} IS NOT NULL AS has_given_start_month, CAST(COALESCE({start}, 0) AS BIGINT) AS given_start_month FROM {source}"
    )


def birth_of_number_sql() -> str:
    """SQL for the date of birth in a cleaned number; the old foreign card says YYMMDD, its century is not known."""
    parts = ((7, 4), (11, 2), (13, 2))
    numbers = ", ".join(
        f"CAST(substr(id_number_text, {start}, {length}) AS INTEGER)" for start, length in parts
    )
    return f"CASE WHEN length(id_number_text) = 18 THEN make_date({numbers}) END"


def answer_sql(inp: Input) -> str:
    """The list as it goes out: the columns of the file, then what was computed, in the order of the file."""
    own = ", ".join(f"c.{sql} AS {sql}" for sql, _name in kept_columns(inp, COMPUTED))
    amounts = ", ".join(
        f"CASE WHEN p.pension_refusals = 0 THEN {money_sql(f'p.{name}')} END AS {name}"
        for name in batch.AMOUNTS
    )
    weakest = f"CASE WHEN p.pension_refusals = 0 THEN {batch.weakest_sql('p.weakest_source_rank')} END AS weakest_source"
    is_known = "p.has_birth_date OR p.has_given_start_month"
    start = f"CASE WHEN {is_known} THEN {month_sql('p.benefit_start_month')} END AS benefit_start_month"
    return (
        f"SELECT {own}, {start}, {amounts}, {weakest}, NULLIF(w.refused_reason, '') AS refused_reason FROM cleaned AS c"
        " JOIN pensions AS p ON c.source_row = p.source_row"
        " JOIN refusal_words AS w ON p.benefit_month = w.of_month AND p.pension_refusals = w.of_mask ORDER BY c.source_row"
    )


def _summary(
    con: duckdb.DuckDBPyConnection,
    request: PensionRequest,
    run: batch.PensionRun,
    counts: Counts,
    checked: int,
    inp: Input,
) -> PensionSummary:
    refused = count_rows(con, "pensions WHERE pension_refusals <> 0")
    return PensionSummary(
        rows=counts.accepted, computed=counts.accepted - refused, refused=refused, rejects=counts.rejected,
        checked=checked, engine=request.engine, region=run.pack.code, month=str(request.month) if request.month else None,
        pack_hash=run.pack.pack_hash, notes=[*inp.notes, *_notes(con, inp, run)],
    )  # fmt: skip


def _notes(con: duckdb.DuckDBPyConnection, inp: Input, run: batch.PensionRun) -> list[str]:
    """What a clerk should know about the list: doubled people, birth dates that differ, defaults that were taken."""
    notes = []
    person = "id_number_text" if "id_number" in inp.columns else "personal_number"
    ((people, rows),) = con.execute(
        f"SELECT count(*), sum(n) FROM (SELECT count(*) AS n FROM cleaned WHERE {person} IS NOT NULL GROUP BY {person})"
        " WHERE n > 1"
    ).fetchall()
    if people:
        message = _("{people} 人在名单中出现多次（共 {rows} 行），每行都已核算，请核对。")
        notes.append(message.format(people=people, rows=rows))
    if {"id_number", "birth_date"} <= set(inp.columns):
        differing = count_rows(con, f"cleaned WHERE birth_date_value <> {birth_of_number_sql()}")
        if differing:
            notes.append(_("{rows} 行的出生日期与证件号码不同，按出生日期一栏核算。").format(rows=differing))
    has_tier = any(one.arguments["years_pension_min_tier_fen"] for one in run.terms)
    if has_tier and "years_at_or_above_min_tier" not in inp.columns:
        notes.append(_("名单没有达到最低档次的年限一栏，按全部缴费年限计（默认）。"))
    return notes


def _require_covered(run: batch.PensionRun) -> None:
    """Raises NotCovered when a month was asked for that lacks what everybody needs; the list has been written."""
    if run.asked is None:
        return
    known = run.terms[0].arguments
    for name in ("base_pension_fen", "payout_divisor_months"):
        if not known[f"{name}_is_known"]:
            run.pack.parameter(name, run.asked)
    if not known["are_components_known"]:
        message = _("{title} {month} 没有规定养老金的组成。").format(title=run.pack.title, month=run.asked)
        raise NotCovered(
            "SETTING_MISSING", message, remedy=_("请在政策包 variants.yaml 中补充 pension.components。")
        )
