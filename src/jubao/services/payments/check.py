"""Handing a draft in (送审): nothing open, every difference explained, totals and digest fixed, files and form made.

Worked example: a draft of 11 204 lines with 2 confirmed holds and no unexplained difference gets digest 3f…, two bank
files and the 待遇支付审批表; the reviewer approves exactly these.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from jubao.cases.models import CaseMaterial
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.facts.twin import DIFFERENCES, twin_rows, twin_summary
from jubao.kernel.errors import CheckFailed
from jubao.kernel.text import _
from jubao.payments.models import PaymentRun, TwinExplanation
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import advance, case_propose, material_add
from jubao.services.documents.store import document_store
from jubao.services.payments.bank_files import make_files, manifest
from jubao.services.payments.digest import digest_of_lines
from jubao.services.payments.forms import approval_form
from jubao.services.payments.hold_proposals import require_all_decided
from jubao.services.payments.pieces import NoProgress, Progress, read_run

FORM = "payment_approval_form"


def hand_in(
    *, actor: Actor, run_id: UUID, today: date, now: datetime, progress: Progress | None = None,
    bank_profiles: dict[str, str] | None = None,
) -> None:  # fmt: skip
    """Carry a draft to `checked`; called again after a kill it goes on, called on a checked run it changes nothing."""
    shown = progress or NoProgress()
    run = read_run(actor, run_id)
    if run.state == "void":
        raise CheckFailed("RUN_VOID", _("这批发放已经作废。"), remedy=_("请重新生成名单。"))
    if run.state != "draft":
        return
    shown.step("check", run.line_count)
    _fix_totals(actor, run_id)
    shown.step("files", 0)
    make_files(actor, run_id, bank_profiles, shown)
    with unit_of_work(actor, "run_check"):
        run = PaymentRun.objects.select_for_update().get(id=run_id)
        _hand_in(actor, run, today, now)


def _fix_totals(actor: Actor, run_id: UUID) -> None:
    with unit_of_work(actor, "run_check"):
        run = PaymentRun.objects.select_for_update().get(id=run_id)
        if run.digest:
            return
        require_all_decided(run)
        require_explained(run)
        found = digest_of_lines(run)
        if not found.line_count:
            raise CheckFailed("RUN_EMPTY", _("名单是空的。"), remedy=_("没有应发人员时请作废本批。"))
        run.digest, run.line_count, run.total_fen = found.digest, found.line_count, found.total_fen
        run.save(update_fields=["digest", "line_count", "total_fen"])


def require_explained(run: PaymentRun) -> None:
    """Raises CheckFailed TWIN_UNEXPLAINED while somebody's line differs from last month's and nobody says why."""
    open_ones = sum(row["people"] - row["explained"] for row in twin_summary(run.id) if row["cause"] == "")
    if open_ones:
        raise CheckFailed(
            "TWIN_UNEXPLAINED",
            _("与上月相比有 {count} 处变化没有原因。").format(count=open_ones),
            remedy=_("请逐条核对并写明原因，或更正后重新生成。"),
        )


def twin_explain(
    *, actor: Actor, run_id: UUID, enrolment_id: UUID, difference: str, explanation: str
) -> TwinExplanation:
    """A named officer says why a line differs. Raises CheckFailed EXPLANATION_REQUIRED, CaseRefused SYSTEM_CANNOT_DECIDE."""
    if actor.is_system:
        raise CaseRefused("SYSTEM_CANNOT_DECIDE", _("变化原因只能由人说明。"))
    if difference not in DIFFERENCES or not explanation.strip():
        raise CheckFailed("EXPLANATION_REQUIRED", _("请写明变化的原因。"))
    with unit_of_work(actor, "twin_explain"):
        run = PaymentRun.objects.select_for_update().get(id=run_id)
        if run.state != "draft":
            raise CheckFailed("CHECK_BEGUN", _("这批发放已经送审。"))
        found, _made = TwinExplanation.objects.get_or_create(
            run=run, enrolment_id=enrolment_id, difference=difference,
            defaults={"explanation": explanation.strip()[:300], "explained_by": actor.natural_person_id},
        )  # fmt: skip
        return found


def unexplained(run_id: UUID, limit: int = 50) -> list[Any]:
    """The differences that stop the run."""
    return twin_rows(run_id, only_unexplained=True, limit=limit)


def _hand_in(actor: Actor, run: PaymentRun, today: date, now: datetime) -> None:
    case = run.case
    proposal = {
        "run": run.number, "month": run.benefit_month, "kind": run.kind, "digest": run.digest,
        "line_count": run.line_count, "total_fen": run.total_fen, "files": manifest(run),
    }  # fmt: skip
    if not CaseMaterial.objects.filter(case=case, kind=FORM, removed_at__isnull=True).exists():
        printed = approval_form(run, made_on=today)
        form = document_store(
            actor=actor, content=printed.pdf, name=f"{run.number}-待遇支付审批表.pdf", content_type="application/pdf",
            document_class=FORM, district_code=run.district_code, case_id=case.id,
        )  # fmt: skip
        material_add(actor=actor, case_id=case.id, kind=FORM, document_id=form.id)
    case = case_propose(
        actor=actor, case_id=case.id, proposal=proposal, expected_version=case.version, today=today
    )
    advance(actor=actor, case_id=case.id, action="check", expected_version=case.version, today=today, now=now)
