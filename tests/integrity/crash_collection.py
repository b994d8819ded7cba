"""Crash trials of collecting contributions: terminals, the village's book and list, the township's ledger and report.

Worked example: 存档 killed after the PDF was stored leaves no ledger and no line in one; repeated, both are there once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

from jubao.database.unit_of_work import read_scope, unit_of_work
from jubao.kernel.month import Month
from tests.integrity.crash_cases import looked_at, or_refused, take
from tests.integrity.crash_people import EVERYWHERE, actor
from tests.integrity.crash_points import Command

SONGSHAN, OFFICE = "150404", "songshan-township"
ASSISTANT, DISTRICT, FINANCE = (
    f"{SONGSHAN}-{post}" for post in ("village_assistant", "handler", "finance_officer")
)
MAY, DAY, JUNE = Month(2024, 5), date(2024, 5, 20), date(2024, 6, 3)
AT = datetime.combine(DAY, time(2), UTC)


def world() -> dict[str, Any]:
    """The district, a handler at the township, a terminal in the village, somebody who pays."""
    import tests.support.cast as cast_module
    from jubao.services.collection.terminals import terminal_register
    from tests.support.claim_free_world import World
    from tests.support.residents import an_enrolment

    cast_module.FROM = date(2023, 1, 1)
    here = World(SONGSHAN)
    cast_module.an_officer(
        "handler", path=here.cast.intake.actor.scope, username=OFFICE, from_on=cast_module.FROM
    )
    village = here.cast.assistant.actor.scope
    place = next(one for one in here.villages if one.path == village)
    terminal = terminal_register(
        actor=here.cast.handler.actor, number="POS-1", village_path=village, today=date(2024, 1, 2)
    )
    who = an_enrolment(village=place, name="王秀兰")
    return {"terminal": str(terminal.id), "village": village, "who": str(who.id)}


def _register(given: dict[str, Any]) -> None:
    from jubao.services.collection.terminals import terminal_register

    terminal_register(actor=actor(DISTRICT), number="POS-2", village_path="", today=DAY)


def _assign(given: dict[str, Any]) -> None:
    from jubao.services.collection.terminals import terminal_assign

    terminal_assign(actor=actor(DISTRICT), terminal_id=UUID(given["terminal"]), village_path="")


def _retire(given: dict[str, Any]) -> None:
    from jubao.services.collection.terminals import terminal_retire

    terminal_retire(actor=actor(DISTRICT), terminal_id=UUID(given["terminal"]), today=DAY)


def _report_fault(given: dict[str, Any]) -> Any:
    from jubao.services.collection.terminals import fault_report

    return fault_report(
        actor=actor(ASSISTANT), terminal_id=UUID(given["terminal"]), what="打印不出小票", today=DAY
    )


def _faulty() -> dict[str, Any]:
    given = world()
    return given | {"fault": str(_report_fault(given).id)}


def _close_fault(given: dict[str, Any]) -> None:
    from jubao.services.collection.terminals import fault_close

    fault_close(actor=actor(DISTRICT), fault_id=UUID(given["fault"]), repair="更换打印头", today=DAY)


def _paid() -> dict[str, Any]:
    """One payment at the terminal."""
    from jubao.contributions.models import PosTransaction

    given = world()
    with unit_of_work(EVERYWHERE, "crash"):
        PosTransaction.objects.create(
            terminal_id=given["terminal"], division_path=given["village"], enrolment_id=given["who"], year=2024,
            tier_fen=50000, amount_fen=50000, paid_at=AT, month=MAY.index, voucher_number="000017",
        )  # fmt: skip
    return given


def _take_in(given: dict[str, Any]) -> None:
    from jubao.services.collection.books import lines_take_in

    lines_take_in(actor=actor(ASSISTANT), month=MAY.index)


def _record(given: dict[str, Any]) -> None:
    from jubao.services.collection.books import line_record

    line_record(
        actor=actor(ASSISTANT), enrolment_id=UUID(given["who"]), year=2023, amount_fen=20000, means="pos",
        voucher_number="000018", paid_on=DAY, today=DAY, idempotency_key="line-1",
    )  # fmt: skip


def _booked() -> dict[str, Any]:
    from jubao.contributions.models import VillageLine

    given = _paid()
    _take_in(given)
    with read_scope("%"):
        return given | {"line": str(VillageLine.objects.get().id)}


def _edit(given: dict[str, Any]) -> None:
    from jubao.services.collection.books import line_edit

    line_edit(actor=actor(ASSISTANT), line_id=UUID(given["line"]), amount_fen=30000)


def _withdraw(given: dict[str, Any]) -> None:
    from jubao.services.collection.books import line_withdraw

    line_withdraw(actor=actor(ASSISTANT), line_id=UUID(given["line"]))


def _send(given: dict[str, Any]) -> Any:
    from jubao.services.collection.lists import village_list_send

    return village_list_send(actor=actor(ASSISTANT), month=MAY.index, today=DAY, idempotency_key="list-1")


def _sent() -> dict[str, Any]:
    given = _booked()
    case = _send(given)
    return given | {"case": str(case.id), "version": case.version}


def _check(given: dict[str, Any]) -> Any:
    from jubao.services.collection.lists import village_list_check

    return village_list_check(
        actor=actor(OFFICE), case_id=UUID(given["case"]), expected_version=given["version"], today=DAY, now=AT
    )


def _returned() -> dict[str, Any]:
    from jubao.cases.models import Case

    given = _booked()
    _edit(given)
    case = _send(given)
    _check(given | {"case": str(case.id), "version": case.version})
    with read_scope("%"):
        return looked_at(Case.objects.get(id=case.id), ASSISTANT, DAY)


def _send_again(given: dict[str, Any]) -> None:
    take(given, "send_again", ASSISTANT, DAY)


def _entered() -> dict[str, Any]:
    given = _sent()
    _check(given)
    return given


def _archive(given: dict[str, Any]) -> Any:
    from jubao.services.collection.ledgers import township_ledger_archive

    return township_ledger_archive(actor=actor(OFFICE), month=MAY.index, today=JUNE)


def _archived() -> dict[str, Any]:
    given = _entered()
    _archive(given)
    return given


def _correct(given: dict[str, Any]) -> None:
    from jubao.services.collection.books import line_correct

    line_correct(
        actor=actor(ASSISTANT), line_id=UUID(given["line"]), right_fen=20000, reason="小票为200元", today=JUNE,
        idempotency_key="correct-1",
    )  # fmt: skip


def _report(given: dict[str, Any]) -> Any:
    from jubao.services.collection.reports import township_report_send

    return township_report_send(actor=actor(OFFICE), month=MAY.index, today=JUNE, idempotency_key="report-1")


def _reported() -> dict[str, Any]:
    given = _archived()
    case = _report(given)
    return given | looked_at(case, FINANCE, JUNE)


def _reconcile(given: dict[str, Any]) -> Any:
    from jubao.services.collection.reports import report_reconcile

    return [str(one.id) for one in report_reconcile(actor=actor(FINANCE), case_id=UUID(given["case"]))]


def _reconciled() -> dict[str, Any]:
    given = _reported()
    return given | {"difference": _reconcile(given)[0]}


def _explain(given: dict[str, Any]) -> None:
    from jubao.services.collection.reports import report_difference_explain

    report_difference_explain(
        actor=actor(FINANCE), difference_id=UUID(given["difference"]), explanation="次月入库"
    )


def _explained() -> dict[str, Any]:
    given = _reconciled()
    _explain(given)
    return given


def _accept(given: dict[str, Any]) -> None:
    take(given, "accept", FINANCE, JUNE)


def _once(run: Callable[[dict[str, Any]], Any], *codes: str) -> Callable[[dict[str, Any]], Any]:
    """What says by name, when repeated, that it is done; answers nothing, so that both runs answer the same."""
    refusing = or_refused(run, *codes)

    def silent(given: dict[str, Any]) -> None:
        refusing(given)

    return silent


COMMANDS = {
    "terminal_register": Command(world, _register),
    "terminal_assign": Command(world, _assign),
    "terminal_retire": Command(world, _retire),
    "fault_report": Command(world, _once(_report_fault, "FAULT_OPEN")),
    "fault_close": Command(_faulty, _once(_close_fault, "FAULT_CLOSED")),
    "lines_take_in": Command(_paid, _take_in),
    "line_record": Command(_paid, _record),
    "line_edit": Command(_booked, _edit),
    "line_withdraw": Command(_booked, _withdraw),
    "line_correct": Command(_archived, _correct),
    "village_list_send": Command(_booked, _once(_send)),
    "village_list_check": Command(_sent, _once(_check, "CASE_MOVED", "STEP_NOT_POSSIBLE")),
    "village_list_send_again": Command(_returned, _send_again),
    "township_ledger_archive": Command(_entered, _once(_archive)),
    "township_report_send": Command(_archived, _once(_report)),
    "report_reconcile": Command(_reported, _once(_reconcile)),
    "report_difference_explain": Command(_reconciled, _explain),
    "township_report_accept": Command(_explained, _accept),
}
