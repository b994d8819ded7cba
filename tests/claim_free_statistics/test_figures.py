"""免申即享统计 on its page: counts, rate, drill-down, the list behind every figure, who sees which townships."""

from __future__ import annotations

import re
from datetime import date
from html import unescape

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from jubao.claim_free.models import Flag
from jubao.database.unit_of_work import unit_of_work
from jubao.facts.claim_free_figures import (
    Figures,
    figures_by_place,
    figures_total,
    people_behind,
    rate_of,
    rate_words,
)
from jubao.services.claim_free.programme import member_assign
from tests.claim_free_statistics.county import MONTH, a_county, a_month, township_of
from tests.staff.browsing import open_browser
from tests.support.cast import Cast, Member, an_officer
from tests.support.residents import system

pytestmark = pytest.mark.usefixtures("database")
CELLS = (
    "extracted",
    "notified",
    "confirmed",
    "in_process",
    "completed",
    "waiting",
    "flags_off",
    "waived",
    "expired",
)


def rows_of(client: Client, query: str = "") -> dict[str, list[str]]:
    """Place or month → the cells of its line, as the page shows them."""
    answer = client.get(reverse("claim-free-statistics") + f"?month=2024-03{query}")
    assert answer.status_code == 200
    found = {}
    for line in re.findall(r"<tr[^>]*>(.*?)</tr>", answer.content.decode(), re.DOTALL):
        cells = [
            unescape(re.sub(r"<[^>]+>", "", cell)).strip()
            for cell in re.findall(r"<td[^>]*>(.*?)</td>", line, re.DOTALL)
        ]
        if cells:
            found[cells[0]] = cells[1:]
    return found


def line_of(cells: list[str]) -> dict[str, int]:
    """The counts of a line by name."""
    return {name: int(cell.replace(",", "")) for name, cell in zip(CELLS, cells, strict=False)}


@pytest.mark.requirement("QJ-A1-4-6c", "QJ-A1-4-6d", "QJ-A1-4-6f")
def test_extracted_messaged_and_rate_of_a_township(cast: Cast) -> None:
    villages = a_county()
    a_month({villages[0]: {"completed": 20, "waiting": 3, "in_process": 2}, villages[1]: {"revoked": 5}})

    rows = rows_of(open_browser(cast.handler))

    name = township_of(villages[0]).name
    found = line_of(rows[name])
    assert (found["extracted"], found["notified"], found["completed"]) == (30, 25, 20)
    assert rows[name][9:] == ["80.00%", "5 人"]


@pytest.mark.requirement("QJ-A1-4-6f")
def test_a_place_without_anybody_left_has_no_rate(cast: Cast) -> None:
    villages = a_county()
    a_month({villages[0]: {"revoked": 5}})

    rows = rows_of(open_browser(cast.handler))

    assert rows[township_of(villages[0]).name][9] == "—"


@pytest.mark.parametrize(
    ("completed", "base", "words"),
    [(20, 25, "80.00%"), (1, 3, "33.33%"), (2, 3, "66.67%"), (0, 4, "0.00%"), (0, 0, "—")],
)
def test_the_rate_has_two_decimals_rounded_half_up(completed: int, base: int, words: str) -> None:
    assert rate_words(rate_of(completed, base)) == words


@pytest.mark.requirement("QJ-A1-4-6f", "QJ-A1-4-6e")
@pytest.mark.parametrize(
    ("outcomes", "flags_off", "rate", "gap"),
    [
        ({"completed": 20, "waiting": 3, "in_process": 2, "revoked": 4, "waived": 1}, 5, "80.00%", "5 人"),
        ({"completed": 3, "waived": 1}, 1, "100.00%", "0"),
        ({"completed": 3, "expired": 1}, 0, "75.00%", "1 人"),
        ({"revoked": 2, "waived": 3}, 5, "—", "0"),
    ],
)
def test_who_waived_has_no_flag_any_more_and_leaves_the_denominator(
    cast: Cast, outcomes: dict[str, int], flags_off: int, rate: str, gap: str
) -> None:
    village = a_county()[0]
    a_month({village: outcomes})

    row = rows_of(open_browser(cast.handler))[township_of(village).name]

    assert line_of(row)["flags_off"] == flags_off
    assert row[9:] == [rate, gap]


