"""Windows that closed and cases that cannot go on: the flag expires after the birthday month, a death or sentence ends the case.

Worked example: nobody confirmed for 王大明 until 2024-05-31; the night of 2024-06-01 closes his case as 已过期 with the
ordinary way told. A case confirmed on 31 May goes on, however late it is handled.
"""

from __future__ import annotations

from datetime import date, datetime, time
from uuid import UUID

from jubao.cases.models import Case
from jubao.claim_free.models import Flag
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.text import chinese
from jubao.services.cases.deadlines import OFFICE_TIME
from jubao.services.cases.engine import advance
from jubao.services.cases.records import case_found
from jubao.services.claim_free.cases import KIND, WAITING
from jubao.services.claim_free.flags import OTHER

EXPIRING = (*WAITING, "revoked", "returned")


def expire_windows(*, actor: Actor, today: date, now: datetime) -> int:
    """Close every case in the actor's place whose window has passed without a confirmation; how many."""
    with unit_of_work(actor, "expire_windows"):
        late = Flag.objects.filter(
            window_until__lt=today, case__kind=KIND, case__is_open=True, case__state__in=EXPIRING,
            division_path__startswith=actor.scope.rstrip("%"),
        ).order_by("id")  # fmt: skip
        case_ids = list(late.values_list("case_id", flat=True))
    for case_id in case_ids:
        window_expire(actor=actor, case_id=case_id, today=today, now=now)
    return len(case_ids)


def window_expire(*, actor: Actor, case_id: UUID, today: date, now: datetime) -> Case:
    """Close one such case, its flag with it."""
    with unit_of_work(actor, "window_expire", case_id=case_id):
        case = case_found(case_id)
        until = Flag.objects.values_list("window_until", flat=True).get(case_id=case_id)
        return advance(
            actor=actor, case_id=case_id, action="expire", expected_version=case.version, today=today, now=now,
            reason=chinese("到 {day} 仍未确认信息，可按居保待遇申领办理").format(day=until),
        )  # fmt: skip


def cease(
    *, actor: Actor, case_id: UUID, reason: str, reason_code: str = OTHER, expected_version: int, today: date, now: datetime,
    idempotency_key: str | None = None,
) -> Case:  # fmt: skip
    """End a case that cannot go on (death, prison, another pension) before it was completed. Raises CaseRefused."""
    return advance(
        actor=actor, case_id=case_id, action="cease", reason=reason, expected_version=expected_version, today=today,
        now=now, checklist={"reason_code": reason_code}, idempotency_key=idempotency_key,
    )  # fmt: skip


def late_flag_expire(*, actor: Actor, person_id: UUID, today: date) -> None:
    """Whoever comes with an ordinary claim after the window: the waiting claim-free case makes room for it."""
    flag = Flag.objects.filter(person_id=person_id, window_until__lt=today, case__is_open=True).first()
    if flag is not None and flag.case.state in EXPIRING:
        midnight = datetime.combine(today, time(), OFFICE_TIME)
        program = Actor.system("expire_windows", scope=actor.scope)
        window_expire(actor=program, case_id=flag.case_id, today=today, now=midnight)
