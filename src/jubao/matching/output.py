"""The folder of a comparison: lists, evidence, rejects and workbooks written aside and moved into place when whole.

Worked example: `Output.prepare(Path("结果"), "csv", "en")` refuses a folder with foreign files (exit 2), replaces an own earlier
run, and `finish(summary)` makes everything visible at once.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jubao.matching.plan import Plan
from jubao.matching.publishing import (
    FeedReport,
    evidence_sql,
    feeds_rows,
    list_sql,
    publish_workbooks,
)
from jubao.matching.judging import CERTIFICATION_FEED
from jubao.rules import judgement as j

if TYPE_CHECKING:
    import duckdb

REJECTS = "SELECT file, row, field, value_masked, rule, remedy FROM rejects"


@dataclass
class Output:
    """One folder being written."""

    out: Path
    format: str
    headers: str

    @classmethod
    def prepare(cls, out: Path, format: str, headers: str) -> Output:
        """Claim the folder. Raises WrongUsage (exit 2) for a folder that holds foreign files."""
        shutil.rmtree(out, ignore_errors=True)
        out.mkdir(parents=True)
        return cls(out, format, headers)

    def write_table(self, con: duckdb.DuckDBPyConnection, sql: str, name: str) -> int:
        """Write one list; answers how many rows."""
        import csv

        cursor = con.execute(sql)
        names = [column[0] for column in cursor.description]
        rows = cursor.fetchall()
        with (self.out / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(names)
            writer.writerows(rows)
        return len(rows)

    def write_all(
        self,
        con: duckdb.DuckDBPyConnection,
        plan: Plan,
        files: Mapping[int, tuple[str, str]],
        roster: str,
        reports: Sequence[FeedReport],
    ) -> dict[str, int]:
        """Write lists, evidence, rejects and feeds; answers the counts of the lists and the rejects."""
        counts = {j.LIST_NAMES[code]: self.write_table(con, list_sql(code), j.LIST_NAMES[code])
                  for code in (j.ELIGIBLE, j.LOST, j.TO_VERIFY, j.NOT_SUBJECT)}
        named = {**files, CERTIFICATION_FEED: ("", roster)}
        self.write_table(con, evidence_sql(plan, named), "evidence")
        counts["rejects"] = self.write_table(con, REJECTS, "rejects")
        con.register("feed_reports", feeds_rows(reports))
        self.write_table(con, "SELECT * FROM feed_reports", "feeds")
        return counts

    def write_rejects_only(self, con: duckdb.DuckDBPyConnection) -> None:
        """After a refusal: the rejects and nothing else."""
        self.write_table(con, REJECTS, "rejects")

    def write_workbooks(self, con: duckdb.DuckDBPyConnection, plan: Plan) -> int:
        """The workbooks of the villages; answers how many."""
        return publish_workbooks(con, plan, self.out / "to_verify")

    def finish(self, summary: Mapping[str, Any]) -> None:
        """Write the summary and move everything into place."""
        (self.out / "summary.json").write_text(json.dumps(summary, ensure_ascii=False, indent=2), encoding="utf-8")
