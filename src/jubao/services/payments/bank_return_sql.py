"""The SQL of a return file: staging, what makes it doubtful, and its booking as sets.

Worked example: `PROBLEMS` gives for a file with a foreign line 4711 the row (3, 4711, 'LINE_UNKNOWN', '', '4711'); a file without
problems is booked by `BOOK_OUTCOMES` and `RETURN_LINES` over the temporary table `fresh`, one row per line newly answered.
"""

from __future__ import annotations

from jubao.database.keys import numbered_keys

STAGE = """
CREATE TEMP TABLE staged (source_row integer, line_number integer, account_number text, amount_fen bigint, state text,
                          reason text, problem text) ON COMMIT DROP
"""

_OURS = """
ours AS MATERIALIZED (
    SELECT l.id, l.line_number, l.amount_fen, a.account_number, o.id AS outcome_id, o.state AS former
    FROM payments_paymentline l
    CROSS JOIN LATERAL (SELECT x.account_number FROM people_payoutaccount x
                        WHERE x.id = l.payout_account_id AND x.bank_name = %(bank)s OFFSET 0) a
    LEFT JOIN LATERAL (SELECT x.id, x.state FROM payments_paymentoutcome x WHERE x.line_id = l.id AND x.is_last OFFSET 0) o
         ON true
    WHERE l.run_id = %(run)s AND l.is_in_run AND l.line_number BETWEEN %(first)s AND %(last)s
)
"""
"""By key (OFFSET 0 keeps it so): a file costs what its lines cost, however many accounts and answers the province has."""

PROBLEMS = f"""
WITH {_OURS}, judged AS (
    SELECT s.source_row, s.line_number,
           CASE WHEN s.problem <> '' THEN s.problem
                WHEN o.id IS NULL THEN 'LINE_UNKNOWN'
                WHEN o.amount_fen <> s.amount_fen THEN 'AMOUNT_DIFFERS'
                WHEN s.account_number <> '' AND s.account_number <> o.account_number THEN 'ACCOUNT_DIFFERS'
                WHEN o.former = 'returned' AND s.state <> 'returned' THEN 'OVERTURNS_RETURN'
                WHEN o.former = 'paid' AND s.state = 'unknown' THEN 'OVERTURNS_PAID'
                WHEN count(*) OVER same > 1 AND min(s.state) OVER same <> max(s.state) OVER same THEN 'CONTRADICTS_ITSELF'
           END AS problem,
           coalesce(o.amount_fen::text, '') AS ours, concat_ws(' ', s.amount_fen, s.state) AS theirs
    FROM staged s LEFT JOIN ours o ON o.line_number = s.line_number
    WINDOW same AS (PARTITION BY s.line_number))
SELECT source_row, line_number, problem, ours, theirs FROM judged WHERE problem IS NOT NULL
ORDER BY source_row LIMIT %(shown)s
"""
"""A return line may not turn into a paid one by a file: the money may have gone out again meanwhile."""

COUNTS = """
SELECT count(*) FILTER (WHERE state = 'paid')::int, count(*) FILTER (WHERE state = 'returned')::int,
       count(*) FILTER (WHERE state = 'unknown')::int
FROM (SELECT DISTINCT line_number, state FROM staged) AS answers
"""

OVERTURN = f"""
WITH {_OURS}
SELECT o.id AS line_id, o.amount_fen, s.state, s.reason, o.outcome_id, o.former,
       (row_number() OVER (ORDER BY s.state, o.line_number) - 1) / %(part_size)s AS part
FROM (SELECT DISTINCT ON (line_number) * FROM staged ORDER BY line_number, source_row) s
JOIN ours o ON o.line_number = s.line_number WHERE o.former IS DISTINCT FROM s.state
"""

END_FORMER = """
UPDATE payments_paymentoutcome p SET is_last = false FROM fresh f WHERE p.id = f.outcome_id
"""

BOOK_OUTCOMES = f"""
INSERT INTO payments_paymentoutcome (id, line_id, state, bank_reason, answered_on, bank_return_id, contradicts_id, is_last)
SELECT {numbered_keys()}, f.line_id, f.state, f.reason, %(today)s, %(return)s,
       CASE WHEN f.former = 'paid' THEN f.outcome_id END, true
FROM fresh f
"""

RETURN_LINES = """
UPDATE payments_paymentline l SET is_live = false FROM fresh f
WHERE f.line_id = l.id AND f.state = 'returned' AND l.is_live
"""

SETTLED = """
SELECT coalesce(sum(amount_fen) FILTER (WHERE state = 'paid'), 0)::bigint,
       coalesce(sum(amount_fen) FILTER (WHERE state = 'returned' AND former = 'paid'), 0)::bigint
FROM fresh
"""

IS_ANSWERED = f"""
WITH {_OURS} SELECT NOT EXISTS (SELECT FROM ours WHERE former IS NULL OR former = 'unknown')
"""
