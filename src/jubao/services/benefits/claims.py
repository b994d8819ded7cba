"""The ordinary claim (待遇申领): 受理 with papers, 办理 computes the amount, 复核 approves exactly that amount.

Worked example: 受理岗 takes in a claim; 办理岗 presses 核定, the account is settled to the month and 163.02 yuan with every
step stands in the proposal; 复核岗 approves; the pension runs from 2023-09 and the months gone by are awarded.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from jubao.benefits.models import Entitlement
from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.facts.pension import claim_facts, only_facts
from jubao.kernel.errors import NotCovered
from jubao.kernel.month import Month
from jubao.kernel.text import _, chinese
from jubao.ledger.models import InterestYear
from jubao.people.models import Enrolment
from jubao.policy import Pack, ParameterValue
from jubao.services.accounts.interest_years import interest_settle
from jubao.services.benefits.back_pay import back_pay_award, next_regular_month
from jubao.services.benefits.claim_obstacles import obstacles_of, refuse_for
from jubao.services.benefits.determination_forms import determination_form_store
from jubao.services.benefits.determinations import determination_make
from jubao.services.benefits.entitlements import entitlement_open
from jubao.services.benefits.pension_budget import budget_start, pension_budget
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import advance, case_open
from jubao.services.claim_free.flags import require_entry
from jubao.services.claim_free.windows import late_flag_expire
from jubao.services.people.divisions import district_of
from jubao.services.people.payees import NamedPayee, payee_name, payee_of
from jubao.staff.regions import pack_of


def claim_open(
    *, actor: Actor, enrolment_id: UUID, today: date, materials: Sequence[tuple[str, UUID]] = (),
    channel: str = "counter", idempotency_key: str | None = None, payee: NamedPayee | None = None,
) -> Case:  # fmt: skip
    """Take a claim in; `payee` is whom the person names as beneficiary, where the region asks for it.

    Raises CaseRefused USE_CLAIM_FREE, DRAWING_ALREADY, PAYEE_NOT_NAMED, MATERIAL_MISSING, CASE_ALREADY_OPEN.
    """
    with unit_of_work(actor, "claim_open"):
        enrolment = Enrolment.objects.select_related("person").get(id=enrolment_id)
        late_flag_expire(actor=actor, person_id=enrolment.person_id, today=today)
        require_entry(person_id=enrolment.person_id, entry="ordinary_claim", today=today)
        if enrolment.entitlements.filter(end_month__isnull=True).exists():
            raise CaseRefused("DRAWING_ALREADY", _("这个人已在领取待遇。"), remedy=_("请在个人页面查看。"))
        case = case_open(
            actor=actor, kind="ordinary_claim", district_code=district_of(enrolment.division_path),
            division_path=enrolment.division_path, person_id=enrolment.person_id, subject_id=enrolment_id,
            title=chinese("领取待遇：{name}").format(name=enrolment.person.name), today=today, channel=channel,
            proposal={"enrolment_id": str(enrolment_id)}, materials=materials, idempotency_key=idempotency_key,
        )  # fmt: skip
        _payee_settle(actor, enrolment, payee, case, today)
        return case


def _payee_settle(
    actor: Actor, enrolment: Enrolment, payee: NamedPayee | None, case: Case, today: date
) -> None:
    """Record whom the person names; without a name, or the heirs by law chosen, the claim is not taken (SS-21-5)."""
    if payee is not None and not payee.is_empty:
        payee_name(actor=actor, person_id=enrolment.person_id, payee=payee, today=today, case_id=case.id)
        return
    asked = pack_of(enrolment.division_path).setting("claim.payee", today)
    if asked.value == "required" and payee_of(enrolment.person_id, today) is None:
        raise CaseRefused(
            "PAYEE_NOT_NAMED",
            _("还没有指定受益人，也没有选择法定继承人。"),
            remedy=_("请填写指定受益人，或选择“按法定继承人”。"),
            citation=asked.citation,
        )


def claim_handle(*, actor: Actor, case_id: UUID, expected_version: int, today: date, now: datetime) -> Case:
    """办理: settle the account, compute the amount, put both into the proposal and hand it to the reviewer.

    The step computes by itself (`claim_prepare`), so that the button of the case page does the same. Raises CaseRefused
    TOO_YOUNG, NotCovered with the obstacles of the rules (a parameter missing).
    """
    return advance(
        actor=actor, case_id=case_id, action="handle", expected_version=expected_version, today=today, now=now
    )


def claim_prepare(*, case: Case, actor: Actor, today: date) -> dict[str, Any]:
    """What 办理 computes; the form with the amount joins the papers.

    Raises CaseRefused OBSTACLES_FOUND with everything that makes a pension impossible.
    """
    assert case.subject_id is not None
    refuse_for([one for one in obstacles_of(case.subject_id, today) if one.is_final], what=_("核定待遇"))
    proposal = claim_determine(actor=actor, case=case, today=today)
    determination_form_store(actor=actor, case=case, proposal=proposal, today=today)
    return proposal


def claim_determine(
    *, actor: Actor, case: Case, today: date, is_only_child: bool | None = None
) -> dict[str, Any]:
    """Settle the account, then the facts, first month, amount by part and every step; both ways of claiming use it.

    `is_only_child` is what the claim was found to be, where it is not what the enrolment says.
    """
    assert case.subject_id is not None
    enrolment = Enrolment.objects.select_related("person").get(id=case.subject_id)
    interest = _settled_interest(actor, enrolment, case.id, today)
    return _determined(enrolment, today, is_only_child) | {"interest": interest}


def _settled_interest(actor: Actor, enrolment: Enrolment, case_id: UUID, today: date) -> dict[str, Any]:
    """Settle the account up to the month of the decision; where the region has no rate at all, say so and go on."""
    try:
        with unit_of_work(actor, "interest_settle", case_id=case_id):
            settled = interest_settle(
                actor=actor, enrolment_id=enrolment.id, until=Month.containing(today), case_id=case_id, today=today,
                is_final=False,
            )  # fmt: skip
    except NotCovered as missing:
        return {
            "is_provisional": True, "why": missing.message, "interest_year_id": "",
            "until_month": Month.containing(today).index,
        }  # fmt: skip
    live = InterestYear.objects.filter(enrolment_id=enrolment.id, year=today.year, is_live=True).first()
    return {
        "is_provisional": settled.is_provisional,
        "rate_source": settled.rate_source,
        "interest_year_id": str(live.id) if live else "",
        "until_month": Month.containing(today).index,
    }


def _determined(enrolment: Enrolment, today: date, is_only_child: bool | None) -> dict[str, Any]:
    """The proposal: facts, first month, amount by part and every step."""
    pack = pack_of(enrolment.division_path)
    month = Month.containing(today)
    only_child = bool(enrolment.is_only_child) if is_only_child is None else is_only_child
    asked: dict[str, Any] = {
        "enrolment_id": enrolment.id,
        "pack": pack,
        "is_only_child": only_child,
        "today": today,
    }
    _facts_known, start = budget_start(**asked)
    ahead = int(pack.setting("claim.ahead", today).value)
    if start > month.index + ahead + 1:
        raise CaseRefused(
            "TOO_YOUNG",
            _("从 {month} 起才符合领取年龄。").format(month=Month.from_index(start)),
            remedy=_("请在到龄前 {ahead} 个月以后受理。").format(ahead=ahead),
            citation=pack.setting("pension.entitlement_from", today).citation,
        )
    budget = pension_budget(**asked)
    least = int(pack.parameter("min_contribution_years", month).value) * 12
    return {
        "enrolment_id": str(enrolment.id), "facts": budget.facts, "start_month": budget.start_month,
        "first_month": str(Month.from_index(budget.start_month)), "parts": budget.parts,
        "monthly_pension_fen": budget.total_fen, "trace": budget.trace, "pack_hash": pack.pack_hash,
        "months_short": max(0, least - budget.facts["contribution_months"]),
    }  # fmt: skip


def _facts(enrolment: Enrolment, pack: Pack, month: int) -> dict[str, Any]:
    tier = pack.find_parameter("years_pension_min_tier_fen", Month.from_index(month))
    min_tier = int(tier.value) if isinstance(tier, ParameterValue) else 0
    facts = claim_facts(enrolment.id, month, min_tier)
    if facts is None:
        raise CaseRefused("ENROLMENT_ENDED", _("参保关系已经终止。"), remedy=_("请核对人员。"))
    return only_facts(facts)


def claim_complete(*, case: Case, actor: Actor, today: date) -> Entitlement:
    """Effect of the approval: the facts are still those approved; entitlement, determination, the months gone by.

    Raises CaseRefused FACTS_CHANGED, EntitlementExists.
    """
    enrolment = Enrolment.objects.select_related("person").get(id=case.proposal["enrolment_id"])
    pack = pack_of(enrolment.division_path)
    known = case.proposal["facts"]
    # Whether somebody is an only child was found in the claim itself.
    now_known = _facts(enrolment, pack, known["benefit_month"]) | {"is_only_child": known["is_only_child"]}
    if now_known != known or pack.pack_hash != case.proposal["pack_hash"]:
        raise CaseRefused(
            "FACTS_CHANGED",
            _("核定以后，缴费、账户或政策数值有变化，核定的金额不再适用。"),
            remedy=_("请退回，由办理岗重新核定。"),
        )
    start = case.proposal["start_month"]
    entitlement = entitlement_open(actor=actor, enrolment_id=enrolment.id, start_month=start, case_id=case.id)
    interest = case.proposal["interest"]
    # By these the recalculation after the publication of the year's rate finds what the balance rests on.
    settled = {
        "interest_year_id": interest["interest_year_id"],
        "interest_until": interest["until_month"],
    }
    determination_make(
        actor=actor, entitlement_id=entitlement.id, month=start, pack=pack, case_id=case.id, facts={**known, **settled},
        proposed_by=case.maker_id, approved_by=actor.natural_person_id, is_provisional=interest["is_provisional"],
    )  # fmt: skip
    gone_by = range(start, next_regular_month(case.district_code, today))
    if gone_by:
        back_pay_award(
            actor=actor, entitlement_id=entitlement.id, months=list(gone_by), cause="FIRST_PAYMENT",
            case_id=case.id, pack=pack,
        )  # fmt: skip
    return entitlement
