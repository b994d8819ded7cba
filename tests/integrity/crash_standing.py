"""Crash trials of what changes a standing without a case of its own, or by many small commits: windows, flags, rates, subsidies.

Worked example: `windows_expire` closes three late claims in three commits; killed after two it leaves two closed, and asked
again it closes the third alone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from unittest import mock
from uuid import UUID

from tests.integrity.crash_contributions import DISTRICT, TODAY, _enrolled, _record, _recorded, _settle
from tests.integrity.crash_people import DAY, EVERYWHERE, of
from tests.integrity.crash_points import Command

MARCH_DAY = date(2024, 3, 11)


def _late() -> dict[str, Any]:
    from jubao.claim_free.models import Flag
    from jubao.database.unit_of_work import read_scope
    from tests.support.claim_free_world import World

    here = World()
    people = [here.candidate() for _each in range(3)]
    here.extract()
    with read_scope("%"):
        until = max(flag.window_until for flag in Flag.objects.filter(enrolment__in=people))
    return {"scope": here.program.scope, "today": (until + timedelta(days=1)).isoformat()}


def _expire(given: dict[str, Any]) -> None:
    from jubao.database.actor import Actor
    from jubao.services.claim_free.windows import expire_windows
    from tests.support.claim_free_world import at_ten

    today = date.fromisoformat(given["today"])
    expire_windows(actor=Actor.system("nightly", scope=given["scope"]), today=today, now=at_ten(today))


def _revoked() -> dict[str, Any]:
    from jubao.services.claim_free.flags import flag_revoke
    from tests.support.claim_free_world import World, at_ten

    here = World()
    case = here.listed()
    case = flag_revoke(
        actor=here.cast.handler.actor, case_id=case.id, reason_code="IN_TRANSIT_TRANSFER", reason="转移在办",
        expected_version=case.version, today=MARCH_DAY, now=at_ten(MARCH_DAY),
    )  # fmt: skip
    return {"case": str(case.id), "version": case.version}


def _restore(given: dict[str, Any]) -> None:
    from jubao.services.claim_free.flags import flag_restore
    from tests.support.claim_free_world import at_ten

    flag_restore(
        actor=of("handler"), case_id=UUID(given["case"]), reason="转移已撤回", expected_version=given["version"],
        today=MARCH_DAY, now=at_ten(MARCH_DAY), idempotency_key="restore-1",
    )  # fmt: skip


def _settled() -> dict[str, Any]:
    given = _recorded()
    _settle(given)
    return given


def _rerate(given: dict[str, Any]) -> None:
    from jubao.services.accounts.interest_years import GivenRate, interest_year_rerate

    interest_year_rerate(
        actor=EVERYWHERE, district_code=DISTRICT, year=2025, reason="公布利率更正", case_id=UUID(given["case"]),
        today=TODAY, given_rate=GivenRate(31_000, "更正文件"),
    )  # fmt: skip


def _without_subsidy() -> dict[str, Any]:
    """Booked while the pack had no table of subsidies."""
    from jubao.services.contributions import judging

    known = judging.tier_terms

    def unknown(pack: Any, asked: Any) -> Any:
        return [replace(one, subsidy_fen=None) for one in known(pack, asked)]

    given = _enrolled()
    with mock.patch.object(judging, "tier_terms", unknown):
        _record(given)
    return given


def _catch_up(_given: dict[str, Any]) -> None:
    from jubao.services.contributions.records import subsidies_catch_up

    subsidies_catch_up(actor=EVERYWHERE, district_code=DISTRICT, today=TODAY)


def _with_paper() -> dict[str, Any]:
    from tests.integrity.crash_proposals import _someone
    from tests.support.papers import papers

    given = _someone()
    return given | {"papers": [[kind, str(one)] for kind, one in papers(of("handler"), "id_document")]}


def _another_account(given: dict[str, Any]) -> None:
    from jubao.database.unit_of_work import read_scope
    from jubao.people.models import Person
    from jubao.services.people.payout_accounts import account_change_propose

    with read_scope("%"):
        name = Person.objects.values_list("name", flat=True).get(id=given["person"])
    account_change_propose(
        actor=of("handler"), person_id=UUID(given["person"]), account_number="6217000000000000029", holder_name=name,
        bank_name="农业银行", materials=[(kind, UUID(one)) for kind, one in given["papers"]], today=DAY,
        idempotency_key="account-1",
    )  # fmt: skip


COMMANDS = {
    "windows_expire": Command(_late, _expire),
    "flag_restore": Command(_revoked, _restore),
    "interest_year_rerate": Command(_settled, _rerate),
    "subsidies_catch_up": Command(_without_subsidy, _catch_up),
    "account_change_propose": Command(_with_paper, _another_account),
}
