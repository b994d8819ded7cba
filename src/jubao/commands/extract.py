"""`jubao extract`: who may be offered the pension without applying this month, and why not the others.

Worked example: `jubao extract --region 綦江 --month 2024-06 名单.xlsx -o 提取.xlsx` adds decision, headline
reason, all reasons with their clauses, and the first and last day of the window.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jubao.kernel.text import _

_HELP = _(
    "免申即享筛选：在每月1日的名单中找出可以不申请就办理待遇领取的人，并列出每个人不能入选的全部原因和条款。\n\n"
    "例：jubao extract --region 綦江 --month 2024-06 名单.xlsx -o 提取.xlsx\n\n"
    "空白单元格表示没有记录；缺少任何一列都会拒绝整个文件。没有免申即享文本的地区和月份以退出码 4 结束。"
)


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("extract", help=_HELP, short_help=_("免申即享筛选，列出全部原因"))(extract)


def extract(
    file: Annotated[
        Path | None, typer.Argument(help=_("人员名单（csv、xlsx、xls、parquet）"), metavar="IN")
    ] = None,
    region: Annotated[str, typer.Option(help=_("地区代码或政策包名称，如 500110、綦江"))] = "",
    month: Annotated[str, typer.Option(help=_("筛选月份，如 2024-06"))] = "",
    out: Annotated[Path | None, typer.Option("--out", "-o", help=_("输出文件；后缀决定格式"))] = None,
    as_of: Annotated[str | None, typer.Option(help=_("筛选日，默认当月1日"))] = None,
    format: Annotated[
        str | None, typer.Option("--format", help=_("输出格式：csv（默认）、xlsx 或 parquet"))
    ] = None,
    headers: Annotated[str, typer.Option(help=_("输出表头：en 英文标识，zh 中文"))] = "en",
    engine: Annotated[str, typer.Option(help=_("计算引擎：duckdb 或 spark"))] = "duckdb",
    json_output: Annotated[bool, typer.Option("--json", help=_("把汇总以 JSON 打印到标准输出"))] = False,
    explain: Annotated[
        bool, typer.Option("--explain", help=_("逐步说明筛选过程；与 --id 一起只说明一人"))
    ] = False,
    id: Annotated[str | None, typer.Option("--id", help=_("只说明这一证件号码的人"))] = None,
    map: Annotated[
        list[str] | None, typer.Option("--map", help=_("指定列名，如 证件=id_number，可多次"))
    ] = None,
    sheet: Annotated[str | None, typer.Option(help=_("工作簿中的工作表名"))] = None,
    template: Annotated[Path | None, typer.Option(help=_("写出空白名单后退出"))] = None,
) -> int:
    """Screen a list; see the module's docstring."""
    from jubao.commands import file_options as options
    from jubao.matching.extract_run import REQUIRED, ExtractRequest, run_extract

    if template is not None:
        return options.write_blank(template, REQUIRED)
    request = ExtractRequest(
        region=options.given(region, "--region", "extract"),
        month=options.month(options.given(month, "--month", "extract"), "--month"),
        file=options.given(file, _("名单文件"), "extract"),
        out=out if explain else options.given(out, "--out", "extract"),
        drawn_on=options.day(as_of, "--as-of") if as_of else None,
        format=options.chosen_format(out, format),
        headers=options.one_of(headers, options.HEADERS, "--headers"),
        mapping=options.mapping(map),
        sheet=sheet,
        engine=options.one_of(engine, options.ENGINES, "--engine"),
        explain=explain or id is not None,
        explain_id=id,
    )
    with options.progress() as report:
        summary = run_extract(request, report)
    options.tell(summary, as_json=json_output, explanations=summary.explanations)
    return 0
