"""One digest over all lines of a run with the accounts they go to: what is handed in, approved, sent and made again.

Worked example: the lines of a village, in order of their numbers, give one SHA-256; those of all villages, in order of
their paths, the digest of the run. A fen, a name or an account number changed afterwards gives another digest.
"""

from __future__ import annotations

from dataclasses import dataclass

from jubao.payments.models import PaymentRun
from jubao.services.payments.pieces import one_row

_DIGEST = """
SELECT coalesce(encode(sha256(convert_to(string_agg(village.path || digest, '' ORDER BY village.path), 'UTF8')), 'hex'), ''),
       coalesce(sum(lines), 0)::bigint, coalesce(sum(fen), 0)::bigint
FROM (
    SELECT path, encode(sha256(convert_to(string_agg(text, E'\\n' ORDER BY line_number), 'UTF8')), 'hex') AS digest,
           count(*) AS lines, sum(amount_fen) AS fen
    FROM (
        SELECT l.division_path COLLATE "C" AS path, l.line_number, l.amount_fen,
               concat_ws('|', l.line_number, l.enrolment_id, l.benefit_month, l.kind, l.cause, l.determination_id,
                         l.base_pension_fen, l.account_pension_fen, l.years_pension_fen, l.only_child_supplement_fen,
                         l.age_supplement_fen, l.other_fen, l.amount_fen, l.repays_id, nullif(l.deducted_fen, 0), a.id,
                         a.account_number, a.holder_name, a.bank_name) AS text
        FROM payments_paymentline l JOIN people_payoutaccount a ON a.id = l.payout_account_id
        WHERE l.run_id = %(run)s AND l.is_in_run) AS line
    GROUP BY path) AS village
"""


@dataclass(frozen=True)
class LinesDigest:
    """Digest, count and sum of the lines of a run."""

    digest: str
    line_count: int
    total_fen: int


def digest_of_lines(run: PaymentRun) -> LinesDigest:
    """Computed from the lines as they stand now."""
    digest, count, total = one_row(_DIGEST, {"run": run.id})
    return LinesDigest(str(digest), int(count), int(total))
