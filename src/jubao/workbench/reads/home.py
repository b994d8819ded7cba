"""What the first page says: figures of the officer's area, warnings, the five cases last worked on.

Worked example: a reviewer of a district sees 参保 118 600 人, 领取 60 012 人, and 超期业务 3 in red with the list behind it.
Figures are kept for a minute per place, since everybody of an office opens the same page at half past eight.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from django.core.cache import cache
from django.db.models import Max, Q
from django.urls import reverse

from jubao.benefits.models import PaymentStatus
from jubao.cases.models import Case, CaseEvent
from jubao.certification.models import CertificationEvent
from jubao.database.actor import Actor
from jubao.kernel.month import Month
from jubao.oversight.models import JobRun, SelfAuditReport
from jubao.payments.models import PaymentOutcome, PaymentRun
from jubao.people.models import Enrolment, EnrolmentStatus
from jubao.staff.posts import AUDIT, BUSINESS, DATA, FINANCE, SYSTEM

KEPT_SECONDS = 60


@dataclass(frozen=True)
class Figure:
    """A number with its name and the page behind it."""

    title: str
    value: int
    link: str = ""
    note: str = ""
    is_bad: bool = False
    is_money: bool = False


def figures(actor: Actor, today: date) -> list[Figure]:
    """The area in numbers."""
    key = f"home:{actor.scope}:{today:%Y%m%d}"
    found: dict[str, int] | None = cache.get(key)
    if found is None:
        found = _counts(actor.scope, Month.containing(today).index, today)
        cache.set(key, found, KEPT_SECONDS)
    return [
        Figure("参保人数", found["enrolled"]),
        Figure("领取待遇人数", found["drawing"]),
        Figure("暂停、暂缓发放", found["held"], reverse("standing-list", args=["held"])),
        Figure("本月已认证", found["certified"]),
        Figure("最近一批发放（元）", found["paid_fen"], reverse("payment-runs"), is_money=True),
    ]


def _counts(scope: str, month: int, today: date) -> dict[str, int]:
    live = Q(until_month__isnull=True) | Q(until_month__gt=month)
    held = PaymentStatus.objects.filter(
        live, from_month__lte=month, entitlement__enrolment__division_path__startswith=scope
    )
    states = EnrolmentStatus.objects.filter(
        live, from_month__lte=month, enrolment__division_path__startswith=scope
    )
    run = (
        PaymentRun.objects.filter(division_path__startswith=scope)
        .exclude(state="void")
        .order_by("-id")
        .first()
    )
    return {
        "enrolled": Enrolment.objects.filter(division_path__startswith=scope, ended_on__isnull=True).count(),
        "drawing": states.filter(kind="drawing").count(),
        "held": held.exclude(kind="normal").count(),
        "certified": CertificationEvent.objects.filter(
            certified_on__gte=today.replace(day=1), enrolment__division_path__startswith=scope
        ).count(),
        "paid_fen": run.total_fen if run else 0,
    }


def warnings(actor: Actor, today: date) -> list[Figure]:
    """What somebody should look at; only what is there, only for posts that can act on it."""
    overdue = Case.objects.filter(
        is_open=True, due_on__lt=today, division_path__startswith=actor.scope
    ).count()
    found = [Figure("超期未办结的业务", overdue, f"{reverse('cases')}?due=late", is_bad=True)]
    if actor.families & {BUSINESS, FINANCE, AUDIT}:
        returned = PaymentOutcome.objects.filter(
            state="returned", is_last=True, line__repayments__isnull=True,
            line__division_path__startswith=actor.scope,
        ).count()  # fmt: skip
        found.append(
            Figure("退票尚未重新支付", returned, reverse("standing-list", args=["returned"]), is_bad=True)
        )
    if actor.families & {AUDIT, SYSTEM}:
        report = SelfAuditReport.objects.order_by("-id").first()
        found.append(
            Figure("自检发现的问题", report.violations if report else 0, reverse("oversight"), is_bad=True)
        )
        hours = CaseEvent.objects.filter(
            is_out_of_hours=True, at__date__gte=today - timedelta(days=7), place_path__startswith=actor.scope
        )
        found.append(Figure("七天内非工作时间经办", hours.count(), f"{reverse('cases')}?hours=out"))
    if actor.families & {DATA, SYSTEM, AUDIT}:
        found.append(
            Figure("没有成功的后台任务", JobRun.objects.filter(state="failed").count(), reverse("jobs"))
        )
    return [one for one in found if one.value]


def recent_cases(actor: Actor) -> list[Case]:
    """The five cases this human being last worked on."""
    last = (
        CaseEvent.objects.filter(natural_person_id=actor.natural_person_id)
        .order_by()
        .values("case_id")
        .annotate(last=Max("at"))
        .order_by("-last")[:5]
    )
    order = [row["case_id"] for row in last]
    found = {case.id: case for case in Case.objects.filter(id__in=order).select_related("person")}
    return [found[key] for key in order if key in found]
