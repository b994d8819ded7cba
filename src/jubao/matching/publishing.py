"""What a comparison writes: four lists, the evidence behind them, rejects, the quality of each feed, workbooks, summary.

Worked example: with 20 000 persons and three feeds the folder holds `eligible.csv`, `lost.csv`, `to_verify.csv`,
`not_subject.csv`, `evidence.csv`, `rejects.csv`, `feeds.csv`, `summary.json` and `to_verify/<township>/<village>.xlsx`.

Everything is ordered by the row of the roster, so that a second run writes the same bytes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jubao.kernel.text import _
from jubao.matching.judging import CERTIFICATION_FEED
from jubao.matching.period import EPOCH, numbered_date
from jubao.matching.plan import CERTIFICATION, Plan
from jubao.matching.reasons import (
    AS_HINT,
    LINK_WORDS,
    NOT_EXACT,
    USE_WORDS,
    VERDICT_COLUMNS,
    Verdict,
    Wording,
    verdicts_sql,
)
from jubao.matching.rejects import quoted
from jubao.matching.workbooks import Line, write_workbooks
from jubao.rules import certification as _certification  # noqa: F401  registers the rules
from jubao.rules import judgement as j
from jubao.rules.evaluate import select_sql

if TYPE_CHECKING:
    import duckdb

LIST_COLUMNS = (
    "id_number", "name", "scheme", "register_place", "township", "village", "headline_reason", "reasons", "certified_until",
    "due_on",
)  # fmt: skip
LISTS = tuple(j.LIST_NAMES[code] for code in (j.ELIGIBLE, j.LOST, j.TO_VERIFY, j.NOT_SUBJECT))


@dataclass(frozen=True)
class FeedReport:
    """The quality of one feed: one row of `feeds`."""

    source: str
    file: str
    rows: int
    accepted: int
    rejected: int
    matched: int
    duplicates: int
    guard: str
    note: str


def prepare_lists(con: duckdb.DuckDBPyConnection, plan: Plan) -> None:
    """Leave the table `listed`: subject, list code, headline, reasons, certified until, due on."""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE verdicts AS SELECT *, {_key()} AS verdict FROM ({verdicts_sql()})"
    )
    con.register("verdict_words", _verdict_words(con, plan))
    con.register("certified_days", _certified_days(con, plan))
    con.execute(
        "CREATE OR REPLACE TEMP TABLE listed AS SELECT v.subject, v.list_code, w.headline_reason, w.reasons, d.certified_until,"
        f" CASE WHEN v.list_code = {j.TO_VERIFY} THEN DATE '{plan.due_on}' WHEN v.list_code = {j.ELIGIBLE}"
        " THEN d.certified_until END AS due_on"
        " FROM verdicts AS v JOIN verdict_words AS w ON v.verdict = w.verdict"
        " LEFT JOIN certified_days AS d ON v.last_life_day = d.last_life_day"
    )


def _key() -> str:
    """One number per verdict: DuckDB's own hash, used only inside this run."""
    return f"hash({', '.join(VERDICT_COLUMNS)})"


def _verdict_words(con: duckdb.DuckDBPyConnection, plan: Plan) -> Any:
    """Every verdict of the run with its text; some hundred rows however many persons there are."""
    import pyarrow as pa

    names = [
        "said_life_day"
        if field.name == "life_day"
        else "said_loss_day"
        if field.name == "loss_day"
        else field.name
        for field in fields(Verdict)
    ]
    found = con.execute(
        f"SELECT verdict, {', '.join(f'any_value({n})' for n in names)} FROM verdicts GROUP BY verdict"
    ).fetchall()
    wording = Wording(plan)
    texts = [wording.headline_and_reasons(Verdict(*row[1:])) for row in found]
    return pa.table(
        {
            "verdict": pa.array([row[0] for row in found], pa.uint64()),
            "headline_reason": pa.array([text[0] for text in texts], pa.string()),
            "reasons": pa.array([text[1] for text in texts], pa.string()),
        }
    )


def _certified_days(con: duckdb.DuckDBPyConnection, plan: Plan) -> Any:
    """The last day of every certification day of the run, by the region's rule."""
    import pyarrow as pa

    days = [row[0] for row in con.execute("SELECT DISTINCT last_life_day FROM verdicts").fetchall()]
    until = certified_until_of(con, plan, [day for day in days if day > j.NO_DAY])
    return pa.table(
        {
            "last_life_day": pa.array(until.keys(), pa.int64()),
            "certified_until": pa.array([EPOCH + timedelta(days=day) for day in until.values()], pa.date32()),
        }
    )


