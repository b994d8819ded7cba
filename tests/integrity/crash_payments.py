"""Crash trials of a payment run, step by step: draft, hand in, approve, fund, send, void.

Worked example: `run_send` is killed between two pieces; the repeated command goes on with the next piece, and every line has
its transfers once.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from unittest import mock

from jubao.database.unit_of_work import read_scope
from tests.benefits.county import County
from tests.integrity.crash_people import DAY, DISTRICT, NOW, of
from tests.integrity.crash_points import Command
from tests.support.residents import Beneficiary

MONTH = 2025 * 12 + 6
PEOPLE = 3
PIECE = 2
"""Small pieces, so that a run of three people has several."""


def _people() -> dict[str, Any]:
    county(County(DISTRICT), PEOPLE)
    return {}


def county(here: County, people: int) -> list[Beneficiary]:
    """So many people who draw a pension, certified one day after the other."""
    from jubao.services.certification.records import certification_record

    made = [here.someone(name="张王李赵刘"[number % 5] + "桂芳") for number in range(people)]
    for number, one in enumerate(made):
        certification_record(
            actor=here.cast.certifier.actor, enrolment_id=one.enrolment.id, channel="app_face",
            certified_on=date(2025, 6, 1 + number), today=DAY,
        )  # fmt: skip
    return made


def _draft(given: dict[str, Any]) -> None:
    from jubao.services.payments.runs import run_draft

    run_draft(
        actor=of("handler"),
        district_code=DISTRICT,
        month=MONTH,
        today=DAY,
        idempotency_key="draft-1",
        piece_size=PIECE,
    )


def _check(given: dict[str, Any]) -> None:
    from jubao.services.payments.runs import run_check

    run_check(actor=of("handler"), run_id=_run().id, today=DAY, now=NOW)


def _see(given: dict[str, Any]) -> None:
    from jubao.services.cases.engine import case_view

    case_view(actor=of("reviewer"), case_id=_run().case_id, now=NOW)


def _approve(given: dict[str, Any]) -> None:
    from jubao.services.payments.runs import run_approve

    run = _run()
    run_approve(
        actor=of("reviewer"),
        run_id=run.id,
        digest_seen=run.case.digest,
        today=DAY,
        now=NOW,
        idempotency_key="approve-1",
    )


def _receive(given: dict[str, Any]) -> None:
    from jubao.services.payments.runs import funds_record

    run = _run()
    funds_record(
        actor=of("finance_officer"), district_code=DISTRICT, benefit_month=MONTH, amount_fen=run.total_fen,
        received_on=DAY, reference="CZ-2025-07", run_id=None,
    )  # fmt: skip


def _fund(given: dict[str, Any]) -> None:
    from jubao.services.payments.runs import run_fund

    run_fund(actor=of("finance_officer"), run_id=_run().id, today=DAY, now=NOW, idempotency_key="fund-1")


def _send(given: dict[str, Any]) -> None:
    from jubao.services.payments.runs import run_send

    run_send(actor=of("finance_officer"), run_id=_run().id, today=DAY, now=NOW, piece_size=PIECE)


def _in_lanes(step: Callable[[dict[str, Any]], None]) -> Callable[[dict[str, Any]], None]:
    """A step as a large run takes it, its lanes one after the other so that its points have an order."""

    def planned(given: dict[str, Any]) -> None:
        from jubao.services.payments import lanes

        with mock.patch.multiple(lanes, LARGE=1, MOST_LANES=1):
            step(given)

    return planned


def _void(given: dict[str, Any]) -> None:
    from jubao.services.payments.runs import run_void

    if _run().state != "void":
        run_void(actor=of("handler"), run_id=_run().id, reason="名单有误", today=DAY, now=NOW)


def _run() -> Any:
    from jubao.payments.models import PaymentRun

    with read_scope(of("handler").scope):
        return PaymentRun.objects.select_related("case").get(benefit_month=MONTH)


def _after(*steps: Callable[[dict[str, Any]], None]) -> Callable[[], dict[str, Any]]:
    def prepared() -> dict[str, Any]:
        given = _people()
        for step in steps:
            step(given)
        return given

    return prepared


UNTIL_SENT = (_draft, _check, _see, _approve, _receive, _fund, _send)

COMMANDS = {
    "run_draft": Command(_people, _draft),
    "run_draft_in_lanes": Command(_people, _in_lanes(_draft)),
    "run_check": Command(_after(*UNTIL_SENT[:1]), _check),
    "run_approve": Command(_after(*UNTIL_SENT[:3]), _approve),
    "funds_record": Command(_after(*UNTIL_SENT[:4]), _receive),
    "run_fund": Command(_after(*UNTIL_SENT[:5]), _fund),
    "run_send": Command(_after(*UNTIL_SENT[:6]), _send),
    "run_send_in_lanes": Command(_after(*UNTIL_SENT[:6]), _in_lanes(_send)),
    "run_void": Command(_after(*UNTIL_SENT[:2]), _void),
}
