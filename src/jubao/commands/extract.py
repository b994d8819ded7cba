"""`jubao extract`: who may be offered the pension without applying this month, and why not the others.

Worked example: `jubao extract --region 綦江 --month 2024-06 名单.xlsx -o 提取.xlsx` adds decision, headline
reason, all reasons with their clauses, and the first and last day of the window.
"""

from __future__ import annotations

from typing import Annotated

import typer

from jubao.commands import list_options as lists
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
    file: lists.People = None,
    region: lists.Region = "",
    month: Annotated[str, typer.Option(help=_("筛选月份，如 2024-06"))] = "",
    out: lists.Out = None,
    as_of: Annotated[str | None, typer.Option(help=_("筛选日，默认当月1日"))] = None,
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
    """Screen a list; see the module's docstring."""
    from jubao.commands import file_options as options
    from jubao.matching.extract_run import REQUIRED, ExtractRequest, run_extract

    if template is not None:
        return options.write_blank(template, REQUIRED)
    request = ExtractRequest(
        **lists.common(
            "extract",
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
        month=options.month(options.given(month, "--month", "extract"), "--month"),
        file=options.given(file, _("名单文件"), "extract"),
        drawn_on=options.day(as_of, "--as-of") if as_of else None,
    )
    with options.progress() as report:
        summary = run_extract(request, report)
    options.tell(summary, as_json=json_output, explanations=summary.explanations)
    return 0
