"""A step of a large run on two connections at once: its pieces are planned first, and each happens once whoever takes it.

Worked example: sending 3.5 million lines is planned as 70 pieces; two lanes take them in turn, each in its own
transaction; killed when 0 to 30 and 32 are done, the next call reads the plan, takes 31 and 33 to 69 and ends the step.

The plan is kept like the pieces (`PaymentStep` of step `…_plan`), so that a restart cuts the work where the first start did.
A piece holds the run shared and itself alone: two programs at the same run wait for each other and do nothing twice.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.payments.models import PaymentRun, PaymentStep
from jubao.services.payments.pieces import FIRST_KEY, Progress, set_for_pieces

LARGE = 100_000
"""From so many rows on a step is planned and goes in lanes; below, one piece after the other is as quick."""
MOST_LANES = 2


@dataclass(frozen=True)
class Span:
    """What a lane works on: the rows after one key up to another; the last one is open to whoever came since."""

    run: PaymentRun
    number: int
    after: str
    until: str


Plan = Callable[[PaymentRun], list[str]]
Work = Callable[[Span], int]


def goes_in_lanes(run_id: UUID, step: str, rows: int, begun_as: tuple[str, ...] = ()) -> bool:
    """Whether a step is planned: as it was begun (under one of the names), a new one by its size. Call it inside a scope."""
    steps = PaymentStep.objects.filter(run_id=run_id)
    if steps.filter(step=f"{step}_plan").exists():
        return True
    return rows >= LARGE and not steps.filter(step__in=begun_as or (step,)).exists()


def in_lanes(
    actor: Actor, run_id: UUID, step: str, plan: Plan, work: Work, progress: Progress | None = None
) -> None:
    """Carry out a step to its end; `plan` gives the last key of each piece in order, `work` answers the rows it wrote."""
    ends, done = _planned(actor, run_id, step, plan)
    waiting = [number for number in range(len(ends)) if number not in done]

    def one(number: int) -> int:
        after = ends[number - 1] if number else FIRST_KEY
        return _piece(actor, run_id, step, (number, after, ends[number]), work)

    _each(waiting, one, progress)
    with unit_of_work(actor, f"run_{step}"):
        PaymentRun.objects.select_for_update().get(id=run_id)
        steps = PaymentStep.objects.filter(run_id=run_id, step=step)
        if steps.filter(is_last=False).count() == len(ends) and not steps.filter(is_last=True).exists():
            PaymentStep.objects.create(run_id=run_id, step=step, piece=len(ends), is_last=True)


def _planned(actor: Actor, run_id: UUID, step: str, plan: Plan) -> tuple[list[str], set[int]]:
    with unit_of_work(actor, f"run_{step}"):
        run = PaymentRun.objects.select_for_update().get(id=run_id)
        kept = PaymentStep.objects.filter(run=run, step=f"{step}_plan").order_by("piece")
        if not kept.exists():
            for number, until in enumerate(plan(run)):
                PaymentStep.objects.create(run=run, step=f"{step}_plan", piece=number, until_key=until)
        done = PaymentStep.objects.filter(run=run, step=step).values_list("piece", flat=True)
        return list(kept.values_list("until_key", flat=True)), set(done)


def _piece(actor: Actor, run_id: UUID, step: str, span: tuple[int, str, str], work: Work) -> int:
    number, after, until = span
    with unit_of_work(actor, f"run_{step}"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM payments_paymentrun WHERE id = %s FOR SHARE", [run_id])
            cursor.execute(
                "SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [f"{run_id} {step} {number}"]
            )
        if PaymentStep.objects.filter(run_id=run_id, step=step, piece=number).exists():
            return 0
        set_for_pieces()
        with connection.cursor() as cursor:
            # Planned while a table was empty, a scan of it would be repeated for each row while the other lane fills it.
            cursor.execute("SET LOCAL enable_seqscan = off")
        rows = work(Span(PaymentRun.objects.get(id=run_id), number, after, until))
        PaymentStep.objects.create(run_id=run_id, step=step, piece=number, until_key=until, row_count=rows)
        return rows


def _each(numbers: list[int], one: Callable[[int], int], progress: Progress | None) -> None:
    """All pieces, on a connection per processor; inside a transaction on its own one. The first error ends it."""
    lanes = min(MOST_LANES, os.cpu_count() or 1, len(numbers))
    if lanes < 2 or connection.in_atomic_block:
        for number in numbers:
            _told(one(number), progress)
        return
    with ThreadPoolExecutor(lanes, thread_name_prefix="lane") as pool:
        futures = [pool.submit(_on_own_connection, one, number) for number in numbers]
        try:
            for future in as_completed(futures):
                _told(future.result(), progress)
        except BaseException:
            pool.shutdown(wait=True, cancel_futures=True)
            raise


def _told(rows: int, progress: Progress | None) -> None:
    if progress is not None:
        progress.advance(rows)


def _on_own_connection(one: Callable[[int], int], number: int) -> int:
    try:
        return one(number)
    finally:
        connection.close()
