"""Clauses on real runs of `jubao compare` that are about the region as a whole: its year, its schemes, its villages.

Worked example: certified on 2024-05-01 in the pension, the same person is certified until 2025-05-01 in work injury too.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.comparing import Outcome, Trial, person, record

ON = "2024-03-15"


def trial(folder: Path, month: str = "2024-05") -> Trial:
    return Trial(folder, "440523", month)


def used_sources(out: Outcome, who: int) -> set[str]:
    return {row["source"] for row in out.evidence_of(who) if row["used"] == "used"}


def self_face(folder: Path, region: str, month: str, day: str, source: str = "SELF_FACE") -> tuple[str, str]:
    """List and certified-until of somebody certified on a day."""
    out = Trial(folder, region, month).roster([person(1)]).feed(source, [record(1, event_on=day)]).run()
    found, row = out.row_of(1)
    return found, row["certified_until"]


@pytest.mark.requirement("CQ-08-1")
def test_chongqing_period_is_one_year(tmp_path: Path) -> None:
    first_day = self_face(tmp_path / "a", "500110", "2024-12", "2024-01-01")
    day_before = self_face(tmp_path / "b", "500110", "2024-12", "2023-12-31")

    assert (first_day[0], day_before[0]) == ("eligible", "to_verify")


@pytest.mark.requirement("QJ-A1-9-n3b")
def test_at_most_twelve_months_lie_between_two_certifications(tmp_path: Path) -> None:
    assert self_face(tmp_path, "500110", "2024-03", "2024-03-10") == ("eligible", "2025-03-10")


@pytest.mark.requirement("CQ-09-3")
def test_several_certifications_in_one_period_are_kept(tmp_path: Path) -> None:
    days = ["2024-03-01", "2024-08-01"]
    rows = [record(1, event_on=day) for day in days]

    out = Trial(tmp_path, "500110", "2024-08").roster([person(1)]).feed("SELF_FACE", rows).run()

    assert sorted(row["event_on"] for row in out.evidence_of(1)) == days


def test_a_certification_counts_in_every_scheme_of_the_person(tmp_path: Path) -> None:
    roster = [person(1, scheme=scheme) for scheme in ("resident_pension", "injury_long_term_benefit")]

    out = (
        Trial(tmp_path, "500110", "2024-05")
        .roster(roster)
        .feed("SELF_FACE", [record(1, event_on="2024-05-01")])
        .run()
    )

    assert {(row["scheme"], row["certified_until"]) for row in out.rows("eligible")} == {
        ("resident_pension", "2025-05-01"),
        ("injury_long_term_benefit", "2025-05-01"),
    }


@pytest.mark.requirement("SS-32-2")
def test_songshan_keeps_who_moved_to_another_city_a_subject(tmp_path: Path) -> None:
    out = Trial(tmp_path, "150404", "2024-05").roster([person(1, register_place="外市某区")]).run()

    assert out.list_of(1) == "to_verify"


@pytest.mark.requirement("XW-2-2-4")
def test_xunwu_keeps_both_certifications_of_a_cycle(tmp_path: Path) -> None:
    days = ["2021-02-01", "2021-05-01"]

    out = (
        Trial(tmp_path, "360734", "2021-05")
        .roster([person(1)])
        .feed("SELF_FACE", [record(1, event_on=day) for day in days])
        .run()
    )

    assert (out.list_of(1), sorted(row["event_on"] for row in out.evidence_of(1))) == ("eligible", days)


@pytest.mark.requirement("XW-2-4-2")
def test_xunwu_lists_the_uncertified_who_are_not_deregistered_by_village(tmp_path: Path) -> None:
    villages = ["一村", "一村", "二村", "二村", "二村"]
    roster = [person(who, township="甲镇", village=village) for who, village in enumerate(villages, start=1)]
    roster[4]["payment_state"] = "注销"

    out = Trial(tmp_path, "360734", "2021-07").roster(roster).run()

    assert [row["village"] for row in out.rows("to_verify")] == ["一村", "一村", "二村", "二村"]
    assert {path.relative_to(out.out).as_posix() for path in out.out.rglob("*.xlsx")} == {
        "to_verify/甲镇/一村.xlsx",
        "to_verify/甲镇/二村.xlsx",
    }


@pytest.mark.requirement("GD-4-02")
def test_everybody_is_covered_by_some_list(tmp_path: Path) -> None:
    states = ["正常", "暂停", "正常", "终止"]
    roster = [person(who, payment_state=state) for who, state in enumerate(states)]

    out = trial(tmp_path).roster(roster).feed("TRAVEL", [record(0, event_on=ON)]).run()

    counted = {
        name: out.summary[name] for name in ("eligible", "lost", "to_verify", "not_subject", "rejects")
    }
    assert (sum(counted.values()), counted["not_subject"]) == (out.summary["roster_rows"], 1)


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
