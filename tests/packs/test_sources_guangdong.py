"""第十一条 and 第十二条 of the Guangdong draft on a real run: life, loss, and departments that contradict each other.

Worked example: police of the province say 正常, the county's register says 注销 → to verify with CONFLICTING_STATUS, not lost.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.comparing import Outcome, Trial, person, record

LOSS = {
    "GD-11-01": "PENSIONERS",
    "GD-11-02": "HUKOU",
    "GD-11-03": "FUNERAL",
    "GD-11-04": "MEDICAL_DEATH",
    "GD-11-07": "PRISON",
}
COLUMNS = {
    "HUKOU": {"register_status": "注销"},
    "PRISON": {"sentence_kind": "有期徒刑", "sentence_from": "2024-01-10"},
}
KINDS = ("TRAVEL", "TREATMENT", "HEALTH_CHECK", "VACCINATION")
ON = "2024-03-15"


def trial(folder: Path, month: str = "2024-05") -> Trial:
    return Trial(folder, "440523", month)


def used_sources(out: Outcome, who: int) -> set[str]:
    return {row["source"] for row in out.evidence_of(who) if row["used"] == "used"}


@pytest.mark.parametrize(
    "source", [pytest.param(s, marks=pytest.mark.requirement(id)) for id, s in LOSS.items()]
)
def test_loss_evidence_counts_as_loss(tmp_path: Path, source: str) -> None:
    rows = [record(1, event_on=ON, **COLUMNS.get(source, {}))]

    out = trial(tmp_path).roster([person(1)]).feed(source, rows).run()

    assert (out.list_of(1), used_sources(out, 1)) == ("lost", {source})


@pytest.mark.requirement("GD-11-05", "GD-6-03")
def test_travel_treatment_check_and_vaccination_are_life_evidence_counted_by_kind(tmp_path: Path) -> None:
    run = trial(tmp_path).roster([person(1)])
    for source in KINDS:
        run.feed(source, [record(1, event_on=ON)])

    out = run.run()

    assert (out.list_of(1), used_sources(out, 1)) == ("eligible", set(KINDS))


@pytest.mark.requirement("GD-11-06", "GD-6-03")
def test_a_nucleic_acid_test_was_life_evidence_while_it_existed(tmp_path: Path) -> None:
    out = (
        trial(tmp_path, "2022-05")
        .roster([person(1)])
        .feed("NUCLEIC_ACID", [record(1, event_on="2022-05-15")])
        .run()
    )

    assert (out.list_of(1), used_sources(out, 1)) == ("eligible", {"NUCLEIC_ACID"})


@pytest.mark.requirement("GD-2-01")
def test_suspended_people_are_subjects_and_can_be_certified(tmp_path: Path) -> None:
    out = (
        trial(tmp_path)
        .roster([person(1, payment_state="暂停"), person(2, payment_state="暂停")])
        .feed("VACCINATION", [record(1, event_on=ON)])
        .run()
    )

    assert (out.list_of(1), out.list_of(2)) == ("eligible", "to_verify")


@pytest.mark.requirement("GD-11-08")
def test_each_subject_is_on_one_of_three_lists(tmp_path: Path) -> None:
    out = (
        trial(tmp_path)
        .roster([person(1), person(2), person(3)])
        .feed("TRAVEL", [record(1, event_on=ON)])
        .feed("FUNERAL", [record(2, event_on=ON)])
        .run()
    )

    assert [out.list_of(who) for who in (1, 2, 3)] == ["eligible", "lost", "to_verify"]


@pytest.mark.requirement("GD-4-02")
def test_everybody_is_covered_by_some_list(tmp_path: Path) -> None:
    states = ["正常", "暂停", "正常", "终止"]
    roster = [person(who, payment_state=state) for who, state in enumerate(states)]

    out = trial(tmp_path).roster(roster).feed("TRAVEL", [record(0, event_on=ON)]).run()

    counted = {
        name: out.summary[name] for name in ("eligible", "lost", "to_verify", "not_subject", "rejects")
    }
    assert (sum(counted.values()), counted["not_subject"]) == (out.summary["roster_rows"], 1)


@pytest.mark.requirement("GD-12-10")
def test_registers_that_contradict_each_other_are_a_suspicion_with_both_entries(tmp_path: Path) -> None:
    out = (
        trial(tmp_path)
        .roster([person(1)])
        .feed("PROV_HUKOU", [record(1, register_status="正常", event_on="")], ("event_on", "register_status"))
        .feed(
            "HUKOU",
            [record(1, register_status="注销", event_on="2024-04-20")],
            ("event_on", "register_status"),
        )
        .run()
    )

    assert (out.list_of(1), out.headline_of(1)) == ("to_verify", "CONFLICTING_STATUS")
    assert {row["source"] for row in out.evidence_of(1)} == {"PROV_HUKOU", "HUKOU"}


@pytest.mark.requirement("GD-12-11")
def test_a_living_register_beside_a_medical_death_is_a_suspicion_not_a_loss(tmp_path: Path) -> None:
    out = (
        trial(tmp_path)
        .roster([person(1)])
        .feed("HUKOU", [record(1, register_status="未注销", event_on="")], ("event_on", "register_status"))
        .feed("MEDICAL_DEATH", [record(1, event_on="2024-04-20")])
        .run()
    )

    assert (out.list_of(1), out.headline_of(1)) == ("to_verify", "CONFLICTING_STATUS")


@pytest.mark.requirement("GD-15-01")
def test_a_certification_of_work_injury_moves_the_validity(tmp_path: Path) -> None:
    out = trial(tmp_path).roster([person(1)]).feed("INJURY_CERT", [record(1, event_on="2024-05-02")]).run()

    found, row = out.row_of(1)

    assert (found, row["certified_until"]) == ("eligible", "2025-05-31")


@pytest.mark.requirement("GD-15-02")
def test_a_check_of_the_jobless_is_life_evidence(tmp_path: Path) -> None:
    out = (
        trial(tmp_path)
        .roster([person(1)])
        .feed("UNEMPLOYMENT_CHECK", [record(1, event_on="2024-05-20")])
        .run()
    )

    assert (out.list_of(1), used_sources(out, 1)) == ("eligible", {"UNEMPLOYMENT_CHECK"})


@pytest.mark.requirement("GD-6-01")
def test_a_pass_in_june_counts_to_the_end_of_the_next_june(tmp_path: Path) -> None:
    out = trial(tmp_path).roster([person(1, last_certified_on="2023-06-12")]).run()

    found, row = out.row_of(1)

    assert (found, row["certified_until"], row["due_on"]) == ("eligible", "2024-06-30", "2024-06-30")


@pytest.mark.requirement("GD-5-05")
def test_each_pass_moves_start_and_end_of_the_validity(tmp_path: Path) -> None:
    out = (
        trial(tmp_path, "2024-06")
        .roster([person(1, last_certified_on="2023-09-10")])
        .feed("SELF_FACE", [record(1, event_on="2024-06-12")])
        .run()
    )

    found, row = out.row_of(1)

    assert (found, row["certified_until"]) == ("eligible", "2025-06-30")
