"""Print the confirmation forms of a district or township: a sealed PDF per village, two processes, progress, resume, stop.

Worked example: 綦江, 2026-11: 9 812 people in 480 villages. The database side makes the forms of a village while two processes
set those of the villages before; a killed or stopped run goes on with the villages it has not kept; what is printed again is
the same.
"""

from __future__ import annotations

import multiprocessing
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from multiprocessing.pool import AsyncResult, Pool
from typing import Any
from uuid import UUID

from jubao.claim_free.models import ConfirmationForm
from jubao.database.actor import Actor
from jubao.jobs.progress import Clock, JobKey, Listener, Progress, running
from jubao.jobs.scope import session_scope
from jubao.services.claim_free.confirmation_batch import (
    Batch,
    Village,
    batch_keep,
    batch_make,
    batch_villages,
)
from jubao.services.claim_free.forms import confirmation_forms_pdf

JOB = "print_forms"
ORDER = "order"
PROCESSES = 2
PAGES_A_FILE = 250
PAGES_A_PROCESS = 1000
"""A compiler keeps a cache for the life of its process; after so many pages a new process takes over (0.6 GB in all)."""
AHEAD = 20


@dataclass(frozen=True)
class PrintOrder:
    """What to print: everybody below a place on the list of a month, dated `made_on`; who asked for it."""

    district_code: str
    place: str
    month: int
    made_on: date
    officer_id: UUID | None = None
    natural_person_id: UUID | None = None
    name: str = ""

    @property
    def key(self) -> JobKey:
        """Place and day tell two printings of a month apart."""
        return JobKey(JOB, self.district_code, self.month, f"{self.place}|{self.made_on}")

    @property
    def actor(self) -> Actor:
        """Who asked, at work in that place; the audit names that officer."""
        return Actor(self.officer_id, self.natural_person_id, None, self.name, self.place)

    def kept(self) -> dict[str, Any]:
        """As the job keeps it, so that a killed one can be taken up."""
        return {
            "officer_id": str(self.officer_id) if self.officer_id else None,
            "natural_person_id": str(self.natural_person_id) if self.natural_person_id else None,
            "name": self.name,
        }


def order_of(district_code: str, month: int, key: str, kept: dict[str, Any]) -> PrintOrder:
    """The order of a job that was begun."""
    place, _sign, day = key.partition("|")
    ids = [UUID(kept[name]) if kept.get(name) else None for name in ("officer_id", "natural_person_id")]
    return PrintOrder(
        district_code, place, month, date.fromisoformat(day), ids[0], ids[1], kept.get("name", "")
    )


def print_forms(order: PrintOrder, *, now: Clock, listener: Listener | None = None) -> dict[str, Any]:
    """Print; what each village got. Raises CheckFailed JOB_IS_RUNNING. A stopped run keeps what it has and ends quietly."""
    more: dict[str, Any] = {"listener": listener} if listener else {}
    with (
        running(order.key, now=now, requested_by=order.natural_person_id, **more) as progress,
        session_scope(order.place),
    ):
        progress.keep(ORDER, order.kept())
        villages = batch_villages(order.place, order.month)
        progress.step("信息确认表", sum(len(one.case_ids) for one in villages))
        waiting = []
        for village in villages:
            if progress.has(village.path):
                progress.advance(len(village.case_ids))
            else:
                waiting.append(village)
        _print(order, waiting, progress)
        return {path: one for path, one in progress.all_kept.items() if path != ORDER}
    return {}  # stopped: `running` ended it; what it kept stands in the row of the job


def _print(order: PrintOrder, villages: Sequence[Village], progress: Progress) -> None:
    """Forms are made here, a few villages ahead of the two processes that set them; a village is kept when its file is."""
    if not villages:
        return
    typical = max(1, sum(len(one.case_ids) for one in villages) // len(villages))
    tasks = max(1, PAGES_A_PROCESS // min(typical, PAGES_A_FILE))
    under_way: deque[tuple[Village, Batch, list[AsyncResult[bytes]]]] = deque()
    with multiprocessing.get_context("spawn").Pool(PROCESSES, maxtasksperchild=tasks) as pool:
        for group in _groups(villages):
            progress.refuse_stopped()
            made = batch_make(actor=order.actor, villages=group, today=order.made_on)
            under_way += [
                (village, one, list(_set(pool, one))) for village, one in zip(group, made, strict=True)
            ]
            while len(under_way) > AHEAD:
                _keep(order, *under_way.popleft(), progress)
        while under_way:
            progress.refuse_stopped()
            _keep(order, *under_way.popleft(), progress)


def _groups(villages: Sequence[Village]) -> Iterator[list[Village]]:
    """Small villages together, up to a file's worth of people."""
    group: list[Village] = []
    people = 0
    for village in villages:
        if group and people + len(village.case_ids) > PAGES_A_FILE:
            yield group
            group, people = [], 0
        group.append(village)
        people += len(village.case_ids)
    if group:
        yield group


def _set(pool: Pool, made: Batch) -> Iterator[AsyncResult[bytes]]:
    for forms in _pieces(made.forms):
        shown = [{name: one for name, one in form.contents.items() if name != "trace"} for form in forms]
        yield pool.apply_async(confirmation_forms_pdf, (shown,), {"is_one_of_many": True})


def _pieces(forms: Sequence[ConfirmationForm]) -> Iterator[Sequence[ConfirmationForm]]:
    for first in range(0, len(forms), PAGES_A_FILE):
        yield forms[first : first + PAGES_A_FILE]


def _keep(
    order: PrintOrder, village: Village, made: Batch, files: list[AsyncResult[bytes]], progress: Progress
) -> None:
    kept = []
    for forms, file in zip(_pieces(made.forms), files, strict=True):
        document = batch_keep(actor=order.actor, village=village, forms=forms, pdf=file.get())
        kept.append(str(document.id))
    progress.keep(
        village.path,
        {"name": village.name, "forms": len(made.forms), "documents": kept, "left_out": dict(made.left_out)},
    )
    progress.advance(len(village.case_ids))
