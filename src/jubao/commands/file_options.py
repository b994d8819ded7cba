"""What the commands on one list share: reading months, days, formats and `--map`, the progress bar, the closing words.

Worked example: `chosen_format(Path("out.xlsx"), None)` is `xlsx`; `mapping(["证件=id_number"])` is `{"证件": "id_number"}`;
`month("2024-13", "--month")` ends the program with exit 2 and says what a month looks like.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any, Protocol

from jubao.kernel.dates import parse_date
from jubao.kernel.errors import ValueRefused, WrongUsage
from jubao.kernel.month import Month
from jubao.kernel.text import _

FORMATS = ("csv", "xlsx", "parquet")
ENGINES = ("duckdb", "spark")
HEADERS = ("en", "zh")


class Summary(Protocol):
    """What a run answers: figures for `--json`, one sentence for a person, hints."""

    notes: list[str]

    def as_json(self) -> dict[str, Any]: ...

    def sentence(self) -> str: ...


def given(value: Any, option: str, command: str) -> Any:
    """The value of an option that must be there. Raises WrongUsage."""
    if value in (None, ""):
        remedy = _("请看 jubao {command} --help 里的例子。").format(command=command)
        raise WrongUsage("OPTION_MISSING", _("缺少 {option}。").format(option=option), remedy=remedy)
    return value


def one_of(value: str, words: Sequence[str], option: str) -> str:
    """The value if it is among the words. Raises WrongUsage."""
    if value not in words:
        message = _("{option} 只能是 {words}，现为 {value}。").format(
            option=option, words="、".join(words), value=value
        )
        raise WrongUsage("OPTION_INVALID", message)
    return value


def month(text: str, option: str) -> Month:
    """A month typed by a person. Raises WrongUsage instead of refusing a cell."""
    try:
        return Month.parse(text)
    except ValueRefused as refused:
        raise WrongUsage(refused.code, f"{option}：{refused.message}", remedy=refused.remedy) from refused


def day(text: str, option: str) -> date:
    """A day typed by a person. Raises WrongUsage."""
    try:
        return parse_date(text)
    except ValueRefused as refused:
        raise WrongUsage(refused.code, f"{option}：{refused.message}", remedy=refused.remedy) from refused


def mapping(texts: Iterable[str] | None) -> dict[str, str]:
    """`列名=identifier` pairs. Raises WrongUsage for anything else."""
    found: dict[str, str] = {}
    for text in texts or ():
        header, mark, name = text.rpartition("=")
        if not mark or not header.strip() or not name.strip():
            message = _("--map 应写成 列名=标识，现为 {text}。").format(text=text)
            raise WrongUsage("MAP_INVALID", message, remedy=_("例：--map 证件=id_number"))
        found[header.strip()] = name.strip()
    return found


def chosen_format(out: Path | None, asked: str | None) -> str:
    """The ending of OUT decides, else `--format`, else csv. Raises WrongUsage when the two contradict each other."""
    ending = out.suffix.lower().lstrip(".") if out else ""
    wanted = one_of(asked, FORMATS, "--format") if asked else None
    if ending in FORMATS:
        return ending
    return wanted or "csv"


@contextmanager
def progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar on stderr when it is a terminal, else nothing; the run says what it is doing."""
    if not sys.stderr.isatty():
        yield lambda words, done, total: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(_("准备"), total=None)
        yield lambda words, done, total: bar.update(task, description=words, completed=done, total=total)


def write_blank(path: Path, columns: Sequence[str]) -> int:
    """Write the blank input list with Chinese headers; answers the exit code."""
    from jubao.commands.templates import headers_for, write_template
    from jubao.policy import load_pack

    write_template(path, headers_for(columns, load_pack("000000").header_aliases()))
    print(_("已写出空白名单：{path}").format(path=path))
    return 0


def tell(summary: Summary, *, as_json: bool, explanations: Sequence[str] = ()) -> None:
    """Say how it went: JSON or one sentence on stdout, hints on stderr, explanations on stdout unless JSON is there."""
    for line in explanations:
        print(line, file=sys.stderr if as_json else sys.stdout)
    if as_json:
        print(json.dumps(summary.as_json(), ensure_ascii=False, indent=2))
    else:
        print(summary.sentence())
    for note in summary.notes:
        print(_("提示：{note}").format(note=note), file=sys.stderr)
