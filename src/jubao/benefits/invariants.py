"""What must hold of entitlements, determinations, statuses and awards, as SQL over all rows (selfaudit).

Worked example: a status `suspended` whose case was decided by the one who proposed it breaks Q6 and is named by its id.
"""

from __future__ import annotations

from jubao.database.invariant import Invariant

_STATUS = "SELECT count(*) FROM benefits_paymentstatus"

INVARIANTS = (
    Invariant(
        "B2",
        "不在待遇起止月之外、死亡次月以后补发",
        "SELECT count(*) FROM benefits_due",
        """SELECT 'benefits_due', u.id::text, 'month ' || u.benefit_month FROM benefits_due u
           JOIN benefits_entitlement t ON t.id = u.entitlement_id
           WHERE u.is_live AND (u.benefit_month < t.start_month OR u.benefit_month >= t.end_month)""",
    ),
    Invariant(
        "B11",
        "一个月的补发和发放不超过该月应发",
        "SELECT count(*) FROM benefits_due WHERE kind = 'back_pay'",
        """SELECT 'benefits_due', min(u.id::text), 'awarded ' || count(*) || ' times' FROM benefits_due u
           WHERE u.is_live AND u.kind = 'back_pay' GROUP BY u.entitlement_id, u.benefit_month
           HAVING count(*) > 1 AND sum(u.amount_fen) > max(u.amount_fen) * 2 - 1""",
    ),
    Invariant(
        "B14",
        "一个人最多一项在享待遇",
        "SELECT count(*) FROM benefits_entitlement",
        """SELECT 'benefits_entitlement', min(t.id::text), 'person ' || e.person_id FROM benefits_entitlement t
           JOIN people_enrolment e ON e.id = t.enrolment_id WHERE t.end_month IS NULL
           GROUP BY e.person_id, e.scheme HAVING count(*) > 1""",
    ),
    Invariant(
        "Q6",
        "每次停、缓、封都有原因、依据、两个人和已办结的业务",
        _STATUS,
        """SELECT 'benefits_paymentstatus', s.id::text, s.kind || ' ' || s.reason FROM benefits_paymentstatus s
           LEFT JOIN cases_case c ON c.id = s.case_id
           WHERE s.kind <> 'normal' AND (s.reason = '' OR s.legal_basis = '' OR s.decided_by IS NULL OR c.id IS NULL
                 OR s.decided_by = s.proposed_by OR (c.kind <> 'payment_run' AND c.outcome <> 'approved'))""",
    ),
    Invariant(
        "Q8",
        "暂缓不超过期限",
        "SELECT count(*) FROM benefits_paymentstatus WHERE kind = 'held'",
        """SELECT 'benefits_paymentstatus', s.id::text, 'hold until ' || s.hold_expires_on FROM benefits_paymentstatus s
           WHERE s.kind = 'held' AND s.until_month IS NULL
             AND s.hold_expires_on < (SELECT max(at)::date - 3 FROM oversight_auditevent)""",
    ),
    Invariant(
        "Q12",
        "死亡以后待遇终止于次月",
        "SELECT count(*) FROM people_deathreport WHERE is_decisive",
        """SELECT 'benefits_entitlement', t.id::text, 'died ' || d.died_on FROM benefits_entitlement t
           JOIN people_enrolment e ON e.id = t.enrolment_id
           JOIN people_deathreport d ON d.person_id = e.person_id AND d.is_decisive
           WHERE t.end_reason = 'DEATH' AND t.end_month > t.start_month
             AND t.end_month <> extract(year FROM d.died_on) * 12 + extract(month FROM d.died_on)""",
    ),
    Invariant(
        "S1",
        "封存以后没有别的状态、补发和核定",
        "SELECT count(*) FROM benefits_paymentstatus WHERE kind = 'sealed'",
        """SELECT 'benefits_due', u.id::text, 'awarded while sealed' FROM benefits_due u
           JOIN benefits_paymentstatus s ON s.entitlement_id = u.entitlement_id AND s.kind = 'sealed'
             AND s.until_month IS NULL WHERE u.recorded_at > s.recorded_at""",
    ),
    Invariant(
        "B3",
        "核定书各项之和等于月养老金，序号不间断",
        "SELECT count(*) FROM benefits_determination",
        """SELECT 'benefits_determination', min(d.id::text), 'sequence' FROM benefits_determination d
           GROUP BY d.entitlement_id HAVING max(d.sequence) <> count(*)""",
    ),
)
