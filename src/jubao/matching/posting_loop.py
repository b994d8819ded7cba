"""The compiled loop over postings: one pass, the four sums of an account side by side in memory.

Worked example: 120 million postings of 10 million accounts in random order take about as long as one `bincount` of numpy,
because each posting touches one line of the cache instead of four. Compiled by numba (extra `[fast]`), kept on disk.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit


@njit(cache=True, nogil=True)
def _add(account, booked_month, is_payment, amount_fen, factors, counts, table):  # type: ignore[no-untyped-def]
    for i in range(account.size):
        kind = 1 if is_payment[i] else 0
        month = booked_month[i]
        money = amount_fen[i] * counts[kind, month]
        row = account[i]
        table[row, kind] += money
        table[row, 2 + kind] += money * factors[kind, month]


def add_postings(
    account: np.ndarray[Any, Any],
    booked_month: np.ndarray[Any, Any],
    is_payment: np.ndarray[Any, Any],
    amount_fen: np.ndarray[Any, Any],
    accounts: int,
    factors: np.ndarray[Any, Any],
    counts: np.ndarray[Any, Any],
) -> np.ndarray[Any, Any]:
    """A table of one row per account: credits, payments, credit months, payment months. Indexes must be in range."""
    if len(account) and (int(account.min()) < 0 or int(account.max()) >= accounts):
        raise IndexError("a posting names an account that does not exist")
    table = np.zeros((accounts, 4), np.int64)
    _add(account, booked_month, is_payment, amount_fen, factors, counts, table)
    return table
