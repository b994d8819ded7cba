"""A recovery begins: by itself with the decision that ends a pension, or by an officer who finds a pension drawn without right.

Worked example: the reviewer decides on a death of 2024-03-02 in July; April to June were paid, so 150404-2026-000017 waits for
the township with three months and 489.06. It asks nobody for money before the district has confirmed it.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from jubao.benefits.models import Entitlement
from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.facts.wrongly_paid import wrongly_paid
from jubao.kernel.errors import InputRefused
from jubao.kernel.month import Month
from jubao.kernel.text import _, chinese
from jubao.people.models import Enrolment
from jubao.recovery.models import Claim
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import case_once, case_open
from jubao.services.people.divisions import district_of
from jubao.services.recovery.kind import KIND

GROUND_OF_END: Mapping[str, str] = {
    "DEATH": "death",
    "NATIONALITY_LOST": "nationality",
    "OTHER_BENEFIT": "other_benefit",
    "ELIGIBILITY_LOST": "lost",
}
"""Why a pension ended → the ground of the claim."""


def recovery_open(
    *, actor: Actor, enrolment_id: UUID, ground: str, first_month: int, happened_on: date | None, today: date,
    source: str = "", idempotency_key: str | None = None,
) -> Case:  # fmt: skip
    """Begin by hand, `first_month` (an index) being the first month not due.

    Raises InputRefused GROUND_UNKNOWN, MONTH_IMPOSSIBLE; CaseRefused NOTHING_PAID, CASE_ALREADY_OPEN, POST_REQUIRED.
    """
    if ground not in Claim.Ground.values:
        raise InputRefused("GROUND_UNKNOWN", _("请选择多领的情形。"), remedy=_("请从列表中选择。"))
    if first_month > Month.containing(today).index:
        raise InputRefused(
            "MONTH_IMPOSSIBLE", _("起始月份在本月之后。"), remedy=_("请填写第一个不应领取的月份。")
        )
    body = {"enrolment": enrolment_id, "ground": ground, "from": first_month, "on": happened_on}

    def make() -> Case:
        enrolment = Enrolment.objects.select_related("person").get(id=enrolment_id)
        if not wrongly_paid(enrolment_id, first_month):
            raise CaseRefused(
                "NOTHING_PAID", _("从这个月起没有发放过待遇。"), remedy=_("请核对起始月份和发放记录。")
            )
        return _opened(actor, enrolment, ground, first_month, happened_on, today, source)

    with unit_of_work(actor, "recovery_open"):
        return case_once(idempotency_key, "recovery_open", body, make)


def recovery_found(
    *, entitlement: Entitlement, enrolment: Enrolment, end_month: int, reason: str, happened_on: date | None,
    source: str, today: date,
) -> Case | None:  # fmt: skip
    """What the end of a pension opens by itself (SS-27-5): nothing where nothing was paid beyond it or a claim is open."""
    if Claim.objects.filter(enrolment=enrolment, is_open=True).exists():
        return None
    if not wrongly_paid(enrolment.pk, end_month):
        return None
    ground = GROUND_OF_END.get(reason, "lost")
    return _opened(
        Actor.system("recovery_found", scope=""), enrolment, ground, end_month, happened_on, today, source
    )


def _opened(
    actor: Actor, enrolment: Enrolment, ground: str, first_month: int, happened_on: date | None, today: date, source: str
) -> Case:  # fmt: skip
    proposal = found_so_far(enrolment.pk, ground, first_month, happened_on, source)
    case = case_open(
        actor=actor, kind=KIND, district_code=district_of(enrolment.division_path), division_path=enrolment.division_path,
        person_id=enrolment.person_id, subject_id=enrolment.pk, proposal=proposal, today=today,
        title=chinese("追缴：{name} {ground}").format(name=enrolment.person.name, ground=Claim.Ground(ground).label),
    )  # fmt: skip
    Claim.objects.create(
        case=case, enrolment=enrolment, district_code=case.district_code, division_path=case.division_path, ground=ground,
        happened_on=happened_on, first_month=first_month, opened_on=today,
    )  # fmt: skip
    return case


def found_so_far(
    enrolment_id: UUID, ground: str, first_month: int, happened_on: date | None, source: str
) -> dict[str, Any]:
    """What is known before anybody looked: the ground, the months, their amounts."""
    lines = wrongly_paid(enrolment_id, first_month)
    return {
        "ground": ground, "ground_title": Claim.Ground(ground).label, "happened_on": str(happened_on or ""),
        "first_month": first_month, "source": source, "total_fen": sum(one.amount_fen for one in lines),
        "claimed": [
            {"month": one.benefit_month, "amount_fen": one.amount_fen, "line": str(one.line_id), "run": one.run}
            for one in lines
        ],
    }  # fmt: skip
