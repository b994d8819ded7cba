"""A demo killed by kill -9 again and again ends, on the next start, with the same month as one that was never killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.demo.counterparts.card_system import Store, server
from jubao.jobs.demo import DemoOrder, run_months, seed
from jubao.jobs.demo_cards import cards_path
from jubao.oversight.models import JobRun
from jubao.services.oversight.selfaudit import run_selfaudit
from tests.support.demo_district import CODE, TODAY, DemoDatabase, clock, seeded, silent

PEOPLE = 1000
BIGGER = DemoOrder(people=PEOPLE, seed=7, today=TODAY)
DIES_AFTER = (2, 10, 25, 45)
"""How many commits each process lives."""
MOST_STARTS = 60
IN_A_PROCESS = f"""
import os, signal, sys
import django
django.setup()
from django.db.backends.base.base import BaseDatabaseWrapper
from jubao.jobs.demo import DemoOrder, run_months
from tests.support.demo_district import CODE, TODAY, clock, silent
left, commit = int(sys.argv[1]), BaseDatabaseWrapper.commit
def counted(self):
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    commit(self)
BaseDatabaseWrapper.commit = counted
run_months(CODE, DemoOrder(people={PEOPLE}, seed=7, today=TODAY), now=clock, listener=silent)
"""
COUNTED = {
    "cases": "SELECT kind, state, count(*) FROM cases_case GROUP BY 1, 2",
    "flags": "SELECT month, state, count(*) FROM claim_free_flag GROUP BY 1, 2",
    "told": "SELECT means, count(*) FROM claim_free_notification GROUP BY 1",
    "forms": "SELECT channel, state, count(*) FROM claim_free_confirmationform WHERE state <> 'void' GROUP BY 1, 2",
    "messages": "SELECT purpose, state, count(*) FROM notices_outboxmessage GROUP BY 1, 2",
    "runs": "SELECT benefit_month, state, line_count, total_fen, count(*) FROM payments_paymentrun GROUP BY 1, 2, 3, 4",
    "money": "SELECT code, phase, count(*), sum(amount_fen) FROM ledger_transfer GROUP BY 1, 2",
    "funds": "SELECT count(*), sum(amount_fen) FROM payments_fundsreceipt",
    "tax": "SELECT count(*), sum(amount_fen) FROM contributions_taxrecord",
    "summaries": "SELECT count(*), sum(extracted) FROM claim_free_monthsummary",
    "bulletins": "SELECT published_at IS NOT NULL, count(*) FROM claim_free_bulletin GROUP BY 1",
    "judged": "SELECT list_name, count(*) FROM comparison_judgedsubject GROUP BY 1",
}


def counted() -> dict[str, list[tuple[Any, ...]]]:
    found = {}
    with connection.cursor() as cursor:
        for name, sql in COUNTED.items():
            cursor.execute(sql)
            found[name] = sorted(cursor.fetchall(), key=str)
    return found


@contextmanager
def card_system() -> Iterator[dict[str, str]]:
    """The made-up card system with the cards of the seeded district."""
    beside = server(0, Store(str(cards_path()), "k"))
    threading.Thread(target=beside.serve_forever, daemon=True).start()
    yield {"JUBAO_CARD_URL": f"http://127.0.0.1:{beside.server_address[1]}", "JUBAO_CARD_KEY": "k"}
    beside.shutdown()
    beside.server_close()


@pytest.fixture
def never_killed(test_cluster: Any, tmp_path: Path, demo_packs: Path) -> dict[str, list[tuple[Any, ...]]]:
    with seeded(test_cluster, tmp_path / "twin", demo_packs, BIGGER) as own, card_system() as env:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in env.items():
                patch.setenv(name, value)
            run_months(CODE, BIGGER, now=clock, listener=silent)
        own.see_everything()
        return counted()


def started(own: DemoDatabase, env: dict[str, str], commits: int) -> int:
    """One process that may live so many commits; its exit code."""
    program = [sys.executable, "-c", IN_A_PROCESS, str(commits)]
    done = subprocess.run(program, env=own.env() | env, capture_output=True, text=True, check=False)
    assert done.returncode in (0, -signal.SIGKILL), done.stderr
    own.forget_the_killed()
    return done.returncode


def test_a_demo_killed_again_and_again_ends_with_its_month_whole(
    never_killed: dict[str, list[tuple[Any, ...]]], test_cluster: Any, tmp_path: Path, demo_packs: Path
) -> None:
    with seeded(test_cluster, tmp_path / "killed", demo_packs, BIGGER) as own, card_system() as env:
        codes = [started(own, env, commits) for commits in DIES_AFTER]
        for _again in range(MOST_STARTS):
            if codes[-1] == 0:
                break
            codes.append(started(own, env, 100))
        own.see_everything()

        assert codes.count(-signal.SIGKILL) >= len(DIES_AFTER) and codes[-1] == 0
        assert JobRun.objects.get(job="demo_month").state == "done"
        assert counted() == never_killed
        assert [line.id for line in run_selfaudit(seals=False) if line.violations] == []


def test_seeding_killed_half_way_still_gives_every_officer_a_password(
    test_cluster: Any, tmp_path: Path, demo_packs: Path
) -> None:
    from django.contrib.auth.hashers import is_password_usable

    from jubao.staff.models import Officer

    with seeded(test_cluster, tmp_path / "officers", demo_packs) as own:
        with unit_of_work(Actor.system("test", scope="%"), "test"):
            Officer.objects.update(password="!", one_time_code_secret="")
        JobRun.objects.update(state="running", result={})

        seed(CODE, DemoOrder(people=600, seed=7, today=TODAY), now=clock, listener=silent)

        own.see_everything()
        assert all(
            is_password_usable(one.password) and one.one_time_code_secret for one in Officer.objects.all()
        )
