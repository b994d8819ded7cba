"""Checks before a payment: death, sentence, a second benefit, a missing certification. They propose a hold; a person decides.

Worked example: a cremation on 2025-05-20 received yesterday makes of the draft for 2025-06 a proposal DEATH_REPORTED with the
report as evidence; the run cannot go on until an officer confirms it (the line leaves the run, the month is listed as
HELD) or releases it (照发, and the same report is never asked about again) (SS-39-4b, Q11, Q14).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from jubao.benefits.models import HoldProposal
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import CheckFailed, NotCovered
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.matching.period import date_number, period_on
from jubao.payments.models import PaymentLine, PaymentOmission, PaymentRun
from jubao.policy import Pack, load_pack
from jubao.rules import certification  # noqa: F401  registers the rules
from jubao.rules.evaluate import select_sql
from jubao.services.cases.checks import CaseRefused, posts_words
from jubao.services.cases.idempotency import once

REASONS: Mapping[str, str] = {
    "DEATH_REPORTED": "疑似死亡",
    "LOSS_EVIDENCE": "比对发现丧失资格的记录",
    "IN_CUSTODY": "服刑或羁押",
    "DUPLICATE_BENEFIT": "疑似重复领取",
    "NOT_CERTIFIED": "资格认证已逾期",
}

DECIDERS = frozenset({"handler", "reviewer", "approver"})
"""Posts that may confirm a hold or let the payment go."""

_DEATH = """
SELECT l.entitlement_id, 'DEATH_REPORTED', jsonb_build_object('key', 'death:' || d.id, 'source', d.source,
       'died_on', d.died_on, 'row', d.source_row)
FROM paid l JOIN people_deathreport d ON d.person_id = l.person_id
WHERE d.died_on < make_date(l.last_month / 12, l.last_month %% 12 + 1, 1)
"""
_LOSS = """
SELECT l.entitlement_id, 'LOSS_EVIDENCE', jsonb_build_object('key', 'evidence:' || v.source || ':' || v.event_on,
       'source', v.source, 'event_on', v.event_on, 'file', v.file_name, 'row', v.file_row)
FROM paid l JOIN comparison_evidence v ON v.enrolment_id = l.enrolment_id
WHERE v.nature = 'loss' AND v.used IN ('', 'used') AND v.event_on < %(cut_off)s
  AND v.event_on >= make_date(l.first_month / 12, l.first_month %% 12 + 1, 1) - 366
"""
_CUSTODY = """
SELECT l.entitlement_id, 'IN_CUSTODY', jsonb_build_object('key', 'custody:' || c.id, 'kind', c.kind, 'from', c.from_on,
       'until', c.until_on, 'source', c.source)
FROM paid l JOIN people_custodyperiod c ON c.person_id = l.person_id
WHERE NOT c.kind = ANY(%(continues)s) AND c.from_on < make_date(l.last_month / 12, l.last_month %% 12 + 1, 1)
  AND (c.until_on IS NULL OR c.until_on >= make_date(l.last_month / 12, l.last_month %% 12 + 1, 1))
"""
_DUPLICATE = """
SELECT l.entitlement_id, 'DUPLICATE_BENEFIT', jsonb_build_object('key', 'scheme:' || o.scheme || ':' || o.place,
       'scheme', o.scheme, 'place', o.place, 'from', o.from_month, 'known_on', o.known_on, 'file', o.source_file)
FROM paid l JOIN people_otherschemerecord o ON o.person_id = l.person_id
WHERE o.kind = 'benefit' AND (o.from_month IS NULL OR o.from_month <= l.last_month)
  AND (o.until_month IS NULL OR o.until_month > l.last_month)
"""
_CERTIFIED = """
SELECT entitlement_id, 'NOT_CERTIFIED',
       jsonb_build_object('key', 'cert:' || %(run)s::text, 'due', certification_due_date,
                          'last', nullif(certified_on, 0))
