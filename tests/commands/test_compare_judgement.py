"""Every source of the judgement, through the command on tiny files (Chongqing)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.comparing import chongqing, person, record

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
