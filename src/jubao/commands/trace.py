"""`jubao trace`: from a clause to its code, tests and page; how much of each document is done.

Worked example: `jubao trace CQ-09-4` prints the demand, 「认证后认证服务期向后递延」, the rule with file and line, the tests that
prove it and the commands a user touches; `jubao trace` alone prints the share done by document.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jubao.kernel.text import _

_TRACE = _(
    "从条款查到代码、测试和页面；不写编号时，列出每份文件完成了多少。\n\n"
    "例：jubao trace GD-9-09\n\n例：jubao trace --open --area policy,matching,pension"
)


def register(app: typer.Typer) -> None:
    """Add `trace` to the program."""
    app.command("trace", help=_TRACE)(trace)


def trace(
    id: Annotated[
        str | None, typer.Argument(help=_("条款编号；不写即列出各文件的完成数"), metavar="ID")
    ] = None,
    json_output: Annotated[bool, typer.Option("--json", help=_("以 JSON 输出"))] = False,
    show_open: Annotated[bool, typer.Option("--open", help=_("列出未完成的要求和原因"))] = False,
    area: Annotated[str | None, typer.Option("--area", help=_("只看这些方面，用逗号分开"))] = None,
    check: Annotated[bool, typer.Option("--check", help=_("检查证明索引是否过期、编号是否存在"))] = False,
    root: Annotated[
        Path | None,
        typer.Option("--packs", help=_("政策包所在的文件夹（默认：随程序提供的）"), metavar="DIR"),
    ] = None,
) -> None:
    """Print where a clause went, or the share done; see the module's docstring."""
    from jubao.commands import trace_report

    areas = [part.strip() for part in area.split(",") if part.strip()] if area else None
    if check:
        trace_report.run_check(root)
    elif id is not None:
        trace_report.run_one(id, as_json=json_output, root=root)
    elif show_open:
        trace_report.run_open(areas, as_json=json_output, root=root)
    else:
        trace_report.run_share(areas, as_json=json_output, root=root)
