"""The comparison as one job: read, clean, link, judge, publish; what `jubao compare` and the system's jobs call.

Worked example: `run_compare(CompareRequest(region="綦江", month="2024-05", roster=…, feeds=(("TRAIN", …),), out=…))` writes the
folder and answers a `Summary` with the counts of the four lists.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jubao.kernel.dates import parse_date
from jubao.kernel.errors import InputRefused, ValueRefused, WrongUsage
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.matching.engines import DuckEngine, connect
from jubao.matching.fingerprint import fingerprint
from jubao.matching.judging import Feed, Guard, judge
from jubao.matching.normalise import Cleaned, clean_feed, clean_roster, prepare_rejects
from jubao.matching.output import Output
from jubao.matching.plan import FeedSource, Plan, plan_for
from jubao.matching.publishing import FeedReport, evidence_sql, prepare_lists, run_hash
from jubao.matching.reading import Input, open_input
from jubao.policy import load_pack

if TYPE_CHECKING:
    import duckdb

Progress = Callable[[str, int, int], None]
ROSTER_OPTIONAL = (
    "scheme", "benefit_kind", "register_place", "township", "village", "payment_state", "benefit_start_month",
    "last_certified_on", "mobile",
)  # fmt: skip
ROSTER_COLUMNS = ("id_number", "name", *ROSTER_OPTIONAL)


@dataclass(frozen=True)
class CompareRequest:
    """What is asked: region and month as typed, the files, how and where to write."""

    region: str
    month: str
    roster: Path
    feeds: tuple[tuple[str, Path], ...]
    out: Path
    as_of: str = ""
    format: str = "csv"
    headers: str = "en"
    engine: str = "duckdb"
    mapping: dict[str, str] = field(default_factory=dict)
    sheet: str | None = None
    against: Path | None = None
    workbooks: bool = True
    explain: bool = False
    explain_id: str = ""


@dataclass
class Summary:
    """What came out. `seconds` is no part of the run hash."""

    region: str
    month: str
    as_of: date
    counts: dict[str, int]
    roster_rows: int
    engine: str
    pack_hash: str
    run_hash: str
    seconds: float
    guards: list[str]
    notes: list[str]
    workbooks: int
    explanations: list[str] = field(default_factory=list)
    changes: int | None = None

    def as_json(self) -> dict[str, Any]:
        """The content of summary.json."""
        return {
            **self.counts,
            "seconds": round(self.seconds, 2),
            "engine": self.engine,
            "pack_hash": self.pack_hash,
            "run_hash": self.run_hash,
            "region": self.region,
            "month": self.month,
            "as_of": str(self.as_of),
            "roster_rows": self.roster_rows,
            "guards": self.guards,
            "notes": self.notes,
            "workbooks": self.workbooks,
            **({} if self.changes is None else {"changes": self.changes}),
        }

    def sentence(self) -> str:
        """One line for a person."""
        return _(
            "花名册 {rows} 行：具备资格 {eligible}，丧失资格 {lost}，待核实 {to_verify}，非认证对象 {not_subject}；读不出来的行 {rejects}（{seconds:.1f} 秒）"
        ).format(rows=self.roster_rows, seconds=self.seconds, **self.counts)


@dataclass
class Opened:
    """One feed file on its way through the run."""

    number: int
    source: FeedSource
    path: Path
    inp: Input
    is_repeat: bool
    cleaned: Cleaned | None = None
    links: str | None = None

    @property
    def table(self) -> str:
        """The name of its cleaned table."""
        return f"feed_{self.number}"


def plan_of(request: CompareRequest) -> Plan:
    """The plan of a request. Raises WrongUsage for a month or day that is none, NotCovered for a day without a text."""
    pack = load_pack(request.region)
    try:
        month = Month.parse(request.month)
        as_of = parse_date(request.as_of) if request.as_of else month.last_day
    except ValueRefused as refused:
        raise WrongUsage(refused.code, refused.message, remedy=refused.remedy) from refused
    if Month.containing(as_of) != month:
        message = _("比对日 {as_of} 不在 {month} 内。").format(as_of=as_of, month=month)
        raise WrongUsage("AS_OF_OUTSIDE_MONTH", message, remedy=_("请让 --as-of 落在 --month 这个月内。"))
    return plan_for(pack, month, as_of)


def run_compare(request: CompareRequest, report: Progress = lambda words, done, total: None) -> Summary:
    """Compare and write. Raises DomainError of the exits named in contracts.md; nothing is half written."""
    started = time.perf_counter()
    plan = plan_of(request)
    sources = [(plan.source(code), path) for code, path in request.feeds]
    steps = len(sources) + 4
    con = connect()
    prepare_rejects(con)
    refused: InputRefused | None = None
    with Output(request.out, request.format, request.headers, plan.pack.header_aliases()) as output:
        try:
            report(_("读取花名册"), 0, steps)
            roster = open_roster(request, plan)
            cleaned = clean_roster(con, plan, roster)
            feeds = open_feeds(request, plan, sources)
            for done, opened in enumerate(feeds, start=1):
                report(_("读取 {source}").format(source=opened.source.code), done, steps)
                _clean_one(con, plan, opened)
        except InputRefused as error:
            refused = error
            output.write_rejects_only(con)
        else:
            report(_("比对判断"), steps - 3, steps)
            guards = _judge(con, request, plan, feeds, cleaned.rows)
            report(_("写出名单"), steps - 2, steps)
            summary = _publish(con, request, plan, output, roster, cleaned, feeds, guards)
            summary.seconds = time.perf_counter() - started
            output.write_summary(summary.as_json())
    con.close()
    if refused is not None:
        raise refused
    report(_("完成"), steps, steps)
    return summary


def open_roster(request: CompareRequest, plan: Plan) -> Input:
    """The roster with the columns a comparison understands."""
    return open_input(
        request.roster,
        aliases=plan.pack.header_aliases(),
        required=("id_number", "name"),
        optional=ROSTER_OPTIONAL,
        mapping=request.mapping,
        sheet=request.sheet,
    )


def open_feeds(
    request: CompareRequest, plan: Plan, sources: Sequence[tuple[FeedSource, Path]]
) -> list[Opened]:
    """Every feed with the columns of its source; a second copy of the same content of one source is marked."""
    seen: set[tuple[str, str]] = set()
    opened = []
    for number, (source, path) in enumerate(sources):
        columns = source.definition.columns
        inp = open_input(
            path,
            aliases=_aliases(plan, source),
            required=columns.required,
            any_of=columns.any_of,
            optional=columns.optional,
            mapping=request.mapping,
        )
        content = (source.code, fingerprint(path))
        opened.append(Opened(number, source, path, inp, content in seen))
        seen.add(content)
    return opened


def _aliases(plan: Plan, source: FeedSource) -> dict[str, tuple[str, ...]]:
    """The source's own headers before those every list may have."""
    common = dict(plan.pack.header_aliases())
    for name, headers in source.definition.aliases.items():
        common[name] = tuple(dict.fromkeys([*headers, *common.get(name, ())]))
    return common


