"""Samples by focus and seed, the townships' quality, one view of the risks, lists that missed a death: behind their pages."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.urls import reverse

from jubao.cases.models import Case, CaseEvent
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.month import Month
from jubao.people.models import DeathReport, Division
from jubao.supervision.models import AuditSample, Finding
from tests.supervision.office import Desk
from tests.support.residents import an_enrolment, system

PEOPLE = 9


@pytest.fixture
def banner(database: None, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(monkeypatch, "150404", (2024, 7, 2))


def peopled(desk: Desk) -> None:
    """Nine who draw, three of them reported dead, and nine who only pay."""
    for sequence in range(PEOPLE):
        drawing = desk.someone()
        an_enrolment(village=desk.village, birth=date(1990, 3, 2))
        if sequence < 3:
            with unit_of_work(system(), "test"):
                DeathReport.objects.create(person=drawing.person, died_on=date(2024, 6, 1), source="火化")


def drawn(desk: Desk, focus: str, seed: int, size: int = 4) -> AuditSample:
    """A sample drawn on its page."""
    said = desk.send(
        desk.cast.auditor, "audit-samples", focus=focus, seed=str(seed), size=str(size), place=desk.path
    )
    assert "按同一种子重抽：一致" in said
    return AuditSample.objects.get(focus=focus, seed=seed, as_of=desk.clock.at.date())


def members(sample: AuditSample) -> list[Any]:
    return list(sample.items.order_by("position").values_list("enrolment_id", "case_id"))


@pytest.mark.requirement("SS-39-1", "SS-39-2", "SS-39-3")
@pytest.mark.parametrize("focus", ["enrolment", "eligibility", "collection"])
def test_seed_one_draws_the_same_people_again_and_findings_are_written_at_them(
    banner: Desk, focus: str
) -> None:
    peopled(banner)
    first = drawn(banner, focus, 1)
    banner.later(days=1)
    again, other = drawn(banner, focus, 1), drawn(banner, focus, 2)

    assert first.pk != again.pk and members(first) == members(again)
    assert members(first) != members(other)
    item = first.items.get(position=2)
    said = banner.send(
        banner.cast.auditor, "audit-sample-finding", first.pk, item=str(item.pk), category="not_eligible",
        text="不符合条件", amount="163.02",
    )  # fmt: skip
    assert "不符合条件" in said and "163.02" in said
    assert Finding.objects.get(item=item).amount_fen == 16302


def test_rules_point_at_no_more_than_half_of_a_sample_while_there_are_others(banner: Desk) -> None:
    peopled(banner)

    sample = drawn(banner, "collection", 7)

    flagged = [item for item in sample.items.all() if "DEATH_REPORTED" in item.rules]
    assert len(flagged) == 2
    assert "有死亡报告仍在领取" in banner.page(banner.cast.auditor, "audit-sample", sample.pk)


def test_who_is_no_auditor_draws_nothing_and_a_wrong_size_is_refused(banner: Desk) -> None:
    answer = banner.browser(banner.cast.handler).post(reverse("audit-samples"), {"focus": "enrolment"})
    assert answer.status_code == 403

    peopled(banner)
    for size in ("0", "501", "x"):
        said = banner.send(banner.cast.auditor, "audit-samples", focus="enrolment", seed="1", size=size)
        assert "SIZE_WRONG" in said
    assert not AuditSample.objects.exists()


def sent_by_the_township(desk: Desk, *, returned: bool, late: bool = False, kind: str = "stop") -> Case:
    """A finished case that the township's officer proposed, returned once or not, in time or late."""
    day = datetime(2024, 6, 3, 2, tzinfo=UTC)
    township = desk.cast.intake
    with unit_of_work(system("%"), "test"):
        case = Case.objects.create(
            number=f"T{Case.objects.count():06d}", kind=kind, district_code=desk.district, state="approved", is_open=False,
            division_path=desk.village.path, outcome="approved", maker_id=township.person.pk,
            checker_id=desk.cast.reviewer.person.pk, due_on=date(2024, 6, 10) if late else date(2024, 6, 20),
        )  # fmt: skip
        Case.objects.filter(pk=case.pk).update(opened_at=day, closed_at=datetime(2024, 6, 14, 2, tzinfo=UTC))
        steps = [("open", "proposed", township, True)]
        steps += [("return", "returned", desk.cast.reviewer, False)] if returned else []
        for sequence, (action, to, member, makes) in enumerate(steps, start=1):
            CaseEvent.objects.create(
                case=case, sequence=sequence, action=action, from_state="", to_state=to, makes_proposal=makes,
                natural_person_id=member.person.pk, place_path=member.actor.scope,
            )  # fmt: skip
    return case


