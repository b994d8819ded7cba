"""Log-in by scanning: one phone, one person, one browser, one use, sixty seconds, the right number; phones get lost."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from jubao.kernel.errors import CheckFailed
from jubao.services.staff.challenges import challenge_answer, challenge_open, challenge_use
from jubao.services.staff.devices import device_bind, device_lost, password_reset, reset_code_by_phone
from jubao.services.staff.login_answers import LoginAnswer, Origin
from jubao.services.staff.tickets import ticket_agree, ticket_ask
from jubao.staff.models import Device, LoginAttempt, LoginChallenge
from jubao.staff.phones import new_key, sign
from tests.support.cast import Cast, Member, an_officer

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)
HERE = Origin("10.0.0.7")


@dataclass
class Card:
    """The electronic social-security card of somebody."""

    device_id: UUID
    private: str

    def scan(
        self,
        challenge: LoginChallenge,
        *,
        number: str | None = None,
        at: datetime = NOW,
        now: datetime | None = None,
        purpose: str = "login",
    ) -> LoginAnswer:
        """Scan the code on the screen and type the number."""
        said = sign(self.private, self.device_id, purpose, challenge.id, number or challenge.match_number, at)
        return challenge_answer(answer=said, origin=HERE, now=now or at, today=TODAY)


@dataclass
class County:
    """The outsider's county, where only the e-card lets in: an officer, two colleagues who help, a card."""

    officer: Member
    helper: Member
    second: Member
    card: Card

    def bound(self, member: Member) -> Card:
        """Bind a card to somebody with a ticket of two people."""
        ticket = ticket_ask(actor=self.helper.actor, officer_id=member.officer.id, kind="phone", now=NOW)
        code = ticket_agree(actor=self.second.actor, ticket_id=ticket.id, now=NOW)
        private, public = new_key()
        device = device_bind(
            username=member.officer.username,
            code=code,
            kind="e_card",
            label="电子社保卡",
            public_key=public,
            now=NOW,
        )
        return Card(device.id, private)


@pytest.fixture
def county(cast: Cast) -> County:
    """With the outsider's card bound."""
    place = cast.outsider.actor.scope
    made = County(
        cast.outsider,
        an_officer("auditor", path=place),
        an_officer("approver", path=place),
        Card(uuid4(), ""),
    )
    made.card = made.bound(made.officer)
    return made


def shown(county: County, browser: str = "browser-1", now: datetime = NOW) -> LoginChallenge:
    """The code on the screen of the officer's browser."""
    return challenge_open(username=county.officer.officer.username, browser=browser, now=now)


def used(challenge: LoginChallenge, browser: str = "browser-1", now: datetime = NOW) -> LoginAnswer | None:
    """The page asks whether it may go on."""
    return challenge_use(challenge_id=challenge.id, browser=browser, origin=HERE, now=now, today=TODAY)


def last_outcome() -> str:
    """What the last attempt was."""
    attempt = LoginAttempt.objects.order_by("-id").first()
    return attempt.outcome if attempt else ""


@pytest.mark.requirement("GD-9-07")
def test_the_bound_card_lets_its_holder_in_once(county: County) -> None:
    challenge = shown(county)
    assert used(challenge) is None

    assert county.card.scan(challenge).is_in
    answer = used(challenge)

    assert answer is not None and answer.officer == county.officer.officer
    again = used(challenge)
    assert again is not None and again.code == "REPLAY"
    assert last_outcome() == "replay"


def test_the_wrong_number_ends_the_code(county: County) -> None:
    challenge = shown(county)
    wrong = "10" if challenge.match_number != "10" else "11"

    assert county.card.scan(challenge, number=wrong).code == "WRONG_NUMBER"
    assert county.card.scan(challenge).code == "REPLAY"
    assert last_outcome() == "replay"
    assert used(challenge).code == "EXPIRED"  # type: ignore[union-attr]


def test_another_persons_card_is_refused_with_an_event(county: County) -> None:
    other = county.bound(county.helper)
    challenge = shown(county)

    assert other.scan(challenge).code == "OTHER_PERSON"
    assert last_outcome() == "other_person"
    assert not county.card.scan(challenge).is_in


