"""Interest of many accounts: postings summed per account, then the formula as one query over the rules.

Worked example: account 1 with 1000.00 and 240.00 booked in March, 2.4 %, until June: the sums are 240.00 credits and 720.00
yuan-months, the rules give 13.44 and a closing balance of 1253.44.

Two ways to the sums, one formula: `sums_sql` for postings that name their account by text, `settle_arrays` for postings
that hold account numbers 0, 1, 2, … as an array (the nightly return database: 120 million in seconds).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from jubao.kernel.errors import NotCovered, WrongUsage
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.matching.batch_store import Store
from jubao.matching.engines import spill_folder
from jubao.matching.scalar_check import check_against_scalar
from jubao.policy import Pack, ParameterValue
from jubao.rules import interest as _interest  # noqa: F401  registers the rules
from jubao.rules.evaluate import explain, expression, select_sql
from jubao.rules.vocabulary import Col

if TYPE_CHECKING:
    import duckdb
    import numpy as np

CREDITS = ("contribution", "subsidy", "collective_aid", "sponsorship", "paid_on_behalf", "transfer_in")
PAYMENTS = ("pension_payment", "refund", "transfer_out", "offset")
FACTS = ("opening_balance_fen", "credits_fen", "payments_fen", "credit_fen_months", "payment_fen_months")
TARGETS = ("closing_balance_fen",)
STEPS = ("interest_weight_fen_months", "interest_fen", "closing_balance_fen")
RATE = "account_interest_rate_ppm"


@dataclass(frozen=True)
class InterestTerms:
    """Rate and rounding of one settlement. `rate` tells where the rate comes from, None for one given by hand."""

    pack: Pack
    year: int
    last_month: int
    rate_ppm: int
    rate: ParameterValue | None
    is_provisional: bool
    arguments: dict[str, Any]

    @property
    def source(self) -> str:
        """Where the rate comes from, for a person."""
        if self.rate is None:
            return _("命令中给出")
        return f"{self.rate.source}（{self.rate.confidence}）"


def interest_terms(pack: Pack, year: int, until: Month | None, given_ppm: int | None) -> InterestTerms:
    """The terms of a settlement of a whole year, or up to `until`.

    A whole year needs its own published rate. Inside the year the last published one is taken and marked provisional
    where the year's own is not there. Raises NotCovered offering --rate; the PBoC series is never applied.
    """
    if until is not None and until.year != year:
        message = _("--until {until} 不在 {year} 年内。").format(until=until, year=year)
        raise WrongUsage("UNTIL_OUTSIDE_YEAR", message, remedy=_("请让 --until 落在 --year 这一年。"))
    last = until.month if until else 12
    month = Month(year, last)
    pack.require_covers(month)
    rate, is_provisional = (None, False) if given_ppm is not None else _published(pack, year, until)
    ppm = given_ppm if given_ppm is not None else int(rate.value) if rate else 0
    rounding = pack.setting("interest.rounding", month).value
    starts = pack.setting("interest.from", month).value
    arguments = {
        RATE: ppm,
        "last_month_counted": last,
        "interest_rounding_quantum_fen": pack.parameter("interest_rounding_quantum_fen", month).value,
        "interest_rounding_is_up": rounding == "up",
        "credit_counts_booking_month": 1 if starts == "month_of_treasury" else 0,
    }
    return InterestTerms(pack, year, last, ppm, rate, is_provisional, arguments)


def _published(pack: Pack, year: int, until: Month | None) -> tuple[ParameterValue, bool]:
    own = pack.find_parameter(RATE, Month(year, 12))
    if isinstance(own, ParameterValue):
        return own, False
    earlier = (
        pack.find_parameter(RATE, Month(one, 12)) for one in range(year - 1, year - 30, -1) if one >= 1900
    )
    last = next((found for found in earlier if isinstance(found, ParameterValue)), None) if until else None
    if last is not None:
        return last, True
    message = _("{title} {year} 年的记账利率 {name} 没有公布（{what}；{why}）。").format(
        title=pack.title, year=year, name=RATE, what=own.what, why=own.why
    )
    citation = pack.cite(own.clause) if own.clause else None
    remedy = _("请等利率公布，或用 --rate 给出，例如 --rate 0.0307；年中结算可加 --until。")
    raise NotCovered("RATE_NOT_PUBLISHED", message, remedy=remedy, citation=citation)


def plausibility_note(found: InterestTerms) -> str | None:
    """A hint when the rate lies below the one-year deposit rate of the central bank (社会保险法 14), else None."""
    floor = found.pack.find_parameter("account_interest_reference_ppm", Month(found.year, 1))
    if isinstance(floor, ParameterValue) and found.rate_ppm < floor.value:
        return _(
            "利率 {rate:.4f}% 低于一年期存款基准利率 {floor:.4f}%（社会保险法第十四条），请核对。"
        ).format(rate=found.rate_ppm / 10_000, floor=floor.value / 10_000)
    return None


def sums_sql(postings: str, found: InterestTerms) -> str:
    """SELECT of one row per account with its four sums up to the last month counted.

    `postings` has `account`, `is_payment`, `amount_fen` and `booked_month` (1 to 12 of the year).
    """
    known = {**found.arguments, "booked_month": Col.named("booked_month")}
    months = {
        name: expression(name, known).sql(dialect="duckdb") for name in ("credit_months", "payment_months")
    }
    counted = f"booked_month <= {found.last_month}"
    sums = {
        "credits_fen": f"NOT is_payment AND {counted} THEN amount_fen",
        "payments_fen": f"is_payment AND {counted} THEN amount_fen",
        "credit_fen_months": f"NOT is_payment AND {counted} THEN amount_fen * {months['credit_months']}",
        "payment_fen_months": f"is_payment AND {counted} THEN amount_fen * {months['payment_months']}",
    }
    columns = ", ".join(
        f"CAST(SUM(CASE WHEN {sql} ELSE 0 END) AS BIGINT) AS {name}" for name, sql in sums.items()
    )
    return f"SELECT account, {columns} FROM {postings} GROUP BY account"


def settle(
    con: duckdb.DuckDBPyConnection,
    accounts: str,
    found: InterestTerms,
    *,
    into: str = "settled",
    store: Store | None = None,
) -> None:
    """Leave the table `into` with every step; `accounts` has `source_row` and the columns of FACTS, none null."""
    (store or Store(con))(into, select_sql(TARGETS, FACTS, found.arguments, accounts), [accounts])


def check_sample(con: duckdb.DuckDBPyConnection, found: InterestTerms, settled: str = "settled") -> int:
    """Settle 1 in 1000 accounts again by the scalar evaluator. Raises CheckFailed on a difference."""
    return check_against_scalar(con, settled, (*FACTS, *STEPS), lambda row: explain_row(row, found))


def explain_row(row: Mapping[str, Any], found: InterestTerms) -> dict[str, Any]:
    """Every step of one account by the scalar evaluator."""
    return explain(TARGETS, {**found.arguments, **{name: row[name] for name in FACTS}}).values


def settle_arrays(
    opening_fen: np.ndarray[Any, Any],
    account: np.ndarray[Any, Any],
    booked_month: np.ndarray[Any, Any],
    is_payment: np.ndarray[Any, Any],
    amount_fen: np.ndarray[Any, Any],
    found: InterestTerms,
) -> dict[str, np.ndarray[Any, Any]]:
    """Settle accounts 0, 1, 2, … whose postings are arrays of equal length; arrays of interest and closing balance.

    Raises OverflowError when the sums could leave 64 bits (amounts above 10^8 yuan).
    """
    import duckdb
    import numpy as np
    import pyarrow as pa

    from jubao.matching.posting_sums import sum_postings

    sums = sum_postings(account, booked_month, is_payment, amount_fen, len(opening_fen), found.arguments)
    columns = {"source_row": np.arange(len(opening_fen)), "opening_balance_fen": opening_fen, **sums}
    with duckdb.connect(config={"temp_directory": spill_folder()}) as con:
        con.register("accounts", pa.table(columns))
        query = select_sql(
            TARGETS, FACTS, found.arguments, "accounts", keep=["interest_fen", "closing_balance_fen"]
        )
        answer: dict[str, np.ndarray[Any, Any]] = con.execute(query).fetchnumpy()
    return {**sums, **answer}
