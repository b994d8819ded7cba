"""What must hold of rights that moved, as SQL over all rows (selfaudit).

Worked example: a transferred-out account in which 0.01 yuan is left, or into which a contribution fell afterwards, breaks B17 and
is named by its enrolment.
"""

from __future__ import annotations

from jubao.database.invariant import Invariant

_FINISHED = "SELECT count(*) FROM pension_transfers_pensiontransfer WHERE finished_on IS NOT NULL"

INVARIANTS = (
    Invariant(
        "B17",
        "转出的关系已终止，个人账户为零",
        _FINISHED + " AND direction IN ('out', 'to_employee')",
        """SELECT 'pension_transfers_pensiontransfer', x.id::text,
                  CASE WHEN e.ended_on IS NULL THEN 'enrolment not ended' ELSE 'account holds ' || b.free || ' fen' END
           FROM pension_transfers_pensiontransfer x JOIN people_enrolment e ON e.id = x.enrolment_id
           CROSS JOIN LATERAL (SELECT coalesce(sum(l.balance_fen - l.pending_fen), 0) AS free FROM ledger_account a
                               JOIN ledger_balance l ON l.account_id = a.id WHERE a.enrolment_id = e.id) AS b
           WHERE x.finished_on IS NOT NULL AND x.direction IN ('out', 'to_employee')
             AND (e.ended_on IS NULL OR b.free <> 0) AND NOT EXISTS (
                 SELECT 1 FROM ledger_transfer v WHERE v.case_id = x.case_id AND v.phase = 'void')""",
    ),
    Invariant(
        "B18",
        "转入的钱与记录一致，按来源记账",
        _FINISHED + " AND direction IN ('in', 'to_resident')",
        """SELECT 'pension_transfers_pensiontransfer', x.id::text,
                  'record ' || x.amount_fen || ', parts ' || p.fen || ', posted ' || t.fen
           FROM pension_transfers_pensiontransfer x
           CROSS JOIN LATERAL (SELECT coalesce(sum(q.amount_fen), 0)::bigint AS fen
                               FROM pension_transfers_transferpart q WHERE q.transfer_id = x.id) AS p
           CROSS JOIN LATERAL (SELECT coalesce(sum(r.amount_fen), 0)::bigint AS fen FROM ledger_account a
                               JOIN ledger_transfer r ON r.credit_account_id = a.id AND r.code = 'transfer_in'
                                    AND r.phase = 'posted' AND r.line_id = x.id
                               WHERE a.enrolment_id = x.enrolment_id) AS t
           WHERE x.finished_on IS NOT NULL AND x.direction IN ('in', 'to_resident')
             AND (x.amount_fen <> p.fen OR x.amount_fen <> t.fen OR x.money_fen <> x.amount_fen)""",
    ),
    Invariant(
        "B19",
        "转出的钱等于各来源之和，由转移业务付出",
        _FINISHED + " AND direction IN ('out', 'to_employee')",
        """SELECT 'pension_transfers_pensiontransfer', x.id::text,
                  'record ' || x.amount_fen || ', parts ' || p.fen || ', reserved ' || t.fen
           FROM pension_transfers_pensiontransfer x
           CROSS JOIN LATERAL (SELECT coalesce(sum(q.amount_fen), 0)::bigint AS fen
                               FROM pension_transfers_transferpart q WHERE q.transfer_id = x.id) AS p
           CROSS JOIN LATERAL (SELECT coalesce(sum(r.amount_fen), 0)::bigint AS fen FROM ledger_account a
                               JOIN ledger_transfer r ON r.debit_account_id = a.id AND r.code = 'transfer_out'
                                    AND r.phase = 'pending' AND r.case_id = x.case_id
                               WHERE a.enrolment_id = x.enrolment_id) AS t
           WHERE x.finished_on IS NOT NULL AND x.direction IN ('out', 'to_employee')
             AND (x.amount_fen <> p.fen OR (x.amount_fen <> t.fen AND NOT EXISTS (
                 SELECT 1 FROM ledger_transfer v WHERE v.case_id = x.case_id AND v.phase = 'void')))""",
    ),
)
