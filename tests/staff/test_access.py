"""Who looked at whom: written with every look, shown to the person, never with the value; out-of-hours marks."""

from __future__ import annotations

from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, transaction

from jubao.kernel.errors import CheckFailed
from jubao.oversight.models import AccessEvent
from jubao.people.models import Enrolment, Person
from jubao.people.numbers import numbers_of
from jubao.services.access.hours import outside_hours_mark
from jubao.services.access.log import (
    AccessRefused,
    access_record,
    access_record_many,
    refusal_note,
    refusals,
    require_post,
    require_scope,
    who_looked,
)
from jubao.services.access.reveals import person_reveal
from jubao.services.certification.records import certification_record
from jubao.workbench.access import permissions
from tests.staff.browsing import Browser
from tests.support.cast import Cast, an_officer
from tests.support.database import OwnDatabase
from tests.support.residents import a_person, an_enrolment, number_of

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 20)


@pytest.fixture
def resident(cast: Cast) -> UUID:
    """Somebody of the village of the cast's assistant."""
    from jubao.people.models import Division

    village = Division.objects.get(path=cast.assistant.actor.scope)
    person = a_person(number=number_of(509901, date(1963, 8, 15), 2))
    an_enrolment(person, village=village)
    return person.id


def test_a_look_is_shown_to_the_person_without_the_value(cast: Cast, resident: UUID) -> None:
    shown = person_reveal(
        actor=cast.intake.actor, person_id=resident, purpose="核对身份", now=NOW, today=TODAY
    )

    assert shown.id_number == numbers_of([resident])[resident]
    assert (shown.until - NOW).total_seconds() == 60
    (look,) = who_looked(person_id=resident)
    assert look.purpose == "核对身份" and cast.intake.person.name in look.officer
    assert shown.id_number not in str(vars(look))


@pytest.mark.parametrize("purpose", ["", "   "])
def test_a_look_at_full_values_needs_a_purpose(cast: Cast, resident: UUID, purpose: str) -> None:
    with pytest.raises(CheckFailed, match="PURPOSE_MISSING"):
        person_reveal(actor=cast.intake.actor, person_id=resident, purpose=purpose, now=NOW, today=TODAY)


def test_nobody_sees_full_values_of_people_outside_the_own_area(cast: Cast, resident: UUID) -> None:
    with pytest.raises(AccessRefused):
        person_reveal(actor=cast.outsider.actor, person_id=resident, purpose="核对身份", now=NOW, today=TODAY)

    assert who_looked(person_id=resident) == []


def test_a_look_cannot_be_taken_back(cast: Cast, resident: UUID) -> None:
    access_record(actor=cast.intake.actor, person_id=resident, fields=["phone"], purpose="联系本人")

    for change in (AccessEvent.objects.all().delete, lambda: AccessEvent.objects.update(purpose="x")):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()


def test_a_list_writes_one_look_for_each_person(cast: Cast) -> None:
    people = [uuid4() for _each in range(3)]

    assert access_record_many(actor=cast.data.actor, person_ids=people, fields=["a"], purpose="填表") == 3
    assert len(who_looked(person_id=people[1])) == 1


@pytest.mark.requirement("GD-9-02")
def test_a_service_called_directly_without_the_post_refuses_and_writes_it_down(
    own_database: OwnDatabase,
) -> None:
    from tests.support.cast import a_cast

    cast = a_cast()

    with pytest.raises(AccessRefused) as refused:
        require_post(cast.handler.actor, "certification_officer", what="办理资格认证")

    assert refused.value.code == "NOT_PERMITTED"
    (look,) = refusals(scope=cast.auditor.actor.scope)
    assert look.was_refused and look.fields == "办理资格认证"


def test_a_place_outside_the_own_is_refused(cast: Cast) -> None:
    require_scope(cast.handler.actor, cast.intake.actor.scope, what="x")
    for path in (cast.outsider.actor.scope, "", cast.handler.actor.scope[:-1]):
        with pytest.raises(AccessRefused):
            require_scope(cast.handler.actor, path, what="x")


