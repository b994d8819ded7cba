"""Overpaid months and what is offset: months after the right ended, then account and grant in the region's order.

Worked example: died on 2024-04-15 and paid until 2024-09 gives 5 months; of 2400.00 overpaid, 800.00 come from the
account, 1000.00 from the funeral grant, and a claim of 600.00 remains. Months are indexes, money is fen.
"""

from __future__ import annotations

from jubao.kernel.citation import Citation
from jubao.rules.registry import FEN, MONTH_INDEX, MONTHS, rule
from jubao.rules.vocabulary import Value, at_least, at_most, not_, when

STATE_COUNCIL = Citation("guofa-2014-8", "七")
CHISONG_56_28 = Citation("chisongzhengbanfa-2020-56", "第二十八条")
CHISONG_56_29 = Citation("chisongzhengbanfa-2020-56", "第二十九条")


@rule(id="recovery.last_due_month", unit=MONTH_INDEX, source=[STATE_COUNCIL])
def last_due_month(loss_month: Value) -> Value:
    """The last month still due: the month in which the person died or the right ended."""
    return loss_month


@rule(id="recovery.overpaid_months", unit=MONTHS, source=[STATE_COUNCIL])
def overpaid_months(last_due_month: Value, paid_until_month: Value) -> Value:
    """Months paid after the last due one, both ends counted; by the month the money is for, not when it was paid."""
    return at_least(paid_until_month - last_due_month, 0)


@rule(id="recovery.overlap_months", unit=MONTHS, source=[CHISONG_56_28])
def overlap_months(
    first_from_month: Value, first_until_month: Value, second_from_month: Value, second_until_month: Value
) -> Value:
    """Months in which two benefits were drawn: from the later start to the earlier end, both included."""
    start = at_least(first_from_month, second_from_month)
    end = at_most(first_until_month, second_until_month)
    return at_least(end - start + 1, 0)


@rule(
    id="recovery.duplicate_return", unit=FEN, source=[CHISONG_56_28, Citation("renshebufa-2014-17", "第八条")]
)
def duplicate_return_fen(
    overlap_paid_fen: Value, overlap_account_part_fen: Value, is_account_part_returned: Value
) -> Value:
    """What a person with two pensions gives back: base and supplements; the account part is own money."""
    return when(
        (is_account_part_returned, overlap_paid_fen), otherwise=overlap_paid_fen - overlap_account_part_fen
    )


@rule(id="recovery.offset_from_account", unit=FEN, source=[CHISONG_56_28, CHISONG_56_29])
def offset_from_account_fen(
    overpaid_fen: Value,
    account_balance_fen: Value,
    funeral_grant_due_fen: Value,
    is_offset_from_account: Value,
    is_offset_from_grant: Value,
    is_account_offset_first: Value,
) -> Value:
    """The part taken from the personal account, in the order the region's text names."""
    grant_first = when((is_offset_from_grant, at_most(funeral_grant_due_fen, overpaid_fen)), otherwise=0)
    asked = when((is_account_offset_first, overpaid_fen), otherwise=overpaid_fen - grant_first)
    return when((is_offset_from_account, at_most(account_balance_fen, asked)), otherwise=0)


@rule(id="recovery.offset_from_grant", unit=FEN, source=[CHISONG_56_29])
def offset_from_grant_fen(
    overpaid_fen: Value,
    account_balance_fen: Value,
    funeral_grant_due_fen: Value,
    is_offset_from_account: Value,
    is_offset_from_grant: Value,
    is_account_offset_first: Value,
) -> Value:
    """The part taken from the funeral grant of the dead; a living person's grant is never touched (amount 0)."""
    account_first = when((is_offset_from_account, at_most(account_balance_fen, overpaid_fen)), otherwise=0)
    asked = when((is_account_offset_first, overpaid_fen - account_first), otherwise=overpaid_fen)
    return when((is_offset_from_grant, at_most(funeral_grant_due_fen, asked)), otherwise=0)


@rule(id="recovery.claim", unit=FEN, source=[CHISONG_56_29])
def recovery_claim_fen(
    overpaid_fen: Value, offset_from_account_fen: Value, offset_from_grant_fen: Value
) -> Value:
    """What is still open after the offset and goes into the notice."""
    return overpaid_fen - offset_from_account_fen - offset_from_grant_fen


@rule(id="recovery.account_paid_out", unit=FEN, source=[CHISONG_56_28])
def account_paid_out_fen(account_balance_fen: Value, offset_from_account_fen: Value) -> Value:
    """What is left of the account and is paid to the person, the payee or the heirs."""
    return account_balance_fen - offset_from_account_fen


@rule(id="recovery.grant_paid_out", unit=FEN, source=[CHISONG_56_29])
def grant_paid_out_fen(
    funeral_grant_due_fen: Value, offset_from_grant_fen: Value, is_grant_withheld: Value
) -> Value:
    """What is left of the grant and is paid; nothing while it is withheld."""
    return when((not_(is_grant_withheld), funeral_grant_due_fen - offset_from_grant_fen), otherwise=0)
