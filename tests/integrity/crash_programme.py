"""Crash trials of an overpayment kept back and of a dispatch to a township.

Worked example: `overpayment_decide` is killed between the months decided and the deduction; neither is kept; approved again,
each month is decided once. `claim_free_dispatch_send` leaves one case and one entry in the township's inbox.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from tests.integrity.crash_cases import trial
from tests.integrity.crash_people import DAY, DISTRICT, of
from tests.integrity.crash_points import Command

if TYPE_CHECKING:
    from jubao.cases.models import Case

DECIDED_ON = date(2025, 4, 21)


def _overpaid() -> Case:
    from jubao.services.benefits.overpayments import overpayment_propose
    from tests.benefits.county import County
    from tests.benefits.test_overpayments import overpaid

    here = County(DISTRICT)
    someone = overpaid(here)
    return overpayment_propose(
        actor=of("handler"), entitlement_id=someone.entitlement_id, way="deduct", reason="本人同意", today=DAY
    )


def _township() -> dict[str, Any]:
    from tests.support.cast import a_cast
    from tests.support.residents import some_villages

    village = some_villages(DISTRICT)[0]
    a_cast()
    return {"township": village.path.rstrip("/").rpartition("/")[0] + "/"}


def _send(given: dict[str, Any]) -> None:
    from jubao.kernel.month import Month
    from jubao.services.claim_free.dispatches import dispatch_send

    dispatch_send(
        actor=of("handler"), township=given["township"], month=Month.containing(DAY).index,
        due_on=DAY + timedelta(days=3), today=DAY, idempotency_key="dispatch-1",
    )  # fmt: skip


COMMANDS = {
    "overpayment_decide": trial(_overpaid, reason="金额无误"),
    "claim_free_dispatch_send": Command(_township, _send),
}
