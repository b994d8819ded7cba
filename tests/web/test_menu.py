"""The menu holds what the region has: the claim-free month where its text stands, the benefit notice where a village collects."""

from __future__ import annotations

import pytest

from jubao.workbench.menu import procedures
from tests.support.counter import Counter

CLAIM_FREE, NOTICES, PEOPLE = ">免申即享查询<", ">待遇领取告知<", ">人员查询<"


@pytest.mark.parametrize(
    ("district", "seen", "unseen"), [("500110", CLAIM_FREE, NOTICES), ("150404", NOTICES, CLAIM_FREE)]
)
def test_an_officer_sees_the_procedures_of_the_own_region(
    database: None, monkeypatch: pytest.MonkeyPatch, district: str, seen: str, unseen: str
) -> None:
    desk = Counter(monkeypatch, district)

    page = desk.get(f"{district}-handler", "home").content.decode()
    menu = "".join(page.split("</nav>")[0].split())

    assert PEOPLE in menu
    assert seen in menu
    assert unseen not in menu


@pytest.mark.parametrize(
    ("pack", "expected"),
    [
        ("500000", {"claim_free"}),
        ("500110", {"claim_free"}),
        ("150404", {"ordinary_claim.export", "ordinary_claim.collect"}),
        ("000000", set()),
    ],
)
def test_what_a_pack_has(pack: str, expected: set[str]) -> None:
    assert procedures(pack) == expected
