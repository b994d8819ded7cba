"""Two officers at one payment at once: approval and voiding, sending and a death, a new account and the draft.

Worked example: the approval stops before its seventh statement, the whole voiding is tried meanwhile, the approval goes on: the
run is approved or void, never something between, and the self-audit finds nothing. Ten places to stop for each pair.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

import psycopg
import pytest

from jubao.database.embedded import SUPERUSER, Cluster
from jubao.database.places import OWNER_ROLE
from jubao.kernel.errors import DomainError
from tests.integrity import crash_payments as steps
from tests.integrity.clones import Clones
from tests.integrity.crash_points import CrashPoint
from tests.integrity.crash_state import audited

TURNS = 10
PATIENCE_SECONDS = 60
GLANCE_SECONDS = 0.02
WAITING = (
    "SELECT EXISTS (SELECT FROM pg_stat_activity"
    " WHERE datname = current_database() AND cardinality(pg_blocking_pids(pid)) > 0)"
)

Run = Callable[[dict[str, Any]], Any]


class Stop(CrashPoint):
    """Counts like a crash point, but at the chosen one it waits: until the other is done or waits for a lock of ours."""

    def __init__(self, at: int | None, dsn: str = "") -> None:
        super().__init__(at)
        self.dsn = dsn
        self.reached, self.go_on = threading.Event(), threading.Event()

    def step(self) -> None:
        """One point passed; at the chosen one the other has its turn."""
        self.passed += 1
        if self.passed == self.at:
            self.reached.set()
            self.wait_for_the_other()

    def wait_for_the_other(self) -> None:
        """A server asked by its superuser knows who waits for whom."""
        end = time.monotonic() + PATIENCE_SECONDS
        with psycopg.connect(self.dsn, autocommit=True) as server:
            while not self.go_on.wait(GLANCE_SECONDS) and server.execute(WAITING).fetchone() == (False,):
                assert time.monotonic() < end, "the other neither ended nor waited"


def answer_of(run: Run, given: dict[str, Any]) -> str:
    """Done, or the code of the refusal."""
    try:
        run(given)
    except DomainError as refused:
        return refused.code
    return "done"


def interleaved(first: Run, second: Run, given: dict[str, Any], stop: Stop) -> tuple[str, str]:
    """Both answers, the second command having been started while the first stood where it stops."""
    from django.db import connection

    answers = ["did not end", "did not end"]

    def one() -> None:
        try:
            with stop:
                answers[0] = answer_of(first, given)
        finally:
            stop.reached.set()
            connection.close()

    def other() -> None:
        stop.reached.wait()
        try:
            answers[1] = answer_of(second, given)
        finally:
            stop.go_on.set()
            connection.close()

    threads = [threading.Thread(target=one), threading.Thread(target=other)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers[0], answers[1]


@dataclass(frozen=True)
class Outcome:
    """What one interleaving came to."""

    answers: tuple[str, str]
    run: str
    case: str
    live_lines: int
    lines: int
    transfers: int
    accounts: frozenset[str]


def outcome(answers: tuple[str, str]) -> Outcome:
    """The only run of the database, as the owner sees it."""
    from jubao.ledger.models import Transfer
    from jubao.payments.models import PaymentLine, PaymentRun
    from jubao.people.models import PayoutAccount

    run = PaymentRun.objects.select_related("case").get()
    lines = PaymentLine.objects.filter(run=run)
    paid_to = PayoutAccount.objects.filter(id__in=[one.payout_account_id for one in lines])
    accounts = frozenset(one.account_number for one in paid_to)
    return Outcome(
        answers, run.state, run.case.state, lines.filter(is_live=True).count(), lines.count(), Transfer.objects.count(),
        accounts,
    )  # fmt: skip


@pytest.fixture
def clones(test_cluster: Cluster) -> Iterator[Clones]:
    """Copies of one prepared database."""
    made = Clones(test_cluster, f"copy_pairs_{os.getpid()}")
    yield made
    made.drop()


def turns(clones: Clones, prepare: Callable[[], dict[str, Any]], first: Run, second: Run) -> list[Outcome]:
    """Ten interleavings, spread over the statements of the first; the self-audit is clean after each."""
    given = clones.inside("base", prepare)()

    def counted() -> int:
        with Stop(None) as stop:
            first(given)
        return stop.passed

    points = clones.inside("counted", counted)()
    found = []
    for turn in range(TURNS):
        at, name = 1 + turn * (points - 1) // (TURNS - 1), f"turn{turn}"
        stop = Stop(at, clones.dsn(name, SUPERUSER))
        answers = clones.inside(name, lambda stop=stop: interleaved(first, second, given, stop))()
        after = clones.inside(name, audited, OWNER_ROLE)()
        assert after["broken"] == [], (at, answers, after["broken"][:3])
        found.append(clones.inside(name, lambda answers=answers: outcome(answers), OWNER_ROLE)())
        clones.drop(name)
    return found


APPROVABLE = steps._after(*steps.UNTIL_SENT[:3])


@pytest.mark.parametrize(
    ("first", "second"),
    [(steps._approve, steps._void), (steps._void, steps._approve)],
    ids=["approve", "void"],
)
def test_an_approval_and_a_voiding_leave_one_of_both(clones: Clones, first: Run, second: Run) -> None:
    for one in turns(clones, APPROVABLE, first, second):
        assert "done" in one.answers and one.run == one.case, one
        assert one.run in ("approved", "void"), one
        assert one.live_lines == (0 if one.run == "void" else one.lines), one


def _fundable() -> dict[str, Any]:
    from jubao.database.unit_of_work import read_scope
    from jubao.people.models import Enrolment

    given = steps._after(*steps.UNTIL_SENT[:6])()
    with read_scope("%"):
        return given | {"person": str(Enrolment.objects.order_by("id")[0].person_id)}


def _death(given: dict[str, Any]) -> None:
    from jubao.services.benefits.death_reports import death_report

    death_report(
        actor=steps.of("intake_clerk"), person_id=UUID(given["person"]), died_on=date(2025, 6, 20), source="CREMATION",
        today=steps.DAY,
    )  # fmt: skip


def test_a_death_stops_the_sending_or_comes_after_it(clones: Clones) -> None:
    seen = set()
    for one in turns(clones, _fundable, steps._send, _death):
        seen.add(one.answers[0])
        assert one.answers[1] == "done" and one.run == one.case, one
        if one.answers[0] == "done":
            assert one.run == "sent" and one.transfers >= one.lines, one
        else:
            assert (one.answers[0], one.run, one.transfers) == ("FOUND_SINCE", "funded", 0), one
    assert seen == {"done", "FOUND_SINCE"}


NEW_ACCOUNT = "6217000000000000029"


def _changeable() -> dict[str, Any]:
    from jubao.database.unit_of_work import read_scope
    from jubao.people.models import Enrolment
    from jubao.services.people.payout_accounts import account_change_propose
    from tests.integrity.crash_cases import looked_at
    from tests.support.papers import papers

    steps._people()
    clerk = steps.of("handler")
    with read_scope("%"):
        person = Enrolment.objects.select_related("person").order_by("id")[0].person
    case = account_change_propose(
        actor=clerk, person_id=person.id, account_number=NEW_ACCOUNT, holder_name=person.name, bank_name="农业银行",
        materials=papers(clerk, "id_document"), today=steps.DAY,
    )  # fmt: skip
    return looked_at(case, f"{steps.DISTRICT}-reviewer")


def _change(given: dict[str, Any]) -> None:
    from tests.integrity.crash_cases import take

    take(given, "approve", f"{steps.DISTRICT}-reviewer")


def test_a_new_account_waits_for_the_next_cut_off(clones: Clones) -> None:
    for one in turns(clones, _changeable, steps._draft, _change):
        assert one.answers[0] == "done" and one.run == one.case == "draft", one
        assert NEW_ACCOUNT not in one.accounts, one