@pytest.mark.parametrize(("seconds", "code"), [(59, ""), (60, "EXPIRED"), (61, "EXPIRED")])
def test_a_code_lives_sixty_seconds(county: County, seconds: int, code: str) -> None:
    challenge = shown(county)

    assert county.card.scan(challenge, at=NOW + timedelta(seconds=seconds)).code == code


def test_a_confirmed_code_is_over_after_sixty_seconds_too(county: County) -> None:
    challenge = shown(county)
    county.card.scan(challenge)

    late = used(challenge, now=NOW + timedelta(seconds=60))

    assert late is not None and late.code == "EXPIRED"


def test_a_forwarded_code_lets_no_other_browser_in(county: County) -> None:
    challenge = shown(county)
    county.card.scan(challenge)

    answer = used(challenge, browser="the thief's")

    assert answer is not None and answer.code == "OTHER_BROWSER"
    assert last_outcome() == "other_browser"


def test_an_unknown_name_gets_a_code_that_nobody_can_answer(county: County) -> None:
    challenge = challenge_open(username="nobody-here", browser="browser-1", now=NOW)

    assert len(challenge.match_number) == 2
    assert county.card.scan(challenge).code == "OTHER_PERSON"


def test_what_a_card_said_cannot_be_replayed_forged_or_turned_to_another_use(county: County) -> None:
    challenge = shown(county)
    forged = Card(county.card.device_id, new_key()[0])

    assert forged.scan(challenge).code == "UNKNOWN_DEVICE"
    assert county.card.scan(challenge, purpose="reset").code == "UNKNOWN_DEVICE"
    stale = county.card.scan(challenge, at=NOW - timedelta(seconds=61), now=NOW)
    assert stale.code == "UNKNOWN_DEVICE"
    assert Card(uuid4(), county.card.private).scan(challenge).code == "UNKNOWN_DEVICE"
    assert county.card.scan(challenge).is_in


def test_a_scan_does_not_count_where_the_pack_wants_the_password(cast: Cast, county: County) -> None:
    helper = an_officer("auditor", path=cast.reviewer.actor.scope)
    local = County(cast.reviewer, helper, cast.approver, county.card)
    card = local.bound(cast.reviewer)

    assert card.scan(shown(local)).code == "WAY_OFF"


def test_a_lost_card_is_unbound_at_once_and_ends_the_sessions(county: County) -> None:
    epoch = county.officer.officer.session_epoch
    challenge = shown(county)

    device_lost(actor=county.helper.actor, natural_person_id=county.officer.person.id, reason="丢失", now=NOW)

    county.officer.officer.refresh_from_db()
    assert county.officer.officer.session_epoch > epoch
    assert county.card.scan(challenge).code == "UNKNOWN_DEVICE"
    assert Device.objects.get(id=county.card.device_id).unbound_reason == "丢失"


def test_rebinding_needs_a_second_person(county: County) -> None:
    own = county.officer
    ticket = ticket_ask(actor=own.actor, officer_id=own.officer.id, kind="phone", now=NOW)

    with pytest.raises(CheckFailed):
        ticket_agree(actor=own.actor, ticket_id=ticket.id, now=NOW)
    assert ticket_agree(actor=county.helper.actor, ticket_id=ticket.id, now=NOW)


def test_the_bound_phone_gives_a_code_for_a_new_password(county: County) -> None:
    name = county.officer.officer.username
    said = sign(county.card.private, county.card.device_id, "reset", name, "", NOW)

    code = reset_code_by_phone(answer=said, now=NOW)

    assert password_reset(
        username=name, code=code, new_password="江水东流三百里之后终见大海", now=NOW, today=TODAY
    ).startswith("otpauth://")
    others = sign(
        county.card.private, county.card.device_id, "reset", county.helper.officer.username, "", NOW
    )
    with pytest.raises(CheckFailed, match="DEVICE_UNKNOWN"):
        reset_code_by_phone(answer=others, now=NOW)
