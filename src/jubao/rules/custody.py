"""Custody and sentences: what is paid, what stands still, from which month (劳社厅函〔2001〕44号, 〔2003〕315号).

Worked example: fixed-term imprisonment from 2024-05 to 2025-01 stops the pension from 2024-06 to 2025-01, nothing
is paid back, and payment resumes in 2025-02 at the amount before the sentence. Which kind of sentence does what
is the pack's table (`custody.table`); the rules only read it. Months are indexes.
"""

from __future__ import annotations

from jubao.kernel.citation import Citation
from jubao.rules.registry import CODE, FEN, MONTH_INDEX, TRUTH, rule
from jubao.rules.vocabulary import Value, all_of, any_of, is_one_of, not_, when

LETTER_44 = Citation("laoshetinghan-2001-44", "全文")
LETTER_315 = Citation("laoshetinghan-2003-315", "全文")


@rule(id="custody.payment_effect", unit=CODE, source=[LETTER_44, LETTER_315])
def custody_payment_effect(
    custody_kind: Value,
    custody_kinds_that_stop: Value,
    custody_kinds_that_suspend: Value,
    custody_kinds_that_continue: Value,
) -> Value:
    """stop, suspend, continue or unknown: what a kind of custody does to the monthly payment.

    A kind that the pack's table does not hold is `unknown` and must be decided by a person.
    """
    return when(
        (is_one_of(custody_kind, custody_kinds_that_stop), "stop"),
        (is_one_of(custody_kind, custody_kinds_that_suspend), "suspend"),
        (is_one_of(custody_kind, custody_kinds_that_continue), "continue"),
        otherwise="unknown",
    )


@rule(id="custody.first_unpaid_month", unit=MONTH_INDEX, source=[LETTER_44, LETTER_315])
def custody_first_unpaid_month(
    custody_kind: Value, custody_from_month: Value, custody_kinds_from_same_month: Value
) -> Value:
    """The first month not paid: the month after custody begins, for a revoked parole that month itself."""
    return when(
        (is_one_of(custody_kind, custody_kinds_from_same_month), custody_from_month),
        otherwise=custody_from_month + 1,
    )


@rule(id="custody.is_month_payable", unit=TRUTH, source=[LETTER_44])
def is_month_payable_in_custody(
    benefit_month: Value,
    custody_payment_effect: Value,
    custody_first_unpaid_month: Value,
    has_custody_ended: Value,
    custody_until_month: Value,
) -> Value:
    """False for the months from the first unpaid one up to and including the month of release."""
    is_inside = all_of(
        benefit_month >= custody_first_unpaid_month,
        any_of(not_(has_custody_ended), benefit_month <= custody_until_month),
    )
    return any_of(custody_payment_effect == "continue", not_(is_inside))


@rule(id="custody.is_back_pay_due", unit=TRUTH, source=[LETTER_44])
def is_custody_back_pay_due(custody_payment_effect: Value, is_acquitted: Value) -> Value:
    """Months missed are paid back only after acquittal (不起诉 counts as such), and only where payment was suspended."""
    return all_of(custody_payment_effect == "suspend", is_acquitted)


@rule(id="custody.is_adjustment_frozen", unit=TRUTH, source=[LETTER_44, LETTER_315])
def is_adjustment_frozen(custody_payment_effect: Value, is_in_custody: Value) -> Value:
    """Nobody serving a sentence takes part in the rises of that time, paid on or not; they are never caught up."""
    return all_of(is_in_custody, custody_payment_effect != "unknown")


@rule(id="custody.inheritable_balance", unit=FEN, source=[LETTER_44, Citation("guofa-2014-8", "五")])
def inheritable_balance(
    account_balance_fen: Value,
    subsidy_part_fen: Value,
    has_died_in_custody: Value,
    is_subsidy_inheritable_in_custody: Value,
) -> Value:
    """What heirs receive: the whole balance; after a death in custody without the subsidy where the pack says so."""
    return when(
        (
            all_of(has_died_in_custody, not_(is_subsidy_inheritable_in_custody)),
            account_balance_fen - subsidy_part_fen,
        ),
        otherwise=account_balance_fen,
    )
