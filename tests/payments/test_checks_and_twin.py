"""Before a payment: what the checks find blocks the run until a person decides, and every difference needs its cause."""

from __future__ import annotations

from datetime import date

import pytest

from jubao.benefits.models import Determination, HoldProposal, PaymentStatus
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.facts.twin import twin_rows, twin_summary
from jubao.kernel.errors import CheckFailed, DomainError
from jubao.people.models import CustodyPeriod, DeathReport, OtherSchemeRecord, PayoutAccount
from jubao.services.cases.checks import CaseRefused
from jubao.services.payments.check import twin_explain
from jubao.services.payments.draft import compare_with_scalar, month_terms
from jubao.services.payments.hold_proposals import hold_decide
from jubao.services.payments.runs import run_check, run_send
from tests.payments.month import DISTRICT, MONTH, NOW, TODAY, a_payee, approved, drafted, funded, paid_month
from tests.support.cast import Cast
from tests.support.residents import Beneficiary, system


def dead(who: Beneficiary, day: date = date(2025, 5, 20)) -> None:
    """A cremation record arrives."""
    with unit_of_work(system(), "test"):
        DeathReport.objects.create(person=who.person, died_on=day, source="CREMATION", source_row="第12行")


@pytest.mark.requirement("SS-39-4b")
def test_reported_death_is_held_with_its_cause_and_not_paid(database: None, cast: Cast) -> None:
    alive, gone = a_payee(), a_payee()
    dead(gone)
    run = drafted(cast)
    proposal = HoldProposal.objects.get(run_id=run.id)

    with pytest.raises(CheckFailed, match="HOLDS_OPEN"):
        run_check(actor=cast.handler.actor, run_id=run.id, today=TODAY, now=NOW)
    with pytest.raises(CaseRefused, match="SYSTEM_CANNOT_DECIDE"):
        decide(Actor.system("job", scope=""), proposal, True)
    with pytest.raises(CaseRefused, match="POST_REQUIRED"):
        decide(cast.finance.actor, proposal, True)
    decide(cast.handler.actor, proposal, True)
    run = approved(cast, run)

    assert proposal.reason == "DEATH_REPORTED" and proposal.evidence["source"] == "CREMATION"
    assert [line.enrolment_id for line in run.lines.filter(is_in_run=True)] == [alive.enrolment.id]
    held = run.omissions.get()
    assert (held.enrolment_id, held.reason, held.detail) == (gone.enrolment.id, "HELD", "DEATH_REPORTED")


def decide(actor: Actor, proposal: HoldProposal, is_confirmed: bool) -> HoldProposal:
    """Confirm or release."""
    return hold_decide(
        actor=actor,
        proposal_id=proposal.id,
        is_confirmed=is_confirmed,
        note="已入户核实",
        today=TODAY,
        now=NOW,
    )


def test_sentence_second_benefit_and_missing_certification_are_found(database: None, cast: Cast) -> None:
    jailed, double, uncertified, detained_by_police = (
        a_payee(),
        a_payee(),
        a_payee(date(2023, 1, 5)),
        a_payee(),
    )
    with unit_of_work(system(), "test"):
        CustodyPeriod.objects.create(person=jailed.person, kind="FIXED_TERM", from_on=date(2025, 4, 3))
        CustodyPeriod.objects.create(
            person=detained_by_police.person, kind="ADMINISTRATIVE_DETENTION", from_on=date(2025, 5, 28)
        )
        OtherSchemeRecord.objects.create(
            person=double.person, scheme="employee_pension", kind="benefit", from_month=MONTH - 3,
            known_on=date(2025, 6, 1),
        )  # fmt: skip

    run = drafted(cast)

    found = {(one.entitlement_id, one.reason) for one in HoldProposal.objects.filter(run_id=run.id)}
    assert found == {
        (jailed.entitlement_id, "IN_CUSTODY"),
        (double.entitlement_id, "DUPLICATE_BENEFIT"),
        (uncertified.entitlement_id, "NOT_CERTIFIED"),
    }


