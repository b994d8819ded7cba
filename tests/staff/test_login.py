"""Log-in by password and one-time code: once per code, slowed and locked after failures, off where the pack says so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import CheckFailed, InputRefused
from jubao.services.staff.devices import password_reset
from jubao.services.staff.grants import grant_end
from jubao.services.staff.login import identity_confirm, password_login
from jubao.services.staff.login_answers import ADDRESS_FAILURES, LoginAnswer, Origin
from jubao.services.staff.officers import officer_disable, officer_unlock, password_change
from jubao.services.staff.tickets import ticket_agree, ticket_ask
from jubao.staff.keys import seal
from jubao.staff.models import Grant, LoginAttempt, Officer
from jubao.staff.one_time_codes import code_at, new_secret
from tests.support.cast import Cast, Member, a_natural_person, an_officer

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # 10:00 in the office
TODAY = date(2026, 11, 20)
PASSWORD = "春天的第一列火车开往重庆"
HERE = Origin("10.0.0.7", "Chromium")


@dataclass
class Desk:
    """Somebody at the log-in page; `enter` types password and the code of the authenticator at an instant."""

    member: Member
    secret: str

    def enter(
        self,
        *,
        now: datetime = NOW,
        password: str = PASSWORD,
        code: str | None = None,
        username: str = "",
        origin: Origin = HERE,
        today: date = TODAY,
    ) -> LoginAnswer:
        """One attempt."""
        return password_login(
            username=username or self.member.officer.username,
            password=password,
            code=self.code(now) if code is None else code,
            origin=origin,
            now=now,
            today=today,
        )

    def code(self, now: datetime) -> str:
        """What the authenticator shows."""
        return code_at(self.secret, int(now.timestamp()))


def at_the_desk(member: Member) -> Desk:
    """Give an officer a password and an authenticator."""
    secret = new_secret()
    officer = Officer.objects.get(id=member.officer.id)
    officer.set_password(PASSWORD)
    officer.one_time_code_secret = seal(secret, about=officer.id)
    with unit_of_work(Actor.system("test", scope=""), "test"):
        officer.save()
    return Desk(member, secret)


@pytest.fixture
def desk(cast: Cast) -> Desk:
    """The reviewer of the district at the desk."""
    return at_the_desk(cast.reviewer)


def outcomes() -> list[str]:
    """What the attempts were, in order."""
    return list(LoginAttempt.objects.order_by("id").values_list("outcome", flat=True))


def test_name_password_and_code_let_in_once(desk: Desk) -> None:
    assert desk.enter().officer == desk.member.officer
    assert desk.enter().code == "LOGIN_WRONG"  # the same code again
    assert desk.enter(now=NOW + timedelta(seconds=30)).is_in
    assert outcomes() == ["success", "wrong_code", "success"]


@pytest.mark.parametrize(
    ("seconds", "is_in"), [(-60, False), (-30, True), (0, True), (30, True), (60, False)]
)
def test_a_code_may_be_one_step_early_or_late(desk: Desk, seconds: int, is_in: bool) -> None:
    code = desk.code(NOW + timedelta(seconds=seconds))

    assert desk.enter(code=code).is_in == is_in


def test_every_wrong_guess_gets_the_same_answer(desk: Desk) -> None:
    answers = [
        desk.enter(username="nobody-here"),
        desk.enter(password="falsch falsch falsch"),
        desk.enter(code="000000"),
    ]

    assert len({(answer.code, answer.message, answer.remedy) for answer in answers}) == 1
    assert outcomes() == ["unknown", "wrong_password", "wrong_code"]


@pytest.mark.requirement("GD-9-07")
def test_where_the_pack_turns_the_password_off_it_lets_nobody_in(cast: Cast) -> None:
    desk = at_the_desk(cast.outsider)

    answer = desk.enter()

    assert (answer.is_in, answer.code) == (False, "PASSWORD_OFF")
    assert "电子社保卡" in answer.remedy
    assert outcomes() == ["password_off"]


def test_failures_slow_down_and_then_lock_for_a_while(desk: Desk) -> None:
    now = NOW
    for _each in range(3):
        desk.enter(now=now, password="x" * 12)
    assert desk.enter(now=now).code == "LOGIN_SLOWED"
    for _each in range(2):
        now += timedelta(seconds=20)
        desk.enter(now=now, password="x" * 12)

    now += timedelta(seconds=20)
    assert desk.enter(now=now).code == "LOGIN_LOCKED"
    assert desk.enter(now=now + timedelta(minutes=16)).is_in


def test_an_unknown_name_is_locked_like_a_known_one(desk: Desk) -> None:
    for number in range(5):
        desk.enter(username="nobody-here", now=NOW + timedelta(seconds=20 * number))

    assert desk.enter(username="nobody-here", now=NOW + timedelta(minutes=3)).code == "LOGIN_LOCKED"


def test_many_names_from_one_address_are_stopped(desk: Desk) -> None:
    for number in range(ADDRESS_FAILURES):
        desk.enter(username=f"guess{number}", password="")

    assert desk.enter().code == "LOGIN_LOCKED"
    assert desk.enter(origin=Origin("10.0.0.8")).is_in


def test_another_officer_lifts_the_lock_but_not_ones_own(cast: Cast, desk: Desk) -> None:
    for number in range(5):
        desk.enter(password="x" * 12, now=NOW + timedelta(seconds=20 * number))
    later = NOW + timedelta(minutes=3)

    officer_unlock(actor=cast.approver.actor, officer_id=desk.member.officer.id, now=later)

    assert desk.enter(now=later).is_in
    with pytest.raises(CheckFailed):
        officer_unlock(actor=cast.approver.actor, officer_id=cast.approver.officer.id, now=later)


def _without_post(cast: Cast, desk: Desk) -> None:
    grant = Grant.objects.get(officer=desk.member.officer)
    grant_end(actor=cast.approver.actor, grant_id=grant.id, reason="调离", today=TODAY)


def _disabled(cast: Cast, desk: Desk) -> None:
    officer_disable(actor=cast.approver.actor, officer_id=desk.member.officer.id, reason="离职", today=TODAY)


@pytest.mark.parametrize(
    ("event", "code"), [(_without_post, "NO_POST"), (_disabled, "LOGIN_WRONG"), (None, "")]
)
def test_without_a_live_post_or_account_nobody_gets_in(
    cast: Cast, desk: Desk, event: Callable[[Cast, Desk], None] | None, code: str
) -> None:
    if event:
        event(cast, desk)

    assert desk.enter().code == code


def test_a_post_ends_at_midnight(cast: Cast) -> None:
    desk = at_the_desk(an_officer("handler", path=cast.handler.actor.scope, until_on=date(2026, 11, 21)))

    assert desk.enter(today=date(2026, 11, 20)).is_in
    assert desk.enter(today=date(2026, 11, 21), now=NOW + timedelta(days=1)).code == "NO_POST"


def test_two_other_people_reset_a_password(cast: Cast, desk: Desk) -> None:
    victim = desk.member.officer
    twin = an_officer("auditor", path=cast.auditor.actor.scope, natural_person=a_natural_person())
    with pytest.raises(CheckFailed):
        ticket_ask(actor=desk.member.actor, officer_id=victim.id, kind="password", now=NOW)
    ticket = ticket_ask(actor=cast.auditor.actor, officer_id=victim.id, kind="password", now=NOW)
    for not_a_second in (cast.auditor.actor, desk.member.actor):
        with pytest.raises(CheckFailed):
            ticket_agree(actor=not_a_second, ticket_id=ticket.id, now=NOW)

    code = ticket_agree(actor=twin.actor, ticket_id=ticket.id, now=NOW)
    address = password_reset(
        username=victim.username, code=code, new_password="江水东流三百里之后终见大海", now=NOW, today=TODAY
    )

    secret = address.split("secret=")[1].split("&")[0]
    assert not desk.enter().is_in
    assert (
        Desk(desk.member, secret)
        .enter(password="江水东流三百里之后终见大海", now=NOW + timedelta(minutes=1))
        .is_in
    )
    with pytest.raises(CheckFailed, match="TICKET_WRONG"):
        password_reset(
            username=victim.username,
            code=code,
            new_password="江水东流三百里之后终见大海",
            now=NOW,
            today=TODAY,
        )


def test_a_ticket_is_over_after_an_hour(cast: Cast, desk: Desk) -> None:
    ticket = ticket_ask(actor=cast.auditor.actor, officer_id=desk.member.officer.id, kind="password", now=NOW)
    code = ticket_agree(actor=cast.approver.actor, ticket_id=ticket.id, now=NOW)

    with pytest.raises(CheckFailed, match="TICKET_WRONG"):
        password_reset(
            username=desk.member.officer.username,
            code=code,
            new_password="江水东流三百里之后终见大海",
            now=NOW + timedelta(hours=1),
            today=TODAY,
        )


@pytest.mark.parametrize(
    "weak", ["short", "123456123456", "aaaaaaaaaaaaaaa", "500110-reviewer-2026", "password1234"]
)
def test_a_weak_password_is_refused_and_says_why(desk: Desk, weak: str) -> None:
    with pytest.raises(InputRefused, match="PASSWORD_WEAK"):
        password_change(actor=desk.member.actor, former=PASSWORD, new=weak, today=TODAY)


def test_changing_the_password_ends_other_sessions(desk: Desk) -> None:
    password_change(actor=desk.member.actor, former=PASSWORD, new="江水东流三百里之后终见大海", today=TODAY)

    desk.member.officer.refresh_from_db()
    assert desk.member.officer.session_epoch == 2
    assert desk.enter(password="江水东流三百里之后终见大海").is_in


def test_asking_again_who_sits_there_needs_a_fresh_code(desk: Desk) -> None:
    def confirm(code: str, now: datetime) -> bool:
        return identity_confirm(
            actor=desk.member.actor, password=PASSWORD, code=code, origin=HERE, now=now, today=TODAY
        ).is_in

    first = desk.code(NOW)
    assert desk.enter(code=first).is_in
    assert not confirm(first, NOW)
    later = NOW + timedelta(seconds=30)
    assert confirm(desk.code(later), later)


def test_an_unknown_name_costs_as_much_work_as_a_known_one(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(
        "jubao.services.staff.login.check_password", lambda given, stored: bool(asked.append(stored[:4]))
    )
    costs = []
    for username in ("nobody-here", desk.member.officer.username):
        with CaptureQueriesContext(connection) as queries:
            desk.enter(username=username)
        costs.append(len(queries))

    assert costs[0] == costs[1]
    assert len(asked) == 2 and asked[0] == asked[1]  # a hash of the same kind is computed for both
