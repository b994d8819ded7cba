"""Crash trials of contributions, interest and statements: booked once, reversed once, settled once, told once.

Worked example: `contribution_record` killed between the two postings leaves neither; repeated, both stand there once.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from tests.integrity.crash_people import EVERYWHERE
from tests.integrity.crash_points import Command

DISTRICT, TODAY = "500110", date(2026, 2, 1)


def _enrolled() -> dict[str, Any]:
    from tests.support.residents import a_village, an_enrolment

    return {"enrolment": str(an_enrolment(village=a_village(DISTRICT), mobile="13800000001").id)}


def _record(given: dict[str, Any]) -> Any:
    from jubao.services.contributions.records import contribution_record

    return contribution_record(
        actor=EVERYWHERE, enrolment_id=UUID(given["enrolment"]), year=2025, tier_fen=50000, amount_fen=50000,
        treasury_on=date(2025, 5, 6), receipt_number="R1", means="mobile", today=TODAY,
    )  # fmt: skip


def _recorded() -> dict[str, Any]:
    from jubao.cases.models import Case
    from jubao.database.unit_of_work import unit_of_work

    given = _enrolled()
    paid = _record(given)
    with unit_of_work(EVERYWHERE, "crash"):
        case = Case.objects.create(
            number="500110-2026-900002", kind="ledger_correction", district_code=DISTRICT,
            division_path="500000/500110/", state="approved", is_open=False, outcome="approved",
            maker_id=UUID(int=11), checker_id=UUID(int=12),
        )  # fmt: skip
    return given | {"contribution": str(paid.id), "case": str(case.id)}


def _reverse(given: dict[str, Any]) -> None:
    from jubao.services.contributions.records import contribution_reverse

    contribution_reverse(
        actor=EVERYWHERE, contribution_id=UUID(given["contribution"]), reason="重复入库", case_id=UUID(given["case"]),
        value_date=date(2025, 5, 6), idempotency_key="crash-reverse",
    )  # fmt: skip


def _settle(given: dict[str, Any]) -> None:
    from jubao.services.accounts.interest_years import GivenRate, interest_year_settle

    interest_year_settle(
        actor=EVERYWHERE,
        district_code=DISTRICT,
        year=2025,
        today=TODAY,
        given_rate=GivenRate(24_900, "测试公布文件"),
    )


def _tell(given: dict[str, Any]) -> None:
    from jubao.services.accounts.statements import statements_deliver

    statements_deliver(actor=EVERYWHERE, district_code=DISTRICT, year=2025, today=TODAY)


COMMANDS = {
    "contribution_record": Command(_enrolled, _record),
    "contribution_reverse": Command(_recorded, _reverse),
    "interest_year_settle": Command(_recorded, _settle),
    "statements_deliver": Command(_recorded, _tell),
}
