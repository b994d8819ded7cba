"""The first officers, registration, and keys that keep numbers and secrets outside the database."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection

from jubao.kernel.errors import CheckFailed, DomainError, InputRefused
from jubao.services.staff.devices import password_reset
from jubao.services.staff.login import password_login
from jubao.services.staff.login_answers import Origin
from jubao.services.staff.officers import Founder, officer_disable, officer_found, officer_register
from jubao.staff.keys import number_digest, seal, unseal
from jubao.staff.models import Grant, NaturalPerson, Officer
from jubao.staff.one_time_codes import code_at, matching_step
from tests.support.cast import Cast, Member, an_officer
from tests.support.residents import number_of, some_villages

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TODAY, END = date(2026, 11, 20), date(2027, 11, 20)
PASSWORD = "春天的第一列火车开往重庆"


def founders(path: str = "500000/500110/") -> list[Founder]:
    """审批岗 and 稽核岗 of the district, 系统管理岗 of the city."""
    upper = path.rsplit("/", 2)[0] + "/"
    posts = (("chen", "approver", path), ("liu", "auditor", path), ("zhao", "system_keeper", upper))
    return [
        Founder(username, f"陈{number}", number_of(509904, date(1980, 1, 1), number), post, place)
        for number, (username, post, place) in enumerate(posts, 1)
    ]


def found(people: list[Founder]) -> dict[str, str]:
    """`jubao init`."""
    return officer_found(district_code="500110", founders=people, until_on=END, today=TODAY, now=NOW)


def test_three_founding_officers_set_their_passwords_and_log_in(database: None) -> None:
    some_villages("500110")

    codes = found(founders())
    address = password_reset(username="chen", code=codes["chen"], new_password=PASSWORD, now=NOW, today=TODAY)

    assert set(codes) == {"chen", "liu", "zhao"}
    assert set(Grant.objects.values_list("post_id", "is_founding", "until_on")) == {
        ("approver", True, END),
        ("auditor", True, END),
        ("system_keeper", True, END),
    }
    secret = address.split("secret=")[1].split("&")[0]
    answer = password_login(
        username="chen",
        password=PASSWORD,
        code=code_at(secret, int(NOW.timestamp())),
        origin=Origin(),
        now=NOW,
        today=TODAY,
    )
    assert answer.is_in
    late = NOW + timedelta(days=7)
    with pytest.raises(CheckFailed, match="TICKET_WRONG"):
        password_reset(username="liu", code=codes["liu"], new_password=PASSWORD, now=late, today=TODAY)


def test_a_district_is_founded_once(database: None) -> None:
    some_villages("500110")
    found(founders())

    with pytest.raises(CheckFailed, match="ALREADY_FOUNDED"):
        found(founders())


def test_a_district_whose_grants_have_all_run_out_is_founded_again(database: None) -> None:
    some_villages("500110")
    found(founders())
    later = NOW + timedelta(days=400)

    officer_found(
        district_code="500110",
        founders=founders(),
        until_on=date(2028, 12, 1),
        today=later.date(),
        now=later,
    )

    assert Grant.objects.filter(is_founding=True).count() == 6


def test_one_human_being_does_not_found_under_two_names(database: None) -> None:
    some_villages("500110")
    one, two, three = founders()
    twin = Founder("liu", one.name, one.id_number, two.post, two.division_path)

    with pytest.raises(CheckFailed, match="GRANT_ONE_FAMILY"):
        found([one, twin, three])
    assert not Grant.objects.exists()


def test_a_system_keeper_is_not_founded_in_the_county(database: None) -> None:
    some_villages("500110")
    keeper = founders()[2]

    with pytest.raises(CheckFailed, match="GRANT_LEVEL"):
        found([Founder("zhao", keeper.name, keeper.id_number, "system_keeper", "500000/500110/")])


def register(cast: Cast, **given: str) -> Officer:
    """A new account."""
    known = {
        "username": "newcomer",
        "name": "新来",
        "id_number": number_of(509904, date(1990, 1, 1), 1),
        "phone": "",
    }
    return officer_register(actor=cast.approver.actor, today=TODAY, **known | given)


def test_two_accounts_of_one_number_are_one_natural_person(cast: Cast) -> None:
    number = number_of(509904, date(1990, 1, 1), 1)
    first = register(cast)
    second = register(cast, username="second-hat", id_number=f" {number[:6]} {number[6:]} ")

    assert first.natural_person == second.natural_person
    assert not NaturalPerson.objects.filter(number_digest__contains=number).exists()


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"username": "x"}, "USERNAME_WRONG"),
        ({"username": "500110-auditor"}, "USERNAME_TAKEN"),
        ({"id_number": "509904199001010001"}, "ID"),
    ],
)
def test_a_registration_that_cannot_be_is_refused(cast: Cast, given: dict[str, str], code: str) -> None:
    with pytest.raises(DomainError, match=code):
        register(cast, **given)


def test_a_number_that_belongs_to_another_name_is_refused(cast: Cast) -> None:
    register(cast)

    with pytest.raises(InputRefused, match="NAME_DIFFERS"):
        register(cast, username="second", name="别人")


def test_nobody_closes_accounts_outside_the_own_area_or_ones_own(cast: Cast) -> None:
    for target in (cast.outsider, cast.approver):
        with pytest.raises(CheckFailed, match="OFFICER_UNKNOWN"):
            officer_disable(
                actor=cast.approver.actor,
                officer_id=target.officer.id,
                reason="离职",
                today=date(2026, 11, 20),
            )


def test_the_digest_is_keyed_and_takes_any_spelling() -> None:
    assert number_digest("50990119630815262x") == number_digest(" 509901 19630815 262X")
    assert len(number_digest("1")) == 64


def test_a_sealed_secret_opens_for_its_own_row_only(cast: Cast) -> None:
    sealed = seal("JBSWY3DPEHPK3PXP", about=cast.handler.officer.id)

    assert unseal(sealed, about=cast.handler.officer.id) == "JBSWY3DPEHPK3PXP"
    with pytest.raises(CheckFailed, match="SEAL_BROKEN"):
        unseal(sealed, about=cast.reviewer.officer.id)


def test_the_published_example_of_one_time_codes_holds() -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # RFC 6238, appendix B: 12345678901234567890

    assert code_at(secret, 59) == "287082"
    assert matching_step(secret, "287082", at=59, last_step=0) == 1
    assert matching_step(secret, "287082", at=59, last_step=1) is None
    assert matching_step(secret, "２８７０８２", at=59, last_step=0) is None


def test_nothing_of_an_officer_stands_in_the_clear(cast: Cast) -> None:
    number = number_of(509904, date(1990, 1, 1), 1)
    officer = register(cast)
    member: Member = an_officer(path="", natural_person=officer.natural_person)
    assert member.actor.posts == frozenset()

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT string_agg(o::text || p::text, ' ') FROM staff_officer o, staff_naturalperson p"
        )
        dump = cursor.fetchone()[0]

    assert number not in dump
