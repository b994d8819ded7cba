"""`jubao month run`: the month of a district, from the list of candidates to the draft of the payment.

Worked example: `jubao month run --district 500110 --month 2026-11 --dry-run` says what would be found and writes nothing;
without `--dry-run` it writes lists, proposals and the draft; once more, and nothing changes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

import typer

from jubao.kernel.errors import WrongUsage
from jubao.kernel.text import _

ZONE = ZoneInfo("Asia/Shanghai")
_HELP = _("按月办理一个区县的业务。\n\n例：jubao month run --district 500110 --month 2026-11")
_RUN = _(
    "跑一个区县一个月的业务：提取名单、比对、到龄核定建议、发放名单和发放前核查。只提建议，不作对个人不利的决定。\n\n"
    "例：jubao month run --district 500110 --month 2026-11\n\n中断后再运行会接着做；做完再运行不改变任何东西。"
)


def register(app: typer.Typer) -> None:
    """Add the group to the program."""
    group = typer.Typer(help=_HELP, no_args_is_help=True)
    group.callback()(_root)
    group.command("run", help=_RUN, short_help=_("跑一个区县一个月的业务"))(run)
    app.add_typer(group, name="month")


def _root() -> None:
    """Keep `run` a subcommand."""


def run(
    district: Annotated[str, typer.Option("--district", help=_("区县代码"), metavar="CODE")],
    month: Annotated[str, typer.Option("--month", help=_("月份，如 2026-11"), metavar="M")],
    step: Annotated[
        list[str] | None,
        typer.Option("--step", help=_("只做某一步，可多次：extraction、comparison、determination、payment")),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help=_("只看结果，什么都不写"))] = False,
    confirm_day: Annotated[
        str, typer.Option("--confirm-day", help=_("经办人员确认今天的日期无误（填姓名）"), metavar="NAME")
    ] = "",
    json_output: Annotated[bool, typer.Option("--json", help=_("把结果以 JSON 打印"))] = False,
) -> None:
    """Run the month and print what it found."""
    from jubao.commands import file_options
    from jubao.commands.system import open_system

    asked = file_options.month(month, "--month")
    open_system()
    from jubao.jobs.month import STEPS, MonthOrder, run_month

    for name in step or ():
        if name not in STEPS:
            raise WrongUsage(
                "STEP_UNKNOWN", _("没有“{name}”这一步。").format(name=name), remedy="、".join(STEPS)
            )
    order = MonthOrder(district, asked, tuple(one for one in STEPS if one in (step or ())), dry_run)
    with _progress() as tell:
        found = run_month(
            order,
            today=datetime.now(ZONE).date(),
            now=lambda: datetime.now(UTC),
            listener=tell,
            confirmed_by=confirm_day,
        )
    _print(district, found, as_json=json_output)


def _print(district: str, found: dict[str, dict[str, Any]], *, as_json: bool) -> None:
    if as_json:
        import json

        print(json.dumps(found, ensure_ascii=False, indent=1))
        return
    from rich.console import Console

    from jubao.commands.month_table import month_table

    Console(width=None if sys.stdout.isatty() else 140).print(month_table(district, found))


@contextmanager
def _progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on stderr when it is a terminal."""
    if not sys.stderr.isatty():
        yield lambda step, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(_("准备"), total=1)
        yield lambda step, done, total: bar.update(
            task, description=step, completed=done, total=max(total, 1)
        )
