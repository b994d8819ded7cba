"""The ledger of one claim: what it gave back to whoever paid wrongly, and what it has got of it since.

Worked example: a claim of 489.06 owes 489.06 from its confirmation on: 435.00 went back to the pension fund and 54.06, the
account part of the three months, to the personal account it came from. 300.00 offset leave 189.06 owed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from django.db import connection

from jubao.database.actor import Actor
from jubao.ledger.balances import fund_balance
from jubao.recovery.models import Claim
from jubao.services.accounts.holders import fund_account_id
from jubao.services.accounts.postings import NewTransfer, post

ACCOUNT_KIND = "recovery_claim"

_PAYERS = """
SELECT t.line_id, t.debit_account_id, sum(t.amount_fen)::bigint
FROM ledger_transfer t JOIN ledger_account a ON a.id = t.debit_account_id
WHERE t.line_id = ANY(%s::uuid[]) AND t.phase IN ('posted', 'post') AND t.reverses_id IS NULL
  AND t.code IN ('base_pension', 'account_pension', 'years_pension', 'only_child_supplement', 'age_supplement')
  AND NOT EXISTS (SELECT 1 FROM ledger_transfer r WHERE r.reverses_id = t.id)
GROUP BY t.line_id, t.debit_account_id, a.enrolment_id
ORDER BY t.line_id, a.enrolment_id IS NOT NULL, t.debit_account_id
"""
"""Who paid each line: the funds first, the person's own account last."""


@dataclass(frozen=True)
class Wrong:
    """One month of a claim: which, of which payment line, how much."""

    benefit_month: int
    line_id: UUID | None
    amount_fen: int


def claim_account(claim: Claim, *, actor: Actor) -> int:
    """The account of the claim; it is named by the case."""
    return fund_account_id(ACCOUNT_KIND, claim.district_code, claim.case_id, actor=actor)


def owed_fen(claim: Claim, *, actor: Actor) -> int:
    """What the ledger says is still owed: the claim's account is overdrawn by it."""
    return -fund_balance(claim_account(claim, actor=actor))


def claim_posted(*, actor: Actor, claim: Claim, months: Sequence[Wrong], today: date) -> None:
    """The claim owes what it gives back to whoever paid; a month without a line goes back to the pension fund."""
    account = claim_account(claim, actor=actor)
    fund = fund_account_id("base_pension_fund", claim.district_code, actor=actor)
    payers = _payers([one.line_id for one in months if one.line_id])
    made = []
    for month in months:
        key = str(month.line_id or month.benefit_month)
        for payer, fen in _shared(month, payers.get(month.line_id, []), fund):
            made.append(
                NewTransfer(
                    uuid5(claim.pk, f"claim:{key}:{payer}"),
                    account,
                    payer,
                    fen,
                    "recovery",
                    today,
                    benefit_month=month.benefit_month,
                    case_id=claim.case_id,
                )
            )
    post(actor=actor, transfers=made)


def _payers(line_ids: Sequence[UUID]) -> dict[UUID | None, list[tuple[int, int]]]:
    found: dict[UUID | None, list[tuple[int, int]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(_PAYERS, [list(line_ids)])
        for line_id, account_id, fen in cursor.fetchall():
            found.setdefault(line_id, []).append((account_id, fen))
    return found


def _shared(month: Wrong, payers: Sequence[tuple[int, int]], fund: int) -> list[tuple[int, int]]:
    """Account and fen of each share of a month; what no payer stands for is the fund's."""
    left, shares = month.amount_fen, {}
    for account, paid in payers:
        if part := min(left, paid):
            shares[account] = part
            left -= part
    if left:
        shares[fund] = shares.get(fund, 0) + left
    return list(shares.items())
