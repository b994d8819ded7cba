"""缴费明细表: the village's list of a month goes to the township, which compares it with the terminal and enters or returns it.

Worked example: 新民村 sends May: 3 persons, 1 300.00. The terminal has 500.00 of 刘桂英 where the list has 300.00:
the check returns it with 刘桂英 2024年：明细表 300.00，POS机 500.00. Put right and sent again it is entered.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.contributions.models import VillageLine
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.facts.collection import Difference, book_sums, village_differences
from jubao.kernel.errors import CheckFailed
from jubao.kernel.month import Month
from jubao.kernel.text import _, chinese, in_chinese
from jubao.services.accounts.statements import yuan
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import advance, case_once, case_open
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, register
from jubao.services.collection.books import LIST, list_of, month_lock
from jubao.services.collection.citations import ARTICLE_9
from jubao.services.people.divisions import district_of

VILLAGE, OFFICE = frozenset({"village_assistant"}), frozenset({"intake_clerk", "handler"})
SHOWN = 20


def village_list_send(*, actor: Actor, month: int, today: date, idempotency_key: str | None = None) -> Case:
    """Send the book of a month as the monthly list; persons and total are counted from its lines.

    Raises CheckFailed LIST_SENT, MONTH_IN_FUTURE, CaseRefused POST_REQUIRED.
    """
    if month > Month.containing(today).index:
        raise CheckFailed("MONTH_IN_FUTURE", _("这个月还没有开始。"), remedy=_("请核对月份。"))

    def make() -> Case:
        month_lock(actor.scope, month)
        if list_of(actor.scope, month) is not None:
            raise CheckFailed(
                "LIST_SENT", _("{month} 的明细表已经上报。").format(month=Month.from_index(month))
            )
        return case_open(
            actor=actor, kind=LIST, district_code=district_of(actor.scope), division_path=actor.scope,
            title=chinese("{month} 缴费明细表").format(month=Month.from_index(month)), proposal=list_contents(actor.scope, month),
            today=today, channel="village",
        )  # fmt: skip

    with unit_of_work(actor, "village_list_send"):
        return case_once(idempotency_key, "village_list_send", {"path": actor.scope, "month": month}, make)


def list_contents(path: str, month: int) -> dict[str, Any]:
    """What goes up: the sums and every line of the book."""
    sums = book_sums(path, month)
    rows = VillageLine.objects.select_related("enrolment__person").filter(
        division_path=path, month=month, is_live=True
    )
    return {
        "month": month, "persons": sums.persons, "lines": sums.lines, "total_fen": sums.fen,
        "rows": [
            {"line_id": str(one.id), "name": one.enrolment.person.name, "year": one.year, "amount_fen": one.amount_fen,
             "voucher": one.voucher_number, "means": one.means}
            for one in rows.order_by("paid_on", "voucher_number", "id")
        ],
    }  # fmt: skip


def village_list_check(
    *, actor: Actor, case_id: UUID, expected_version: int, today: date, now: datetime
) -> Case:
    """核对: enter the list where it agrees with the terminal, else return it with every difference written out.

    Raises CaseRefused POST_REQUIRED, OUT_OF_SCOPE, CASE_MOVED.
    """
    with unit_of_work(actor, "village_list_check", case_id=case_id):
        case = Case.objects.get(id=case_id, kind=LIST)
        found = village_differences(case.division_path, int(case.proposal["month"]))
        return advance(
            actor=actor, case_id=case_id, action="return" if found else "enter", reason=differences_words(found),
            expected_version=expected_version, today=today, now=now,
        )  # fmt: skip


@in_chinese
def differences_words(found: list[Difference]) -> str:
    """Every difference in words, the first twenty of many."""
    said = [
        _("{name} {year}年：明细表 {ours}，POS机 {theirs}").format(
            name=one.name, year=one.year, ours=yuan(one.ours_fen), theirs=yuan(one.theirs_fen)
        )
        for one in found[:SHOWN]
    ]
    more = _("等 {count} 处").format(count=len(found)) if len(found) > SHOWN else ""
    return "；".join(said) + more


def _resent(*, case: Any, actor: Actor, today: date) -> dict[str, Any]:
    """The list as the book has it now."""
    return list_contents(case.division_path, int(case.proposal["month"]))


def _entered(*, case: Any, actor: Actor, today: date) -> None:
    """The lines belong to the list that was entered. Raises CaseRefused LIST_DIFFERS."""
    month = int(case.proposal["month"])
    found = village_differences(case.division_path, month)
    if found:
        raise CaseRefused(
            "LIST_DIFFERS", _("明细表与POS机流水不符：{words}。").format(words=differences_words(found)),
            remedy=_("请退回村（社区）核对。"), citation=ARTICLE_9,
        )  # fmt: skip
    rows = VillageLine.objects.filter(
        division_path=case.division_path, month=month, is_live=True, case_id=None
    )
    rows.update(case_id=case.id)


register(
    CaseKind(
        LIST,
        "村级缴费明细表",
        (
            Transition("open", OPEN, "sent", VILLAGE, title="上报", steps=("village_list",)),
            Transition("enter", "sent", "entered", OFFICE, title="核对无误，录入", closes=True, outcome="entered",
                       steps=("township_check",), levels=frozenset({"township"})),
            Transition("return", "sent", "returned", OFFICE, title="退回", needs_reason=True,
                       steps=("township_check",), levels=frozenset({"township"})),
            Transition("send_again", "returned", "sent", VILLAGE, title="重新上报", steps=("village_list",)),
        ),
        effects={"enter": _entered},
        prepares={"send_again": _resent},
        states={"sent": "待镇街核对", "entered": "已录入", "returned": "已退回"},
        workflow="contribution_month",
    )
)  # fmt: skip
