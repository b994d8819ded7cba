"""注销登记 behind its pages: with which documents and causes it is taken, what the decision ends, what is left to settle."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from jubao.benefits.models import Entitlement, PaymentStatus
from jubao.cases.models import Case
from jubao.kernel.month import Month
from jubao.payments.models import OneOffPayment
from jubao.people.models import DeathReport, Enrolment, EnrolmentStatus
from jubao.people.numbers import numbers_of
from tests.settlement.office import DAY, PASSPORT, SON, Office, money
from tests.support.portal import words

KINDS = (
    ("id_card", SON),
    ("social_security_card", SON),
    ("hmt_residence_permit", SON),
    ("foreign_residence_permit", "JPN199001011234"),
    ("passport", PASSPORT),
)


@pytest.fixture
def here(database: None, monkeypatch: pytest.MonkeyPatch) -> Office:
    return Office(monkeypatch)


@pytest.mark.requirement("SS-41-1", "SS-41-2", "SS-41-3", "SS-41-4", "SS-41-5")
@pytest.mark.parametrize(("kind", "number"), KINDS)
def test_each_document_is_accepted_until_its_last_day_and_refused_after(
    here: Office, kind: str, number: str
) -> None:
    someone = here.someone().enrolment

    expired = here.applied(someone, document_kind=kind, number=number, valid_until="2026-03-01")
    assert "ID_DOCUMENT_EXPIRED" in expired and "第四十一条" in expired
    assert not Case.objects.filter(kind="deregistration").exists()

    assert "已提出" in here.applied(someone, document_kind=kind, number=number, valid_until="2026-03-02")
    assert here.case(someone).proposal["document_kind"] == kind


@pytest.mark.requirement("SS-18-1", "SS-18-2", "SS-18-3")
@pytest.mark.parametrize(
    ("cause", "relation"), [("DEATH", "法定继承人"), ("LOST_NATIONALITY", "本人"), ("OTHER_PENSION", "本人")]
)
def test_each_cause_of_the_text_is_taken_and_no_other(here: Office, cause: str, relation: str) -> None:
    someone = here.someone().enrolment

    other = here.applied(someone, cause="MOVED_AWAY", relation=relation)
    assert "CAUSE_UNKNOWN" in other and "丧失国籍" in other

    assert "已提出" in here.applied(someone, cause=cause, relation=relation)


@pytest.mark.requirement("SS-18-4")
def test_an_heir_applies_with_name_and_relation(here: Office) -> None:
    someone = here.someone().enrolment
    assert "RELATION_MISSING" in here.applied(someone, relation="邻居")

    here.applied(someone)

    about = here.case(someone).proposal
    assert (about["applicant"], about["relation"]) == ("王小军", "法定继承人")
    page = here.page(here.cast.reviewer, "case", here.case(someone).pk)
    assert "王小军" in page and "法定继承人" in page and SON not in page


@pytest.mark.requirement("SS-20-1", "SS-20-3", "SS-20-4")
def test_a_promise_stands_for_the_certificate_and_nothing_stands_for_promise_or_identity(
    here: Office,
) -> None:
    someone = here.someone().enrolment

    assert "PROMISE_MISSING" in here.applied(someone, promise_made="0")
    assert "APPLICANT_MISSING" in here.applied(someone, number="")
    assert "MATERIAL_MISSING" in here.applied(someone, papers=("id_document",))
    assert not Case.objects.filter(kind="deregistration").exists()

    assert "已提出" in here.applied(someone)
    assert "death_proof" not in here.case(someone).materials.values_list("kind", flat=True)


def test_the_decision_ends_pension_and_enrolment_and_sends_the_balance_on_its_way(here: Office) -> None:
    someone = here.someone()
    money(someone)
    here.applied(someone.enrolment)

    here.approved(someone.enrolment)

    march = Month(2026, 3).index
    entitlement = Entitlement.objects.get(id=someone.entitlement_id)
    assert (entitlement.end_month, entitlement.end_reason) == (march, "DEATH")
    assert PaymentStatus.objects.get(entitlement=entitlement, until_month=None).kind == "stopped"
    assert EnrolmentStatus.objects.get(enrolment=someone.enrolment, until_month=None).kind == "ended"
    assert Enrolment.objects.get(id=someone.enrolment.pk).ended_on == DAY
    assert DeathReport.objects.get(person=someone.person, is_decisive=True).died_on == date(2026, 2, 24)
    assert here.lines(Month(2026, 3), someone) == []
    paid = OneOffPayment.objects.filter(enrolment=someone.enrolment).order_by("kind")
    assert [(one.kind, one.payee_name, one.state) for one in paid] == [
        ("funeral_grant", "王小军", "waiting"), ("refund", "王小军", "waiting"),
    ]  # fmt: skip
    assert "没有注销后还有余额的个人账户" in here.page(here.cast.handler, "deregistrations")


def test_who_draws_nothing_yet_leaves_too_and_nobody_leaves_twice(here: Office) -> None:
    from tests.support.residents import an_enrolment

    someone = an_enrolment(village=here.village, birth=date(1980, 5, 5))
    here.applied(someone, cause="LOST_NATIONALITY", relation="本人")
    here.approved(someone)

    assert Enrolment.objects.get(pk=someone.pk).ended_on == DAY
    assert "ENDED_ALREADY" in here.applied(someone, cause="LOST_NATIONALITY", relation="本人")


def test_the_number_leads_to_the_form_and_a_stranger_to_words(here: Office) -> None:
    someone = here.someone()
    browser = here.browser(here.cast.intake)
    found = browser.post(
        reverse("deregistrations"), {"number": numbers_of([someone.person.pk])[someone.person.pk]}
    )
    assert found["Location"] == reverse("deregistration-new", args=[someone.person.pk])
    assert "注销原因" in here.page(here.cast.intake, "deregistration-new", someone.person.pk)

    nobody = browser.post(reverse("deregistrations"), {"number": SON}, follow=True)
    assert "NOT_ENROLLED" in words(nobody)
