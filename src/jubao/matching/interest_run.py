"""`jubao interest` without the terminal: accounts and postings of a year in, interest and closing balance out.

Worked example: account 1 with 1000.00 and a contribution of 240.00 on 2024-03-15, `--rate 0.024 --until 2024-06`, gives
interest 13.44 and a closing balance of 1253.44.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.matching import batch_interest as batch
from jubao.matching.batch_store import open_store
from jubao.matching.list_cleaning import Cell, Counts, Limit, clean_list, count_rows, require_rows
from jubao.matching.list_output import ListOutput, ListRequest, ListSummary, Progress, money_sql, silent
from jubao.matching.pension_run import MOST_FEN
from jubao.matching.reading import open_input
from jubao.matching.reading_input import Input
from jubao.policy import Pack, load_pack

if TYPE_CHECKING:
    import duckdb

ACCOUNT_COLUMNS = ("personal_number", "opening_balance")
POSTING_COLUMNS = ("personal_number", "kind", "amount", "booked_on")
ACCOUNT_CELLS = (Cell("personal_number", "number"), Cell("opening_balance", "fen"))
POSTING_CELLS = (
    Cell("personal_number", "number"),
    Cell("kind", "word"),
    Cell("amount", "fen"),
    Cell("booked_on", "date"),
)
NUMBERLESS = "COALESCE(personal_number_value, '') = ''"


@dataclass(frozen=True, kw_only=True)
class InterestRequest(ListRequest):
    """What is asked; `rate_ppm` is a rate given by hand, `until` the last month of a settlement inside the year."""

    year: int
    accounts: Path
    postings: Path
    rate_ppm: int | None = None
    until: Month | None = None


@dataclass(kw_only=True)
class InterestSummary(ListSummary):
    """What came out."""

    accounts: int
    postings: int
    not_counted: int
    rate: str
    rate_source: str
    provisional: bool
    last_month: int
    year: int

    def sentence(self) -> str:
        """One line for a person."""
        mark = _("（暂用，公布后重算）") if self.provisional else ""
        return _(
            "{accounts} 个账户、{postings} 笔发生额，利率 {rate}{mark}，计息到 {last_month} 月；"
            "读不出来的行 {rejects}（{seconds:.1f} 秒）"
        ).format(mark=mark, **vars(self))


def run_interest(request: InterestRequest, report: Progress = silent) -> InterestSummary:
    """Settle and write. Raises DomainError of the exits `kernel.errors` names; nothing is half written."""
    from jubao.matching.engines import connect

    started = time.perf_counter()
    pack = load_pack(request.region)
    terms = batch.interest_terms(pack, request.year, request.until, request.rate_ppm)
    aliases = pack.header_aliases()
    output = ListOutput(request.out, request.format, request.headers, aliases)
    output.require_place(request.accounts, request.postings)
    report(_("读取账户和发生额"), 0, 3)
    opened = [
        open_input(
            path,
            aliases=aliases,
            required=columns,
            mapping=mapping_for(request.mapping, columns),
            sheet=request.sheet,
        )
        for path, columns in ((request.accounts, ACCOUNT_COLUMNS), (request.postings, POSTING_COLUMNS))
    ]
    with connect() as con, open_store(con, request.engine) as store:
        counts = _clean(con, opened, pack, request.year, output)
        con.execute(f"CREATE OR REPLACE TEMP VIEW booked AS {booked_sql()}")
        report(_("结息"), 1, 3)
        store("sums", batch.sums_sql("booked", terms), ["booked"])
        con.execute(f"CREATE OR REPLACE TEMP VIEW people AS {facts_sql()}")
        batch.settle(con, "people", terms, store=store)
        checked = batch.check_sample(con, terms)
        report(_("写出"), 2, 3)
        output.write(con, answer_sql(terms), "all_rejects")
        summary = InterestSummary(
            accounts=counts[0].accepted, postings=counts[1].accepted, rejects=sum(one.rejected for one in counts),
            not_counted=count_rows(con, f"booked WHERE booked_month > {terms.last_month}"), checked=checked,
            rate=f"{terms.rate_ppm / 10_000:.4f}%", rate_source=terms.source, provisional=terms.is_provisional,
            last_month=terms.last_month, engine=request.engine, region=pack.code, year=request.year, pack_hash=pack.pack_hash,
            notes=[note for inp in opened for note in inp.notes],
        )  # fmt: skip
        summary.notes += _notes(terms, summary)
        if request.explain:
            from jubao.matching.explaining_interest import explain_accounts

            summary.explanations = explain_accounts(con, terms, request.explain_id)
    summary.seconds = time.perf_counter() - started
    return summary


def mapping_for(mapping: dict[str, str], columns: tuple[str, ...]) -> dict[str, str]:
    """Of two files each takes the mappings of its own columns."""
    return {header: name for header, name in mapping.items() if name in columns}


def _clean(
    con: duckdb.DuckDBPyConnection, opened: list[Input], pack: Pack, year: int, output: ListOutput
) -> tuple[Counts, Counts]:
    """Leave `accounts`, `postings` and `all_rejects`. Raises InputRefused when one of the files is all rejects."""
    accounts, postings = opened
    words = pack.value_aliases()
    first = clean_list(con, accounts, ACCOUNT_CELLS, account_limits(), name="accounts")
    second = clean_list(con, postings, POSTING_CELLS, posting_limits(year), words=words, name="postings")
    con.execute(
        "CREATE OR REPLACE TEMP TABLE all_rejects AS SELECT * FROM accounts_rejects UNION ALL SELECT * FROM postings_rejects"
    )
    for counts, inp in ((first, accounts), (second, postings)):
        if counts.rejected and not counts.accepted:
            output.write_rejects(con, "all_rejects")
        require_rows(counts, inp)
    return first, second


def account_limits() -> tuple[Limit, ...]:
    """What an account may not say. Of two rows with one number the first counts."""
    first_rows = "SELECT min(source_row) FROM accounts_read GROUP BY personal_number_value"
    return (
        Limit("personal_number", "NUMBER_EMPTY", NUMBERLESS, _("个人编号是空的。请补填。")),
        Limit(
            "personal_number", "DUPLICATE_ROW", f"NOT ({NUMBERLESS}) AND source_row NOT IN ({first_rows})",
            _("同一个人编号已在前面出现。请合并或删去一行。"),
        ),
        Limit("opening_balance", "AMOUNT_NEGATIVE", "opening_balance_value < 0", _("年初余额不能为负数。请核对个人账户。")),
        Limit(
            "opening_balance", "AMOUNT_TOO_LARGE", f"opening_balance_value > {MOST_FEN}",
            _("金额大得不合情理。请核对单位是不是元。"),
        ),
    )  # fmt: skip


def posting_limits(year: int) -> tuple[Limit, ...]:
    """What a posting may not say: another year, an account that is not there, an amount below zero."""
    unknown = (
        f"NOT ({NUMBERLESS}) AND personal_number_value NOT IN (SELECT personal_number_value FROM accounts)"
    )
    return (
        Limit("personal_number", "NUMBER_EMPTY", NUMBERLESS, _("个人编号是空的。请补填。")),
        Limit("personal_number", "ACCOUNT_UNKNOWN", unknown, _("账户文件中没有这个个人编号，或那一行没有读出来。请补上账户。")),
        Limit("kind", "WORD_EMPTY", "COALESCE(kind_value, '') = ''", _("业务类型是空的。请填写，如 个人缴费、养老金支付。")),
        Limit("amount", "AMOUNT_NEGATIVE", "amount_value < 0", _("金额不能为负数。冲减请用支出类的业务类型。")),
        Limit("amount", "AMOUNT_TOO_LARGE", f"amount_value > {MOST_FEN}", _("金额大得不合情理。请核对单位是不是元。")),
        Limit("booked_on", "BOOKED_OUTSIDE_YEAR", f"year(booked_on_value) <> {year}",
              _("记账日期不在 {year} 年。请放到那一年的结息中。").format(year=year)),
    )  # fmt: skip


def booked_sql() -> str:
    """The postings as the sums need them."""
    payments = ", ".join(f"'{kind}'" for kind in batch.PAYMENTS)
    return (
        f"SELECT personal_number_value AS account, kind_value IN ({payments}) AS is_payment, amount_value AS amount_fen,"
        " month(booked_on_value) AS booked_month FROM postings"
    )


def facts_sql() -> str:
    """The facts of the rules for every account, 0 where nothing was booked, in the order of the file."""
    sums = ", ".join(f"CAST(COALESCE(s.{name}, 0) AS BIGINT) AS {name}" for name in batch.FACTS[1:])
    return (
        f"SELECT a.source_row, CAST(a.opening_balance_value AS BIGINT) AS opening_balance_fen, {sums}"
        " FROM accounts AS a LEFT JOIN sums AS s ON a.personal_number_value = s.account"
    )


def answer_sql(terms: batch.InterestTerms) -> str:
    """The answer in the order of the accounts; a provisional rate is marked in every row."""
    money = {
        "opening_balance": "opening_balance_fen", "credits": "credits_fen", "payments": "payments_fen",
        "interest": "interest_fen", "closing_balance": "closing_balance_fen",
    }  # fmt: skip
    amounts = ", ".join(f"{money_sql(f's.{column}')} AS {name}" for name, column in money.items())
    mark = ", 'provisional' AS rate_status" if terms.is_provisional else ""
    return (
        f"SELECT a.personal_number, {amounts}{mark} FROM accounts AS a JOIN settled AS s ON a.source_row = s.source_row"
        " ORDER BY a.source_row"
    )


def _notes(terms: batch.InterestTerms, summary: InterestSummary) -> list[str]:
    notes = []
    if terms.is_provisional and terms.rate is not None:
        message = _("{year} 年利率没有公布，暂用 {last} 的 {rate}；公布后须重算并补发差额。")
        notes.append(message.format(year=terms.year, last=terms.rate.from_month.year, rate=summary.rate))
    if summary.not_counted:
        message = _("{count} 笔记账在 {month} 月以后，不计入这次结算。")
        notes.append(message.format(count=summary.not_counted, month=terms.last_month))
    low = batch.plausibility_note(terms)
    return [*notes, low] if low else notes
