"""Until when a pass counts and who must be certified, region by region, on real runs.

Worked example: 寻乌, certified on 2021-03-01 → nothing more to do until 2022-06-30; certified on 2020-03-30 → it does not answer
for the first cycle, which opened on 2020-04-01.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.comparing import Trial, person, record


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


@pytest.mark.requirement("CQ-09-4")
def test_chongqing_rolls_from_the_day_of_certification(tmp_path: Path) -> None:
    assert self_face(tmp_path, "500110", "2024-08", "2024-08-01") == ("eligible", "2025-08-01")


@pytest.mark.requirement("QJ-A1-9-n3b")
def test_at_most_twelve_months_lie_between_two_certifications(tmp_path: Path) -> None:
    assert self_face(tmp_path, "500110", "2024-03", "2024-03-10") == ("eligible", "2025-03-10")


@pytest.mark.requirement("CQ-09-3")
def test_several_certifications_in_one_period_are_kept(tmp_path: Path) -> None:
    days = ["2024-03-01", "2024-08-01"]
    rows = [record(1, event_on=day) for day in days]

    out = Trial(tmp_path, "500110", "2024-08").roster([person(1)]).feed("SELF_FACE", rows).run()

    assert sorted(row["event_on"] for row in out.evidence_of(1)) == days


@pytest.mark.requirement("CQ-16-7")
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


@pytest.mark.requirement("SS-26-2")
def test_songshan_needs_one_certification_in_the_calendar_year(tmp_path: Path) -> None:
    this_year = self_face(tmp_path / "a", "150404", "2024-11", "2024-02-01", "TEMPLATE")
    last_year = self_face(tmp_path / "b", "150404", "2024-11", "2023-12-31", "TEMPLATE")

    assert (this_year, last_year[0]) == (("eligible", "2024-12-31"), "to_verify")


@pytest.mark.requirement("SS-32-2")
def test_songshan_keeps_who_moved_to_another_city_a_subject(tmp_path: Path) -> None:
    out = Trial(tmp_path, "150404", "2024-05").roster([person(1, register_place="外市某区")]).run()

    assert out.list_of(1) == "to_verify"


@pytest.mark.requirement("SS-19-1")
def test_songshan_lists_every_month_who_should_be_deregistered(tmp_path: Path) -> None:
    out = (
        Trial(tmp_path, "150404", "2024-05")
        .roster([person(1)])
        .feed("CREMATION", [record(1, event_on="2024-05-10")])
        .run()
    )

    assert (out.list_of(1), out.headline_of(1)) == ("lost", "CREMATION")


@pytest.mark.requirement("XW-2-2-1")
def test_xunwu_has_only_people_in_normal_payment_as_subjects(tmp_path: Path) -> None:
    roster = [person(1), person(2, payment_state="暂停"), person(3, payment_state="终止")]

    out = Trial(tmp_path, "360734", "2021-03").roster(roster).run()

    assert [out.list_of(who) for who in (1, 2, 3)] == ["to_verify", "not_subject", "not_subject"]


@pytest.mark.requirement("XW-2-2-2")
def test_xunwu_first_cycle_is_april_to_june_2020(tmp_path: Path) -> None:
    before = self_face(tmp_path / "a", "360734", "2020-06", "2020-03-30")
    last_day = self_face(tmp_path / "b", "360734", "2020-06", "2020-06-30")

    assert (before[0], last_day[0]) == ("to_verify", "eligible")


@pytest.mark.requirement("XW-2-2-3")
def test_xunwu_next_window_follows_the_fixed_calendar(tmp_path: Path) -> None:
    assert self_face(tmp_path, "360734", "2021-05", "2021-03-01") == ("eligible", "2022-06-30")


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
