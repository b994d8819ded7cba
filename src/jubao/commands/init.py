"""`jubao init`: the first district and its first officers, on an empty system and without the demo.

Worked example: `jubao init --district 500110 --founders founders.csv` with the columns post, username, name, id_number for
approver (审批岗), auditor (稽核岗) and system_keeper (系统管理岗); it prints for each the code with which password and one-time
code are set at the first log-in. Without `--founders` it asks. Every later post is granted by three people.
"""

from __future__ import annotations

import csv
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jubao.kernel.text import _

if TYPE_CHECKING:
    from jubao.services.staff.officers import Founder

POSTS = {"approver": _("审批岗"), "auditor": _("稽核岗"), "system_keeper": _("系统管理岗（上一级）")}
COLUMNS = ("post", "username", "name", "id_number")

_INIT = _(
    "建立第一个区县和最初的三名工作人员（审批岗、稽核岗、上一级的系统管理岗），打印他们第一次登录用的代码。"
    "以后的岗位都由三人申请、审核、批准。\n\n"
    "不带 --founders 时逐项询问；文件为 CSV，列名 post, username, name, id_number。\n\n"
    "例：jubao init --district 500110 --founders founders.csv"
)


def register(app: typer.Typer) -> None:
    """Add `init` to the program."""
    app.command("init", help=_INIT)(init)


def init(
    district: Annotated[str, typer.Option("--district", help=_("区县代码"), metavar="CODE")],
    founders: Annotated[
        Path | None,
        typer.Option("--founders", help=_("最初人员的 CSV 文件"), exists=True, dir_okay=False),
    ] = None,
    until: Annotated[
        str, typer.Option("--until", help=_("最初岗位到哪一天为止（含当日）；默认一年"), metavar="DATE")
    ] = "",
) -> None:
    """Load the places, make the officers, print their codes."""
    from jubao.commands.system import open_system

    rows = _read(founders) if founders else _ask()
    open_system()
    from jubao.database.actor import Actor
    from jubao.database.unit_of_work import read_scope
    from jubao.services.people.divisions import divisions_load
    from jubao.services.staff.officers import officer_found

    now = datetime.now(UTC)
    today = now.astimezone().date()
    actor = Actor.system("init", scope="")
    places = divisions_load(actor=actor, district_code=district, villages=None, today=today)
    with read_scope(""):
        people = _founders(rows, district)
    codes = officer_found(
        district_code=district, founders=people, until_on=_end(until, today), today=today, now=now
    )
    print(_("已建立 {count} 个区划。第一次登录用的代码（只显示这一次，七日内有效）：").format(count=places))
    _show(rows, codes)
    print(_("运行 jubao serve，打开登录页的“首次登录”，用代码设置密码和动态口令。"))


def _show(rows: list[dict[str, str]], codes: dict[str, str]) -> None:
    """Each officer's code as text and as a picture a phone can read."""
    import sys

    import segno

    for row in rows:
        code = codes[row["username"]]
        print(f"  {row['username']}  {row['name']}  {POSTS.get(row['post'], row['post'])}  {code}")
        if sys.stdout.isatty():
            segno.make(code, micro=False).terminal(compact=True)


def _end(until: str, today: date) -> date:
    """The first day on which the founding grants do not hold any more."""
    from datetime import timedelta

    from jubao.kernel.dates import parse_date

    return parse_date(until) + timedelta(days=1) if until else today + timedelta(days=365)


def _read(path: Path) -> list[dict[str, str]]:
    from jubao.kernel.errors import InputRefused

    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = [
            {key: (value or "").strip() for key, value in row.items() if key}
            for row in csv.DictReader(stream)
        ]
    if not rows or any(not row.get(column) for row in rows for column in COLUMNS):
        raise InputRefused(
            "FOUNDERS_INCOMPLETE", _("{file} 缺少列或有空格。").format(file=path.name),
            remedy=_("每行须有 {columns}。").format(columns=", ".join(COLUMNS)),
        )  # fmt: skip
    return rows


def _ask() -> list[dict[str, str]]:
    rows = []
    for post, title in POSTS.items():
        print(title)
        rows.append(
            {
                "post": post,
                "username": typer.prompt(_("  用户名")),
                "name": typer.prompt(_("  姓名")),
                "id_number": typer.prompt(_("  身份证号码"), hide_input=True),
            }
        )
    return rows


def _founders(rows: list[dict[str, str]], district: str) -> list[Founder]:
    """With their places: the keeper one level above the district, everybody else in it."""
    from jubao.people.models import Division
    from jubao.services.staff.officers import Founder

    here = Division.objects.select_related("parent").get(code=district, valid_until__isnull=True)
    above = here.parent.path if here.parent else here.path
    return [
        Founder(
            username=row["username"].lower(), name=row["name"], id_number=row["id_number"], post=row["post"],
            division_path=above if row["post"] == "system_keeper" else here.path,
        )
        for row in rows
    ]  # fmt: skip
