# ruff: noqa: E501  the tables of cases read best as one line each
"""The contract of `jubao compare`: who ends on which list and why, through the command line only."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.blackbox import number
from tests.acceptance.comparing import OTHER, PERSON, compare, life

# as-of 2024-05-31; rolling: after 2023-05-31 up to 2024-05-31
WINDOWS = [
    ("500110", "TRAIN", "2023-05-31", "to_verify"), ("500110", "TRAIN", "2023-06-01", "eligible"), ("500110", "TRAIN", "2024-05-31", "eligible"),
    ("500110", "TRAIN", "2024-06-01", "to_verify"), ("500110", "WINDOW", "2023-12-31", "to_verify"), ("500110", "WINDOW", "2024-01-01", "eligible"),
    ("440523", "TRAVEL", "2023-05-31", "to_verify"), ("440523", "TRAVEL", "2023-06-01", "eligible"), ("150404", "SELF_FACE", "2023-12-31", "to_verify"),
    ("150404", "SELF_FACE", "2024-01-01", "eligible"), ("360734", "SELF_FACE", "2023-12-31", "to_verify"), ("360734", "SELF_FACE", "2024-01-01", "eligible"),
    ("500110", "CREMATION", "2019-05-31", "lost"), ("500110", "CREMATION", "2024-06-01", "to_verify"), ("440523", "FUNERAL", "2019-05-31", "lost"),
    ("150404", "CDC_DEATH", "2020-05-31", "lost"), ("360734", "TIP_OFF", "2024-05-01", "lost"),
]  # fmt: skip


@pytest.mark.parametrize(("region", "source", "day", "expected"), WINDOWS)
def test_evidence_counts_inside_its_window(
    tmp_path: Path, region: str, source: str, day: str, expected: str
) -> None:
    found = compare(tmp_path, {source: [life(day)]}, region=region)

    assert found.list_of() == expected
    assert found.reason() == (source if expected != "to_verify" else "NO_EVIDENCE")


CERTIFIED = [
    ("500110", "TRAIN", "2024-05-02", "2025-05-02"), ("440523", "TRAVEL", "2024-05-02", "2025-05-31"),
    ("150404", "SELF_FACE", "2024-02-01", "2024-12-31"), ("360734", "SELF_FACE", "2024-03-01", "2025-06-30"),
]  # fmt: skip


@pytest.mark.parametrize(("region", "source", "day", "until"), CERTIFIED)
def test_an_eligible_person_is_certified_until_the_last_day_that_counts(
    tmp_path: Path, region: str, source: str, day: str, until: str
) -> None:
    assert compare(tmp_path, {source: [life(day)]}, region=region).row()["certified_until"] == until


@pytest.mark.parametrize(
    ("region", "due"),
    [("500110", "2024-08-31"), ("440523", "2024-05-31"), ("150404", "2024-06-30"), ("360734", "2024-07-31")],
)
def test_the_to_verify_list_names_its_deadline(tmp_path: Path, region: str, due: str) -> None:
    source = {"500110": "TRAIN", "440523": "TRAVEL"}.get(region, "SELF_FACE")
    stranger = {"id_number": OTHER, "name": "李四", "event_on": "2024-05-02"}

    found = compare(tmp_path, {source: [stranger]}, region=region)

    assert (found.list_of(), found.row()["due_on"]) == ("to_verify", due)


LINKS = [
    ({"CREMATION": [life("2024-05-02", name="张四")]}, "to_verify", "NAME_MISMATCH"),
    ({"CREMATION": [{"id_number": PERSON, "name": "", "event_on": "2024-05-02"}]}, "to_verify", "NAME_MISSING"),
    ({"CREMATION": [life("2024-05-02", name=" 张　三 ")]}, "lost", "CREMATION"),
    ({"CREMATION": [life("2024-05-02", name="张四")], "TRAIN": [life("2024-05-03")]}, "to_verify", "NAME_MISMATCH"),
    ({"TRAIN": [life("2024-05-02", name="张四")]}, "to_verify", "NO_EVIDENCE"),
    ({"TRAIN": [life("2024-05-02")], "CREMATION": [life("2024-05-03")]}, "to_verify", "CONFLICT"),
    ({"TRAIN": [life("2024-05-02")], "CREMATION": [life("2024-04-03")]}, "to_verify", "CONFLICT"),
    ({"CREMATION": [{"id_number": PERSON[:6] + PERSON[8:17], "name": "张三", "event_on": "2024-05-02"}]}, "lost", "CREMATION"),
    ({"HOSPITAL": [life("2024-05-02", critical="是")]}, "to_verify", "NO_EVIDENCE"),
    ({"HOSPITAL": [life("2024-05-02", critical="否")]}, "eligible", "HOSPITAL"),
    ({"HUKOU_CANCEL": [life("2024-05-02", reason="死亡")]}, "lost", "HUKOU_CANCEL"),
    ({"HUKOU_CANCEL": [life("2024-05-02", reason="迁往境外")]}, "to_verify", "NO_EVIDENCE"),
    ({"ENROLMENT_REGISTER": [life("2024-05-02", mark="dead")]}, "lost", "ENROLMENT_REGISTER"),
    ({"ENROLMENT_REGISTER": [life("2024-05-02", mark="失踪")]}, "lost", "ENROLMENT_REGISTER"),
    ({"PRISON": [life("2024-01-02", sentence_kind="有期徒刑", sentence_from="2024-01-02", sentence_until="2026-01-02")]}, "lost", "PRISON"),
    ({"PRISON": [life("2024-01-02", sentence_kind="", sentence_from="2024-01-02", sentence_until="")]}, "lost", "PRISON"),
    ({"PRISON": [life("2020-01-02", sentence_kind="有期徒刑", sentence_from="2020-01-02", sentence_until="2024-05-30")]}, "to_verify", "NO_EVIDENCE"),
    ({"PRISON": [life("2024-01-02", sentence_kind="缓刑", sentence_from="2024-01-02", sentence_until="2026-01-02")]}, "to_verify", "NO_EVIDENCE"),
]  # fmt: skip


@pytest.mark.parametrize(("feeds", "expected", "reason"), LINKS)
def test_judgement(
    tmp_path: Path, feeds: dict[str, list[dict[str, str]]], expected: str, reason: str
) -> None:
    found = compare(tmp_path, feeds)

    assert (found.list_of(), found.reason()) == (expected, reason)


@pytest.mark.parametrize(("birth", "expected"), [("19590502", "eligible"), ("19590503", "to_verify")])
def test_a_bus_card_counts_from_sixty_five(tmp_path: Path, birth: str, expected: str) -> None:
    who = number(birth, 5)

    found = compare(
        tmp_path,
        {"BUS_CARD": [{"id_number": who, "name": "张三", "event_on": "2024-05-02"}]},
        roster=[{"id_number": who, "name": "张三"}],
    )

    assert found.list_of(who) == expected


def test_the_wrong_number_is_rejected_and_tried_by_name_and_birth(tmp_path: Path) -> None:
    wrong = PERSON[:17] + ("1" if PERSON[17] != "1" else "2")
    row = {
        "id_number": wrong,
        "name": "张三",
        "birth_date": "1950-01-01",
        "gender": "男",
        "event_on": "2024-05-02",
    }

    found = compare(tmp_path, {"CREMATION": [row]})

    assert (found.list_of(), found.reason()) == ("to_verify", "FUZZY_LINK") or found.reason().startswith(
        "FUZZY"
    )
    (reject,) = [r for r in found.rejects if r["field"] == "id_number"]
    assert reject["row"] == "2" and wrong not in str(reject)
    assert [e["link"] for e in found.evidence] == ["fuzzy"]


def test_later_evidence_is_shown_as_ignored(tmp_path: Path) -> None:
    found = compare(tmp_path, {"CREMATION": [life("2024-06-02")]})

    (row,) = found.evidence
    assert "after the run" in row["used"]


ROSTERS = [
    ([{"id_number": PERSON, "name": "张三", "payment_state": "suspended"}], "500110", "not_subject"),
    ([{"id_number": PERSON, "name": "张三", "payment_state": "暂停"}], "440523", "to_verify"),
    ([{"id_number": PERSON, "name": "张三", "scheme": "unemployment_insurance"}], "150404", "not_subject"),
    ([{"id_number": PERSON, "name": "张三", "last_certified_on": "2024-02-01"}], "500110", "eligible"),
    ([{"id_number": PERSON, "name": "张三", "last_certified_on": "2022-02-01"}], "500110", "to_verify"),
]  # fmt: skip


@pytest.mark.parametrize(("roster", "region", "expected"), ROSTERS)
def test_who_is_judged(tmp_path: Path, roster: list[dict[str, str]], region: str, expected: str) -> None:
    source = {"500110": "TRAIN", "440523": "TRAVEL"}.get(region, "SELF_FACE")

    found = compare(
        tmp_path,
        {source: [{"id_number": OTHER, "name": "李四", "event_on": "2024-05-02"}]},
        roster=roster,
        region=region,
    )

    assert found.list_of() == expected
    if expected == "eligible":
        assert found.reason() == "ROSTER_CERTIFICATION"
    if expected == "not_subject":
        assert "|" in found.row()["reasons"]


def test_doubled_rows_shared_numbers_two_schemes_and_bad_numbers(tmp_path: Path) -> None:
    third = number("19520303", 7)
    roster = [
        {"id_number": PERSON, "name": "张三", "scheme": "resident_pension"},
        {"id_number": PERSON, "name": "张三", "scheme": "resident_pension"},
        {"id_number": PERSON, "name": "张三", "scheme": "unemployment_insurance"},
        {"id_number": OTHER, "name": "李四", "scheme": ""},
        {"id_number": OTHER, "name": "李五", "scheme": ""},
        {"id_number": third[:17] + ("1" if third[17] != "1" else "2"), "name": "王六", "scheme": ""},
    ]

    found = compare(
        tmp_path,
        {"TRAIN": [life("2024-05-02"), {"id_number": OTHER, "name": "李四", "event_on": "2024-05-02"}]},
        roster=roster,
    )

    assert [r["scheme"] for r in found.rows["eligible"]] == ["resident_pension", "unemployment_insurance"]
    assert [r["headline_reason"] for r in found.rows["to_verify"]] == ["DUPLICATE_NUMBER", "DUPLICATE_NUMBER"]
    assert {(r["row"], r["rule"]) for r in found.rejects} >= {("3", "DUPLICATE_ROW")}
    assert [
        r["row"] for r in found.rejects if r["field"] == "id_number" and r["rule"] != "DUPLICATE_ROW"
    ] == ["7"]
    assert sum(map(len, found.rows.values())) + len(found.rejects) == len(roster)


def test_departments_that_contradict_each_other_in_guangdong(tmp_path: Path) -> None:
    alive = compare(
        tmp_path,
        {"MEDICAL_DEATH": [life("2024-05-02")], "HUKOU": [life("", register_status="未注销")]},
        region="440523",
    )

    assert (alive.list_of(), alive.reason()) == ("to_verify", "CONFLICTING_STATUS")


def test_absence_from_the_register_is_no_conflict(tmp_path: Path) -> None:
    absent = compare(
        tmp_path,
        {
            "MEDICAL_DEATH": [life("2024-05-02")],
            "HUKOU": [{"id_number": OTHER, "name": "李四", "register_status": "未注销"}],
        },
        region="440523",
    )

    assert (absent.list_of(), absent.reason()) == ("lost", "MEDICAL_DEATH")


def test_a_feed_far_above_its_ceiling_decides_nothing(tmp_path: Path) -> None:
    people = [{"id_number": number("19500101", n), "name": "张三"} for n in range(1, 400)]
    deaths = [{**person, "event_on": "2024-05-02"} for person in people[:100]]

    found = compare(tmp_path, {"CREMATION": deaths}, roster=people)

    assert not found.rows["lost"]
    assert {r["headline_reason"] for r in found.rows["to_verify"][:100]} == {"FEED_GUARD"}
    assert (
        found.feeds[0]["guard"]
        if "guard" in found.feeds[0]
        else any("guard" in key for key in found.feeds[0])
    )
