"""每月汇总和通报: frozen between the 25th and the 30th, never altered after; the bulletin with every township, highest first."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime

import pypdf
import pytest
from django.urls import reverse

from jubao.claim_free.models import Bulletin, Flag, MonthSummary
from jubao.database.unit_of_work import unit_of_work
from jubao.jobs.programme import programme_month
from jubao.kernel.errors import CheckFailed
from jubao.people.models import Division
from jubao.services.cases.checks import CaseRefused
from jubao.services.claim_free.programme import member_assign
from jubao.services.claim_free.summary import bulletin_make, bulletin_publish, ranking, summary_freeze
from tests.claim_free_statistics.county import DISTRICT, MONTH, a_county, a_month, township_of
from tests.staff.browsing import open_browser
from tests.support.cast import Cast
from tests.support.residents import system

pytestmark = pytest.mark.usefixtures("database")
ON = date(2024, 3, 25)
NOW = datetime(2024, 3, 25, 2, 0, tzinfo=UTC)


def freeze(cast: Cast, on: date = ON) -> list[MonthSummary]:
    now = datetime(on.year, on.month, on.day, 2, tzinfo=UTC)
    return summary_freeze(actor=cast.handler.actor, district_code=DISTRICT, month=MONTH, today=on, now=now)


def press(cast: Cast, monkeypatch: pytest.MonkeyPatch, do: str, on: date = ON) -> None:
    """What the office does on its page, on a day of 2024."""
    monkeypatch.setattr("jubao.workbench.views.claim_free_bulletin.today", lambda: on)
    monkeypatch.setattr(
        "jubao.workbench.views.claim_free_bulletin.now",
        lambda: datetime(on.year, on.month, on.day, 2, tzinfo=UTC),
    )
    open_browser(cast.handler).post(reverse("claim-free-bulletin"), {"do": do, "month": "2024-03"})


@pytest.mark.requirement("QJ-4-4a")
def test_the_figures_of_the_25th_stay_whatever_happens_later(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    villages = a_county()
    flags = a_month({villages[0]: {"completed": 4, "in_process": 2}, villages[2]: {"waiting": 3}})
    press(cast, monkeypatch, "freeze")
    kept = list(MonthSummary.objects.order_by("division_path").values())

    with unit_of_work(system("%"), "test"):
        Flag.objects.filter(pk__in=[flag.pk for flag in flags[:5]]).update(state="revoked")
    press(cast, monkeypatch, "freeze", on=date(2024, 3, 29))

    page = open_browser(cast.handler).get(reverse("claim-free-bulletin") + "?month=2024-03").content.decode()
    assert list(MonthSummary.objects.order_by("division_path").values()) == kept
    township = MonthSummary.objects.get(division_path=township_of(villages[0]).path)
    assert (township.extracted, township.completed, township.in_process) == (6, 4, 2)
    assert "66.67%" in page and "以后的变动不影响" in page


@pytest.mark.requirement("QJ-4-4b")
def test_the_outcomes_of_a_summary_add_up(cast: Cast) -> None:
    villages = a_county()
    a_month(
        {
            villages[0]: {"revoked": 1, "completed": 7, "waiting": 2},
            villages[2]: {"waived": 1, "expired": 1, "in_process": 1},
        }
    )

    stored = {one.division_path: one for one in freeze(cast)}

    first = stored[township_of(villages[0]).path]
    assert (first.extracted, first.revoked, first.completed, first.still_open) == (10, 1, 7, 2)
    for one in stored.values():
        assert one.extracted == one.revoked + one.completed + one.in_process + one.waived + one.still_open
    district = stored[cast.handler.actor.scope]
    towns = [one for path, one in stored.items() if path.count("/") == district.division_path.count("/") + 1]
    assert district.extracted == sum(one.extracted for one in towns) == 13


def test_before_the_25th_and_without_an_extraction_it_is_refused(cast: Cast) -> None:
    a_month({a_county()[0]: {"waiting": 1}})

    with pytest.raises(CheckFailed, match="SUMMARY_TOO_EARLY") as early:
        freeze(cast, date(2024, 3, 24))
    with pytest.raises(CheckFailed, match="NOTHING_EXTRACTED"):
        summary_freeze(
            actor=cast.handler.actor,
            district_code=DISTRICT,
            month=MONTH + 1,
            today=date(2024, 4, 25),
            now=NOW,
        )

    assert "2024-03-25" in early.value.message
    assert not MonthSummary.objects.exists()


def test_a_township_neither_freezes_nor_publishes(cast: Cast) -> None:
    a_month({a_county()[0]: {"waiting": 1}})

    with pytest.raises(CheckFailed, match="DISTRICT_LEVEL_REQUIRED"):
        summary_freeze(actor=cast.intake.actor, district_code=DISTRICT, month=MONTH, today=ON, now=NOW)


def test_where_the_programme_has_an_office_nobody_else_does_it(cast: Cast) -> None:
    a_month({a_county()[0]: {"waiting": 1}})
    member_assign(
        actor=cast.approver.actor, username=cast.reviewer.officer.username, role="office",
        division_path=cast.handler.actor.scope, from_on=date(2024, 1, 1),
    )  # fmt: skip

    with pytest.raises(CaseRefused, match="PROGRAMME_OFFICE_ONLY"):
        freeze(cast)


def test_on_the_last_day_the_night_freezes_what_nobody_froze(cast: Cast) -> None:
    a_month({a_county()[0]: {"waiting": 1}})
    district, found = system(cast.handler.actor.scope), []

    for day in (29, 30, 31):
        on = date(2024, 3, day)
        found.append(
            programme_month(
                actor=district, district_code=DISTRICT, today=on, now=datetime(2024, 3, day, 2, tzinfo=UTC)
            )["summaries"]
        )

    assert found[0] == 0 and found[1] > 0 and found[2] == 0


@pytest.mark.requirement("QJ-4-4c", "QJ-5-1b")
def test_the_bulletin_lists_every_township_highest_first_and_names_the_gap(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    villages = a_county(townships=3)
    a_month(
        {
            villages[0]: {"completed": 9, "waiting": 1},
            villages[2]: {"completed": 5},
            villages[4]: {"waiting": 4},
        }
    )
    for do in ("freeze", "make"):
        press(cast, monkeypatch, do)
    names = [township_of(villages[n]).name for n in (2, 0, 4)]
    unpublished = (
        open_browser(cast.intake).get(reverse("claim-free-bulletin") + "?month=2024-03").content.decode()
    )

    press(cast, monkeypatch, "publish")

    made = Bulletin.objects.get()
    township = open_browser(cast.intake)
    page = township.get(reverse("claim-free-bulletin") + "?month=2024-03").content.decode()
    content = township.get(reverse("claim-free-bulletin-file", args=[made.pk])).content
    text = "".join("".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(content)).pages).split())
    rows = ranking(DISTRICT, MONTH)
    assert [row.name for row in rows[:3]] == names
    assert (
        len(rows)
        == Division.objects.filter(path__startswith=cast.handler.actor.scope, level="township").count()
    )
    assert (rows[1].rate_words, rows[1].gap) == ("90.00%", 1)
    assert text.index(names[0]) < text.index(names[1]) < text.index(names[2])
    assert all(row.name in text for row in rows) and "90.00%" in text
    assert "各镇街排名" not in unpublished and "各镇街排名" in page and names[1] in page and "1 人" in page


def test_an_unpublished_bulletin_is_not_for_townships(cast: Cast) -> None:
    a_month({a_county()[0]: {"completed": 1}})
    freeze(cast)
    made = bulletin_make(actor=cast.handler.actor, district_code=DISTRICT, month=MONTH, today=ON, now=NOW)
    client, address = open_browser(cast.intake), reverse("claim-free-bulletin-file", args=[made.pk])

    before = client.get(address).status_code
    for _twice in range(2):
        bulletin_publish(actor=cast.handler.actor, bulletin_id=made.pk, today=ON, now=NOW)

    assert (before, client.get(address).status_code) == (404, 200)
    assert (
        bulletin_make(actor=cast.handler.actor, district_code=DISTRICT, month=MONTH, today=ON, now=NOW).pk
        == made.pk
    )
