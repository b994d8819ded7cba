"""`jubao pension`: a list of people in, the same list with every part of the monthly pension out.

Worked example: `jubao pension --region 綦江 名单.xlsx -o 核定.xlsx --month 2024-05` adds the start month, the five parts, the
sum, the weakest source and, where nothing can be paid, the reason with parameter, region, month and clause.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

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
    file: Annotated[
        Path | None, typer.Argument(help=_("人员名单（csv、xlsx、xls、parquet）"), metavar="IN")
    ] = None,
    region: Annotated[str, typer.Option(help=_("地区代码或政策包名称，如 500110、綦江"))] = "",
    out: Annotated[Path | None, typer.Option("--out", "-o", help=_("输出文件；后缀决定格式"))] = None,
    month: Annotated[str | None, typer.Option(help=_("核算哪个月，如 2024-05；默认每人的首月"))] = None,
    as_of: Annotated[str | None, typer.Option(help=_("核算日，默认今天；之后的出生日期不可信"))] = None,
    format: Annotated[
        str | None, typer.Option("--format", help=_("输出格式：csv（默认）、xlsx 或 parquet"))
    ] = None,
    headers: Annotated[str, typer.Option(help=_("输出表头：en 英文标识，zh 中文"))] = "en",
    engine: Annotated[str, typer.Option(help=_("计算引擎：duckdb 或 spark"))] = "duckdb",
    json_output: Annotated[bool, typer.Option("--json", help=_("把汇总以 JSON 打印到标准输出"))] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help=_("逐步说明计算过程；与 --id 一起只说明一人"))
    ] = False,
    id: Annotated[str | None, typer.Option("--id", help=_("只说明这一证件号码或个人编号的人"))] = None,
    map: Annotated[
        list[str] | None, typer.Option("--map", help=_("指定列名，如 证件=id_number，可多次"))
    ] = None,
    sheet: Annotated[str | None, typer.Option(help=_("工作簿中的工作表名"))] = None,
    template: Annotated[Path | None, typer.Option(help=_("写出空白名单后退出"))] = None,
) -> int:
    """Compute the pensions of a list; see the module's docstring."""
    from jubao.commands import file_options as options
    from jubao.matching.pension_run import TEMPLATE, PensionRequest, run_pension

    if template is not None:
        return options.write_blank(template, TEMPLATE)
    request = PensionRequest(
        region=options.given(region, "--region", "pension"),
        file=options.given(file, _("名单文件"), "pension"),
        out=out if explain else options.given(out, "--out", "pension"),
        month=options.month(month, "--month") if month else None,
        today=options.day(as_of, "--as-of") if as_of else (datetime.now(UTC) + BEIJING).date(),
        format=options.chosen_format(out, format),
        headers=options.one_of(headers, options.HEADERS, "--headers"),
        mapping=options.mapping(map),
        sheet=sheet,
        engine=options.one_of(engine, options.ENGINES, "--engine"),
        explain=explain or id is not None,
        explain_id=id,
    )
    with options.progress() as report:
        summary = run_pension(request, report)
    options.tell(summary, as_json=json_output, explanations=summary.explanations)
    return 0
