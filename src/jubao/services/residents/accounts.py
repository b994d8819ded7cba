"""Who uses the portal: log-in by name, number and one-time code; limits, lock, and the place an account may see.

Worked example: `login(sealed=…, code="287082", …)` opens 张桂芳's account (the number is that of a participant) or her
daughter's (it is nobody's in the register). Ten wrong codes lock the number for a while; the locked and the wrong read alike.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid4

from jubao.database.actor import Actor
from jubao.database.unit_of_work import read_scope, unit_of_work
from jubao.kernel.text import _
from jubao.people.models import DeathReport, Enrolment, Person
from jubao.people.numbers import person_by_number
from jubao.residents.models import Account
from jubao.services.residents.codes import Asking, code_fits, known_as, opened
from jubao.services.staff.login_answers import SUCCESS, Origin, attempt_record, must_wait
from jubao.staff.keys import number_digest, seal, unseal
from jubao.staff.regions import NATION, pack_of

WAY = "portal"
NOWHERE = "~"
"""The scope of somebody who is in no register: sees no place at all."""


@dataclass(frozen=True)
class PortalAnswer:
    """Let in with `account`, or not: code, message and what to do."""

    account: Account | None
    code: str = ""
    message: str = ""
    remedy: str = ""


def login(*, sealed: str, code: str, origin: Origin, now: datetime, today: date) -> PortalAnswer:
    """Check the code; every attempt is written down, whatever comes of it."""
    ask = opened(sealed)
    outcome, answer = _judge(ask, code, origin, now, today)
    attempt_record(username=known_as(ask.digest), way=WAY, outcome=outcome, now=now, origin=origin)
    return answer


def _judge(ask: Asking, code: str, origin: Origin, now: datetime, today: date) -> tuple[str, PortalAnswer]:
    lockout = pack_of(NATION).setting("login.lockout", today).value
    wait = must_wait(known_as(ask.digest), origin, now, None, lockout["failures"], lockout["minutes"])
    if wait:
        return wait, _waiting(wait, lockout["minutes"])
    with unit_of_work(Actor.system("portal_login", scope=""), "portal_login"):
        row = code_fits(ask.digest, code, now)
        if row is None:
            return "wrong_code", _refused(
                "CODE_WRONG", _("验证码不对或已过期。"), _("请核对短信里的 6 位数字，或重新获取。")
            )
        person = person_by_number(ask.number)
        if person is not None and has_died(person):
            return "dead", _refused(
                "ACCOUNT_CLOSED",
                _("这个号码已登记死亡，不能登录。"),
                _("如有错误，请本人带身份证到社保窗口更正。"),
            )
        account = _account(ask, person, row.phone, now)
        if account.is_locked:
            return "disabled", _refused(
                "ACCOUNT_LOCKED", _("这个账号已停用。"), _("请带身份证到任一社保窗口恢复。")
            )
    return SUCCESS, PortalAnswer(account)


def _account(ask: Asking, person: Person | None, phone: str, now: datetime) -> Account:
    found = Account.objects.select_for_update().filter(number_digest=ask.digest).first()
    if found is None:
        key = uuid4()
        return Account.objects.create(
            id=key, name=ask.name, number_digest=ask.digest, number_sealed=seal(ask.number, about=key),
            person=person, phone=phone, last_login_at=now,
        )  # fmt: skip
    if not found.is_locked:
        found.person, found.phone, found.last_login_at = person or found.person, phone, now
        found.save(update_fields=["person", "phone", "last_login_at"])
    return found


def has_died(person: Person) -> bool:
    """Whether a death of the person was decided; a report alone is a suspicion."""
    return DeathReport.objects.filter(person=person, is_decisive=True).exists()


def account_in(account_id: UUID, epoch: int) -> Account | None:
    """The live account of a session; a raised epoch or a lock ends it (A5)."""
    return (
        Account.objects.select_related("person")
        .filter(id=account_id, session_epoch=epoch, is_locked=False)
        .first()
    )


def number_of_account(account: Account) -> str:
    """The number behind an account, for a check against the register."""
    return unseal(account.number_sealed, about=account.pk)


def place_of(person: Person | None) -> str:
    """The district path of a person's enrolment, the latest one first; nowhere for somebody in no register."""
    if person is None:
        return NOWHERE
    with read_scope(""):
        path = (
            Enrolment.objects.filter(person=person)
            .order_by("-enrolled_on")
            .values_list("division_path", flat=True)
            .first()
        )
    return district_path(path) if path else NOWHERE


def district_path(division_path: str) -> str:
    """The path up to the district: `P/D/T/V/` → `P/D/`."""
    codes = [code for code in division_path.split("/") if len(code) == 6]
    return "/".join(codes) + "/" if codes else division_path


def actor_for(account: Account, person: Person | None, *, device: str = "", session: str = "") -> Actor:
    """The account as an actor concerning a person: itself, or whom it helps."""
    return Actor.participant(
        account.pk, name=account.name, scope=place_of(person), device=device, session=session
    )


def sessions_end(*, account: Account) -> None:
    """Log out everywhere: a lost phone, a code given away."""
    with unit_of_work(
        Actor.participant(account.pk, name=account.name, scope=NOWHERE), "portal_logout_everywhere"
    ):
        account.session_epoch += 1
        account.save(update_fields=["session_epoch"])


def account_by_number(number: str) -> Account | None:
    """The account of a number, if there is one."""
    return Account.objects.filter(number_digest=number_digest(number)).first()


def _refused(code: str, message: str, remedy: str) -> PortalAnswer:
    return PortalAnswer(None, code, message, remedy)


def _waiting(reason: str, minutes: int) -> PortalAnswer:
    if reason == "slowed":
        return _refused("LOGIN_SLOWED", _("连续输错，请等几秒再试。"), _("请核对短信里的 6 位数字。"))
    message = _("输错次数太多，已暂停登录 {minutes} 分钟。").format(minutes=minutes)
    return _refused("LOGIN_LOCKED", message, _("请稍后再试，或到社保窗口、请村社区工作人员帮助办理。"))
