"""The folder of a comparison: lists, evidence, rejects and workbooks written aside and moved into place when whole.

Worked example: `with Output(Path("结果"), "csv", "en", aliases) as output: output.write_all(…)` refuses a folder with
foreign files (exit 2), replaces an own earlier run, and shows everything at once when the block ends well; after a
refusal of the input only `rejects` is there.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

from jubao.matching.judging import CERTIFICATION_FEED
from jubao.matching.plan import Plan
from jubao.matching.publishing import FeedReport, evidence_sql, feeds_rows, list_sql, publish_workbooks
from jubao.matching.rejects import named_fields_sql
from jubao.matching.writing import write_table
from jubao.matching.writing_folder import OutDir
from jubao.rules import judgement as j

if TYPE_CHECKING:
    import duckdb

REJECTS = "SELECT file, row, field, value_masked, rule, remedy FROM rejects"
LIST_CODES = (j.ELIGIBLE, j.LOST, j.TO_VERIFY, j.NOT_SUBJECT)


class Output:
    """One folder being written."""

    def __init__(self, out: Path, format: str, headers: str, aliases: Mapping[str, Sequence[str]]) -> None:
        self.format, self.headers, self.aliases = format, headers, aliases
        self.folder = OutDir(out, "compare")

    def __enter__(self) -> Output:
        self.folder.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.folder.__exit__(kind, error, trace)

    def write_table(self, con: duckdb.DuckDBPyConnection, sql: str, name: str) -> int:
        """Write one table; answers how many rows."""
        path = self.folder / f"{name}.{self.format}"
        return write_table(con, sql, path, self.format, self.headers, aliases=self.aliases).rows

    def write_lists(
        self, con: duckdb.DuckDBPyConnection, plan: Plan, files: Mapping[int, tuple[str, str]], roster: str
    ) -> dict[str, int]:
        """Write the lists and the evidence; answers the counts of the lists."""
        counts = {
            j.LIST_NAMES[code]: self.write_table(con, list_sql(code), j.LIST_NAMES[code])
            for code in LIST_CODES
        }
        named = {**files, CERTIFICATION_FEED: ("", roster)}
        self.write_table(con, evidence_sql(plan, named), "evidence")
        return counts

    def write_quality(self, con: duckdb.DuckDBPyConnection, reports: Sequence[FeedReport]) -> int:
        """Write rejects and feeds; answers how many rejects there are."""
        rejects = self.write_table(con, self._rejects, "rejects")
        con.register("feed_reports", feeds_rows(reports))
        self.write_table(con, "SELECT * FROM feed_reports", "feeds")
        return rejects

    def write_rejects_only(self, con: duckdb.DuckDBPyConnection) -> None:
        """After a refusal of the input: the rejects and nothing else."""
        self.write_table(con, self._rejects, "rejects")

    @property
    def _rejects(self) -> str:
        return named_fields_sql(REJECTS, self.headers, self.aliases)

    def write_workbooks(
        self, con: duckdb.DuckDBPyConnection, plan: Plan, to_verify: str = list_sql(j.TO_VERIFY)
    ) -> int:
        """The workbooks of the villages; answers how many."""
        return publish_workbooks(con, plan, self.folder / "to_verify", to_verify)

    def write_summary(self, summary: Mapping[str, Any]) -> None:
        """Write summary.json."""
        text = json.dumps(summary, ensure_ascii=False, indent=2)
        (self.folder / "summary.json").write_text(text + "\n", encoding="utf-8")
