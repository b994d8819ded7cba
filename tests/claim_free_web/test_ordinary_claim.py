"""居保待遇申领 in 松山: the village collects, the township determines, the district re-checks (赤松 第二十一、二十二条)."""

from __future__ import annotations

from datetime import date

import pytest

from jubao.benefits.models import Determination, Entitlement
from jubao.cases.models import Case
from jubao.people.numbers import numbers_of
from tests.support.counter import Counter, a_file, pdf_text

ASSISTANT, TOWNSHIP, REVIEWER = "150404-village_assistant", "songshan-township", "150404-reviewer"


@pytest.mark.requirement("SS-03-2-3c", "SS-22-1", "SS-22-2")
def test_the_township_determines_and_the_district_fixes_amount_and_month(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tests.support.cast as cast

    here = Counter(monkeypatch, "150404")
    township = here.world.cast.intake.actor.scope
    clerk = cast.an_officer("handler", path=township, username=TOWNSHIP, from_on=cast.FROM)
    enrolment = here.world.candidate(birth=date(1964, 2, 20), name="王秀兰", balance_fen=250473, bank="")
    number = numbers_of([enrolment.person_id])[enrolment.person_id]
    here.post(ASSISTANT, "claims", number=number)
    here.post(ASSISTANT, "claim-new", enrolment.pk, **{"file-id_document": a_file("身份证")})
    case = Case.objects.get(kind="ordinary_claim")
    assert case.number in here.text(TOWNSHIP, "claims", query="?tab=handle")

    here.post(TOWNSHIP, "case-action", case.pk, action="handle", version=case.version)
    case.refresh_from_db()
    form = case.materials.get(kind="determination_form")
    assert case.state == "handled" and case.maker_id == clerk.person.pk
    text = pdf_text(here.get(REVIEWER, "document", form.document_id).content)
    assert f"{case.proposal['monthly_pension_fen'] / 100:.2f}" in text
    why = here.text(REVIEWER, "case-why", case.pk, query="?part=account_pension")
    assert "2504.73" in why and "139" in why

    here.review(case, by=REVIEWER, points=())

    entitlement = Entitlement.objects.get(enrolment=enrolment)
    fixed = Determination.objects.get(entitlement=entitlement)
    assert entitlement.start_month == 2024 * 12 + 2
    assert fixed.monthly_pension_fen == case.proposal["monthly_pension_fen"]
