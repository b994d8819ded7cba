"""The payment run of a month beside plain COPY of the same rows, `bulk_create` and a row-by-row Django loop.

python -m bench.payment_run --people 250000           # one throw-away cluster, all contenders, table on the screen and in JSON
python -m bench.payment_run --people 3500000 --only ours

Ours is draft, checks, second calculation, digest, bank files, approval form, approval, funds and pending transfers. After it
the banks' answers to all files and the reconciliation are measured by themselves. COPY
writes the very rows that ours left (lines and transfers) into the same tables of an equal database, indexes, constraints,
audit and balance triggers at work as for ours; it computes nothing, checks nothing and makes no file. The loop and
`bulk_create` write a sample of the same rows through the models; their time is scaled to all rows and marked so.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from bench.payment_population import PATH, REGION, populate

MONTH = 2025 * 12 + 5
TODAY, NOW = date(2025, 6, 10), datetime(2025, 6, 10, 9, tzinfo=UTC)
TABLES = ("payments_paymentline", "ledger_transfer")
LOOP_ROWS, BULK_ROWS = 2_000, 20_000


@contextmanager
def timed(into: dict[str, Any], name: str) -> Iterator[None]:
    """Keep the wall seconds of a block."""
    started = time.perf_counter()
    yield
    into[name] = round(time.perf_counter() - started, 2)
    print(f"{name}: {into[name]} s", file=sys.stderr, flush=True)


def prepared(folder: Path, people: int) -> Any:
    """A cluster with a migrated and populated database `people`, and Django set up to work on a copy of it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jubao.site.settings")
    os.environ["JUBAO_DATA_DIR"] = str(folder)
    import django

    django.setup()
    from jubao.database.embedded import Cluster
    from jubao.database.places import OWNER_ROLE
    from jubao.database.setup import create_database, create_roles, django_connection, migrate

    cluster = Cluster(folder)
    cluster.start()
    with psycopg.connect(cluster.dsn(), autocommit=True) as server:
        create_roles(server)
        create_database(server, "people")
    with psycopg.connect(cluster.dsn("people"), autocommit=True) as server:
        for extension in ("btree_gist", "pg_trgm"):
            server.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
    with django_connection(cluster.url("people", OWNER_ROLE)):
        migrate()
    with psycopg.connect(cluster.dsn("people")) as server:
        populate(server.cursor(), people)
    return cluster


def copy_of(cluster: Any, name: str) -> None:
    """An equal database of that name, and Django's connection on it as the application."""
    from django.db import connection

    from jubao.database.places import APP_ROLE, settings_of
    from jubao.database.setup import create_database

    connection.close()
    with psycopg.connect(cluster.dsn(), autocommit=True) as server:
        create_database(server, name, template="people")
        server.execute("CHECKPOINT")
    connection.settings_dict.update(settings_of(cluster.url(name, APP_ROLE)))


