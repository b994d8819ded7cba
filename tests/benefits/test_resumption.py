"""Resumption: who decides it, from which month, which months are paid back and at which amount.

Worked example: suspended from 2024-06, resumed on 2024-08-10: August in the ordinary run, June and July as back pay.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from jubao.benefits.models import Due, PaymentStatus
from jubao.cases.models import Case
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import DomainError
from jubao.kernel.month import Month
from jubao.people.models import CustodyPeriod
from jubao.services.benefits.back_pay import back_pay_award
from jubao.services.benefits.resumptions import resumption_propose
from jubao.services.cases.engine import advance, case_view
from jubao.services.certification.records import certification_record
from jubao.staff.regions import pack_of
from tests.benefits.county import County, at_ten
from tests.support.residents import Beneficiary, system


def resumed(here: County, someone: Beneficiary, on: date, **more: Any) -> Case:
    """Proposed by the handler, decided by the reviewer, on one day."""
    case = resumption_propose(
        actor=here.cast.handler.actor, entitlement_id=someone.entitlement_id, ground="核实具备资格", today=on,
        evidence={"visit": "本人在家"}, **more,
    )  # fmt: skip
    return here.decide(case, on=on)


@pytest.mark.requirement("CQ-21-4")
def test_the_next_payment_holds_the_month_and_the_missed_ones(database: None) -> None:
    here = County("500110")
    someone = here.someone()
    here.suspended(someone, Month(2024, 6))

    resumed(here, someone, date(2024, 8, 10))

    lines = here.dues(Month(2024, 8), someone)
    assert [(str(Month.from_index(row["benefit_month"])), row["kind"], row["cause"]) for row in lines] == [
        ("2024-06", "back_pay", "RESUMPTION"),
        ("2024-07", "back_pay", "RESUMPTION"),
        ("2024-08", "monthly", ""),
    ]
    assert [row["amount_fen"] for row in lines[:2]] == [13500 + 1802, 16500 + 1802]
    assert all(row["determination_id"] == someone.determination_id for row in lines)


@pytest.mark.requirement("SS-27-3", "SS-27-4")
def test_an_eligible_result_of_the_investigation_leads_to_the_next_payment(database: None) -> None:
    here = County("150404")
    someone = here.someone()
    here.suspended(someone, Month(2024, 6))
    from jubao.benefits.models import Entitlement
    from jubao.services.benefits.investigations import investigation_open

    entitlement = Entitlement.objects.get(id=someone.entitlement_id)
    task = investigation_open(entitlement=entitlement, enrolment=someone.enrolment, suspension=Case.objects.get(),
                              today=date(2024, 6, 3), reason="NOT_CERTIFIED")  # fmt: skip
    assert task is not None
    day = date(2024, 9, 9)
    advance(actor=here.cast.field_worker.actor, case_id=task.id, action="eligible", reason="本人在家，健在",
            expected_version=1, today=day, now=at_ten(day))  # fmt: skip

    case = Case.objects.get(kind="resumption")
    assert (case.maker_id, case.state) == (None, "proposed")
    here.decide(case, on=day)

    assert here.lines(Month(2024, 9), someone) == [
        *((f"2024-0{month}", "back_pay", "RESUMPTION") for month in (6, 7, 8)),
        ("2024-09", "monthly", ""),
    ]


@pytest.mark.requirement("XW-2-4-5", "XW-2-4-6")
def test_a_certification_made_up_brings_two_months_of_back_pay(database: None) -> None:
    here = County("360734")
    someone = here.someone()
    here.suspended(someone, Month(2024, 7))
    day = date(2024, 8, 10)
    certification_record(actor=here.cast.certifier.actor, enrolment_id=someone.enrolment.id, channel="app_face",
                         certified_on=day, today=day)  # fmt: skip
    case = Case.objects.get(kind="resumption")

    here.decide(case, on=date(2024, 9, 3))

    assert here.lines(Month(2024, 9), someone) == [
        ("2024-07", "back_pay", "RESUMPTION"),
        ("2024-08", "back_pay", "RESUMPTION"),
        ("2024-09", "monthly", ""),
    ]


@pytest.mark.requirement("GD-17-06")
@pytest.mark.parametrize(("reason", "count"), [("NOT_CERTIFIED", 1), ("DEATH_SUSPECTED", 0)])
def test_a_face_pass_starts_an_application_only_for_a_missing_certification(
    database: None, reason: str, count: int
) -> None:
    here = County("440523", next_county="500110")
    someone = here.someone()
    here.suspended(someone, Month(2024, 6), reason)
    day = date(2024, 7, 15)
    certification_record(actor=here.cast.certifier.actor, enrolment_id=someone.enrolment.id, channel="app_face",
                         certified_on=day, today=day)  # fmt: skip
    assert Case.objects.filter(kind="resumption", state="proposed").count() == count
    assert here.lines(Month(2024, 7), someone) == []


@pytest.mark.requirement("GD-7-13", "GD-17-07")
def test_the_agency_of_the_place_decides_and_pays_back(database: None) -> None:
    here = County("440523", next_county="500110")
    someone = here.someone()
    here.suspended(someone, Month(2024, 6))
    day = date(2024, 8, 12)
    case = resumption_propose(actor=here.cast.handler.actor, entitlement_id=someone.entitlement_id, ground="人脸认证通过",
                              today=day, evidence={"face": "pass"})  # fmt: skip
    outsider = replace(here.cast.outsider.actor, posts=frozenset({"reviewer"}))
    for look in (
        lambda: case_view(actor=outsider, case_id=case.id, now=at_ten(day)),
        lambda: advance(actor=outsider, case_id=case.id, action="approve", expected_version=1,
                        digest_seen=case.digest, today=day, now=at_ten(day)),
    ):  # fmt: skip
        with pytest.raises(DomainError) as refused:
            look()
        assert refused.value.code in ("CASE_NOT_FOUND", "OUT_OF_SCOPE")

    here.decide(case, on=day)
    assert [line[0] for line in here.lines(Month(2024, 8), someone)] == ["2024-06", "2024-07", "2024-08"]


def test_nothing_is_awarded_twice(database: None) -> None:
    here = County("500110")
    someone = here.someone()
    case_id = here.suspended(someone, Month(2024, 6))
    resumed(here, someone, date(2024, 8, 10))
    months = [Month(2024, 6).index, Month(2024, 7).index]
    with unit_of_work(system(), "test"):
        again = back_pay_award(actor=system(), entitlement_id=someone.entitlement_id, months=months, cause="OTHER",
                               case_id=case_id, pack=pack_of(here.path))  # fmt: skip
    assert again == []
    assert Due.objects.filter(entitlement_id=someone.entitlement_id).count() == 2


@pytest.mark.parametrize(
    ("kind", "until", "acquitted", "back_pay"),
    [
        ("FIXED_TERM", date(2025, 1, 20), False, []),
        ("DETAINED_UNCONVICTED", date(2025, 1, 20), True, ["2024-06", "2024-12", "2025-01"]),
        ("DETAINED_UNCONVICTED", date(2025, 1, 20), False, []),
    ],
)
def test_after_custody_only_an_acquittal_is_paid_back(
    database: None, kind: str, until: date, acquitted: bool, back_pay: list[str]
) -> None:
    here = County("150404")
    someone = here.someone()
    with unit_of_work(system(), "test"):
        CustodyPeriod.objects.create(
            person=someone.person, kind=kind, from_on=date(2024, 5, 10), until_on=until
        )
    here.suspended(someone, Month(2024, 6), "IN_CUSTODY")

    resumed(here, someone, date(2025, 2, 10), is_acquitted=acquitted)

    months = [line[0] for line in here.lines(Month(2025, 2), someone) if line[1] == "back_pay"]
    assert months[:1] + months[-2:] == back_pay
    assert ("2025-02", "monthly", "") in here.lines(Month(2025, 2), someone)


def test_somebody_paid_normally_cannot_be_resumed(database: None) -> None:
    here = County("500110")
    with pytest.raises(DomainError) as refused:
        resumed(here, here.someone(), date(2024, 8, 10))
    assert refused.value.code == "NOT_SUSPENDED"
    assert PaymentStatus.objects.filter(kind="suspended").count() == 0
