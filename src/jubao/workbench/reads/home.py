"""What the first page says: figures of the officer's area, warnings, the five cases last worked on.

Worked example: a reviewer of a district sees 参保 118 600 人, 领取 60 012 人, and 超期业务 3 in red with the list behind it.
Figures and warnings are kept for a minute per place, since everybody of an office opens the same page at half past eight.
A run that is not handed in yet shows the sum of its lines as they stand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.cache import cache
from django.db.models import Max, OuterRef, Q, Subquery, Sum
from django.urls import reverse

from jubao.benefits.models import PaymentStatus
from jubao.cases.models import Case, CaseEvent
from jubao.certification.models import CertificationEvent
from jubao.database.actor import Actor
from jubao.database.together import Prepared, given
from jubao.kernel.month import Month
from jubao.oversight.models import JobRun, SelfAuditReport
from jubao.payments.models import PaymentLine, PaymentOutcome, PaymentRun
from jubao.people.models import Enrolment, EnrolmentStatus
from jubao.staff.posts import AUDIT, BUSINESS, DATA, FINANCE, SYSTEM
from jubao.workbench.access import may_open

KEPT_SECONDS = 60
RECENT_STEPS = 200
"""Steps among which the cases last worked on are looked for."""


@dataclass(frozen=True)
class Figure:
    """A number with its name and the page behind it."""

    title: str
    value: int
    link: str = ""
    note: str = ""
    is_bad: bool = False
    is_money: bool = False


def _kept(key: str, count: Callable[[], Any]) -> Any:
    """What was counted within the last minute, else counted now: by one who asks, while others still read the last count."""
    known = cache.get_many((key, f"{key}:fresh"))
    if len(known) == 2:
        return known[key]
    cache.set(f"{key}:fresh", True, KEPT_SECONDS)
    found = count()
    cache.set(key, found, 2 * KEPT_SECONDS)
    return found


def figures(actor: Actor, today: date) -> list[Figure]:
    """The area in numbers."""
    month = Month.containing(today).index
    found = _kept(f"home:{actor.scope}:{today:%Y%m%d}", lambda: _counts(actor.scope, month, today))
    return [
        Figure("参保人数", found["enrolled"]),
        Figure("领取待遇人数", found["drawing"]),
        Figure("暂停、暂缓发放", found["held"], _for(actor, "standing-list", "held")),
        Figure("本月已认证", found["certified"]),
        Figure(
            "最近一批发放（元）", found["paid_fen"], _for(actor, "payment-runs"), found["run"], is_money=True
        ),
    ]


def _for(actor: Actor, route: str, *given: str) -> str:
    """Where a figure leads; nowhere for a post that may not open the page."""
    return reverse(route, args=given) if may_open(actor, route) else ""


def _counts(scope: str, month: int, today: date) -> dict[str, Any]:
    live = Q(until_month__isnull=True) | Q(until_month__gt=month)
    held = PaymentStatus.objects.filter(
        live, from_month__lte=month, entitlement__enrolment__division_path__startswith=scope
    )
    states = EnrolmentStatus.objects.filter(
        live, from_month__lte=month, enrolment__division_path__startswith=scope
    )
    return {
        "enrolled": Enrolment.objects.filter(division_path__startswith=scope, ended_on__isnull=True).count(),
        "drawing": states.filter(kind="drawing").count(),
        "held": held.exclude(kind="normal").count(),
        "certified": CertificationEvent.objects.filter(
            certified_on__gte=today.replace(day=1), enrolment__division_path__startswith=scope
        ).count(),
        **_last_run(scope),
    }


def _last_run(scope: str) -> dict[str, Any]:
    """The sum and the state of the newest run; totals are fixed when it is handed in."""
    runs = PaymentRun.objects.filter(division_path__startswith=scope).exclude(state="void")
    run = runs.order_by("-id").first()
    if run is None:
        return {"paid_fen": 0, "run": ""}
    total = run.total_fen
    if not run.digest:
        lines = PaymentLine.objects.filter(run=run, is_in_run=True)
        total = lines.aggregate(sum=Sum("amount_fen"))["sum"] or 0
    return {"paid_fen": total, "run": f"{Month.from_index(run.benefit_month)} {run.get_state_display()}"}


def warnings(actor: Actor, today: date) -> list[Figure]:
    """What somebody should look at; only what is there, only for posts that can act on it."""
    found = [_warning(one, actor, today) for one in WARNINGS if one.families & actor.families]
    return [one for one in found if one.value]


@dataclass(frozen=True)
class Reminder:
    """One thing to warn of: who can act on it, where it is listed, how it is counted under a place."""

    title: str
    families: frozenset[str]
    route: tuple[str, ...]
    count: Callable[[str, date], int]
    query: str = ""
    is_bad: bool = False


def _warning(one: Reminder, actor: Actor, today: date) -> Figure:
    scope = actor.scope
    value = _kept(f"warning:{one.title}:{scope}:{today:%Y%m%d}", lambda: one.count(scope, today))
    address = _for(actor, *one.route)
    return Figure(one.title, value, address and f"{address}{one.query}", is_bad=one.is_bad)


def _overdue(scope: str, today: date) -> int:
    return Case.objects.filter(is_open=True, due_on__lt=today, division_path__startswith=scope).count()


def _returned(scope: str, _today: date) -> int:
    return PaymentOutcome.objects.filter(
        state="returned", is_last=True, line__repayments__isnull=True, line__division_path__startswith=scope
    ).count()


def _found_by_the_check(_scope: str, _today: date) -> int:
    report = SelfAuditReport.objects.order_by("-id").first()
    return report.violations if report else 0


def _out_of_hours(scope: str, today: date) -> int:
    return CaseEvent.objects.filter(
        is_out_of_hours=True, at__date__gte=today - timedelta(days=7), place_path__startswith=scope
    ).count()


def _failed_jobs(_scope: str, _today: date) -> int:
    return JobRun.objects.filter(state="failed").count()


_EVERYBODY = frozenset({BUSINESS, FINANCE, DATA, AUDIT, SYSTEM})
WARNINGS = (
    Reminder("超期未办结的业务", _EVERYBODY, ("cases",), _overdue, "?due=late", is_bad=True),
    Reminder("退票尚未重新支付", frozenset({BUSINESS, FINANCE, AUDIT}), ("standing-list", "returned"), _returned,
             is_bad=True),
    Reminder("自检发现的问题", frozenset({AUDIT, SYSTEM}), ("oversight",), _found_by_the_check, is_bad=True),
    Reminder("七天内非工作时间经办", frozenset({AUDIT, SYSTEM}), ("cases",), _out_of_hours, "?hours=out"),
    Reminder("没有成功的后台任务", frozenset({DATA, SYSTEM, AUDIT}), ("jobs",), _failed_jobs),
)  # fmt: skip


def _latest_steps() -> Any:
    return CaseEvent.objects.filter(natural_person_id=given("me")).order_by("-id")


RECENT: Prepared[Any] = Prepared(
    lambda: (
        Case.objects.filter(pk__in=_latest_steps().values("case_id")[:RECENT_STEPS])
        .annotate(
            last=Subquery(
                CaseEvent.objects.filter(case=OuterRef("pk"), natural_person_id=given("me"))
                .order_by()
                .values("case")
                .annotate(last=Max("at"))
                .values("last")
            )
        )
        .select_related("person")
        .defer("proposal")
        .order_by("-last")[:5]
    )
)
"""The five cases that the human being `me` last worked on, for `database.together`."""