@pytest.mark.requirement("SS-39-4")
def test_a_township_with_three_of_twenty_returned_reads_fifteen_percent(banner: Desk) -> None:
    for sequence in range(20):
        sent_by_the_township(banner, returned=sequence < 3, late=sequence == 0)
    township = Division.objects.get(path=banner.cast.intake.actor.scope)

    page = banner.page(banner.cast.auditor, "township-quality", query="?from=2024-06-01&until=2024-06-30")

    assert f"{township.name} 20 3 15.00 % 0 1" in page
    other = banner.page(banner.cast.auditor, "township-quality", query="?from=2024-05-01&until=2024-05-31")
    assert f"{township.name} 0 0 — 0 0" in other
    answer = banner.browser(banner.cast.auditor).post(
        reverse("township-quality-export") + "?from=2024-06-01&until=2024-06-30", {"purpose": "季度通报"}
    )
    assert answer.status_code == 200


@pytest.mark.requirement("SS-03-5-4b")
def test_a_sample_of_closed_claims_is_kept_with_what_was_found(banner: Desk) -> None:
    claims = [sent_by_the_township(banner, returned=n == 0, kind="ordinary_claim") for n in range(6)]

    sample = drawn(banner, "closed_claims", 3, size=3)
    item = sample.items.get(position=1)
    banner.send(
        banner.cast.auditor,
        "audit-sample-finding",
        sample.pk,
        item=str(item.pk),
        category="procedure",
        text="缺签字",
    )

    assert {case for _enrolment, case in members(sample)} <= {one.pk for one in claims}
    assert sample.population == 6 and item.rules == ["RETURNED"]
    page = banner.page(banner.cast.auditor, "audit-sample", sample.pk)
    assert "缺签字" in page and "曾被退回" in page


@pytest.mark.requirement("SS-31-2")
def test_a_death_known_late_names_the_township_and_the_lists_that_missed_it(banner: Desk) -> None:
    someone = banner.someone(name="王秀兰")
    banner.clock.at = datetime(2024, 6, 5, 2, tzinfo=UTC)
    with unit_of_work(system(), "test"):
        DeathReport.objects.create(person=someone.person, died_on=date(2024, 3, 2), source="殡葬")
    banner.clock.at = datetime(2024, 7, 2, 2, tzinfo=UTC)

    page = banner.page(banner.cast.auditor, "missed-reports", someone.person.pk)

    township = Division.objects.get(path=banner.cast.intake.actor.scope)
    assert township.name in page and banner.village.name in page
    assert "2024-03、2024-04、2024-05" in page and "2024-06、" not in page
    assert str(Month(2024, 2)) not in page


@pytest.mark.requirement("GD-9-01")
def test_the_risk_view_shows_an_act_out_of_hours_with_user_and_object(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = Desk(monkeypatch, "440523", (2024, 7, 2))
    desk.tip(desk.cast.intake, topic="staff", content="值班人员外出")
    someone = desk.someone(name="陈桂香")
    late = datetime(2024, 7, 1, 14, 30, tzinfo=UTC)  # half past ten in the evening at the office
    with unit_of_work(system("%"), "test"):
        case = Case.objects.create(
            number="440523-2024-009999", kind="stop", district_code="440523", division_path=desk.village.path,
            person=someone.person, state="proposed", maker_id=desk.cast.handler.person.pk,
        )  # fmt: skip
        event = CaseEvent(
            case=case, sequence=1, action="open", from_state="", to_state="proposed", is_out_of_hours=True, reason="值班",
            natural_person_id=desk.cast.handler.person.pk, officer_id=desk.cast.handler.officer.pk,
        )  # fmt: skip
        desk.clock.at = late
        event.save(force_insert=True)
        Case.objects.create(
            number="440523-2024-009998", kind="import", district_code="440523", division_path=desk.path, state="approved",
            is_open=False, outcome="approved", maker_id=desk.cast.data.person.pk, closed_at=late,
            checker_id=desk.cast.data_reviewer.person.pk,
        )  # fmt: skip
    desk.clock.at = datetime(2024, 7, 2, 2, tzinfo=UTC)

    page = desk.page(desk.cast.auditor, "risk-control")

    assert "2024-07-01 22:30" in page and desk.cast.handler.officer.username in page
    assert case.number in page and "值班" in page
    assert "440523-2024-009998" in page and desk.cast.data_reviewer.person.name in page
    assert "工作人员违规" in page and "没有不相容的岗位" in page
    assert desk.browser(desk.cast.handler).get(reverse("risk-control")).status_code == 403
