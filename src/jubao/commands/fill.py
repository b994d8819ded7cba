"""`jubao fill FILE`: the spreadsheet comes back with what the system knows about each person in it.

Worked example: `jubao fill 信访名单.xlsx --district 500110 --facts state,why_not_paid --month 2026-11 --purpose 信访答复` writes
信访名单.已填20261120.xlsx beside the file.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jubao.commands.system import open_system
from jubao.kernel.errors import InputRefused
from jubao.kernel.month import Month
from jubao.kernel.text import _


def register(app: typer.Typer) -> None:
    """Add the command."""

    @app.command(
        help=_(
            "填表：在名单后面补上状态、村、银行、认证等。例：jubao fill 名单.xlsx --district 500110 --purpose 核对"
        )
    )
    def fill(
        file: Annotated[Path, typer.Argument(help=_("有证件号码列的 xlsx、xls 或 CSV"))],
        district: Annotated[str, typer.Option(help=_("区县代码"))],
        purpose: Annotated[str, typer.Option(help=_("用途，会记录在案"))],
        facts: Annotated[str, typer.Option(help=_("要填的项目，用逗号分开"))] = "state,name,place",
        month: Annotated[str, typer.Option(help=_("状态所在的月份，默认本月"))] = "",
        out: Annotated[Path | None, typer.Option("-o", "--out", help=_("写到哪里"))] = None,
    ) -> None:
        if not file.is_file():
            raise InputRefused(
                "FILE_MISSING", _("找不到文件 {name}。").format(name=file), remedy=_("请核对路径。")
            )
        open_system()
        from django.utils import timezone

        from jubao.database.actor import Actor
        from jubao.database.unit_of_work import read_scope
        from jubao.services.people.divisions import division_by_code
        from jubao.services.spreadsheets.fill import spreadsheet_fill

        today = timezone.localdate()
        with read_scope("%"):
            scope = division_by_code(district).path
        made = spreadsheet_fill(
            actor=Actor.system("jubao fill", scope=scope),
            content=file.read_bytes(),
            name=file.name,
            groups=[one.strip() for one in facts.split(",") if one.strip()],
            month=Month.parse(month) if month else Month.containing(today),
            today=today,
            purpose=purpose,
            district_code=district,
        )
        target = out or file.with_name(made.name)
        target.write_bytes(made.content)
        print(
            _("{name}：共 {asked} 行，填了 {answered} 行，号码有误 {wrong} 行，未在本辖区参保 {other} 行。").format(
                name=target, asked=made.counts.get("asked", 0), answered=made.counts.get("answered", 0),
                wrong=made.counts.get("wrong", 0), other=made.counts.get("not_ours", 0),
            )
        )  # fmt: skip
