"""What must hold of collected contributions at any time, as SQL that lists every row that breaks it (C1 to C3).

Worked example: a ledger of 800.00 whose lines come to 700.00 breaks C1, whichever way a line was changed.
"""

from __future__ import annotations

from jubao.database.invariant import Invariant

INVARIANTS = (
    Invariant(
        "C1",
        "原始台账的笔数、人数和合计等于其明细",
        "SELECT count(*) FROM contributions_townshipledger",
        """SELECT 'contributions_townshipledger', l.id::text, format('%s of %s, lines %s', l.line_count, l.amount_fen, s.fen)
           FROM contributions_townshipledger l
           LEFT JOIN LATERAL (SELECT count(*) AS lines, count(DISTINCT v.enrolment_id) AS persons,
                                     coalesce(sum(v.amount_fen), 0) AS fen
                              FROM contributions_villageline v WHERE v.ledger_id = l.id AND v.is_live) s ON true
           WHERE (s.lines, s.persons, s.fen) <> (l.line_count, l.person_count, l.amount_fen)""",
    ),
    Invariant(
        "C2",
        "划转税务专户的金额等于其补缴款之和",
        "SELECT count(*) FROM contributions_makeupmove",
        """SELECT 'contributions_makeupmove', m.id::text, format('%s moved, %s of payments', m.amount_fen, s.fen)
           FROM contributions_makeupmove m
           LEFT JOIN LATERAL (SELECT count(*) AS payments, coalesce(sum(p.amount_fen), 0) AS fen
                              FROM contributions_makeuppayment p WHERE p.move_id = m.id) s ON true
           WHERE (s.payments, s.fen) <> (m.payment_count, m.amount_fen)""",
    ),
    Invariant(
        "C3",
        "镇街月报与存档的原始台账一致",
        "SELECT count(*) FROM cases_case WHERE kind = 'township_contribution_report'",
        """SELECT 'cases_case', c.id::text, c.number FROM cases_case c
           LEFT JOIN contributions_townshipledger l ON l.id = c.subject_id
           WHERE c.kind = 'township_contribution_report'
             AND (l.id IS NULL OR l.amount_fen <> (c.proposal->>'total_fen')::bigint)""",
    ),
)
