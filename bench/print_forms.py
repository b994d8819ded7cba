"""The confirmation forms of a district, from the rows of the database to sealed files, beside setting the same pages alone.

python -m bench.print_forms --people 10000        # a throw-away cluster; a table on the screen and in JSON

Ours is what the button does: contents by the rules with every step, numbers, links, the log of looks, one sealed PDF per village,
progress; two processes set pages. "pages alone" sets the same contents in chunks of 250, as the plain loop of a script would.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import resource
import shutil
import sys
import tempfile
import threading
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from bench.payment_population import PATH, REGION
from bench.payment_run import copy_of, prepared, timed

MONTH, DAY = 2024 * 12 + 2, date(2024, 3, 11)
NOW = datetime(2024, 3, 11, 2, tzinfo=UTC)
CHUNK = 250

_ROWS = (
    "UPDATE people_person SET birth_date = DATE '1964-04-01' + (random() * 60)::int",
    "UPDATE people_enrolment SET is_only_child = (random() < 0.3)",
    """INSERT INTO people_identitydocument (person_id, kind, number, valid_from)
       SELECT id, 'id_card', '509901196404' || lpad((row_number() OVER ())::text, 6, '0'), '1980-01-01' FROM people_person""",
    """INSERT INTO people_phone (person_id, number, is_mobile, source, from_on)
       SELECT id, '139' || right(personal_number, 8), true, 'test', '2020-01-01' FROM people_person""",
    """INSERT INTO contributions_formeryears (enrolment_id, until_year, contribution_months, make_up_months, min_tier_months,
                                              has_gap, source)
       SELECT id, 2024, 180, 0, 180, false, '' FROM people_enrolment""",
    """INSERT INTO people_cardaccountcheck (person_id, outcome, account_number, bank_name, is_activated, source, fetched_at)
       SELECT id, 'found', '621700' || right(personal_number, 13), '重庆农村商业银行', true, 'CARD_SYSTEM', now()
       FROM people_person""",
    f"""INSERT INTO claim_free_extraction (district_code, month, drawn_on, pack_hash, candidate_count, excluded_count,
                                          extracted_at)
       VALUES ('{REGION}', {MONTH}, '2024-03-01', '', 0, 0, now())""",
    f"""INSERT INTO cases_case (number, kind, district_code, division_path, person_id, subject_id, title, channel, state, version,
                               proposal, digest, is_open, outcome, opened_at, pack_hash)
       SELECT '{REGION}-2024-' || lpad((row_number() OVER ())::text, 6, '0'), 'claim_free', '{REGION}', division_path, person_id,
              id, '', 'counter', 'notified', 1, '{{}}', '', true, '', now(), '' FROM people_enrolment""",
    f"""INSERT INTO claim_free_flag (enrolment_id, person_id, division_path, extraction_id, case_id, month, window_until, state,
                                    reason_code, reason, changed_at)
       SELECT c.subject_id, c.person_id, c.division_path, x.id, c.id, {MONTH}, '2024-06-30', 'flagged', '', '', now()
       FROM cases_case c, claim_free_extraction x""",
)  # fmt: skip


def populate(cursor: Any) -> None:
    """Everybody is on the list of March 2024 and misses nothing. The cursor belongs to a superuser."""
    cursor.execute("SET session_replication_role = replica")
    for text in _ROWS:
        cursor.execute(text)
    cursor.execute("SET session_replication_role = origin")
    cursor.execute("ANALYZE")


def ours() -> dict[str, Any]:
    """The job, as the worker runs it."""
    from jubao.jobs.print_forms import PrintOrder, print_forms

    found: dict[str, Any] = {}
    order = PrintOrder(REGION, PATH, MONTH, DAY, uuid4(), uuid4(), "bench")
    with timed(found, "ours"), Memory() as memory, Cpu() as cpu:
        villages = print_forms(order, now=lambda: NOW)
    found["cpu_seconds_python"] = cpu.seconds
    found["forms"] = sum(one["forms"] for one in villages.values())
    found["files"] = sum(len(one["documents"]) for one in villages.values())
    found["left_out"] = sum(sum(one["left_out"].values()) for one in villages.values())
    found["peak_mb_all_processes"] = memory.most
    return found


def pages_alone() -> dict[str, Any]:
    """The same contents, set by the same two processes, kept nowhere."""
    from jubao.claim_free.models import ConfirmationForm
    from jubao.database.unit_of_work import read_scope
    from jubao.services.claim_free.forms import confirmation_forms_pdf

    with read_scope(PATH):
        contents = [
            dict(one, trace=[]) for one in ConfirmationForm.objects.values_list("contents", flat=True)
        ]
    pieces = [contents[first : first + CHUNK] for first in range(0, len(contents), CHUNK)]
    found: dict[str, Any] = {}
    with (
        timed(found, "pages alone"),
        multiprocessing.get_context("spawn").Pool(2, maxtasksperchild=4) as pool,
    ):
        found["bytes"] = sum(len(one) for one in pool.imap(confirmation_forms_pdf, pieces))
    return found


class Cpu:
    """CPU seconds of this process and of the children that ended: what a busy machine does not stretch."""

    seconds = 0.0

    def __enter__(self) -> Cpu:
        self._before = self._now()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = round(self._now() - self._before, 1)

    def _now(self) -> float:
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(one.ru_utime + one.ru_stime for one in used)


class Memory:
    """The most memory this process and its children held together, looked at ten times a second."""

    def __init__(self) -> None:
        self.most, self._over = 0, threading.Event()

    def __enter__(self) -> Memory:
        threading.Thread(target=self._look, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()

    def _look(self) -> None:
        while not self._over.wait(0.1):
            pids = ["self", *(str(child.pid) for child in multiprocessing.active_children())]
            self.most = max(self.most, sum(map(_resident_mb, pids)))


def _resident_mb(pid: str) -> int:
    try:
        text = Path(f"/proc/{pid}/status").read_text(encoding="ascii")
    except OSError:
        return 0
    return next((int(line.split()[1]) // 1024 for line in text.splitlines() if line.startswith("VmRSS")), 0)


def main() -> None:
    """Measure; JSON on the screen."""
    parser = argparse.ArgumentParser(prog="python -m bench.print_forms", description=__doc__)
    parser.add_argument("--people", type=int, default=10_000)
    given = parser.parse_args()
    folder = Path(tempfile.mkdtemp(prefix="jubao-print-", dir="/tmp"))
    folder.chmod(0o755)
    started = time.perf_counter()
    cluster = prepared(folder, given.people)
    try:
        with psycopg.connect(cluster.dsn("people")) as server:
            populate(server.cursor())
        copy_of(cluster, "ours")
        print(f"prepared in {time.perf_counter() - started:.0f} s", file=sys.stderr)
        found = {"people": given.people, "ours": ours(), "pages alone": pages_alone()}
        found["python_peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(json.dumps(found, ensure_ascii=False, indent=1))
    finally:
        cluster.stop()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
