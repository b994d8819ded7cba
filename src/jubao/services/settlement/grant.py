"""丧葬补助金 of one death: whether it is due and how much, by the region's kind of amount; what the pack lacks is named.

Worked example: 王秀兰 drew her pension until she died in 2024-05: due. Where the pack says `fixed` and 1000.00, 1000.00; in
Songshan, whose text names no amount, the answer is the parameter to fill in, until an amount comes with its document.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from jubao.benefits.models import Determination, Entitlement
from jubao.contributions.models import Contribution
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.payments.models import PaymentLine
from jubao.people.models import CustodyPeriod, Enrolment
from jubao.policy import Pack
from jubao.policy.answers import Gap
from jubao.rules import funeral  # noqa: F401  registers the rules
from jubao.rules.evaluate import explain
from jubao.rules.registry import RULES, decode
from jubao.services.benefits.custody import custody_effect
from jubao.services.benefits.pension_amounts import trace_rows

TARGETS = ("funeral_grant_fen", "funeral_refusals")
AMOUNT_OF = {"fixed": "funeral_grant_fixed_fen", "months_of_last_pension": "funeral_grant_months",
             "months_of_base": "funeral_grant_months"}  # fmt: skip
"""Kind of the amount → the parameter that it needs."""


@dataclass(frozen=True)
class GivenGrant:
    """An amount that the pack does not hold yet, with the document that names it."""

    fen: int
    source: str


@dataclass(frozen=True)
class Grant:
    """The grant in fen, why, what is missing (empty: nothing) and the steps of the rules."""

    fen: int
    is_due: bool
    why: str
    missing: str = ""
    trace: list[dict[str, Any]] = field(default_factory=list)


def funeral_grant(*, enrolment: Enrolment, died_on: date, pack: Pack, given: GivenGrant | None) -> Grant:
    """The grant of a death: due to whom the region's rule names, nobody who dies in custody (劳社厅函〔2001〕44号)."""
    month = Month.containing(died_on)
    kind = str(pack.setting("funeral.kind", died_on).value)
    lacking = _lacking(pack, kind, month)
    amounts = {
        name: _value(pack, name, month) for name in ("funeral_grant_fixed_fen", "funeral_grant_months")
    }
    if given is not None and lacking:
        kind, lacking, amounts = "fixed", "", {**amounts, "funeral_grant_fixed_fen": given.fen}
    trace = explain(
        TARGETS,
        {
            "is_drawing": is_drawing(enrolment, month),
            "has_died_in_custody": _died_in_custody(enrolment, pack, died_on),
            "continuous_paid_years": continuous_years(enrolment),
            "funeral_contributor_min_years": _value(pack, "funeral_contributor_min_years", month),
            "funeral_grant_kind": kind, "is_funeral_grant_known": not lacking, **amounts,
            **_last_pension(enrolment, month),
        },
    )  # fmt: skip
    refusals = decode(RULES["funeral_refusals"], trace["funeral_refusals"])
    steps, is_due = trace_rows(pack, trace), bool(trace["is_funeral_grant_due"])
    if "FUNERAL_GRANT_MISSING" in refusals:
        return Grant(0, True, _("应付，金额未知"), lacking, steps)
    if not is_due:
        in_custody = "DIED_IN_CUSTODY" in refusals
        return Grant(
            0,
            False,
            _("服刑或羁押期间死亡，不付") if in_custody else _("死亡时没有领取待遇，不付"),
            "",
            steps,
        )
    return Grant(
        int(trace["funeral_grant_fen"]),
        True,
        given.source if given else _source(pack, kind, month),
        "",
        steps,
    )


def is_drawing(enrolment: Enrolment, month: Month) -> bool:
    """Whether a pension ran in the month of death; one that a stop ended with that very death counts."""
    pensions = Entitlement.objects.filter(enrolment=enrolment, start_month__lte=month.index)
    return any(one.end_month is None or one.end_month > month.index for one in pensions)


def continuous_years(enrolment: Enrolment) -> int:
    """Unbroken years up to the last one paid; make-up payments are none, years paid on behalf are."""
    paid = Contribution.objects.filter(
        enrolment=enrolment, is_live=True, is_make_up=False, payer__in=("own", "on_behalf")
    )
    years = sorted(set(paid.values_list("year", flat=True)), reverse=True)
    return next((at for at, year in enumerate(years) if year != years[0] - at), len(years))


def _died_in_custody(enrolment: Enrolment, pack: Pack, died_on: date) -> bool:
    periods = CustodyPeriod.objects.filter(person_id=enrolment.person_id, from_on__lte=died_on)
    inside = [one for one in periods if one.until_on is None or one.until_on > died_on]
    return any(custody_effect(one, pack, died_on).payment == "stop" for one in inside)


def _last_pension(enrolment: Enrolment, month: Month) -> dict[str, int]:
    """The pension and base pension of the last month due: as it was paid, else as it was determined."""
    paid = PaymentLine.objects.filter(
        enrolment_id=enrolment.pk, kind="monthly", is_live=True, benefit_month__lte=month.index
    ).order_by("-benefit_month")
    line = paid.first()
    if line is not None:
        return {"last_pension_fen": line.amount_fen, "base_pension_fen": line.base_pension_fen}
    fixed = Determination.objects.filter(entitlement__enrolment=enrolment, month__lte=month.index)
    last = fixed.order_by("-sequence").first()
    return {
        "last_pension_fen": last.monthly_pension_fen if last else 0,
        "base_pension_fen": last.base_pension_fen if last else 0,
    }


def _value(pack: Pack, name: str, month: Month) -> int:
    found = pack.find_parameter(name, month)
    return 0 if isinstance(found, Gap) else int(found.value)


def _lacking(pack: Pack, kind: str, month: Month) -> str:
    """What the pack does not say, in words with the name of the parameter; empty when it says all."""
    if kind == "none":
        return ""
    name = AMOUNT_OF.get(kind, "funeral_grant_fixed_fen")
    found = pack.find_parameter(name, month)
    if kind in AMOUNT_OF and not isinstance(found, Gap):
        return ""
    what = found.what if isinstance(found, Gap) else _("丧葬补助金的算法")
    return _("{what}（政策包参数 {name}、设置 funeral.kind）没有数值").format(what=what, name=name)


def _source(pack: Pack, kind: str, month: Month) -> str:
    found = pack.find_parameter(AMOUNT_OF[kind], month) if kind in AMOUNT_OF else None
    return (
        str(found.source) if found is not None and not isinstance(found, Gap) else _("本地区没有丧葬补助金")
    )
