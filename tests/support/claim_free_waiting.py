"""Cases on the handler's desk and officers of other places, for the tests of the claim-free pages."""

from __future__ import annotations

from datetime import date

from jubao.cases.models import Case
from tests.support.cast import Member, an_officer
from tests.support.claim_free_world import World, another_outlet


def waiting(here: World, **about: object) -> Case:
    """Accepted, on the handler's desk."""
    return here.accepted(here.listed(here.candidate(balance_fen=250473, **about)))


def clerk_of_another_district() -> Member:
    """受理岗 of the neighbouring district of the same city."""
    return an_officer(
        "intake_clerk", path=another_outlet().path, from_on=date(2020, 1, 1), today=date(2024, 3, 11)
    )


def state(case: Case) -> str:
    return Case.objects.get(id=case.id).state
