"""The floor of the comparison: scan the same files and make one int64 join, nothing cleaned, checked or written.

python -m bench.peers.compare_floor /tmp/jubao-bench/1m/500110
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import duckdb

from bench.peers.semantics import AS_OF, FEEDS, Feed, feed_path


def condition(feed: Feed) -> str:
    """The part of the work that the file format does for free."""
    if feed.counts_from:
        return f"event_on BETWEEN DATE '{feed.counts_from}' AND DATE '{AS_OF}'"
    return f"event_on <= DATE '{AS_OF}'"


def main(folder: Path) -> None:
    """Join all feeds with the roster on the first seventeen digits."""
    con = duckdb.connect()
    con.execute("SET threads = 2")
    con.execute("SET preserve_insertion_order = false")
    key = "TRY_CAST(left(id_number, 17) AS BIGINT)"
    con.execute(
        f"CREATE TABLE r AS SELECT row_number() OVER () AS pid, {key} AS k FROM '{folder / 'roster.parquet'}'"
    )
    parts = (f"SELECT {key} AS k FROM '{feed_path(folder, feed)}' WHERE {condition(feed)}" for feed in FEEDS)
    links = con.execute(
        f"SELECT count(*), sum(pid) FROM ({' UNION ALL '.join(parts)}) f JOIN r USING (k)"
    ).fetchone()
    print(json.dumps({"links": links[0] if links else 0}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