def test_the_restored_are_not_counted_as_revoked(cast: Cast) -> None:
    village = a_county()[0]
    flags = a_month({village: {"revoked": 4, "waiting": 6}})
    before = line_of(rows_of(open_browser(cast.handler))[township_of(village).name])
    restored = next(flag for flag in flags if flag.state == "revoked")

    with unit_of_work(system("%"), "test"):
        Flag.objects.filter(pk=restored.pk).update(state="flagged")
        restored.case.state = "extracted"
        restored.case.save(update_fields=["state"])

    after = line_of(rows_of(open_browser(cast.handler))[township_of(village).name])
    assert (before["flags_off"], after["flags_off"], after["extracted"]) == (4, 3, 10)


@pytest.mark.requirement("QJ-A2-4")
def test_the_villages_of_a_township_add_up_to_its_line_and_the_townships_to_the_district(cast: Cast) -> None:
    villages = a_county(townships=2, each=2)
    a_month(
        {
            villages[0]: {"completed": 3, "waiting": 2, "waived": 1},
            villages[1]: {"in_process": 4, "revoked": 2},
            villages[2]: {"expired": 1, "unverified": 2},
        }
    )
    client, township = open_browser(cast.handler), township_of(villages[0])

    district = rows_of(client)
    below = rows_of(client, f"&place={township.path}")

    names = [villages[0].name, villages[1].name]
    for name in CELLS:
        assert sum(line_of(below[one])[name] for one in names) == line_of(district[township.name])[name]
        towns = [township.name, township_of(villages[2]).name]
        assert sum(line_of(district[one])[name] for one in towns) == line_of(district["合计"])[name]


def test_only_the_months_asked_for_are_counted(cast: Cast) -> None:
    village = a_county()[0]
    a_month({village: {"waiting": 2}})
    a_month({village: {"waiting": 5}}, month=MONTH + 1)
    client, name = open_browser(cast.handler), township_of(village).name

    march = line_of(rows_of(client)[name])["extracted"]
    both = client.get(reverse("claim-free-statistics") + "?from=2024-03&month=2024-04").content.decode()

    assert march == 2
    assert f"place={village.path[:21].replace('/', '%2F')}" in both
    assert figures_total(village.path, MONTH, MONTH + 1).extracted == 7


@pytest.mark.parametrize("figure", [*CELLS, "revoked", "gap"])
def test_every_figure_opens_the_people_behind_it(cast: Cast, figure: str) -> None:
    villages = a_county()
    a_month(
        {
            villages[0]: {"completed": 2, "waiting": 3, "waived": 1},
            villages[2]: {"in_process": 4, "revoked": 2, "expired": 1},
        }
    )
    total = figures_total(cast.handler.actor.scope, MONTH, MONTH)

    page = (
        open_browser(cast.handler)
        .get(reverse("claim-free-figure") + f"?month=2024-03&figure={figure}")
        .content.decode()
    )

    shown = int(re.search(r"共 (\d+) 条", page).group(1)) if "共 " in page else 0  # type: ignore[union-attr]
    assert shown == getattr(total, figure)
    assert shown == people_behind(cast.handler.actor.scope, MONTH, MONTH, figure).count()


def test_nobody_is_counted_twice_and_the_outcomes_add_up(cast: Cast) -> None:
    village = a_county()[0]
    a_month(
        {
            village: dict.fromkeys(
                ("completed", "in_process", "waiting", "unverified", "revoked", "waived", "expired"), 2
            )
        }
    )

    found = figures_by_place(township_of(village).path, MONTH, MONTH)[0]

    outcomes = (found.completed, found.in_process, found.waiting, found.revoked, found.waived, found.expired)
    assert (found.extracted, sum(outcomes)) == (14, 14)


