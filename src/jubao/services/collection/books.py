"""保管台账: the book of a village's assistant: payments by POS alone, taken from the terminal or written by hand; never cash.

Worked example: the assistant of 新民村 takes the three payments of May in with one press; 现金 is refused under 第八条 and the
attempt is written down. A line in an archived ledger is corrected by a later line: 500.00 that were 300.00 is −200.00 in June.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.db import connection

from jubao.cases.models import Case
from jubao.contributions.models import VillageLine
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import CheckFailed, InputRefused
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.people.models import Enrolment
from jubao.services.access.log import AccessRefused, require_post
from jubao.services.cases.idempotency import once
from jubao.services.collection.citations import ARTICLE_8, ARTICLE_9
from jubao.staff.regions import pack_of

LIST = "village_contribution_list"
ASSISTANT = "village_assistant"


def line_record(
    *, actor: Actor, enrolment_id: UUID, year: int, amount_fen: int, means: str, voucher_number: str, paid_on: date,
    today: date, idempotency_key: str | None = None,
) -> VillageLine:  # fmt: skip
    """Write one payment into the book. After the month's ledger is archived it goes into the month of today.

    Raises AccessRefused for cash; CheckFailed MEANS_NOT_POS, LIST_SENT, VOUCHER_TAKEN; InputRefused.
    """
    body = {"who": enrolment_id, "year": year, "fen": amount_fen, "voucher": voucher_number, "on": paid_on}
    _refuse_means(actor, means, today)
    _refuse_values(amount_fen, voucher_number, paid_on, today)

    def run() -> dict[str, Any]:
        enrolment = _enrolled(actor, enrolment_id)
        month = _open_month(actor.scope, Month.containing(paid_on).index, today)
        if VillageLine.objects.filter(
            division_path=actor.scope, voucher_number=voucher_number, is_live=True, corrects=None
        ).exists():
            raise CheckFailed(
                "VOUCHER_TAKEN", _("凭证号 {number} 已经在台账中。").format(number=voucher_number)
            )
        line = VillageLine.objects.create(
            division_path=actor.scope, month=month, enrolment=enrolment, year=year, amount_fen=amount_fen, means=means,
            voucher_number=voucher_number, paid_on=paid_on,
        )  # fmt: skip
        return {"id": str(line.id)}

    with unit_of_work(actor, "line_record"):
        require_post(actor, ASSISTANT, what=_("登记保管台账"))
        return VillageLine.objects.get(id=once(idempotency_key, "line_record", body, run)["id"])


def lines_take_in(*, actor: Actor, month: int) -> int:
    """Take the terminal's payments of a month into the book that are not in it yet; how many. Raises LIST_SENT."""
    with unit_of_work(actor, "lines_take_in"), connection.cursor() as cursor:
        require_post(actor, ASSISTANT, what=_("登记保管台账"))
        month_lock(actor.scope, month)
        if list_of(actor.scope, month) is not None:
            raise _sent(month)
        cursor.execute(_TAKE_IN, {"path": actor.scope, "month": month})
        return int(cursor.rowcount)


def line_withdraw(*, actor: Actor, line_id: UUID) -> VillageLine:
    """Take a line out of the book before its list is sent. Raises CheckFailed LIST_SENT, LEDGER_ARCHIVED."""
    with unit_of_work(actor, "line_withdraw"):
        require_post(actor, ASSISTANT, what=_("登记保管台账"))
        line = VillageLine.objects.select_for_update().get(id=line_id, division_path=actor.scope)
        _refuse_archived(line)
        if not line.is_live:
            return line
        if list_of(actor.scope, line.month) is not None:
            raise _sent(line.month)
        line.is_live = False
        line.save(update_fields=["is_live"])
        return line


def line_correct(
    *,
    actor: Actor,
    line_id: UUID,
    right_fen: int,
    reason: str,
    today: date,
    idempotency_key: str | None = None,
) -> VillageLine:
    """Correct a line of an archived ledger by a later one with the difference. Raises CheckFailed, InputRefused."""
    if len(reason.strip()) < 2:
        raise InputRefused("REASON_EMPTY", _("更正要写明原因。"))

    def run() -> dict[str, Any]:
        line = VillageLine.objects.select_for_update().get(id=line_id, division_path__startswith=actor.scope)
        if line.ledger_id is None:
            raise CheckFailed(
                "LEDGER_NOT_ARCHIVED", _("这一笔还没有存档。"), remedy=_("请从台账中撤下后重新登记。")
            )
        booked = line.amount_fen + sum(
            line.corrections.filter(is_live=True).values_list("amount_fen", flat=True)
        )
        if right_fen == booked or right_fen < 0:
            raise InputRefused(
                "NOTHING_TO_CORRECT", _("应记金额与已记金额相同，或小于零。"), remedy=_("请核对金额。")
            )
        later = VillageLine.objects.create(
            division_path=line.division_path, month=_open_month(line.division_path, Month.containing(today).index, today),
            enrolment_id=line.enrolment_id, year=line.year, amount_fen=right_fen - booked, means=line.means,
            voucher_number=line.voucher_number, paid_on=today, corrects=line, note=reason.strip()[:200],
        )  # fmt: skip
        return {"id": str(later.id)}

    with unit_of_work(actor, "line_correct"):
        require_post(actor, ASSISTANT, "handler", "intake_clerk", what=_("更正台账"))
        body = {"line": line_id, "fen": right_fen, "reason": reason}
        return VillageLine.objects.get(id=once(idempotency_key, "line_correct", body, run)["id"])


