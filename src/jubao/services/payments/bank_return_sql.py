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

_MATCHES = """
    FROM payments_paymentline l
    CROSS JOIN LATERAL (SELECT x.account_number FROM people_payoutaccount x
                        WHERE x.id = l.payout_account_id AND x.bank_name = %(bank)s OFFSET 0) a
    LEFT JOIN LATERAL (SELECT x.id, x.state FROM payments_paymentoutcome x WHERE x.line_id = l.id AND x.is_last OFFSET 0) o
         ON true
    WHERE l.run_id = %(run)s AND l.is_in_run AND l.line_number BETWEEN %(first)s AND %(last)s
"""
"""The lines of a file with what was answered before, by key (OFFSET 0 keeps it so): it costs what the lines looked for cost,
however many accounts and answers the province has."""

MATCHED = f"""
CREATE TEMP TABLE matched ON COMMIT DROP AS
SELECT s.*, ours.* FROM staged s
LEFT JOIN LATERAL (SELECT l.id AS line_id, l.amount_fen AS our_fen, a.account_number AS our_account, o.id AS outcome_id,
                          o.state AS former {_MATCHES} AND l.line_number = s.line_number OFFSET 0) ours ON true
"""
"""One row per answer beside the line it names, looked up once: judged, counted and booked from here. The lines of other banks
between ours are not touched."""

PROBLEMS = """
WITH judged AS (
    SELECT source_row, line_number,
           CASE WHEN problem <> '' THEN problem
                WHEN line_id IS NULL THEN 'LINE_UNKNOWN'
                WHEN our_fen <> amount_fen THEN 'AMOUNT_DIFFERS'
                WHEN account_number <> '' AND account_number <> our_account THEN 'ACCOUNT_DIFFERS'
                WHEN former = 'returned' AND state <> 'returned' THEN 'OVERTURNS_RETURN'
                WHEN former = 'paid' AND state = 'unknown' THEN 'OVERTURNS_PAID'
                WHEN count(*) OVER same > 1 AND min(state) OVER same <> max(state) OVER same THEN 'CONTRADICTS_ITSELF'
           END AS problem,
           coalesce(our_fen::text, '') AS ours, concat_ws(' ', amount_fen, state) AS theirs
    FROM matched WINDOW same AS (PARTITION BY line_number))
SELECT source_row, line_number, problem, ours, theirs FROM judged WHERE problem IS NOT NULL
ORDER BY source_row LIMIT %(shown)s
"""
"""A return line may not turn into a paid one by a file: the money may have gone out again meanwhile."""

COUNTS = """
SELECT count(*) FILTER (WHERE state = 'paid')::int, count(*) FILTER (WHERE state = 'returned')::int,
       count(*) FILTER (WHERE state = 'unknown')::int
FROM (SELECT DISTINCT line_number, state FROM matched) AS answers
"""

OVERTURN = """
SELECT line_id, our_fen AS amount_fen, state, reason, outcome_id, former,
       (row_number() OVER (ORDER BY state, line_number) - 1) / %(part_size)s AS part
FROM (SELECT DISTINCT ON (line_number) * FROM matched ORDER BY line_number, source_row) AS answers
WHERE former IS DISTINCT FROM state
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
SELECT NOT EXISTS (SELECT o.id {_MATCHES} AND (o.id IS NULL OR o.state = 'unknown'))
"""
"""Asked of a file whose answers came in parts; one that answers every line at once needs no look."""
