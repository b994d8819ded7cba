"""The sums of interest over arrays of postings: credits, payments and both times the months they count, per account.

Worked example: postings (account 0, March, 24000 fen, no payment) and (account 0, June, 10000 fen, payment) up to June
give credits 24000, payments 10000, credit months 72000, payment months 10000.

How many months a posting counts is asked of the rules, once per calendar month. Above a million postings a compiled loop
(extra `[fast]`) reads them once; without numba, numpy's `bincount` does the same in four passes. Both are exact.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from jubao.rules.interest import credit_months, payment_months

COMPILED_FROM = 1_000_000
EXACT_IN_FLOAT = 2**53
NAMES = ("credits_fen", "payments_fen", "credit_fen_months", "payment_fen_months")
Array = np.ndarray[Any, Any]


def month_factors(arguments: Mapping[str, Any]) -> tuple[Array, Array]:
    """Months that count, by (is_payment, booked month), and whether the posting counts at all; row 0 is unused."""
    last = arguments["last_month_counted"]
    factors, counts = np.zeros((2, 13), np.int64), np.zeros((2, 13), np.int64)
    for month in range(1, last + 1):
        factors[0, month] = credit_months(last, month, arguments["credit_counts_booking_month"])
        factors[1, month] = payment_months(last, month)
        counts[:, month] = 1
    return factors, counts


def sum_postings(
    account: Array,
    booked_month: Array,
    is_payment: Array,
    amount_fen: Array,
    accounts: int,
    arguments: Mapping[str, Any],
) -> dict[str, Array]:
    """Four int64 arrays, one value per account. Raises OverflowError where a sum could leave 64 bits."""
    if len(amount_fen) and int(amount_fen.max()) > 2**63 // (12 * max(len(amount_fen), 1)):
        raise OverflowError("amounts too large for exact sums in 64 bits")
    factors, counts = month_factors(arguments)
    if len(account) >= COMPILED_FROM and _has_numba():
        from jubao.matching.posting_loop import add_postings

        table = add_postings(account, booked_month, is_payment, amount_fen, accounts, factors, counts)
        return {name: np.ascontiguousarray(table[:, place]) for place, name in enumerate(NAMES)}
    return _by_bincount(account, booked_month, is_payment, amount_fen, accounts, factors, counts)


def _has_numba() -> bool:
    import importlib.util

    return importlib.util.find_spec("numba") is not None


def _by_bincount(
    account: Array,
    booked_month: Array,
    is_payment: Array,
    amount_fen: Array,
    accounts: int,
    factors: Array,
    counts: Array,
) -> dict[str, Array]:
    found = {}
    kinds = is_payment.astype(np.int8)
    for kind, (amounts, weighted) in enumerate(zip(NAMES[:2], NAMES[2:], strict=True)):
        chosen = kinds == kind
        money, month = amount_fen[chosen] * counts[kind][booked_month[chosen]], booked_month[chosen]
        found[amounts] = _exact(account[chosen], money, accounts)
        found[weighted] = _exact(account[chosen], money * factors[kind][month], accounts)
    return {name: found[name] for name in NAMES}


def _exact(account: Array, values: Array, accounts: int) -> Array:
    """Sums of whole numbers per account: bincount adds floats, exact below 2^53; larger ones go in two halves."""
    if float(np.abs(values).sum(dtype=np.float64)) < EXACT_IN_FLOAT:
        return np.bincount(account, values, accounts).astype(np.int64)
    high, low = np.divmod(values, 1 << 26)
    return (_exact(account, high, accounts) << 26) + np.bincount(account, low, accounts).astype(np.int64)
