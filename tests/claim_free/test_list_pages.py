"""免申即享查询 from its page: who is shown and found, the export, the cards that are not active."""

from __future__ import annotations

import io

import openpyxl
import pytest
from django.urls import reverse

from jubao.database.unit_of_work import unit_of_work
from jubao.oversight.models import Export
from jubao.people.models import CardAccountCheck, Division
from tests.staff.browsing import open_browser
from tests.support.cast import Cast, Member, an_officer
from tests.support.claim_free_people import MONTH, NOW, a_listed
from tests.support.desk_pages import page_of
from tests.support.residents import some_villages, system


@pytest.fixture
def villages(cast: Cast) -> list[Division]:
    return some_villages("500110", townships=2, each=2)


def handler_at(village: Division, *posts: str) -> Member:
    """办理岗 of the township of a village."""
    assert village.parent is not None
    return an_officer(*(posts or ("handler",)), path=village.parent.path)


@pytest.mark.requirement("QJ-A2-1-1a")
@pytest.mark.requirement("QJ-A2-1-1c")
def test_the_list_is_that_of_the_extraction_and_narrows_by_month_and_place(
    cast: Cast, villages: list[Division]
) -> None:
    for village in (villages[0], villages[2]):
        for month in (MONTH, MONTH - 1):
            a_listed(village=village, name="张桂芳", month=month)
    browser = open_browser(cast.handler)

    assert "共 4 条" in page_of(browser)
    narrowed = page_of(
        browser, query=f"?month={MONTH}&place={villages[0].parent.path}&village={villages[0].path}"
    )  # type: ignore[union-attr]
    assert "共 1 条" in narrowed
    assert "2026-11" in narrowed
    assert "共 2 条" in page_of(browser, query=f"?month={MONTH - 1}")
    assert "名单是空的" in page_of(browser, query="?month=24000")


@pytest.mark.requirement("QJ-A2-1-1d")
@pytest.mark.parametrize("what", ["name", "initials", "personal_number", "id_number"])
def test_people_are_found_by_name_number_and_initials(
    cast: Cast, villages: list[Division], what: str
) -> None:
    from jubao.people.numbers import numbers_of

    wanted = a_listed(village=villages[0], name="欧阳秀英")
    namesake = a_listed(village=villages[1], name="欧阳秀英")
    a_listed(village=villages[0], name="王建国")
    typed = {
        "name": "欧阳秀英", "initials": "oyxy", "personal_number": wanted.person.personal_number,
        "id_number": numbers_of([wanted.person.id])[wanted.person.id],
    }[what]  # fmt: skip
    browser = open_browser(cast.handler)

    answer = browser.post(reverse("claim-free"), {"q": typed}, follow=True)

    assert typed not in answer.request["PATH_INFO"] + answer.request["QUERY_STRING"]
    both = what in ("name", "initials")
    assert f"共 {2 if both else 1} 条" in answer.content.decode()
    assert str(wanted.person.id) in answer.content.decode()
    assert (str(namesake.person.id) in answer.content.decode()) is both
    outside = open_browser(handler_at(villages[2]))
    assert "名单是空的" in outside.post(reverse("claim-free"), {"q": typed}, follow=True).content.decode()


@pytest.mark.requirement("QJ-A2-1-1e")
def test_the_export_has_the_rows_of_the_filters_and_is_written_down(
    cast: Cast, villages: list[Division]
) -> None:
    for n in range(12):
        a_listed(village=villages[0], name=f"张桂{'芳兰英珍华云霞琴秀玉素梅'[n]}", mobile=f"139000000{n:02d}")
    a_listed(village=villages[2], name="王建国")
    browser = open_browser(cast.handler)
    query = f"?place={villages[0].parent.path}"  # type: ignore[union-attr]

    refused = browser.post(reverse("claim-free-export") + query, {"purpose": ""}, follow=True)
    answer = browser.post(reverse("claim-free-export") + query, {"purpose": "电话核实"})

    assert "没有写明用途" in refused.content.decode()
    rows = list(openpyxl.load_workbook(io.BytesIO(answer.content)).active.iter_rows(values_only=True))  # type: ignore[union-attr]
    assert len(rows) == 2 + 12
    assert "电话核实" in str(rows[0][0])
    assert {row[0] for row in rows[2:]} >= {"张桂芳"}
    assert any("13900000003" in map(str, row) for row in rows)
    kept = Export.objects.get(what="claim_free:claim-free")
    assert (kept.row_count, kept.purpose) == (12, "电话核实")
    assert kept.filters == {"place": villages[0].parent.path}  # type: ignore[union-attr]


@pytest.mark.requirement("QJ-5-2b")
def test_a_card_that_is_not_active_is_marked_and_listed(cast: Cast, villages: list[Division]) -> None:
    listed, other = a_listed(village=villages[0]), a_listed(village=villages[0], name="李国强")
    with unit_of_work(system(), "test"):
        for one, is_active in ((listed, False), (other, True)):
            CardAccountCheck.objects.create(
                person=one.person, outcome="found", account_number=f"62170000000000000{is_active:d}", bank_name="农商行",
                is_activated=is_active, source="CARD_SYSTEM", fetched_at=NOW,
            )  # fmt: skip
    browser = open_browser(handler_at(villages[0]))

    for route, query in (("claim-free", "?card=inactive"), ("claim-free-village", "?need=inactive")):
        found = page_of(browser, route, query)
        assert "共 1 条" in found
        assert str(listed.person.id) in found
        assert "待激活" in found


def test_a_reviewer_looks_and_changes_nothing(cast: Cast, villages: list[Division]) -> None:
    listed = a_listed(village=villages[0])
    browser = open_browser(cast.reviewer)

    assert "claim-free-verify" not in page_of(browser).replace(
        reverse("claim-free-verify"), "claim-free-verify"
    )
    for route, args in (
        ("claim-free-verify", []),
        ("claim-free-revoke", [listed.case_id]),
        ("claim-free-save", []),
    ):
        assert browser.post(reverse(route, args=args)).status_code == 403
