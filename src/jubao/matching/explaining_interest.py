"""Why this interest: the postings of an account with the months they count, then every step, in Chinese.

Worked example of a line: `  利息 13.44元 ＝ 积数 6720.00元月、记账利率 2.4000%、取整单位 0.01元（…）[interest.interest]`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from jubao.kernel.fen import Fen
from jubao.kernel.text import _
from jubao.matching.batch_interest import FACTS, PAYMENTS, RATE, TARGETS, InterestTerms
from jubao.matching.explaining_amounts import step_line
from jubao.rules.evaluate import explain
from jubao.rules.interest import credit_months, payment_months

if TYPE_CHECKING:
    import duckdb


def explain_accounts(con: duckdb.DuckDBPyConnection, terms: InterestTerms, asked: str | None) -> list[str]:
    """The explanations of all accounts, or of the one whose personal number is `asked`."""
    where, values = (" WHERE a.personal_number_value = ?", [asked.strip()]) if asked else ("", [])
    facts = ", ".join(f"s.{name}" for name in FACTS)
    rows = con.execute(
        f"SELECT a.personal_number_value, {facts} FROM accounts AS a JOIN settled AS s ON a.source_row = s.source_row{where}"
        " ORDER BY a.source_row",
        values,
    ).fetchall()
    lines = [
        line for row in rows for line in _one(con, terms, row[0], dict(zip(FACTS, row[1:], strict=True)))
    ]
    return lines or [_("账户文件中没有个人编号 {id}，或该行已列入 rejects。").format(id=asked or "")]


def _one(
    con: duckdb.DuckDBPyConnection, terms: InterestTerms, account: str, facts: Mapping[str, Any]
) -> Iterator[str]:
    mark = _("，暂用上次公布的利率") if terms.is_provisional else ""
    yield _("个人编号 {account}：{title} {year} 年结息，计息到 {month} 月，利率来源：{source}{mark}").format(
        account=account,
        title=terms.pack.title,
        year=terms.year,
        month=terms.last_month,
        source=terms.source,
        mark=mark,
    )
    booked = con.execute(
        "SELECT kind, amount_value, booked_on_value, kind_value IN"
        " (SELECT unnest(?)) FROM postings WHERE personal_number_value = ? ORDER BY booked_on_value, source_row",
        [list(PAYMENTS), account],
    ).fetchall()
    for kind, amount, day, is_payment in booked:
        months = _months(terms, day.month, is_payment)
        yield _("  {day} {kind} {sign}{amount}元，计 {months} 个月").format(
            day=day, kind=kind, sign="－" if is_payment else "＋", amount=Fen(amount).yuan, months=months
        )
    used = {RATE: terms.rate} if terms.rate else {}
    for step in explain(TARGETS, {**terms.arguments, **facts}).steps:
        yield step_line(terms.pack, step, used)


def _months(terms: InterestTerms, month: int, is_payment: bool) -> int:
    last = terms.last_month
    if is_payment:
        return int(payment_months(last, month))
    return int(credit_months(last, month, terms.arguments["credit_counts_booking_month"]))
