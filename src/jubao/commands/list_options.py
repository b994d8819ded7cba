"""The options that the commands on one list share, so that they read the same in every help page.

Worked example: `format: OutFormat = None` is `--format csv|xlsx|parquet`; `common(out=…, explain=…, …)` turns what was typed
into the shared part of a request.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from jubao.commands import file_options as options
from jubao.kernel.text import _

People = Annotated[Path | None, typer.Argument(help=_("人员名单（csv、xlsx、xls、parquet）"), metavar="IN")]
Region = Annotated[str, typer.Option(help=_("地区代码或政策包名称，如 500110、綦江"))]
Out = Annotated[Path | None, typer.Option("--out", "-o", help=_("输出文件；后缀决定格式"))]
OutFormat = Annotated[str | None, typer.Option("--format", help=_("输出格式：csv（默认）、xlsx 或 parquet"))]
Headers = Annotated[str, typer.Option(help=_("输出表头：en 英文标识，zh 中文"))]
Engine = Annotated[str, typer.Option(help=_("计算引擎：duckdb 或 spark"))]
AsJson = Annotated[bool, typer.Option("--json", help=_("把汇总以 JSON 打印到标准输出"))]
Explain = Annotated[bool, typer.Option("--explain", help=_("逐步说明计算过程；与 --id 一起只说明一个"))]
OnlyId = Annotated[str | None, typer.Option("--id", help=_("只说明这一证件号码或个人编号"))]
Map = Annotated[list[str] | None, typer.Option("--map", help=_("指定列名，如 证件=id_number，可多次"))]
Sheet = Annotated[str | None, typer.Option(help=_("工作簿中的工作表名"))]
Template = Annotated[Path | None, typer.Option(help=_("写出空白名单后退出"))]


def common(
    command: str,
    *,
    region: str,
    out: Path | None,
    format: str | None,
    headers: str,
    engine: str,
    explain: bool,
    id: str | None,
    map: list[str] | None,
    sheet: str | None,
) -> dict[str, Any]:
    """The shared arguments of a `ListRequest`. Raises WrongUsage; OUT may be left out only for an explanation."""
    return {
        "region": options.given(region, "--region", command),
        "out": out if explain else options.given(out, "--out", command),
        "format": options.chosen_format(out, format),
        "headers": options.one_of(headers, options.HEADERS, "--headers"),
        "mapping": options.mapping(map),
        "sheet": sheet,
        "engine": options.one_of(engine, options.ENGINES, "--engine"),
        "explain": explain or id is not None,
        "explain_id": id,
    }