FROM ({overdue}) AS judged WHERE is_certification_overdue
"""
_CERTIFICATION_FACTS = """
SELECT l.entitlement_id, max(c.certified_on) IS NOT NULL AS has_certification,
       coalesce(to_char(max(c.certified_on), 'YYYYMMDD')::bigint, 20000101) AS certified_on,
       min(e.start_month)::bigint AS benefit_start_month
FROM paid l JOIN benefits_entitlement e ON e.id = l.entitlement_id
LEFT JOIN certification_certificationevent c ON c.enrolment_id = l.enrolment_id AND c.certified_on <= %(cut_off)s
GROUP BY l.entitlement_id
"""
_PROPOSE = """
WITH paid AS MATERIALIZED (
    SELECT p.entitlement_id, p.enrolment_id, e.person_id, min(p.benefit_month) AS first_month,
           max(p.benefit_month) AS last_month
    FROM payments_paymentline p JOIN people_enrolment e ON e.id = p.enrolment_id
    WHERE p.run_id = %(run)s AND p.is_in_run AND p.entitlement_id IS NOT NULL
      AND p.kind IN ('monthly', 'back_pay', 'difference', 'repayment') GROUP BY 1, 2, 3
){facts}, found (entitlement_id, reason, evidence) AS ({union})
{insert}
SELECT DISTINCT ON (f.entitlement_id, f.reason) {columns} FROM found f
WHERE NOT EXISTS (SELECT FROM benefits_holdproposal h WHERE h.entitlement_id = f.entitlement_id AND h.reason = f.reason
                  AND (h.run_id = %(run)s OR h.state = 'released' AND h.evidence->>'key' = f.evidence->>'key'))
ORDER BY f.entitlement_id, f.reason, f.evidence->>'key'
"""


def propose_holds(run: PaymentRun) -> int:
    """Write a proposal for everybody in the run whom a check concerns and nobody has decided about; how many.

    Called inside the unit of work of the draft; calling it again adds only what became known since.
    """
    insert = "INSERT INTO benefits_holdproposal (run_id, entitlement_id, reason, evidence, state, note)"
    columns = "%(run)s, f.entitlement_id, f.reason, f.evidence, 'open', ''"
    sql, given = _checks(run, insert, columns)
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return int(cursor.rowcount)


def new_findings(run: PaymentRun) -> list[tuple[str, int]]:
    """What became known since the run was checked, as (reason, people): it must not be sent like that (F63)."""
    sql, given = _checks(run, "", "f.entitlement_id, f.reason")
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT reason, count(*)::int FROM ({sql}) AS fresh GROUP BY reason ORDER BY reason", given
        )
        return [(reason, count) for reason, count in cursor.fetchall()]


def _checks(run: PaymentRun, insert: str, columns: str) -> tuple[str, dict[str, Any]]:
    pack = load_pack(run.district_code)
    parts, facts = [_DEATH, _LOSS, _CUSTODY, _DUPLICATE], ""
    overdue = _overdue_sql(pack, run.cut_off_on)
    if overdue:
        facts = f", certified AS MATERIALIZED ({_CERTIFICATION_FACTS})"
        parts.append(_CERTIFIED.format(overdue=overdue))
    given = {
        "run": run.id,
        "cut_off": run.cut_off_on,
        "continues": _custody_that_continues(pack, run.benefit_month),
    }
    return _PROPOSE.format(facts=facts, union="UNION ALL".join(parts), insert=insert, columns=columns), given


def _custody_that_continues(pack: Pack, month: int) -> list[str]:
    found = pack.find_setting("custody.table", Month.from_index(month))
    table = found.value if found is not None and isinstance(found.value, dict) else {}
    return [kind for kind, row in table.items() if row["pay"] == "continue"]


def _overdue_sql(pack: Pack, as_of: date) -> str:
    """The rules of certification over the CTE `certified`; empty where the region's texts cover no certification yet."""
    try:
        period = period_on(pack, Month.containing(as_of), as_of)
        first_due = str(pack.setting("cert.first_due", as_of).value)
    except NotCovered:
        return ""
    constants = {
        "certification_period_kind": period.kind,
        "certification_cycle_months": period.cycle_months,
        "certification_window_last_month": period.window_last_month,
        "certification_first_due": first_due,
        "as_of": date_number(as_of),
    }
    facts = ("has_certification", "certified_on", "benefit_start_month")
    text = select_sql(["is_certification_overdue"], facts, constants, "certified", dialect="postgres")
    return text.replace("%", "%%")


