"""Finds and loads packs: by code, slug, folder or Chinese name, with all parents, once per process.

Worked example: `load_pack("500110")`, `load_pack("qijiang")`, `load_pack("500110_qijiang")` and `load_pack("綦江")` are the
same object; its chain is 000000 → 500000 → 500110.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

from jubao.kernel.errors import WrongUsage
from jubao.kernel.text import _
from jubao.policy.pack import Pack
from jubao.policy.pack_files import PackFiles
from jubao.policy.reading import PackRefused, Violation

OWN_PACKS = "JUBAO_PACKS_DIR"
"""Environment variable: a folder of packs that stand before the delivered ones, for an office's own values."""
_BUILT_IN = Path(__file__).resolve().parent.parent / "packs"


def pack_folders(root: Path | None = None, over: Path | None = None) -> dict[str, Path]:
    """Every pack folder by code. An office's own folder replaces the delivered one of the same code, and so does `over`."""
    own = os.environ.get(OWN_PACKS)
    roots = [root] if root else [_BUILT_IN, *([Path(own)] if own else [])]
    roots += [over] if over else []
    return {code: folder for place in roots for code, folder in _folders_in(place, _changed_at(place))}


def _changed_at(place: Path) -> int:
    """When a folder was last added or taken away; every page asks for its pack and must not read the disk for it."""
    try:
        return place.stat().st_mtime_ns
    except OSError:
        return 0


@lru_cache(maxsize=64)
def _folders_in(place: Path, changed_at: int) -> tuple[tuple[str, Path], ...]:
    if not changed_at or not place.is_dir():
        return ()
    return tuple(
        (folder.name[:6], folder)
        for folder in sorted(place.iterdir())
        if folder.is_dir() and folder.name[:6].isdigit() and folder.name[6:7] == "_"
    )


def load_pack(name: str, root: Path | None = None, over: Path | None = None) -> Pack:
    """The pack of a region with its parents; packs in the folder `over` stand before those in `root`.

    Raises WrongUsage for an unknown name, listing the packs; PackRefused when a file of the chain cannot be used.
    """
    folders = pack_folders(root, over)
    code = _code_of(name.strip(), folders)
    if code is None:
        listed = "、".join(f"{folder.name}（{_named(folder)}）" for folder in folders.values())
        raise WrongUsage(
            "PACK_UNKNOWN",
            _("没有名为 {name} 的政策包。").format(name=name),
            remedy=_("可用的政策包：{listed}。").format(listed=listed),
        )
    return _load(code, tuple(folders.items()))


def _code_of(name: str, folders: dict[str, Path]) -> str | None:
    if name in folders:
        return name
    for code, folder in folders.items():
        if name in (folder.name, folder.name[7:]):
            return code
    for code, folder in folders.items():
        try:
            head = _files(folder).head
        except PackRefused:
            continue
        if name == head.name or name in head.aliases:
            return code
    return None


def _named(folder: Path) -> str:
    try:
        return _files(folder).head.name
    except PackRefused:
        return "?"


@lru_cache(maxsize=256)
def _files(folder: Path) -> PackFiles:
    return PackFiles(folder)


@lru_cache(maxsize=64)
def _load(code: str, listed: tuple[tuple[str, Path], ...]) -> Pack:
    folders = dict(listed)
    chain: list[PackFiles] = []
    wrong: list[Violation] = []
    next_code: str | None = code
    while next_code is not None:
        files = _files(folders[next_code])
        if files in chain:
            wrong.append(
                _parent_fault(chain[-1], _("上级政策包 {next_code} 绕回了自己").format(next_code=next_code))
            )
            break
        try:
            files.check_readable()
        except PackRefused as refused:
            wrong += refused.violations
        chain.append(files)
        try:
            next_code = files.head.parent
        except PackRefused:
            break
        if next_code is not None and next_code not in folders:
            wrong.append(_parent_fault(files, _("没有上级政策包 {next_code}").format(next_code=next_code)))
            break
    wrong = wrong or list(_changes_of_what_is_reserved(chain))
    if wrong:
        raise PackRefused(wrong)
    return Pack(chain[::-1])


def _changes_of_what_is_reserved(chain: list[PackFiles]) -> Iterator[Violation]:
    """What a pack sets although a pack above keeps it to itself; `chain` runs from the place upwards."""
    for height, above in enumerate(chain):
        for files in chain[:height]:
            folder = files.folder.name
            for kept in above.head.reserves:
                keys = files.sources if kept == "sources" else files.settings
                for key in keys:
                    if kept == "sources" or key.startswith(kept):
                        file = "sources.yaml" if kept == "sources" else "variants.yaml"
                        what = _("{key} 由上级政策包 {above} 统一规定，下级只能使用，不能修改").format(
                            key=key, above=above.head.name
                        )
                        yield Violation(
                            folder, f"{folder}/{file}", key, "reserved", what, _("请删去这一项，或报上级修改")
                        )


def _parent_fault(files: PackFiles, what: str) -> Violation:
    folder = files.folder.name
    return Violation(folder, f"{folder}/pack.yaml", "parent", "parent", what, _("请改正 parent"))


def forget_packs() -> None:
    """Read packs anew; for tests and for a page that edits them."""
    _folders_in.cache_clear()
    _load.cache_clear()
    _files.cache_clear()
