"""Determinations: what somebody is owed a month and why, fixed with every fact, step and the pack that was read.

Worked example: `determination_make` for 2023-09 with a balance of 2504.73 stores 163.02 yuan, eleven steps, the hash of the
pack. A second one, made after the year's rate came out, has sequence 2 and `difference` {"account_pension_fen": 18}.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from jubao.benefits.models import Determination, Entitlement
from jubao.database.actor import Actor
from jubao.facts.dues import COMPONENTS
from jubao.policy import Pack, load_pack
from jubao.services.benefits.pension_amounts import MonthAmount, month_amount, trace_rows, why
from jubao.services.cases.inside_unit import inside_unit


def determination_make(
    *,
    actor: Actor,
    entitlement_id: UUID,
    month: int,
    facts: Mapping[str, Any],
    pack: Pack,
    case_id: UUID | None,
    proposed_by: UUID | None,
    approved_by: UUID | None,
    is_provisional: bool = False,
) -> Determination:
    """Fix the amount from `month` on; a former determination is superseded and the difference named.

    Raises NotCovered when the rules refuse (a parameter is missing, the month lies before the pension age).
    """
    with inside_unit(actor, "determination_make"):
        entitlement = Entitlement.objects.select_for_update().get(id=entitlement_id)
        former = Determination.objects.filter(entitlement=entitlement).order_by("-sequence").first()
        known = {**facts, "has_given_start_month": True, "given_start_month": entitlement.start_month}
        amount = month_amount(pack, known, month)
        return Determination.objects.create(
            entitlement=entitlement,
            sequence=(former.sequence if former else 0) + 1,
            month=month,
            account_balance_fen=facts["account_balance_fen"],
            contribution_months=facts["contribution_months"],
            make_up_months=facts["make_up_months"],
            min_tier_months=facts["min_tier_months"],
            is_only_child=facts["is_only_child"],
            is_provisional=is_provisional,
            monthly_pension_fen=amount.total_fen,
            facts={**known, "benefit_month": month},
            trace=trace_rows(pack, amount.trace),
            pack_code=pack.code,
            pack_hash=pack.pack_hash,
            difference=_difference(former, amount, facts),
            proposed_by=proposed_by,
            approved_by=approved_by,
            case_id=case_id,
            **amount.parts,
        )


def _difference(
    former: Determination | None, amount: MonthAmount, facts: Mapping[str, Any]
) -> dict[str, Any]:
    if former is None:
        return {}
    changed = {name: amount.parts[name] - getattr(former, name) for name in COMPONENTS}
    changed["monthly_pension_fen"] = amount.total_fen - former.monthly_pension_fen
    facts_changed = {
        name: [former.facts.get(name), value]
        for name, value in facts.items()
        if name in former.facts and former.facts[name] != value and name != "benefit_month"
    }
    return {
        **{name: fen for name, fen in changed.items() if fen},
        "supersedes": former.sequence,
        "facts": facts_changed,
    }


def determination_why(determination: Determination) -> list[dict[str, Any]]:
    """The lines of “why is the pension what it is” of a stored determination, with the words of its pack."""
    return why(load_pack(determination.pack_code), determination.month, determination.trace)
