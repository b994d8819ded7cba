"""Pensions from a Parquet file into a Parquet file by others: SQL written by hand, pandas, plain Python.

    python -m bench.peers.pension_files duckdb pension.parquet out.parquet

District 500110, month 2024-03. The numbers are typed in, as somebody without a policy pack would.
"""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

MONTH = 2024 * 12 + 2
BASE, DIVISOR, PER_YEAR, THRESHOLD, CHILD = 13500, 139, 200, 15, 1000
KEPT_70_BY = 24239
WORDS = ("seed", "confirmed", "secondary")
OLDER = "AGE_SUPPLEMENT_OLDER_AMOUNT: age_supplement_excludes_age70_by 500110 2024-03"
BELOW = "BELOW_AGE: pension_age_years 500110 2024-03"

_PARTS = r"^([0-9]+)年?(?:([0-9]+)个?月)?$"
SQL = f"""
COPY (SELECT * EXCLUDE (fen, paid, made_up, child, birth, start, age, refused, rank, base, account, years, alone, old),
  CASE WHEN refused IS NULL THEN (base / 100)::DECIMAL(18, 2) END AS base_pension,
  CASE WHEN refused IS NULL THEN (account / 100)::DECIMAL(18, 2) END AS account_pension,
  CASE WHEN refused IS NULL THEN (years / 100)::DECIMAL(18, 2) END AS years_pension,
  CASE WHEN refused IS NULL THEN (alone / 100)::DECIMAL(18, 2) END AS only_child_supplement,
  CASE WHEN refused IS NULL THEN (old / 100)::DECIMAL(18, 2) END AS age_supplement,
  CASE WHEN refused IS NULL THEN ((base + account + years + alone + old) / 100)::DECIMAL(18, 2) END AS monthly_pension,
  CASE WHEN refused IS NULL THEN CASE rank WHEN 1 THEN '{WORDS[1]}' ELSE '{WORDS[2]}' END END AS weakest_source,
  coalesce(refused, '') AS refused_reason
FROM (SELECT *, {BASE} AS base, (2 * fen + {DIVISOR}) // {2 * DIVISOR} AS account,
    greatest((paid - made_up + 11) // 12 - {THRESHOLD}, 0) * {PER_YEAR} AS years,
    CASE WHEN child THEN {CHILD} ELSE 0 END AS alone,
    CASE WHEN age >= 70 THEN 1000 WHEN age >= 65 THEN 500 ELSE 0 END AS old,
    CASE WHEN paid > {THRESHOLD * 12} OR child OR age >= 65 THEN 2 ELSE 1 END AS rank,
    CASE WHEN {MONTH} < birth + 721 THEN '{BELOW}'
         WHEN birth + 840 <= {KEPT_70_BY} AND age >= 70 THEN '{OLDER}' END AS refused
  FROM (SELECT *, ({MONTH} - birth) // 12 AS age
    FROM (SELECT *, (account_balance * 100)::BIGINT AS fen,
        regexp_extract(contribution_years, '{_PARTS}', 1)::BIGINT * 12
          + coalesce(nullif(regexp_extract(contribution_years, '{_PARTS}', 2), '')::BIGINT, 0) AS paid,
        regexp_extract(make_up_years, '{_PARTS}', 1)::BIGINT * 12
          + coalesce(nullif(regexp_extract(make_up_years, '{_PARTS}', 2), '')::BIGINT, 0) AS made_up,
        only_child = '是' AS child, year(birth_date) * 12 + month(birth_date) - 1 AS birth,
        left(benefit_start_month, 4)::INT * 12 + right(benefit_start_month, 2)::INT - 1 AS start
      FROM '{{source}}'))))
TO '{{out}}' (FORMAT parquet)
"""


def by_duckdb(source: str, out: str) -> None:
    """One statement."""
    import duckdb

    con = duckdb.connect()
    con.execute("SET threads = 2")
    con.execute("SET preserve_insertion_order = true")
    con.execute(SQL.format(source=source, out=out))


