"""`jubao policy check|show|sources|diff`: look into the packs, check them, compare two of them.

Worked example: `jubao policy show 綦江 base_pension_fen --month 2023-09` prints 13500 fen per month, from which month to which,
who says so and how sure that is; `jubao policy check` exits with 1 and lists every violation with its remedy.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from jubao.kernel.text import _

MonthOption = Annotated[str | None, typer.Option("--month", help=_("月份，如 2024-05"), metavar="YYYY-MM")]
DayOption = Annotated[str | None, typer.Option("--as-of", help=_("某一天，如 2024-05-17"), metavar="DATE")]
JsonOption = Annotated[bool, typer.Option("--json", help=_("以 JSON 输出"))]
PacksOption = Annotated[
    Path | None, typer.Option("--packs", help=_("政策包所在的文件夹（默认：随程序提供的）"), metavar="DIR")
]

_CHECK = _(
    "检查政策包：引用、单位、出处、缺项、重叠、算例、条款覆盖。有问题即退出 1，并逐条列出改法。\n\n"
    "例：jubao policy check\n\n例：jubao policy check 500110"
)
_SHOW = _(
    "查看政策包：文件、参数、设置、来源、缺项，各带出处、可信度和条款。不是法律的默认值有明显标记。\n\n"
    "例：jubao policy show 500110 base_pension_fen --month 2023-09\n\n"
    "例：jubao policy show 寻乌 cert.period_kind XW-2-4-1"
)
_SOURCES = _(
    "列出一个地区的数据来源（SOURCE 代码）：合格还是丧失、时间范围、险种、条款、认得的表头。\n\n"
    "例：jubao policy sources --region 500110 --month 2024-05\n\n"
    "例：jubao policy sources --region 500110 --template 空白表"
)
_DIFF = _(
    "比较两个政策包：哪些参数和设置不同、从何时起；给出人员表时，谁的待遇变了、变多少、每月多支出多少。\n\n"
    "例：jubao policy diff 500110 440523 --month 2024-08\n\n"
    "例：jubao policy diff 500110 新包/500110_qijiang --people 人员.xlsx --month 2024-08"
)


def register(app: typer.Typer) -> None:
    """Add the group `policy` to the program."""
    group = typer.Typer(help=_("政策包：检查、查看、数据来源、比较两个包。"), no_args_is_help=True)
    group.command("check", help=_CHECK)(check)
    group.command("show", help=_SHOW)(show)
    group.command("sources", help=_SOURCES)(sources)
    group.command("diff", help=_DIFF)(diff)
    app.add_typer(group, name="policy")


def check(
    packs: Annotated[list[str] | None, typer.Argument(help=_("政策包（代码或名称）；不写即全部"))] = None,
    all_packs: Annotated[bool, typer.Option("--all", help=_("检查全部政策包（与不写相同）"))] = False,
    json_output: JsonOption = False,
    root: PacksOption = None,
) -> None:
    """Print the violations of the packs; see the module's docstring."""
    from jubao.commands.policy_check import run_check

    run_check(None if all_packs or not packs else packs, as_json=json_output, root=root)


def show(
    pack: Annotated[str, typer.Argument(help=_("政策包（代码或名称）"))],
    names: Annotated[
        list[str] | None, typer.Argument(help=_("参数、设置、来源、文件或条款的名称；不写即全部"))
    ] = None,
    month: MonthOption = None,
    as_of: DayOption = None,
    json_output: JsonOption = False,
    root: PacksOption = None,
) -> None:
    """Print what a pack says; see the module's docstring."""
    from jubao.commands.policy_show import run_show

    run_show(pack, names or [], moment(month, as_of), as_json=json_output, root=root)


def sources(
    region: Annotated[str, typer.Option("--region", help=_("地区（代码或名称）"))],
    month: MonthOption = None,
    json_output: JsonOption = False,
    template: Annotated[
        Path | None, typer.Option("--template", help=_("在此文件夹写出花名册和各来源的空白表"), metavar="DIR")
    ] = None,
    file_format: Annotated[str, typer.Option("--format", help=_("空白表的格式：xlsx 或 csv"))] = "xlsx",
    root: PacksOption = None,
) -> None:
    """Print the sources of a region, or write their blank tables."""
    from jubao.commands.policy_sources import run_sources

    on = moment(month, None)
    run_sources(region, on, template, file_format, as_json=json_output, root=root)


def diff(
    one: Annotated[str, typer.Argument(help=_("政策包甲（代码、名称或文件夹）"))],
    two: Annotated[str, typer.Argument(help=_("政策包乙（代码、名称或文件夹）"))],
    people: Annotated[
        Path | None,
        typer.Option("--people", help=_("人员表：两个包各算一遍，列出变动的人和每月金额"), metavar="FILE"),
    ] = None,
    month: MonthOption = None,
    json_output: JsonOption = False,
    root: PacksOption = None,
) -> None:
    """Print where two packs differ and, for a table of people, who changes."""
    from jubao.commands.policy_diff import run_diff

    run_diff(one, two, people, moment(month, None), as_json=json_output, root=root)


def moment(month: str | None, as_of: str | None) -> object:
    """The month or day asked for: a Month, a date, or None. Raises WrongUsage when both are given or one is no date."""
    from jubao.commands import file_options as options
    from jubao.kernel.errors import WrongUsage

    if month and as_of:
        raise WrongUsage("TWO_MOMENTS", _("--month 与 --as-of 只能写一个。"))
    if month:
        return options.month(month, "--month")
    return options.day(as_of, "--as-of") if as_of else None
