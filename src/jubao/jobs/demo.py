"""The demo in the system: districts seeded, their months paid, feeds in, the present month run; asked again it does nothing.

Worked example: `prepare_district("500110", DemoOrder(people=20000, …), now=clock)` in one process and the same for 150404 in
another leave two districts within a minute; a killed process goes on with the step it was in.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date
from typing import Any

from jubao.database.actor import Actor
from jubao.database.places import data_dir
from jubao.database.unit_of_work import read_scope
from jubao.demo.districts import district
from jubao.demo.order import FEEDS, Order, carry_out
from jubao.demo.system_people import HISTORY_YEARS, RECIPIENTS_IN_TEN
from jubao.jobs.demo_cards import cards_make
from jubao.jobs.demo_history import pay_months, settle_interest
from jubao.jobs.demo_officers import bind_cards
from jubao.jobs.demo_programme import former_month, present_month
from jubao.jobs.demo_seed import seed_district
from jubao.jobs.month import MonthOrder, run_month, scope_of
from jubao.jobs.progress import Clock, JobKey, Listener, Progress, running
from jubao.jobs.scope import session_scope
from jubao.kernel.errors import CheckFailed
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.oversight.models import JobRun
from jubao.people.models import Enrolment
from jubao.services.certification.feeds import feed_import

SEED_JOB, MONTH_JOB = "demo_seed", "demo_month"
COMMAND = "jubao demo start"


@dataclass(frozen=True)
class DemoOrder:
    """How many people per district, which seed, on which day."""

    people: int
    seed: int
    today: date

    @property
    def month(self) -> Month:
        """The present month."""
        return Month.containing(self.today)


def is_demo() -> bool:
    """Whether this database was made by the demo; nothing of the demo works on another one."""
    return JobRun.objects.filter(job=SEED_JOB).exists()


def require_demo_or_empty() -> None:
    """Raises CheckFailed NOT_A_DEMO_DATABASE when people are here whom no demo has made."""
    with read_scope("%"):
        has_people = Enrolment.objects.exists()
    if has_people and not is_demo():
        raise CheckFailed(
            "NOT_A_DEMO_DATABASE",
            _("这个数据库里已有真实业务数据，不能写入演示数据。"),
            remedy=_("请用 JUBAO_DATA_DIR 指定另一个文件夹。"),
        )


def unfinished(job: str, codes: tuple[str, ...]) -> tuple[str, ...]:
    """The districts for which a job of the demo is not done yet."""
    done = JobRun.objects.filter(job=job, state="done", district_code__in=codes)
    finished = set(done.values_list("district_code", flat=True))
    return tuple(code for code in codes if code not in finished)


def as_begun(code: str, order: DemoOrder) -> DemoOrder:
    """The order a district was seeded with: a demo that was killed goes on with its own people on its own day."""
    job = JobRun.objects.filter(job=SEED_JOB, district_code=code, month=None, key="").first()
    made = job.result.get("steps", {}).get("people") if job is not None else None
    return DemoOrder(made["people"], made["seed"], date.fromisoformat(made["on"])) if made else order


def seed(code: str, order: DemoOrder, *, now: Clock, listener: Listener) -> dict[str, Any]:
    """Places, officers and people of a district."""
    with running(JobKey(SEED_JOB, code), now=now, listener=listener) as progress:
        if not progress.has("people"):
            rows = seed_district(
                district(code),
                people=order.people,
                seed=order.seed,
                today=order.today,
                now=now(),
                progress=progress,
            )
            bind_cards(code, today=order.today, now=now())
            cards_make(code, people=order.people, seed=order.seed, month=order.month)
            progress.keep(
                "people", {"rows": rows, "people": order.people, "seed": order.seed, "on": str(order.today)}
            )
        return progress.kept("people")


def run_months(code: str, order: DemoOrder, *, now: Clock, listener: Listener) -> dict[str, Any]:
    """The months gone by, the feeds, and the present month of a seeded district."""
    order = as_begun(code, order)
    month = order.month
    with running(JobKey(MONTH_JOB, code), now=now, listener=listener) as progress:
        if not progress.has("history"):
            settle_interest(code, month, month.year - HISTORY_YEARS, progress)
            pay_months(code, month, progress)
            progress.keep("history", {})
        if not progress.has("feeds"):
            progress.keep("feeds", {"feeds": import_feeds(code, order, progress)})
        has_claim_free = district(code).has_claim_free
        if has_claim_free and not progress.has("former_claim_free"):
            progress.step("claim_free")
            progress.keep("former_claim_free", former_month(code, order.today, now()))
        if not progress.has("month"):
            # A demo that was killed may go on days later: its day is confirmed, it is the day of its people.
            found = run_month(
                MonthOrder(code, month), today=order.today, now=now, listener=listener, confirmed_by=COMMAND
            )
            progress.keep("month", found)
        if has_claim_free and not progress.has("claim_free"):
            progress.step("claim_free")
            progress.keep("claim_free", present_month(code, order.today, now()))
        return progress.kept("month")


def import_feeds(code: str, order: DemoOrder, progress: Progress) -> int:
    """The departments' lists of the month, made and taken in; how many."""
    folder = data_dir() / "demo" / code
    actor = Actor.system("demo", scope=scope_of(code))
    people = max(1, order.people * RECIPIENTS_IN_TEN // 10)
    plans = district(code).feeds
    progress.step("feeds", len(plans))
    carry_out(
        Order(folder, people=people, seed=order.seed, month=order.month, regions=(code,), kinds=(FEEDS,))
    )
    with session_scope(actor.scope):
        for plan in plans:
            path = folder / code / FEEDS / f"{plan.source}.parquet"
            if path.is_file():
                feed_import(
                    actor=actor, source=plan.source, district_code=code, month=order.month.index, path=path
                )
            progress.advance()
    shutil.rmtree(folder, ignore_errors=True)
    return len(plans)


def month_results(codes: tuple[str, ...]) -> dict[str, dict[str, Any]]:
    """What the month runs of the demo found, by district."""
    jobs = JobRun.objects.filter(job=MONTH_JOB, district_code__in=codes)
    kept = {job.district_code: job.result.get("steps", {}) for job in jobs}
    return {code: kept[code]["month"] for code in codes if "month" in kept.get(code, {})}
