"""缴费月报: the township reports its archived month; the district compares it with the money received, person by person (第十条).

Worked example: 振兴街道 reports 10 000.00 for May, the treasury has 9 800.00: one difference of 200.00 with 刘桂英's name; 财务岗
explains it and accepts the report.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.contributions.models import TownshipDifference, TownshipLedger
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.facts.collection import received_fen, township_differences
from jubao.kernel.errors import CheckFailed
from jubao.kernel.month import Month
from jubao.kernel.text import _, chinese
from jubao.services.access.log import require_post
from jubao.services.accounts.statements import yuan
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import case_once, case_open
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, register
from jubao.services.collection.citations import ARTICLE_10
from jubao.services.people.divisions import district_of

KIND = "township_contribution_report"
OFFICE, FINANCE = frozenset({"handler"}), frozenset({"finance_officer"})


def township_report_send(
    *, actor: Actor, month: int, today: date, idempotency_key: str | None = None
) -> Case:
    """Report the archived ledger of a month to the district. Raises CheckFailed LEDGER_MISSING, REPORT_SENT."""

    def make() -> Case:
        ledger = TownshipLedger.objects.filter(division_path=actor.scope, month=month).first()
        if ledger is None:
            raise CheckFailed(
                "LEDGER_MISSING", _("{month} 的原始台账还没有存档。").format(month=Month.from_index(month)),
                remedy=_("请先核对各村明细表并存档。"), citation=ARTICLE_10,
            )  # fmt: skip
        former = Case.objects.filter(kind=KIND, division_path=actor.scope, proposal__month=month)
        if former.filter(state__in=("sent", "accepted_report")).exists():
            raise CheckFailed("REPORT_SENT", _("{month} 已经上报。").format(month=Month.from_index(month)))
        return case_open(
            actor=actor, kind=KIND, district_code=district_of(actor.scope), division_path=actor.scope, subject_id=ledger.id,
            title=chinese("{month} 缴费月报").format(month=Month.from_index(month)),
            proposal={"month": month, "ledger_id": str(ledger.id), "persons": ledger.person_count, "lines": ledger.line_count,
                      "total_fen": ledger.amount_fen},
            today=today,
        )  # fmt: skip

    with unit_of_work(actor, "township_report_send"):
        return case_once(idempotency_key, "township_report_send", {"path": actor.scope, "month": month}, make)


def report_reconcile(*, actor: Actor, case_id: UUID) -> list[TownshipDifference]:
    """Compare a report with the treasury's money anew: differences that are gone stop being live, explanations of those
    that stay are kept. The live ones, with persons."""
    with unit_of_work(actor, "report_reconcile", case_id=case_id):
        require_post(actor, "finance_officer", "handler", what=_("缴费月报对账"))
        case = Case.objects.get(id=case_id, kind=KIND, division_path__startswith=actor.scope)
        return _reconciled(case)


def report_difference_explain(*, actor: Actor, difference_id: UUID, explanation: str) -> None:
    """Say why report and money differ. Raises CheckFailed EXPLANATION_EMPTY."""
    if not explanation.strip():
        raise CheckFailed("EXPLANATION_EMPTY", _("差异的说明是空的。"), remedy=_("请写明原因和处理办法。"))
    with unit_of_work(actor, "report_difference_explain"):
        require_post(actor, "finance_officer", what=_("缴费月报对账"))
        found = TownshipDifference.objects.select_for_update().get(
            id=difference_id, division_path__startswith=actor.scope
        )
        said = explanation.strip()[:300]
        if found.explanation != said:
            found.explanation = said
            found.save(update_fields=["explanation"])


def report_figures(case: Case) -> tuple[int, int]:
    """Reported and received, in fen."""
    return int(case.proposal["total_fen"]), received_fen(case.division_path, int(case.proposal["month"]))


def _reconciled(case: Case) -> list[TownshipDifference]:
    rows = {(one.enrolment_id, one.year): one for one in TownshipDifference.objects.filter(case_id=case.id)}
    found = township_differences(case.division_path, int(case.proposal["month"]))
    for one in found:
        row = rows.pop((one.enrolment_id, one.year), None)
        if row is None:
            TownshipDifference.objects.create(
                case_id=case.id, division_path=case.division_path, enrolment_id=one.enrolment_id, year=one.year,
                reported_fen=one.ours_fen, received_fen=one.theirs_fen,
            )  # fmt: skip
        elif not row.is_live or (row.reported_fen, row.received_fen) != (one.ours_fen, one.theirs_fen):
            row.reported_fen, row.received_fen, row.explanation, row.is_live = (
                one.ours_fen,
                one.theirs_fen,
                "",
                True,
            )
            row.save()
    gone = [row.id for row in rows.values() if row.is_live]
    if gone:
        TownshipDifference.objects.filter(id__in=gone).update(is_live=False)
    live = TownshipDifference.objects.filter(case_id=case.id, is_live=True).select_related(
        "enrolment__person"
    )
    return list(live.order_by("enrolment__person__name_key", "year", "id"))


def _accepted(*, case: Any, actor: Actor, today: date) -> None:
    """Only with every difference explained. Raises CaseRefused DIFFERENCES_UNEXPLAINED."""
    silent = [one for one in _reconciled(case) if not one.explanation]
    if silent:
        fen = sum(abs(one.reported_fen - one.received_fen) for one in silent)
        raise CaseRefused(
            "DIFFERENCES_UNEXPLAINED",
            _("还有 {count} 人的差异没有说明，共 {yuan} 元：{names}。").format(
                count=len(silent), yuan=yuan(fen), names="、".join(one.enrolment.person.name for one in silent)
            ),
            remedy=_("请逐人核实并写明原因。"), citation=ARTICLE_10,
        )  # fmt: skip


register(
    CaseKind(
        KIND,
        "镇街缴费月报",
        (
            Transition("open", OPEN, "sent", OFFICE, title="上报区社保局", steps=("report",), levels=frozenset({"township"})),
            Transition("accept", "sent", "accepted_report", FINANCE, title="对账无误", closes=True, outcome="accepted",
                       steps=("close",), levels=frozenset({"district"})),
            Transition("return", "sent", "returned", FINANCE, title="退回", needs_reason=True, closes=True,
                       outcome="returned", steps=("close",), levels=frozenset({"district"})),
        ),
        effects={"accept": _accepted},
        states={"sent": "待区对账", "accepted_report": "已对账", "returned": "已退回"},
        workflow="contribution_month",
    )
)  # fmt: skip
