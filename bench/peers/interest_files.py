"""A year's interest from accounts and postings in Parquet into Parquet by others: SQL by hand, pandas, plain Python.

    python -m bench.peers.interest_files duckdb accounts.parquet postings.parquet out.parquet

Year 2025, rate 1.5 %, twelve months counted; one rounding per account, half up to the fen.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

YEAR, RATE_PPM = 2025, 15_000
OUT_OF = ("pension_payment", "refund", "transfer_out", "offset")
UNIT = 12_000_000


def by_duckdb(accounts: str, postings: str, out: str) -> None:
    """One statement: group, join, formula."""
    import duckdb

    con = duckdb.connect()
    con.execute("SET threads = 2")
    kinds = ", ".join(f"'{kind}'" for kind in OUT_OF)
    con.execute(
        f"""COPY (
          SELECT personal_number, opening_balance, (credits / 100)::DECIMAL(18, 2) AS credits,
            (payments / 100)::DECIMAL(18, 2) AS payments, (interest / 100)::DECIMAL(18, 2) AS interest,
            ((fen + credits - payments + interest) / 100)::DECIMAL(18, 2) AS closing_balance
          FROM (SELECT *, (2 * (fen * 12 + weight) * {RATE_PPM} + {UNIT}) // {2 * UNIT} AS interest
            FROM (SELECT a.personal_number, opening_balance, (opening_balance * 100)::BIGINT AS fen,
                coalesce(credits, 0)::BIGINT AS credits, coalesce(payments, 0)::BIGINT AS payments,
                coalesce(weight, 0)::BIGINT AS weight
              FROM '{accounts}' a LEFT JOIN (
                SELECT personal_number, sum(CASE WHEN paid THEN 0 ELSE cents END) AS credits,
                  sum(CASE WHEN paid THEN cents ELSE 0 END) AS payments,
                  sum(CASE WHEN paid THEN cents * (m - 13) ELSE cents * (12 - m) END) AS weight
                FROM (SELECT personal_number, kind IN ({kinds}) AS paid, (amount * 100)::BIGINT AS cents,
                    month(booked_on) AS m FROM '{postings}' WHERE year(booked_on) = {YEAR})
                GROUP BY personal_number) p USING (personal_number))))
        TO '{out}' (FORMAT parquet)"""
    )


def by_pandas(accounts: str, postings: str, out: str) -> None:
    """A group-by over the numbers of the accounts."""
    import numpy as np
    import pandas as pd

    def fen(column: Any) -> Any:
        return (column.astype("float64") * 100).round().astype("int64").to_numpy()

    people = pd.read_parquet(accounts, dtype_backend="pyarrow")
    rows = pd.read_parquet(postings, dtype_backend="pyarrow")
    day = pd.to_datetime(rows["booked_on"])
    rows = rows[(day.dt.year == YEAR).to_numpy(dtype=bool)]
    month = day[day.dt.year == YEAR].dt.month.to_numpy()
    paid = rows["kind"].astype("string[python]").isin(OUT_OF).to_numpy()
    cents = fen(rows["amount"])
    sums = pd.DataFrame(
        {
            "personal_number": rows["personal_number"],
            "credits": np.where(paid, 0, cents),
            "payments": np.where(paid, cents, 0),
            "weight": np.where(paid, cents * (month - 13), cents * (12 - month)),
        }
    )
    total = sums.groupby("personal_number", sort=False).sum()
    joined = people.join(total, on="personal_number")
    opening = fen(joined["opening_balance"])
    credits, payments, weight = (joined[name].fillna(0).astype("int64").to_numpy() for name in total.columns)
    interest = (2 * (opening * 12 + weight) * RATE_PPM + UNIT) // (2 * UNIT)
    for name, values in (("credits", credits), ("payments", payments), ("interest", interest)):
        people[name] = values / 100
    people["closing_balance"] = (opening + credits - payments + interest) / 100
    people.to_parquet(out)


def by_python(accounts: str, postings: str, out: str) -> None:
    """A dictionary of sums."""
    sums: dict[str, list[int]] = {}
    for batch in pq.ParquetFile(postings).iter_batches():
        for row in batch.to_pylist():
            if row["booked_on"].year != YEAR:
                continue
            cents, month = int(row["amount"] * 100), row["booked_on"].month
            has = sums.setdefault(row["personal_number"], [0, 0, 0])
            if row["kind"] in OUT_OF:
                has[1] += cents
                has[2] += cents * (month - 13)
            else:
                has[0] += cents
                has[2] += cents * (12 - month)
    rows = []
    for batch in pq.ParquetFile(accounts).iter_batches():
        for row in batch.to_pylist():
            credits, payments, weight = sums.get(row["personal_number"], (0, 0, 0))
            opening = int(row["opening_balance"] * 100)
            interest = (2 * (opening * 12 + weight) * RATE_PPM + UNIT) // (2 * UNIT)
            row |= {"credits": credits / 100, "payments": payments / 100, "interest": interest / 100}
            row["closing_balance"] = (opening + credits - payments + interest) / 100
            rows.append(row)
    pq.write_table(pa.Table.from_pylist(rows), out)


def found(out: Path) -> dict[str, int]:
    """Accounts and the sums of interest and closing balances in fen, read back from the file."""
    table = pq.read_table(out, columns=["interest", "closing_balance"])
    fen = {
        name: round((pc.sum(pc.cast(table[name], pa.float64())).as_py() or 0) * 100)
        for name in table.column_names
    }
    return {"accounts": table.num_rows, **fen}


def main(way: str, accounts: str, postings: str, out: str) -> None:
    """Write the file, then say what is in it."""
    {"duckdb": by_duckdb, "pandas": by_pandas, "plain": by_python}[way](accounts, postings, out)
    print(json.dumps(found(Path(out))))


if __name__ == "__main__":
    main(*sys.argv[1:5])
