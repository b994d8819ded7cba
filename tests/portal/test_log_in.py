"""Who comes in: name, number and a code by SMS; limits, lock, sessions apart from the officers', the list of permissions."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from django.urls import get_resolver, reverse

from jubao.database.unit_of_work import unit_of_work
from jubao.notices.models import OutboxMessage
from jubao.people.models import DeathReport, Person
from jubao.people.numbers import numbers_of
from jubao.portal.access import ACCOUNT, SESSION_ACCOUNT, permissions
from jubao.residents.models import Account
from jubao.services.notices.outbox import messages_expire
from jubao.workbench.access import SESSION_EPOCH, SESSION_OFFICER
from tests.support.cast import Cast, a_cast
from tests.support.portal import Clock, Phone, last_code, words
from tests.support.residents import an_enrolment, number_of, system

MOBILE, OTHER = "13896745521", "13900000022"
DAUGHTER = number_of(509903, date(1990, 4, 1), 22)


@pytest.fixture
def clock(database: None, monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


def a_participant(mobile: str = MOBILE, name: str = "张桂芳") -> tuple[Person, str]:
    person = an_enrolment(name=name, birth=date(1964, 5, 20), mobile=mobile).person
    return person, numbers_of([person.pk])[person.pk]


def test_a_participants_code_goes_to_the_registered_phone_only(clock: Clock) -> None:
    person, number = a_participant()

    answer = Phone(clock).login("张桂芳", number, OTHER)

    message = OutboxMessage.objects.get(purpose="login_code")
    assert (message.recipient, message.person_id) == (MOBILE, person.pk)
    assert answer.url == reverse("portal:home")
    account = Account.objects.get()
    assert (account.person_id, account.phone) == (person.pk, MOBILE)
    assert number not in account.number_sealed


def test_a_number_is_typed_as_people_write_it(clock: Clock) -> None:
    Phone(clock).login("李小梅", DAUGHTER, "+86 139-0000 0022")

    assert Account.objects.get().phone == OTHER


def test_a_registered_number_that_takes_no_message_gets_none(clock: Clock) -> None:
    _person, number = a_participant("13490000000")

    Phone(clock).login("张桂芳", number, OTHER)

    assert not OutboxMessage.objects.filter(recipient__startswith="1349").exists()


def test_somebody_in_no_register_gets_an_account_and_keeps_the_first_phone(clock: Clock) -> None:
    Phone(clock).login("李小梅", DAUGHTER, OTHER)
    clock.forward(minutes=2)
    Phone(clock).post("portal:login", name="李小梅", number=DAUGHTER, phone="13911111111")

    assert list(OutboxMessage.objects.values_list("recipient", flat=True)) == [OTHER, OTHER]
    assert Account.objects.get().person_id is None


@pytest.mark.parametrize(("name", "mobile"), [("张桂花", MOBILE), ("张桂芳", ""), ("张桂芳", "02348612345")])
def test_nothing_leaves_where_nothing_fits_and_the_page_says_the_same(
    clock: Clock, name: str, mobile: str
) -> None:
    _person, number = a_participant(mobile)
    stranger, known = Phone(clock), Phone(clock)

    known.post("portal:login", name=name, number=number, phone=OTHER)
    assert not OutboxMessage.objects.exists()
    stranger.post("portal:login", name="李小梅", number=DAUGHTER, phone=OTHER)

    assert known.text("portal:code") == stranger.text("portal:code")
    for way in ("到窗口", "请村（社区）帮忙", "上门办理"):
        assert way in known.text("portal:code")


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ({"name": ""}, "NAME_EMPTY"),
        ({"number": DAUGHTER[:-1] + ("1" if DAUGHTER[-1] != "1" else "2")}, "ID_CHECKSUM"),
        ({"phone": "02348612345"}, "PHONE_NOT_MOBILE"),
        ({"phone": "13490000000"}, "PHONE_NOT_MOBILE"),  # a satellite telephone, as the pack says
        ({"phone": "12345678901"}, "PHONE_NOT_MOBILE"),
    ],
)
def test_what_cannot_be_is_said_and_what_was_typed_stays(
    clock: Clock, typed: dict[str, str], code: str
) -> None:
    given = {"name": "李小梅", "number": DAUGHTER, "phone": OTHER} | typed

    answer = Phone(clock).post("portal:login", **given)

    assert code in words(answer)
    assert all(f'value="{one}"' in answer.content.decode() for one in given.values() if one)


def test_a_code_is_good_for_five_minutes_five_tries_and_one_use(clock: Clock) -> None:
    _person, number = a_participant()
    phone = Phone(clock)
    phone.post("portal:login", name="张桂芳", number=number, phone=MOBILE)
    code = last_code()
    clock.forward(minutes=5)
    assert "CODE_WRONG" in words(phone.post("portal:code", code=code))

    phone.post("portal:login", name="张桂芳", number=number, phone=MOBILE)
    code = last_code()
    assert phone.post("portal:code", code=code).status_code == 302
    again = Phone(clock)
    again.client.cookies = phone.client.cookies
    phone.post("portal:logout")
    clock.forward(seconds=70)
    phone.post("portal:login", name="张桂芳", number=number, phone=MOBILE)
    assert "CODE_WRONG" in words(phone.post("portal:code", code=code))


def test_a_code_that_waited_longer_than_it_is_good_for_never_leaves(clock: Clock) -> None:
    _person, number = a_participant()
    Phone(clock).post("portal:login", name="张桂芳", number=number, phone=MOBILE)
    message = OutboxMessage.objects.get()
    assert message.send_until == clock.at + timedelta(minutes=5)

    clock.forward(minutes=5)
    assert messages_expire(actor=system("%"), now=clock.at) == 1
    message.refresh_from_db()
    assert (message.state, messages_expire(actor=system("%"), now=clock.at)) == ("expired", 0)


def test_wrong_codes_slow_down_and_lock(clock: Clock) -> None:
    _person, number = a_participant()
    phone = Phone(clock)
    phone.post("portal:login", name="张桂芳", number=number, phone=MOBILE)
    wrong = "000000" if last_code() != "000000" else "000001"

    said = []
    for _each in range(6):
        said.append(words(phone.post("portal:code", code=wrong)))
        clock.forward(seconds=20)

    assert "CODE_WRONG" in said[0] and "LOGIN_LOCKED" in said[-1]
    assert "LOGIN_LOCKED" in words(phone.post("portal:code", code=last_code()))


def test_codes_are_not_sent_without_end(clock: Clock) -> None:
    phone = Phone(clock)
    ask = {"name": "李小梅", "number": DAUGHTER, "phone": OTHER}

    phone.post("portal:login", **ask)
    assert "CODE_TOO_SOON" in words(phone.post("portal:login", **ask))
    for _each in range(4):
        clock.forward(seconds=61)
        phone.post("portal:login", **ask)
    clock.forward(seconds=61)

    assert "CODE_TOO_OFTEN" in words(phone.post("portal:login", **ask))
    assert OutboxMessage.objects.count() == 5


def test_the_dead_and_the_locked_do_not_come_in(clock: Clock) -> None:
    person, number = a_participant()
    with unit_of_work(system(), "test"):
        report = DeathReport.objects.create(person=person, died_on=date(2024, 3, 1), source="民政")
    assert Phone(clock).login("张桂芳", number).status_code == 302  # a report alone is a suspicion

    with unit_of_work(system(), "test"):
        report.is_decisive = True
        report.save()
    assert "ACCOUNT_CLOSED" in words(Phone(clock).login("张桂芳", number))


def test_an_officers_session_opens_no_page_of_the_portal_and_the_other_way_round(clock: Clock) -> None:
    cast: Cast = a_cast()
    _person, number = a_participant()
    phone = Phone(clock)
    session = phone.client.session
    session[SESSION_OFFICER] = str(cast.handler.officer.id)
    session[SESSION_EPOCH] = cast.handler.officer.session_epoch
    session.save()

    assert phone.get("portal:pension").url.startswith(reverse("portal:login"))
    phone.login("张桂芳", number)
    assert phone.get("portal:pension").status_code == 200
    assert SESSION_OFFICER not in phone.client.session
    sent_away: Any = phone.client.get(reverse("home"))
    assert sent_away.url.startswith(reverse("login"))


def test_a_raised_epoch_and_two_idle_hours_end_a_session(clock: Clock) -> None:
    _person, number = a_participant()
    phone, other = Phone(clock), Phone(clock)
    phone.login("张桂芳", number)
    other.login("张桂芳", number)

    other.post("portal:logout", everywhere="1")
    assert phone.get("portal:pension").status_code == 302
    phone.login("张桂芳", number)
    assert phone.get("portal:pension").status_code == 200
    clock.forward(hours=2, seconds=1)
    assert phone.get("portal:pension").status_code == 302
    assert SESSION_ACCOUNT not in phone.client.session


def test_every_route_of_the_portal_stands_in_the_list() -> None:
    known: list[Any] = list(get_resolver().url_patterns)
    ours = [one for one in known if getattr(one, "namespace", None) == "portal"]
    routes = {f"portal:{pattern.name}" for one in ours for pattern in one.url_patterns}

    assert routes == set(permissions())


def test_without_log_in_only_public_pages_answer(clock: Clock) -> None:
    phone = Phone(clock)
    for route, word in permissions().items():
        keys = {"token": ["x"]}.get(route.removeprefix("portal:"), [])
        try:
            address = reverse(route, args=keys)
        except Exception:
            address = reverse(route, args=["0199f0d2-0000-7000-8000-000000000000"])
        answer: Any = phone.client.get(address)
        is_sent_away = answer.status_code == 302 and answer.url.startswith(f"{reverse('portal:login')}?next=")
        assert is_sent_away is (word == ACCOUNT), route


def test_pages_are_compressed_and_kept_by_nobody(clock: Clock) -> None:
    answer = Phone(clock).client.get(reverse("portal:home"), headers={"accept-encoding": "gzip"})

    assert answer.headers["Content-Encoding"] == "gzip"
    assert "no-store" in answer.headers["Cache-Control"]
    assert "default-src 'self'" in answer.headers["Content-Security-Policy"]


def test_large_type_is_remembered(clock: Clock) -> None:
    phone = Phone(clock)
    assert 'class="care"' not in phone.get("portal:home").content.decode()

    answer = phone.post("portal:care", care="1", next=reverse("portal:claim-free"))

    assert answer.url == reverse("portal:claim-free")
    assert answer.cookies["care"]["max-age"] == 365 * 24 * 3600
    assert 'class="care"' in phone.get("portal:home").content.decode()
    phone.post("portal:care", care="0", next="https://elsewhere.example/")
    assert 'class="care"' not in phone.get("portal:home").content.decode()
