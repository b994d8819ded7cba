"""The comparison as one job: open, clean, link, judge, publish; what `jubao compare` and the system's jobs call.

Worked example: `run_compare(CompareRequest(region="綦江", month="2024-05", roster=…, feeds=(("TRAIN", …),), out=…))` writes the
folder and answers a `Summary` with the counts of the four lists.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from jubao.kernel.dates import parse_date
from jubao.kernel.errors import InputRefused, ValueRefused, WrongUsage
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.matching.engines import connect
from jubao.matching.fingerprint import fingerprint
from jubao.matching.importing import is_imported, load_imported
from jubao.matching.normalise import prepare_rejects
from jubao.matching.opening import open_feed_input
from jubao.matching.output import Output
from jubao.matching.plan import FeedSource, Plan, plan_for
from jubao.matching.publishing import run_hash
from jubao.matching.reading import open_input
from jubao.matching.reading_input import Input
from jubao.matching.run import CompareRequest, Done, Opened, Progress
from jubao.policy import load_pack

ROSTER_OPTIONAL = (
    "scheme", "benefit_kind", "register_place", "township", "village", "payment_state", "benefit_start_month",
    "last_certified_on", "mobile",
)  # fmt: skip
ROSTER_COLUMNS = ("id_number", "name", *ROSTER_OPTIONAL)


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
            "花名册 {rows} 行：具备资格 {eligible}，丧失资格 {lost}，待核实 {to_verify}，非认证对象 {not_subject}；"
            "读不出来的行 {rejects}（{seconds:.1f} 秒）"
        ).format(rows=self.roster_rows, seconds=self.seconds, **self.counts)


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
    """Compare and write. Raises DomainError of the exits `kernel.errors` names; nothing is half written."""
    started = time.perf_counter()
    plan = plan_of(request)
    sources = [(plan.source(code), path) for code, path in request.feeds]
    con = connect()
    prepare_rejects(con)
    refused: InputRefused | None = None
    with Output(request.out, request.format, request.headers, plan.pack.header_aliases()) as output:
        try:
            report(_("打开文件"), 0, len(sources) + 3)
            roster = open_roster(request, plan)
            feeds = [_open_feed(request, plan, number, *pair) for number, pair in enumerate(sources)]
            _mark_repeats(feeds)
            done = _way(request, roster, feeds)(con, request, plan, output, roster, feeds, report)
        except InputRefused as error:
            refused = error
            output.write_rejects_only(con)
        else:
            rejects = output.write_quality(con, done.reports)
            summary = _summary(request, plan, roster, feeds, done, rejects)
            summary.seconds = time.perf_counter() - started
            output.write_summary(summary.as_json())
    con.close()
    if refused is not None:
        raise refused
    return summary


def _way(request: CompareRequest, roster: Input, feeds: Sequence[Opened]) -> Any:
    """The SQL for all, here or on Spark, or from a million rows on the kernel with the SQL for the few."""
    rows = [roster.row_count, *(opened.inp.row_count for opened in feeds)]
    total = sum(count or 0 for count in rows)
    if request.engine == "duckdb" and total >= request.bulk_from and find_spec("numba") is not None:
        from jubao.matching.bulk_run import MOST_FEEDS, run_in_bulk

        if len(feeds) <= MOST_FEEDS and not any(o.source.is_life and o.source.ceiling_ppm for o in feeds):
            return run_in_bulk
    if request.engine == "spark":
        _refuse_imported(feeds)
        from jubao.matching.spark import run_on_spark

        return run_on_spark
    from jubao.matching.small_run import run_in_sql

    return run_in_sql


def _refuse_imported(feeds: Sequence[Opened]) -> None:
    """Spark reads the departments' files itself; names of an imported feed were hashed for the engine in the process."""
    if any(opened.imported is not None for opened in feeds):
        raise WrongUsage(
            "IMPORT_NOT_FOR_SPARK",
            _("已导入的名单只能用 duckdb 引擎。"),
            remedy=_("请改用原文件，或去掉 --engine。"),
        )


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


def _open_feed(request: CompareRequest, plan: Plan, number: int, source: FeedSource, path: Path) -> Opened:
    """A department's file, or a feed imported before."""
    if is_imported(path):
        imported = load_imported(plan, source, path)
        return Opened(number, source, path, imported.as_input(), imported.content, imported=imported)
    return Opened(
        number, source, path, open_feed_input(plan, source, path, request.mapping), fingerprint(path)
    )


def _mark_repeats(feeds: Sequence[Opened]) -> None:
    """Mark the second and later copies of one content of one source."""
    seen: set[tuple[str, str]] = set()
    for opened in feeds:
        content = (opened.source.code, opened.content)
        opened.is_repeat = content in seen
        seen.add(content)


def _summary(
    request: CompareRequest, plan: Plan, roster: Input, feeds: Sequence[Opened], done: Done, rejects: int
) -> Summary:
    counts = {**done.counts, "rejects": rejects}
    files = [
        ("roster", fingerprint(request.roster)),
        *((opened.source.code, opened.content) for opened in feeds),
    ]
    facts = {
        "pack": plan.pack.pack_hash,
        "month": plan.month,
        "as_of": plan.as_of,
        "files": sorted(files),
        "counts": counts,
    }
    return Summary(
        region=plan.pack.code,
        month=str(plan.month),
        as_of=plan.as_of,
        counts=counts,
        roster_rows=done.roster_rows,
        engine=request.engine,
        pack_hash=plan.pack.pack_hash,
        run_hash=run_hash(facts),
        seconds=0.0,
        guards=[guard.source.code for guard in done.guards],
        notes=_notes(roster, feeds, done),
        workbooks=done.workbooks,
        explanations=done.explanations,
        changes=done.changes,
    )


def _notes(roster: Input, feeds: Sequence[Opened], done: Done) -> list[str]:
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
        for guard in done.guards
    ]
    return notes
