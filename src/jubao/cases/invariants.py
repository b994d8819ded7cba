"""What must hold of cases and their events, as SQL over all rows (selfaudit).

Worked example: a case whose checker once proposed it breaks A1, whichever way the row was written.
"""

from __future__ import annotations

from jubao.database.invariant import Invariant

INVARIANTS = (
    Invariant(
        "A1",
        "提出、复核、审批是不同的人",
        "SELECT count(*) FROM cases_case",
        """SELECT 'cases_case', c.id::text, c.number FROM cases_case c
           WHERE c.checker_id = c.maker_id OR c.approver_id IN (c.maker_id, c.checker_id)
              OR EXISTS (SELECT 1 FROM cases_caseevent e WHERE e.case_id = c.id AND e.makes_proposal
                         AND e.natural_person_id IN (c.checker_id, c.approver_id))""",
    ),
    Invariant(
        "A1b",
        "每个决定看的就是最后提出的内容",
        "SELECT count(*) FROM cases_caseevent WHERE action IN ('approve', 'approve_second')",
        """SELECT 'cases_caseevent', e.id::text, c.number FROM cases_caseevent e JOIN cases_case c ON c.id = e.case_id
           WHERE e.action IN ('approve', 'approve_second') AND c.outcome = 'approved' AND e.digest_seen <> c.digest
             AND e.sequence = (SELECT max(x.sequence) FROM cases_caseevent x WHERE x.case_id = c.id AND x.action = e.action)""",
    ),
    Invariant(
        "A9",
        "业务经过连续、时间不倒退",
        "SELECT count(*) FROM cases_caseevent",
        """SELECT 'cases_caseevent', min(e.id::text), 'case ' || e.case_id FROM cases_caseevent e
           GROUP BY e.case_id HAVING max(e.sequence) <> count(*)""",
    ),
    Invariant(
        "N1",
        "业务编号连续无重号",
        "SELECT count(*) FROM cases_numbersequence",
        """SELECT 'cases_numbersequence', s.id::text, s.district_code || ' ' || s.year
           FROM cases_numbersequence s WHERE s.series = 'case' AND s.next_number - 1 <>
             (SELECT count(*) FROM cases_case c WHERE c.number LIKE s.district_code || '-' || s.year || '-%')""",
    ),
)
