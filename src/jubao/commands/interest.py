"""`jubao interest`: the yearly settlement of accounts, or one inside the year, with one rounding per account.

Worked example: `jubao interest --region 360734 --year 2022 --accounts 账户.xlsx --postings 发生额.csv -o 结息.xlsx` takes the
published 3.07 %; `--rate 0.024 --until 2024-06` settles until June at a rate given by hand.
"""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Annotated

import typer

from jubao.commands import list_options as lists
from jubao.kernel.errors import WrongUsage
from jubao.kernel.month import FIRST_YEAR, LAST_YEAR
from jubao.kernel.text import _

MOST = Decimal("0.2")

_HELP = _(
    "个人账户结息：年初余额、本年记入和支出按月计息，每个账户只取整一次。\n\n"
    "例：jubao interest --region 寻乌 --year 2022 --accounts 账户.xlsx --postings 发生额.csv -o 结息.xlsx\n\n"
    "全年结息须有当年公布的利率，否则用 --rate 给出（小数，如 0.0307）；年中结算加 --until，没有公布时暂用上次公布的利率并注明。"
)


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("interest", help=_HELP, short_help=_("个人账户结息"))(interest)


def interest(
    region: lists.Region = "",
    year: Annotated[int, typer.Option(help=_("结息年度，如 2022"))] = 0,
    accounts: Annotated[Path | None, typer.Option(help=_("账户：个人编号、年初余额"))] = None,
    postings: Annotated[
        Path | None, typer.Option(help=_("发生额：个人编号、业务类型、金额、记账日期"))
    ] = None,
    out: lists.Out = None,
    rate: Annotated[str | None, typer.Option(help=_("年利率，小数，如 0.0307；优先于公布的利率"))] = None,
    until: Annotated[str | None, typer.Option(help=_("年中结算：计到哪个月，如 2024-06，含当月"))] = None,
    format: lists.OutFormat = None,
    headers: lists.Headers = "en",
    engine: lists.Engine = "duckdb",
    json_output: lists.AsJson = False,
    explain: lists.Explain = False,
    id: lists.OnlyId = None,
    map: lists.Map = None,
    sheet: lists.Sheet = None,
    template: Annotated[Path | None, typer.Option(help=_("写出两份空白名单（账户、发生额）后退出"))] = None,
) -> int:
    """Settle accounts; see the module's docstring."""
    from jubao.commands import file_options as options
    from jubao.matching.interest_run import InterestRequest, run_interest

    if template is not None:
        return _write_blanks(template)
    request = InterestRequest(
        **lists.common(
            "interest",
            region=region,
            out=out,
            format=format,
            headers=headers,
            engine=engine,
            explain=explain,
            id=id,
            map=map,
            sheet=sheet,
        ),
        year=_year(options.given(year or None, "--year", "interest")),
        accounts=options.given(accounts, "--accounts", "interest"),
        postings=options.given(postings, "--postings", "interest"),
        rate_ppm=rate_ppm(rate) if rate is not None else None,
        until=options.month(until, "--until") if until else None,
    )
    with options.progress() as report:
        summary = run_interest(request, report)
    options.tell(summary, as_json=json_output, explanations=summary.explanations)
    return 0


def rate_ppm(text: str) -> int:
    """A yearly rate as millionths: 0.0307 or 3.07% is 30700. Raises WrongUsage for what cannot be a yearly rate."""
    remedy = _("利率写成小数：3.07% 是 0.0307。")
    cleaned = text.strip().replace("％", "%")
    try:
        value = Decimal(cleaned.removesuffix("%")) / (100 if cleaned.endswith("%") else 1)
    except ArithmeticError as error:
        raise WrongUsage(
            "RATE_UNREADABLE", _("--rate 读不出来：{text}。").format(text=text), remedy=remedy
        ) from error
    if not value.is_finite() or not 0 <= value < MOST:
        raise WrongUsage("RATE_IMPOSSIBLE", _("--rate {text} 不像年利率。").format(text=text), remedy=remedy)
    ppm = value * 1_000_000
    if ppm != ppm.to_integral_value():
        message = _("--rate {text} 的小数位太多，最多六位。").format(text=text)
        raise WrongUsage("RATE_TOO_FINE", message, remedy=remedy)
    return int(ppm)


def _year(year: int) -> int:
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise WrongUsage("YEAR_IMPOSSIBLE", _("--year {year} 不是年份。").format(year=year))
    return year


def _write_blanks(template: Path) -> int:
    from jubao.commands import file_options as options
    from jubao.matching.interest_run import ACCOUNT_COLUMNS, POSTING_COLUMNS

    for word, columns in ((_("账户"), ACCOUNT_COLUMNS), (_("发生额"), POSTING_COLUMNS)):
        options.write_blank(template.with_name(f"{template.stem}-{word}{template.suffix}"), columns)
    return 0
