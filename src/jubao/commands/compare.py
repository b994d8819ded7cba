"""`jubao compare`: a roster and the lists of departments in, four lists with reasons out.

Worked example: `jubao compare --region 綦江 --month 2024-05 --roster 花名册.xlsx --feed CREMATION=火化.xls --feed TRAIN=火车.csv
-o 结果` writes eligible, lost, to_verify, not_subject, evidence, rejects, feeds, summary and one workbook per village.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from jubao.kernel.errors import WrongUsage
from jubao.kernel.text import _

Format = Annotated[str | None, typer.Option("--format", help=_("输出格式：csv（默认）、xlsx 或 parquet"))]


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("compare", help=_HELP, short_help=_("花名册与各部门名单比对，形成四张名单"))(compare)


_HELP = _(
    "把领取待遇人员花名册和各部门的名单比对，形成具备资格、丧失资格、待核实、非认证对象四张名单，每人写明原因和条款。\n\n"
    "例：jubao compare --region 綦江 --month 2024-05 --roster 花名册.xlsx --feed CREMATION=火化名单.xls "
    "--feed TRAIN=火车出行.csv -o 结果\n\n"
    "来源代码用 jubao policy sources --region 綦江 查看。命令不联网、不需要数据库；确切匹配以外的线索只会列入待核实。"
)


def compare(
    region: Annotated[str, typer.Option(help=_("地区代码或政策包名称，如 500110、綦江"))] = "",
    month: Annotated[str, typer.Option(help=_("比对月份，如 2024-05"))] = "",
    roster: Annotated[Path | None, typer.Option(help=_("花名册文件（csv、xlsx、xls、parquet）"))] = None,
    feed: Annotated[list[str] | None, typer.Option(help=_("来源=文件，可多次；文件也可以是已导入的目录"))] = None,
    out: Annotated[Path | None, typer.Option("--out", "-o", help=_("输出目录；已有本程序的旧结果会被替换"))] = None,
    as_of: Annotated[str | None, typer.Option(help=_("比对日，默认当月最后一天；之后的证据不采用，期限从它起算"))] = None,
    format: Format = None,
    headers: Annotated[str, typer.Option(help=_("输出表头：en 英文标识，zh 中文"))] = "en",
    engine: Annotated[str, typer.Option(help=_("计算引擎：duckdb 或 spark"))] = "duckdb",
    json_output: Annotated[bool, typer.Option("--json", help=_("把汇总以 JSON 打印到标准输出"))] = False,
    explain: Annotated[bool, typer.Option(help=_("逐步说明判断过程；与 --id 一起只说明一人"))] = False,
    id: Annotated[str | None, typer.Option("--id", help=_("只说明这一证件号码的人"))] = None,
    map: Annotated[list[str] | None, typer.Option("--map", help=_("指定列名，如 证件=id_number，可多次"))] = None,
    sheet: Annotated[str | None, typer.Option(help=_("工作簿中的工作表名"))] = None,
    against: Annotated[Path | None, typer.Option(help=_("与上一次的结果目录比较，写出 changes"))] = None,
    template: Annotated[Path | None, typer.Option(help=_("写出空白花名册模板后退出"))] = None,
    workbooks: Annotated[bool, typer.Option("--workbooks/--no-workbooks", help=_("是否写各村的待核实工作簿"))] = True,
) -> int:
    """Run the comparison; see the module's docstring."""
    from jubao.matching.compare import CompareRequest, run_compare

    if template is not None:
        return _write_template(template, headers)
    request = CompareRequest(
        region=_given(region, "--region"),
        month=_given(month, "--month"),
        roster=Path(_given(roster, "--roster")),
        feeds=tuple(_feed(text) for text in feed or ()),
        out=Path(_given(out, "--out")),
        as_of=as_of,
        format=_format(format, out),
        headers=_one_of(headers, ("en", "zh"), "--headers"),
        engine=_one_of(engine, ("duckdb", "spark"), "--engine"),
        mapping=dict(_mapping(text) for text in map or ()),
        sheet=sheet,
        against=against,
        workbooks=workbooks,
    )
    with _progress() as report:
        summary = run_compare(request, report)
    if json_output:
        print(json.dumps(summary.as_json(), ensure_ascii=False, indent=2))
    else:
        _say(summary)
    if explain:
        from jubao.matching.explaining import explain_run

        for line in explain_run(summary, id):
            print(line)
    return 0


def _given(value: Any, option: str) -> Any:
    if value in (None, ""):
        raise WrongUsage("OPTION_MISSING", _("缺少 {option}。").format(option=option), remedy=_("请看 jubao compare --help。"))
    return value


def _one_of(value: str, words: tuple[str, ...], option: str) -> str:
    if value not in words:
        message = _("{option} 只能是 {words}，现为 {value}。").format(option=option, words="、".join(words), value=value)
        raise WrongUsage("OPTION_INVALID", message)
    return value


def _feed(text: str) -> tuple[str, Path]:
    code, mark, path = text.partition("=")
    if not mark or not code.strip() or not path.strip():
        message = _("--feed 应写成 来源=文件，现为 {text}。").format(text=text)
        raise WrongUsage("FEED_INVALID", message, remedy=_("例：--feed CREMATION=火化名单.xls"))
    return code.strip(), Path(path.strip())


def _mapping(text: str) -> tuple[str, str]:
    header, mark, name = text.rpartition("=")
    if not mark or not header.strip() or not name.strip():
        message = _("--map 应写成 列名=标识，现为 {text}。").format(text=text)
        raise WrongUsage("MAP_INVALID", message, remedy=_("例：--map 证件=id_number"))
    return header.strip(), name.strip()


def _format(given: str | None, out: Path | None) -> str:
    suffix = out.suffix.lstrip(".").lower() if out is not None else ""
    if suffix in ("csv", "xlsx", "parquet") and given is None:
        message = _("compare 写出的是一个目录，--out 不能是文件名 {out}。").format(out=out.name if out else "")
        raise WrongUsage("OUT_IS_FILE", message, remedy=_("请给出目录，格式用 --format。"))
    return _one_of(given or "csv", ("csv", "xlsx", "parquet"), "--format")


def _write_template(path: Path, headers: str) -> int:
    from jubao.matching.compare import write_roster_template

    write_roster_template(path)
    print(_("已写出空白花名册：{path}").format(path=path))
    return 0


def _say(summary: Any) -> None:
    print(summary.sentence())
    for note in summary.notes:
        print(_("提示：{note}").format(note=note), file=sys.stderr)


class _Quiet:
    """No progress: the output is not a terminal."""

    def __enter__(self) -> Any:
        return lambda words, done, total: None

    def __exit__(self, *_exc: object) -> None:
        return None


class _Bar:
    """A progress bar on stderr."""

    def __enter__(self) -> Any:
        from rich.console import Console
        from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

        self.bar = Progress(TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn(), console=Console(stderr=True))
        self.bar.start()
        task = self.bar.add_task(_("准备"), total=1)
        return lambda words, done, total: self.bar.update(task, description=words, completed=done, total=total)

    def __exit__(self, *_exc: object) -> None:
        self.bar.stop()


def _progress() -> _Quiet | _Bar:
    return _Bar() if sys.stderr.isatty() else _Quiet()


