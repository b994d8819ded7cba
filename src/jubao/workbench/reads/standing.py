"""Standing lists (各类名册): who is held, who has no account, whose payment came back, who reaches sixty with years owed …

Worked example: `LISTS["no-account"].rows(scope, today)` are the people drawing a pension without a usable account; the counts
by township above the rows are made from the same query, so they equal the list (clerks' job F4).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count, Exists, F, Func, IntegerField, Max, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from jubao.benefits.models import PaymentStatus
from jubao.certification.models import CertificationEvent
from jubao.contributions.models import Contribution, FormerYears
from jubao.kernel.month import Month
from jubao.payments.models import PaymentLine, PaymentOutcome
from jubao.people.models import Division, Enrolment, EnrolmentStatus, OtherSchemeRecord, PayoutAccount

Rows = Callable[[str, date], QuerySet[Any]]
TOWNSHIP = r"^(?:[0-9]{6}/)*[0-9]{9}/"
NEVER = date(1900, 1, 1)


@dataclass(frozen=True)
class StandingList:
    """One list: what it holds and why, the query, where a row keeps its place and its person."""

    key: str
    title: str
    help: str
    rows: Rows
    place: str = "division_path"
    enrolment: str = ""


def _now(today: date) -> Q:
    month = Month.containing(today).index
    return Q(from_month__lte=month) & (Q(until_month__isnull=True) | Q(until_month__gt=month))


def drawing(scope: str, today: date) -> QuerySet[Enrolment]:
    """Everybody who draws a pension this month."""
    live = EnrolmentStatus.objects.filter(_now(today), enrolment=OuterRef("pk"), kind="drawing")
    found = Enrolment.objects.filter(Exists(live), division_path__startswith=scope, ended_on__isnull=True)
    return found.select_related("person")


def _held(scope: str, today: date) -> QuerySet[PaymentStatus]:
    found = PaymentStatus.objects.filter(_now(today), entitlement__enrolment__division_path__startswith=scope)
    return found.exclude(kind="normal").select_related("entitlement__enrolment__person")


def _no_account(scope: str, today: date) -> QuerySet[Enrolment]:
    accounts = PayoutAccount.objects.filter(person=OuterRef("person"), until_on__isnull=True)
    return drawing(scope, today).filter(~Exists(accounts))


def _account_waiting(scope: str, today: date) -> QuerySet[Enrolment]:
    waiting = PayoutAccount.objects.filter(
        person=OuterRef("person"), until_on__isnull=True, usable_on__gt=today, confirmed_at__isnull=True
    )
    return drawing(scope, today).filter(Exists(waiting))


def _returned(scope: str, today: date) -> QuerySet[PaymentOutcome]:
    again = PaymentLine.objects.filter(repays=OuterRef("line"), is_live=True)
    found = PaymentOutcome.objects.filter(~Exists(again), state="returned", is_last=True)
    return found.filter(line__division_path__startswith=scope).select_related("line__run")


def _certified_long_ago(scope: str, today: date) -> QuerySet[Enrolment]:
    before = today.replace(year=today.year - 1, day=min(today.day, 28))
    recent = CertificationEvent.objects.filter(enrolment=OuterRef("pk"), certified_on__gte=before)
    # The last day is for showing and sorting only: counting does without it.
    last = CertificationEvent.objects.filter(enrolment=OuterRef("pk")).order_by().values("enrolment")
    latest = Subquery(last.annotate(day=Max("certified_on")).values("day"))
    found = drawing(scope, today).filter(~Exists(recent))
    return found.annotate(last_certified=Coalesce(latest, Value(NEVER)))


def _owes_years(scope: str, today: date) -> QuerySet[Enrolment]:
    """Aged 59 and over, contributing, with fewer than fifteen years; the rule of the claim decides each one."""
    paid = Contribution.objects.filter(enrolment=OuterRef("pk"), is_live=True).order_by().values("enrolment")
    years = Subquery(paid.annotate(n=Count("year", distinct=True)).values("n"), output_field=IntegerField())
    former = Subquery(FormerYears.objects.filter(enrolment=OuterRef("pk")).values("contribution_months")[:1])
    born_by = today.replace(year=today.year - 59, day=min(today.day, 28))
    # The few of that age who still contribute are found first: counting the years of everybody costs more than the list.
    contributing = EnrolmentStatus.objects.filter(
        _now(today),
        kind__in=("active", "paused"),
        enrolment__person__birth_date__lte=born_by,
        enrolment__division_path__startswith=scope,
        enrolment__ended_on__isnull=True,
    )
    found = Enrolment.objects.filter(pk__in=contributing.values("enrolment"), division_path__startswith=scope)
    counted = found.annotate(
        paid_months=Coalesce(years, 0) * 12 + Coalesce(former, 0, output_field=IntegerField())
    )
    return counted.filter(paid_months__lt=180).select_related("person")


def _reaching_sixty(scope: str, today: date) -> QuerySet[Enrolment]:
    """Sixty within three months, or already, and not drawing yet."""
    month = Month.containing(today) + 3
    last = month.last_day.replace(year=month.year - 60, day=min(month.last_day.day, 28))
    live = EnrolmentStatus.objects.filter(
        _now(today), enrolment=OuterRef("pk"), kind__in=("active", "paused")
    )
    found = Enrolment.objects.filter(Exists(live), division_path__startswith=scope, ended_on__isnull=True)
    return found.filter(person__birth_date__lte=last).select_related("person")


def _paid_after_death(scope: str, today: date) -> QuerySet[PaymentLine]:
    """Live lines for months after the month of a death that was found decisive."""
    found = PaymentLine.objects.filter(is_live=True, division_path__startswith=scope).exclude(
        kind="funeral_grant"
    )
    return found.filter(
        Exists(
            Enrolment.objects.filter(pk=OuterRef("enrolment_id"), person__death_reports__is_decisive=True).annotate(
                died=F("person__death_reports__died_on__year") * 12 + F("person__death_reports__died_on__month") - 1
            ).filter(died__lt=OuterRef("benefit_month"))
        )
    ).select_related("run")  # fmt: skip


def _two_pensions(scope: str, today: date) -> QuerySet[Enrolment]:
    other = OtherSchemeRecord.objects.filter(person=OuterRef("person"), kind="benefit")
    return drawing(scope, today).filter(Exists(other))


LISTS = {
    one.key: one
    for one in (
        StandingList("held", "暂停、暂缓、停发", "本月不发或暂缓发放的人，各有原因、依据和办理的业务。", _held,
                     "entitlement__enrolment__division_path", "entitlement__enrolment"),
        StandingList("returned", "退票待重发", "银行退回、还没有重新支付的。改好账户后，下一批补充发放会带上。", _returned,
                     "line__division_path"),
        StandingList("no-account", "没有可用账户", "在享待遇、没有绑定银行账户的人。绑定后补发。", _no_account),
        StandingList("account-waiting", "新账户等待期", "账户刚变更，等待期内未经确认，不能发往新账户。", _account_waiting),
        StandingList("not-certified", "一年内没有认证", "在享待遇、最近认证超过一年或没有认证记录的人；到期日见人员页面。",
                     _certified_long_ago),
        StandingList("owes-years", "将满 60 周岁、缴费不足 15 年", "满 59 周岁、累计缴费不足 15 年的人，请通知补缴。",
                     _owes_years),
        StandingList("reaching-sixty", "三个月内到龄", "已满或三个月内满 60 周岁、还没有领取待遇的参保人。", _reaching_sixty),
        StandingList("paid-after-death", "死亡后仍发放", "认定死亡之月以后仍有发放的，请办理追缴。", _paid_after_death),
        StandingList("two-pensions", "疑似重复领取", "在享待遇、其他养老保险也有领取记录的人，请逐人核实。", _two_pensions),
    )
}  # fmt: skip


def by_township(rows: QuerySet[Any], place: str) -> list[tuple[str, str, int]]:
    """Path, name and count of each township, from the query of the list itself."""
    path = Func(F(place), Value(TOWNSHIP), function="substring")
    counted = rows.order_by().annotate(township=path).values_list("township").annotate(n=Count("pk"))
    counts: dict[str, int] = {key or "": n for key, n in counted}
    names = dict(
        Division.objects.filter(
            path__in=[key for key in counts if key], valid_until__isnull=True
        ).values_list("path", "name")
    )
    return [(key, names.get(key, "未到镇街"), n) for key, n in sorted(counts.items())]
