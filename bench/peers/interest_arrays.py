"""A year's interest from arrays in memory: our kernel with the rules as formula, or numpy's bincount.

    python -m bench.peers.interest_arrays floor 1000000
    python -m bench.peers.interest_arrays rules 1000000

Twelve postings for each account in random account order; one in three accounts is paid out, the others pay in.
"""

from __future__ import annotations

import json
import sys
import time
from typing import Any

import numpy as np

YEAR, RATE_PPM, MONTHS = 2025, 15_000, 12
UNIT = 12_000_000


def arrays(accounts: int) -> tuple[Any, Any, Any, Any, Any]:
    """Opening balances; account, month, payment mark and fen of every posting. The same in every run."""
    random = np.random.default_rng(7)
    account = np.concatenate([random.permutation(accounts).astype(np.int32) for _ in range(MONTHS)])
    month = np.repeat(np.arange(1, MONTHS + 1, dtype=np.int8), accounts)
    amount = random.integers(0, 50_000, accounts * MONTHS).astype(np.int64)
    opening = random.integers(10_000, 6_000_000, accounts).astype(np.int64)
    return opening, account, month, account % 3 == 0, amount


def by_bincount(opening: Any, account: Any, month: Any, is_payment: Any, amount: Any) -> tuple[Any, Any]:
    """Two bincounts and the formula: as little as the answer needs."""
    months = np.where(is_payment, month.astype(np.int64) - 13, 12 - month.astype(np.int64))
    weight = np.bincount(account, weights=amount * months, minlength=len(opening)).astype(np.int64)
    net = np.bincount(account, weights=np.where(is_payment, -amount, amount), minlength=len(opening)).astype(
        np.int64
    )
    interest = (2 * (opening * 12 + weight) * RATE_PPM + UNIT) // (2 * UNIT)
    return interest, opening + net + interest


def by_rules(opening: Any, account: Any, month: Any, is_payment: Any, amount: Any) -> tuple[Any, Any]:
    """The kernel that sums, the rules that settle."""
    from jubao.matching.batch_interest import interest_terms, settle_arrays
    from jubao.policy import load_pack

    terms = interest_terms(load_pack("500110"), YEAR, None, RATE_PPM)
    answer = settle_arrays(opening, account, month, is_payment, amount, terms)
    return answer["interest_fen"], answer["closing_balance_fen"]


def main(way: str, accounts: int) -> None:
    """Make the arrays, then time one way."""
    given = arrays(accounts)
    if way == "rules":
        # Loading the pack and the engine belongs to the start of a process, not to the work.
        by_rules(*(each[:12] if index else each for index, each in enumerate(arrays(1))))
    started = time.perf_counter()
    interest, closing = (by_bincount if way == "floor" else by_rules)(*given)
    seconds = time.perf_counter() - started
    print(json.dumps({"seconds": seconds, "found": [int(interest.sum()), int(closing.sum()), len(interest)]}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
