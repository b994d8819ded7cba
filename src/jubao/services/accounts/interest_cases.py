"""The yearly settlement as business: finance proposes with a trial run, another person decides, then the interest is posted.

Worked example: `interest_case_open(year=2025)` runs the settlement, takes it back, and proposes “11 204 accounts, 1 203 450.11
yuan at 2.49 %”; the reviewer's approval posts exactly that, or says that the figures have moved.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import transaction

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.kernel.errors import CheckFailed
from jubao.kernel.text import _, chinese
from jubao.services.accounts.interest_years import GivenRate, Settled, interest_year_settle
from jubao.services.cases.engine import case_open
from jubao.services.cases.kinds import CaseKind, propose_and_decide, register

KIND = "interest_year"
MAKERS, DECIDERS = frozenset({"finance_officer", "handler"}), frozenset({"finance_reviewer", "reviewer"})


def interest_year_try(
    *, actor: Actor, district_code: str, year: int, today: date, given_rate: GivenRate | None
) -> Settled:
    """What a settlement would come to; nothing stays. Raises as `interest_year_settle`."""
    with transaction.atomic():
        found = interest_year_settle(
            actor=actor, district_code=district_code, year=year, today=today, given_rate=given_rate
        )
        transaction.set_rollback(True)
    return found


def interest_case_open(
    *,
    actor: Actor,
    district_code: str,
    year: int,
    today: date,
    given_rate: GivenRate | None = None,
    idempotency_key: str | None = None,
) -> Case:
    """Propose the settlement of a year with the figures of a trial run. Raises CheckFailed NOTHING_TO_SETTLE."""
    with transaction.atomic():
        tried = interest_year_try(
            actor=actor, district_code=district_code, year=year, today=today, given_rate=given_rate
        )
    if not tried.accounts:
        raise CheckFailed(
            "NOTHING_TO_SETTLE",
            _("{year} 年没有待结息的账户。").format(year=year),
            remedy=_("已经结息的年度不再结息；利率更正请办理重算。"),
        )
    proposal: dict[str, Any] = {
        "year": year, "rate_ppm": tried.rate_ppm, "rate_source": tried.rate_source,
        "is_rate_given": given_rate is not None, "accounts": tried.accounts, "interest_fen": tried.interest_fen,
    }  # fmt: skip
    return case_open(
        actor=actor, kind=KIND, district_code=district_code, division_path=_path(actor), proposal=proposal,
        title=chinese("{year} 年个人账户结息").format(year=year), today=today, idempotency_key=idempotency_key,
    )  # fmt: skip


def _settle(*, case: Case, actor: Actor, today: date) -> None:
    """The effect of the decision: settle, and refuse when the figures are no longer those decided upon."""
    proposal = case.proposal
    given = (
        GivenRate(int(proposal["rate_ppm"]), str(proposal["rate_source"]))
        if proposal["is_rate_given"]
        else None
    )
    done = interest_year_settle(
        actor=actor, district_code=case.district_code, year=int(proposal["year"]), today=today, given_rate=given,
        case_id=case.id,
    )  # fmt: skip
    decided = (proposal["accounts"], proposal["interest_fen"], proposal["rate_ppm"])
    if (done.accounts, done.interest_fen, done.rate_ppm) != decided:
        raise CheckFailed(
            "FIGURES_MOVED",
            _("账户在提出以后有变动：现为 {accounts} 个账户、{yuan:.2f} 元利息。").format(
                accounts=done.accounts, yuan=done.interest_fen / 100
            ),
            remedy=_("没有记账。请退回，按新的数字重新提出。"),
        )


def _path(actor: Actor) -> str:
    return "" if actor.scope == "%" else actor.scope


register(
    CaseKind(
        kind=KIND,
        title=chinese("年度结息"),
        transitions=propose_and_decide(
            makers=MAKERS,
            make_steps=(),
            deciders=DECIDERS,
            decide_steps=(),
            decide_levels=frozenset({"district"}),
        ),
        effects={"approve": _settle},
    )
)
