"""What is in a database: in one line, to notice that a death left something else; in words, to name what differs; audited.

Worked example: `watched(dsn)` gives a function that reads, on a connection of its own, what is committed at this moment: the
same line as before as long as nothing was committed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg

NAMED = {
    "money": "SELECT code, phase, count(*), sum(amount_fen) FROM ledger_transfer GROUP BY 1, 2 ORDER BY 1, 2",
    "balances": "SELECT sum(balance_fen) AS balance, sum(pending_fen) AS pending FROM ledger_balance",
    "cases": "SELECT kind, state, version, is_open, count(*) FROM cases_case GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4",
    "runs": "SELECT state, line_count, total_fen FROM payments_paymentrun ORDER BY 1, 2, 3",
    "statuses": "SELECT kind, from_month, until_month, count(*) FROM benefits_paymentstatus"
    " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3",
    "lines": "SELECT kind, is_live, count(*), sum(amount_fen) FROM payments_paymentline GROUP BY 1, 2 ORDER BY 1, 2",
}
TABLES = "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = 'public'::regnamespace ORDER BY 1"
LOCKED_FOR = "30s"
"""A command that locks a whole table against readers would be waited for forever: it waits for the reader."""


def state() -> dict[str, Any]:
    """Without keys and times: rows per table, money by code and phase, states of cases and runs."""
    from django.db import connection

    from jubao.services.oversight.commitments import audited_tables, row_count

    found: dict[str, Any] = {table: row_count(table) for table in audited_tables()}
    with connection.cursor() as cursor:
        for name, sql in NAMED.items():
            cursor.execute(sql)
            found[name] = [[str(value) for value in row] for row in cursor.fetchall()]
    return found


@contextmanager
def watched(dsn: str) -> Iterator[Callable[[], str]]:
    """Reads one line that two databases share when they hold the same rows (of every table), sums and states."""
    with psycopg.connect(dsn, autocommit=True) as reader:
        reader.execute(f"SET lock_timeout = '{LOCKED_FOR}'")
        tables = [name for (name,) in reader.execute(TABLES).fetchall()]
        counts = " UNION ALL ".join(
            f"SELECT '{name} ' || count(*) AS held FROM \"{name}\"" for name in tables
        )
        sums = ", ".join(f"(SELECT json_agg(named) FROM ({sql}) AS named)" for sql in NAMED.values())
        statement = (
            f"SELECT json_build_array((SELECT json_agg(held) FROM ({counts}) AS tables), {sums})::text"
        )

        def line() -> str:
            found = reader.execute(statement, prepare=True).fetchone()
            assert found is not None
            return str(found[0])

        yield line


def left_behind(dsn: str) -> str:
    """The line of a database that nobody works in."""
    with watched(dsn) as line:
        return line()


def audited() -> dict[str, Any]:
    """The state and every violation that the self-audit finds."""
    from jubao.services.oversight.selfaudit import run_selfaudit

    lines = run_selfaudit(seals=False)
    broken = [
        f"{one.invariant} {one.table} {one.row} {one.what}" for line in lines for one in line.violations
    ]
    return {"state": state(), "broken": broken}
