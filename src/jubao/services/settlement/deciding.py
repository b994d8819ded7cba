"""The settlement when it is decided: booked as it was proposed, claims taken first, the rest sent on its way to the payee.

Worked example: approved on 2026-03-09 as proposed on 2026-03-02: interest booked, 600.00 of a claim taken, 1919.76 of the account
and 1000.00 of grant wait for payment to the son. Had a contribution arrived in between: FIGURES_MOVED, nothing is booked.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.facts.wrongly_paid import wrongly_paid
from jubao.kernel.errors import CheckFailed
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.people.models import Enrolment
from jubao.policy import Pack
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import case_propose
from jubao.services.payments.one_off import GRANT_FUND, one_off_create
from jubao.services.recovery.clearing import cleared
from jubao.services.settlement.account import (
    Figures,
    SettlementTerms,
    overpaid_problem,
    settlement_make,
    settlement_try,
)
from jubao.staff.regions import pack_of


def settlement_proposal(
    *, actor: Actor, enrolment: Enrolment, pack: Pack, cause: str, happened_on: date, terms: SettlementTerms, today: date,
) -> dict[str, Any]:  # fmt: skip
    """The part of the proposal about money: every line, what stands against deciding it, and the terms."""
    figures = settlement_try(
        actor=actor,
        enrolment=enrolment,
        pack=pack,
        cause=cause,
        happened_on=happened_on,
        terms=terms,
        today=today,
    )
    overpaid = overpaid_after(enrolment, happened_on)
    problem = overpaid_problem(enrolment.pk, sum(line["amount_fen"] for line in overpaid))
    payee = terms.payee
    return {
        "settlement": figures.rows(),
        "problems": [*figures.problems, *([problem] if problem else [])],
        "holder_name": payee.name if payee else "",
        "bank_name": payee.bank if payee else "",
        "account_number": payee.account if payee else "",
        "overpaid": overpaid,
        "balance_fen": figures.before_fen,
        "settlement_facts": {**terms.facts(), **_fixed(figures)},
    }


def _fixed(figures: Figures) -> dict[str, Any]:
    """What the decision must find again."""
    return {"until": figures.until, "available": dict(figures.available), "cleared": dict(figures.cleared)}


def overpaid_after(enrolment: Enrolment, happened_on: date) -> list[dict[str, Any]]:
    """The lines sent for months after the cause arose that no claim holds yet; a township sees them too."""
    return [
        {"month": str(Month.from_index(one.benefit_month)), "kind": one.kind, "amount_fen": one.amount_fen, "run": one.run}
        for one in wrongly_paid(enrolment.pk, Month.containing(happened_on).index + 1)
    ]  # fmt: skip


def settlement_revise(
    *, actor: Actor, case_id: UUID, expected_version: int, terms: SettlementTerms, today: date
) -> Case:
    """Fill in what was missing before the decision; the figures are worked out anew and whoever does it is the maker."""
    with unit_of_work(actor, "settlement_revise", case_id=case_id):
        case = Case.objects.get(id=case_id, kind="deregistration")
        assert case.subject_id is not None
        enrolment = Enrolment.objects.select_related("person").get(id=case.subject_id)
        about = settlement_proposal(
            actor=actor, enrolment=enrolment, pack=pack_of(case.division_path), cause=case.proposal["cause"],
            happened_on=date.fromisoformat(case.proposal["happened_on"]), terms=terms, today=today,
        )  # fmt: skip
        return case_propose(
            actor=actor, case_id=case_id, proposal={**case.proposal, **about}, expected_version=expected_version,
            today=today,
        )  # fmt: skip


def settlement_decided(*, case: Case, actor: Actor, enrolment: Enrolment, today: date) -> None:
    """Book it, take what claims take, reserve the rest for the payee.

    Raises CaseRefused SETTLEMENT_NOT_POSSIBLE with every reason, CheckFailed FIGURES_MOVED.
    """
    about = case.proposal.get("settlement_facts", {})
    happened_on = date.fromisoformat(case.proposal["happened_on"])
    terms, pack = SettlementTerms.of(about), pack_of(case.division_path)
    until = Month.parse(about["until"]) if "until" in about else Month.containing(today)
    figures = settlement_make(
        actor=actor, enrolment=enrolment, pack=pack, cause=case.proposal["cause"], happened_on=happened_on, terms=terms,
        until=until, case_id=case.pk, today=today,
    )  # fmt: skip
    overpaid = sum(line["amount_fen"] for line in overpaid_after(enrolment, happened_on))
    problems = [*figures.problems, overpaid_problem(enrolment.pk, overpaid)]
    if any(problems):
        raise CaseRefused(
            "SETTLEMENT_NOT_POSSIBLE",
            _("还不能结算：{why}").format(why="".join(problems)),
            remedy=_("请在业务页的“补填结算”中补齐，或退回申请。"),
            citation=pack.setting("deregistration.causes", today).citation,
        )
    if _fixed(figures) != {name: about.get(name) for name in ("until", "available", "cleared")}:
        raise CheckFailed(
            "FIGURES_MOVED",
            _("提出以后账户或追缴有变动，结算金额已经不同。"),
            remedy=_("没有结算。请在“补填结算”中按新的数字重新提出。"),
        )
    left = cleared(
        actor=actor, case_id=case.pk, enrolment_id=enrolment.pk, available=figures.available, today=today
    )
    _paid_out(case, actor, enrolment, left, terms, today)


def _paid_out(
    case: Case, actor: Actor, enrolment: Enrolment, left: dict[str, int], terms: SettlementTerms, today: date
) -> None:
    account = {kind: fen for kind, fen in left.items() if kind != GRANT_FUND}
    for kind, amounts in (("refund", account), ("funeral_grant", {GRANT_FUND: left.get(GRANT_FUND, 0)})):
        if sum(amounts.values()):
            assert terms.payee is not None
            one_off_create(
                actor=actor, case_id=case.pk, enrolment_id=enrolment.pk, kind=kind, amounts=amounts, payee=terms.payee,
                today=today,
            )  # fmt: skip
