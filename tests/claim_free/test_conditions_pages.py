"""The nine conditions of the guide from the pages: each with its code and detail at 办理, all of them at 复核."""

from __future__ import annotations

import pytest

from jubao.benefits.models import Entitlement
from tests.claim_free.test_nine_conditions import CONDITIONS, Change, prison, scheme
from tests.support.claim_free_pages import PagesOf
from tests.support.claim_free_waiting import state
from tests.support.claim_free_world import World

NINE = [
    pytest.param(code, change, detail, marks=[pytest.mark.requirement(f"QJ-A1-5-1-{clause}")], id=f"{clause}-{code}")
    for (code, change, detail), clause in zip(
        CONDITIONS, ("3", "5a", "5b", "6", "7a", "7b", "7c", "7c", "8a", "8b", "8c", "9a", "9a", "9b"), strict=True
    )
]  # fmt: skip


@pytest.mark.requirement("QJ-A1-5-1-0")
@pytest.mark.parametrize(("code", "change", "detail"), NINE)
def test_each_condition_blocks_handling_with_its_code(
    here: World, desk: PagesOf, code: str, change: Change, detail: str
) -> None:
    who = here.candidate(balance_fen=250473)
    case = here.accepted(here.listed(who))
    change(here, who)

    answer = desk.push(case)

    assert code in answer and detail in answer and "綦社险〔2024〕1号附件1" in answer
    assert state(case) == "accepted"


@pytest.mark.requirement("QJ-A1-5-1-7c")
@pytest.mark.requirement("QJ-A1-5-1-8a")
@pytest.mark.parametrize("record", [
    {"scheme": "resident_pension", "kind": "contribution", "place": "湖北省", "state": "refunded"},
    {"scheme": "employee_pension", "kind": "benefit", "state": "ended"},
])  # fmt: skip
def test_what_is_settled_is_pushed(here: World, desk: PagesOf, record: dict[str, str]) -> None:
    who = here.candidate(balance_fen=250473)
    case = here.accepted(here.listed(who))
    scheme(**record)(here, who)

    assert "已推送复核岗" in desk.push(case)


@pytest.mark.requirement("QJ-A1-4-4-k2")
@pytest.mark.requirement("QJ-A1-5-1-0")
def test_what_is_found_at_the_review_blocks_it_with_all_reasons(here: World, desk: PagesOf) -> None:
    who = here.candidate(balance_fen=250473)
    case = here.accepted(here.listed(who))
    desk.push(case)
    prison(here, who)
    scheme(scheme="resident_pension", kind="benefit", place="贵州省")(here, who)

    answer = desk.review(case)

    assert "SERVING_SENTENCE" in answer and "CROSS_PROVINCE_BENEFIT" in answer and state(case) == "handled"
    assert not Entitlement.objects.exists()
