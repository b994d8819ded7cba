"""Triggers of the ledger: where money may go, what a reversal or an answer must equal, and the balances they keep.

Worked example: one INSERT of 500 000 transfers fires each trigger once; the balance of every personal part touched is
raised or lowered by its net amount, and a part that would fall below what is reserved breaks `balance_not_negative` (M5).

That accounts and the transfers named exist is checked here for all rows at once, and no foreign key checks it again row by
row: what exists can never cease to, for both tables refuse DELETE, TRUNCATE and a new key (ADR 0027).

The queries run by EXECUTE: a plan made for one row and kept for the session would be used for half a million. Balances
are locked in the order of their accounts, so that two postings never wait for each other: a few rows by an ordered
lock, many by an update that looks them up one after the other in that order, however large the table is.
"""

from __future__ import annotations

import pgtrigger

from jubao.ledger.moves import LEAVING, personal_sql, values_sql

BULK = 1000
"""Rows of one statement from which the balances are updated in order without a lock before."""

_MOVES = f"""
    SELECT m.code || ' ' || coalesce(m.leaving, 'no account') || ' -> ' || coalesce(m.entering, 'no account')
           || CASE WHEN m.same THEN '' ELSE ' (two districts)' END
    FROM (SELECT DISTINCT n.code, d.kind AS leaving, c.kind AS entering, n.back,
                 coalesce(d.district_code = c.district_code, true) AS same
          FROM (SELECT DISTINCT code, debit_account_id, credit_account_id, reverses_id IS NOT NULL AS back
                FROM changed_rows) AS n
          LEFT JOIN ledger_account AS d ON d.id = n.debit_account_id
          LEFT JOIN ledger_account AS c ON c.id = n.credit_account_id) AS m
    WHERE m.leaving IS NULL OR m.entering IS NULL OR NOT m.same
       OR (m.code, CASE WHEN m.back THEN m.entering ELSE m.leaving END,
           CASE WHEN m.back THEN m.leaving ELSE m.entering END) NOT IN (VALUES {values_sql()})
    LIMIT 1
"""

_CASES = " OR ".join(
    f"(n.code = '{code}' AND k.kind IN ({', '.join(repr(kind) for kind in kinds)}))"
    for code, kinds in LEAVING.items()
)
_LEAVING = f"""
    SELECT n.code || ' of case ' || coalesce(n.case_id::text, '-')
    FROM (SELECT DISTINCT code, case_id FROM changed_rows
          WHERE code IN ({", ".join(repr(code) for code in LEAVING)}) AND reverses_id IS NULL) AS n
    LEFT JOIN cases_case AS k ON k.id = n.case_id
    WHERE k.id IS NULL OR NOT ({_CASES})
    LIMIT 1
"""

_SAME = "n.amount_fen = o.amount_fen AND n.code = o.code"
_REVERSALS = f"""
    SELECT n.id::text FROM changed_rows AS n LEFT JOIN ledger_transfer AS o ON o.id = n.reverses_id
    WHERE n.reverses_id IS NOT NULL
      AND ({_SAME} AND n.debit_account_id = o.credit_account_id AND n.credit_account_id = o.debit_account_id
           AND n.phase = 'posted' AND o.phase IN ('posted', 'post') AND o.reverses_id IS NULL) IS NOT TRUE
    LIMIT 1
"""
_ANSWERS = f"""
    SELECT n.id::text FROM changed_rows AS n LEFT JOIN ledger_transfer AS o ON o.id = n.resolves_id
    WHERE n.resolves_id IS NOT NULL
      AND ({_SAME} AND n.debit_account_id = o.debit_account_id AND n.credit_account_id = o.credit_account_id
           AND o.phase = 'pending') IS NOT TRUE
    LIMIT 1
"""

