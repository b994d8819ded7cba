"""退还: never more than is owed, no slip twice, two hands, a plan that makes up the debt."""

from __future__ import annotations

from datetime import date

import pytest

from jubao.recovery.models import Claim
from tests.recovery.debts import at_the_door
from tests.recovery.office import Office, scan
from tests.recovery.world import SONGSHAN, assert_sound

MAY_31 = date(2026, 5, 31)


@pytest.fixture
def here(database: None, monkeypatch: pytest.MonkeyPatch) -> Office:
    return Office(monkeypatch, SONGSHAN, MAY_31)


def test_too_much_twice_and_by_the_same_hand_are_refused(here: Office) -> None:
    case = at_the_door(here)
    handler, about = here.cast.handler, {"paid_on": str(MAY_31)}

    said = here.send(handler, case, "register", slip_number="S1", amount="700.01", slip=scan(), **about)
    assert "OVER_RETURNED" in said and "700.00" in said
    here.send(handler, case, "register", slip_number="S1", amount="500", slip=scan(), **about)
    here.send(handler, case, "register", slip_number="S1", amount="500", slip=scan(), **about)
    assert Claim.objects.get(case=case).deposits.count() == 1
    assert "SLIP_KNOWN" in here.send(
        handler, case, "register", slip_number="S1", amount="1", slip=scan(), **about
    )
    assert "OVER_RETURNED" in here.send(
        handler, case, "register", slip_number="S2", amount="300", slip=scan(), **about
    )
    first = Claim.objects.get(case=case).deposits.get()
    assert "POST_REQUIRED" in here.send(handler, case, "book", deposit=str(first.pk))
    here.send(handler, case, "undo", deposit=str(first.pk), reason="录错")
    assert "DEPOSIT_UNDONE" in here.send(here.cast.finance, case, "book", deposit=str(first.pk))

    here.send(here.cast.finance, case, "register", slip_number="S1", amount="700", slip=scan(), **about)
    again = Claim.objects.get(case=case).deposits.get(undone_because="")
    assert "SELF_APPROVAL" in here.send(here.cast.finance, case, "book", deposit=str(again.pk))
    assert Claim.objects.get(case=case).left_fen == 70_000
    assert_sound()


def test_a_plan_makes_up_what_is_owed_and_is_late_part_by_part(here: Office) -> None:
    case = at_the_door(here)
    plan = {
        "part-day-0": "2026-07-31",
        "part-amount-0": "300",
        "part-day-1": "2026-08-31",
        "part-amount-1": "400",
    }

    assert "PARTS_DIFFER" in here.send(here.cast.handler, case, "plan", **(plan | {"part-amount-1": "300"}))
    here.send(here.cast.handler, case, "plan", **plan)

    here.at(date(2026, 7, 20))
    assert case.number not in here.page(here.cast.handler, "recoveries", query="?show=overdue")
    here.at(date(2026, 8, 1))
    assert case.number in here.page(here.cast.handler, "recoveries", query="?show=overdue")
    here.repaid(case, 30_000, "S1")
    assert case.number not in here.page(here.cast.handler, "recoveries", query="?show=overdue")
