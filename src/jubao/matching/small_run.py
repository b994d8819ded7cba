"""The comparison by SQL alone: everything below a million rows, and everything on Spark.

Worked example: 20 000 persons and three feeds of 5 000 rows are cleaned, joined, judged and written in about two seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from jubao.kernel.text import _
from jubao.matching.engines import DuckEngine
from jubao.matching.importing import FNV, use_imported
from jubao.matching.judging import CERTIFICATION_FEED, Feed, Guard, judge
from jubao.matching.normalise import Cleaner, Readable, clean_feed, clean_roster
from jubao.matching.output import Output
from jubao.matching.plan import Plan
from jubao.matching.publishing import evidence_sql, prepare_lists
from jubao.matching.reading_input import Input
from jubao.matching.run import CompareRequest, Done, Opened, Progress, feed_reports

if TYPE_CHECKING:
    import duckdb


class Way(Cleaner, Protocol):
    """Where the SQL of the run is run: what `create` cleans lies in the connection afterwards, whoever did it."""

    def lend(self, inp: Input, table: str) -> Readable:
        """The list as the engine can scan it."""

    def judge(self, plan: Plan, feeds: Sequence[Feed], roster_rows: int) -> list[Guard]:
        """Judge everybody; `evidence`, `gathered`, `facts` and `judged` are left in the connection."""


class Here(DuckEngine):
    """In the connection itself."""

    def lend(self, inp: Input, table: str) -> Readable:
        """The list as it is."""
        return inp

    def judge(self, plan: Plan, feeds: Sequence[Feed], roster_rows: int) -> list[Guard]:
        """Judge in the connection."""
        return judge(self, plan, feeds, roster_rows)


def run_in_sql(
    con: duckdb.DuckDBPyConnection,
    request: CompareRequest,
    plan: Plan,
    output: Output,
    roster: Input,
    feeds: Sequence[Opened],
    report: Progress,
    way: Way | None = None,
) -> Done:
    """Judge everybody and write the lists. Raises InputRefused when a file cannot be read at all."""
    way = way or Here(con)
    _hash_as_imported(con, feeds)
    steps = len(feeds) + 3
    report(_("读取花名册"), 0, steps)
    cleaned = clean_roster(con, plan, way.lend(roster, "roster"), engine=way)
    for done, opened in enumerate(feeds, start=1):
        report(_("读取 {source}").format(source=opened.source.code), done, steps)
        _clean(con, plan, opened, way)
    report(_("比对判断"), steps - 2, steps)
    used = [Feed(o.number, o.source, o.table, o.links) for o in feeds if o.cleaned is not None]
    guards = way.judge(plan, used, cleaned.rows)
    report(_("写出名单"), steps - 1, steps)
    prepare_lists(con, plan)
    files = {o.number: (o.source.code, o.inp.name) for o in feeds} | {CERTIFICATION_FEED: ("", roster.name)}
    result = Done(
        roster_rows=cleaned.rows,
        counts=output.write_lists(con, plan, files, roster.name),
        guards=guards,
        reports=feed_reports(feeds, guards, _matched(con), _repeated(con)),
        workbooks=output.write_workbooks(con, plan) if request.workbooks else 0,
    )
    if request.explain:
        from jubao.matching.explaining import explanations

        con.execute(
            f"CREATE OR REPLACE TEMP TABLE evidence_words AS {evidence_sql(plan, files, keep='e.subject, e.feed, ')}"
        )
        result.explanations = explanations(con, plan, guards, request.explain_id)
    if request.against is not None:
        from jubao.matching.changes import changes_sql, load_old_run

        load_old_run(con, request.against, plan.pack.header_aliases())
        result.changes = output.write_table(con, changes_sql(), "changes")
    report(_("完成"), steps, steps)
    return result


def _hash_as_imported(con: duckdb.DuckDBPyConnection, feeds: Sequence[Opened]) -> None:
    """Beside an imported feed the roster's names are hashed the way the feed's were."""
    if any(opened.imported is not None and opened.imported.name_hash == FNV for opened in feeds):
        from jubao.matching.bulk_names import use_fnv

        use_fnv(con)


def _clean(con: duckdb.DuckDBPyConnection, plan: Plan, opened: Opened, way: Way) -> None:
    if opened.is_repeat:
        return
    if opened.imported is not None:
        use_imported(con, opened.imported, opened.table)
        opened.cleaned = opened.imported.cleaned
    else:
        lent = way.lend(opened.inp, opened.table)
        opened.cleaned = clean_feed(con, plan, opened.source, lent, opened.table, engine=way)
    # Only a loss can change anything by a link that is not exact, so life records are not looked for by name.
    if opened.cleaned.loose and not opened.source.is_life and not opened.source.proves_nothing:
        from jubao.matching.fuzzy import fuzzy_links

        links = f"{opened.table}_links"
        if fuzzy_links(con, f"{opened.table}_loose", links, plan.link_probability_ppm):
            opened.links = links


def _matched(con: duckdb.DuckDBPyConnection) -> dict[int, int]:
    return dict(con.execute("SELECT feed, COUNT(DISTINCT subject) FROM evidence GROUP BY feed").fetchall())


def _repeated(con: duckdb.DuckDBPyConnection) -> dict[int, int]:
    """Records that say the same of the same person on the same day, beyond the first."""
    return dict(
        con.execute(
            "SELECT feed, CAST(SUM(n - 1) AS BIGINT) FROM (SELECT feed, COUNT(*) AS n FROM evidence"
            " GROUP BY feed, subject, event_day HAVING COUNT(*) > 1) GROUP BY feed"
        ).fetchall()
    )