def test_a_case_that_is_completed_now_is_counted_at_once(cast: Cast) -> None:
    village = a_county()[0]
    flag = a_month({village: {"in_process": 1}})[0]
    client, name = open_browser(cast.handler), township_of(village).name
    before = line_of(rows_of(client)[name])["completed"]

    with unit_of_work(system("%"), "test"):
        flag.case.state, flag.case.is_open, flag.case.outcome = "approved", False, "approved"
        flag.case.maker_id, flag.case.checker_id = cast.handler.person.pk, cast.reviewer.person.pk
        flag.case.save()
        Flag.objects.filter(pk=flag.pk).update(state="used")

    assert (before, line_of(rows_of(client)[name])["completed"]) == (0, 1)


def a_head_with_a_role(cast: Cast, role: str, path: str, place: str) -> Member:
    """An officer at a place who holds a role of the programme."""
    officer = an_officer("handler", path=place)
    member_assign(
        actor=cast.approver.actor,
        username=officer.officer.username,
        role=role,
        division_path=path,
        from_on=date(2026, 1, 1),
    )
    return officer


@pytest.mark.requirement("QJ-1-1")
def test_a_member_sees_the_own_township_and_a_leader_all_of_them(cast: Cast) -> None:
    villages = a_county(townships=3, each=2)
    a_month({villages[0]: {"waiting": 2}, villages[2]: {"waiting": 3}, villages[4]: {"waiting": 1}})
    district, own = cast.handler.actor.scope, township_of(villages[2])
    member = a_head_with_a_role(cast, "member", own.path, own.path)
    leader = a_head_with_a_role(cast, "leader", district, district)
    leader_of_a_township = a_head_with_a_role(cast, "deputy_leader", district, own.path)

    seen_by_member = rows_of(open_browser(member))
    others = [rows_of(open_browser(one)) for one in (leader, leader_of_a_township)]

    towns = {township_of(villages[n]).name for n in (0, 2, 4)}
    assert line_of(seen_by_member["合计"])["extracted"] == 3
    assert not towns & set(seen_by_member)
    assert all(towns <= set(rows) and line_of(rows["合计"])["extracted"] == 6 for rows in others)
    asked = rows_of(open_browser(member), f"&place={township_of(villages[0]).path}")
    assert line_of(asked["合计"])["extracted"] == 3


def test_a_member_with_a_district_post_sees_the_township_of_the_role(cast: Cast) -> None:
    villages = a_county(townships=2, each=2)
    a_month({villages[0]: {"waiting": 2}, villages[2]: {"waiting": 3}})
    own = township_of(villages[2])
    member = a_head_with_a_role(cast, "member", own.path, cast.handler.actor.scope)

    assert line_of(rows_of(open_browser(member))["合计"])["extracted"] == 3


def test_another_county_sees_nothing(cast: Cast) -> None:
    villages = a_county()
    a_month({villages[0]: {"waiting": 2}})

    assert rows_of(open_browser(cast.outsider), f"&place={villages[0].path}") == {}


def test_however_many_people_they_are_counted_in_a_few_queries(cast: Cast) -> None:
    villages = a_county(townships=3, each=4)
    a_month({village: {"completed": 50, "waiting": 30, "revoked": 5} for village in villages})
    client = open_browser(cast.handler)
    client.get(reverse("claim-free-statistics"))

    with CaptureQueriesContext(connection) as asked:
        client.get(reverse("claim-free-statistics") + "?month=2024-03")

    counting = [one for one in asked.captured_queries if "claim_free_flag" in one["sql"]]
    assert len(counting) <= 4
    assert figures_total(cast.handler.actor.scope, MONTH, MONTH) == Figures(
        extracted=1020, notified=960, revoked=60, completed=600, waiting=360, place=cast.handler.actor.scope
    )
