"""What must hold of the ledger and of contributions at any time, as SQL that lists every row that breaks it (M1 to M12).

Worked example: M3 adds up all transfers of every personal part and compares with the projection: 1 000 000 parts in
seconds. `jubao selfaudit` runs each over all rows; nothing is sampled.
"""

from __future__ import annotations

from jubao.database.invariant import Invariant
from jubao.ledger.moves import LEAVING, personal_sql, values_sql

CLEARING_DAYS = 40
"""A bank file or claim older than this whose account is not zero must be explained by an open case (M10)."""

_TRANSFERS = "SELECT count(*) FROM ledger_transfer"
_PERSONAL = personal_sql()
_EFFECTIVE = "t.phase IN ('posted', 'post')"
_SUMS = f"""
    SELECT account_id, sum(balance)::bigint AS balance_fen, sum(pending)::bigint AS pending_fen FROM (
        SELECT credit_account_id AS account_id, amount_fen AS balance, 0 AS pending FROM ledger_transfer AS t WHERE {_EFFECTIVE}
        UNION ALL
        SELECT debit_account_id, CASE WHEN {_EFFECTIVE} THEN -amount_fen ELSE 0 END,
               CASE phase WHEN 'pending' THEN amount_fen WHEN 'posted' THEN 0 ELSE -amount_fen END
        FROM ledger_transfer AS t) AS moved
    GROUP BY account_id
"""
_LEAVING_CASES = " OR ".join(
    f"(t.code = '{code}' AND k.kind IN ({', '.join(repr(kind) for kind in kinds)}))"
    for code, kinds in LEAVING.items()
)

