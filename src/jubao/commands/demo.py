"""`jubao demo`: made-up districts to try every command on, with the right answers beside them.

Worked example: `jubao demo --files 演示 --people 20000 --seed 7 --region 500110` writes roster, twelve feeds, inputs of
`pension`, `extract` and `interest`, and the truth; the last lines name the commands to try next.
"""

from __future__ import annotations

import importlib
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jubao.kernel.errors import WrongUsage
from jubao.kernel.text import _

if TYPE_CHECKING:
    from jubao.demo.order import Order

DEFAULT_MONTH = "2026-10"
_HELP = _(
    "写出虚构的演示区县：花名册、各部门名单、养老金、免申即享和计息的输入文件，以及已知的正确结果（truth 目录）。\n\n"
    "例：jubao demo --files 演示 --people 20000 --seed 7 --region 500110\n\n"
    "人名、号码全是虚构的：证件号码使用从未分配的县级代码。同样的种子写出同样的文件。"
)

FilesOption = Annotated[Path | None, typer.Option(help=_("输出目录；已有本命令的旧结果会被替换"))]
PeopleOption = Annotated[int, typer.Option(help=_("每个区县花名册的人数"))]
SeedOption = Annotated[int, typer.Option(help=_("随机种子"))]
RegionOption = Annotated[list[str] | None, typer.Option(help=_("区县代码，可多次；默认四个演示区县"))]
FormatOption = Annotated[str, typer.Option("--format", help=_("parquet、csv 或 xlsx"))]
MonthOption = Annotated[str, typer.Option(help=_("数据截止的月份"))]
OnlyOption = Annotated[
    list[str] | None,
    typer.Option(help=_("只写某类文件：roster、feeds、pension、claim_free、accounts、postings")),
]
DirtyOption = Annotated[bool, typer.Option("--dirty-files", help=_("另写一套各部门常见的凌乱表格"))]


def register(app: typer.Typer) -> None:
    """Add the group to the program: with `--files` alone it writes files, `start` and `code` work on the system."""
    group = typer.Typer(
        help=_HELP, short_help=_("演示：虚构的文件，或带演示数据的整个系统"), invoke_without_command=True
    )
    group.callback(invoke_without_command=True)(demo)
    group.command("files", help=_HELP, short_help=_("写出虚构的演示数据及其正确结果"))(files_demo)
    # By name, because the file part of the demo knows neither Django nor a database.
    importlib.import_module("jubao.commands.demo_system").register(group)
    app.add_typer(group, name="demo")


def demo(
    context: typer.Context,
    files: FilesOption = None,
    people: PeopleOption = 2000,
    seed: SeedOption = 1,
    region: RegionOption = None,
    format: FormatOption = "parquet",
    month: MonthOption = DEFAULT_MONTH,
    only: OnlyOption = None,
    dirty_files: DirtyOption = False,
) -> int:
    """Without a subcommand: write the demo files; see the module's docstring."""
    if context.invoked_subcommand is not None:
        return 0
    return files_demo(files, people, seed, region, format, month, only, dirty_files)


def files_demo(
    files: FilesOption = None,
    people: PeopleOption = 2000,
    seed: SeedOption = 1,
    region: RegionOption = None,
    format: FormatOption = "parquet",
    month: MonthOption = DEFAULT_MONTH,
    only: OnlyOption = None,
    dirty_files: DirtyOption = False,
) -> int:
    """Write the demo files."""
    from jubao.commands import file_options as options
    from jubao.demo.order import Order, carry_out

    if files is None:
        raise WrongUsage(
            "OPTION_MISSING", _("缺少 --files。"), remedy=_("例：jubao demo --files 演示 --people 2000")
        )
    order = Order(
        out=files,
        people=people,
        seed=seed,
        month=options.month(month, "--month"),
        regions=tuple(region or ()),
        kinds=tuple(only or ()),
        format=format,
        dirty_files=dirty_files,
    )
    started = time.perf_counter()
    with _progress(order.total_rows()) as tell:
        rows = carry_out(order, tell)
    print(
        _("已写出 {rows} 行，用时 {seconds:.1f} 秒：{out}").format(
            rows=rows, seconds=time.perf_counter() - started, out=files
        )
    )
    for line in _next_steps(order):
        print(line)
    return 0


@contextmanager
def _progress(total: int) -> Iterator[Callable[[int], None]]:
    """A bar on stderr when it is a terminal."""
    if not sys.stderr.isatty():
        yield lambda rows: None
        return
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True)) as bar:
        task = bar.add_task(_("写演示数据"), total=total)
        yield lambda rows: bar.advance(task, rows)


def _next_steps(order: Order) -> Iterator[str]:
    """The commands that a newcomer can paste next, for the first district."""
    code = order.region_codes()[0]
    folder, suffix = order.folder(code), order.format
    feeds = sorted((folder / "feeds").glob(f"*.{suffix}"))
    if order.kinds or not feeds:
        return

    def file(name: str) -> Path:
        return folder / f"{name}.{suffix}"

    shown = " ".join(f"--feed {path.stem}={path}" for path in feeds)
    roster, out, month = file("roster"), order.out / f"result-{code}", order.month
    yield _("接下来可以试：")
    yield f"  jubao compare --region {code} --month {month} --roster {roster} {shown} --out {out}"
    yield f"  jubao pension --region {code} {file('pension')} -o {order.out / f'pension-{code}.{suffix}'}"
    if file("claim_free").is_file():
        screened = order.out / f"extract-{code}.{suffix}"
        yield f"  jubao extract --region {code} --month {month} {file('claim_free')} -o {screened}"
    yield (
        f"  jubao interest --region {code} --year {month.year - 1} --accounts {file('accounts')} "
        f"--postings {file('postings')} --rate 0.015 -o {order.out / f'interest-{code}.{suffix}'}"
    )
