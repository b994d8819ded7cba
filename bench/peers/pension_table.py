"""Pensions of a table in memory, every step stored: our rules as one query, or SQL written by hand for the same columns.

python -m bench.peers.pension_table rules 1000000
python -m bench.peers.pension_table hand 1000000
python -m bench.peers.pension_table check 100000      # both, and how many rows differ
"""

from __future__ import annotations

import json
import sys
import time

import duckdb

from jubao.kernel.month import Month
from jubao.matching.batch_pension import compute
from jubao.policy import load_pack
from jubao.rules.pension_terms import terms

REGION, MONTH = "500110", Month.parse("2024-03")


def people(con: duckdb.DuckDBPyConnection, rows: int) -> None:
    """Made-up facts of so many people, the same in every run."""
    con.execute(
        f"""CREATE TABLE people AS SELECT i AS source_row, (hash(i) % 9000000)::BIGINT AS account_balance_fen,
        (hash(i + 1) % 300)::BIGINT AS contribution_months,
        CASE WHEN hash(i + 2) % 3 = 0 THEN least(hash(i + 2) % 60, hash(i + 1) % 300)::BIGINT
          ELSE 0::BIGINT END AS make_up_months,
        (hash(i + 1) % 300)::BIGINT AS min_tier_months, hash(i + 3) % 3 = 0 AS is_only_child, TRUE AS has_birth_date,
        (1925 * 12 + hash(i + 4) % 492)::BIGINT AS birth_month, FALSE AS has_given_start_month, 0::BIGINT AS given_start_month
        FROM range({rows}) t(i)"""
    )


def by_hand(con: duckdb.DuckDBPyConnection) -> None:
    """The same columns as the rules give, by somebody who writes SQL and looks nothing up at run time."""
    p = terms(load_pack(REGION), MONTH).arguments
    (first_age, first_add), (second_age, second_add) = p["age_supplement_steps"]
    always = max(p["years_pension_threshold_years_weakness"], p["years_pension_rate_fen_weakness"])
    amounts = max(
        p["base_pension_fen_weakness"], p["payout_divisor_months_weakness"], p["pension_age_years_weakness"]
    )
    con.execute(
        f"""CREATE TABLE by_hand AS SELECT *,
          base_pension + account_pension + years_pension + only_child_supplement + age_supplement AS monthly_pension,
          is_below_age::INT + (NOT has_birth_date AND NOT has_given_start_month)::INT * 2
            + is_older_age_supplement_kept::INT * 256 + (NOT has_birth_date)::INT * 512 AS pension_refusals,
          greatest({amounts}, years_pension_weakness,
            CASE WHEN is_only_child_supplement_concerned THEN {p["only_child_supplement_fen_weakness"]} ELSE 0 END,
            CASE WHEN is_age_supplement_concerned THEN {p["age_supplement_steps_weakness"]} ELSE 0 END) AS weakest_source_rank
        FROM (SELECT *, bonus_years * {p["years_pension_rate_fen"]} AS years_pension,
            age_supplement > 0 AS is_age_supplement_concerned
          FROM (SELECT *, greatest(counted_years - {p["years_pension_threshold_years"]}, 0) AS bonus_years,
              CASE WHEN age_for_supplement_years >= {second_age} THEN {first_add + second_add}
                   WHEN age_for_supplement_years >= {first_age} THEN {first_add} ELSE 0 END AS age_supplement,
              birth_month + 840 <= {p["age_supplement_excludes_age70_by"]}
                AND age_for_supplement_years >= 70 AS is_older_age_supplement_kept,
              CASE WHEN is_years_pension_concerned THEN greatest({always},
                CASE WHEN contribution_months % 12 <> 0 THEN {p["years_pension_counts_partial_year_weakness"]} ELSE 0 END,
                CASE WHEN make_up_months > 0 THEN {p["years_pension_counts_made_up_years_weakness"]} ELSE 0 END)
                ELSE 0 END AS years_pension_weakness
            FROM (SELECT *, {p["base_pension_fen"]}::BIGINT AS base_pension,
                (2 * account_balance_fen + {p["payout_divisor_months"]}) // {2 * p["payout_divisor_months"]} AS account_pension,
                (contribution_months - make_up_months + 11) // 12 AS counted_years,
                (min_tier_months + 11) // 12 AS min_tier_years,
                CASE WHEN is_only_child THEN {p["only_child_supplement_fen"]} ELSE 0 END AS only_child_supplement,
                (benefit_month - birth_month) // 12 AS age_for_supplement_years,
                benefit_month < entitlement_month AS is_below_age,
                contribution_months > {12 * p["years_pension_threshold_years"]} AS is_years_pension_concerned,
                is_only_child AS is_only_child_supplement_concerned
              FROM (SELECT *, pension_age_month + 1 AS entitlement_month, pension_age_month + 1 AS benefit_start_month,
                  {MONTH.index}::BIGINT AS benefit_month
                FROM (SELECT *, birth_month + 720 AS pension_age_month FROM people)))))"""
    )


def main(way: str, rows: int) -> None:
    """Build the people, then time one way."""
    con = duckdb.connect()
    con.execute("SET threads = 2")
    people(con, rows)
    pack = load_pack(REGION)
    started = time.perf_counter()
    if way in ("rules", "check"):
        compute(con, "people", pack, MONTH)
    if way in ("hand", "check"):
        by_hand(con)
    seconds = time.perf_counter() - started
    table = "pensions" if way == "rules" else "by_hand"
    found = con.execute(
        f"SELECT sum(monthly_pension), sum(pension_refusals), sum(weakest_source_rank) FROM {table}"
    ).fetchone()
    result: dict[str, object] = {"seconds": seconds, "found": list(map(int, found or ()))}
    if way == "check":
        names = ", ".join(row[0] for row in con.execute("DESCRIBE pensions").fetchall())
        result["differ"] = con.execute(
            f"SELECT count(*) FROM (SELECT {names} FROM pensions EXCEPT SELECT {names} FROM by_hand)"
        ).fetchone()[0]  # type: ignore[index]
        result["columns"] = len(names.split(", "))
    print(json.dumps(result))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