def ours(cluster: Any) -> dict[str, Any]:
    """The whole run through the services, as three officers."""
    from jubao.database.actor import Actor
    from jubao.services.cases.engine import case_view
    from jubao.services.payments import runs

    def officer(*posts: str) -> Any:
        return Actor(uuid4(), uuid4(), None, posts[0], PATH, frozenset(posts))

    maker, checker, finance = officer("handler"), officer("reviewer"), officer("finance_officer")
    copy_of(cluster, "ours")
    found: dict[str, Any] = {}
    with timed(found, "ours"):
        with timed(found, "draft"):
            run = runs.run_draft(actor=maker, district_code=REGION, month=MONTH, today=TODAY)
        with timed(found, "check and files"):
            run = runs.run_check(actor=maker, run_id=run.id, today=TODAY, now=NOW)
        with timed(found, "approve"):
            case = case_view(actor=checker, case_id=run.case_id, now=NOW)
            run = runs.run_approve(
                actor=checker, run_id=run.id, digest_seen=case.digest, today=TODAY, now=NOW
            )
        with timed(found, "fund"):
            runs.funds_record(
                actor=finance, district_code=REGION, benefit_month=MONTH, amount_fen=run.total_fen, received_on=TODAY,
                reference="N1",
            )  # fmt: skip
            runs.run_fund(actor=finance, run_id=run.id, today=TODAY, now=NOW)
        with timed(found, "send"):
            run = runs.run_send(actor=finance, run_id=run.id, today=TODAY, now=NOW)
    found["lines"], found["total_fen"] = run.line_count, run.total_fen
    returned(finance, run, found)
    found["python_peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    found["backend_private_mb"] = backend_private_mb()
    return found


def returned(finance: Any, run: Any, found: dict[str, Any]) -> None:
    """The banks' answers to every file, one line in two hundred returned, and the reconciliation; not in `ours`."""
    from jubao.services.payments import runs
    from jubao.services.payments.bank_returns import return_book

    files = list(run.bank_files.order_by("bank_name", "sequence"))
    answers = [answer_to(one) for one in files]
    with timed(found, "bank returns"):
        for one, content in zip(files, answers, strict=True):
            return_book(
                actor=finance, bank_file_id=one.id, content=content, name="answer.txt", today=TODAY, now=NOW
            )
    with timed(found, "reconcile"):
        runs.run_reconcile(actor=finance, run_id=run.id, today=TODAY, now=NOW)


def answer_to(bank_file: Any) -> bytes:
    """What a bank sends back for a text file."""
    from jubao.services.payments.bank_files import file_bytes

    out = ["序号|账号|户名|金额|状态|失败原因"]
    for line in file_bytes(bank_file).decode("gb18030").splitlines()[2:]:
        number, account, name, amount, _remark = line.split("|")
        word = "失败|户名不符" if int(number) % 200 == 0 else "成功|"
        out.append("|".join([number, account, name, amount, word]))
    return ("\r\n".join(out) + "\r\n").encode("gb18030")


def backend_private_mb() -> int:
    """What the backend of Django's connection holds beyond the shared buffers."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        pid = cursor.fetchone()[0]
    fields = dict(
        line.split(":", 1) for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    )
    return sum(int(fields[name].split()[0]) for name in ("Private_Clean", "Private_Dirty")) // 1024


def dumped(cluster: Any, folder: Path) -> dict[str, Any]:
    """The rows that ours left, as files for COPY, with everything they refer to taken over into the database `bare`."""
    counts: dict[str, Any] = {}
    with psycopg.connect(cluster.dsn("ours")) as source:
        for table in TABLES:
            with (
                (folder / f"{table}.bin").open("wb") as target,
                source.cursor().copy(f"COPY {table} TO STDOUT (FORMAT binary)") as copy,
            ):
                for block in copy:
                    target.write(block)
            counts[table] = source.execute(f"SELECT count(*) FROM {table}").fetchone()[0]  # type: ignore[index]
        counts["oversight_auditevent"] = source.execute(
            "SELECT count(*) FROM oversight_auditevent WHERE table_name = ANY(%s)", [list(TABLES)]
        ).fetchone()[0]  # type: ignore[index]
    return counts


def bare(cluster: Any, name: str) -> None:
    """A database with the people, the run as a draft and the clearing accounts, but no line and no transfer."""
    copy_of(cluster, name)
    carried = ("archive_document", "cases_case", "payments_paymentrun", "payments_bankfile", "ledger_account")
    with psycopg.connect(cluster.dsn("ours")) as source, psycopg.connect(cluster.dsn(name)) as target:
        target.execute("SET session_replication_role = replica")
        for table in carried:
            only = "WHERE enrolment_id IS NULL" if table == "ledger_account" else ""
            with source.cursor().copy(f"COPY (SELECT * FROM {table} {only}) TO STDOUT (FORMAT binary)") as out, \
                    target.cursor().copy(f"COPY {table} FROM STDIN (FORMAT binary)") as into:  # fmt: skip
                for block in out:
                    into.write(block)
        target.execute("UPDATE payments_paymentrun SET state = 'draft'")


def plain_copy(cluster: Any, folder: Path, *, triggers: bool) -> float:
    """COPY of the files into the same tables; without triggers also no foreign keys, no audit and no balances."""
    name = "copied" if triggers else "copied_bare"
    bare(cluster, name)
    with psycopg.connect(cluster.dsn(name)) as target:
        target.execute(
            "SELECT set_config('app.command', 'bench', false), set_config('app.scope', '%', false)"
        )
        if not triggers:
            target.execute("SET session_replication_role = replica")
        started = time.perf_counter()
        for table in TABLES:
            with (
                (folder / f"{table}.bin").open("rb") as source,
                target.cursor().copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy,
            ):
                while block := source.read(1 << 20):
                    copy.write(block)
        target.commit()
        return round(time.perf_counter() - started, 2)


def through_models(cluster: Any, rows: int, write: Callable[[list[Any]], None], name: str) -> float:
    """Write the first lines of ours and their transfers through the models; seconds for `rows` lines."""
    from jubao.database.actor import Actor
    from jubao.database.unit_of_work import unit_of_work
    from jubao.ledger.models import Transfer
    from jubao.payments.models import PaymentLine

    bare(cluster, name)
    with psycopg.connect(cluster.dsn("ours")) as source:
        lines = _objects(
            source, PaymentLine, "SELECT * FROM payments_paymentline WHERE line_number <= %s", rows
        )
        moves = _objects(
            source, Transfer,
            "SELECT t.* FROM ledger_transfer t JOIN payments_paymentline l ON l.id = t.line_id WHERE l.line_number <= %s", rows,
        )  # fmt: skip
    started = time.perf_counter()
    with unit_of_work(Actor.system("bench", scope=""), "bench"):
        write(lines)
        write(moves)
    return round(time.perf_counter() - started, 2)


def _objects(source: Any, model: Any, sql: str, rows: int) -> list[Any]:
    cursor = source.execute(sql, [rows])
    names = [column.name for column in cursor.description]
    return [model(**dict(zip(names, row, strict=True))) for row in cursor.fetchall()]


def _loop(objects: list[Any]) -> None:
    for one in objects:
        one.save(force_insert=True)


def _bulk(objects: list[Any]) -> None:
    for start in range(0, len(objects), 1000):
        type(objects[0]).objects.bulk_create(objects[start : start + 1000])


def main() -> int:
    """Run the contenders and print what they took."""
    parser = argparse.ArgumentParser(prog="python -m bench.payment_run", description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=250_000)
    parser.add_argument("--only", choices=["ours"], default=None)
    parser.add_argument("--folder", type=Path, default=None, help="where the throw-away cluster lies")
    parser.add_argument("--out", type=Path, default=None, help="JSON file for the figures")
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="jubao-bench-run-", dir=given.folder))
    folder.chmod(0o755)
    cluster = prepared(folder, given.people)
    try:
        found = {"people": given.people, **ours(cluster)}
        if given.only is None:
            _peers(cluster, folder, found)
    finally:
        cluster.stop(mode="immediate")
        shutil.rmtree(folder, ignore_errors=True)
    text = json.dumps(found, ensure_ascii=False, indent=1)
    if given.out:
        given.out.write_text(text + "\n", encoding="utf-8")
    print(text)
    return 0


def _peers(cluster: Any, folder: Path, found: dict[str, Any]) -> None:
    found["rows"] = dumped(cluster, folder)
    found["COPY, same triggers"] = plain_copy(cluster, folder, triggers=True)
    found["COPY, no triggers, no foreign keys"] = plain_copy(cluster, folder, triggers=False)
    found["ours : COPY"] = round(found["ours"] / found["COPY, same triggers"], 2)
    scale = found["lines"]
    for label, rows, write in (("bulk_create", BULK_ROWS, _bulk), ("row by row", LOOP_ROWS, _loop)):
        rows = min(rows, scale)
        seconds = through_models(cluster, rows, write, f"models_{rows}")
        found[f"{label} (scaled from {rows} lines)"] = round(seconds * scale / rows, 1)


if __name__ == "__main__":
    sys.exit(main())
