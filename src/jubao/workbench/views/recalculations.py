"""利率公布后重算: what a newly published rate bears on, proposed by the night or by an officer, and what was paid too much.

Worked example: the pack has the rate of 2024 since yesterday; the page says 46 人 and 重算并提出 opens one case with 46 lines;
a rate that only stands in a paper so far is entered with its number.
"""

from __future__ import annotations

from uuid import UUID, uuid4

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from jubao.cases.models import Case
from jubao.facts.overpayments import overpaid
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.services.accounts.interest_years import GivenRate
from jubao.services.benefits.overpayments import WAYS, overpayment_propose
from jubao.services.benefits.recalculation_after_rate import recalculation_propose, recalculation_waiting
from jubao.services.cases.kinds import may_open
from jubao.staff.regions import pack_of
from jubao.workbench.access import page
from jubao.workbench.case_rows import state_tag
from jubao.workbench.faces import actor_of, attempt, today
from jubao.workbench.views.benefit_lists import SHOWN, to_case
from jubao.workbench.words import shown

CASES_SHOWN = 20


@page("recalculations")
def recalculations(request: HttpRequest) -> HttpResponse:
    """What may be recalculated, the cases, and the decreases that wait for a decision."""
    actor = actor_of(request)
    if request.method == "POST":
        case = attempt(request, lambda: _recalculate(request))
        return to_case(request, case, "recalculations")
    cases = Case.objects.filter(
        kind__in=("recalculation", "overpayment"), division_path__startswith=actor.scope
    ).order_by("-id")
    waiting = recalculation_waiting(actor=actor, division_path=actor.scope)
    known = {
        "cases": [(case, state_tag(case)) for case in cases[:CASES_SHOWN]],
        "overpaid": overpaid(actor.scope, limit=SHOWN),
        "kept_back": overpaid(actor.scope, ("deduct",), SHOWN),
        "ways": WAYS.items(),
        "may_propose": may_open(actor, "overpayment", pack_of(actor.scope), today()),
        "waiting": waiting,
        "rates": [(year, shown("rate_ppm", ppm)) for year, ppm in waiting.years],
        "key": uuid4(),
        "year": today().year - 1,
    }
    return render(request, "workbench/benefits/recalculations.html", known)


def _recalculate(request: HttpRequest) -> Case:
    """On the pack's rates, or on one that is entered with its document; or what becomes of money paid too much."""
    actor, sent = actor_of(request), request.POST
    if sent.get("do") == "overpayment":
        return overpayment_propose(
            actor=actor, entitlement_id=UUID(sent.get("entitlement", "")), way=sent.get("way", ""),
            reason=sent.get("reason", ""), today=today(), idempotency_key=sent.get("key") or None,
        )  # fmt: skip
    year, rate = (None, None) if sent.get("do") == "find" else _given(sent.get("year", ""), sent)
    return recalculation_propose(
        actor=actor, division_path=actor.scope, today=today(), year=year, given_rate=rate,
        idempotency_key=sent.get("key") or None,
    )  # fmt: skip


def _given(year: str, sent: QueryDict) -> tuple[int, GivenRate]:
    percent = sent.get("percent", "").strip()
    whole, _dot, part = percent.partition(".")
    if not (year.isdigit() and whole.isdigit() and (part or "0").isdigit() and len(part) <= 4):
        raise InputRefused("RATE_UNREADABLE", _("年份或利率读不出来。"), remedy=_("利率请写成 2.62 的样子。"))
    source = sent.get("source", "").strip() or _("公布文件")
    return int(year), GivenRate(int(whole) * 10_000 + int(part.ljust(4, "0")), source)