def certified_until_of(con: duckdb.DuckDBPyConnection, plan: Plan, days: Sequence[int]) -> dict[int, int]:
    """The last day on which a certification of each day still counts, by the rule over the distinct days."""
    if not days:
        return {}
    import pyarrow as pa

    dates = [EPOCH + timedelta(days=day) for day in days]
    numbers = [date.year * 10000 + date.month * 100 + date.day for date in dates]
    con.register(
        "certified_dates",
        pa.table({"day": pa.array(days, pa.int64()), "certified_on": pa.array(numbers, pa.int64())}),
    )
    names = ("certification_period_kind", "certification_cycle_months", "certification_window_last_month")
    constants = {name: plan.constants[name] for name in names}
    sql = select_sql(
        ["certified_until"], ["certified_on"], constants, "certified_dates", keep=["day", "certified_until"]
    )
    return {day: (numbered_date(number) - EPOCH).days for day, number in con.execute(sql).fetchall()}


def list_sql(code: int) -> str:
    """The rows of one list in the order of the roster."""
    own = "s.id_number, s.name, s.scheme_text AS scheme, s.register_place, s.township, s.village"
    return (
        f"SELECT {own}, l.headline_reason, l.reasons, l.certified_until, l.due_on FROM listed AS l"
        f" JOIN subjects AS s ON l.subject = s.subject WHERE l.list_code = {code} ORDER BY l.subject"
    )


def evidence_sql(plan: Plan, files: Mapping[int, tuple[str, str]], *, keep: str = "") -> str:
    """The evidence in words, ordered by roster row, feed and row; `files` gives source and file name by feed number.

    `keep` names further columns of the evidence to carry along.
    """
    words = {**files, CERTIFICATION_FEED: (CERTIFICATION, files.get(CERTIFICATION_FEED, ("", ""))[1])}
    source = _case("e.feed", {number: code for number, (code, _file) in words.items()})
    file = _case("e.feed", {number: name for number, (_code, name) in words.items()})
    used, note = (_case("e.evidence_use", {use: pair[i] for use, pair in USE_WORDS.items()}) for i in (0, 1))
    weak = f"e.link <> {j.EXACT} AND e.evidence_use <= {j.LAST_HINT}"
    used, note = (
        f"CASE WHEN {weak} AND e.is_life THEN {quoted(NOT_EXACT[i])} WHEN {weak} THEN {quoted(AS_HINT[i])} ELSE {text} END"
        for i, text in enumerate((used, note))
    )
    score = f"CASE WHEN e.link = {j.FUZZY} THEN printf('%.4f', e.score_ppm / 1000000.0) ELSE '' END"
    return (
        f"SELECT {keep}s.id_number, s.scheme_text AS scheme, {source} AS source, {file} AS file, e.source_row AS row,"
        f" CASE WHEN e.event_day > {j.NO_DAY} THEN DATE '1970-01-01' + CAST(e.event_day AS INTEGER) END AS event_on,"
        f" CASE WHEN e.evidence_use = {j.NO_RULE} THEN 'none' WHEN e.is_life THEN 'life' ELSE 'loss' END AS evidence,"
        f" {_case('e.link', LINK_WORDS)} AS link,"
        f" {score} AS score, {used} AS used, {note} AS note FROM evidence AS e JOIN subjects AS s ON e.subject = s.subject"
        " ORDER BY e.subject, e.feed, e.source_row"
    )


def _case(column: str, words: Mapping[int, str]) -> str:
    arms = " ".join(f"WHEN {number} THEN {quoted(text)}" for number, text in words.items())
    return f"CASE {column} {arms} ELSE '' END"


def village_lines(con: duckdb.DuckDBPyConnection, plan: Plan, to_verify: str) -> Iterator[Line]:
    """The to-verify list as lines for the villages: the Chinese words of the first reasons only."""
    titles = {"resident_pension": _("城乡居民养老")}
    query = f"SELECT township, village, name, id_number, scheme, register_place, reasons FROM ({to_verify})"
    cursor = con.execute(query)
    while rows := cursor.fetchmany(10_000):
        for township, village, name, id_number, scheme, place, reasons in rows:
            words = "；".join(part.split("|")[1] for part in reasons.split(";")[:2])
            shown = titles.get(scheme or "", scheme or "")
            yield Line(
                township or "", village or "", name or "", id_number, shown, place or "", words, plan.due_on
            )


def publish_workbooks(con: duckdb.DuckDBPyConnection, plan: Plan, folder: Path, to_verify: str) -> int:
    """Write the workbooks of the townships and villages; answers how many."""
    return write_workbooks(folder, village_lines(con, plan, to_verify), plan.as_of)


def feeds_rows(reports: Sequence[FeedReport]) -> Any:
    """The quality of the feeds as an Arrow table."""
    import pyarrow as pa

    kinds = {
        "rows": pa.int64(),
        "accepted": pa.int64(),
        "rejected": pa.int64(),
        "matched": pa.int64(),
        "duplicates": pa.int64(),
    }
    rows = [asdict(report) for report in reports]
    names = [field.name for field in fields(FeedReport)]
    return pa.table(
        {name: pa.array([row[name] for row in rows], kinds.get(name, pa.string())) for name in names}
    )


def run_hash(parts: Mapping[str, Any]) -> str:
    """SHA-256 over everything that decides the answer; seconds are not part of it."""
    return hashlib.sha256(
        json.dumps(parts, sort_keys=True, ensure_ascii=False, default=str).encode()
    ).hexdigest()
