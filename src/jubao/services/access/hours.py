"""Work outside the office hours of a region: marked, asked for a reason, or refused, as the pack says.

Worked example: at 22:30 in a region with `hours.outside: need_reason` a certification without a reason is refused with
OUT_OF_HOURS; with one it goes through and carries the mark; at 08:30 on a make-up Saturday nothing is asked.
"""

from __future__ import annotations

from datetime import datetime

from jubao.kernel.errors import CheckFailed
from jubao.kernel.text import _
from jubao.services.cases.deadlines import OFFICE_TIME, is_out_of_hours
from jubao.staff.regions import pack_of


def outside_hours_mark(*, division_path: str, now: datetime, reason: str = "") -> bool:
    """Whether an act of now carries the mark 非工作时间. Raises CheckFailed OUT_OF_HOURS when the pack asks or forbids."""
    pack = pack_of(division_path)
    if not is_out_of_hours(pack, now):
        return False
    rule = pack.find_setting("hours.outside", now.astimezone(OFFICE_TIME).date())
    how = rule.value if rule else "mark"
    if how == "off":
        return False
    hours = pack.setting("hours.working", now.astimezone(OFFICE_TIME).date()).value
    message = _("现在不是工作时间（工作日 {starts} 至 {ends}）。").format(
        starts=hours["from"], ends=hours["until"]
    )
    citation = rule.citation if rule and rule.clause else None
    if how == "block":
        raise CheckFailed("OUT_OF_HOURS", message, remedy=_("请在工作时间办理。"), citation=citation)
    if how == "need_reason" and not reason.strip():
        raise CheckFailed(
            "OUT_OF_HOURS", message, remedy=_("请写明非工作时间办理的原因。"), citation=citation
        )
    return True
