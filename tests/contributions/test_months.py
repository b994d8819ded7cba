"""The monthly closing: both sides beside each other, closing only with every difference explained, then locked.

Worked example: a receipt of 200.00 that only the tax list knows keeps May open until somebody says why.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jubao.contributions.models import ContributionDifference, ContributionMonth, TaxRecord
from jubao.database.unit_of_work import unit_of_work
from jubao.facts.contributions import means_counts, month_figures, months_without_tax_list
from jubao.kernel.errors import DomainError
from jubao.kernel.month import Month
from jubao.people.models import Enrolment
from jubao.services.contributions.months import (
    contribution_difference_explain,
    contribution_month_close,
    contribution_month_reconcile,
    contribution_month_reopen,
)
from jubao.services.contributions.records import contribution_record
from tests.support.residents import a_village, an_enrolment, system

DISTRICT, MAY, JUNE_5 = "150404", Month(2025, 5), date(2025, 6, 5)


@pytest.fixture
def payer(database: None) -> Enrolment:
    who = an_enrolment(village=a_village(DISTRICT))
    contribution_record(
        actor=system(), enrolment_id=who.id, year=2025, tier_fen=50000, amount_fen=50000, means="mobile",
        treasury_on=date(2025, 5, 6), receipt_number="R1", today=JUNE_5,
    )  # fmt: skip
    return who


def tax(receipt: str, fen: int) -> None:
    with unit_of_work(system(), "test"):
        TaxRecord.objects.create(
            district_code=DISTRICT, month=MAY.index, receipt_number=receipt, year=2025, amount_fen=fen,
            treasury_on=date(2025, 5, 6),
        )  # fmt: skip


def close(today: date = JUNE_5, **given: Any) -> ContributionMonth:
    return contribution_month_close(
        actor=system(), district_code=DISTRICT, month=MAY.index, today=today, **given
    )


def refused(code: str, today: date = JUNE_5, **given: Any) -> None:
    with pytest.raises(DomainError) as error:
        close(today, **given)
    assert error.value.code == code


@pytest.mark.requirement("SS-11-1", "SS-03-6-1g")
def test_a_month_closes_only_with_its_differences_explained_and_is_locked_then(payer: Enrolment) -> None:
    tax("R1", 50000)
    tax("R2", 20000)
    refused("DIFFERENCES_UNEXPLAINED")

    contribution_month_reconcile(actor=system(), district_code=DISTRICT, month=MAY.index)
    found = ContributionDifference.objects.get()
    assert (found.kind, found.receipt_number, found.tax_fen, found.booked_fen) == (
        "only_tax",
        "R2",
        20000,
        None,
    )
    contribution_difference_explain(
        actor=system(), difference_id=found.id, explanation="外区人员，已退回税务"
    )

    assert close().state == "closed"
    with pytest.raises(DomainError) as error:
        contribution_record(
            actor=system(), enrolment_id=an_enrolment(village=a_village(DISTRICT)).id, year=2025, tier_fen=20000,
            amount_fen=20000, treasury_on=date(2025, 5, 30), receipt_number="R3", today=JUNE_5,
        )  # fmt: skip
    assert error.value.code == "MONTH_CLOSED"


@pytest.mark.requirement("SS-03-2-2f", "SS-03-6-1g")
def test_a_payment_missing_at_the_tax_side_and_another_amount_are_listed(payer: Enrolment) -> None:
    tax("R9", 100)
    tax("R9", 100)

    contribution_month_reconcile(actor=system(), district_code=DISTRICT, month=MAY.index)

    kinds = dict(ContributionDifference.objects.values_list("receipt_number", "kind"))
    assert kinds == {"R1": "only_booked", "R9": "doubled"}
    figures = month_figures(DISTRICT, MAY.index)
    assert (figures.tax_count, figures.booked_count, figures.matched, figures.doubled) == (2, 1, 0, 1)


def test_finance_must_agree_too(payer: Enrolment) -> None:
    tax("R1", 50000)
    refused("DIFFERENCES_UNEXPLAINED", finance_fen=49000)

    assert close(finance_fen=50000).state == "closed"


def test_a_month_that_runs_or_has_no_list_stays_open(payer: Enrolment) -> None:
    refused("MONTH_NOT_OVER", date(2025, 5, 31))
    refused("TAX_LIST_MISSING")


@pytest.mark.requirement("SS-03-6-1f")
def test_a_month_without_the_list_of_the_tax_office_is_flagged(payer: Enrolment) -> None:
    assert months_without_tax_list(DISTRICT, date(2025, 5, 31)) == []
    assert months_without_tax_list(DISTRICT, date(2025, 6, 1)) == [MAY.index]

    tax("R1", 50000)
    assert months_without_tax_list(DISTRICT, date(2025, 6, 1)) == []


def test_a_closed_month_can_be_opened_again_with_a_reason(payer: Enrolment) -> None:
    tax("R1", 50000)
    close()

    again = contribution_month_reopen(
        actor=system(), district_code=DISTRICT, month=MAY.index, reason="税务补传"
    )
    assert (again.state, again.explanation) == ("open", "税务补传")


@pytest.mark.requirement("SS-11-2")
def test_means_are_counted(payer: Enrolment) -> None:
    path = payer.division_path[:7]

    assert means_counts(path, date(2025, 1, 1), date(2025, 12, 31)) == [("mobile", 1, 50000)]
