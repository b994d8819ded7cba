"""Every line of the judgement, through the command on tiny files (Chongqing unless said)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.comparing import LISTS, Trial, id_cells, number, person, record

LIFE = {
    "WINDOW": "CQ-12-01", "SELF_FACE": "CQ-12-02", "CARD_BANK": "CQ-12-03", "EMPLOYER": "CQ-12-04",
    "LONG_TERM_CARE": "CQ-12-05", "FAMILY_DOCTOR": "CQ-12-06", "AIR": "CQ-12-08", "TRAIN": "CQ-12-09",
    "BANK_IN_PERSON": "CQ-12-10", "BORDER": "CQ-12-11", "BIGDATA_MODEL": "CQ-12-12", "OTHER": "CQ-12-14",
}  # fmt: skip
LOSS = {
    "FAMILY_REPORT": "CQ-13-1-01", "NATIONAL_POPULATION": "CQ-13-1-07", "COURT_DEATH": "CQ-13-1-09", "CREMATION": "CQ-13-1-10",
    "MEDICAL_DEATH": "CQ-13-1-11", "PRISON": "CQ-13-1-12", "HEALTH_DEATH": "CQ-13-1-13", "OTHER_LOSS": "CQ-13-1-14",
}  # fmt: skip
MARKED = {
    "ENROLMENT_REGISTER": "CQ-13-1-02", "REMOTE_CERT": "CQ-13-1-03", "REMOTE_MEDICAL": "CQ-13-1-04",
    "NETWORK_MONITOR": "CQ-13-1-05", "CARD_BASE": "CQ-13-1-06",
}  # fmt: skip


def chongqing(folder: Path, month: str = "2024-05") -> Trial:
    return Trial(folder, "500110", month)


@pytest.mark.requirement(
    "CQ-12-01", "CQ-12-02", "CQ-12-03", "CQ-12-04", "CQ-12-05", "CQ-12-06", "CQ-12-08", "CQ-12-09", "CQ-12-10", "CQ-12-11",
    "CQ-12-12", "CQ-12-14", "CQ-10-10a", "CQ-14-1",
)  # fmt: skip
def test_each_source_of_life_inside_the_period_makes_eligible(tmp_path: Path) -> None:
    trial = chongqing(tmp_path).roster([person(i) for i in range(len(LIFE) + 1)])
    for i, source in enumerate(LIFE):
        trial.feed(source, [record(i, event_on="2024-05-02")])

    out = trial.run()

    for i, (source, clause) in enumerate(LIFE.items()):
        kind, row = out.row_of(i)
        assert (kind, row["headline_reason"]) == ("eligible", source)
        assert f"|{clause} " in row["reasons"] and "渝人社办〔2019〕99号 第十二条" in row["reasons"]
    assert (out.list_of(len(LIFE)), out.headline_of(len(LIFE))) == ("to_verify", "NO_EVIDENCE")


@pytest.mark.requirement(
    "CQ-13-1-01",
    "CQ-13-1-07",
    "CQ-13-1-09",
    "CQ-13-1-10",
    "CQ-13-1-11",
    "CQ-13-1-12",
    "CQ-13-1-13",
    "CQ-13-1-14",
)
def test_each_source_of_loss_without_life_makes_lost(tmp_path: Path) -> None:
    trial = chongqing(tmp_path).roster([person(i) for i in range(len(LOSS))])
    for i, source in enumerate(LOSS):
        trial.feed(source, [record(i, event_on="2021-03-04")])

    out = trial.run()

    for i, (source, clause) in enumerate(LOSS.items()):
        kind, row = out.row_of(i)
        assert (kind, row["headline_reason"]) == ("lost", source)
        assert f"|{clause} " in row["reasons"]


@pytest.mark.requirement("CQ-13-1-02", "CQ-13-1-03", "CQ-13-1-04", "CQ-13-1-05", "CQ-13-1-06")
def test_marks_of_death_missing_and_custody_count_and_no_mark_does_not(tmp_path: Path) -> None:
    words = ["死亡", "失踪", "服刑", "正常", "看不清"]
    for source in MARKED:
        rows = [record(i, mark=word) for i, word in enumerate(words)]
        out = chongqing(tmp_path / source).roster([person(i) for i in range(5)]).feed(source, rows).run()
        assert [out.list_of(i) for i in range(5)] == ["lost", "lost", "lost", "to_verify", "to_verify"]
        assert (out.headline_of(3), out.headline_of(4)) == ("NO_EVIDENCE", "EVIDENCE_UNCLEAR")


@pytest.mark.requirement("CQ-14-2")
def test_life_and_loss_together_are_a_conflict_that_shows_both_days(tmp_path: Path) -> None:
    out = (
        chongqing(tmp_path)
        .roster([person(1)])
        .feed("TRAIN", [record(1, event_on="2024-05-02")])
        .feed("HUKOU_CANCEL", [record(1, event_on="2024-04-20", reason="死亡")])
        .run()
    )

    kind, row = out.row_of(1)
    assert (kind, row["headline_reason"]) == ("to_verify", "CONFLICT")
    assert out.reasons_of(1) == ["CONFLICT", "TRAIN", "HUKOU_CANCEL"]
    assert "2024-05-02" in row["reasons"] and "2024-04-20" in row["reasons"] and "CQ-14-2 " in row["reasons"]


@pytest.mark.requirement("CQ-12-07")
def test_a_critical_stay_is_no_evidence(tmp_path: Path) -> None:
    rows = [
        record(i, event_on="2024-05-02", critical=word)
        for i, word in enumerate(["是", "否", "", "true", "0"])
    ]
    out = chongqing(tmp_path).roster([person(i) for i in range(5)]).feed("HOSPITAL", rows).run()

    assert [out.list_of(i) for i in range(5)] == [
        "to_verify",
        "eligible",
        "to_verify",
        "to_verify",
        "eligible",
    ]
    assert out.evidence_of(0)[0]["used"] == "ignored: critical illness"


@pytest.mark.requirement("CQ-12-13")
def test_the_bus_card_counts_from_the_day_of_65(tmp_path: Path) -> None:
    births = ["19590503", "19590502", "19590501"]
    rows = [record(i, birth, event_on="2024-05-02") for i, birth in enumerate(births)]
    out = (
        chongqing(tmp_path)
        .roster([person(i, birth) for i, birth in enumerate(births)])
        .feed("BUS_CARD", rows)
        .run()
    )

    assert [out.list_of(i, birth) for i, birth in enumerate(births)] == ["to_verify", "eligible", "eligible"]


@pytest.mark.requirement("CQ-13-1-08")
def test_a_register_cancelled_for_another_reason_is_no_loss(tmp_path: Path) -> None:
    words = ["死亡", "迁往境外", "因死亡注销户口", "death", "moved abroad", ""]
    rows = [record(i, event_on="2024-04-20", reason=word) for i, word in enumerate(words)]
    out = chongqing(tmp_path).roster([person(i) for i in range(6)]).feed("HUKOU_CANCEL", rows).run()

    assert [out.list_of(i) for i in range(6)] == [
        "lost",
        "to_verify",
        "lost",
        "lost",
        "to_verify",
        "to_verify",
    ]
    assert (out.headline_of(1), out.headline_of(5)) == ("NO_EVIDENCE", "EVIDENCE_UNCLEAR")
    assert out.evidence_of(1)[0]["used"] == "ignored: another reason"


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


@pytest.mark.requirement("CQ-11-3")
def test_three_disjoint_lists_hold_every_subject(tmp_path: Path) -> None:
    people = [person(i) for i in range(100)]
    out = (
        chongqing(tmp_path)
        .roster(people)
        .feed("TRAIN", [record(i, event_on="2024-05-02") for i in range(60)])
        .feed("CREMATION", [record(i, event_on="2024-04-20") for i in range(50, 70)])
        .run()
    )

    on_lists = [row["id_number"] for name in LISTS for row in out.rows(name)]
    assert sorted(on_lists) == sorted(p["id_number"] for p in people)
    assert {name: len(out.rows(name)) for name in LISTS} == {
        "eligible": 50,
        "lost": 10,
        "to_verify": 40,
        "not_subject": 0,
    }
    assert {name: out.summary[name] for name in LISTS} == {
        "eligible": 50,
        "lost": 10,
        "to_verify": 40,
        "not_subject": 0,
    }


@pytest.mark.requirement("CQ-04-2", "GD-4-01")
def test_only_who_matching_could_not_settle_is_left_for_the_field(tmp_path: Path) -> None:
    out = (
        chongqing(tmp_path)
        .roster([person(i) for i in range(100)])
        .feed("TRAIN", [record(i, event_on="2024-05-02") for i in range(93)])
        .feed("CREMATION", [record(i, event_on="2024-04-20") for i in (93, 94)])
        .run()
    )

    assert [len(out.rows(name)) for name in ("eligible", "lost", "to_verify")] == [93, 2, 5]
    visited = [cell for path in sorted(out.out.rglob("*.xlsx")) for cell in id_cells(path)]
    assert sorted(visited) == sorted(number(i) for i in range(95, 100))


@pytest.mark.requirement("CQ-11-4")
def test_each_person_is_marked_with_list_rule_and_evidence(tmp_path: Path) -> None:
    out = chongqing(tmp_path).roster([person(1)]).feed("TRAIN", [record(1, event_on="2024-05-02")]).run()

    evidence = out.evidence_of(1)
    assert [
        (row["source"], row["file"], row["row"], row["event_on"], row["evidence"], row["link"], row["used"])
        for row in evidence
    ] == [("TRAIN", "feed1.csv", "2", "2024-05-02", "life", "exact", "used")]
    assert out.headline_of(1) == "TRAIN" and out.list_of(1) == "eligible"


@pytest.mark.requirement("CQ-10-11")
def test_new_evidence_certifies_within_the_same_run(tmp_path: Path) -> None:
    trial = chongqing(tmp_path).option("--as-of", "2024-05-20").roster([person(1)])
    assert trial.run("before").list_of(1) == "to_verify"

    out = trial.feed("TRAIN", [record(1, event_on="2024-05-20")]).run("after")

    assert (out.list_of(1), out.headline_of(1)) == ("eligible", "TRAIN")


@pytest.mark.requirement("CQ-10-10b")
def test_data_without_a_rule_is_kept_and_proves_nothing(tmp_path: Path) -> None:
    out = chongqing(tmp_path).roster([person(1)]).feed("UTILITY", [record(1, event_on="2024-05-02")]).run()

    assert (out.list_of(1), out.headline_of(1)) == ("to_verify", "NO_EVIDENCE")
    assert out.evidence_of(1)[0]["used"] == "ignored: no rule for this source"


DEPARTMENTS = {
    "CQ-10-2": "HUKOU_CANCEL", "CQ-10-3": "CREMATION", "CQ-10-4": "PRISON", "CQ-10-5": "TRAIN", "CQ-10-6": "FAMILY_DOCTOR",
    "CQ-10-7": "MARKET_SUPERVISION", "CQ-10-8": "LONG_TERM_CARE", "CQ-10-9": "TAXATION",
}  # fmt: skip


@pytest.mark.parametrize(
    "source",
    [pytest.param(source, marks=pytest.mark.requirement(ident)) for ident, source in DEPARTMENTS.items()],
)
def test_a_batch_with_a_malformed_row_keeps_the_others(tmp_path: Path, source: str) -> None:
    rows = [
        record(1, event_on="2024-05-02"),
        record(2, event_on="2024-05-02"),
        record(3, event_on="2024-13-45"),
    ]
    out = chongqing(tmp_path).roster([person(i) for i in (1, 2, 3)]).feed(source, rows).run()

    assert out.code == 0
    report = out.rows("feeds")[0]
    assert (report["source"], report["rows"], report["accepted"], report["rejected"]) == (
        source,
        "3",
        "2",
        "1",
    )
    assert [(row["row"], row["rule"]) for row in out.rows("rejects")] == [("4", "DATE_IMPOSSIBLE")]
