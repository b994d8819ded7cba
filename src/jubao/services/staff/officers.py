"""Accounts of officers: the founding ones of `jubao init`, registration, closing, unlocking, ending sessions.

Worked example::

    officer_found(
        district_code="500110",
        founders=[Founder("li", "李静", "50990219850101…", "approver", path), …],   # 审批岗, 稽核岗 and the city's 系统管理岗
        until_on=date(2027, 1, 1), today=date(2026, 11, 22), now=now,
    )                                                # → the code with which each sets password and one-time code, once

After that every grant is applied for, reviewed and approved by three people. Founding is refused where anybody holds a
grant already.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.contrib.auth.hashers import make_password
from django.db.models import F, QuerySet

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import CheckFailed, InputRefused
from jubao.kernel.id_number import IdNumber
from jubao.kernel.text import _, chinese
from jubao.services.access.log import require_post
from jubao.services.archives.handovers import require_handed_over
from jubao.services.oversight.database_words import in_office_words
from jubao.services.staff.passwords import require_good_password
from jubao.services.staff.tickets import founding_ticket
from jubao.staff.keys import number_digest, seal
from jubao.staff.models import Grant, NaturalPerson, Officer
from jubao.staff.regions import pack_of
from jubao.staff.standings import officer_behind

REGISTRARS = ("approver", "system_keeper")
CLOSERS = ("system_keeper", "auditor", "approver")


@dataclass(frozen=True)
class Founder:
    """One of the first officers. With a password and a one-time-code secret (the demo) no code is handed out."""

    username: str
    name: str
    id_number: str
    post: str
    division_path: str
    password: str = ""
    one_time_code_secret: str = ""


def officer_found(
    *, district_code: str, founders: Sequence[Founder], until_on: date, today: date, now: datetime
) -> dict[str, str]:
    """Make the first officers of a district with their grants; user name → code to set the password with.

    Raises CheckFailed ALREADY_FOUNDED when the district has grants, InputRefused for a wrong identity number.
    """
    inside = f"/{district_code}/"
    # Grants that have run out do not count: a district where nobody is left to sign can be founded again.
    running = Grant.objects.filter(state=Grant.State.ACTIVE, until_on__gt=today)
    if any(inside in f"/{path}" for path in running.values_list("division_path", flat=True).distinct()):
        message = _("{code} 已有在岗人员，初始人员只建立一次。").format(code=district_code)
        raise CheckFailed("ALREADY_FOUNDED", message, remedy=_("请按程序申请、审核、批准岗位。"))
    actor = Actor.system("officer_found", scope="%")
    with in_office_words(), unit_of_work(actor, "officer_found"):
        return dict(_found(founder, until_on, today, now) for founder in founders)


def _found(founder: Founder, until_on: date, today: date, now: datetime) -> tuple[str, str]:
    person = _person_of(founder.name, founder.id_number, today)
    officer = Officer.objects.filter(username=founder.username).first()
    if officer is None:
        officer = Officer(username=founder.username, natural_person=person, password=make_password(None))
        officer.save(force_insert=True)
    Grant.objects.create(
        officer=officer,
        natural_person=person,
        post_id=founder.post,
        division_path=founder.division_path,
        from_on=today,
        until_on=until_on,
        state=Grant.State.ACTIVE,
        is_founding=True,
        reason=chinese("系统初始化"),
    )
    if not founder.password:
        return founder.username, founding_ticket(officer=officer, now=now)
    officer.password = make_password(founder.password)
    officer.one_time_code_secret = seal(founder.one_time_code_secret, about=officer.id)
    officer.save()
    return founder.username, ""


def officer_register(
    *, actor: Actor, username: str, name: str, id_number: str, phone: str, today: date
) -> Officer:
    """Open an account for a human being; a second account of the same identity number is the same natural person."""
    require_post(actor, *REGISTRARS, what=_("登记工作人员"))
    username = username.strip().lower()
    if not 3 <= len(username) <= 40 or not username.replace("-", "").replace("_", "").isalnum():
        raise InputRefused(
            "USERNAME_WRONG", _("用户名须为3至40个字母、数字、“-”或“_”。"), remedy=_("请改用户名。")
        )
    if Officer.objects.filter(username=username).exists():
        raise InputRefused("USERNAME_TAKEN", _("这个用户名已被使用。"), remedy=_("请换一个用户名。"))
    with in_office_words(), unit_of_work(actor, "officer_register"):
        officer = Officer(
            username=username,
            natural_person=_person_of(name, id_number, today),
            phone=phone.strip()[:20],
            password=make_password(None),
        )
        officer.save(force_insert=True)
        return officer


def _person_of(name: str, id_number: str, today: date) -> NaturalPerson:
    digest = number_digest(IdNumber.parse(id_number, today=today).text)
    person = NaturalPerson.objects.filter(number_digest=digest).first()
    if person is None:
        return NaturalPerson.objects.create(name=name.strip(), number_digest=digest)
    if person.name != name.strip():
        raise InputRefused(
            "NAME_DIFFERS", _("这个身份证号码已登记为另一姓名的工作人员。"), remedy=_("请核对姓名和号码。")
        )
    return person


def officer_disable(*, actor: Actor, officer_id: UUID, reason: str, today: date) -> None:
    """Close an account at once; its sessions end with it. Not one's own.

    Raises CaseRefused HANDOVER_MISSING where the region's text wants a signed hand-over first.
    """
    require_post(actor, *CLOSERS, what=_("停用账号"))
    if not reason.strip():
        raise CheckFailed("REASON_MISSING", _("请写明理由。"), remedy=_("写明后再提交。"))
    with unit_of_work(actor, "officer_disable"):
        changed = (
            officers_in_scope(actor.scope)
            .filter(id=officer_id)
            .exclude(natural_person_id=actor.natural_person_id)
        )
        ids = list(changed.values_list("id", flat=True))
        for officer in Officer.objects.filter(id__in=ids).select_related("natural_person"):
            require_handed_over(officer, today)
        if not Officer.objects.filter(id__in=ids).update(
            is_active=False, session_epoch=F("session_epoch") + 1
        ):
            raise _unknown()


def officer_unlock(*, actor: Actor, officer_id: UUID, now: datetime) -> None:
    """Failures so far do not count any more. Not one's own."""
    require_post(actor, *REGISTRARS, what=_("解除锁定"))
    with unit_of_work(actor, "officer_unlock"):
        wanted = (
            officers_in_scope(actor.scope)
            .filter(id=officer_id)
            .exclude(natural_person_id=actor.natural_person_id)
        )
        if not Officer.objects.filter(id__in=list(wanted.values_list("id", flat=True))).update(
            unlocked_at=now
        ):
            raise _unknown()