def _clean_one(con: duckdb.DuckDBPyConnection, plan: Plan, opened: Opened) -> None:
    if opened.is_repeat:
        return
    opened.cleaned = clean_feed(con, plan, opened.source, opened.inp, opened.table)
    if opened.cleaned.loose and not opened.source.is_life and not opened.source.proves_nothing:
        from jubao.matching.fuzzy import fuzzy_links

        links = f"{opened.table}_links"
        if fuzzy_links(con, f"{opened.table}_loose", links, plan.link_probability_ppm):
            opened.links = links


def _judge(
    con: duckdb.DuckDBPyConnection, request: CompareRequest, plan: Plan, feeds: Sequence[Opened], rows: int
) -> list[Guard]:
    used = [Feed(o.number, o.source, o.table, o.links) for o in feeds if o.cleaned is not None]
    if request.engine == "spark":
        from jubao.matching.spark import judge_on_spark

        return judge_on_spark(con, plan, used, rows)
    return judge(DuckEngine(con), plan, used, rows)


def _publish(
    con: duckdb.DuckDBPyConnection,
    request: CompareRequest,
    plan: Plan,
    output: Output,
    roster: Input,
    cleaned: Cleaned,
    feeds: Sequence[Opened],
    guards: Sequence[Guard],
) -> Summary:
    prepare_lists(con, plan)
    reports = feed_reports(con, plan, feeds, guards)
    files = {o.number: (o.source.code, o.inp.name) for o in feeds}
    counts = output.write_all(con, plan, files, roster.name, reports)
    summary = Summary(
        region=plan.pack.code,
        month=str(plan.month),
        as_of=plan.as_of,
        counts=counts,
        roster_rows=cleaned.rows,
        engine=request.engine,
        pack_hash=plan.pack.pack_hash,
        run_hash=_run_hash(request, plan, counts),
        seconds=0.0,
        guards=[guard.source.code for guard in guards],
        notes=_notes(roster, feeds, guards),
        workbooks=output.write_workbooks(con, plan) if request.workbooks else 0,
    )
    if request.explain:
        from jubao.matching.explaining import explanations

        con.execute(
            f"CREATE OR REPLACE TEMP TABLE evidence_words AS {evidence_sql(plan, files, keep='e.subject, e.feed, ')}"
        )
        summary.explanations = explanations(con, plan, guards, request.explain_id)
    if request.against is not None:
        from jubao.matching.changes import changes_sql, load_old_run

        load_old_run(con, request.against, plan.pack.header_aliases())
        summary.changes = output.write_table(con, changes_sql(), "changes")
    return summary


