"""`jubao backup FILE`: the whole system in one file.

Worked example: `jubao backup /backup/2026-11-22.jubao` while the site runs; it prints what the file holds and its SHA-256.
"""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from jubao.kernel.text import _

_BACKUP = _(
    "把数据库、文书档案和审计封存写进一个文件；网站可照常运行。\n\n"
    "密钥文件（secret.key、number.key、document.key）不在其中，请另行保管：没有它们，备份恢复后无法登录。\n\n"
    "例：jubao backup /backup/2026-11-22.jubao"
)


def register(app: typer.Typer) -> None:
    """Add `backup` to the program."""
    app.command("backup", help=_BACKUP)(backup)


def backup(
    file: Annotated[Path, typer.Argument(help=_("要写的文件；已存在则不写"), metavar="FILE")],
) -> None:
    """Open the system, seal the audit, write the file."""
    from jubao.site.opening import open_system, owner_url_of

    now = datetime.now(UTC)
    cluster = open_system(now=now, owner=True)
    from jubao.services.oversight.sealing import seal_events
    from jubao.site.backup import backup_write, digest_of

    seal_events()
    manifest = backup_write(
        file,
        url=owner_url_of(cluster),
        cluster=cluster,
        now=now,
        say=lambda line: print(line, file=sys.stderr),
    )
    print(
        _("已写出 {file}：{people} 人，{transfers} 笔转账，{documents} 份文书，{size} 字节。").format(
            file=file, people=manifest.rows["people_person"], transfers=manifest.rows["ledger_transfer"],
            documents=manifest.rows["archive_document"], size=file.stat().st_size,
        )
    )  # fmt: skip
    print(f"SHA-256 {digest_of(file)}")
