"""From a claim at an unknown rate to the publication, the proposal of the night or the page, the review and the next payment.

Worked example: 2504.73 yuan at the claim of 2024-03 with no rate: 18.02 a month. Published in July 2024: 6 % for 2024. Three
months on 2504.73 are 37.57; 2542.30 / 139 = 18.29: ten months at 0.27 more are in the payment of July.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from uuid import uuid4

import pytest
from django.urls import reverse

from jubao.benefits.models import Determination
from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.month import Month
from jubao.payments.models import PaymentRun
from jubao.people.models import Enrolment
from jubao.services.accounts.postings import NewTransfer, account_ids, fund_account_id, post
from jubao.services.benefits.recalculation_after_rate import recalculation_find, recalculation_waiting
from jubao.services.cases.engine import case_view
from jubao.services.payments.runs import (
    funds_record,
    run_approve,
    run_check,
    run_draft,
    run_fund,
    run_send,
)
from tests.benefits.county import County, at_ten
from tests.benefits.test_claims import DAY, handled, opened, saver
from tests.staff.browsing import open_browser
from tests.support.published_rates import publish_rates
from tests.support.residents import an_account, system

JULY = date(2024, 7, 15)


@pytest.fixture
def publish(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Put rates into the municipality's pack: `publish({2024: 60_000})`."""
    return partial(publish_rates, tmp_path, monkeypatch)


def claimed(here: County) -> Enrolment:
    """A claim of March 2024, approved while the region had published no rate."""
    enrolment = saver(here)
    an_account(enrolment.person, f"62170037601{enrolment.id.int % 10**8:08d}")
    here.decide(handled(here, opened(here, enrolment)), on=DAY)
    return enrolment


def paid(here: County, month: int, day: int = 15) -> PaymentRun:
    """The payment of a month of 2024, sent."""
    maker, finance, checker = here.cast.handler.actor, here.cast.finance.actor, here.cast.reviewer.actor
    on = date(2024, month, day)
    at = datetime(2024, month, day, 2, tzinfo=UTC)
    run = run_draft(actor=maker, district_code="500110", month=Month(2024, month).index, today=on)
    run = run_check(actor=maker, run_id=run.id, today=on, now=at)
    seen = case_view(actor=checker, case_id=run.case_id, now=at)
    run = run_approve(actor=checker, run_id=run.id, digest_seen=seen.digest, today=on, now=at)
    funds_record(
        actor=finance, district_code="500110", benefit_month=run.benefit_month, amount_fen=run.total_fen, received_on=on,
        reference=f"拨-{month}",
    )  # fmt: skip
    run_fund(actor=finance, run_id=run.id, today=on, now=at)
    return run_send(actor=finance, run_id=run.id, today=on, now=at)


def differences(run: PaymentRun) -> list[tuple[str, int]]:
    """The lines of a run that pay a difference."""
    lines = run.lines.filter(kind="difference").order_by("benefit_month")
    return [(str(Month.from_index(line.benefit_month)), line.amount_fen) for line in lines]


@pytest.mark.requirement("QJ-A1-9-n2")
def test_a_rate_published_in_july_is_in_the_payment_of_july(
    database: None, publish: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    here = County("500110")
    enrolment = claimed(here)
    for month in (3, 4, 5, 6):
        paid(here, month)
    monkeypatch.setattr("jubao.workbench.views.recalculations.today", lambda: JULY)
    monkeypatch.setattr("jubao.workbench.views.case.today", lambda: JULY)
    monkeypatch.setattr("jubao.workbench.views.case.now", lambda: at_ten(JULY))
    handler = open_browser(here.cast.handler)
    shown = handler.get(reverse("recalculations")).content.decode()
    assert "没有现在可以重算的待遇" in shown and "另有 1 人等待利率公布" in shown

    publish({2024: 60_000})
    assert "1 人的待遇" in handler.get(reverse("recalculations")).content.decode()
    answer = handler.post(reverse("recalculations"), {"do": "find", "key": "page-1"})
    case = Case.objects.get(kind="recalculation")
    assert answer["Location"] == reverse("case", args=[case.id])
    page = handler.get(answer["Location"]).content.decode()
    for word in ("153.02", "153.29", "6%", "202309-202406:0.27", "2.70"):
        assert word in page, word
    reviewer = open_browser(here.cast.reviewer)
    reviewer.get(reverse("case", args=[case.id]))
    reviewer.post(
        reverse("case-action", args=[case.id]),
        {"action": "approve", "version": case.version, "digest": case.digest, "key": "page-2"},
    )

    run = paid(here, 7)
    months = [str(Month(2023, 9) + number) for number in range(10)]
    assert differences(run) == [(month, 27) for month in months]
    assert run.lines.get(kind="monthly").account_pension_fen == 1829
    old, new = Determination.objects.filter(entitlement__enrolment=enrolment).order_by("sequence")
    assert (old.is_provisional, new.is_provisional, new.account_balance_fen) == (True, False, 250473 + 3757)
    assert old.trace and new.trace and new.difference["account_pension_fen"] == 27
    assert "没有现在可以重算的待遇" in handler.get(reverse("recalculations")).content.decode()


def test_the_night_proposes_once_and_not_again_what_was_refused(
    database: None, publish: Callable[..., None]
) -> None:
    here = County("500110")
    claimed(here)
    program = Actor.system("nightly", scope=here.path)

    def night() -> Case | None:
        return recalculation_find(actor=program, division_path=here.path, today=JULY)

    assert night() is None
    publish({2024: 60_000})
    case = night()
    assert case is not None and case.maker_id is None and case.proposal["count"] == 1
    assert night() is None
    here.decide(case, on=JULY, action="reject", reason="利率有误")
    assert night() is None
    publish({2024: 62_000})
    assert night() is not None


def test_a_year_published_later_counts_under_the_one_before(
    database: None, publish: Callable[..., None]
) -> None:
    here = County("500110")
    enrolment = saver(here)
    with unit_of_work(system(), "test"):
        own = account_ids("own_payment", "500110", [enrolment.id], actor=system())[enrolment.id]
        source = fund_account_id("treasury_receipts", "500110", actor=system())
        deposit = NewTransfer(uuid4(), source, own, 100_000, "contribution", date(2022, 12, 30))
        post(actor=system(), transfers=[deposit])
    here.decide(handled(here, opened(here, enrolment)), on=DAY)
    program = Actor.system("nightly", scope=here.path)

    def recalculated() -> Determination:
        case = recalculation_find(actor=program, division_path=here.path, today=JULY)
        assert case is not None
        here.decide(case, on=JULY)
        return Determination.objects.filter(entitlement__enrolment=enrolment).order_by("-sequence")[0]

    publish({2024: 60_000})
    # 3504.73 for three months at 6 %; the 1000.00 of 2022 wait for the rate of 2023.
    first = recalculated()
    assert (first.account_balance_fen, first.is_provisional) == (350_473 + 5_257, True)
    assert recalculation_waiting(actor=program, division_path=here.path).waiting == 1
    publish({2023: 30_000, 2024: 60_000})
    # 30.00 for 2023, and 2024 on 3534.73: 53.02.
    second = recalculated()
    assert (second.account_balance_fen, second.is_provisional) == (350_473 + 3_000 + 5_302, False)
    assert recalculation_find(actor=program, division_path=here.path, today=JULY) is None