_NET = """
    SELECT account_id, sum(balance)::bigint AS balance, sum(pending)::bigint AS pending
    FROM (SELECT debit_account_id AS account_id,
                 CASE WHEN phase IN ('posted', 'post') THEN -amount_fen ELSE 0 END AS balance,
                 CASE phase WHEN 'pending' THEN amount_fen WHEN 'posted' THEN 0 ELSE -amount_fen END AS pending
          FROM changed_rows
          UNION ALL
          SELECT credit_account_id, amount_fen, 0 FROM changed_rows WHERE phase IN ('posted', 'post')) AS moved
    GROUP BY account_id
"""
_LOCK = f"""
    SELECT count(*) FROM (SELECT 1 FROM ledger_balance AS b JOIN ({_NET}) AS n ON n.account_id = b.account_id
                          ORDER BY b.account_id FOR NO KEY UPDATE OF b) AS locked
"""
_KEEP = f"""
    UPDATE ledger_balance AS b
    SET balance_fen = b.balance_fen + n.balance, pending_fen = b.pending_fen + n.pending
    FROM (SELECT * FROM ({_NET}) AS net ORDER BY account_id OFFSET 0) AS n WHERE b.account_id = n.account_id
"""
_KINDS = f"""
    SELECT coalesce(bool_or(code IN ({", ".join(repr(code) for code in LEAVING)}) AND reverses_id IS NULL), false),
           coalesce(bool_or(reverses_id IS NOT NULL), false), coalesce(bool_or(resolves_id IS NOT NULL), false)
    FROM changed_rows
"""


def _refuse(code: str, query: str) -> str:
    return f"""
        EXECUTE $query${query}$query$ INTO wrong;
        IF wrong IS NOT NULL THEN RAISE EXCEPTION '{code}: %', wrong; END IF;
    """


def _inserted(name: str, func: str, declare: list[tuple[str, str]]) -> pgtrigger.Trigger:
    return pgtrigger.Trigger(
        name=name,
        level=pgtrigger.Statement,
        when=pgtrigger.After,
        operation=pgtrigger.Insert,
        referencing=pgtrigger.Referencing(new="changed_rows"),
        declare=declare,
        func=func + "\nRETURN NULL;",
    )


_FORMER_SETTINGS = [
    (f"former_{name}", f"text := current_setting('enable_{name}')")
    for name in ("nestloop", "hashjoin", "mergejoin")
]


def _planned(nestloop: str, hashjoin: str, mergejoin: str) -> str:
    settings = {"nestloop": nestloop, "hashjoin": hashjoin, "mergejoin": mergejoin}
    return "PERFORM " + ", ".join(
        f"set_config('enable_{name}', {value}, true)" for name, value in settings.items()
    )


_LOOK_UP = _planned("'on'", "'off'", "'off'") + ";"
"""By key, row by row and in the order given: the cost follows the rows of the statement and not those of the table."""
_AS_BEFORE = _planned("former_nestloop", "former_hashjoin", "former_mergejoin") + ";"


def transfer_guards() -> list[pgtrigger.Trigger]:
    """The triggers of `Transfer`: by their names the checks come before the balances, which the owner writes."""
    checks = f"""
        EXECUTE $query${_KINDS}$query$ INTO leaves, reverses, answers;
        {_planned("'on'", "former_hashjoin", "former_mergejoin")};
        {_refuse("LEDGER_MOVE", _MOVES)}
        IF leaves THEN {_refuse("LEDGER_LEAVING", _LEAVING)} END IF;
        IF reverses THEN {_refuse("LEDGER_REVERSAL", _REVERSALS)} END IF;
        IF answers THEN {_refuse("LEDGER_ANSWER", _ANSWERS)} END IF;
        {_AS_BEFORE}
    """
    keep = f"""
        {_LOOK_UP}
        IF (SELECT count(*) FROM (SELECT 1 FROM changed_rows LIMIT {BULK}) AS few) < {BULK} THEN
            EXECUTE $query${_LOCK}$query$;
        END IF;
        EXECUTE $query${_KEEP}$query$;
        {_AS_BEFORE}
    """
    found = [("wrong", "text"), ("leaves", "boolean"), ("reverses", "boolean"), ("answers", "boolean")]
    return [
        _inserted("guard_transfer", checks, [*found, *_FORMER_SETTINGS]),
        _inserted("project_transfer_balance", keep, _FORMER_SETTINGS),
    ]


def account_guards() -> list[pgtrigger.Trigger]:
    """A personal part has its balance of 0 from the moment it exists (SS-03-2-2g)."""
    opened = f"""
        INSERT INTO ledger_balance (account_id, balance_fen, pending_fen)
        SELECT id, 0, 0 FROM changed_rows WHERE kind IN ({personal_sql()});
    """
    return [_inserted("project_account_balance", opened, [])]
