"""Who asked for a job: it acts as that officer, with what is held when it runs and not when it was asked for.

Worked example: a grant that ends at midnight ends the order of 23:50 that the worker takes up at 00:05, too (A5).
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from jubao.database.actor import Actor
from jubao.kernel.errors import CheckFailed
from jubao.kernel.text import _
from jubao.staff.models import Officer
from jubao.staff.standings import actor_of, standings


def natural_person_of(officer_id: str) -> UUID | None:
    """The natural person behind an account."""
    return Officer.objects.filter(id=officer_id).values_list("natural_person_id", flat=True).first()


def officer_now(officer_id: str, place: str, day: date) -> Actor:
    """The officer at that place with what is held on that day. Raises CheckFailed OFFICER_WITHOUT_POST."""
    officer = Officer.objects.select_related("natural_person").filter(id=officer_id, is_active=True).first()
    held = [one for one in standings(UUID(officer_id), day) if one.division_path == place]
    if officer is None or not held:
        raise CheckFailed(
            "OFFICER_WITHOUT_POST",
            _("提出这项任务的人员现在没有岗位，任务没有执行。"),
            remedy=_("请由有岗位的人员重新提出。"),
        )
    return actor_of(officer, held[0])
