"""How the lists that ours wrote differ from the generator's truth, person by person.

    python -m bench.peers.compare_truth /tmp/jubao-bench/1000000-roster-feeds/500110 OUT

`differ` must be 0. A row without a usable number may only add doubt: such people stand on to_verify with the reason
FUZZY_LINK and are counted apart. `fuzzy_decided` counts fuzzy reasons on eligible or lost and must be 0, too.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb

LISTS = ("eligible", "lost", "to_verify", "not_subject")


def main(folder: Path, out: Path) -> None:
    """Join both by number and list, counting rows."""
    con = duckdb.connect()
    con.execute("SET threads = 2")
    con.execute(
        f"""CREATE TABLE truth AS SELECT id_number, expected_list AS list, count(*) AS n
        FROM '{folder / "truth" / "roster.parquet"}' WHERE expected_list <> 'rejects' GROUP BY ALL"""
    )
    parts = " UNION ALL ".join(
        f"SELECT id_number, '{name}' AS list, contains(reasons, 'FUZZY_LINK') AS is_fuzzy FROM '{out / name}.parquet'"
        for name in LISTS
    )
    con.execute(
        f"CREATE TABLE found AS SELECT id_number, list, bool_or(is_fuzzy) AS is_fuzzy, count(*) AS n FROM ({parts}) GROUP BY ALL"
    )
    con.execute(
        """CREATE TABLE moved AS SELECT id_number, coalesce(f.is_fuzzy, FALSE) AND list = 'to_verify' AS by_fuzzy
        FROM truth t FULL JOIN found f USING (id_number, list) WHERE t.n IS DISTINCT FROM f.n"""
    )
    counts = con.execute(
        """SELECT (SELECT sum(n) FROM found)::BIGINT,
          (SELECT count(DISTINCT id_number) FROM moved WHERE by_fuzzy),
          (SELECT count(DISTINCT id_number) FROM moved WHERE id_number NOT IN (SELECT id_number FROM moved WHERE by_fuzzy)),
          (SELECT count(*) FROM found WHERE is_fuzzy AND list IN ('eligible', 'lost'))"""
    ).fetchone()
    names = ("listed", "to_verify_by_fuzzy", "differ", "fuzzy_decided")
    print(json.dumps(dict(zip(names, counts or (), strict=True))))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