def by_pandas(source: str, out: str) -> None:
    """Vectorised columns."""
    import numpy as np
    import pandas as pd

    frame = pd.read_parquet(source, dtype_backend="pyarrow")
    fen = (frame["account_balance"].astype("float64") * 100).round().astype("int64").to_numpy()

    def months(column: str) -> Any:
        parts = frame[column].astype("string[python]").astype("category")
        known = parts.cat.categories.to_series().str.extract(_PARTS).fillna("0").astype("int64")
        return (known[0] * 12 + known[1]).to_numpy()[parts.cat.codes.to_numpy()]

    paid, made_up = months("contribution_years"), months("make_up_years")
    child = (frame["only_child"] == "是").to_numpy(dtype=bool)
    birth_date = pd.to_datetime(frame["birth_date"])
    birth = (birth_date.dt.year * 12 + birth_date.dt.month - 1).to_numpy(dtype="int64")
    age = (MONTH - birth) // 12
    account = (2 * fen + DIVISOR) // (2 * DIVISOR)
    years = np.maximum((paid - made_up + 11) // 12 - THRESHOLD, 0) * PER_YEAR
    only = np.where(child, CHILD, 0)
    old = np.select([age >= 70, age >= 65], [1000, 500], 0)
    below = birth + 721 > MONTH
    older = (birth + 840 <= KEPT_70_BY) & (age >= 70)
    refused = np.select([below, older], [BELOW, OLDER], "")
    ok = ~(below | older)
    rank = np.where((paid > THRESHOLD * 12) | child | (age >= 65), WORDS[2], WORDS[1])
    parts = {"base_pension": np.full(len(fen), BASE), "account_pension": account, "years_pension": years}
    parts |= {
        "only_child_supplement": only,
        "age_supplement": old,
        "monthly_pension": BASE + account + years + only + old,
    }
    for name, values in parts.items():
        frame[name] = np.where(ok, values / 100, np.nan)
    frame["weakest_source"] = pd.Series(rank, dtype="object").where(ok)
    frame["refused_reason"] = refused
    frame.to_parquet(out)


def by_python(source: str, out: str) -> None:
    """A loop over rows."""
    pattern = re.compile(_PARTS)

    def months(text: str) -> int:
        found = pattern.match(text)
        return int(found[1]) * 12 + int(found[2] or 0) if found else 0

    writer = None
    for batch in pq.ParquetFile(source).iter_batches():
        rows = batch.to_pylist()
        for row in rows:
            _one(row, months(row["contribution_years"]), months(row["make_up_years"]))
        table = pa.Table.from_pylist(rows)
        writer = writer or pq.ParquetWriter(out, table.schema)
        writer.write_table(table.cast(writer.schema))
    if writer:
        writer.close()


def _one(row: dict[str, Any], paid: int, made_up: int) -> None:
    child = row["only_child"] == "是"
    birth = row["birth_date"].year * 12 + row["birth_date"].month - 1
    age = (MONTH - birth) // 12
    account = (2 * int(row["account_balance"] * 100) + DIVISOR) // (2 * DIVISOR)
    years = max((paid - made_up + 11) // 12 - THRESHOLD, 0) * PER_YEAR
    only, old = CHILD if child else 0, 1000 if age >= 70 else 500 if age >= 65 else 0
    refused = BELOW if birth + 721 > MONTH else OLDER if birth + 840 <= KEPT_70_BY and age >= 70 else ""
    amounts = (BASE, account, years, only, old, BASE + account + years + only + old)
    names = (
        "base_pension",
        "account_pension",
        "years_pension",
        "only_child_supplement",
        "age_supplement",
        "monthly_pension",
    )
    for name, fen in zip(names, amounts, strict=True):
        row[name] = None if refused else fen / 100
    row["weakest_source"] = (
        None if refused else WORDS[2 if paid > THRESHOLD * 12 or child or age >= 65 else 1]
    )
    row["refused_reason"] = refused


def main(way: str, source: str, out: str) -> None:
    """Write the file, then say what is in it."""
    {"duckdb": by_duckdb, "pandas": by_pandas, "plain": by_python}[way](source, out)
    print(json.dumps(found(Path(out))))


def found(out: Path) -> dict[str, int]:
    """Paid people and the sum of their pensions in fen, read back from the file."""
    import pyarrow.compute as pc

    column = pq.read_table(out, columns=["monthly_pension"])["monthly_pension"]
    fen = pc.round(pc.multiply(pc.cast(column, pa.float64()), 100.0))
    return {"computed": len(column) - column.null_count, "sum_fen": int(pc.sum(fen).as_py() or 0)}


if __name__ == "__main__":
    main(*sys.argv[1:4])
