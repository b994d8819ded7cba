"""Rotation of the document keys: a new key seals from now on, what lies sealed under older ones is sealed again file by file.

Worked example: `document_key_add()` makes version 2; `reseal()` opens 3 000 files with version 1 and writes each in one step
under version 2. Killed after 1 200 it goes on with the other 1 800 when asked again: whichever key a file is under, the key file
still has it. `keys_retire` takes a key out only when no file is under it, and keeps it for the backups made before.
"""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from jubao.archive.models import Document
from jubao.database.invariant import Violation
from jubao.database.places import data_dir
from jubao.kernel.errors import CheckFailed, WrongUsage
from jubao.kernel.text import _
from jubao.services.documents.keys import (
    HEAD_BYTES,
    document_key_path,
    document_keys,
    keys_take_out,
    seal,
    sealed_version,
    unseal,
)
from jubao.services.documents.store import SEALED_SUFFIX, file_write

Listener = Callable[[int, int], None]


@dataclass(frozen=True)
class Resealed:
    """What a run found: files under the newest key already, files sealed again now, files that do not open."""

    version: int
    already: int
    resealed: int
    broken: tuple[str, ...]


def sealed_files() -> list[Path]:
    """Every sealed file of the data folder, whether a row names it or not."""
    return sorted((data_dir() / "documents").glob(f"??/??/*{SEALED_SUFFIX}"))


def sealed_by_version() -> dict[int | None, int]:
    """How many files lie under each key; None: files that are none of ours."""
    return dict(Counter(_version(path) for path in sealed_files()))


def reseal(*, tell: Listener = lambda done, total: None) -> Resealed:
    """Bring every sealed file under the newest key. Safe to repeat and to kill.

    Raises CheckFailed DOCUMENT_KEY_MISSING, DOCUMENT_KEY_BROKEN, DOCUMENT_KEY_WRONG before any file is touched. A file that
    does not open stays as it is and is named.
    """
    keys, files = document_keys(), sealed_files()
    newest = max(keys)
    absent = {_version(path) for path in files} - {None, *keys}
    if absent:
        raise CheckFailed(
            "DOCUMENT_KEY_MISSING",
            _("有文件用第 {versions} 版密钥封存，{path} 中没有。").format(
                versions="、".join(str(one) for one in sorted(one for one in absent if one)), path=document_key_path()
            ),
            remedy=_("请先从密钥的单独备份恢复；没有改动任何文件。"),
        )  # fmt: skip
    already, done, broken = 0, 0, []
    for n, path in enumerate(files, 1):
        if _version(path) == newest:
            already += 1
        elif _resealed(path):
            done += 1
        else:
            broken.append(path.name)
        tell(n, len(files))
    return Resealed(newest, already, done, tuple(broken))


def keys_retire(*, keep_in: Path) -> list[int]:
    """Take every key but the newest out of the key file and append them to `keep_in`; the versions taken out.

    Raises CheckFailed KEY_STILL_USED while a file lies under one of them, WrongUsage KEEP_IN_DATA_FOLDER for a file that would
    lie beside what the keys open.
    """
    if keep_in.resolve().is_relative_to(data_dir().resolve()):
        raise WrongUsage(
            "KEEP_IN_DATA_FOLDER",
            _("退役密钥不能放在数据目录里。"),
            remedy=_("请指定别处由专人保管的文件，例如移动介质上的文件。"),
        )
    keys = document_keys()
    retired = sorted(set(keys) - {max(keys)})
    used = {version: count for version, count in sealed_by_version().items() if version in retired}
    if used:
        raise CheckFailed(
            "KEY_STILL_USED",
            _("还有 {count} 份文件用旧密钥封存，不能退役。").format(count=sum(used.values())),
            remedy=_("请先运行 jubao keys reseal，直到全部换成新密钥。"),
        )
    if retired:
        _append(keep_in, [f"{version}:{keys[version].hex()}" for version in retired])
        keys_take_out(retired)
    return retired


def sealed_violations() -> Iterator[Violation]:
    """Sealed files that no row names and no present key opens (Q2); those with a row are checked with their row."""
    named = set(Document.objects.filter(is_encrypted=True).values_list("sha256", flat=True))
    for path in sealed_files():
        if path.stem in named:
            continue
        try:
            problem = "" if _content(path) is not None else _("文件被改动过")
        except CheckFailed as refused:
            problem = refused.message
        if problem:
            yield Violation("Q2", "documents", path.name, problem)


def _version(path: Path) -> int | None:
    with path.open("rb") as stream:
        return sealed_version(stream.read(HEAD_BYTES))


def _content(path: Path) -> bytes | None:
    """The clear content, None when it is not that of the file's name."""
    content = unseal(path.read_bytes(), about=path.stem)
    if content is None or hashlib.sha256(content).hexdigest() != path.stem:
        return None
    return content


def _resealed(path: Path) -> bool:
    content = _content(path)
    if content is None:
        return False
    file_write(path, seal(content, about=path.stem))
    return True


def _append(path: Path, lines: list[str]) -> None:
    """To the disk before the key file forgets them."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "a", encoding="ascii") as stream:
        stream.write("".join(f"{line}\n" for line in lines))
        stream.flush()
        os.fsync(stream.fileno())