INVARIANTS = (
    Invariant(
        "M1",
        "每笔转账是两个账户之间大于零的整数分",
        _TRANSFERS,
        "SELECT 'ledger_transfer', t.id::text, 'amount_fen ' || t.amount_fen FROM ledger_transfer AS t"
        " WHERE t.amount_fen <= 0 OR t.debit_account_id = t.credit_account_id"
        " UNION ALL SELECT 'ledger_transfer', t.id::text, 'no account ' || t.debit_account_id || ' or ' || t.credit_account_id"
        " FROM ledger_transfer AS t LEFT JOIN ledger_account AS d ON d.id = t.debit_account_id"
        " LEFT JOIN ledger_account AS c ON c.id = t.credit_account_id WHERE d.id IS NULL OR c.id IS NULL"
        " UNION ALL SELECT 'ledger_transfer', t.id::text, 'answer to ' || t.resolves_id || ', which is not its pending transfer'"
        " FROM ledger_transfer AS t LEFT JOIN ledger_transfer AS o ON o.id = t.resolves_id"
        " WHERE t.resolves_id IS NOT NULL AND (o.phase = 'pending' AND o.amount_fen = t.amount_fen AND o.code = t.code"
        " AND o.debit_account_id = t.debit_account_id AND o.credit_account_id = t.credit_account_id) IS NOT TRUE",
    ),
    Invariant(
        "M3",
        "个人账户余额等于全部转账之和",
        "SELECT count(*) FROM ledger_balance",
        f"""
        SELECT 'ledger_balance', a.id::text,
               format('balance %s pending %s, transfers %s pending %s', b.balance_fen, b.pending_fen,
                      coalesce(s.balance_fen, 0), coalesce(s.pending_fen, 0))
        FROM ledger_account AS a
        LEFT JOIN ledger_balance AS b ON b.account_id = a.id
        LEFT JOIN ({_SUMS}) AS s ON s.account_id = a.id
        WHERE a.kind IN ({_PERSONAL})
          AND (b.account_id IS NULL OR b.balance_fen <> coalesce(s.balance_fen, 0)
               OR b.pending_fen <> coalesce(s.pending_fen, 0))
        """,
    ),
    Invariant(
        "M4",
        "每区县的转账不出区县，全部账户之和为零",
        "SELECT count(*) FROM ledger_account",
        "SELECT 'ledger_transfer', t.id::text, d.district_code || ' -> ' || c.district_code FROM ledger_transfer AS t"
        " JOIN ledger_account AS d ON d.id = t.debit_account_id JOIN ledger_account AS c ON c.id = t.credit_account_id"
        " WHERE d.district_code <> c.district_code",
    ),
    Invariant(
        "M5",
        "个人账户不为负，不小于待回盘金额",
        "SELECT count(*) FROM ledger_balance",
        "SELECT 'ledger_balance', account_id::text, format('balance %s pending %s', balance_fen, pending_fen)"
        " FROM ledger_balance WHERE balance_fen < pending_fen OR pending_fen < 0",
    ),
    Invariant(
        "M6",
        "每账户每年只结息一次，利率等于公布的利率，重算以冲正对出现",
        "SELECT count(*) FROM ledger_interestyear",
        """
        SELECT 'ledger_interestyear', y.id::text, 'interest ' || y.interest_fen || ' posted ' || coalesce(p.fen, 0)
        FROM ledger_interestyear AS y
        LEFT JOIN (SELECT t.line_id, sum(CASE WHEN t.reverses_id IS NULL THEN t.amount_fen ELSE -t.amount_fen END) AS fen
                   FROM ledger_transfer AS t WHERE t.code = 'interest' GROUP BY t.line_id) AS p ON p.line_id = y.id
        WHERE coalesce(p.fen, 0) <> CASE WHEN y.is_live THEN y.interest_fen ELSE 0 END
        UNION ALL
        SELECT 'ledger_interestyear', min(y.id::text), format('year %s at %s rates', y.year, count(DISTINCT y.rate_ppm))
        FROM ledger_interestyear AS y JOIN people_enrolment AS e ON e.id = y.enrolment_id
        JOIN ledger_account AS a ON a.enrolment_id = e.id AND a.kind = 'interest'
        WHERE y.is_live AND NOT y.is_provisional
        GROUP BY a.district_code, y.year HAVING count(DISTINCT y.rate_ppm) > 1
        UNION ALL
        SELECT 'ledger_transfer', t.id::text, 'interest without its year' FROM ledger_transfer AS t
        LEFT JOIN ledger_interestyear AS y ON y.id = t.line_id WHERE t.code = 'interest' AND y.id IS NULL
        """,
    ),
    Invariant(
        "M7",
        "每笔缴费与一张税票一一对应，按入库日期记账",
        "SELECT count(*) FROM contributions_contribution",
        """
        SELECT 'contributions_contribution', c.id::text,
               format('amount %s posted %s dates %s', c.amount_fen, coalesce(p.fen, 0), coalesce(p.same, true))
        FROM contributions_contribution AS c
        LEFT JOIN (SELECT t.line_id, sum(CASE WHEN t.reverses_id IS NULL THEN t.amount_fen ELSE -t.amount_fen END) AS fen,
                          bool_and(t.reverses_id IS NOT NULL OR t.value_date = k.treasury_on) AS same
                   FROM ledger_transfer AS t JOIN contributions_contribution AS k ON k.id = t.line_id
                   WHERE t.code IN ('contribution', 'collective_aid', 'sponsorship', 'paid_on_behalf')
                   GROUP BY t.line_id) AS p ON p.line_id = c.id
        WHERE coalesce(p.fen, 0) <> CASE WHEN c.is_live THEN c.amount_fen ELSE 0 END OR NOT coalesce(p.same, true)
        UNION ALL
        SELECT 'ledger_transfer', t.id::text, t.code || ' without a contribution' FROM ledger_transfer AS t
        LEFT JOIN contributions_contribution AS c ON c.id = t.line_id
        WHERE t.code IN ('contribution', 'collective_aid', 'sponsorship', 'paid_on_behalf') AND c.id IS NULL
        """,
    ),
    Invariant(
        "M8",
        "政府补贴等于缴费记录上的补贴；同年同月同档的补贴相同",
        "SELECT count(*) FROM contributions_contribution",
        """
        SELECT 'contributions_contribution', c.id::text, format('subsidy %s posted %s', c.subsidy_fen, coalesce(p.fen, 0))
        FROM contributions_contribution AS c
        LEFT JOIN (SELECT t.line_id, sum(CASE WHEN t.reverses_id IS NULL THEN t.amount_fen ELSE -t.amount_fen END) AS fen
                   FROM ledger_transfer AS t WHERE t.code = 'subsidy' GROUP BY t.line_id) AS p ON p.line_id = c.id
        WHERE coalesce(p.fen, 0) <> CASE WHEN c.is_live THEN coalesce(c.subsidy_fen, 0) ELSE 0 END
        UNION ALL
        SELECT 'contributions_contribution', min(c.id::text),
               format('%s tier %s: %s subsidies', c.year, c.tier_fen, count(DISTINCT c.subsidy_fen))
        FROM contributions_contribution AS c JOIN people_enrolment AS e ON e.id = c.enrolment_id
        WHERE c.is_live AND c.payer = 'own' AND NOT c.is_make_up AND c.subsidy_fen > 0
        GROUP BY split_part(e.division_path, '/', 2), c.year, date_trunc('month', c.treasury_on), c.tier_fen
        HAVING count(DISTINCT c.subsidy_fen) > 1
        """,
    ),
    Invariant(
        "M9",
        "更正是新的转账：写明被更正的一笔、原因和业务件，经办与复核两人",
        "SELECT count(*) FROM ledger_transfer WHERE reverses_id IS NOT NULL",
        """
        SELECT 'ledger_transfer', t.id::text, 'reversal of ' || t.reverses_id FROM ledger_transfer AS t
        LEFT JOIN ledger_transfer AS o ON o.id = t.reverses_id
        LEFT JOIN cases_case AS k ON k.id = t.case_id
        WHERE t.reverses_id IS NOT NULL AND (o.id IS NULL OR t.reason = '' OR t.amount_fen <> o.amount_fen OR t.code <> o.code
           OR t.debit_account_id <> o.credit_account_id OR t.credit_account_id <> o.debit_account_id
           OR (k.id IS NOT NULL AND k.kind = 'ledger_correction'
               AND (k.maker_id IS NULL OR k.checker_id IS NULL OR k.maker_id = k.checker_id)))
        """,
    ),
    Invariant(
        "M10",
        "代发批次清算账户过期后为零",
        "SELECT count(*) FROM ledger_account WHERE kind = 'bank_file'",
        f"""
        SELECT 'ledger_account', a.id::text, format('bank file %s holds %s', a.reference_id, s.balance_fen)
        FROM ledger_account AS a JOIN ({_SUMS}) AS s ON s.account_id = a.id
        WHERE a.kind = 'bank_file' AND s.balance_fen <> 0
          AND (SELECT max(t.recorded_at) FROM ledger_transfer AS t
               WHERE (t.credit_account_id = a.id OR t.debit_account_id = a.id) AND {_EFFECTIVE})
              < statement_timestamp() - interval '{CLEARING_DAYS} days'
        """,
    ),
    Invariant(
        "M11",
        "个人账户资金只因养老金、返还、转出、抵扣离开",
        _TRANSFERS,
        f"""
        SELECT 'ledger_transfer', t.id::text, t.code || ' ' || d.kind || ' -> ' || c.kind FROM ledger_transfer AS t
        JOIN ledger_account AS d ON d.id = t.debit_account_id JOIN ledger_account AS c ON c.id = t.credit_account_id
        WHERE (t.code, CASE WHEN t.reverses_id IS NULL THEN d.kind ELSE c.kind END,
               CASE WHEN t.reverses_id IS NULL THEN c.kind ELSE d.kind END) NOT IN (VALUES {values_sql()})
        UNION ALL
        SELECT 'ledger_transfer', t.id::text, t.code || ' without its case' FROM ledger_transfer AS t
        LEFT JOIN cases_case AS k ON k.id = t.case_id
        WHERE t.code IN ({", ".join(repr(code) for code in LEAVING)}) AND t.reverses_id IS NULL
          AND (k.id IS NULL OR NOT ({_LEAVING_CASES}))
        """,
    ),
)
