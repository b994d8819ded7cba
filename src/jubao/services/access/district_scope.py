"""Whether an officer's place has to do with a district: mass business of a district is for those who stand in or above it.

Worked example: 寻乌's finance officer asks for the interest of 松山 by its code: OUT_OF_SCOPE, before anything is read.
"""

from __future__ import annotations

from jubao.database.actor import Actor
from jubao.kernel.errors import CheckFailed
from jubao.kernel.text import _
from jubao.people.models import Division


def check_district(actor: Actor, district_code: str) -> None:
    """Raises CheckFailed OUT_OF_SCOPE unless the actor's place lies in the district or above it."""
    if actor.scope in ("", "%") or f"{district_code}/" in actor.scope:
        return
    place = (
        Division.objects.filter(code=district_code, valid_until__isnull=True)
        .values_list("path", flat=True)
        .first()
    )
    if place is None or not place.startswith(actor.scope):
        raise CheckFailed(
            "OUT_OF_SCOPE",
            _("区县 {code} 不在您的辖区内。").format(code=district_code),
            remedy=_("请由该区县的人员办理。"),
        )
