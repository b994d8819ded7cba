"""What must hold of one-off payments and settled accounts, checked every night (O1 to O4).

Worked example: a payment of 2519.76 whose pending transfers add up to 2519.75 breaks O1; a deregistered account with 5.00 that no
payment stands for breaks O3.
"""

from __future__ import annotations

from jubao.database.invariant import Invariant

_PAYMENTS = "SELECT count(*) FROM payments_oneoffpayment"

INVARIANTS = (
    Invariant(
        "O1", "对外支付的金额等于它的待付账，结果与银行的一致", _PAYMENTS,
        """SELECT 'payments_oneoffpayment', p.id::text,
                  format('%s fen %s: pending %s, answered %s, void %s', p.state, p.amount_fen, t.pending, t.posted, t.void)
           FROM payments_oneoffpayment p CROSS JOIN LATERAL (
               SELECT coalesce(sum(x.amount_fen) FILTER (WHERE x.phase = 'pending'), 0) AS pending,
                      coalesce(sum(x.amount_fen) FILTER (WHERE x.phase = 'post'), 0) AS posted,
                      coalesce(sum(x.amount_fen) FILTER (WHERE x.phase = 'void'), 0) AS void
               FROM ledger_transfer x WHERE x.line_id = p.id) t
           WHERE t.pending <> p.amount_fen
              OR t.posted <> CASE WHEN p.state = 'paid' THEN p.amount_fen ELSE 0 END
              OR t.void <> CASE WHEN p.state IN ('returned', 'void') THEN p.amount_fen ELSE 0 END""",
    ),
    Invariant(
        "O2", "对外支付的清算账户归零，退票至多重付一次且金额相同", _PAYMENTS,
        """SELECT 'payments_oneoffpayment', p.id::text, 'clearing account holds ' || s.fen || ' fen'
           FROM payments_oneoffpayment p JOIN ledger_account a ON a.kind = 'bank_file' AND a.reference_id = p.id
           CROSS JOIN LATERAL (
               SELECT coalesce(sum(CASE WHEN t.credit_account_id = a.id THEN t.amount_fen ELSE -t.amount_fen END), 0) AS fen
               FROM ledger_transfer t WHERE a.id IN (t.credit_account_id, t.debit_account_id) AND t.phase IN ('posted', 'post')) s
           WHERE s.fen <> 0
           UNION ALL
           SELECT 'payments_oneoffpayment', p.id::text, 'pays again what was not returned, or another amount'
           FROM payments_oneoffpayment p JOIN payments_oneoffpayment f ON f.id = p.repays_id
           WHERE f.state <> 'returned' OR f.amount_fen <> p.amount_fen""",
    ),
    Invariant(
        "O3", "结算后的个人账户归零：余额都在支付途中或等待重付",
        "SELECT count(*) FROM people_enrolment WHERE ended_on IS NOT NULL",
        """SELECT 'people_enrolment', e.id::text, 'settled account holds ' || b.fen || ' fen, returned ' || coalesce(r.fen, 0)
           FROM people_enrolment e
           JOIN cases_case c ON c.subject_id = e.id AND c.kind = 'deregistration' AND c.outcome = 'approved'
                AND c.proposal ? 'settlement_facts'
           CROSS JOIN LATERAL (
               SELECT coalesce(sum(x.balance_fen - x.pending_fen), 0) AS fen FROM ledger_account a
               JOIN ledger_balance x ON x.account_id = a.id WHERE a.enrolment_id = e.id) b
           LEFT JOIN LATERAL (
               SELECT sum(p.amount_fen) AS fen FROM payments_oneoffpayment p
               WHERE p.enrolment_id = e.id AND p.kind = 'refund' AND p.state IN ('returned', 'void')
                 AND NOT EXISTS (SELECT FROM payments_oneoffpayment n WHERE n.repays_id = p.id)) r ON true
           WHERE b.fen <> coalesce(r.fen, 0)""",
    ),
    Invariant(
        "O4", "对外支付批次：编批和审批是两个人，明细与批次一致", "SELECT count(*) FROM payments_oneoffbatch",
        """SELECT 'payments_oneoffbatch', b.id::text,
                  format('%s lines of %s, %s fen of %s', l.n, b.line_count, l.fen, b.total_fen)
           FROM payments_oneoffbatch b CROSS JOIN LATERAL (
               SELECT count(*) AS n, coalesce(sum(p.amount_fen), 0) AS fen FROM payments_oneoffpayment p
               WHERE p.batch_id = b.id) l
           WHERE b.state <> 'void' AND (l.n, l.fen) IS DISTINCT FROM (b.line_count::bigint, b.total_fen::numeric)
           UNION ALL
           SELECT 'payments_oneoffbatch', b.id::text, 'sent without the approval of another person'
           FROM payments_oneoffbatch b JOIN cases_case c ON c.id = b.case_id
           WHERE b.state IN ('approved', 'sent', 'closed') AND (c.checker_id IS NULL OR c.checker_id = c.maker_id)""",
    ),
)  # fmt: skip
"""Rows of `violations` are (table, row id, what is wrong)."""
