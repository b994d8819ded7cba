"""领导小组: who leads the programme, who belongs to it, which section is its office; dated assignments, never names in code.

Worked example: the head of 古南街道's office holds `member` of 500000/500110/500110001/ and sees that township in the overview;
the deputy of the centre holds `deputy_leader` of 500000/500110/ and sees all of them (QJ-1-1).
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from jubao.claim_free.models import ProgrammeMember
from jubao.database.actor import Actor
from jubao.database.unit_of_work import read_scope, unit_of_work
from jubao.kernel.errors import CheckFailed, InputRefused
from jubao.kernel.text import _
from jubao.people.models import Division
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.kinds import level_of
from jubao.staff.models import Officer

LEADING = (ProgrammeMember.Role.LEADER, ProgrammeMember.Role.DEPUTY_LEADER, ProgrammeMember.Role.OFFICE)
"""They see all townships and may send dispatches."""


def district_of(path: str) -> str:
    """The path of the district a place lies in; of a place above the districts the place itself."""
    steps = [path[: end + 1] for end, sign in enumerate(path) if sign == "/"]
    return next((step for step in steps if level_of(step) == "district"), path)


def live_members(place: str, on: date) -> QuerySet[ProgrammeMember]:
    """The assignments of a place and below on a day."""
    return ProgrammeMember.objects.filter(
        Q(until_on__isnull=True) | Q(until_on__gt=on), division_path__startswith=place, from_on__lte=on
    ).order_by("division_path", "role", "id")


def overview_scope(actor: Actor, on: date) -> str:
    """The place whose programme this officer sees: that of the widest role held today, else the own place."""
    if actor.natural_person_id is None:
        return actor.scope
    district = district_of(actor.scope)
    with read_scope(district):
        roles = live_members(district, on).filter(natural_person_id=actor.natural_person_id)
        held = list(roles.values_list("role", "division_path"))
    leading = [path for role, path in held if role in LEADING]
    if leading:
        return min(leading, key=len)
    inside = [path for _role, path in held if path.startswith(actor.scope)]
    return min(inside, key=len) if inside else actor.scope


def require_office(actor: Actor, on: date) -> None:
    """Raises CaseRefused PROGRAMME_OFFICE_ONLY where the programme has an office or leaders and the actor is none of them."""
    if actor.is_system:
        return
    leading = live_members(district_of(actor.scope), on).filter(role__in=LEADING)
    holders = set(leading.values_list("natural_person_id", flat=True))
    if holders and actor.natural_person_id not in holders:
        raise CaseRefused(
            "PROGRAMME_OFFICE_ONLY",
            _("调度和通报由领导小组办公室、组长或副组长办理，您没有这个角色。"),
            remedy=_("请由办公室人员办理，或在“工作小组”中登记角色。"),
        )


def member_assign(
    *, actor: Actor, username: str, role: str, division_path: str, from_on: date, until_on: date | None = None
) -> ProgrammeMember:
    """Give somebody a role. Raises InputRefused OFFICER_UNKNOWN, ROLE_UNKNOWN, PERIOD_WRONG; CheckFailed OUT_OF_SCOPE,
    ROLE_AT_DISTRICT, ALREADY_ASSIGNED."""
    officer = Officer.objects.filter(username=username.strip(), is_active=True).first()
    _check(actor, officer, role, division_path, from_on, until_on)
    assert officer is not None
    with unit_of_work(actor, "programme_member_assign"):
        try:
            with transaction.atomic():
                return ProgrammeMember.objects.create(
                    natural_person_id=officer.natural_person_id, role=role, division_path=division_path,
                    from_on=from_on, until_on=until_on, assigned_by=actor.natural_person_id,
                )  # fmt: skip
        except IntegrityError as error:
            raise CheckFailed(
                "ALREADY_ASSIGNED",
                _("这个人在这里已有这个角色。"),
                remedy=_("如要改日期，请先结束原来的。"),
            ) from error


def _check(
    actor: Actor, officer: Officer | None, role: str, path: str, from_on: date, until_on: date | None
) -> None:
    if officer is None:
        raise InputRefused("OFFICER_UNKNOWN", _("没有这个用户名。"), remedy=_("请核对工作人员的用户名。"))
    if role not in ProgrammeMember.Role.values:
        raise InputRefused("ROLE_UNKNOWN", _("没有这个角色。"), remedy=_("请选组长、副组长、成员或办公室。"))
    if until_on is not None and until_on <= from_on:
        raise InputRefused("PERIOD_WRONG", _("止日须晚于起日。"), remedy=_("请改正日期。"))
    known = Division.objects.filter(path=path, valid_until__isnull=True).exists()
    if not known or (actor.scope != "%" and not path.startswith(actor.scope)):
        raise CheckFailed("OUT_OF_SCOPE", _("这个地方不在您的辖区内。"), remedy=_("请选本辖区的区县或镇街。"))
    if role in LEADING and level_of(path) != "district":
        raise CheckFailed(
            "ROLE_AT_DISTRICT",
            _("组长、副组长和办公室的范围是全区。"),
            remedy=_("请选区县；镇街的人选“成员”。"),
        )


def member_end(*, actor: Actor, member_id: UUID, until_on: date) -> ProgrammeMember:
    """End an assignment on a day. Raises CheckFailed MEMBER_UNKNOWN; InputRefused PERIOD_WRONG."""
    with unit_of_work(actor, "programme_member_end"):
        found = ProgrammeMember.objects.select_for_update().filter(id=member_id).first()
        if found is None or not found.division_path.startswith(actor.scope.rstrip("%")):
            raise CheckFailed("MEMBER_UNKNOWN", _("您的辖区内没有这条记录。"), remedy=_("请刷新页面。"))
        found.until_on = max(until_on, found.from_on)
        found.save(update_fields=["until_on"])
        return found
