"""`jubao restore FILE`: a backup back into the database, checked before and after.

Worked example: on a new machine `jubao restore 2026-11-22.jubao --keys 2026-11-22.keys` (or the three key files put into the data
folder by hand); it ends with the self-audit, every sealed document opened, exit 1 when that finds anything.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from jubao.kernel.text import _

_RESTORE = _(
    "用备份文件恢复整个系统：先核对文件的每一部分，再一次性替换数据库，最后自查。网站须先停下。\n\n"
    "例：jubao restore /backup/2026-11-22.jubao --keys /media/safe/2026-11-22.keys"
)


def register(app: typer.Typer) -> None:
    """Add `restore` to the program."""
    app.command("restore", help=_RESTORE)(restore)


def restore(
    file: Annotated[
        Path, typer.Argument(help=_("jubao backup 写出的文件"), metavar="FILE", exists=True, dir_okay=False)
    ],
    keys: Annotated[
        Path | None,
        typer.Option(
            "--keys",
            help=_("jubao backup --keys-to 写出的密钥文件；空机器上必需"),
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help=_("覆盖已有数据的数据库"))] = False,
    incident: Annotated[
        str, typer.Option("--incident", help=_("恢复比见证更早的备份时，写明批准人和原因"))
    ] = "",
) -> None:
    """Check the file, replace database and documents, compare, audit."""
    from jubao.site import restore as work
    from jubao.site.backup import programs_of
    from jubao.site.opening import close_connections, open_system, owner_url_of
    from jubao.site.witness import refuse_rolled_back, sign_incident

    now = datetime.now(UTC)
    manifest = work.restore_check(file)
    work.place_keys(manifest, keys)
    cluster = open_system(now=now, owner=True)
    work.refuse_other_keys(manifest)
    work.refuse_full_target(force=force)
    close_connections()
    work.restore_database(file, url=owner_url_of(cluster), programs=programs_of(cluster))
    written = work.restore_files(file)
    open_system(now=now, owner=True)
    work.refuse_difference(manifest)
    if incident:
        sign_incident(incident, now=now)
    refuse_rolled_back()
    print(_("已恢复 {made_at} 的备份：{people} 人，{files} 份文件。").format(
        made_at=manifest.made_at, people=manifest.rows["people_person"], files=written
    ))  # fmt: skip
    _audit()


def _audit() -> None:
    from jubao.kernel.errors import CheckFailed
    from jubao.services.oversight.selfaudit import run_selfaudit

    broken = [line for line in run_selfaudit() if line.violations]
    if broken:
        raise CheckFailed(
            "RESTORED_WITH_VIOLATIONS", _("自查发现问题：{ids}").format(ids=", ".join(line.id for line in broken)),
            remedy=_("请运行 jubao selfaudit 查看明细。"),
        )  # fmt: skip
    print(_("自查通过。"))
