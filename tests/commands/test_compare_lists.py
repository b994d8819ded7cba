"""Every person is on one list, marked with rule and evidence, through the command on tiny files (Chongqing unless said)."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.comparing import LISTS, chongqing, id_cells, number, person, record


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
