"""Why was this person not paid for that month? Exactly one reason per person, in the order in which a clerk asks.

Worked example: somebody suspended since 2026-07 for a missed certification, asked about 2026-11, gives (SUSPENDED,
NOT_CERTIFIED, 24318); somebody whose transfer came back gives (BANK_RETURNED, 户名不符, NULL). A number that is wrong or
unknown is told before this query; `OTHER` is a case to look at.
"""

from __future__ import annotations

WHY_NOT_PAID = """
    SELECT a.person_id,
        CASE
        WHEN line.outcome = 'paid' THEN 'PAID'
        WHEN a.ended_on IS NOT NULL OR s.kind = 'ended' THEN 'ENDED'
        WHEN a.entitlement_id IS NULL AND s.kind IN ('active', 'paused') AND NOT of_age.reached THEN 'NOT_YET_60'
        WHEN a.entitlement_id IS NULL AND paid_years.years < %(min_contribution_years)s THEN 'OWES_YEARS'
        WHEN a.entitlement_id IS NULL THEN 'NO_DETERMINATION'
        WHEN %(month)s < a.start_month THEN 'STARTS_LATER'
        WHEN a.end_month IS NOT NULL AND %(month)s >= a.end_month THEN 'ENTITLEMENT_ENDED'
        WHEN p.kind = 'suspended' THEN 'SUSPENDED'
        WHEN p.kind = 'held' THEN 'HELD'
        WHEN p.kind = 'stopped' THEN 'STOPPED'
        WHEN p.kind = 'sealed' THEN 'SEALED'
        WHEN line.outcome = 'returned' THEN 'BANK_RETURNED'
        WHEN line.outcome = 'unknown' THEN 'BANK_UNKNOWN'
        WHEN line.id IS NOT NULL THEN 'ON_ITS_WAY'
        WHEN omitted.reason = 'HELD' THEN 'HELD'
        WHEN omitted.reason = 'NOT_COVERED' THEN 'NOT_COVERED'
        WHEN NOT EXISTS (SELECT FROM people_payoutaccount b WHERE b.person_id = a.person_id AND b.until_on IS NULL)
             THEN 'NO_ACCOUNT'
        WHEN run.cut_off_on IS NULL THEN 'RUN_NOT_MADE'
        WHEN EXISTS (SELECT FROM people_payoutaccount b WHERE b.person_id = a.person_id AND b.until_on IS NULL
                     AND b.usable_on > run.cut_off_on AND b.confirmed_at IS NULL) THEN 'ACCOUNT_WAITING'
        WHEN certified.recorded_on > run.cut_off_on OR p.recorded_at::date > run.cut_off_on THEN 'AFTER_CUT_OFF'
        ELSE 'OTHER' END AS code,
        CASE
        WHEN p.kind IS NOT NULL AND p.kind <> 'normal' AND coalesce(line.outcome, '') <> 'paid' THEN p.reason
        WHEN line.outcome = 'returned' THEN line.bank_reason
        WHEN s.kind = 'ended' THEN s.reason
        WHEN omitted.reason IN ('HELD', 'NOT_COVERED') THEN omitted.detail
        ELSE '' END AS detail,
        CASE WHEN p.kind <> 'normal' THEN p.from_month WHEN s.kind = 'ended' THEN s.from_month
             WHEN a.start_month > %(month)s THEN a.start_month END AS since,
        paid_years.years
    FROM asked a
    JOIN people_person who ON who.id = a.person_id
    LEFT JOIN people_enrolmentstatus s ON s.enrolment_id = a.enrolment_id AND s.from_month <= %(month)s
         AND (s.until_month IS NULL OR s.until_month > %(month)s)
    LEFT JOIN benefits_paymentstatus p ON p.entitlement_id = a.entitlement_id AND p.from_month <= %(month)s
         AND (p.until_month IS NULL OR p.until_month > %(month)s)
    CROSS JOIN LATERAL (SELECT (extract(year FROM who.birth_date)::int + %(pension_age_years)s) * 12
                               + extract(month FROM who.birth_date)::int - 1 < %(month)s AS reached) AS of_age
    CROSS JOIN LATERAL (
        SELECT (SELECT count(DISTINCT c.year)::int FROM contributions_contribution c
                WHERE c.enrolment_id = a.enrolment_id AND c.is_live)
             + coalesce((SELECT f.contribution_months / 12 FROM contributions_formeryears f
                         WHERE f.enrolment_id = a.enrolment_id), 0) AS years) AS paid_years
    LEFT JOIN LATERAL (
        SELECT l.id, o.state AS outcome, o.bank_reason FROM payments_paymentline l
        JOIN payments_paymentrun r ON r.id = l.run_id AND r.state <> 'void'
        LEFT JOIN payments_paymentoutcome o ON o.line_id = l.id AND o.is_last
        WHERE l.enrolment_id = a.enrolment_id AND l.benefit_month = %(month)s
              AND l.kind IN ('monthly', 'back_pay', 'repayment')
        ORDER BY (o.state = 'paid') DESC NULLS LAST, l.is_live DESC, l.id DESC LIMIT 1) AS line ON true
    LEFT JOIN LATERAL (
        SELECT r.cut_off_on FROM payments_paymentrun r WHERE starts_with(a.division_path, r.division_path)
        AND r.benefit_month = %(month)s AND r.kind = 'regular' AND r.state <> 'void' LIMIT 1) AS run ON true
    LEFT JOIN LATERAL (
        SELECT x.reason, x.detail FROM payments_paymentomission x
        JOIN payments_paymentrun r ON r.id = x.run_id AND r.state <> 'void'
        WHERE x.enrolment_id = a.enrolment_id AND x.benefit_month = %(month)s ORDER BY x.id DESC LIMIT 1) AS omitted ON true
    LEFT JOIN LATERAL (SELECT max(e.recorded_at)::date AS recorded_on FROM certification_certificationevent e
                       WHERE e.enrolment_id = a.enrolment_id) AS certified ON true"""

REASONS = {
    "NUMBER_WRONG": "证件号码有误",
    "NOT_ENROLLED": "未在本辖区参加城乡居民养老保险",
    "OTHER_DISTRICT": "在其他区县参保",
    "PAID": "已发放",
    "ENDED": "已终止参保",
    "NOT_YET_60": "正常缴费，未满60周岁",
    "OWES_YEARS": "已满60周岁，缴费年限不足",
    "NO_DETERMINATION": "已满60周岁，尚未核定待遇",
    "STARTS_LATER": "待遇尚未开始",
    "ENTITLEMENT_ENDED": "待遇已终止",
    "SUSPENDED": "待遇暂停",
    "HELD": "待遇暂缓",
    "STOPPED": "待遇停发",
    "SEALED": "待遇封存",
    "BANK_RETURNED": "银行退票",
    "BANK_UNKNOWN": "银行结果待查",
    "ON_ITS_WAY": "本月已列入发放，银行尚未回盘",
    "NO_ACCOUNT": "没有可用的银行账户",
    "ACCOUNT_WAITING": "新账户在等待期内",
    "RUN_NOT_MADE": "本月发放尚未生成",
    "NOT_COVERED": "政策参数缺失，未列入发放",
    "AFTER_CUT_OFF": "在本月截止日之后才认证或恢复，随补充发放",
    "OTHER": "其他，请逐人核对",
}
"""Reason code → what a clerk reads; each is told with month and ground where there is one."""
