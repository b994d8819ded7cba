"""Certification outside office hours: marked, with a reason where the pack asks for one, and listed with who and whom."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from django.urls import reverse

from jubao.certification.models import CertificationEvent
from jubao.kernel.errors import CheckFailed
from jubao.people.models import Division, Enrolment
from jubao.services.access.out_of_hours import out_of_hours_acts
from jubao.services.certification.records import certification_record
from tests.staff.browsing import Browser
from tests.support.cast import Cast, Member, an_officer
from tests.support.residents import a_person, an_enrolment

NIGHT = datetime.fromisoformat("2026-11-20T22:30:00+08:00")
NOON = datetime.fromisoformat("2026-11-20T12:00:00+08:00")
TODAY = date(2026, 11, 20)


@pytest.fixture
def someone(cast: Cast) -> Enrolment:
    """Somebody of the county whose pack asks for a reason."""
    village = Division.objects.filter(path__startswith=cast.outsider.actor.scope, level="village")[0]
    return an_enrolment(a_person(district="440523"), village=village)


@pytest.fixture
def certifier(cast: Cast) -> Member:
    """认证岗 of that county."""
    return an_officer("certification_officer", path=cast.outsider.actor.scope)


def certify(by: Member, whom: Enrolment, now: datetime, reason: str = "") -> CertificationEvent:
    """One certification."""
    return certification_record(
        actor=by.actor,
        enrolment_id=whom.id,
        certified_on=TODAY,
        channel="app_face",
        today=TODAY,
        now=now,
        late_reason=reason,
    )


@pytest.mark.requirement("GD-9-08")
def test_a_certification_at_night_is_listed_with_officer_person_and_reason(
    cast: Cast, certifier: Member, someone: Enrolment, browser: Browser
) -> None:
    certify(certifier, someone, NIGHT, "值班")

    (act,) = out_of_hours_acts(scope=cast.outsider.actor.scope, first_day=TODAY)
    assert (act.person_id, act.reason) == (someone.person_id, "值班")
    assert certifier.officer.username in act.officer
    assert out_of_hours_acts(scope=cast.handler.actor.scope, first_day=TODAY) == []
    auditor = an_officer("auditor", path=cast.outsider.actor.scope)
    seen = browser(auditor).get(reverse("out-of-hours")).content.decode()
    assert "值班" in seen and certifier.officer.username in seen
    assert browser(certifier).get(reverse("out-of-hours")).status_code == 403


@pytest.mark.requirement("GD-9-08")
def test_where_the_pack_asks_for_a_reason_a_certification_at_night_needs_one(
    certifier: Member, someone: Enrolment
) -> None:
    with pytest.raises(CheckFailed, match="OUT_OF_HOURS"):
        certify(certifier, someone, NIGHT)

    assert not CertificationEvent.objects.exists()


def test_a_certification_at_noon_is_not_marked(cast: Cast, certifier: Member, someone: Enrolment) -> None:
    certify(certifier, someone, NOON)

    assert out_of_hours_acts(scope=cast.outsider.actor.scope, first_day=TODAY) == []
