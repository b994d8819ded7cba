"""免申即享统计: how the people of a month stand, as one set query over flags, cases and messages, by place or by month.

Worked example: of 30 people extracted in a township 4 were revoked and 1 waived, 20 are done, 2 are being handled, 3 have not
confirmed: `figures_by_place` gives one `Figures` with 5 flags off, rate 80.00 % and a gap of 5 people; `people_behind(…,
"waiting")` are exactly those 3. Months are those of the extraction that set the flag; everything is as it stands when asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Case, CharField, Count, Exists, F, Func, OuterRef, Q, QuerySet, Value, When

from jubao.claim_free.models import Flag, Notification
from jubao.people.models import Division

OUTCOME = Case(
    When(state=Flag.State.WAIVED, then=Value("waived")),
    When(state=Flag.State.EXPIRED, then=Value("expired")),
    When(Q(state=Flag.State.REVOKED) | Q(case__state__in=("revoked", "ceased")), then=Value("revoked")),
    When(Q(state=Flag.State.USED) | Q(case__state="approved"), then=Value("completed")),
    When(case__state__in=("accepted", "returned", "handled"), then=Value("in_process")),
    default=Value("waiting"),
    output_field=CharField(),
)
"""Everybody has exactly one: the outcomes of a place add up to the people extracted."""
OUTCOMES = ("completed", "in_process", "waiting", "revoked", "waived", "expired")
HUNDRED_PERCENT = 10_000


@dataclass(frozen=True)
class Figures:
    """The counts of a place (or a month). All are persons; `revoked` is by staff and net of the restored."""

    extracted: int = 0
    notified: int = 0
    revoked: int = 0
    waived: int = 0
    expired: int = 0
    in_process: int = 0
    completed: int = 0
    waiting: int = 0
    place: str = ""
    name: str = ""
    month: int = 0

    @property
    def confirmed(self) -> int:
        """Who confirmed: at work or done."""
        return self.in_process + self.completed

    @property
    def flags_off(self) -> int:
        """撤销标识人数: by staff, or by the person's own waiver, which revokes the flag by itself (操作手册 三、（二）5)."""
        return self.revoked + self.waived

    @property
    def base(self) -> int:
        """系统提取人数 − 撤销标识人数 (指引 四、（六）). Of 30 extracted with 4 revoked and 1 who waived it is 25;
        who let the window pass (`expired`) stays in it, for nobody revoked that flag."""
        return self.extracted - self.flags_off

    @property
    def rate(self) -> int | None:
        """免申即享率 = 已办理完 / (系统提取 − 撤销标识) (指引 四、（六）) in hundredths of a percent, half up; None where
        nobody is left to be served (A-7). 20 done of a base of 25 are 8000."""
        return rate_of(self.completed, self.base)

    @property
    def rate_words(self) -> str:
        """`80.00%`, or a dash."""
        return rate_words(self.rate)

    @property
    def gap(self) -> int:
        """How many people are missing to 100 %."""
        return self.base - self.completed


def rate_of(completed: int, base: int) -> int | None:
    """Completed over base in hundredths of a percent."""
    return (completed * HUNDRED_PERCENT * 2 + base) // (base * 2) if base > 0 else None


def rate_words(rate: int | None) -> str:
    """Two decimals and the sign; a dash for no rate."""
    return "—" if rate is None else f"{rate // 100}.{rate % 100:02d}%"


def flags_of(place: str, first_month: int, last_month: int) -> QuerySet[Flag]:
    """Everybody extracted in these months in a place, each with `outcome` and `is_notified`."""
    sms = Notification.objects.filter(case=OuterRef("case"), means="sms")
    found = Flag.objects.filter(
        division_path__startswith=place, month__gte=first_month, month__lte=last_month
    )
    return found.annotate(outcome=OUTCOME, is_notified=Exists(sms))


def people_behind(place: str, first_month: int, last_month: int, figure: str) -> QuerySet[Flag]:
    """The people that a figure counts. Raises KeyError for a figure that is none."""
    return flags_of(place, first_month, last_month).filter(BEHIND[figure])


BEHIND = {
    "extracted": Q(),
    "notified": Q(is_notified=True),
    "confirmed": Q(outcome__in=("in_process", "completed")),
    "flags_off": Q(outcome__in=("revoked", "waived")),
    "gap": Q(outcome__in=("in_process", "waiting", "expired")),
    "unverified": Q(outcome="waiting", case__state="extracted"),
    "unsent": Q(outcome="waiting", case__state="verified"),
    **{outcome: Q(outcome=outcome) for outcome in OUTCOMES},
}
"""Figure → who is behind it; what the counts below and the lists of the pages share."""

_COUNTS = {
    "extracted": Count("pk"),
    "notified": Count("pk", filter=Q(is_notified=True)),
    **{outcome: Count("pk", filter=Q(outcome=outcome)) for outcome in OUTCOMES},
}


def figures_total(place: str, first_month: int, last_month: int) -> Figures:
    """The counts of a place as a whole."""
    return Figures(**flags_of(place, first_month, last_month).aggregate(**_COUNTS), place=place)


def figures_by_place(place: str, first_month: int, last_month: int) -> list[Figures]:
    """One row per place right below, in order of codes, those with nobody too; a row of the place itself for people
    who are registered in none of them."""
    depth = len(place)
    below = Func(
        F("division_path"),
        template=f"left(%(expressions)s, {depth} + position('/' in substr(%(expressions)s, {depth + 1})))",
        output_field=CharField(),
    )
    rows = flags_of(place, first_month, last_month).order_by().annotate(place=below).values("place")
    counted = {row["place"]: row for row in rows.annotate(**_COUNTS)}
    names = dict(places_below(place))
    lost = [(path, "") for path in sorted(counted) if path not in names]
    return [
        Figures(**(counted.get(path) or {"place": path}), name=name) for path, name in [*names.items(), *lost]
    ]


def figures_by_month(place: str, first_month: int, last_month: int) -> list[Figures]:
    """One row per month in which anybody was extracted."""
    rows = flags_of(place, first_month, last_month).order_by("month").values("month")
    return [Figures(**row, place=place) for row in rows.annotate(**_COUNTS)]


def figures_by_path(place: str, month: int) -> list[Figures]:
    """One row per path at which people are registered: what a month's summary is made from."""
    rows = flags_of(place, month, month).order_by().values(place=F("division_path"))
    return [Figures(**row, month=month) for row in rows.annotate(**_COUNTS)]


def places_below(place: str) -> Sequence[tuple[str, str]]:
    """Path and name of the live places right below one, in order of codes."""
    found = Division.objects.filter(
        parent__path=place, parent__valid_until__isnull=True, valid_until__isnull=True
    )
    return list(found.order_by("code").values_list("path", "name"))


def ranked(rows: Sequence[Figures]) -> list[Figures]:
    """Highest rate first; places without a rate at the end; equal rates by size, then in order of codes."""
    return sorted(rows, key=lambda one: (one.rate is None, -(one.rate or 0), -one.extracted, one.place))


def with_ranks(rows: Sequence[Figures]) -> list[tuple[str, Figures]]:
    """The same with their ranks: equal rates share one, a place without a rate has a dash."""
    rates = [one.rate for one in rows]
    return [("—" if one.rate is None else str(rates.index(one.rate) + 1), one) for one in rows]