def hold_decide(
    *, actor: Actor, proposal_id: UUID, is_confirmed: bool, note: str, today: date, now: datetime,
    idempotency_key: str | None = None,
) -> HoldProposal:  # fmt: skip
    """A named officer confirms the hold (the lines leave the draft, listed as HELD) or releases it (照发).

    Raises CaseRefused SYSTEM_CANNOT_DECIDE, POST_REQUIRED, OUT_OF_SCOPE; CheckFailed NOTE_REQUIRED, HOLD_DECIDED, CHECK_BEGUN.
    """
    if actor.is_system:
        raise CaseRefused("SYSTEM_CANNOT_DECIDE", _("暂缓只能由人确认，程序不能决定。"))
    if not actor.posts & DECIDERS:
        raise CaseRefused(
            "POST_REQUIRED",
            _("这一步由{posts}办理，您的岗位不能办理。").format(posts=posts_words(DECIDERS)),
            remedy=_("请转交有该岗位的人员。"),
        )
    if not note.strip():
        raise CheckFailed("NOTE_REQUIRED", _("请写明核实的情况。"), remedy=_("如“已电话联系本人，健在”。"))

    def decided() -> dict[str, Any]:
        proposal = HoldProposal.objects.select_for_update().get(id=proposal_id)
        run = PaymentRun.objects.select_for_update().get(id=proposal.run_id)
        _may_decide(actor, run, proposal)
        proposal.state = "confirmed" if is_confirmed else "released"
        proposal.decided_by, proposal.decided_at, proposal.note = actor.natural_person_id, now, note
        proposal.save(update_fields=["state", "decided_by", "decided_at", "note"])
        if is_confirmed:
            _take_out(run, proposal)
        return {"proposal": str(proposal_id)}

    body = {"proposal": proposal_id, "is_confirmed": is_confirmed, "note": note}
    with unit_of_work(actor, "hold_decide"):
        once(idempotency_key, "hold_decide", body, decided)
        return HoldProposal.objects.get(id=proposal_id)


def _may_decide(actor: Actor, run: PaymentRun, proposal: HoldProposal) -> None:
    if not run.division_path.startswith(actor.scope):
        raise CaseRefused("OUT_OF_SCOPE", _("这批发放不属于您的辖区。"))
    if proposal.state != "open":
        raise CheckFailed("HOLD_DECIDED", _("这一条已经有人处理过。"), remedy=_("请刷新页面查看结果。"))
    if run.state != "draft" or run.digest:
        raise CheckFailed(
            "CHECK_BEGUN", _("这批发放已经送审，名单不能再改。"), remedy=_("请作废本批后重新生成。")
        )


def _take_out(run: PaymentRun, proposal: HoldProposal) -> None:
    lines = list(PaymentLine.objects.filter(run=run, entitlement_id=proposal.entitlement_id, is_in_run=True))
    PaymentOmission.objects.bulk_create(
        PaymentOmission(
            run=run, enrolment_id=line.enrolment_id, entitlement_id=line.entitlement_id, kind=line.kind, cause=line.cause,
            division_path=line.division_path, benefit_month=line.benefit_month, reason="HELD", detail=proposal.reason,
            amount_fen=line.amount_fen,
        )
        for line in lines
    )  # fmt: skip
    PaymentLine.objects.filter(id__in=[line.id for line in lines]).update(is_live=False, is_in_run=False)


def require_all_decided(run: PaymentRun) -> None:
    """Raises CheckFailed HOLDS_OPEN while a proposal of the run waits for its decision (Q14)."""
    waiting = HoldProposal.objects.filter(run_id=run.id, state="open").count()
    if waiting:
        raise CheckFailed(
            "HOLDS_OPEN",
            _("还有 {count} 条发放前核查结果没有确认。").format(count=waiting),
            remedy=_("请逐条确认暂缓或照发。"),
        )
