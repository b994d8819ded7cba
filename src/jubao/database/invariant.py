"""An invariant as two SQL texts: how many rows were looked at, and each row that breaks it.

Worked example: `Invariant("M1", "每笔转账为正整数分", "SELECT count(*) FROM ledger_transfer", "SELECT 'ledger_transfer',
id::text, 'amount_fen ' || amount_fen FROM ledger_transfer WHERE amount_fen <= 0")`; `jubao selfaudit` prints one line.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Invariant:
    """`checked` gives one number; `violations` one row (table, row id, what is wrong) for each violation."""

    id: str
    title: str
    checked: str
    violations: str


@dataclass(frozen=True)
class Violation:
    """One broken invariant: where, which row, what."""

    invariant: str
    table: str
    row: str
    what: str
