"""`jubao backup FILE`: the whole system in one file.

Worked example: `jubao backup /backup/2026-11-22.jubao` while the site runs; it prints what the file holds and its SHA-256.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from jubao.kernel.errors import CheckFailed
from jubao.kernel.text import _

_BACKUP = _(
    "把数据库、文书档案和审计封存写进一个文件；网站可照常运行。\n\n"
    "密钥文件（secret.key、number.key、document.key）不在其中，用 --keys-to 另写到别的介质：没有它们，备份无法恢复。\n\n"
    "例：jubao backup /backup/2026-11-22.jubao --keys-to /media/safe/2026-11-22.keys"
)


def register(app: typer.Typer) -> None:
    """Add `backup` to the program."""
    app.command("backup", help=_BACKUP)(backup)


def backup(
    file: Annotated[Path, typer.Argument(help=_("要写的文件；已存在则不写"), metavar="FILE")],
    keys_to: Annotated[
        Path | None, typer.Option("--keys-to", help=_("密钥另存的文件，须在别的文件夹或介质"), dir_okay=False)
    ] = None,
) -> None:
    """Open the system, seal the audit, write the file."""
    from jubao.site.opening import open_system, owner_url_of

    now = datetime.now(UTC)
    cluster = open_system(now=now, owner=True)
    from jubao.services.oversight.sealing import seal_events
    from jubao.site.backup import backup_write, digest_of
    from jubao.site.key_set import key_set_write

    # Before the long work: a file that may not be written is said at once.
    names = key_set_write(keys_to, backup=file) if keys_to else []
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
    _about_keys(manifest.keys, keys_to, names)


def _about_keys(needed: Mapping[str, str], keys_to: Path | None, names: list[str]) -> None:
    """What became of the keys; loud where nobody could restore this backup."""
    from jubao.site.key_set import keys_absent

    if keys_to is not None:
        print(
            _("密钥另存在 {file}：{names}。请与备份分开保管。").format(file=keys_to, names="、".join(names))
        )
    else:
        words = _("注意：这份备份里没有密钥（{names}）。没有密钥，谁也不能恢复它。请用 --keys-to 另存一份。")
        print(words.format(names="、".join(sorted({name.split()[0] for name in needed}))), file=sys.stderr)
    absent = keys_absent(needed)
    if absent:
        raise CheckFailed(
            "KEY_FILE_LOST",
            _("备份已写出，但本机缺少密钥文件 {names}：用它封存的影像现在和恢复后都打不开。").format(
                names="、".join(absent)
            ),
            remedy=_("请立即从密钥的单独备份找回这个文件，放回原处后重新备份。"),
        )
