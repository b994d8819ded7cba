"""`jubao selfaudit`: every invariant over all rows, one line each; exit 1 when anything is broken.

Worked example: `jubao selfaudit --only M1,B5`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from jubao.commands.system import open_system
from jubao.kernel.errors import CheckFailed
from jubao.kernel.text import _

if TYPE_CHECKING:
    from jubao.services.oversight.selfaudit import Line


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(help=_("核对全部不变量，逐行核对审计事件和封存值。例：jubao selfaudit --only M1,B5"))
    def selfaudit(
        only: Annotated[str, typer.Option(help=_("只核对这些编号，用逗号分开"))] = "",
        limit: Annotated[int, typer.Option(help=_("每项最多列出多少处"))] = 20,
    ) -> None:
        open_system(owner=True)
        from jubao.services.oversight.selfaudit import run_selfaudit

        console = Console()
        lines = run_selfaudit(only=[one.strip() for one in only.split(",") if one.strip()])
        console.print(_table(lines))
        for line in lines:
            for violation in line.violations[:limit]:
                console.print(
                    f"{violation.invariant}  {violation.table}  {violation.row}  {violation.what}",
                    highlight=False,
                )
        broken = sum(len(line.violations) for line in lines)
        if broken:
            raise CheckFailed(
                "SELFAUDIT",
                _("核对发现 {count} 处不符").format(count=broken),
                remedy=_("请保留现场，逐处查明后以更正业务处理"),
            )


def _table(lines: list[Line]) -> Table:
    table = Table(title=_("自我核对"))
    for heading, right in (
        (_("编号"), False),
        (_("不变量"), False),
        (_("行数"), True),
        (_("不符"), True),
        (_("秒"), True),
    ):
        table.add_column(heading, justify="right" if right else "left")
    for line in lines:
        table.add_row(line.id, line.title, f"{line.rows:,}", str(len(line.violations)), f"{line.seconds:.2f}")
    return table
