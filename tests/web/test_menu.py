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


COLLECTED = {"ordinary_claim.export", "ordinary_claim.collect", "contribution_month.village_list"}


@pytest.mark.parametrize(
    ("pack", "held", "not_held"),
    [
        ("500000", {"claim_free"}, COLLECTED),
        ("500110", {"claim_free"}, COLLECTED),
        ("150404", COLLECTED, {"claim_free"}),
        ("000000", set(), {"claim_free", *COLLECTED}),
    ],
)
def test_what_a_pack_has(pack: str, held: set[str], not_held: set[str]) -> None:
    found = procedures(pack)

    assert held <= found and not found & not_held
