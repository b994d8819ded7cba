"""`jubao keys`: which keys seal the documents, a new one, and every file brought under it.

Worked example: `jubao keys rotate` adds version 2 and seals 3 000 files again; killed, `jubao keys reseal` goes on;
`jubao keys retire --keep-in /media/safe/retired.key` takes version 1 out once nothing is sealed with it.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from jubao.kernel.errors import CheckFailed
from jubao.kernel.text import _

_HELP = _(
    "封存影像和档案的密钥：查看、轮换、换封、退役。网站可照常运行。\n\n"
    "例：jubao keys rotate\n\n操作步骤见 docs/operating/keys.md。"
)
_ROTATE = _(
    "生成新一版密钥，然后把全部文件换成用新密钥封存；中断后用 jubao keys reseal 继续。例：jubao keys rotate"
)
_RESEAL = _("把还用旧密钥封存的文件换成用最新密钥封存；可重复运行，可中断。例：jubao keys reseal")
_RETIRE = _(
    "旧密钥已没有文件使用时，从密钥文件中取出，另存到指定文件（旧备份仍要用它）。\n\n"
    "例：jubao keys retire --keep-in /media/safe/retired.key"
)


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(help=_HELP, short_help=_("封存档案的密钥：查看、轮换、退役"), no_args_is_help=True)
    group.command("show", help=_("列出每版密钥和用它封存的文件数。例：jubao keys show"))(show)
    group.command("rotate", help=_ROTATE)(rotate)
    group.command("reseal", help=_RESEAL)(reseal)
    group.command("retire", help=_RETIRE)(retire)
    app.add_typer(group, name="keys")


def show() -> None:
    """One line per key."""
    _ready()
    from jubao.services.documents.keys import document_key_path, document_keys, fingerprint
    from jubao.services.documents.resealing import sealed_by_version

    keys, counts = document_keys(), sealed_by_version()
    print(_("密钥文件：{path}").format(path=document_key_path()))
    for version in sorted({*keys, *(one for one in counts if one)}):
        about = fingerprint(keys[version]) if version in keys else _("密钥不在！")
        print(_("第 {version} 版　指纹 {about}　封存 {count} 份").format(
            version=version, about=about, count=counts.get(version, 0)
        ))  # fmt: skip


def rotate() -> None:
    """A new key, then everything under it."""
    _ready()
    from jubao.services.documents.keys import document_key_add, document_key_path

    version = document_key_add()
    print(_("已生成第 {version} 版密钥。请立即把 {path} 另存一份到单独保管的地方。").format(
        version=version, path=document_key_path()
    ))  # fmt: skip
    reseal()


def reseal() -> None:
    """Every file under the newest key; exit 1 when some do not open."""
    _ready()
    from jubao.services.documents.resealing import reseal as run

    found = run(tell=_told)
    print(_("第 {version} 版密钥：本次换封 {resealed} 份，原已是新密钥 {already} 份。").format(
        version=found.version, resealed=found.resealed, already=found.already
    ))  # fmt: skip
    if found.broken:
        raise CheckFailed(
            "SEALED_FILES_BROKEN",
            _("有 {count} 份文件打不开，没有改动：{names}").format(
                count=len(found.broken), names="、".join(found.broken[:10])
            ),
            remedy=_("请从备份恢复这些文件，再运行 jubao keys reseal。旧密钥请继续保留。"),
        )


def retire(
    keep_in: Annotated[
        Path, typer.Option("--keep-in", help=_("退役密钥另存的文件，不能在数据目录里"), dir_okay=False)
    ],
) -> None:
    """Take the old keys out."""
    _ready()
    from jubao.services.documents.resealing import keys_retire

    versions = keys_retire(keep_in=keep_in)
    if not versions:
        print(_("没有可退役的旧密钥。"))
        return
    print(_("已退役第 {versions} 版密钥，另存在 {path}。恢复轮换以前的备份时仍要用它，请与备份分开保管。").format(
        versions="、".join(map(str, versions)), path=keep_in
    ))  # fmt: skip


def _ready() -> None:
    """The keys lie beside the database; no server is needed to work on them."""
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jubao.site.settings")
    django.setup()


def _told(done: int, total: int) -> None:
    if sys.stderr.isatty():
        print(f"\r{done}/{total}", end="\n" if done == total else "", file=sys.stderr, flush=True)
