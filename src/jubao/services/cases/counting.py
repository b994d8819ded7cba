"""How far the effect of a large case is: the loop over its lines counts them for whoever watches, and knows nothing of jobs.

Worked example: a job decides a recalculation of 4 600 people `with told(progress)`; `recalculation_apply` goes through
`counted("逐人办理", lines)`, and the page reads 2 300 of 4 600. Decided on the page itself nobody is told anything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Protocol, TypeVar

Row = TypeVar("Row")
TOLD_TIMES = 100
"""So often a loop says how far it is, however many rows it has."""
COUNTS = ("count", "rows", "accounts", "people", "lines")
"""Words under which a proposal says how many rows it is about, where it does not hold them itself."""


class Teller(Protocol):
    """What is told: a step with its total, and how much of it is done."""

    def step(self, name: str, total: int) -> None: ...

    def advance(self, rows: int) -> None: ...


_TELLER: ContextVar[Teller | None] = ContextVar("jubao_case_teller", default=None)


@contextmanager
def told(teller: Teller) -> Iterator[None]:
    """Let the effects inside the block tell how far they are."""
    token = _TELLER.set(teller)
    try:
        yield
    finally:
        _TELLER.reset(token)


def counted(name: str, rows: Sequence[Row]) -> Iterator[Row]:
    """The rows one after the other, telling how many are done."""
    teller = _TELLER.get()
    if teller is None:
        yield from rows
        return
    teller.step(name, len(rows))
    stride, said = max(1, len(rows) // TOLD_TIMES), 0
    for number, row in enumerate(rows, 1):
        yield row
        if number - said == stride or number == len(rows):
            teller.advance(number - said)
            said = number


def size_of(proposal: Mapping[str, Any]) -> int:
    """How many rows a case is about, by what its proposal holds or says; 0 where it is about one person."""
    held = [len(value) for value in proposal.values() if isinstance(value, list)]
    said = [proposal[name] for name in COUNTS if isinstance(proposal.get(name), int)]
    counts = proposal.get("counts")
    if isinstance(counts, Mapping):
        said.append(sum(int(counts.get(name, 0)) for name in ("new", "change")))
    return max([*held, *said], default=0)
