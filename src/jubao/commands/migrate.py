"""`jubao migrate`: bring the database to what the program expects.

Worked example: on a server of one's own `JUBAO_OWNER_DATABASE_URL=postgresql://jubao_owner:…@db/jubao jubao migrate` after
an upgrade; `--roles` first makes the roles and the database, as a superuser. The embedded database needs none of it.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from jubao.kernel.text import _

_MIGRATE = _(
    "把数据库结构更新到程序的版本，并重新设定权限；已是最新则不变。升级前请先 jubao backup。\n\n"
    "例：JUBAO_OWNER_DATABASE_URL=postgresql://jubao_owner:密码@主机/jubao jubao migrate"
)


def register(app: typer.Typer) -> None:
    """Add `migrate` to the program."""
    app.command("migrate", help=_MIGRATE)(migrate)


def migrate(
    roles: Annotated[
        str | None,
        typer.Option("--roles", help=_("先用这个超级用户地址建立角色和数据库"), metavar="URL"),
    ] = None,
) -> None:
    """Make roles if asked, migrate, protect, check."""
    from jubao.site.opening import describe, open_system, prepare_server

    if roles is not None:
        prepare_server(roles)
    for line in describe(open_system(now=datetime.now(UTC))):
        print(line)
    print(_("数据库已是最新。"))
