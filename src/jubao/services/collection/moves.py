"""划转税务专户: registered make-up money leaves the designated account for the tax account, each move written down (第十条).

Worked example: on 2024-05-28 振兴街道 moves slips JZ-7 and JZ-8, 2 000.00, voucher HZ-12: one `MakeUpMove` with both persons;
slip JZ-9 of the day after stays listed as 未划转.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.contributions.models import MakeUpMove, MakeUpPayment
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import CheckFailed, InputRefused
from jubao.kernel.text import _
from jubao.services.access.log import require_post
from jubao.services.cases.engine import advance
from jubao.services.cases.idempotency import once
from jubao.services.collection.citations import ARTICLE_10
from jubao.services.collection.make_ups import collection_account
from jubao.services.people.divisions import district_of


def make_up_move(
    *, actor: Actor, payment_ids: Sequence[UUID], moved_on: date, voucher_number: str, today: date, now: datetime,
    idempotency_key: str | None = None,
) -> MakeUpMove:  # fmt: skip
    """Record that these payments went to the tax account, all or none.

    Raises InputRefused NOTHING_CHOSEN, VOUCHER_MISSING, MOVED_IN_FUTURE; CheckFailed ALREADY_MOVED, MOVED_BEFORE_PAID,
    VOUCHER_TAKEN, ACCOUNT_MISSING.
    """
    voucher = voucher_number.strip()
    if not payment_ids:
        raise InputRefused("NOTHING_CHOSEN", _("没有选择要划转的补缴款。"), remedy=_("请勾选后再划转。"))
    if not voucher:
        raise InputRefused("VOUCHER_MISSING", _("没有填写划转凭证号。"))
    if moved_on > today:
        raise InputRefused("MOVED_IN_FUTURE", _("划转日期在今天之后。"))
    body = {"payments": sorted(map(str, payment_ids)), "on": moved_on, "voucher": voucher}

    def run() -> dict[str, Any]:
        return {"id": str(_moved(actor, payment_ids, moved_on, voucher, today, now).id)}

    with unit_of_work(actor, "make_up_move"):
        require_post(actor, "handler", "intake_clerk", what=_("划转补缴款"))
        return MakeUpMove.objects.get(id=once(idempotency_key, "make_up_move", body, run)["id"])


def _moved(
    actor: Actor, payment_ids: Sequence[UUID], moved_on: date, voucher: str, today: date, now: datetime
) -> MakeUpMove:
    wanted = MakeUpPayment.objects.select_for_update().filter(
        id__in=payment_ids, division_path__startswith=actor.scope
    )
    payments = list(wanted.order_by("id"))
    _refuse(payments, payment_ids, moved_on)
    district = district_of(actor.scope)
    if MakeUpMove.objects.filter(district_code=district, voucher_number=voucher).exists():
        raise CheckFailed("VOUCHER_TAKEN", _("划转凭证号 {number} 已经登记过。").format(number=voucher))
    move = MakeUpMove.objects.create(
        division_path=actor.scope, district_code=district, moved_on=moved_on, payment_count=len(payments),
        amount_fen=sum(one.amount_fen for one in payments), voucher_number=voucher,
        account_number=collection_account(district, "tax").number, officer_id=actor.officer_id,
    )  # fmt: skip
    wanted.update(move=move)
    for one in payments:
        case = Case.objects.get(id=one.case_id)
        advance(
            actor=actor, case_id=case.id, action="move", expected_version=case.version, today=today, now=now
        )
    return move


def _refuse(payments: list[MakeUpPayment], payment_ids: Sequence[UUID], moved_on: date) -> None:
    if len(payments) != len(set(payment_ids)):
        raise InputRefused("PAYMENT_UNKNOWN", _("有的补缴款不在您的辖区。"), remedy=_("请刷新页面。"))
    if any(one.move_id is not None for one in payments):
        raise CheckFailed(
            "ALREADY_MOVED", _("有的补缴款已经划转。"), remedy=_("请刷新页面。"), citation=ARTICLE_10
        )
    if any(one.paid_on > moved_on for one in payments):
        raise CheckFailed("MOVED_BEFORE_PAID", _("划转日期早于缴款日期。"), remedy=_("请核对日期。"))
