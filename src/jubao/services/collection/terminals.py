"""POS terminals: one per village, faults reported and closed, villages without one listed (第三条（六）1).

Worked example: POS-0001 is registered for 新民村; a second one for the village is refused VILLAGE_HAS_TERMINAL; the fault
打印不出小票 of 2024-05-06 closes on 2024-05-08 with 更换打印头.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from jubao.contributions.models import PosFault, PosTerminal
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import CheckFailed, InputRefused
from jubao.kernel.text import _
from jubao.people.models import Division
from jubao.services.access.log import require_post
from jubao.services.collection.citations import ARTICLE_3
from jubao.services.people.divisions import district_of

KEEPERS = ("handler", "finance_officer", "data_officer")
REPORTERS = ("village_assistant", "intake_clerk", *KEEPERS)


def terminal_register(*, actor: Actor, number: str, village_path: str, today: date) -> PosTerminal:
    """Register a terminal, for a village or (empty path) in stock. The same again changes nothing.

    Raises CheckFailed TERMINAL_TAKEN, VILLAGE_HAS_TERMINAL; InputRefused TERMINAL_NUMBER_MISSING, VILLAGE_UNKNOWN.
    """
    name = number.strip()
    if not name:
        raise InputRefused("TERMINAL_NUMBER_MISSING", _("没有填写终端编号。"), remedy=_("请照机身铭牌填写。"))
    with unit_of_work(actor, "terminal_register"):
        require_post(actor, *KEEPERS, what=_("登记POS机"))
        path = _place(actor, village_path)
        district = district_of(path)
        found = PosTerminal.objects.filter(number=name, until_on__isnull=True).first()
        if found is not None and found.division_path != path:
            raise CheckFailed(
                "TERMINAL_TAKEN", _("终端 {number} 已经登记。").format(number=name), remedy=_("请核对编号，或先调整它的村。")
            )  # fmt: skip
        if found is not None:
            return found
        with _one_per_village():
            return PosTerminal.objects.create(
                district_code=district,
                division_path=path,
                has_village=bool(village_path),
                number=name,
                from_on=today,
            )


def terminal_assign(*, actor: Actor, terminal_id: UUID, village_path: str) -> PosTerminal:
    """Give a terminal to a village, or take it back into stock with an empty path. Raises as `terminal_register`."""
    with unit_of_work(actor, "terminal_assign"):
        require_post(actor, *KEEPERS, what=_("调整POS机"))
        found = _in_use(terminal_id)
        path = _place(actor, village_path)
        if (found.division_path, found.has_village) == (path, bool(village_path)):
            return found
        found.division_path, found.has_village = path, bool(village_path)
        with _one_per_village():
            found.save(update_fields=["division_path", "has_village"])
        return found


def terminal_retire(*, actor: Actor, terminal_id: UUID, today: date) -> PosTerminal:
    """Take a terminal out of use; its payments stay. A repeated call changes nothing."""
    with unit_of_work(actor, "terminal_retire"):
        require_post(actor, *KEEPERS, what=_("停用POS机"))
        found = PosTerminal.objects.select_for_update().get(id=terminal_id)
        if found.until_on is None:
            found.until_on = max(today, found.from_on)
            found.save(update_fields=["until_on"])
        return found


def fault_report(*, actor: Actor, terminal_id: UUID, what: str, today: date) -> PosFault:
    """Report a fault. Raises InputRefused FAULT_EMPTY, CheckFailed FAULT_OPEN while one is open."""
    if len(what.strip()) < 2:
        raise InputRefused("FAULT_EMPTY", _("没有写明故障。"), remedy=_("请写明故障现象。"))
    with unit_of_work(actor, "fault_report"):
        require_post(actor, *REPORTERS, what=_("报修POS机"))
        terminal = _in_use(terminal_id)
        if PosFault.objects.filter(terminal=terminal, closed_on__isnull=True).exists():
            raise CheckFailed("FAULT_OPEN", _("这台终端已经报修，还没有修好。"), citation=ARTICLE_3)
        return PosFault.objects.create(
            terminal=terminal,
            division_path=terminal.division_path,
            what=what.strip()[:200],
            reported_on=today,
        )


def fault_close(*, actor: Actor, fault_id: UUID, repair: str, today: date) -> PosFault:
    """Close a fault with the day of the repair. Raises InputRefused REPAIR_EMPTY, CheckFailed FAULT_CLOSED."""
    if len(repair.strip()) < 2:
        raise InputRefused("REPAIR_EMPTY", _("没有写明修理结果。"), remedy=_("请写明怎样修好的。"))
    with unit_of_work(actor, "fault_close"):
        require_post(actor, *KEEPERS, what=_("POS机修复登记"))
        found = PosFault.objects.select_for_update().get(id=fault_id)
        if found.closed_on is not None:
            raise CheckFailed("FAULT_CLOSED", _("这次故障已于 {day} 修好。").format(day=found.closed_on))
        found.closed_on, found.repair = today, repair.strip()[:200]
        found.save(update_fields=["closed_on", "repair"])
        return found


def _in_use(terminal_id: UUID) -> PosTerminal:
    found = PosTerminal.objects.select_for_update().filter(id=terminal_id, until_on__isnull=True).first()
    if found is None:
        raise CheckFailed("TERMINAL_UNKNOWN", _("没有这台在用的终端。"), remedy=_("请刷新页面。"))
    return found


def _place(actor: Actor, village_path: str) -> str:
    """The village, or the district for a terminal in stock."""
    wanted = village_path or _district_path(actor)
    level = "village" if village_path else "district"
    if not Division.objects.filter(
        path=wanted, level=level, path__startswith=actor.scope, valid_until=None
    ).exists():
        raise InputRefused("VILLAGE_UNKNOWN", _("没有这个村（社区）。"), remedy=_("请从列表中选择。"))
    return wanted


def _district_path(actor: Actor) -> str:
    return actor.scope[: actor.scope.find(district_of(actor.scope)) + 7]


@contextmanager
def _one_per_village() -> Iterator[None]:
    """The database allows one terminal per village; its refusal in words."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "pos_terminal_one_per_village" not in str(error):
            raise
        raise CheckFailed(
            "VILLAGE_HAS_TERMINAL", _("这个村（社区）已经有一台POS机。"), remedy=_("请先停用或调走原来的终端。"),
            citation=ARTICLE_3,
        ) from error  # fmt: skip
