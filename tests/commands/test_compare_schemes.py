"""Whom a scheme makes a subject and what ends its benefit, through the command on tiny files (Chongqing)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.comparing import chongqing, person, record


@pytest.mark.requirement(
    "CQ-13-2-01", "CQ-13-2-02", "CQ-13-2-03", "CQ-13-2-04", "CQ-13-2-05", "CQ-13-2-06", "CQ-13-2-07"
)
def test_unemployment_is_lost_by_its_own_sources_and_by_death_but_not_by_prison(tmp_path: Path) -> None:
    sources = [
        "REEMPLOYED",
        "MILITARY",
        "EMIGRATED",
        "DRAWS_PENSION",
        "REFUSED_WORK",
        "OTHER_LOSS",
        "CREMATION",
        "PRISON",
    ]
    people = [person(i, scheme="失业保险") for i in range(8)] + [
        person(10 + i, scheme="居保") for i in range(5)
    ]
    trial = chongqing(tmp_path).roster(people)
    for i, source in enumerate(sources):
        pension = [record(10 + i, event_on="2024-05-02")] if i < 5 else []
        trial.feed(source, [record(i, event_on="2024-05-02"), *pension])

    out = trial.run()

    assert [out.list_of(i) for i in range(8)] == ["lost"] * 7 + ["to_verify"]
    assert out.headline_of(0) == "REEMPLOYED" and out.headline_of(5) == "OTHER_LOSS"
    assert [out.list_of(10 + i) for i in range(5)] == ["to_verify"] * 5


def test_a_mark_of_custody_does_not_end_unemployment_or_injury_benefits(tmp_path: Path) -> None:
    people = [person(1, scheme="失业保险"), person(2, scheme="工伤保险", benefit_kind="配偶"), person(3)]
    marks = [record(i, mark="服刑") for i in (1, 2, 3)]
    out = chongqing(tmp_path).roster(people).feed("ENROLMENT_REGISTER", marks).run()

    assert [out.list_of(i) for i in (1, 2, 3)] == ["to_verify", "to_verify", "lost"]


@pytest.mark.requirement("CQ-13-3-01", "CQ-13-3-02", "CQ-13-3-03", "CQ-13-3-04", "CQ-13-3-05")
def test_injury_benefits_are_lost_by_relation(tmp_path: Path) -> None:
    kinds = ["子女", "父母", "配偶", "兄弟姐妹", "孙子女", "配偶", "子女", "兄弟姐妹", "父母"]
    people = [
        person(i, scheme="工伤保险", benefit_kind=kind, benefit_start_month="2022-01")
        for i, kind in enumerate(kinds)
    ]
    out = (
        chongqing(tmp_path)
        .roster(people)
        .feed("ADOPTION", [record(i, event_on="2024-05-02") for i in (0, 1, 4)])
        .feed(
            "MARRIAGE",
            [
                record(2, event_on="2024-05-02"),
                record(5, event_on="1990-01-01"),
                record(6, event_on="2024-05-02"),
            ],
        )
        .feed("EMPLOYMENT", [record(3, event_on="2024-05-02")])
        .feed("MILITARY", [record(7, event_on="2024-05-02"), record(8, event_on="2024-05-02")])
        .run()
    )

    expected = {
        0: "lost",
        1: "to_verify",
        2: "lost",
        3: "lost",
        4: "lost",
        5: "to_verify",
        6: "to_verify",
        7: "lost",
        8: "to_verify",
    }
    assert {i: out.list_of(i) for i in expected} == expected
    died = (
        chongqing(tmp_path / "b")
        .roster(people[:2])
        .feed("CREMATION", [record(0)])
        .feed("OTHER_LOSS", [record(1)])
        .run()
    )
    assert [died.headline_of(i) for i in (0, 1)] == ["CREMATION", "OTHER_LOSS"]


def test_an_injury_dependant_without_relation_is_asked_about(tmp_path: Path) -> None:
    out = (
        chongqing(tmp_path)
        .roster([person(1, scheme="工伤保险")])
        .feed("MARRIAGE", [record(1, event_on="2024-05-02")])
        .run()
    )

    assert (out.list_of(1), out.headline_of(1)) == ("to_verify", "EVIDENCE_UNCLEAR")


@pytest.mark.requirement("CQ-08-2")
def test_a_dependant_under_sixteen_is_no_subject_unless_reported_dead(tmp_path: Path) -> None:
    people = [
        person(1, "20100601", scheme="工伤保险", benefit_kind="子女"),
        person(2, "20100601", scheme="工伤保险", benefit_kind="子女"),
    ]
    early = chongqing(tmp_path / "a", "2025-11").option("--as-of", "2025-11-30").roster(people)
    early = early.feed("CREMATION", [record(2, "20100601", event_on="2025-11-02")]).run()
    late = chongqing(tmp_path / "b", "2026-06").option("--as-of", "2026-06-01").roster(people).run()

    assert (early.list_of(1, "20100601"), early.headline_of(1, "20100601")) == ("not_subject", "EXEMPT")
    assert early.list_of(2, "20100601") == "lost"
    assert late.list_of(1, "20100601") == "to_verify"


@pytest.mark.requirement("CQ-09-1")
def test_the_duty_begins_in_the_year_after_the_first_benefit(tmp_path: Path) -> None:
    people = [person(1, benefit_start_month="2023-09")]
    before = chongqing(tmp_path / "a", "2023-12").roster(people).run()
    after = chongqing(tmp_path / "b", "2024-01").option("--as-of", "2024-01-01").roster(people).run()
    dead = chongqing(tmp_path / "c", "2023-12").roster(people).feed("CREMATION", [record(1)]).run()

    assert (before.list_of(1), before.headline_of(1)) == ("not_subject", "NOT_YET_DUE")
    assert "CQ-09-1 " in before.row_of(1)[1]["reasons"]
    assert after.list_of(1) == "to_verify"
    assert dead.list_of(1) == "lost"


@pytest.mark.requirement("CQ-02-1")
def test_whoever_draws_no_benefit_is_no_subject_and_the_scheme_is_shown(tmp_path: Path) -> None:
    people = [
        person(1, payment_state="正常"), person(2, payment_state="暂停"), person(3, payment_state="终止"),
        person(4, scheme="失业保险"), person(5, scheme="工伤保险"), person(6, scheme="医疗保险"),
    ]  # fmt: skip
    out = chongqing(tmp_path).roster(people).run()

    kinds = {i: out.list_of(i) for i in range(1, 7)}
    assert kinds == {
        1: "to_verify",
        2: "not_subject",
        3: "not_subject",
        4: "to_verify",
        5: "to_verify",
        6: "not_subject",
    }
    assert [out.row_of(i)[1]["scheme"] for i in (4, 5)] == [
        "unemployment_insurance",
        "injury_long_term_benefit",
    ]
    assert [out.headline_of(i) for i in (2, 6)] == ["PAYMENT_STATE", "SCHEME_NOT_COVERED"]
