"""Feeds cleaned once, when they arrive: every number read and verified, names hashed, days and words understood.

Worked example: `import_feed(plan, "TRAIN", Path("火车.csv"), Path("导入/TRAIN.feed"))` writes `records.parquet` (id_key and
name_hash int64, event_day, record_fault …, source_row), `loose.parquet` (records without a usable number, with name and
birth), `rejects.parquet` and `manifest.json`; the monthly job takes the folder in place of the
file: `--feed TRAIN=导入/TRAIN.feed`.

The manifest holds the hash of the file and what the words of the records were read with; a folder made with another custody
table or another kind of name hash is refused and has to be imported again.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from jubao.kernel.errors import WrongUsage
from jubao.kernel.text import _
from jubao.matching.engines import connect
from jubao.matching.fingerprint import fingerprint
from jubao.matching.normalise import Cleaned, Readable, clean_feed, prepare_rejects, refuse_if_all_rejected
from jubao.matching.opening import open_feed_input
from jubao.matching.plan import FeedSource, Plan
from jubao.matching.reading_input import Input
from jubao.matching.rejects import quoted

if TYPE_CHECKING:
    import duckdb

MANIFEST, RECORDS, LOOSE, REJECTS = "manifest.json", "records.parquet", "loose.parquet", "rejects.parquet"
VERSION = 1
FNV = "fnv1a"
PIECE = 1_000_000
RECORD_COLUMNS = (
    "id_key", "name_hash", "event_day", "has_event_day", "sentence_until_day", "record_fault", "record_nature", "event_date",
    "source_row",
)  # fmt: skip


@dataclass(frozen=True)
class Imported:
    """A feed that was imported, as its manifest tells."""

    folder: Path
    source: str
    file: str
    content: str
    rows: int
    accepted: int
    rejected: int
    loose: int
    name_hash: str
    read_with: str
    notes: tuple[str, ...]

    @property
    def records(self) -> Path:
        """The records that can be linked."""
        return self.folder / RECORDS

    @property
    def cleaned(self) -> Cleaned:
        """How the feed came out of cleaning when it was imported."""
        return Cleaned(self.file, self.rows, self.accepted, self.rejected, self.loose)

    def as_input(self) -> Input:
        """The feed as an opened input: its name, its rows and what was noticed; the columns lie in the records."""
        return Input(self.file, "imported", {}, {}, [], [], list(self.notes), self.rows)


def name_hash_kind() -> str:
    """How names are hashed here: by the kernel where it is installed, else by this version of DuckDB."""
    if find_spec("numba") is not None:
        return FNV
    import duckdb

    return f"duckdb-{duckdb.__version__}"


def read_with(plan: Plan, source: FeedSource) -> str:
    """What decides how the words of a record are read; another value means that the feed has to be imported again."""
    counts = source.counts_when.model_dump(mode="json")
    custody = sorted(plan.custody_pays_on) if source.counts_when.custody_table else []
    facts = {
        "counts_when": counts,
        "blank": source.definition.blank,
        "custody": custody,
        "evidence": source.evidence,
    }
    return json.dumps(facts, sort_keys=True, ensure_ascii=False)


def is_imported(path: Path) -> bool:
    """Whether a path given as a feed is the folder of an imported one."""
    return path.is_dir() and (path / MANIFEST).is_file()


def load_imported(plan: Plan, source: FeedSource, folder: Path) -> Imported:
    """The manifest of an imported feed. Raises WrongUsage when it is of another source or was read otherwise."""
    facts = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    imported = Imported(
        folder=folder, notes=tuple(facts.pop("notes")), **{k: v for k, v in facts.items() if k != "version"}
    )
    wrong = ""
    if facts.get("version") != VERSION or imported.name_hash != name_hash_kind():
        wrong = _("由另一版本的程序导入")
    elif imported.source != source.code:
        wrong = _("是来源 {source} 的名单").format(source=imported.source)
    elif imported.read_with != read_with(plan, source):
        wrong = _("导入时的政策设置与现在不同")
    if wrong:
        message = _("已导入的 {folder} 不能用于 {code}：{wrong}。").format(
            folder=folder, code=source.code, wrong=wrong
        )
        raise WrongUsage("IMPORT_OUTDATED", message, remedy=_("请重新导入原文件。"))
    return imported


def import_feed(
    plan: Plan, code: str, path: Path, folder: Path, *, mapping: dict[str, str] | None = None
) -> Imported:
    """Clean a feed into `folder`. Raises InputRefused when the file cannot be read, or every row of it is refused."""
    source = plan.source(code)
    inp = open_feed_input(plan, source, path, mapping or {})
    con = connect()
    prepare_rejects(con)
    if name_hash_kind() == FNV:
        from jubao.matching.bulk_names import use_fnv

        use_fnv(con)
    work = folder.with_name(f".{folder.name}.part")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        imported = _clean_into(con, plan, source, inp, path, work, folder)
        if folder.exists() and not is_imported(folder):
            message = _("{folder} 不是已导入的名单，不能替换。").format(folder=folder)
            raise WrongUsage("FOLDER_NOT_OURS", message, remedy=_("请换一个目录。"))
        shutil.rmtree(folder, ignore_errors=True)
        work.replace(folder)
    finally:
        shutil.rmtree(work, ignore_errors=True)
        con.close()
    return imported


def _clean_into(
    con: duckdb.DuckDBPyConnection,
    plan: Plan,
    source: FeedSource,
    inp: Input,
    path: Path,
    work: Path,
    folder: Path,
) -> Imported:
    rows = rejected = loose = linkable = 0
    writer = _Writer(work)
    for table, cleaned in _cleaned_pieces(con, plan, source, inp, path):
        linkable += writer.add(con, table)
        rows, rejected, loose = rows + cleaned.rows, rejected + cleaned.rejected, loose + cleaned.loose
    writer.close(con)
    refuse_if_all_rejected(inp.name, linkable + loose, rejected)
    facts: dict[str, Any] = {
        "version": VERSION, "source": source.code, "file": inp.name, "content": fingerprint(path), "rows": rows,
        "accepted": rows - rejected, "rejected": rejected, "loose": loose, "name_hash": name_hash_kind(),
        "read_with": read_with(plan, source), "notes": list(inp.notes),
    }  # fmt: skip
    (work / MANIFEST).write_text(json.dumps(facts, ensure_ascii=False, indent=1), encoding="utf-8")
    del facts["version"]
    return Imported(folder=folder, **{**facts, "notes": tuple(inp.notes)})


def _cleaned_pieces(
    con: duckdb.DuckDBPyConnection, plan: Plan, source: FeedSource, inp: Input, path: Path
) -> Iterator[tuple[Any, Cleaned]]:
    """Records as Arrow tables by the kernel, or None where the SQL left them in the table `piece`."""
    if source.is_life and (inp.row_count or 0) > PIECE and name_hash_kind() == FNV:
        from jubao.matching.bulk_import import life_records

        for table, cleaned in life_records(con, plan, source, inp, path):
            yield (table if table.num_columns else None), cleaned
        return
    for piece in _pieces(con, inp):
        yield None, clean_feed(con, plan, source, piece, "piece", is_whole=False)


def _pieces(con: duckdb.DuckDBPyConnection, inp: Input) -> Iterator[Readable]:
    """The whole of a small file, a huge one in pieces; rows refused in reading come with the first."""
    if (inp.row_count or 0) <= PIECE:
        yield inp
        return
    import pyarrow as pa

    from jubao.matching.bulk_input import Cutout

    cursor = con.cursor()
    names = list(inp.columns)
    casts = [name if inp.columns[name] == "DATE" else f"CAST({name} AS VARCHAR) AS {name}" for name in names]
    reader = cursor.sql(
        f"SELECT {', '.join(casts)}, CAST(source_row AS BIGINT) AS source_row FROM ({inp.scan_sql(cursor)})"
    )
    first = True
    for number, batch in enumerate(reader.to_arrow_reader(PIECE)):
        table = pa.Table.from_batches([batch])
        yield Cutout(
            inp.name, dict(inp.columns), inp.headers, table, f"piece_{number}", inp.rejects if first else []
        )
        first = False
    cursor.close()


class _Writer:
    """Records and loose records as they come, in order of the file."""

    def __init__(self, work: Path) -> None:
        self.work = work
        self.writers: dict[str, Any] = {}

    def add(self, con: duckdb.DuckDBPyConnection, table: Any) -> int:
        """Append a table of records, or what the SQL left in `piece` and `piece_loose`; answers how many have a number."""
        if table is not None:
            self._append(RECORDS, table, compressed=False)
            return int(table.num_rows)
        has_date = any(row[0] == "event_date" for row in con.execute("DESCRIBE piece").fetchall())
        date = "CAST(event_date AS INTEGER)" if has_date else "CAST(0 AS INTEGER)"
        records = (
            "SELECT id_key, name_hash, CAST(event_day AS INTEGER) AS event_day, has_event_day,"
            " CAST(sentence_until_day AS INTEGER) AS sentence_until_day, CAST(record_fault AS TINYINT) AS record_fault,"
            f" CAST(record_nature AS TINYINT) AS record_nature, {date} AS event_date, source_row FROM piece ORDER BY source_row"
        )
        self._append(RECORDS, con.sql(records).to_arrow_table(), compressed=False)
        self._append(
            LOOSE, con.sql("SELECT * FROM piece_loose ORDER BY source_row").to_arrow_table(), compressed=True
        )
        return int(con.execute("SELECT COUNT(*) FROM piece WHERE id_key <> 0").fetchall()[0][0])

    def _append(self, name: str, table: Any, *, compressed: bool) -> None:
        import pyarrow.parquet as pq

        if name not in self.writers:
            # Plain, uncompressed columns: the monthly job reads them as they lie on the disk.
            options = (
                {"compression": "zstd"} if compressed else {"compression": "none", "use_dictionary": False}
            )
            self.writers[name] = pq.ParquetWriter(
                self.work / name, table.schema, write_statistics=False, **options
            )
        self.writers[name].write_table(table.cast(self.writers[name].schema), row_group_size=500_000)

    def close(self, con: duckdb.DuckDBPyConnection) -> None:
        """Finish the files and write the rejects."""
        for writer in self.writers.values():
            writer.close()
        con.execute(f"COPY rejects TO {quoted(str(self.work / REJECTS))} (FORMAT parquet)")


def use_imported(con: duckdb.DuckDBPyConnection, imported: Imported, table: str) -> None:
    """Make an imported feed the tables of a run by SQL: `table`, `<table>_loose`, and its rows of `rejects`."""
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT id_key, name_hash,"
        " CAST(event_day AS BIGINT) AS event_day, has_event_day,"
        " CAST(sentence_until_day AS BIGINT) AS sentence_until_day, CAST(record_fault AS INTEGER) AS record_fault,"
        " CAST(record_nature AS INTEGER) AS record_nature, CAST(event_date AS BIGINT) AS event_date, source_row"
        f" FROM read_parquet({quoted(str(imported.records))})"
    )
    use_imported_rest(con, imported, table)


def use_imported_rest(con: duckdb.DuckDBPyConnection, imported: Imported, table: str) -> None:
    """The loose records and the rejects of an imported feed."""
    loose, rejects = imported.folder / LOOSE, imported.folder / REJECTS
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {table}_loose AS SELECT * FROM read_parquet({quoted(str(loose))})"
    )
    con.execute(f"INSERT INTO rejects SELECT * FROM read_parquet({quoted(str(rejects))})")
