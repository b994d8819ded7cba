"""`jubao pension`: a list of people in, the same list with every part of the monthly pension out.

Worked example: `jubao pension --region 綦江 名单.xlsx -o 核定.xlsx --month 2024-05` adds the start month, the five parts, the
sum, the weakest source and, where nothing can be paid, the reason with parameter, region, month and clause.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer

from jubao.commands import list_options as lists
from jubao.kernel.text import _

BEIJING = timedelta(hours=8)

_HELP = _(
    "核算每人的月基本养老金：基础养老金、个人账户养老金、缴费年限养老金、独子增发、高龄增发及合计。\n\n"
    "例：jubao pension --region 綦江 名单.xlsx -o 核定.xlsx --month 2024-05\n\n"
    "名单要有 个人编号 或 身份证号码、个人账户储存额、缴费年限；缺少标准或未到龄的人留在结果中并写明原因，"
    "读不出来的行写入 rejects。只算金额，不判断是否符合领取条件。"
)


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("pension", help=_HELP, short_help=_("核算每人的养老金及各组成部分"))(pension)


def pension(
    file: lists.People = None,
    region: lists.Region = "",
    out: lists.Out = None,
    month: Annotated[str | None, typer.Option(help=_("核算哪个月，如 2024-05；默认每人的首月"))] = None,
    as_of: Annotated[str | None, typer.Option(help=_("核算日，默认今天；之后的出生日期不可信"))] = None,
    format: lists.OutFormat = None,
    headers: lists.Headers = "en",
    engine: lists.Engine = "duckdb",
    json_output: lists.AsJson = False,
    explain: lists.Explain = False,
    id: lists.OnlyId = None,
    map: lists.Map = None,
    sheet: lists.Sheet = None,
    template: lists.Template = None,
) -> int:
    """Compute the pensions of a list; see the module's docstring."""
    from jubao.commands import file_options as options
    from jubao.matching.pension_run import TEMPLATE, PensionRequest, run_pension

    if template is not None:
        return options.write_blank(template, TEMPLATE)
    request = PensionRequest(
        **lists.common(
            "pension",
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
        file=options.given(file, _("名单文件"), "pension"),
        month=options.month(month, "--month") if month else None,
        today=options.day(as_of, "--as-of") if as_of else (datetime.now(UTC) + BEIJING).date(),
    )
    with options.progress() as report:
        summary = run_pension(request, report)
    options.tell(summary, as_json=json_output, explanations=summary.explanations)
    return 0
