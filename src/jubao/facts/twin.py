"""The payment twin: this month's list against last month's, person by person, each difference with its cause.

Worked example: `twin_rows(run_id)` for 2025-06 says of 张桂芳 `amount` 163.02 → 168.02, cause AGE_STEP; of 李大山 `gone`,
cause SUSPENDED; of somebody with another account and no case behind it `account`, cause '' — unexplained.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from jubao.kernel.month import Month
from jubao.policy import load_pack
from jubao.rules.pension_terms import same_terms, terms

DIFFERENCES = {"new": "新增", "gone": "减少", "amount": "金额变化", "account": "账户变化"}
CAUSES = {
    "FIRST_RUN": "本系统首次发放",
    "ENTITLEMENT_BEGAN": "本月开始享受待遇",
    "DETERMINED_LATE": "上月发放以后核定",
    "RESUMED": "恢复发放",
    "OMITTED_BEFORE": "上月未列入（无账户、暂缓等）",
    "RETURNED_BEFORE": "上月退票",
    "ENTITLEMENT_ENDED": "待遇终止",
    "DIED": "死亡",
    "SUSPENDED": "暂停",
    "HELD": "暂缓",
    "STOPPED": "停发",
    "SEALED": "封存",
    "OMITTED": "本月未列入",
    "PAID_BEFORE": "本月已发放",
    "DETERMINATION": "重新核定",
    "POLICY": "标准调整",
    "AGE_STEP": "高龄增发年龄档变化",
    "DEDUCTION": "按决定扣减多发金额",
    "ACCOUNT_CASE": "账户变更业务",
    "ACCOUNT_CONFIRMED": "账户变更已确认",
}

_LINES = """
SELECT DISTINCT ON (l.enrolment_id) l.enrolment_id, l.entitlement_id, l.division_path, l.determination_id, l.amount_fen,
       l.base_pension_fen, l.account_pension_fen, l.years_pension_fen, l.only_child_supplement_fen,
       l.age_supplement_fen, l.deducted_fen, l.payout_account_id, l.is_live
FROM payments_paymentline l {join}
WHERE {where} AND l.kind = 'monthly' AND l.is_in_run ORDER BY l.enrolment_id, l.is_live DESC, l.id DESC
"""
_NOW = _LINES.format(join="", where="l.run_id = %(run)s")
_BEFORE = _LINES.format(
    join="JOIN payments_paymentrun r ON r.id = l.run_id",
    where="r.district_code = %(district)s AND r.state <> 'void' AND l.benefit_month = %(month)s - 1",
)

TWIN = f"""
WITH now_lines AS MATERIALIZED ({_NOW}), before AS MATERIALIZED ({_BEFORE}),
pairs AS MATERIALIZED (
    SELECT coalesce(n.enrolment_id, b.enrolment_id) AS enrolment_id,
           coalesce(n.entitlement_id, b.entitlement_id) AS entitlement_id,
           coalesce(n.division_path, b.division_path) AS division_path,
           n.amount_fen AS now_fen, b.amount_fen AS before_fen, n.payout_account_id AS now_account,
           b.payout_account_id AS before_account, b.is_live AS was_live,
           n.determination_id IS DISTINCT FROM b.determination_id AS is_redetermined,
           n.deducted_fen <> b.deducted_fen AND n.amount_fen + n.deducted_fen = b.amount_fen + b.deducted_fen
             AS is_deduction,
           n.age_supplement_fen IS DISTINCT FROM b.age_supplement_fen
             AND n.amount_fen + n.deducted_fen - n.age_supplement_fen
                 = b.amount_fen + b.deducted_fen - b.age_supplement_fen AS is_age_step,
           (n.base_pension_fen + n.deducted_fen, n.years_pension_fen, n.only_child_supplement_fen, n.account_pension_fen)
             IS DISTINCT FROM (b.base_pension_fen + b.deducted_fen, b.years_pension_fen, b.only_child_supplement_fen,
                               b.account_pension_fen) AS are_parts_changed
    FROM now_lines n FULL JOIN before b ON b.enrolment_id = n.enrolment_id
    WHERE n.enrolment_id IS NULL OR b.enrolment_id IS NULL OR n.amount_fen <> b.amount_fen
       OR n.payout_account_id <> b.payout_account_id
),
told AS (
    SELECT p.enrolment_id, p.division_path, 'new' AS difference, p.before_fen, p.now_fen, p.before_account, p.now_account,
           CASE WHEN NOT %(has_before)s THEN 'FIRST_RUN'
                WHEN e.start_month = %(month)s THEN 'ENTITLEMENT_BEGAN'
                WHEN EXISTS (SELECT FROM payments_paymentomission o JOIN payments_paymentrun r ON r.id = o.run_id
                             WHERE o.enrolment_id = p.enrolment_id AND o.benefit_month = %(month)s - 1
                             AND r.state <> 'void') THEN 'OMITTED_BEFORE'
                WHEN EXISTS (SELECT FROM benefits_paymentstatus s WHERE s.entitlement_id = p.entitlement_id
                             AND s.kind <> 'normal' AND s.from_month < %(month)s AND s.until_month <= %(month)s
                             AND s.until_month >= %(month)s - 1) THEN 'RESUMED'
                WHEN EXISTS (SELECT FROM benefits_determination d WHERE d.entitlement_id = p.entitlement_id
                             AND d.sequence = 1 AND d.created_at > %(before_at)s) THEN 'DETERMINED_LATE'
                WHEN EXISTS (SELECT FROM payments_paymentline l WHERE l.run_id = %(run)s AND l.is_in_run
                             AND l.enrolment_id = p.enrolment_id AND l.kind = 'back_pay') THEN 'RESUMED'
                ELSE '' END AS cause
    FROM pairs p LEFT JOIN benefits_entitlement e ON e.id = p.entitlement_id WHERE p.before_fen IS NULL
    UNION ALL
    SELECT p.enrolment_id, p.division_path, 'gone', p.before_fen, p.now_fen, p.before_account, p.now_account,
           CASE WHEN EXISTS (SELECT FROM people_enrolment n JOIN people_deathreport x ON x.person_id = n.person_id
                             WHERE n.id = p.enrolment_id AND x.is_decisive) THEN 'DIED'
                WHEN e.end_month <= %(month)s THEN 'ENTITLEMENT_ENDED'
                WHEN EXISTS (SELECT FROM payments_paymentomission o WHERE o.run_id = %(run)s
                             AND o.enrolment_id = p.enrolment_id AND o.benefit_month = %(month)s) THEN 'OMITTED'
                WHEN EXISTS (SELECT FROM payments_paymentline l WHERE l.is_live AND l.enrolment_id = p.enrolment_id
                             AND l.benefit_month = %(month)s AND l.run_id <> %(run)s) THEN 'PAID_BEFORE'
                ELSE coalesce((SELECT upper(s.kind) FROM benefits_paymentstatus s WHERE s.entitlement_id = p.entitlement_id
                      AND s.kind <> 'normal' AND s.from_month <= %(month)s
                      AND (s.until_month IS NULL OR s.until_month > %(month)s) LIMIT 1), '') END
    FROM pairs p LEFT JOIN benefits_entitlement e ON e.id = p.entitlement_id
    WHERE p.now_fen IS NULL AND NOT %(is_supplementary)s
    UNION ALL
    SELECT p.enrolment_id, p.division_path, 'amount', p.before_fen, p.now_fen, p.before_account, p.now_account,
           CASE WHEN p.is_deduction THEN 'DEDUCTION' WHEN p.is_redetermined THEN 'DETERMINATION'
                WHEN p.is_age_step THEN 'AGE_STEP'
                WHEN p.are_parts_changed AND %(is_policy_changed)s THEN 'POLICY' ELSE '' END
    FROM pairs p WHERE p.now_fen <> p.before_fen
    UNION ALL
    SELECT p.enrolment_id, p.division_path, 'account', p.before_fen, p.now_fen, p.before_account, p.now_account,
           CASE WHEN a.case_id IS NOT NULL THEN 'ACCOUNT_CASE' WHEN a.confirmed_at IS NOT NULL THEN 'ACCOUNT_CONFIRMED'
                ELSE '' END
    FROM pairs p JOIN people_payoutaccount a ON a.id = p.now_account
    WHERE p.now_account <> p.before_account
)
SELECT t.*, x.explanation, x.explained_by FROM told t
LEFT JOIN payments_twinexplanation x ON x.run_id = %(run)s AND x.enrolment_id = t.enrolment_id
     AND x.difference = t.difference
