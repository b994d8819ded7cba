"""预算养老金: what somebody would draw by what stands on the account today; nobody types it, every step is kept.

Worked example: 2504.73 yuan on the account, only child, first month 2023-09: 135.00 + 18.02 + 10.00 = 163.02 yuan a month.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from jubao.facts.pension import claim_facts, claim_facts_of, only_facts
from jubao.kernel.errors import DomainError
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.policy import Pack, ParameterValue
from jubao.rules.evaluate import explain
from jubao.services.benefits.pension_amounts import month_amount, month_terms, trace_rows
from jubao.services.cases.checks import CaseRefused


@dataclass(frozen=True)
class Budget:
    """The facts, the first month, the five parts in fen, their sum and every step."""

    facts: dict[str, Any]
    start_month: int
    parts: dict[str, int]
    total_fen: int
    trace: list[dict[str, Any]]


def pension_budget(*, enrolment_id: UUID, pack: Pack, is_only_child: bool, today: date) -> Budget:
    """The pension of the first month by the rules. Raises NotCovered with every obstacle, CaseRefused ENROLMENT_ENDED."""
    started = budget_start(enrolment_id=enrolment_id, pack=pack, is_only_child=is_only_child, today=today)
    return _budget(pack, *started)


def _budget(pack: Pack, facts: dict[str, Any], start: int) -> Budget:
    given = {**facts, "has_given_start_month": True, "given_start_month": start}
    amount = month_amount(pack, given, start)
    return Budget(facts, start, dict(amount.parts), amount.total_fen, trace_rows(pack, amount.trace))


def pension_budgets(
    *, only_children: Mapping[UUID, bool], pack: Pack, today: date
) -> dict[UUID, Budget | DomainError]:
    """The same for many enrolments with one query; who cannot be computed has the refusal in the place of the budget."""
    known = claim_facts_of(list(only_children), Month.containing(today).index, _least_tier(pack, today))
    found: dict[UUID, Budget | DomainError] = {}
    for enrolment_id, is_only_child in only_children.items():
        try:
            started = _started(known.get(enrolment_id), pack, is_only_child, today)
            found[enrolment_id] = _budget(pack, *started)
        except DomainError as refused:
            found[enrolment_id] = refused
    return found


def budget_start(
    *, enrolment_id: UUID, pack: Pack, is_only_child: bool, today: date
) -> tuple[dict[str, Any], int]:
    """The facts of the claim and its first month, before any amount. Raises CaseRefused ENROLMENT_ENDED."""
    known = claim_facts(enrolment_id, Month.containing(today).index, _least_tier(pack, today))
    return _started(known, pack, is_only_child, today)


def _least_tier(pack: Pack, today: date) -> int:
    tier = pack.find_parameter("years_pension_min_tier_fen", Month.containing(today))
    return int(tier.value) if isinstance(tier, ParameterValue) else 0


def _started(
    known: Mapping[str, Any] | None, pack: Pack, is_only_child: bool, today: date
) -> tuple[dict[str, Any], int]:
    month = Month.containing(today).index
    if known is None:
        raise CaseRefused("ENROLMENT_ENDED", _("参保关系已经终止。"), remedy=_("请核对人员。"))
    facts = only_facts(known) | {"is_only_child": is_only_child}
    dated = explain(["benefit_start_month"], {**month_terms(pack, month).arguments, **facts})
    return facts, int(dated["benefit_start_month"])
