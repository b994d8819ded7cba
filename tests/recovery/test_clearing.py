"""清算抵扣: in the order of the region's text, once, never more than there is or is owed."""

from __future__ import annotations

from uuid import uuid4

import pytest

from jubao.database.unit_of_work import unit_of_work
from jubao.recovery.models import Clearing
from jubao.services.cases.checks import CaseRefused
from jubao.services.recovery.clearing import cleared, clearing_preview
from jubao.services.recovery.postings import owed_fen
from tests.benefits.county import County
from tests.recovery.world import DAY, SONGSHAN, a_claim, account_fen, assert_sound, money
from tests.support.residents import Beneficiary, system

GRANT = 100_000


@pytest.fixture
def here(database: None) -> County:
    return County(SONGSHAN, next_county="500110")


def settled(who: Beneficiary, available: dict[str, int], case: object = None) -> dict[str, int]:
    with unit_of_work(system(), "test"):
        return cleared(
            actor=system(), case_id=case or uuid4(), enrolment_id=who.enrolment.pk, available=available, today=DAY  # type: ignore[arg-type]
        )  # fmt: skip


@pytest.mark.parametrize(
    ("ground", "claimed", "available", "left", "owed"),
    [
        ("death", 48_906, (30_000, GRANT), (0, 81_094), 0),
        ("death", 200_000, (30_000, GRANT), (0, 0), 70_000),
        ("other_benefit", 60_000, (250_473, 0), (190_473, 0), 0),
        ("nationality", 300_000, (250_473, 0), (0, 0), 49_527),
        ("sentence", 48_906, (30_000, 0), (30_000, 0), 48_906),
    ],
)
def test_account_first_then_grant_then_nothing_more(
    here: County, ground: str, claimed: int, available: tuple[int, int], left: tuple[int, int], owed: int
) -> None:
    someone = here.someone()
    money(here, someone, available[0])
    claim = a_claim(here, someone, fen=claimed, ground=ground)
    given = {"transferred_in": available[0], "grant_fund": available[1]}

    result = settled(someone, given)

    assert (result["transferred_in"], result["grant_fund"]) == left
    assert account_fen(someone.enrolment.pk) == left[0]
    claim.refresh_from_db()
    assert (claim.left_fen, owed_fen(claim, actor=system())) == (owed, owed)
    assert_sound()


def test_the_same_settlement_takes_once_and_another_only_the_rest(here: County) -> None:
    someone, case = here.someone(), uuid4()
    money(here, someone, 30_000)
    claim = a_claim(here, someone, fen=48_906)

    assert clearing_preview(
        enrolment_id=someone.enrolment.pk, available={"transferred_in": 30_000}, today=DAY
    ) == {"transferred_in": 30_000}
    settled(someone, {"transferred_in": 30_000, "grant_fund": 0}, case)
    assert settled(someone, {"transferred_in": 30_000, "grant_fund": 0}, case) == {
        "transferred_in": 0,
        "grant_fund": 0,
    }
    assert settled(someone, {"grant_fund": GRANT}) == {"grant_fund": GRANT - 18_906}
    assert Clearing.objects.filter(claim=claim).count() == 2
    assert_sound()


def test_an_amount_that_nobody_confirmed_stops_the_settlement_and_no_claim_takes_nothing(
    here: County,
) -> None:
    someone, nobody = here.someone(), here.someone()
    a_claim(here, someone, fen=48_906, is_confirmed=False)

    with pytest.raises(CaseRefused) as refused:
        settled(someone, {"transferred_in": 1})
    assert refused.value.code == "RECOVERY_NOT_CONFIRMED"
    assert settled(nobody, {"transferred_in": 1}) == {"transferred_in": 1}