"""

_RUN = """
SELECT r.district_code, r.benefit_month, r.kind,
       (SELECT min(p.created_at) FROM payments_paymentrun p WHERE p.state <> 'void' AND p.district_code = r.district_code
        AND p.benefit_month = r.benefit_month - 1)
FROM payments_paymentrun r WHERE r.id = %s
"""


@dataclass(frozen=True)
class TwinRow:
    """One difference of one person; an empty cause is unexplained until an officer explains it."""

    enrolment_id: UUID
    division_path: str
    difference: str
    before_fen: int | None
    now_fen: int | None
    before_account: UUID | None
    now_account: UUID | None
    cause: str
    explanation: str | None
    explained_by: UUID | None


def twin_rows(
    run_id: UUID, *, difference: str = "", cause: str | None = None,
    only_unexplained: bool = False, after: UUID | None = None, limit: int = 50,
) -> list[TwinRow]:  # fmt: skip
    """The differences of a run in order of person, filtered; a page begins after the last person of the one before."""
    conditions, given = ["true"], _given(run_id)
    if difference:
        conditions.append("difference = %(difference)s")
    if cause is not None:
        conditions.append("cause = %(cause)s")
    if only_unexplained:
        conditions.append("cause = '' AND explanation IS NULL")
    if after is not None:
        conditions.append("enrolment_id > %(after)s")
    given |= {"difference": difference, "cause": cause, "after": after, "limit": limit}
    sql = f"SELECT * FROM ({TWIN}) AS twin WHERE {' AND '.join(conditions)} ORDER BY enrolment_id, difference LIMIT %(limit)s"
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return [TwinRow(*row) for row in cursor.fetchall()]


def twin_summary(run_id: UUID) -> list[dict[str, Any]]:
    """Per difference and cause: people, change of the sum in fen, how many an officer explained."""
    sql = f"""
        SELECT difference, cause, count(*)::int, sum(coalesce(now_fen, 0) - coalesce(before_fen, 0))::bigint,
               count(explanation)::int
        FROM ({TWIN}) AS twin GROUP BY difference, cause ORDER BY difference, cause"""
    with connection.cursor() as cursor:
        cursor.execute(sql, _given(run_id))
        names = ("difference", "cause", "people", "change_fen", "explained")
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _given(run_id: UUID) -> dict[str, Any]:
    with connection.cursor() as cursor:
        cursor.execute(_RUN, [run_id])
        district, month, kind, before_at = cursor.fetchone()
    pack = load_pack(district)
    now, before = (terms(pack, Month.from_index(index)) for index in (month, month - 1))
    return {
        "run": run_id, "district": district, "month": month, "has_before": before_at is not None, "before_at": before_at,
        "is_supplementary": kind == "supplementary", "is_policy_changed": not same_terms(now, before),
    }  # fmt: skip
