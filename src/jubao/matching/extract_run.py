"""`jubao extract` without the terminal: a list of people near the pension age in, everybody's decision with all reasons out.

Worked example: in the list of 2024-06 for 綦江 somebody born on 1964-08-31 with an account at 重庆农商行綦江支行 and no record
anywhere is `candidate` with the window 2024-05-31 to 2024-08-31.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from jubao.kernel.errors import WrongUsage
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.matching import batch_extract as batch
from jubao.matching.batch_store import open_store
from jubao.matching.extract_facts import facts_sql, gap_limit
from jubao.matching.extract_words import reasons_table
from jubao.matching.list_cleaning import Cell, Limit, clean_list, count_rows, kept_columns, require_rows
from jubao.matching.list_output import ListOutput, ListRequest, ListSummary, Progress, silent
from jubao.matching.pension_run import MOST_YEARS
from jubao.matching.reading import open_input
from jubao.matching.reading_input import Input
from jubao.policy import load_pack

if TYPE_CHECKING:
    import duckdb

REQUIRED = (
    "id_number", "name", "contribution_years", "contribution_gap", "employee_pension_record", "civil_pension_record",
    "other_province_record", "tax_in_transit", "other_in_transit", "special_group_marks", "in_custody", "death_record",
    "payout_account", "payout_bank", "flag_state",
)  # fmt: skip
OPTIONAL = ("birth_date",)
COMPUTED = ("decision", "headline_reason", "reasons", "window_from", "window_until")
CELLS = (
    Cell("id_number", "identity"),
    Cell("contribution_years", "years"),
    Cell("birth_date", "date", may_be_blank=True),
    *(Cell(name, "text") for name in ("contribution_gap", "special_group_marks", "payout_bank")),
    Cell("payout_account", "number"),
    *(
        Cell(name, "word", may_be_blank=True)
        for name in (
            "employee_pension_record", "civil_pension_record", "other_province_record", "tax_in_transit", "other_in_transit",
            "in_custody", "death_record", "flag_state",
        )
    ),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ExtractRequest(ListRequest):
    """What is asked; without `drawn_on` the list is drawn on the first day of the month."""

    month: Month
    file: Path
    drawn_on: date | None = None


@dataclass(kw_only=True)
class ExtractSummary(ListSummary):
    """What came out."""

    rows: int
    candidate: int
    excluded: int
    outside_window: int
    month: str
    drawn_on: str

    def sentence(self) -> str:
        """One line for a person."""
        return _(
            "{rows} 人：入选 {candidate}，排除 {excluded}，窗口外 {outside_window}；读不出来的行 {rejects}（{seconds:.1f} 秒）"
        ).format(**vars(self))


def run_extract(request: ExtractRequest, report: Progress = silent) -> ExtractSummary:
    """Screen and write. Raises DomainError of the exits `kernel.errors` names; nothing is half written."""
    from jubao.matching.engines import connect

    started = time.perf_counter()
    pack = load_pack(request.region)
    drawn_on = _drawn_on(request)
    terms = batch.screening_terms(
        pack, request.month, drawn_on.year * 10000 + drawn_on.month * 100 + drawn_on.day
    )
    output = ListOutput(request.out, request.format, request.headers, pack.header_aliases())
    output.require_place(request.file)
    report(_("读取名单"), 0, 3)
    inp = open_input(
        request.file, aliases=pack.header_aliases(), required=REQUIRED, optional=OPTIONAL, mapping=request.mapping,
        sheet=request.sheet,
    )  # fmt: skip
    words = word_lists(pack.value_aliases())
    with connect() as con, open_store(con, request.engine) as store:
        counts = clean_list(con, inp, CELLS, limits(inp, words), words=words)
        if not counts.accepted:
            output.write_rejects(con, "cleaned_rejects")
        require_rows(counts, inp)
        con.execute(f"CREATE OR REPLACE TEMP TABLE people AS {facts_sql(inp, terms, words)}")
        report(_("筛选"), 1, 3)
        batch.screen(con, "people", terms, store=store)
        checked = batch.check_sample(con, terms)
        con.register("reason_words", reasons_table(con, terms))
        report(_("写出"), 2, 3)
        output.write(con, answer_sql(inp), "cleaned_rejects")
        decided = dict(
            con.execute("SELECT claim_free_decision, count(*) FROM screened GROUP BY 1").fetchall()
        )
        summary = ExtractSummary(
            rows=counts.accepted, candidate=decided.get("candidate", 0), excluded=decided.get("excluded", 0),
            outside_window=decided.get("outside_window", 0), rejects=counts.rejected, checked=checked, engine=request.engine,
            region=pack.code, month=str(request.month), drawn_on=str(drawn_on), pack_hash=pack.pack_hash,
            notes=[*inp.notes, *_notes(con)],
        )  # fmt: skip
        if request.explain:
            from jubao.matching.explaining_screening import explain_screening

            summary.explanations = explain_screening(con, terms, request.explain_id)
    summary.seconds = time.perf_counter() - started
    return summary


def _drawn_on(request: ExtractRequest) -> date:
    day = request.drawn_on or request.month.first_day
    if Month.containing(day) != request.month:
        message = _("筛选日 {day} 不在 {month} 内。").format(day=day, month=request.month)
        raise WrongUsage("AS_OF_OUTSIDE_MONTH", message, remedy=_("请让 --as-of 落在 --month 这个月内。"))
    return day


def word_lists(values: Mapping[str, Mapping[str, Sequence[str]]]) -> dict[str, Mapping[str, Sequence[str]]]:
    """The words of each column; the records of other schemes are written with the words of the other provinces' one.

    They may say no, contribution, benefit, both or yes; which of them does not matter, any record excludes.
    """
    found = dict(values)
    record = values.get("other_province_record", {})
    transit = values.get("other_in_transit", {})
    return {
        **found,
        "employee_pension_record": record,
        "civil_pension_record": record,
        "tax_in_transit": transit,
    }


def limits(inp: Input, words: Mapping[str, Mapping[str, Sequence[str]]]) -> tuple[Limit, ...]:
    """What a readable row may still not say."""
    birthless = "birth_date_value IS NULL AND " if "birth_date" in inp.columns else ""
    return (
        gap_limit(words),
        Limit(
            "id_number", "BIRTH_UNKNOWN", f"{birthless}length(id_number_text) <> 18",
            _("号码里没有完整的出生日期。请在名单中加一列出生日期。"),
        ),
        Limit(
            "contribution_years", "YEARS_IMPOSSIBLE", f"contribution_years_value > {MOST_YEARS * 12}",
            _("缴费年限超过 60 年，不合情理。请核对单位是年还是月。"),
        ),
    )  # fmt: skip


def answer_sql(inp: Input) -> str:
    """The list as it goes out: the columns of the file, then decision, reasons and window, in the order of the file."""
    own = ", ".join(f"c.{sql} AS {sql}" for sql, _name in kept_columns(inp, COMPUTED))
    window = ", ".join(
        f"make_date(CAST(s.{name} // 10000 AS INTEGER), CAST(s.{name} // 100 % 100 AS INTEGER), CAST(s.{name} % 100 AS INTEGER))"
        f" AS {column}"
        for name, column in (("claim_window_from", "window_from"), ("claim_window_until", "window_until"))
    )
    return (
        f"SELECT {own}, s.claim_free_decision AS decision, NULLIF(w.headline_reason, '') AS headline_reason,"
        f" NULLIF(w.reasons, '') AS reasons, {window} FROM cleaned AS c"
        " JOIN screened AS s ON c.source_row = s.source_row JOIN people AS p ON c.source_row = p.source_row"
        " JOIN reason_words AS w ON s.claim_free_obstacles = w.of_mask AND p.gap_words = w.of_gap ORDER BY c.source_row"
    )


def _notes(con: duckdb.DuckDBPyConnection) -> list[str]:
    doubled = count_rows(
        con, "(SELECT id_number_text FROM cleaned GROUP BY id_number_text HAVING count(*) > 1)"
    )
    return (
        [_("{people} 人在名单中出现多次，每行都已筛选，请核对。").format(people=doubled)] if doubled else []
    )
