"""个人账户核查 in 松山: asked at the township, verified in time, corrected by the district alone, told (赤松 第十六条).

Worked example: a request of 2026-11-20 is due on 2026-12-04; the slip says 1 000 instead of 500; the person is told 已更正.
"""

from __future__ import annotations

from datetime import date

import pytest

from jubao.cases.models import Case
from jubao.contributions.models import Contribution
from jubao.kernel.errors import DomainError
from jubao.notices.models import OutboxMessage
from jubao.people.numbers import numbers_of
from jubao.services.cases.engine import advance
from jubao.services.contributions.records import contribution_record
from tests.support.counter import Counter, a_file
from tests.support.residents import an_enrolment, system

INTAKE, REVIEWER = "150404-intake_clerk", "150404-reviewer"
DAY = date(2025, 11, 20)


@pytest.fixture
def here(database: None, monkeypatch: pytest.MonkeyPatch) -> Counter:
    desk = Counter(monkeypatch, "150404")
    desk.on(DAY)
    return desk


@pytest.fixture
def paid(here: Counter) -> Contribution:
    who = an_enrolment(village=here.world.villages[0], name="王秀兰")
    return contribution_record(
        actor=system(), enrolment_id=who.id, year=2025, tier_fen=50000, amount_fen=50000, means="mobile",
        treasury_on=date(2025, 5, 6), receipt_number="R1", today=DAY,
    )  # fmt: skip


def asked(here: Counter, paid: Contribution) -> tuple[Case, str]:
    person = paid.enrolment.person_id
    said = here.post(
        INTAKE, "checks", number=numbers_of([person])[person], what="account", asked="2025年交了1000元"
    )
    return Case.objects.get(kind="ledger_correction"), said


def corrected(here: Counter, paid: Contribution) -> str:
    """The township puts the correction into the request."""
    return here.post(
        INTAKE,
        "account-correct",
        paid.pk,
        year="2025",
        amount="1000",
        reason="税票金额录错",
        evidence=a_file("税票"),
    )


def told(case: Case) -> str:
    return OutboxMessage.objects.get(case_id=case.pk, purpose="enquiry_result").body


@pytest.mark.requirement("SS-16-1", "SS-16-2")
def test_a_request_has_a_number_and_a_last_day_and_is_overdue_after_it(
    here: Counter, paid: Contribution
) -> None:
    case, said = asked(here, paid)

    assert case.due_on == date(2025, 12, 4)  # ten working days
    assert case.number in said and "2025-12-04" in said
    assert case.number in here.text(INTAKE, "checks")
    assert case.number not in here.text(INTAKE, "cases", query="?due=late")

    here.on(date(2025, 12, 5))

    assert case.number in here.text(INTAKE, "cases", query="?due=late")
    assert "超期" in here.text(INTAKE, "checks")


@pytest.mark.requirement("SS-16-3", "SS-16-5")
def test_the_district_alone_corrects_and_the_participant_is_told(here: Counter, paid: Contribution) -> None:
    case, _said = asked(here, paid)
    corrected(here, paid)
    case.refresh_from_db()
    assert case.proposal["target"] == "contribution" and case.proposal["asked"] == "2025年交了1000元"
    here.post(INTAKE, "case-action", case.pk, action="verify", version=case.version)
    case.refresh_from_db()
    assert case.state == "proposed"

    refused = here.post(
        INTAKE, "case-action", case.pk, action="approve", version=case.version, digest=case.digest
    )
    assert "POST_REQUIRED" in refused
    township = here.world.cast.intake.actor
    with pytest.raises(DomainError):
        advance(
            actor=township, case_id=case.pk, action="approve", expected_version=case.version, digest_seen=case.digest,
            today=DAY, now=here.at,
        )  # fmt: skip
    assert Contribution.objects.get().amount_fen == 50000

    here.review(case, by=REVIEWER, points=())

    old, new = Contribution.objects.order_by("recorded_at", "id")
    assert (old.is_live, new.amount_fen) == (False, 100000)
    assert "已更正" in told(case) and "原记500.00元，现记1000.00元" in told(case)


@pytest.mark.requirement("SS-16-5")
@pytest.mark.parametrize(("action", "words"), [("explain", "记录无误"), ("reject", "不予更正")])
def test_whoever_is_not_corrected_is_told_why(
    here: Counter, paid: Contribution, action: str, words: str
) -> None:
    case, _said = asked(here, paid)

    if action == "explain":
        here.post(
            INTAKE, "case-action", case.pk, action="explain", version=case.version, reason="税票金额就是500元"
        )
    else:
        corrected(here, paid)
        case.refresh_from_db()
        here.post(INTAKE, "case-action", case.pk, action="verify", version=case.version)
        case.refresh_from_db()
        here.review(case, "reject", by=REVIEWER, points=(), reason="税票金额就是500元")

    case.refresh_from_db()
    assert not case.is_open and words in told(case) and "税票金额就是500元" in told(case)
    assert Contribution.objects.get().is_live


def test_a_bare_request_cannot_be_handed_to_the_district(here: Counter, paid: Contribution) -> None:
    case, _said = asked(here, paid)
    here.post(INTAKE, "case-material-add", case.pk, kind="evidence", file=a_file("税票"))
    case.refresh_from_db()

    said = here.post(INTAKE, "case-action", case.pk, action="verify", version=case.version)

    assert "NOTHING_TO_CORRECT" in said
    assert "ASKED_EMPTY" in here.post(
        INTAKE, "checks", number=numbers_of([paid.enrolment.person_id])[paid.enrolment.person_id], what="account",
        asked=" ",
    )  # fmt: skip
