"""Files with data of people that leave: who, why, what, how many rows, which hash; above the pack's limit with a second person.

Worked example: `export_record(actor=…, what="standing_list:no_account", purpose="核对账户", filters={…}, row_count=312,
content=…)` keeps one row and the file; 2 001 rows without `approved_by` are refused with EXPORT_NEEDS_APPROVAL.
"""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import DomainError, WrongUsage
from jubao.kernel.text import _, chinese
from jubao.oversight.models import Export
from jubao.policy import load_pack
from jubao.services.cases.engine import case_open
from jubao.services.cases.kinds import CaseKind, propose_and_decide, register


class ExportRefused(DomainError):
    """An export that needs what it has not: a purpose, or a second person."""

    exit_code = 1


EXPORT_CASE = register(
    CaseKind(
        kind="export",
        title=chinese("大批量数据导出"),
        transitions=propose_and_decide(
            makers=frozenset(
                {"intake_clerk", "handler", "data_officer", "finance_officer", "auditor", "reviewer"}
            ),
            make_steps=(),
            deciders=frozenset({"reviewer", "approver", "data_reviewer", "finance_reviewer"}),
            decide_steps=(),
            decide_levels=frozenset(),
        ),
    )
)


def export_limit(district_code: str, today: date) -> int:
    """Rows that may leave without a second person."""
    return int(load_pack(district_code).setting("export.max_rows", today).value)


def export_request(
    *,
    actor: Actor,
    district_code: str,
    what: str,
    purpose: str,
    filters: dict[str, Any],
    row_count: int,
    today: date,
) -> Case:
    """Ask for an export above the limit; a reviewer of the district approves it, then it can be made."""
    require_purpose(purpose)
    proposal = {"what": what, "purpose": purpose, "filters": filters, "rows": row_count}
    title = _("导出 {what} {count} 行").format(what=what, count=row_count)
    return case_open(
        actor=actor,
        kind="export",
        district_code=district_code,
        division_path=actor.scope,
        title=title,
        proposal=proposal,
        today=today,
    )


def export_approval(
    *,
    district_code: str,
    what: str,
    filters: dict[str, Any],
    row_count: int,
    case_id: UUID | None,
    today: date,
) -> UUID | None:
    """Who approved the export, None where nobody must. Raises ExportRefused EXPORT_NEEDS_APPROVAL above the limit."""
    if row_count <= export_limit(district_code, today):
        return None
    case = Case.objects.filter(id=case_id, kind="export", outcome="approved").first() if case_id else None
    fits = case is not None and (case.proposal["what"], case.proposal["filters"]) == (what, filters)
    # What has grown by more than a tenth meanwhile must not ride on an approval of less.
    if case is not None and fits and row_count <= int(case.proposal["rows"]) * 11 // 10:
        return UUID(str(case.checker_id))
    rule = load_pack(district_code).setting("export.max_rows", today)
    raise ExportRefused(
        "EXPORT_NEEDS_APPROVAL",
        _("导出 {count} 行超过 {limit} 行，须由另一人审批。").format(count=row_count, limit=rule.value),
        remedy=_("请先提交导出申请，审批后再导出；或缩小范围。"),
        citation=rule.citation,
    )


def require_purpose(purpose: str) -> None:
    """Raises WrongUsage PURPOSE_MISSING."""
    if len(purpose.strip()) < 2:
        raise WrongUsage("PURPOSE_MISSING", _("没有写明用途。"), remedy=_("请写明这份数据用来做什么。"))


def export_record(
    *,
    actor: Actor,
    what: str,
    purpose: str,
    filters: dict[str, Any],
    row_count: int,
    content: bytes,
    document_id: UUID | None = None,
    approved_by: UUID | None = None,
) -> Export:
    """Keep that a file left: one append-only row."""
    require_purpose(purpose)
    with unit_of_work(actor, "export_record"):
        return Export.objects.create(
            officer_id=actor.officer_id,
            natural_person_id=actor.natural_person_id,
            what=what,
            purpose=purpose,
            filters=filters,
            row_count=row_count,
            sha256=hashlib.sha256(content).hexdigest(),
            document_id=document_id,
            approved_by=approved_by,
        )


def watermark(actor: Actor, *, today: date, number: str = "") -> str:
    """The line on every exported sheet: who, when, under which approval."""
    words = _("{name} {day} 导出").format(name=actor.name, day=today.isoformat())
    return f"{words} {number}".strip()


__all__ = [
    "EXPORT_CASE",
    "ExportRefused",
    "export_approval",
    "export_limit",
    "export_record",
    "export_request",
    "require_purpose",
    "watermark",
]
