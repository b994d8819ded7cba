"""What can be imported from a file: its columns, how a row is judged against what we have, how it takes effect, how it is undone.

Worked example: kind `contributions` needs 身份证号码, 年度, 金额, 入库日期, 凭证号; a row whose receipt is booked with the same
content is `same`, with another content refused RECEIPT_TAKEN; taking effect posts to the ledger, undoing reverses.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any, Protocol

from jubao.database.actor import Actor
from jubao.kernel.errors import WrongUsage
from jubao.kernel.text import _

MAKERS = frozenset({"intake_clerk", "handler", "data_officer"})
REVIEWERS = frozenset({"reviewer", "data_reviewer", "approver"})

SQL_TYPES = {
    "identity": "text",
    "name": "text",
    "date": "date",
    "month": "int",
    "fen": "bigint",
    "years": "int",
    "yes_no": "boolean",
    "gender": "text",
    "word": "text",
    "text": "text",
    "number": "text",
    "derived": "text",
}


@dataclass(frozen=True)
class ImportColumn:
    """A column of the file (or derived from others): its kind as in `matching.list_cleaning`, whether it must be there."""

    name: str
    kind: str
    is_required: bool = False
    may_be_blank: bool = True
    headers: tuple[str, ...] = ()


class Effect(Protocol):
    """What applying or undoing a batch does; returns how many rows took part."""

    def __call__(self, *, batch: Any, actor: Actor, today: date) -> int: ...


class Judge(Protocol):
    """Decides over the temporary table `staged`; see `import_staging`."""

    def __call__(self, *, context: Any) -> None: ...


Derive = Callable[[Any, list[dict[str, Any]]], None]
Reader = Callable[..., Any]
"""Reads a file in a way of its own: (kind, path, pack, mapping=, today=, source=) → ReadFile."""


@dataclass(frozen=True)
class ImportKind:
    """One kind of import. `amount` names the column whose sum is shown; `derive` fills derived columns before staging."""

    kind: str
    title: str
    columns: tuple[ImportColumn, ...]
    judge: Judge
    apply: Effect
    undo: Effect | None = None
    derive: Derive | None = None
    read: Reader | None = None
    sources: Mapping[str, str] = field(default_factory=dict, hash=False)
    amount: str = ""
    makers: frozenset[str] = MAKERS
    reviewers: frozenset[str] = REVIEWERS
    is_capped: bool = False
    needs_month: bool = False
    key: tuple[str, ...] = ("id_number",)
    words: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict, hash=False)
    remedies: Mapping[str, str] = field(default_factory=dict, hash=False)

    @property
    def file_columns(self) -> tuple[ImportColumn, ...]:
        """The columns that stand in the file."""
        return tuple(column for column in self.columns if column.kind != "derived")


_KINDS: dict[str, ImportKind] = {}


def register_import(kind: ImportKind) -> ImportKind:
    """Add a kind of import."""
    if kind.kind in _KINDS:
        raise ValueError(f"import kind {kind.kind} is registered twice")
    _KINDS[kind.kind] = kind
    return kind


@cache
def _import_modules() -> None:
    import jubao.services.imports as imports

    for module in pkgutil.iter_modules(imports.__path__):
        if module.name.startswith("of_"):
            importlib.import_module(f"jubao.services.imports.{module.name}")


def import_kinds() -> Mapping[str, ImportKind]:
    """Every kind by name."""
    _import_modules()
    return dict(sorted(_KINDS.items()))


def import_kind(name: str) -> ImportKind:
    """The kind of that name. Raises WrongUsage IMPORT_KIND_UNKNOWN."""
    found = import_kinds().get(name.replace("-", "_"))
    if found is None:
        words = "、".join(import_kinds())
        raise WrongUsage(
            "IMPORT_KIND_UNKNOWN",
            _("没有名为 {name} 的导入种类。").format(name=name),
            remedy=_("可选：{words}。").format(words=words),
        )
    return found