def office(text: str) -> datetime:
    """An instant in the time of the office."""
    return datetime.fromisoformat(f"{text}+08:00")


@pytest.mark.parametrize(
    ("at", "is_outside"),
    [
        ("2026-11-20T08:29:59", True),
        ("2026-11-20T08:30:00", False),
        ("2026-11-20T17:29:59", False),
        ("2026-11-20T17:30:00", True),
        ("2026-11-21T10:00:00", True),  # Saturday
        ("2026-10-10T10:00:00", False),  # a Saturday that is worked after National Day
        ("2026-10-01T10:00:00", True),
    ],
)
def test_work_outside_the_office_hours_is_marked(at: str, is_outside: bool) -> None:
    assert outside_hours_mark(division_path="500000/500110/", now=office(at)) == is_outside


@pytest.mark.parametrize(("reason", "is_refused"), [("", True), ("  ", True), ("值班", False)])
def test_where_the_pack_asks_for_a_reason_it_is_needed(reason: str, is_refused: bool) -> None:
    night = office("2026-11-20T22:30:00")
    if is_refused:
        with pytest.raises(CheckFailed, match="OUT_OF_HOURS"):
            outside_hours_mark(division_path="440000/440523/", now=night, reason=reason)
    else:
        assert outside_hours_mark(division_path="440000/440523/", now=night, reason=reason)


@pytest.mark.requirement("SS-02-2")
def test_a_township_releases_no_payment(cast: Cast, browser: Browser) -> None:
    from django.urls import NoReverseMatch, reverse

    releasing = [route for route in permissions() if route in ("payment-run-decide", "payment-run-action")]
    township = (cast.intake, cast.field_worker, cast.assistant)
    assert releasing
    for member in township:
        assert not [
            route for route in releasing if permissions()[route].allows(member.actor.posts, "township")
        ]
    for route in releasing:
        try:
            address = reverse(route, args=[uuid4()])
        except NoReverseMatch:
            continue
        assert browser(cast.intake).post(address).status_code == 403
        assert AccessEvent.objects.filter(was_refused=True, fields=route).exists()


def test_the_page_shows_full_values_to_whom_it_may_and_says_who_looked(
    cast: Cast, resident: UUID, browser: Browser
) -> None:
    from django.urls import reverse

    number = numbers_of([resident])[resident]
    address = reverse("person-reveal", args=[resident])

    shown = browser(cast.intake).post(address, {"purpose": "核对身份"}, headers={"HX-Request": "true"})
    foreign = browser(cast.outsider).post(address, {"purpose": "核对身份"})

    assert number in shown.content.decode() and "delay:60s" in shown.content.decode()
    assert foreign.status_code == 403 and number not in foreign.content.decode()
    seen = browser(cast.auditor).get(reverse("person-looked", args=[resident])).content.decode()
    assert "核对身份" in seen and number not in seen
    assert browser(cast.intake).get(address).content == b""
    assert Person.objects.count() == 1 and Enrolment.objects.count() == 1


@pytest.mark.requirement("GD-9-05", "GD-9-02")
@pytest.mark.parametrize("post", ["handler", "reviewer", "approver", "finance_officer"])
def test_who_holds_no_certification_post_certifies_nobody(cast: Cast, post: str) -> None:
    place = cast.outsider.actor.scope
    someone = an_officer(post, path=place)

    with pytest.raises(AccessRefused, match="办理资格认证"):
        certification_record(
            actor=someone.actor,
            enrolment_id=uuid4(),
            certified_on=TODAY,
            channel="app_face",
            today=TODAY,
        )


def test_a_case_step_that_is_not_ones_own_is_written_down_by_the_face(cast: Cast) -> None:
    said = CheckFailed("POST_REQUIRED", "这一步由复核岗办理，您的岗位不能办理。")

    refusal_note(actor=cast.intake.actor, error=said, what="case-action")
    refusal_note(
        actor=cast.intake.actor, error=CheckFailed("REASON_MISSING", "请写明理由。"), what="case-action"
    )

    (look,) = refusals(scope=cast.auditor.actor.scope)
    assert look.fields == "case-action POST_REQUIRED"
