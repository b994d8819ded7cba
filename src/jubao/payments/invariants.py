"""What must hold of runs, lines, files and answers, checked every night over all rows (integrity B1 to B14, M10, M12).

Worked example: a line edited by hand from 183.02 to 183.03 breaks M12 (its parts do not add up) and B5 (the run's sum is not
that of its lines); `jubao selfaudit` names the line.
"""

from __future__ import annotations

from jubao.database.invariant import Invariant
from jubao.payments.one_off_invariants import INVARIANTS as ONE_OFF

_LINES = "SELECT count(*) FROM payments_paymentline"
_RUNS = "SELECT count(*) FROM payments_paymentrun"
_FILES = "SELECT count(*) FROM payments_bankfile"

_EVENTS = """
SELECT r.id, e.action, e.natural_person_id, e.sequence FROM payments_paymentrun r JOIN cases_caseevent e ON e.case_id = r.case_id
"""

INVARIANTS = (
    Invariant(
        "B1", "每人每月每类至多一笔有效发放，同月不重复发放", _LINES,
        """SELECT 'payments_paymentline', min(l.id::text), 'month ' || l.benefit_month || ' twice for ' || l.enrolment_id
           FROM payments_paymentline l
           LEFT JOIN payments_paymentline p ON p.id = l.repays_id
           WHERE l.is_live AND coalesce(p.kind, l.kind) IN ('monthly', 'back_pay', 'repayment')
           GROUP BY l.enrolment_id, l.benefit_month HAVING count(*) > 1""",
    ),
    Invariant(
        "B2", "起领之前和死亡次月起没有发放", _LINES,
        """SELECT 'payments_paymentline', l.id::text, 'month outside the entitlement'
           FROM payments_paymentline l JOIN benefits_entitlement e ON e.id = l.entitlement_id
           WHERE l.is_live AND l.kind IN ('monthly', 'back_pay', 'difference') AND l.benefit_month < e.start_month
           UNION ALL
           SELECT 'payments_paymentline', l.id::text, 'month after the death on ' || d.died_on
           FROM payments_paymentline l JOIN people_enrolment n ON n.id = l.enrolment_id
           JOIN people_deathreport d ON d.person_id = n.person_id AND d.is_decisive
           WHERE l.is_live AND l.kind IN ('monthly', 'back_pay', 'difference', 'repayment')
             AND l.benefit_month > extract(year FROM d.died_on)::int * 12 + extract(month FROM d.died_on)::int - 1
             AND NOT EXISTS (SELECT FROM cases_case c WHERE c.person_id = n.person_id AND c.kind = 'recovery')
             AND d.recorded_at < (SELECT r.created_at FROM payments_paymentrun r WHERE r.id = l.run_id)""",
    ),
    Invariant(
        "B4", "发放时状态正常、账户已生效或已确认", _LINES,
        """SELECT 'payments_paymentline', l.id::text, 'account not usable on ' || r.cut_off_on
           FROM payments_paymentline l JOIN payments_paymentrun r ON r.id = l.run_id
           LEFT JOIN people_payoutaccount a ON a.id = l.payout_account_id
           WHERE l.is_in_run AND r.state <> 'void'
             AND (a.id IS NULL OR a.from_on > r.cut_off_on OR (a.usable_on > r.cut_off_on AND a.confirmed_at IS NULL))""",
    ),
    Invariant(
        "B5", "批次、明细、银行文件的笔数、金额和校验值一致", _RUNS,
        """SELECT 'payments_paymentrun', r.id::text, 'lines ' || l.n || ', fen ' || l.fen || ' are not those of the run'
           FROM payments_paymentrun r CROSS JOIN LATERAL (
               SELECT count(*) AS n, coalesce(sum(x.amount_fen), 0) AS fen FROM payments_paymentline x
               WHERE x.run_id = r.id AND x.is_in_run) l
           WHERE r.state NOT IN ('draft', 'void') AND (l.n <> r.line_count OR l.fen <> r.total_fen)
           UNION ALL
           SELECT 'payments_paymentrun', r.id::text, 'files do not add up to the run'
           FROM payments_paymentrun r CROSS JOIN LATERAL (
               SELECT coalesce(sum(line_count), 0) AS n, coalesce(sum(total_fen), 0) AS fen FROM payments_bankfile b
               WHERE b.run_id = r.id) f
           WHERE r.state NOT IN ('draft', 'void') AND (f.n <> r.line_count OR f.fen <> r.total_fen)
           UNION ALL
           SELECT 'payments_bankfile', b.id::text, 'hash is not in the approved proposal'
           FROM payments_bankfile b JOIN payments_paymentrun r ON r.id = b.run_id JOIN cases_case c ON c.id = r.case_id
           WHERE r.state NOT IN ('draft', 'void')
             AND NOT c.proposal->'files' @> jsonb_build_array(jsonb_build_object('sha256', b.sha256))
           UNION ALL
           SELECT 'payments_bankfile', b.id::text, 'document has another hash'
           FROM payments_bankfile b JOIN archive_document d ON d.id = b.document_id WHERE d.sha256 <> b.sha256""",
    ),
    Invariant(
        "B7", "每笔已送出的发放只有一个最后结果，待查的不重发", _LINES,
        """SELECT 'payments_paymentoutcome', min(o.id::text), 'two last answers for one line' FROM payments_paymentoutcome o
           WHERE o.is_last GROUP BY o.line_id HAVING count(*) > 1
           UNION ALL
           SELECT 'payments_paymentline', x.id::text, 'pays again what the bank has not returned'
           FROM payments_paymentline x WHERE x.repays_id IS NOT NULL AND x.is_live
             AND NOT EXISTS (SELECT FROM payments_paymentoutcome o WHERE o.line_id = x.repays_id AND o.is_last
                             AND o.state = 'returned')
           UNION ALL
           SELECT 'payments_paymentoutcome', o.id::text, 'an answer to a line that was not sent'
           FROM payments_paymentoutcome o JOIN payments_paymentline l ON l.id = o.line_id
           JOIN payments_paymentrun r ON r.id = l.run_id
           WHERE NOT l.is_in_run OR r.state NOT IN ('sent', 'reconciled', 'closed')""",
    ),
    Invariant(
        "B8", "退票至多重发一次，不在原批次，先解决原因", "SELECT count(*) FROM payments_paymentline WHERE repays_id IS NOT NULL",
        """SELECT 'payments_paymentline', x.id::text, 'repaid twice or in its own run'
           FROM payments_paymentline x JOIN payments_paymentline l ON l.id = x.repays_id
           WHERE x.is_live AND (x.run_id = l.run_id OR x.amount_fen <> l.amount_fen
                 OR EXISTS (SELECT FROM payments_paymentline y WHERE y.repays_id = l.id AND y.is_live AND y.id <> x.id))
           UNION ALL
           SELECT 'payments_paymentline', x.id::text, 'cause of the return is not fixed'
           FROM payments_paymentline x JOIN payments_paymentline l ON l.id = x.repays_id
           JOIN people_payoutaccount a ON a.id = x.payout_account_id
           WHERE x.is_live AND x.payout_account_id = l.payout_account_id AND a.confirmed_at IS NULL
             AND NOT EXISTS (SELECT FROM payments_returncause c WHERE c.line_id = l.id)""",
    ),
    Invariant(
        "B9", "回盘的成功、退票、待查之和等于文件的行数", "SELECT count(*) FROM payments_bankreturn",
        """SELECT 'payments_paymentline', l.id::text, 'returned but still live, or paid and not live'
           FROM payments_paymentoutcome o JOIN payments_paymentline l ON l.id = o.line_id
           WHERE o.is_last AND (o.state = 'returned') = l.is_live
           UNION ALL
           SELECT 'payments_paymentrun', r.id::text, 'reconciled with lines unanswered'
           FROM payments_paymentrun r WHERE r.state IN ('reconciled', 'closed') AND EXISTS (
               SELECT FROM payments_paymentline l LEFT JOIN payments_paymentoutcome o ON o.line_id = l.id AND o.is_last
               WHERE l.run_id = r.id AND l.is_in_run AND (o.id IS NULL OR o.state = 'unknown'))""",
    ),
    Invariant(
        "B10", "批次状态由不同的人按顺序推进", _RUNS,
        f"""WITH moves AS ({_EVENTS})
           SELECT 'payments_paymentrun', r.id::text, 'state is not that of its case' FROM payments_paymentrun r
           JOIN cases_case c ON c.id = r.case_id WHERE c.state <> r.state
           UNION ALL
           SELECT 'payments_paymentrun', a.id::text, 'approved by who handed it in'
           FROM moves a JOIN moves m ON m.id = a.id
           WHERE a.action = 'approve' AND m.action = 'check'
             AND a.natural_person_id IS NOT DISTINCT FROM m.natural_person_id
           UNION ALL
           SELECT 'payments_paymentrun', r.id::text, 'went further without an approval' FROM payments_paymentrun r
           WHERE r.state NOT IN ('draft', 'checked', 'void')
             AND (r.approved_digest <> r.digest
                  OR NOT EXISTS (SELECT FROM moves m WHERE m.id = r.id AND m.action = 'approve'))""",
    ),
    Invariant(
        "B12", "一个银行账户只发给一个人（登记的代管人除外）", "SELECT count(*) FROM people_payoutaccount",
        """SELECT 'payments_paymentline', min(l.id::text), 'one account, several people, in run ' || l.run_id
           FROM payments_paymentline l JOIN people_payoutaccount a ON a.id = l.payout_account_id
           WHERE l.is_in_run AND NOT a.is_custodian
           GROUP BY l.run_id, a.account_number HAVING count(DISTINCT a.person_id) > 1
           UNION ALL
           SELECT 'payments_paymentline', l.id::text, 'account of somebody else'
           FROM payments_paymentline l JOIN people_payoutaccount a ON a.id = l.payout_account_id
           JOIN people_enrolment n ON n.id = l.enrolment_id WHERE a.person_id <> n.person_id AND NOT a.is_custodian""",
    ),
    Invariant(
        "B13", "换账户后，确认或等待期满之前没有发到新账户", _LINES,
        """SELECT 'payments_paymentline', l.id::text, 'paid to a new account before ' || a.usable_on
           FROM payments_paymentline l JOIN people_payoutaccount a ON a.id = l.payout_account_id
           JOIN payments_paymentrun r ON r.id = l.run_id
           WHERE l.is_in_run AND r.state <> 'void' AND a.usable_on > r.cut_off_on
             AND a.confirmed_at IS NULL""",
    ),
    Invariant(
        "M10", "代发批次清算账户归零", _FILES,
        """SELECT 'payments_bankfile', b.id::text, 'clearing account holds ' || s.fen || ' fen'
           FROM payments_bankfile b JOIN ledger_account a ON a.kind = 'bank_file' AND a.reference_id = b.id
           CROSS JOIN LATERAL (
               SELECT coalesce(sum(CASE WHEN t.credit_account_id = a.id THEN t.amount_fen ELSE -t.amount_fen END), 0) AS fen
               FROM ledger_transfer t WHERE a.id IN (t.credit_account_id, t.debit_account_id) AND t.phase IN ('posted', 'post')) s
           WHERE s.fen <> 0""",
    ),
    Invariant(
        "M12", "发放金额等于各组成部分之和，等于待付账", _LINES,
        """SELECT 'payments_paymentline', l.id::text, 'parts do not add up' FROM payments_paymentline l
           WHERE l.amount_fen <> l.base_pension_fen + l.account_pension_fen + l.years_pension_fen + l.only_child_supplement_fen
                 + l.age_supplement_fen + l.other_fen
           UNION ALL
           SELECT 'payments_paymentline', l.id::text, 'transfers ' || coalesce(t.fen, 0) || ' of ' || l.amount_fen
           FROM payments_paymentline l JOIN payments_paymentrun r ON r.id = l.run_id
           LEFT JOIN (SELECT line_id, sum(amount_fen) AS fen FROM ledger_transfer
                      WHERE phase = 'pending' AND line_id IS NOT NULL GROUP BY line_id) t ON t.line_id = l.id
           WHERE l.is_in_run AND r.state IN ('sent', 'reconciled', 'closed') AND coalesce(t.fen, 0) <> l.amount_fen""",
    ),
    Invariant(
        "R2", "扣减的多发金额都有决定，不超过多发，等于各笔的扣减", "SELECT count(*) FROM payments_paymentdeduction",
        """SELECT 'payments_paymentline', l.id::text, 'keeps back ' || l.deducted_fen || ', explained ' || coalesce(d.fen, 0)
           FROM payments_paymentline l
           LEFT JOIN (SELECT line_id, sum(amount_fen) AS fen FROM payments_paymentdeduction GROUP BY 1) d ON d.line_id = l.id
           WHERE (l.deducted_fen > 0 OR d.fen > 0) AND l.deducted_fen <> coalesce(d.fen, 0)
           UNION ALL
           SELECT 'benefits_decrease', c.id::text, 'state ' || c.state || ', kept back ' || k.fen || ' of ' || c.amount_fen
           FROM benefits_decrease c JOIN (
               SELECT d.decrease_id, sum(d.amount_fen) AS fen FROM payments_paymentdeduction d
               JOIN payments_paymentline l ON l.id = d.line_id
               WHERE l.is_live OR EXISTS (SELECT FROM payments_paymentoutcome o WHERE o.line_id = l.id)
               GROUP BY d.decrease_id) k ON k.decrease_id = c.id
           WHERE k.fen > c.amount_fen OR c.state <> 'deduct' OR c.decided_by IS NULL""",
    ),
    Invariant(
        "Q14", "没有人确认的暂缓不生效，未确认的不放行", "SELECT count(*) FROM benefits_holdproposal",
        """SELECT 'benefits_holdproposal', h.id::text, 'open in a run that went on' FROM benefits_holdproposal h
           JOIN payments_paymentrun r ON r.id = h.run_id WHERE h.state = 'open' AND r.state NOT IN ('draft', 'void')
           UNION ALL
           SELECT 'benefits_holdproposal', h.id::text, 'confirmed and still in the run' FROM benefits_holdproposal h
           JOIN payments_paymentline l ON l.run_id = h.run_id AND l.entitlement_id = h.entitlement_id AND l.is_in_run
           WHERE h.state = 'confirmed'""",
    ),
    *ONE_OFF,
)  # fmt: skip
"""Every invariant of payments; the rows of `violations` are (table, row id, what is wrong)."""