def line_edit(*, actor: Actor, line_id: UUID, amount_fen: int) -> VillageLine:
    """Change the amount of a line written by hand. Raises CheckFailed LEDGER_ARCHIVED, LIST_SENT; InputRefused."""
    with unit_of_work(actor, "line_edit"):
        require_post(actor, ASSISTANT, "handler", "intake_clerk", what=_("登记保管台账"))
        line = VillageLine.objects.select_for_update().get(id=line_id, division_path__startswith=actor.scope)
        _refuse_archived(line)
        if list_of(line.division_path, line.month) is not None:
            raise _sent(line.month)
        if amount_fen <= 0:
            raise InputRefused("AMOUNT_NOT_POSITIVE", _("金额须大于零。"))
        if line.amount_fen != amount_fen:
            line.amount_fen = amount_fen
            line.save(update_fields=["amount_fen"])
        return line


_TAKE_IN = """
    INSERT INTO contributions_villageline (division_path, month, enrolment_id, year, amount_fen, means, voucher_number, paid_on,
        note, is_live)
    SELECT t.division_path, t.month, t.enrolment_id, t.year, t.amount_fen, 'pos', t.voucher_number,
           (t.paid_at AT TIME ZONE 'Asia/Shanghai')::date, '', true
    FROM contributions_postransaction AS t
    WHERE t.division_path = %(path)s AND t.month = %(month)s AND t.is_live AND NOT EXISTS (
        SELECT 1 FROM contributions_villageline AS v WHERE v.division_path = t.division_path AND v.is_live
        AND v.voucher_number = t.voucher_number AND v.corrects_id IS NULL)
    ORDER BY t.paid_at, t.id
"""


def _refuse_means(actor: Actor, means: str, today: date) -> None:
    if (
        means == "cash"
        and pack_of(actor.scope).setting("contribution.village_cash", today).value == "forbidden"
    ):
        problem = AccessRefused(
            _("村（居）协办员不得以任何理由收取现金。"),
            what="village_cash",
            remedy=_("请引导参保人用POS机缴费。"),
        )
        problem.citation = ARTICLE_8
        raise problem
    if means != "pos":
        raise CheckFailed(
            "MEANS_NOT_POS",
            _("村（社区）收费只能通过POS机。"),
            remedy=_("补缴的请凭进账单登记。"),
            citation=ARTICLE_8,
        )


def _refuse_values(amount_fen: int, voucher_number: str, paid_on: date, today: date) -> None:
    if amount_fen <= 0:
        raise InputRefused("AMOUNT_NOT_POSITIVE", _("金额须大于零。"))
    if not voucher_number.strip():
        raise InputRefused("VOUCHER_MISSING", _("没有填写POS凭证号。"), remedy=_("请照小票填写。"))
    if paid_on > today:
        raise InputRefused("PAID_IN_FUTURE", _("缴费日期在今天之后。"), remedy=_("请核对日期。"))


def _enrolled(actor: Actor, enrolment_id: UUID) -> Enrolment:
    found = Enrolment.objects.filter(
        id=enrolment_id, ended_on=None, division_path__startswith=actor.scope
    ).first()
    if found is None:
        raise InputRefused(
            "NOT_ENROLLED", _("此人未在本村（社区）参保。"), remedy=_("请到镇街或区大厅办理通办缴费。")
        )
    return found


def _open_month(path: str, month: int, today: date) -> int:
    """The month itself, or today's where the list of the month was entered. Raises LIST_SENT while it is being checked."""
    month_lock(path, month)
    sent = list_of(path, month)
    if sent is None:
        return month
    this = Month.containing(today).index
    if sent.is_open or month >= this:
        raise _sent(month)
    return _open_month(path, this, today)


def list_of(path: str, month: int) -> Case | None:
    """The list of a month that is with the township or entered; none when it was returned."""
    found = Case.objects.filter(kind=LIST, division_path=path, proposal__month=month)
    return found.filter(state__in=("sent", "entered")).first()


def month_lock(path: str, month: int) -> None:
    """Writing into a month and sending its list wait for each other."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, %s))", [path, month])


def _refuse_archived(line: VillageLine) -> None:
    if line.ledger_id is not None:
        raise CheckFailed(
            "LEDGER_ARCHIVED", _("{month} 的原始台账已经存档，不能改动。").format(month=Month.from_index(line.month)),
            remedy=_("请作更正登记，记入以后的月份。"), citation=ARTICLE_9,
        )  # fmt: skip


def _sent(month: int) -> CheckFailed:
    return CheckFailed(
        "LIST_SENT", _("{month} 的明细表已经上报。").format(month=Month.from_index(month)),
        remedy=_("请镇街退回后再改；已录入的作更正登记。"), citation=ARTICLE_9,
    )  # fmt: skip
