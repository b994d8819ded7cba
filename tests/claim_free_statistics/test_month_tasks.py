"""每月任务: four dated tasks per township, made by themselves, overdue from the day after, done by a click or by fact."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from jubao.claim_free.models import Flag, MonthTask
from jubao.database.unit_of_work import unit_of_work
from jubao.jobs.programme import programme_month
from jubao.kernel.month import Month
from jubao.people.models import Division
from jubao.policy import load_pack
from jubao.services.claim_free.month_tasks import confirmation_due, dated_tasks, tasks_create, tasks_settle
from tests.claim_free_statistics.county import DISTRICT, MONTH, a_county, a_month, township_of
from tests.staff.browsing import open_browser
from tests.support.cast import Cast
from tests.support.residents import system

pytestmark = pytest.mark.usefixtures("database")
JANUARY = Month(2024, 1)


def at(day: date, hour: int = 2) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


@pytest.mark.requirement("QJ-5-1a")
def test_a_new_month_gives_each_township_four_dated_tasks(cast: Cast) -> None:
    a_county()
    townships = Division.objects.filter(path__startswith=cast.handler.actor.scope, level="township").count()
    district = system(cast.handler.actor.scope)

    made = programme_month(
        actor=district, district_code=DISTRICT, today=date(2024, 3, 1), now=at(date(2024, 3, 1))
    )
    again = programme_month(
        actor=district, district_code=DISTRICT, today=date(2024, 3, 2), now=at(date(2024, 3, 2))
    )

    page = (
        open_browser(cast.intake)
        .get(reverse("claim-free-tasks") + "?month=2024-03&on=2024-03-01")
        .content.decode()
    )
    own = MonthTask.objects.filter(division_path=cast.intake.actor.scope, month=MONTH).order_by("due_on")
    assert (made["tasks"], again["tasks"]) == (townships * 4, 0)
    assert [(task.from_on.day, task.due_on.day) for task in own] == [(1, 4), (1, 10), (10, 20), (25, 30)]
    assert all(task.title in page for task in own)


@pytest.mark.requirement("QJ-4-1a")
def test_the_list_check_of_january_2024_is_due_on_the_third_and_overdue_on_the_fourth(cast: Cast) -> None:
    villages = a_county()
    a_month({villages[0]: {"unverified": 3}}, month=JANUARY.index)
    tasks_create(actor=cast.handler.actor, district_code=DISTRICT, month=JANUARY.index)
    client, township = open_browser(cast.handler), township_of(villages[0]).name

    pages = {
        day: client.get(reverse("claim-free-tasks") + f"?month=2024-01&on=2024-01-{day:02d}").content.decode()
        for day in (3, 4)
    }

    check = next(one for one in dated_tasks(load_pack(DISTRICT), JANUARY) if "verification" in one.key)
    assert check.due_on == date(2024, 1, 3)
    assert "已经超期" not in pages[3] and "今天到期" in pages[3]
    assert "已经超期" in pages[4] and township in pages[4].split("超期</span>")[0]
    assert "3 人" in pages[4]


@pytest.mark.parametrize(
    ("month", "days"),
    [("2024-02", [(1, 2), (1, 10), (10, 20), (25, 29)]), ("2024-10", [(1, 9), (1, 10), (10, 20), (25, 30)])],
)
def test_short_months_and_holidays(month: str, days: list[tuple[int, int]]) -> None:
    found = dated_tasks(load_pack(DISTRICT), Month.parse(month))

    assert sorted((one.from_on.day, one.due_on.day) for one in found) == sorted(days)


def test_a_click_is_kept_with_time_and_officer_and_only_in_the_own_township(cast: Cast) -> None:
    a_county()
    month = Month.containing(timezone.localdate())
    tasks_create(actor=cast.handler.actor, district_code=DISTRICT, month=month.index)
    begun = MonthTask.objects.filter(from_on__lte=timezone.localdate(), key="claim_free_list_verification")
    own = begun.get(division_path=cast.intake.actor.scope)
    other = begun.exclude(division_path=cast.intake.actor.scope).first()
    assert other is not None
    client = open_browser(cast.intake)

    for task in (own, other):
        client.post(reverse("claim-free-task-done", args=[task.pk]), {"note": "逐户核过"})

    own.refresh_from_db()
    other.refresh_from_db()
    assert (own.done_by, own.note) == (cast.intake.officer.pk, "逐户核过")
    assert own.done_at is not None and other.done_at is None


def test_a_task_is_done_by_the_fact_that_nobody_is_left(cast: Cast) -> None:
    villages = a_county()
    a_month({villages[0]: {"unverified": 1}, villages[2]: {"waiting": 2}})
    tasks_create(actor=cast.handler.actor, district_code=DISTRICT, month=MONTH)
    noon = at(date(2024, 3, 2))

    tasks_settle(actor=cast.handler.actor, district_code=DISTRICT, month=MONTH, now=noon)

    done = MonthTask.objects.filter(month=MONTH, done_at__isnull=False)
    verified = set(done.filter(key="claim_free_list_verification").values_list("division_path", flat=True))
    assert township_of(villages[2]).path in verified
    assert township_of(villages[0]).path not in verified
    assert not done.filter(key="claim_free_confirmation").exists()


@pytest.mark.requirement("QJ-4-3a")
def test_a_case_not_confirmed_on_the_21st_is_marked_overdue_and_still_in_time(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    village = a_county()[0]
    a_month({village: {"waiting": 1}})
    client = open_browser(cast.handler)
    pages = {}

    for day in (20, 21):
        monkeypatch.setattr(
            "jubao.workbench.views.claim_free_statistics.today", lambda day=day: date(2024, 3, day)
        )
        pages[day] = client.get(
            reverse("claim-free-figure") + "?month=2024-03&figure=waiting"
        ).content.decode()

    assert confirmation_due(load_pack(DISTRICT), MONTH) == date(2024, 3, 20)
    assert "逾期" not in pages[20]
    assert "逾期" in pages[21] and "仍可确认至 2024-05-31" in pages[21]


def test_the_home_page_reminds_of_open_tasks_with_the_days_left(cast: Cast) -> None:
    a_county()
    today = timezone.localdate()
    month = Month.containing(today)
    tasks_create(actor=cast.handler.actor, district_code=DISTRICT, month=month.index)
    with unit_of_work(system("%"), "test"):
        MonthTask.objects.filter(key="claim_free_sms").update(from_on=today, due_on=today + timedelta(days=1))
        Flag.objects.all().update(reason="")

    home = open_browser(cast.intake).get(reverse("home")).content.decode()

    assert "免申即享任务" in home and reverse("claim-free-tasks") in home
