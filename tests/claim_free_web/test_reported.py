"""A report by the family that nobody has verified: a hint, no obstacle; the handler answers it, whatever the answer is."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jubao.cases.models import Case
from jubao.claim_free.models import Flag
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.people.models import CustodyPeriod, OtherSchemeRecord
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


def answered(here: Counter, report: Case, action: str, reason: str = "上门见到本人") -> str:
    """On the page of the report."""
    here.get(HANDLER, "case", report.pk)
    report.refresh_from_db()
    sent: dict[str, Any] = {"action": action, "version": report.version, "digest": report.digest}
    return here.post(HANDLER, "case-action", report.pk, reason=reason, **sent)


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
    [
        ("death", "DEATH_MATCH"),
        ("custody", "SERVING_SENTENCE"),
        ("benefit_elsewhere", "CROSS_PROVINCE_BENEFIT"),
    ],
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


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("法院判决书，有期徒刑三年", "FIXED_TERM"),
        ("宣告有期徒刑缓刑", "SUSPENDED_SENTENCE"),
        ("村里说不在家", "UNKNOWN"),
    ],
)
def test_a_true_report_of_custody_is_a_record_that_the_next_list_reads(
    here: Counter, words: str, kind: str
) -> None:
    who = here.world.candidate(name="张桂芳", balance_fen=250473)
    report = reported(Case(person_id=who.person_id, division_path=who.division_path), "custody")

    answered(here, report, "confirm", words)
    here.world.extract(on=date(2024, 3, 15))

    period = CustodyPeriod.objects.get(person_id=who.person_id)
    assert (period.kind, period.from_on, period.until_on) == (kind, date(2024, 3, 10), None)
    assert report.number in period.source and period.case_id == report.pk
    assert not Flag.objects.exists()


def test_custody_that_is_known_already_is_not_kept_twice(here: Counter) -> None:
    who = here.world.candidate(name="张桂芳", balance_fen=250473)
    with unit_of_work(system(), "test"):
        known = CustodyPeriod.objects.create(
            person_id=who.person_id, kind="FIXED_TERM", from_on=date(2024, 3, 1)
        )
    report = reported(Case(person_id=who.person_id, division_path=who.division_path), "custody")

    answered(here, report, "confirm")

    assert list(CustodyPeriod.objects.all()) == [known]
    report.refresh_from_db()
    assert report.state == "confirmed"


def test_a_pension_elsewhere_told_at_the_counter_is_kept_and_the_list_shows_the_hint(here: Counter) -> None:
    case = here.world.listed(name="张桂芳", balance_fen=250473)
    said = here.post(
        HANDLER, "person-change", case.person_id, do="report", what="benefit_elsewhere", reporter="张小军",
        relation="子女", happened_on="2023-12-01", note="在外省领职工养老金",
    )  # fmt: skip
    report = Case.objects.get(kind="resident_report")

    assert report.number in said and report.channel == "counter"
    assert "有人报告在别处领取养老待遇，正在核实" in here.text(HANDLER, "claim-free")
    answered(here, report, "confirm")

    record = OtherSchemeRecord.objects.get(person_id=case.person_id)
    assert (record.scheme, record.kind, record.from_month) == ("employee_pension", "benefit", 2023 * 12 + 11)
    assert "正在核实" not in here.text(HANDLER, "claim-free")
    assert "REPORTER_MISSING" in here.post(
        HANDLER,
        "person-change",
        case.person_id,
        do="report",
        what="custody",
        relation="子女",
        happened_on="2024-01-01",
    )
