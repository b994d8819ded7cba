"""What changed since an earlier run: who is new, gone or moved to another list, and why.

Worked example: a person eligible in April by TRAIN and to verify in May with CONFLICT is one row `moved, eligible, to_verify`,
why `新增 CONFLICT、CREMATION`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from jubao.kernel.errors import WrongUsage
from jubao.kernel.text import _
from jubao.matching.reading import open_input
from jubao.matching.rejects import quoted
from jubao.rules import judgement as j

if TYPE_CHECKING:
    import duckdb

CHANGE_COLUMNS = (
    "id_number", "name", "scheme", "township", "village", "change", "from_list", "to_list", "from_reason", "to_reason", "why",
)  # fmt: skip
FORMATS = ("csv", "xlsx", "parquet")


def load_old_run(con: duckdb.DuckDBPyConnection, folder: Path, aliases: Mapping[str, Sequence[str]]) -> None:
    """Leave the table `old_lists` from an earlier run's folder. Raises WrongUsage when it holds no lists of ours."""
    parts = []
    for code, name in j.LIST_NAMES.items():
        path = next(
            (folder / f"{name}.{end}" for end in FORMATS if (folder / f"{name}.{end}").exists()), None
        )
        if path is None:
            raise WrongUsage(
                "NOT_A_RUN",
                _("{folder} 里没有 {name}，不是一次比对的结果。").format(folder=folder, name=name),
                remedy=_("--against 请给出以前 jubao compare 的输出目录。"),
            )
        inp = open_input(path, aliases=aliases, required=("id_number", "headline_reason", "reasons"),
                         optional=("name", "scheme", "township", "village"))  # fmt: skip
        columns = ", ".join(
            f"COALESCE(CAST({c} AS VARCHAR), '') AS {c}" if c in inp.columns else f"'' AS {c}"
            for c in ("id_number", "name", "scheme", "township", "village", "headline_reason", "reasons")
        )
        parts.append(
            f"SELECT {quoted(name)} AS list, {code} AS list_code, {columns} FROM ({inp.scan_sql(con)})"
        )
    con.execute(f"CREATE OR REPLACE TEMP TABLE old_lists AS {' UNION ALL '.join(parts)}")


NEW = (
    "SELECT s.id_number, s.name, s.scheme_text AS scheme, s.township, s.village, l.list_code, l.headline_reason, l.reasons"
    " FROM listed AS l JOIN subjects AS s ON l.subject = s.subject"
)


def changes_sql(new: str = NEW) -> str:
    """One row per person and scheme that is new, gone or on another list; ordered by number. `new` gives this run's lists."""
    names = " ".join(f"WHEN {code} THEN {quoted(name)}" for code, name in j.LIST_NAMES.items())
    change = "CASE WHEN o.id_number IS NULL THEN 'new' WHEN n.id_number IS NULL THEN 'gone' ELSE 'moved' END"
    codes = "list_transform(string_split(COALESCE({0}.reasons, ''), ';'), lambda x: string_split(x, '|')[1])"
    added = (
        f"list_filter({codes.format('n')}, lambda x: x <> '' AND NOT list_contains({codes.format('o')}, x))"
    )
    dropped = (
        f"list_filter({codes.format('o')}, lambda x: x <> '' AND NOT list_contains({codes.format('n')}, x))"
    )
    why = (
        f"concat_ws('；', CASE WHEN len({added}) > 0 THEN {quoted(_('新增 '))} || array_to_string({added}, '、') END,"
        f" CASE WHEN len({dropped}) > 0 THEN {quoted(_('不再有 '))} || array_to_string({dropped}, '、') END)"
    )
    return (
        f"SELECT COALESCE(n.id_number, o.id_number) AS id_number, COALESCE(n.name, o.name) AS name,"
        f" COALESCE(n.scheme, o.scheme) AS scheme, COALESCE(n.township, o.township) AS township,"
        f" COALESCE(n.village, o.village) AS village, {change} AS change, COALESCE(o.list, '') AS from_list,"
        f" COALESCE(CASE n.list_code {names} END, '') AS to_list, COALESCE(o.headline_reason, '') AS from_reason,"
        f" COALESCE(n.headline_reason, '') AS to_reason,"
        f" CASE WHEN o.id_number IS NULL THEN {quoted(_('上次名单没有此人'))} WHEN n.id_number IS NULL"
        f" THEN {quoted(_('本次花名册没有此人'))} ELSE {why} END AS why"
        f" FROM ({new}) AS n FULL OUTER JOIN old_lists AS o ON n.id_number = o.id_number AND n.scheme = o.scheme"
        " AND COALESCE(n.name, '') = COALESCE(o.name, '')"
        " WHERE o.id_number IS NULL OR n.id_number IS NULL OR o.list_code <> n.list_code ORDER BY 1, 3, 2"
    )
