"""联络员: every office of the comparison has one, with phone and from–to; offices without one are reported.

Worked example: 南澳县 has 林晓 from 2026-01-01; when 高峰 follows on 2026-03-02 the first ends that day; a county without anybody
stands at the top of the directory.
"""

from __future__ import annotations

from datetime import date

from django.db.models import Q, QuerySet

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import CheckFailed, InputRefused
from jubao.kernel.text import _
from jubao.people.models import Division
from jubao.staff.offices import Liaison

LEVELS = ("city", "county", "district")
LEAST_DIGITS = 7


def liaison_register(*, actor: Actor, division_path: str, name: str, phone: str, from_on: date) -> Liaison:
    """Name the liaison officer of an office; the former one ends that day.

    Raises InputRefused NAME_MISSING, PHONE_WRONG, PERIOD_WRONG; CheckFailed OUT_OF_SCOPE.
    """
    digits = [sign for sign in phone if sign.isdigit()]
    if not name.strip():
        raise InputRefused("NAME_MISSING", _("没有填写姓名。"), remedy=_("请填写联络员姓名。"))
    if len(digits) < LEAST_DIGITS:
        raise InputRefused("PHONE_WRONG", _("联系电话不对。"), remedy=_("请填写手机或带区号的电话。"))
    known = Division.objects.filter(path=division_path, valid_until__isnull=True, level__in=LEVELS)
    if not division_path.startswith(actor.scope) or not known.exists():
        raise CheckFailed("OUT_OF_SCOPE", _("这个单位不在您的辖区内。"), remedy=_("请选本辖区的市或区县。"))
    with unit_of_work(actor, "liaison_register"):
        former = (
            Liaison.objects.select_for_update()
            .filter(division_path=division_path, until_on__isnull=True)
            .first()
        )
        if former is not None:
            if former.from_on > from_on:
                raise InputRefused(
                    "PERIOD_WRONG",
                    _("现任联络员自 {day} 起，新任不能更早。").format(day=former.from_on),
                    remedy=_("请改起始日期。"),
                )
            former.until_on = from_on
            former.save(update_fields=["until_on"])
        return Liaison.objects.create(
            division_path=division_path, name=name.strip()[:60], phone=phone.strip()[:20], from_on=from_on,
            registered_by=actor.natural_person_id,
        )  # fmt: skip


def liaisons_on(scope: str, on: date) -> QuerySet[Liaison]:
    """Who is liaison officer under a place on a day."""
    found = Liaison.objects.filter(division_path__startswith=scope.rstrip("%"), from_on__lte=on)
    return found.filter(Q(until_on__isnull=True) | Q(until_on__gt=on)).order_by("division_path", "id")


def offices(scope: str) -> QuerySet[Division]:
    """The cities, counties and districts under a place."""
    found = Division.objects.filter(
        path__startswith=scope.rstrip("%"), valid_until__isnull=True, level__in=LEVELS
    )
    return found.order_by("code")


def offices_without(scope: str, on: date) -> list[Division]:
    """The offices under a place that have no liaison officer on a day."""
    held = set(liaisons_on(scope, on).values_list("division_path", flat=True))
    return [one for one in offices(scope) if one.path not in held]
