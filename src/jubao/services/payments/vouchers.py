"""Vouchers of the accountant beside the runs: entered once each, compared with the business ledger (SS-39-5).

Worked example: voucher 付-117 of 799.00 for a run of 800.00 shows a difference of 1.00 until the missing one is entered.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import CheckFailed
from jubao.kernel.text import _
from jubao.payments.models import PaymentRun, Voucher
from jubao.services.payments.case import FINANCE, require_post


def voucher_record(
    *,
    actor: Actor,
    district_code: str,
    run_id: UUID,
    number: str,
    kind: str,
    amount_fen: int,
    booked_on: date,
) -> Voucher:
    """Enter a voucher of a run; the same one again is already recorded. Raises CheckFailed VOUCHER_NUMBER_TAKEN."""
    require_post(actor, FINANCE)
    with unit_of_work(actor, "voucher_record"):
        run = PaymentRun.objects.get(id=run_id, district_code=district_code)
        former = Voucher.objects.filter(district_code=district_code, number=number).first()
        if former is not None:
            if (former.run_id, former.kind, former.amount_fen) != (run_id, kind, amount_fen):
                raise CheckFailed(
                    "VOUCHER_NUMBER_TAKEN",
                    _("凭证号 {number} 已经用于另一笔。").format(number=number),
                    remedy=_("请核对凭证号。"),
                )
            return former
        return Voucher.objects.create(
            district_code=district_code, run=run, number=number, kind=kind, amount_fen=amount_fen,
            benefit_month=run.benefit_month, booked_on=booked_on,
        )  # fmt: skip
