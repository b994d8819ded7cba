"""`jubao compare`: a roster and the lists of departments in, four lists with reasons out.

Worked example: `jubao compare --region 綦江 --month 2024-05 --roster 花名册.xlsx --feed CREMATION=火化.xls --feed TRAIN=火车.csv
-o 结果` writes eligible, lost, to_verify, not_subject, evidence, rejects, feeds, summary and one workbook per village.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from jubao.commands import file_options
from jubao.kernel.errors import WrongUsage
from jubao.kernel.text import _

if TYPE_CHECKING:
    from jubao.matching.run import CompareRequest

_HELP = _(
    "把领取待遇人员花名册和各部门的名单比对，形成具备资格、丧失资格、待核实、非认证对象四张名单，每人写明原因和条款。\n\n"
    "例：jubao compare --region 綦江 --month 2024-05 --roster 花名册.xlsx --feed CREMATION=火化名单.xls "
    "--feed TRAIN=火车出行.csv -o 结果\n\n"
    "来源代码用 jubao policy sources --region 綦江 查看。不联网，不需要数据库；不确切的匹配只会列入待核实。"
)

WorkbooksOption = Annotated[
    bool, typer.Option("--workbooks/--no-workbooks", help=_("是否写各村的待核实工作簿"))
]


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("compare", help=_HELP, short_help=_("花名册与各部门名单比对，形成四张名单"))(compare)


def compare(
    region: Annotated[str, typer.Option(help=_("地区代码或政策包名称，如 500110、綦江"))] = "",
    month: Annotated[str, typer.Option(help=_("比对月份，如 2024-05"))] = "",
    roster: Annotated[Path | None, typer.Option(help=_("花名册文件（csv、xlsx、xls、parquet）"))] = None,
    feed: Annotated[list[str] | None, typer.Option(help=_("来源=文件，可多次；也可以是已导入的目录"))] = None,
    out: Annotated[
        Path | None, typer.Option("--out", "-o", help=_("输出目录；本程序的旧结果会被替换"))
    ] = None,
    as_of: Annotated[
        str, typer.Option(help=_("比对日，默认当月最后一天；之后的证据不采用，期限从它起算"))
    ] = "",
    format: Annotated[str, typer.Option("--format", help=_("输出格式：csv、xlsx 或 parquet"))] = "csv",
    headers: Annotated[str, typer.Option(help=_("输出表头：en 英文标识，zh 中文"))] = "en",
    engine: Annotated[str, typer.Option(help=_("计算引擎：duckdb 或 spark"))] = "duckdb",
    json_output: Annotated[bool, typer.Option("--json", help=_("把汇总以 JSON 打印到标准输出"))] = False,
    explain: Annotated[bool, typer.Option(help=_("逐步说明判断过程；与 --id 一起只说明一人"))] = False,
    id: Annotated[str, typer.Option("--id", help=_("只说明这一证件号码的人"))] = "",
    map: Annotated[
        list[str] | None, typer.Option("--map", help=_("指定列名，如 证件=id_number，可多次"))
    ] = None,
    sheet: Annotated[str | None, typer.Option(help=_("花名册工作簿中的工作表名"))] = None,
    against: Annotated[Path | None, typer.Option(help=_("与上一次的结果目录比较，写出 changes"))] = None,
    template: Annotated[Path | None, typer.Option(help=_("写出空白花名册后退出"))] = None,
    import_to: Annotated[
        Path | None,
        typer.Option(help=_("只把 --feed 各文件清洗导入此目录，以后每月用 --feed 来源=目录/来源.feed")),
    ] = None,
    workbooks: WorkbooksOption = True,
) -> int:
    """Run the comparison; see the module's docstring."""
    from jubao.matching.compare import ROSTER_COLUMNS
    from jubao.matching.run import CompareRequest

    if template is not None:
        return file_options.write_blank(template, ROSTER_COLUMNS)
    feeds = tuple(_feed(text) for text in feed or ())
    if import_to is not None:
        return _import(region, month, as_of, feeds, import_to, file_options.mapping(map))
    request = CompareRequest(
        region=file_options.given(region, "--region", "compare"),
        month=file_options.given(month, "--month", "compare"),
        roster=file_options.given(roster, "--roster", "compare"),
        feeds=feeds,
        out=_folder(file_options.given(out, "--out", "compare")),
        as_of=as_of,
        format=file_options.one_of(format, file_options.FORMATS, "--format"),
        headers=file_options.one_of(headers, file_options.HEADERS, "--headers"),
        engine=file_options.one_of(engine, file_options.ENGINES, "--engine"),
        mapping=file_options.mapping(map),
        sheet=sheet,
        against=against,
        workbooks=workbooks,
        explain=explain,
        explain_id=id,
    )
    return _run(request, json_output=json_output)


