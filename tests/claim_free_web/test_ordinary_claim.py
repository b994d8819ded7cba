"""居保待遇申领 in 松山: the village collects, the township determines, the district re-checks (赤松 第二十一、二十二条).

Worked example: three claims of 新民村 go up with one list; the township determines 163.02, the district sends it back with a
reason, the township determines anew, the district agrees.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import transaction

import tests.support.cast as cast_module
from jubao.benefits.models import Determination, Entitlement
from jubao.cases.models import Case
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import DomainError
from jubao.people.models import DesignatedPayee, Enrolment, OtherSchemeRecord
from jubao.people.numbers import numbers_of
from jubao.services.cases.engine import advance
from jubao.services.documents.receipts import receipt_in_force
from tests.support.counter import Counter, a_file, pdf_text
from tests.support.residents import system

ASSISTANT, TOWNSHIP, REVIEWER = "150404-village_assistant", "songshan-township", "150404-reviewer"
SON = {"payee": "named", "payee_name": "王强", "payee_relation": "子女", "payee_phone": "13900000000"}


@pytest.fixture
def here(database: None, monkeypatch: pytest.MonkeyPatch) -> Counter:
    desk = Counter(monkeypatch, "150404")
    township = desk.world.cast.intake.actor.scope
    cast_module.an_officer("handler", path=township, username=TOWNSHIP, from_on=cast_module.FROM)
    return desk


def someone(here: Counter, name: str = "王秀兰", day: int = 20) -> Enrolment:
    return here.world.candidate(birth=date(1964, 2, day), name=name, balance_fen=250473, bank="")


def taken(here: Counter, enrolment: Enrolment, **payee: str) -> str:
    """The assistant takes the papers in; what the page says."""
    sent: dict[str, Any] = {"file-id_document": a_file(enrolment.person.name), **payee}
    return here.post(ASSISTANT, "claim-new", enrolment.pk, **sent)


def claim_of(enrolment: Enrolment) -> Case:
    return Case.objects.get(kind="ordinary_claim", subject_id=enrolment.pk)


def sent_up(here: Counter, *people: Enrolment) -> list[Case]:
    """Collected and sent up together."""
    for one in people:
        taken(here, one, **SON)
    here.post(ASSISTANT, "village-claims", do="send", row=[str(claim_of(one).pk) for one in people])
    return [claim_of(one) for one in people]


def handled(here: Counter, case: Case) -> str:
    case.refresh_from_db()
    said = here.post(TOWNSHIP, "case-action", case.pk, action="handle", version=case.version)
    case.refresh_from_db()
    return said


@pytest.mark.requirement("SS-03-2-3c", "SS-22-1", "SS-22-2", "SS-21-7", "SS-03-2-3b")
def test_the_township_determines_and_the_district_fixes_amount_and_month(here: Counter) -> None:
    enrolment = someone(here)
    clerk = here.client(TOWNSHIP)
    assert clerk is not None
    number = numbers_of([enrolment.person_id])[enrolment.person_id]
    here.post(ASSISTANT, "claims", number=number)
    (case,) = sent_up(here, enrolment)
    assert case.number in here.text(TOWNSHIP, "claims", query="?tab=handle")
    assert case.number not in here.text(REVIEWER, "claims", query="?tab=review")

    handled(here, case)

    form = case.materials.get(kind="determination_form")
    assert case.state == "handled" and case.number in here.text(REVIEWER, "claims", query="?tab=review")
    text = pdf_text(here.get(REVIEWER, "document", form.document_id).content)
    assert f"{case.proposal['monthly_pension_fen'] / 100:.2f}" in text
    why = here.text(REVIEWER, "case-why", case.pk, query="?part=account_pension")
    assert "2504.73" in why and "139" in why

    here.review(case, by=REVIEWER, points=())

    entitlement = Entitlement.objects.get(enrolment=enrolment)
    fixed = Determination.objects.get(entitlement=entitlement)
    assert entitlement.start_month == 2024 * 12 + 2
    assert fixed.monthly_pension_fen == case.proposal["monthly_pension_fen"]


@pytest.mark.requirement("SS-21-6", "SS-03-3-2c")
def test_the_village_collects_three_and_sends_them_up_with_a_list(here: Counter) -> None:
    people = [someone(here, name, 3 + n) for n, name in enumerate(("王秀兰", "刘桂英", "陈国强"))]
    for one in people:
        assert "已收件" in taken(here, one, **SON)
    cases = [claim_of(one) for one in people]
    assert {case.state for case in cases} == {"collected"}
    assert cases[0].number not in here.text(TOWNSHIP, "claims", query="?tab=handle")
    here.post(
        ASSISTANT, "village-claims", do="add", case=str(cases[0].pk), kind="household_booklet", file=a_file("户口簿")
    )  # fmt: skip
    assert "户口簿" in here.text(ASSISTANT, "village-claims")

    said = here.post(ASSISTANT, "village-claims", do="send", row=[str(case.pk) for case in cases])

    assert "已上报 3 份" in said
    queue = here.text(TOWNSHIP, "claims", query="?tab=handle")
    assert all(case.number in queue for case in cases)
    listed = Case.objects.get(kind="claim_collection")
    page = here.text(TOWNSHIP, "case", listed.pk)
    assert listed.number in here.text(TOWNSHIP, "inbox") and all(case.number in page for case in cases)
    assert "户口簿" in page
    here.post(TOWNSHIP, "case-action", listed.pk, action="receive", version=listed.version)
    listed.refresh_from_db()
    assert (listed.state, listed.outcome) == ("done", "received")
    receipt = receipt_in_force(claim_of(people[0]))
    assert receipt is not None and receipt.number.startswith("SL-")


@pytest.mark.requirement("SS-03-3-2c")
def test_the_village_assistant_decides_nothing(here: Counter) -> None:
    (case,) = sent_up(here, someone(here))
    village = here.world.cast.assistant.actor

    assert here.client(ASSISTANT).post(f"/workbench/cases/{case.pk}/act/").status_code in (403, 404)
    for action in ("handle", "return_village"):
        with pytest.raises(DomainError) as refused, transaction.atomic():
            advance(
                actor=village, case_id=case.pk, action=action, reason="x", expected_version=case.version,
                today=date(2024, 3, 11), now=here.at,
            )  # fmt: skip
        assert refused.value.code == "POST_REQUIRED"
    handled(here, case)
    for action in ("approve", "return", "reject"):
        with pytest.raises(DomainError) as refused, transaction.atomic():
            advance(
                actor=village, case_id=case.pk, action=action, reason="x", expected_version=case.version,
                digest_seen=case.digest, today=date(2024, 3, 11), now=here.at,
            )  # fmt: skip
        assert refused.value.code == "POST_REQUIRED"


@pytest.mark.requirement("SS-21-5")
def test_no_claim_without_a_beneficiary_named_or_the_heirs_chosen(here: Counter) -> None:
    enrolment = someone(here)

    assert "PAYEE_NOT_NAMED" in taken(here, enrolment)
    assert "PAYEE_INCOMPLETE" in taken(here, enrolment, payee="named", payee_name="王强")
    assert not Case.objects.filter(kind="ordinary_claim").exists()

    assert "已收件" in taken(here, enrolment, payee="legal_heir")

    assert DesignatedPayee.objects.get(person_id=enrolment.person_id).is_legal_heir


@pytest.mark.requirement("SS-21-5")
def test_the_notice_names_the_beneficiary_and_the_duties(here: Counter) -> None:
    from jubao.services.people.payees import NamedPayee, payee_name

    enrolment = here.world.candidate(birth=date(1964, 4, 9), name="刘桂英", balance_fen=250473, bank="")
    payee = NamedPayee("王强", "子女", "13900000000")
    payee_name(actor=system(), person_id=enrolment.person_id, payee=payee, today=date(2024, 3, 1))

    here.post_to(TOWNSHIP, "benefit-notices", "?month=2024-03", do="all")

    case = Case.objects.get(kind="benefit_notice", subject_id=enrolment.pk)
    text = pdf_text(here.get(TOWNSHIP, "benefit-notice-file", case.pk).content)
    assert "王强（子女，13900000000）" in text and "办理注销" in text and "应当退还" in text


@pytest.mark.requirement("SS-22-6")
def test_a_faulty_case_goes_back_to_the_township_with_the_reason_and_is_sent_again(here: Counter) -> None:
    (case,) = sent_up(here, someone(here))
    handled(here, case)

    assert "REASON_REQUIRED" in here.review(case, "return", by=REVIEWER, points=())
    here.review(case, "return", by=REVIEWER, points=(), reason="缴费档次录错，请重新核定")

    case.refresh_from_db()
    assert case.state == "accepted" and case.number in here.text(TOWNSHIP, "claims", query="?tab=handle")
    assert "缴费档次录错，请重新核定" in here.text(TOWNSHIP, "case", case.pk)
    handled(here, case)
    assert case.state == "handled" and case.number in here.text(REVIEWER, "claims", query="?tab=review")
    here.review(case, by=REVIEWER, points=())
    case.refresh_from_db()
    assert case.outcome == "approved"


def test_a_missing_paper_goes_back_to_the_village_with_the_reason(here: Counter) -> None:
    enrolment = someone(here)
    (case,) = sent_up(here, enrolment)

    here.post(
        TOWNSHIP, "case-action", case.pk, action="return_village", version=case.version, reason="身份证照片看不清"
    )  # fmt: skip

    page = here.text(ASSISTANT, "village-claims")
    assert "身份证照片看不清" in page and "镇街退回" in page
    again = here.post(ASSISTANT, "village-claims", do="send", row=[str(case.pk)])
    assert "已上报 1 份" in again
    assert claim_of(enrolment).state == "accepted"


def test_who_draws_another_pension_is_not_determined(here: Counter) -> None:
    enrolment = someone(here)
    (case,) = sent_up(here, enrolment)
    with unit_of_work(system(), "test"):
        OtherSchemeRecord.objects.create(
            person=enrolment.person, scheme="employee_pension", kind="benefit", place="赤峰市", known_on=date(2024, 3, 1)
        )  # fmt: skip

    said = handled(here, case)

    assert "OBSTACLES_FOUND" in said and case.state == "accepted"


def test_nothing_chosen_sends_nothing_up(here: Counter) -> None:
    taken(here, someone(here), **SON)

    assert "NOTHING_CHOSEN" in here.post(ASSISTANT, "village-claims", do="send")
    assert not Case.objects.filter(kind="claim_collection").exists()
