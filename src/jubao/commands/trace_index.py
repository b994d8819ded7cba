"""Every requirement of the texts with what the program has for it: code, faces, tests, and why it is not done.

Worked example: a requirement is done when its coverage entry names code that exists, a face that exists, at least one test
proves it, and nothing is left for later; `Traced.missing` lists what fails of that, in words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from jubao.commands.program_offer import (
    PROGRAM,
    command_places,
    module_place,
    program_offer,
    shown_location,
)
from jubao.kernel.text import _
from jubao.policy import Pack, load_pack, pack_folders
from jubao.policy.checks.coverage import resolves
from jubao.policy.schema.feeds import CoverageEntry

PROOFS = "proofs.json"


@dataclass(frozen=True)
class Traced:
    """One requirement and where it stands."""

    id: str
    pack: Pack
    entry: CoverageEntry
    tests: tuple[str, ...]
    missing: tuple[str, ...]

    @property
    def is_done(self) -> bool:
        """True when nothing is missing; nothing else counts as progress."""
        return not self.missing

    @property
    def document(self) -> str:
        """The letters before the first hyphen: the text the requirement comes from."""
        return self.id.partition("-")[0]


def packs_folder(root: Path | None) -> Path:
    """The folder that holds the packs and the index of proofs."""
    return root or PROGRAM / "packs"


def proofs(root: Path | None) -> dict[str, list[str]]:
    """Requirement id → the tests that prove it; empty when the index was not written yet."""
    file = packs_folder(root) / PROOFS
    if not file.exists():
        return {}
    index: dict[str, list[str]] = json.loads(file.read_text("utf-8"))
    return index


def all_traced(root: Path | None) -> Iterator[Traced]:
    """Every requirement of every pack, pack by pack in the order of their files."""
    index = proofs(root)
    for code in pack_folders(root):
        pack = load_pack(code, root)
        for id, entry in pack.chain[-1].coverage.items():
            tests = tuple(index.get(id, []))
            yield Traced(id, pack, entry, tests, tuple(_missing(pack, entry, tests)))


def _missing(pack: Pack, entry: CoverageEntry, tests: tuple[str, ...]) -> Iterator[str]:
    offer = program_offer()
    if entry.not_computable:
        yield _("不能计算：{why}").format(why=entry.not_computable)
        return
    if entry.planned_for:
        planned = _("留待 {issue}").format(issue=entry.planned_for)
        yield f"{planned}：{entry.note}" if entry.note else planned
    if not entry.by:
        yield _("没有写由什么实现（by）")
    if not entry.faces:
        yield _("没有可用的入口（faces）")
    for reference in (*entry.by, *entry.faces):
        if not resolves(pack, offer, reference):
            yield _("{reference} 还不存在").format(reference=reference)
    if not tests:
        yield _("没有测试证明")


def place_of(pack: Pack, reference: str) -> str:
    """Where a `by` or `faces` entry stands, as file:line; empty when it does not exist."""
    kind, _colon, name = reference.partition(":")
    if not resolves(pack, program_offer(), reference):
        return ""
    if kind == "rule":
        return program_offer().rules[name].location
    if kind == "module":
        return module_place(name)
    if kind == "command":
        return command_places()[name]
    if kind in {"page", "api"}:
        return f"/{name}"
    return _place_in_pack(pack, kind, name)


def _place_in_pack(pack: Pack, kind: str, name: str) -> str:
    for files in reversed(pack.chain):
        if kind == "document" and name in files.document_heads:
            return shown_location(f"{files.document_heads[name][0]}:1")
        candidates = {
            "setting": [files.folder / "variants.yaml"],
            "source": [files.folder / "sources.yaml"],
            "parameter": sorted((files.folder / "parameters").glob("*.yaml")),
        }.get(kind, [])
        for file in candidates:
            if file.exists() and (line := _line_of(file, name)):
                return shown_location(f"{file}:{line}")
    return ""


def _line_of(file: Path, key: str) -> int:
    pattern = re.compile(rf"^[\"']?{re.escape(key)}[\"']?\s*:")
    lines = file.read_text("utf-8").splitlines()
    return next((number for number, line in enumerate(lines, start=1) if pattern.match(line)), 0)
