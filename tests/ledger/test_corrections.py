"""Corrections as cases: the township checks, the district decides, both records stay, interest follows.

Worked example: 500 booked, 1000 paid: after the decision the account holds 1000 and its subsidy, and 500 is still readable.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from jubao.cases.models import Case
from jubao.contributions.models import Contribution
from jubao.kernel.errors import DomainError
from jubao.ledger.balances import balance_of
from jubao.ledger.models import InterestYear, Transfer
from jubao.people.models import Enrolment
from jubao.services.accounts.corrections import contribution_correction_propose
from jubao.services.accounts.interest_years import GivenRate, interest_year_settle
from jubao.services.accounts.statements import statements_deliver
from jubao.services.cases.engine import advance, case_view, material_add
from jubao.services.contributions.months import contribution_month_close
from jubao.services.contributions.records import contribution_record
from jubao.services.documents.store import document_store
from tests.support.cast import Cast, Member, a_cast
from tests.support.importing import NOW
from tests.support.residents import TODAY, an_enrolment, some_villages, system

DISTRICT = "150404"
CORRECTED = {"year": 2025, "tier_fen": 100000, "amount_fen": 100000}


@pytest.fixture
def cast(database: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setenv("JUBAO_DATA_DIR", str(tmp_path))
    return a_cast(DISTRICT)


@pytest.fixture
def paid(cast: Cast) -> Contribution:
    who = an_enrolment(village=some_villages(DISTRICT)[0])
    return contribution_record(
        actor=system(), enrolment_id=who.id, year=2025, tier_fen=50000, amount_fen=50000, means="mobile",
        treasury_on=date(2025, 5, 6), receipt_number="R1", today=TODAY,
    )  # fmt: skip


def propose(cast: Cast, paid: Contribution, corrected: dict[str, Any] | None = CORRECTED) -> Case:
    paper = document_store(
        actor=cast.intake.actor, content=b"%PDF-1.4 slip", name="slip.pdf", content_type="application/pdf",
        document_class="evidence", district_code=DISTRICT,
    )  # fmt: skip
    case = contribution_correction_propose(
        actor=cast.intake.actor,
        contribution_id=paid.id,
        reason="税票金额录错",
        corrected=corrected,
        today=TODAY,
    )
    material_add(actor=cast.intake.actor, case_id=case.id, kind="evidence", document_id=paper.id)
    return case


def step(who: Member, case: Case, action: str) -> Case:
    case_view(actor=who.actor, case_id=case.id, now=NOW)
    now = Case.objects.get(id=case.id)
    return advance(
        actor=who.actor, case_id=case.id, action=action, expected_version=now.version, digest_seen=now.digest,
        today=TODAY, now=NOW,
    )  # fmt: skip


@pytest.mark.requirement("SS-16-4", "SS-03-5-1c")
def test_a_correction_keeps_both_records_and_needs_township_and_district(
    cast: Cast, paid: Contribution
) -> None:
    case = propose(cast, paid)
    with pytest.raises(DomainError):
        step(cast.reviewer, case, "approve")  # the township has not checked yet

    step(cast.intake, case, "verify")
    step(cast.reviewer, case, "approve")

    old, new = Contribution.objects.filter(receipt_number="R1").order_by("recorded_at", "id")
    assert (old.amount_fen, old.is_live, new.amount_fen, new.is_live) == (50000, False, 100000, True)
    assert new.treasury_on == old.treasury_on and new.case_id == case.id
    assert balance_of(paid.enrolment_id) == {"own_payment": 100000, "subsidy": 7000}
    reversal = Transfer.objects.get(reverses__line_id=old.id, code="contribution")
    assert (reversal.reason, reversal.case_id) == ("税票金额录错", case.id)


def test_the_maker_cannot_decide_and_an_outsider_cannot_propose(cast: Cast, paid: Contribution) -> None:
    case = propose(cast, paid)
    step(cast.intake, case, "verify")

    with pytest.raises(DomainError):
        step(cast.intake, case, "approve")
    with pytest.raises(Contribution.DoesNotExist):
        contribution_correction_propose(
            actor=cast.outsider.actor, contribution_id=paid.id, reason="x", corrected=None, today=TODAY
        )
    assert balance_of(paid.enrolment_id)["own_payment"] == 50000


def test_interest_of_the_years_since_follows(cast: Cast, paid: Contribution) -> None:
    interest_year_settle(
        actor=system(), district_code=DISTRICT, year=2025, today=TODAY, given_rate=GivenRate(24000, "测试")
    )
    case = propose(cast, paid, None)
    step(cast.intake, case, "verify")

    step(cast.reviewer, case, "approve")

    who = Enrolment.objects.get(id=paid.enrolment_id)
    assert balance_of(who.id) == {"own_payment": 0, "subsidy": 0, "interest": 0}
    assert InterestYear.objects.filter(enrolment=who, is_live=True).get().interest_fen == 0


def test_another_district_is_out_of_reach(cast: Cast) -> None:
    for run in (
        lambda: interest_year_settle(
            actor=cast.outsider.actor,
            district_code=DISTRICT,
            year=2025,
            today=TODAY,
            given_rate=GivenRate(1, "x"),
        ),
        lambda: contribution_month_close(
            actor=cast.outsider.actor, district_code=DISTRICT, month=2025 * 12, today=TODAY
        ),
        lambda: statements_deliver(actor=cast.outsider.actor, district_code=DISTRICT, year=2025, today=TODAY),
    ):
        with pytest.raises(DomainError) as error:
            run()
        assert error.value.code == "OUT_OF_SCOPE"