def test_released_report_is_never_asked_about_again(database: None, cast: Cast) -> None:
    who = a_payee()
    dead(who)
    run = drafted(cast)
    decide(cast.handler.actor, HoldProposal.objects.get(run_id=run.id), False)
    funded(cast, approved(cast, run))
    run_send(actor=cast.finance.actor, run_id=run.id, today=TODAY, now=NOW)

    july = drafted(cast, MONTH + 1, today=date(2025, 7, 10))

    assert not HoldProposal.objects.filter(run_id=july.id).exists() and july.lines.count() == 1


def test_death_between_approval_and_sending_stops_the_file(database: None, cast: Cast) -> None:
    who = a_payee()
    run = funded(cast, approved(cast, drafted(cast)))
    dead(who)

    with pytest.raises(CheckFailed, match="FOUND_SINCE"):
        run_send(actor=cast.finance.actor, run_id=run.id, today=TODAY, now=NOW)


def test_death_in_the_month_itself_is_still_paid(database: None, cast: Cast) -> None:
    dead(a_payee(), date(2025, 6, 2))

    run = drafted(cast)

    assert run.lines.count() == 1 and not HoldProposal.objects.filter(run_id=run.id).exists()


def test_twin_tells_each_difference_with_its_cause(database: None, cast: Cast) -> None:
    same, suspended, older, moved, bare = (a_payee() for _one in range(5))
    paid_month(cast)
    with unit_of_work(system(), "test"):
        PaymentStatus.objects.filter(entitlement_id=suspended.entitlement_id).update(until_month=MONTH + 1)
        PaymentStatus.objects.create(
            entitlement_id=suspended.entitlement_id, kind="suspended", from_month=MONTH + 1, reason="NOT_CERTIFIED",
            legal_basis="第二十七条", decided_by=cast.reviewer.person.id, proposed_by=cast.handler.person.id,
            case_id=cast.handler.person.id,
        )  # fmt: skip
        Determination.objects.create(
            entitlement_id=older.entitlement_id, sequence=2, month=MONTH + 1, account_balance_fen=300000,
            contribution_months=192, base_pension_fen=16500, account_pension_fen=2158, monthly_pension_fen=18658,
            facts={}, trace=[], pack_code=DISTRICT, pack_hash="0" * 64,
        )  # fmt: skip
        for who, case in ((moved, cast.handler.person.id), (bare, None)):
            PayoutAccount.objects.filter(id=who.account.id).update(until_on=date(2025, 7, 1))
            PayoutAccount.objects.create(
                person=who.person, account_number=f"62170037601{who.account.account_number[-8:]}", case_id=case,
                holder_name=who.person.name, bank_name="重庆农村商业银行", from_on=date(2025, 7, 1),
                usable_on=date(2025, 7, 1),
            )  # fmt: skip

    july = drafted(cast, MONTH + 1, today=date(2025, 7, 10))

    told = {(row.enrolment_id, row.difference): row.cause for row in twin_rows(july.id)}
    assert told == {
        (suspended.enrolment.id, "gone"): "SUSPENDED",
        (older.enrolment.id, "amount"): "DETERMINATION",
        (moved.enrolment.id, "account"): "ACCOUNT_CASE",
        (bare.enrolment.id, "account"): "",
    }
    assert same.enrolment.id not in {enrolment for enrolment, _difference in told}
    with pytest.raises(CheckFailed, match="TWIN_UNEXPLAINED"):
        run_check(actor=cast.handler.actor, run_id=july.id, today=TODAY, now=NOW)
    twin_explain(
        actor=cast.handler.actor, run_id=july.id, enrolment_id=bare.enrolment.id, difference="account",
        explanation="银行统一换卡，已与本人核对",
    )  # fmt: skip
    assert run_check(actor=cast.handler.actor, run_id=july.id, today=TODAY, now=NOW).state == "checked"
    assert sum(row["people"] for row in twin_summary(july.id)) == 4


def test_one_fen_between_the_two_calculations_stops_the_draft(database: None) -> None:
    found = month_terms(DISTRICT, MONTH)
    facts = (250478, 180, 0, 0, False, True, 1963 * 12 + 7, True, 2023 * 12 + 8, MONTH)

    assert compare_with_scalar([(7, facts, (16500, 1802, 0, 0, 0, 18302))], found) == 1
    with pytest.raises(DomainError, match="BATCH_DIFFERS"):
        compare_with_scalar([(7, facts, (16500, 1803, 0, 0, 0, 18303))], found)
