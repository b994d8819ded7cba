"""A pension that never was: its lines leave the draft that already holds them; a run that was checked must be made void first.

Worked example: the draft of 2024-06 holds 163.02 yuan for somebody whose claim is rolled back: the line is out and stands in
the list of the unpaid with ROLLED_BACK.
"""

from __future__ import annotations

from uuid import UUID

from jubao.kernel.text import _
from jubao.payments.models import PaymentLine, PaymentOmission, PaymentRun
from jubao.services.cases.checks import CaseRefused

OVER = ("void", "closed")


def lines_withdraw(*, entitlement_id: UUID, reason: str) -> int:
    """Take every line of an entitlement out of drafts, inside the caller's unit of work; how many.

    Raises CaseRefused RUN_HOLDS_LINE for a run beyond its draft.
    """
    runs = PaymentRun.objects.select_for_update().exclude(state__in=OVER)
    held = list(
        PaymentLine.objects.filter(
            entitlement_id=entitlement_id, is_in_run=True, run__in=runs
        ).select_related("run")
    )
    beyond = next((line.run for line in held if line.run.state != "draft" or line.run.digest), None)
    if beyond is not None:
        raise CaseRefused(
            "RUN_HOLDS_LINE",
            _("发放批次 {number} 已核查，里面有这个人的待遇。").format(number=beyond.number),
            remedy=_("请先作废这一批或办理追回，再回退领待业务。"),
        )
    PaymentOmission.objects.bulk_create(
        PaymentOmission(
            run=line.run, enrolment_id=line.enrolment_id, entitlement_id=line.entitlement_id, kind=line.kind,
            cause=line.cause, division_path=line.division_path, benefit_month=line.benefit_month, reason="HELD",
            detail=reason, amount_fen=line.amount_fen,
        )
        for line in held
    )  # fmt: skip
    PaymentLine.objects.filter(id__in=[line.id for line in held]).update(is_live=False, is_in_run=False)
    return len(held)