def _run_hash(request: CompareRequest, plan: Plan, counts: dict[str, int]) -> str:
    files = [
        ("roster", fingerprint(request.roster)),
        *((code, fingerprint(path)) for code, path in request.feeds),
    ]
    return run_hash(
        {
            "pack": plan.pack.pack_hash,
            "month": plan.month,
            "as_of": plan.as_of,
            "files": sorted(files),
            "counts": counts,
        }
    )


def feed_reports(
    con: duckdb.DuckDBPyConnection, plan: Plan, feeds: Sequence[Opened], guards: Sequence[Guard]
) -> list[FeedReport]:
    """The quality of every feed: rows, accepted, rejected, persons matched, repeated records, guard, notes."""
    raised = {guard.source.code: guard for guard in guards}
    matched = dict(con.execute("SELECT feed, COUNT(DISTINCT subject) FROM evidence GROUP BY feed").fetchall())
    repeated = dict(
        con.execute(
            "SELECT feed, CAST(SUM(n - 1) AS BIGINT) FROM (SELECT feed, COUNT(*) AS n FROM evidence"
            " GROUP BY feed, subject, event_day, link, evidence_use HAVING COUNT(*) > 1) GROUP BY feed"
        ).fetchall()
    )
    reports = []
    for opened in feeds:
        done = opened.cleaned or Cleaned(opened.inp.name, opened.inp.row_count or 0, 0, 0)
        guard = raised.get(opened.source.code)
        words = list(opened.inp.notes)
        if opened.is_repeat:
            words.insert(0, _("内容与前一个文件相同，已忽略。"))
        limit = (
            _("匹配 {matched} 人，超过上限 {ceiling} 人").format(matched=guard.matched, ceiling=guard.ceiling)
            if guard
            else ""
        )
        reports.append(
            FeedReport(
                opened.source.code, opened.inp.name, done.rows, done.accepted, done.rejected, matched.get(opened.number, 0),
                repeated.get(opened.number, 0), limit, " ".join(words),
            )
        )  # fmt: skip
    return reports


def _notes(roster: Input, feeds: Sequence[Opened], guards: Sequence[Guard]) -> list[str]:
    notes = [f"{roster.name}：{note}" for note in roster.notes]
    for opened in feeds:
        if opened.is_repeat:
            notes.append(
                _("{name} 与前一个 {code} 文件内容相同，已忽略。").format(
                    name=opened.inp.name, code=opened.source.code
                )
            )
        notes += [f"{opened.inp.name}：{note}" for note in opened.inp.notes]
    notes += [
        _(
            "{code} 匹配 {matched} 人，超过上限 {ceiling} 人：只有这一来源的人列入待核实，请先核对来源。"
        ).format(code=guard.source.code, matched=guard.matched, ceiling=guard.ceiling)
        for guard in guards
    ]
    return notes
