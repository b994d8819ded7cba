"""What must hold of claims at any time, as SQL that lists every row that breaks it (R1, R2).

Worked example: a claim of 489.06 with 300.00 cleared and 100.00 given back has 89.06 owed in its account of the ledger; a
cent more or less is a row of R1.
"""

from __future__ import annotations

from jubao.database.invariant import Invariant

_CLAIMS = "SELECT count(*) FROM recovery_claim"
_OWED = """
    SELECT t.reference_id, sum(t.fen)::bigint AS fen FROM (
        SELECT a.reference_id, t.amount_fen AS fen FROM ledger_transfer t
        JOIN ledger_account a ON a.id = t.debit_account_id AND a.kind = 'recovery_claim' WHERE t.phase IN ('posted', 'post')
        UNION ALL
        SELECT a.reference_id, -t.amount_fen FROM ledger_transfer t
        JOIN ledger_account a ON a.id = t.credit_account_id AND a.kind = 'recovery_claim' WHERE t.phase IN ('posted', 'post')
    ) AS t GROUP BY t.reference_id
"""

INVARIANTS = (
    Invariant(
        "R1", "追缴账户等于确认金额减去抵扣和退还；确认金额等于各月之和", _CLAIMS,
        f"""
        SELECT 'recovery_claim', c.id::text,
               format('amount %s cleared %s returned %s ledger %s', c.amount_fen, c.cleared_fen, c.returned_fen,
                      coalesce(o.fen, 0))
        FROM recovery_claim c LEFT JOIN ({_OWED}) AS o ON o.reference_id = c.case_id
        WHERE c.amount_fen - c.cleared_fen - c.returned_fen <> coalesce(o.fen, 0)
        UNION ALL
        SELECT 'recovery_claim', c.id::text, format('amount %s months %s', c.amount_fen, coalesce(m.fen, 0))
        FROM recovery_claim c
        LEFT JOIN (SELECT claim_id, sum(amount_fen) AS fen FROM recovery_claimmonth GROUP BY claim_id) AS m
               ON m.claim_id = c.id
        WHERE c.amount_fen <> coalesce(m.fen, 0)
        """,
    ),
    Invariant(
        "R2", "抵扣等于各项抵扣之和，关闭的追缴没有余额", _CLAIMS,
        """
        SELECT 'recovery_claim', c.id::text, format('cleared %s of %s', coalesce(k.fen, 0), c.cleared_fen)
        FROM recovery_claim c
        LEFT JOIN (SELECT claim_id, sum(amount_fen) AS fen FROM recovery_clearing GROUP BY claim_id) AS k ON k.claim_id = c.id
        WHERE c.cleared_fen <> coalesce(k.fen, 0)
        UNION ALL
        SELECT 'recovery_claim', c.id::text, 'closed and still owed' FROM recovery_claim c
        WHERE NOT c.is_open AND c.amount_fen <> c.cleared_fen + c.returned_fen
        """,
    ),
)  # fmt: skip
