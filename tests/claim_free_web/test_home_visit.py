"""上门服务 page by page: somebody who cannot walk is on the village's list, a visit is arranged, the form is signed at home and
accepted on the page of 受理, and the visit ends."""

from __future__ import annotations

from datetime import date

import pytest

from jubao.cases.models import Case, Receipt
from jubao.claim_free.models import ConfirmationForm
from jubao.database.unit_of_work import unit_of_work
from jubao.people.models import SharedFact
from tests.support.counter import HANDLER, INTAKE, SAVED, Counter
from tests.support.residents import system


@pytest.mark.requirement("QJ-5-3")
def test_a_visit_with_a_signed_form_confirms_the_case_as_a_home_visit(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Counter(monkeypatch)
    who = here.world.candidate(name="张桂芳", balance_fen=250473)
    with unit_of_work(system(), "test"):
        SharedFact.objects.create(
            person=who.person, fact="mobility_impaired", value="yes", source="残联", known_on=date(2024, 1, 1)
        )
    case = here.world.listed(who)

    offered = here.text(INTAKE, "claim-free-village")
    here.post(INTAKE, "claim-free-visit", case.pk, reason="行动不便")
    early = here.post(INTAKE, "claim-free-visit", case.pk)
    here.act(INTAKE, case, "print", is_only_child="0", channel="HOME_VISIT")
    unsigned = here.act(INTAKE, case, "save", **SAVED)
    here.act(INTAKE, case, "sign", signed="consent", signed_on="2024-03-11", has_thumbprint="1")
    unscanned = here.act(INTAKE, case, "save", **SAVED)
    here.scan(case, "id_document", "confirmation_form")
    saved = here.act(INTAKE, case, "save", **SAVED)
    here.post(INTAKE, "claim-free-visit", case.pk)

    assert "行动不便" in offered and "张*芳" in offered
    assert "VISIT_NOT_CONFIRMED" in early
    assert "FORM_NOT_SIGNED" in unsigned and "MATERIAL_MISSING" in unscanned
    assert "已受理并推送办理岗" in saved
    case.refresh_from_db()
    assert (case.state, case.channel) == ("accepted", "HOME_VISIT")
    assert ConfirmationForm.objects.get(case=case, state="consent").channel == "HOME_VISIT"
    assert Case.objects.get(kind="claim_free_home_visit", subject_id=case.pk).state == "visited"
    assert Receipt.objects.filter(case=case).exists()
    assert "上门" in here.text(HANDLER, "claims")
    here.handle(case)
    here.review(case)
    case.refresh_from_db()
    assert case.state == "approved"
