"""The figures of people who went the real way: extracted, revoked, restored, accepted, handled, reviewed by the services."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from jubao.claim_free.models import Flag
from jubao.facts.claim_free_figures import figures_total
from jubao.services.claim_free.flags import flag_restore, flag_revoke
from tests.claim_free_statistics.county import MONTH
from tests.claim_free_statistics.test_figures import line_of, rows_of
from tests.staff.browsing import open_browser
from tests.support.cast import Member
from tests.support.claim_free_world import World, at_ten

pytestmark = pytest.mark.usefixtures("database")
DAY = date(2024, 3, 5)


@pytest.fixture
def here() -> World:
    """A district whose list of 2024-03 holds six people."""
    made = World()
    for _each in range(6):
        made.candidate(balance_fen=250473)
    made.extract()
    return made


def shown(member: Member) -> dict[str, int]:
    """The line of the whole district on the page."""
    return line_of(rows_of(open_browser(member))["合计"])


@pytest.mark.requirement("QJ-A1-4-6e")
def test_of_four_revoked_and_one_of_them_restored_three_are_counted(here: World) -> None:
    handler, when = here.cast.handler.actor, {"today": DAY, "now": at_ten(DAY)}
    cases = [flag.case for flag in Flag.objects.select_related("case").order_by("id")[:4]]
    for case in cases:
        flag_revoke(
            actor=handler, case_id=case.pk, reason_code="OTHER", reason="外省参保", expected_version=case.version, **when
        )  # fmt: skip
    before = shown(here.cast.handler)

    cases[0].refresh_from_db()
    flag_restore(
        actor=handler, case_id=cases[0].pk, reason="已清退", expected_version=cases[0].version, **when
    )

    after = shown(here.cast.handler)
    assert (before["flags_off"], after["flags_off"]) == (4, 3)
    assert (before["extracted"], after["extracted"]) == (6, 6)


@pytest.mark.requirement("QJ-A1-4-6a")
def test_every_step_of_a_case_is_seen_at_once_until_it_is_completed(here: World) -> None:
    case, seen = Flag.objects.select_related("case").order_by("id")[0].case, []

    for step in (here.accepted, here.handled, here.reviewed):
        seen.append(shown(here.cast.handler))
        case = step(case)
    seen.append(shown(here.cast.handler))

    counts = [(one["waiting"], one["in_process"], one["completed"]) for one in seen]
    assert counts == [(6, 0, 0), (5, 1, 0), (5, 1, 0), (5, 0, 1)]
    assert figures_total(here.cast.handler.actor.scope, MONTH, MONTH).rate_words == "16.67%"
    behind = open_browser(here.cast.handler).get(
        reverse("claim-free-figure") + "?month=2024-03&figure=completed"
    )
    assert case.person is not None and case.person.personal_number in behind.content.decode()
