"""The keys of a system as a file of their own, for another medium than the backup: one is worth nothing without the other.

Worked example: `key_set_write(Path("/media/safe/2026-11-22.keys"))` holds `secret.key`, `number.key` and `document.key`, readable
by its owner alone; on an empty machine `key_set_place` puts them where the program looks for them before anything is restored.
"""

from __future__ import annotations

import os
import tarfile
from collections.abc import Mapping
from io import BytesIO
from pathlib import Path

from jubao.database.places import secret_key_path
from jubao.kernel.errors import CheckFailed, InputRefused, WrongUsage
from jubao.kernel.text import _

LONGEST = 1 << 20


def key_paths() -> dict[str, Path]:
    """Where each key file lies on this machine, by the name it has in a set."""
    from jubao.services.documents.keys import document_key_path
    from jubao.staff.keys import number_key_path

    return {
        "secret.key": secret_key_path(), "number.key": number_key_path(), "document.key": document_key_path()
    }  # fmt: skip


def keys_absent(needed: Mapping[str, str]) -> list[str]:
    """Names of the key files that a backup needs (its manifest's fingerprints) and this machine has not."""
    names = sorted({name.split()[0] for name in needed})
    paths = key_paths()
    return [name for name in names if name in paths and not paths[name].exists()]


def key_set_write(target: Path, *, backup: Path) -> list[str]:
    """Write every key file there is; their names.

    Raises WrongUsage FILE_EXISTS, KEYS_BESIDE_BACKUP: whoever takes the folder must not find both.
    """
    if target.resolve().parent == backup.resolve().parent:
        raise WrongUsage(
            "KEYS_BESIDE_BACKUP",
            _("密钥不能和备份放在同一个文件夹里。"),
            remedy=_("请把密钥写到另一个介质，由另一个人保管。"),
        )
    content = BytesIO()
    found = {name: path.read_bytes() for name, path in key_paths().items() if path.exists()}
    with tarfile.open(fileobj=content, mode="w") as archive:
        for name, key in found.items():
            info = tarfile.TarInfo(name)
            info.size, info.mode = len(key), 0o600
            archive.addfile(info, BytesIO(key))
    try:
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError as there:
        raise WrongUsage(
            "FILE_EXISTS", _("{file} 已存在。").format(file=target), remedy=_("请换一个文件名。")
        ) from there
    with os.fdopen(handle, "wb") as stream:
        stream.write(content.getvalue())
        stream.flush()
        os.fsync(stream.fileno())
    return sorted(found)


def key_set_place(source: Path) -> list[str]:
    """Put the keys of a set where the program looks for them; the names of those written. A key that is there stays.

    Raises InputRefused KEY_SET_DAMAGED; CheckFailed KEY_THERE_DIFFERS before anything is written.
    """
    paths, written = key_paths(), []
    keys = _read(source)
    other = [name for name, key in keys.items() if paths[name].exists() and paths[name].read_bytes() != key]
    if other:
        raise CheckFailed(
            "KEY_THERE_DIFFERS",
            _("本机已有另外的密钥：{names}。").format(names="、".join(other)),
            remedy=_("本机若没有要保留的数据，请先把这些文件移走；否则换一个数据目录。"),
        )
    for name, key in keys.items():
        path = paths[name]
        if path.exists():
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as stream:
            stream.write(key)
        written.append(name)
    return written


def _read(source: Path) -> dict[str, bytes]:
    keys: dict[str, bytes] = {}
    try:
        with tarfile.open(source, "r:") as archive:
            for member in archive:
                stream = archive.extractfile(member)
                if member.name not in key_paths() or stream is None or member.size > LONGEST:
                    raise KeyError(member.name)
                keys[member.name] = stream.read()
    except (tarfile.TarError, KeyError, EOFError, OSError) as broken:
        raise InputRefused(
            "KEY_SET_DAMAGED",
            _("{file} 不是完整的密钥文件。").format(file=source.name),
            remedy=_("请用 jubao backup --keys-to 写出的文件。"),
        ) from broken
    return keys
