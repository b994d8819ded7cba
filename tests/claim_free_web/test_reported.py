"""A report by the family that nobody has verified: a hint, no obstacle; the handler answers it, whatever the answer is."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jubao.cases.models import Case
from jubao.claim_free.models import Flag
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.residents.models import Account
from jubao.services.claim_free.check import check
from jubao.services.residents.accounts import district_path
from jubao.services.residents.reports import report_submit
from tests.support.claim_free_world import DAY
from tests.support.counter import HANDLER, INTAKE, Counter
from tests.support.residents import system


@pytest.fixture
def here(database: None, monkeypatch: pytest.MonkeyPatch) -> Counter:
    return Counter(monkeypatch)


def reported(case: Case, what: str = "death", note: str = "") -> Case:
    """By the son on his phone."""
    with unit_of_work(system(), "test"):
        son, _is_new = Account.objects.get_or_create(
            name="张小军", number_digest="0" * 64, phone="13900000031"
        )
    assert case.person_id is not None
    return report_submit(
        actor=Actor.participant(son.pk, name=son.name, scope=district_path(case.division_path)), account=son, what=what,
        person_id=case.person_id, relation="子女", happened_on=None if what == "complaint" else date(2024, 3, 10),
        note=note, today=DAY,
    )  # fmt: skip


def answered(here: Counter, report: Case, action: str) -> str:
    """On the page of the report."""
    here.get(HANDLER, "case", report.pk)
    report.refresh_from_db()
    sent: dict[str, Any] = {"action": action, "version": report.version, "digest": report.digest}
    return here.post(HANDLER, "case-action", report.pk, reason="上门见到本人", **sent)


@pytest.mark.parametrize("what", ["death", "custody", "benefit_elsewhere"])
def test_a_report_takes_nothing_away_until_it_is_verified(here: Counter, what: str) -> None:
    who = here.world.candidate(name="张桂芳", balance_fen=250473)
    case = here.world.listed(who)
    report = reported(case, what)

    found = check(who.pk, on=DAY, stage="confirm").codes, check(who.pk, on=DAY, stage="handle").codes
    at_counter = here.text(INTAKE, "claim-free-accept-case", case.pk)
    said = here.accepted(case)
    for_handler = here.text(HANDLER, "case", case.pk)
    stopped = here.handle(case)

    assert found == ((), ()) and "SL-" in said
    assert "正在核实" in at_counter and "这只是线索，可以受理" in at_counter
    assert "正在核实" in for_handler and report.number in for_handler and "子女报告" in for_handler
    assert "REPORT_UNANSWERED" in stopped and "2024-03-10" in stopped and "办理须知5" in stopped
    assert Case.objects.get(pk=case.pk).state == "accepted"
    assert Flag.objects.get(case=case).state == "flagged"
    answered(here, report, "dismiss")
    here.handle(case)
    assert Case.objects.get(pk=case.pk).state == "handled"
    assert "正在核实" not in here.text(HANDLER, "case", case.pk)


@pytest.mark.parametrize(
    ("what", "code"),
    [("death", "DEATH_MATCH"), ("custody", "REPORT_CONFIRMED"), ("benefit_elsewhere", "REPORT_CONFIRMED")],
)
def test_a_report_that_is_true_stops_the_handling_with_its_clause(
    here: Counter, what: str, code: str
) -> None:
    case = here.world.listed(name="张桂芳", balance_fen=250473)
    report = reported(case, what)
    here.accepted(case)

    answered(here, report, "confirm")
    stopped = here.handle(case)

    assert code in stopped and ("四、（四）" in stopped or "五、（一）7" in stopped)
    assert Case.objects.get(pk=case.pk).state == "accepted"


def test_every_reason_is_named_beside_the_report(here: Counter) -> None:
    who = here.world.candidate(name="张桂芳", balance_fen=250473)
    case = here.world.listed(who)
    here.accepted(case)
    reported(case)
    here.world.card(who, outcome="none", at=date(2024, 3, 10))

    stopped = here.handle(case)

    assert "NO_CARD_ACCOUNT" in stopped and "REPORT_UNANSWERED" in stopped


def test_a_report_that_comes_while_the_reviewer_has_the_case_stops_the_approval(here: Counter) -> None:
    case = here.world.listed(name="张桂芳", balance_fen=250473)
    here.accepted(case)
    here.handle(case)
    report = reported(case)

    assert "REPORT_UNANSWERED" in here.review(case)
    answered(here, report, "dismiss")
    here.review(case)

    assert Case.objects.get(pk=case.pk).state == "approved"


def test_a_report_does_not_keep_anybody_off_the_list_and_a_complaint_stops_nothing(here: Counter) -> None:
    who, other = (here.world.candidate(name=name, balance_fen=250473) for name in ("张桂芳", "李秀英"))
    for one, what in ((who, "death"), (other, "complaint")):
        about = Case(person_id=one.person_id, division_path=one.division_path)
        reported(about, what, note="村里多收钱")

    here.world.extract()
    case = Flag.objects.select_related("case").get(enrolment=other).case
    here.accepted(case)
    here.handle(case)

    assert set(Flag.objects.values_list("enrolment_id", flat=True)) == {who.pk, other.pk}
    assert Case.objects.get(pk=case.pk).state == "handled"