def _run(request: CompareRequest, *, json_output: bool) -> int:
    """Compare with a progress bar and say how it went."""
    from jubao.matching.compare import run_compare

    with _progress() as report:
        summary = run_compare(request, report)
    file_options.tell(summary, as_json=json_output, explanations=summary.explanations)
    return 0


def _import(
    region: str,
    month: str,
    as_of: str,
    feeds: Sequence[tuple[str, Path]],
    folder: Path,
    mapping: dict[str, str],
) -> int:
    """Clean every feed into a folder of its own, for the monthly runs to come."""
    from jubao.matching.compare import plan_of
    from jubao.matching.importing import import_feed
    from jubao.matching.run import CompareRequest

    region, month = (
        file_options.given(region, "--region", "compare"),
        file_options.given(month, "--month", "compare"),
    )
    file_options.given(feeds or None, "--feed", "compare")
    plan = plan_of(
        CompareRequest(region=region, month=month, roster=Path(), feeds=(), out=folder, as_of=as_of)
    )
    seen: Counter[str] = Counter()
    for code, path in feeds:
        seen[code] += 1
        name = code if seen[code] == 1 else f"{code}-{seen[code]}"
        imported = import_feed(plan, code, path, folder / f"{name}.feed", mapping=mapping)
        print(
            _("{code}：{rows} 行，可用 {accepted}，读不出来 {rejected} → {folder}").format(
                code=code,
                rows=imported.rows,
                accepted=imported.accepted,
                rejected=imported.rejected,
                folder=imported.folder,
            )
        )
    return 0


def _feed(text: str) -> tuple[str, Path]:
    code, mark, path = text.partition("=")
    if not mark or not code.strip() or not path.strip():
        message = _("--feed 应写成 来源=文件，现为 {text}。").format(text=text)
        raise WrongUsage("FEED_INVALID", message, remedy=_("例：--feed CREMATION=火化名单.xls"))
    return code.strip(), Path(path.strip())


def _folder(out: Path) -> Path:
    if out.suffix.lower().lstrip(".") in file_options.FORMATS:
        message = _("compare 写出的是一个目录，--out 不能是文件名 {out}。").format(out=out.name)
        raise WrongUsage("OUT_IS_FILE", message, remedy=_("请给出目录，格式用 --format。"))
    return out


class _Quiet:
    """No progress: the errors do not go to a terminal."""

    def __enter__(self) -> Any:
        return lambda words, done, total: None

    def __exit__(self, *_exc: object) -> None:
        return None


class _Bar:
    """A progress bar on stderr."""

    def __enter__(self) -> Any:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
        self.bar = Progress(*columns, console=Console(stderr=True), transient=True)
        self.bar.start()
        task = self.bar.add_task(_("准备"), total=1)
        return lambda words, done, total: self.bar.update(
            task, description=words, completed=done, total=total
        )

    def __exit__(self, *_exc: object) -> None:
        self.bar.stop()


def _progress() -> _Quiet | _Bar:
    return _Bar() if sys.stderr.isatty() else _Quiet()