def sessions_end(natural_person_id: UUID) -> None:
    """End every session of every account of a human being; inside the caller's unit of work."""
    Officer.objects.filter(natural_person_id=natural_person_id).update(session_epoch=F("session_epoch") + 1)


def password_change(*, actor: Actor, former: str, new: str, today: date) -> None:
    """The officer's own new password; all other sessions end. Raises CheckFailed when the former one is wrong."""
    officer = officer_behind(actor)
    if not officer.check_password(former):
        raise CheckFailed("PASSWORD_WRONG", _("原密码不对。"), remedy=_("请重新输入。"))
    least = pack_of(actor.scope).setting("login.least_length", today).value
    require_good_password(new, officer, least_length=least)
    with unit_of_work(actor, "password_change"):
        officer.password = make_password(new)
        officer.session_epoch += 1
        officer.save(update_fields=["password", "session_epoch"])


def officers_in_scope(scope: str) -> QuerySet[Officer]:
    """Accounts that hold or held a post under a place, and those without any post yet."""
    under = Officer.objects.filter(grants__division_path__startswith=scope.rstrip("%"))
    without = Officer.objects.filter(grants__isnull=True)
    return (under | without).select_related("natural_person").distinct().order_by("username")


def _unknown() -> CheckFailed:
    return CheckFailed("OFFICER_UNKNOWN", _("没有这个账号，或不归您办理。"), remedy=_("请从列表打开。"))
