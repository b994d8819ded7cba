"""A huge run written out: the lists from memory, the evidence as it was found, the rest as in a small run.

Worked example: `jubao compare … --format parquet --no-workbooks` on 10 M persons and 60 M records; with `--format csv` the same
tables go through the usual writer.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from jubao.kernel.text import _
from jubao.matching.bulk import MOST_FEEDS, run_bulk
from jubao.matching.bulk_lists import BulkLists
from jubao.matching.bulk_types import BulkFeed, BulkRun
from jubao.matching.judging import RunBlocked
from jubao.matching.normalise import refuse_if_all_rejected
from jubao.matching.output import Output
from jubao.matching.plan import Plan
from jubao.matching.reading_input import Input
from jubao.matching.rejects import quoted, rejects_table_sql
from jubao.matching.run import CompareRequest, Done, Opened, Progress, feed_reports
from jubao.rules import judgement as j

if TYPE_CHECKING:
    import duckdb

__all__ = ["MOST_FEEDS", "run_in_bulk"]


def run_in_bulk(
    con: duckdb.DuckDBPyConnection,
    request: CompareRequest,
    plan: Plan,
    output: Output,
    roster: Input,
    feeds: Sequence[Opened],
    report: Progress,
) -> Done:
    """Judge everybody and write the lists. Raises InputRefused when a file cannot be read at all."""
    used = [
        BulkFeed(o.number, o.source, o.path, o.inp, imported=o.imported) for o in feeds if not o.is_repeat
    ]
    steps = len(used) + 3
    seen: list[str] = []

    def step(words: str) -> None:
        seen.append(words)
        report(_("处理 {what}").format(what=words), len(seen) - 1, steps)

    evidence = output.folder / (
        "evidence.parquet" if output.format == "parquet" and output.headers == "en" else ".evidence.parquet"
    )
    run = run_bulk(con, plan, roster, request.roster, used, evidence, step)
    _check(con, run, feeds)
    report(_("写出名单"), steps - 1, steps)
    lists = BulkLists(plan, run.roster, run.verdicts)
    result = Done(
        roster_rows=run.cleaned.rows,
        counts=_write_lists(con, output, lists, evidence),
        guards=run.guards,
        reports=feed_reports(
            feeds, run.guards, run.matched_by(con), {f.number: f.scan.repeated for f in used}
        ),
        workbooks=_workbooks(con, plan, output, lists) if request.workbooks else 0,
    )
    _extras(con, request, plan, output, run, lists, evidence, result)
    if evidence.name.startswith("."):
        evidence.unlink()
    report(_("完成"), steps, steps)
    return result


def _check(con: duckdb.DuckDBPyConnection, run: BulkRun, feeds: Sequence[Opened]) -> None:
    """Every row on one list or refused; a file of which nothing could be read refuses the run."""
    con.execute(f"INSERT INTO rejects {rejects_table_sql(run.roster.inp.rejects)}")
    refuse_if_all_rejected(run.roster.inp.name, run.cleaned.accepted, run.cleaned.rejected)
    for opened, feed in zip((o for o in feeds if not o.is_repeat), run.feeds, strict=True):
        refused = (feed.cleaned.rejected if feed.cleaned else 0) + len(feed.inp.rejects)
        loose = feed.cleaned.loose if feed.cleaned else 0
        con.execute(f"INSERT INTO rejects {rejects_table_sql(feed.inp.rejects)}")
        rows = feed.scan.rows + len(feed.inp.rejects)
        refuse_if_all_rejected(feed.inp.name, rows - refused + loose, refused)
        opened.cleaned = type(run.cleaned)(feed.inp.name, rows, rows - refused, refused, loose)
    listed = int(np.count_nonzero(run.verdicts.list_of))
    if listed != run.cleaned.accepted:
        raise RunBlocked("PARTITION_BROKEN", f"{run.cleaned.accepted} rows accepted, {listed} on a list")


def _write_lists(
    con: duckdb.DuckDBPyConnection, output: Output, lists: BulkLists, evidence: Path
) -> dict[str, int]:
    if not evidence.name.startswith("."):
        lists.write_parquet(output.folder / ".")
    else:
        for code, name in j.LIST_NAMES.items():
            con.register("bulk_list", lists.table(code))
            output.write_table(con, "SELECT * FROM bulk_list", name)
            con.unregister("bulk_list")
        output.write_table(con, f"SELECT * FROM read_parquet({quoted(str(evidence))})", "evidence")
    counts = lists.counts()
    return {j.LIST_NAMES[code]: counts[code] for code in (j.ELIGIBLE, j.LOST, j.TO_VERIFY, j.NOT_SUBJECT)}


def _workbooks(con: duckdb.DuckDBPyConnection, plan: Plan, output: Output, lists: BulkLists) -> int:
    con.register("bulk_to_verify", lists.table(j.TO_VERIFY))
    return output.write_workbooks(con, plan, "SELECT * FROM bulk_to_verify")


def _extras(
    con: duckdb.DuckDBPyConnection, request: CompareRequest, plan: Plan, output: Output, run: BulkRun, lists: BulkLists,
    evidence: Path, result: Done,
) -> None:  # fmt: skip
    """Explanations and changes, on demand."""
    if request.explain:
        from jubao.matching.explaining import explanations

        con.execute(
            "CREATE OR REPLACE TEMP TABLE evidence_words AS SELECT s.subject, 0 AS feed, e.* FROM"
            f" read_parquet({quoted(str(evidence))}) AS e JOIN subjects AS s ON e.id_number = s.id_number"
        )
        result.explanations = explanations(con, plan, run.guards, request.explain_id)
    if request.against is not None:
        from jubao.matching.changes import changes_sql, load_old_run

        load_old_run(con, request.against, plan.pack.header_aliases())
        parts = []
        for code in j.LIST_NAMES:
            con.register(f"bulk_list_{code}", lists.table(code))
            parts.append(
                f"SELECT id_number, name, scheme, township, village, {code} AS list_code, headline_reason, reasons"
                f" FROM bulk_list_{code}"
            )
        result.changes = output.write_table(con, changes_sql(" UNION ALL ".join(parts)), "changes")
