"""Long work on a run in pieces: each is one transaction that also writes that it is done, so a killed run goes on.

Worked example: `in_pieces(actor, run_id, "monthly", work)` of 3.5 million people is 70 pieces of 50 000; killed
in the 31st, the next call begins with the 31st again, because its rows and its `PaymentStep` were rolled back together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from django.db import connection

from jubao.database.actor import Actor
from jubao.database.unit_of_work import read_scope, unit_of_work
from jubao.payments.models import PaymentRun, PaymentStep

PIECE_SIZE = 50_000
FIRST_KEY = "00000000-0000-0000-0000-000000000000"

SENDING = ("transfers", "transfers_main")
"""Steps of sending: all lines in turn, or the monthly ones in lanes and then the others."""


class Progress(Protocol):
    """What a page polls: a step with its total, and how much of it is done."""

    def step(self, name: str, total: int) -> None: ...

    def advance(self, count: int) -> None: ...


class NoProgress:
    """For callers that show none."""

    def step(self, name: str, total: int) -> None:
        """Nothing to show."""

    def advance(self, count: int) -> None:
        """Nothing to show."""


@dataclass(frozen=True)
class Piece:
    """What a piece of work gets: the locked run, its number, the key after which it begins."""

    run: PaymentRun
    number: int
    after: str


@dataclass(frozen=True)
class Done:
    """What it answers: the last key done, how many rows it wrote, whether nothing is left."""

    until: str
    rows: int
    is_last: bool


def in_pieces(
    actor: Actor, run_id: UUID, step: str, work: Callable[[Piece], Done], progress: Progress | None = None
) -> int:
    """Carry out a step until its last piece; answers the rows of all pieces, also of those done before a restart."""
    while True:
        with unit_of_work(actor, f"run_{step}"):
            run = PaymentRun.objects.select_for_update().get(id=run_id)
            done = list(PaymentStep.objects.filter(run=run, step=step).order_by("piece"))
            if done and done[-1].is_last:
                return sum(one.row_count for one in done)
            piece = Piece(run, len(done), done[-1].until_key if done else FIRST_KEY)
            set_for_pieces()
            made = work(piece)
            PaymentStep.objects.create(
                run=run,
                step=step,
                piece=piece.number,
                until_key=made.until,
                row_count=made.rows,
                is_last=made.is_last,
            )
        if progress is not None:
            progress.advance(made.rows)


def set_for_pieces() -> None:
    """Settings of the open transaction for statements of many rows."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL work_mem = '96MB'")
        # Row security hides from the planner how many people a district has: it guesses one, and would read
        # all former lines once per person.
        cursor.execute("SET LOCAL enable_nestloop = off")


def read_run(actor: Actor, run_id: UUID) -> PaymentRun:
    """The run with its case, seen by the actor's own scope whoever calls."""
    with read_scope(actor.scope):
        return PaymentRun.objects.select_related("case").get(id=run_id)


def is_done(run_id: UUID, step: str) -> bool:
    """Whether the last piece of a step is done. Call it inside a scope."""
    return PaymentStep.objects.filter(run_id=run_id, step=step, is_last=True).exists()


def one_row(sql: str, params: dict[str, Any]) -> tuple[Any, ...]:
    """The only row of a query."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return tuple(cursor.fetchone())
