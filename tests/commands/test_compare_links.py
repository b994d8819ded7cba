"""How records hang on persons: exact, another name, no name, no number; rejects, repeats, shared numbers, guards."""

from __future__ import annotations

from pathlib import Path

from tests.support.comparing import Trial, id_cells, name, number, person, record


def chongqing(folder: Path) -> Trial:
    return Trial(folder, "500110", "2024-05")


def test_a_loss_with_another_name_is_verified_even_beside_life(tmp_path: Path) -> None:
    out = (
        chongqing(tmp_path)
        .roster([person(1), person(2)])
        .feed("TRAIN", [record(2, event_on="2024-05-02")])
        .feed("CREMATION", [{**record(1), "name": "别人"}, {**record(2), "name": "别人"}])
        .run()
    )

    assert [(out.list_of(i), out.headline_of(i)) for i in (1, 2)] == [("to_verify", "NAME_MISMATCH")] * 2
    assert out.evidence_of(1)[0]["link"] == "NAME_MISMATCH"


def test_a_loss_without_a_name_is_verified(tmp_path: Path) -> None:
    out = (
        chongqing(tmp_path)
        .roster([person(1)])
        .feed("CREMATION", [{"id_number": number(1), "name": ""}])
        .run()
    )

    assert (out.list_of(1), out.headline_of(1)) == ("to_verify", "NAME_MISSING")


def test_life_that_is_not_exact_changes_nothing(tmp_path: Path) -> None:
    out = (
        chongqing(tmp_path)
        .roster([person(1), person(2)])
        .feed("TRAIN", [{**record(i, event_on="2024-05-02"), "name": "别人"} for i in (1, 2)])
        .feed("CREMATION", [record(2)])
        .run()
    )

    assert (out.list_of(1), out.headline_of(1)) == ("to_verify", "NO_EVIDENCE")
    assert out.list_of(2) == "lost"
    assert out.evidence_of(1)[0]["used"] == "ignored: link not exact"


def test_a_weak_hint_beside_an_exact_loss_is_verified_first(tmp_path: Path) -> None:
    feeds = chongqing(tmp_path).roster([person(1)]).feed("CREMATION", [record(1)])
    out = feeds.feed("MEDICAL_DEATH", [{**record(1), "name": "别人"}]).run()

    assert (out.list_of(1), out.headline_of(1)) == ("to_verify", "NAME_MISMATCH")


def test_a_loss_without_a_number_is_linked_by_name_and_birth_and_only_verified(tmp_path: Path) -> None:
    loose = {"id_number": "", "name": name(1), "birth_date": "1950-03-02", "event_on": "2024-04-20"}
    out = (
        chongqing(tmp_path)
        .roster([person(1), person(2, "19600101")])
        .feed("TRAIN", [record(1, event_on="2024-05-02")])
        .feed("CREMATION", [loose], columns=("event_on", "birth_date"))
        .run()
    )

    assert (out.list_of(1), out.headline_of(1)) == ("to_verify", "FUZZY_LINK")
    found = [row for row in out.evidence_of(1) if row["link"] == "fuzzy"]
    assert len(found) == 1 and float(found[0]["score"]) > 0.9
    assert out.rows("rejects") == []


def test_a_wrong_number_is_rejected_and_tried_by_name(tmp_path: Path) -> None:
    wrong = number(1)[:17] + ("0" if number(1)[17] != "0" else "1")
    rows = [
        {"id_number": wrong, "name": name(1), "birth_date": "19500302", "event_on": "2024-04-20"},
        {"id_number": wrong, "name": name(3), "birth_date": "", "event_on": "2024-04-20"},
    ]
    out = (
        chongqing(tmp_path)
        .roster([person(1), person(2)])
        .feed("CREMATION", rows, columns=("event_on", "birth_date"))
        .run()
    )

    assert out.code == 0
    assert (out.list_of(1), out.headline_of(1)) == ("to_verify", "FUZZY_LINK")
    assert [(row["file"], row["row"], row["rule"]) for row in out.rows("rejects")] == [
        ("feed1.csv", "2", "ID_CHECKSUM"),
        ("feed1.csv", "3", "ID_CHECKSUM"),
    ]
    assert number(1) not in (out.out / "rejects.csv").read_text(encoding="utf-8-sig") and wrong[
        :17
    ] not in str(out.rows("rejects"))


def test_names_are_compared_after_cleaning(tmp_path: Path) -> None:
    roster = [
        {**person(1), "name": "買買提·艾山"},
        {**person(2), "name": "张三"},
        {**person(3), "name": "𠮷野"},
    ]
    rows = [
        {**record(1), "name": "買買提•艾山"}, {**record(2), "name": " 张　三 "}, {**record(3), "name": "𠮷野"},
    ]  # fmt: skip
    out = chongqing(tmp_path).roster(roster).feed("CREMATION", rows).run()

    assert [out.list_of(i) for i in (1, 2, 3)] == ["lost"] * 3


def test_numbers_are_compared_after_cleaning(tmp_path: Path) -> None:
    full = number(1)
    wide = "".join(chr(ord(c) + 0xFEE0) for c in full)
    fifteen = number(2)[:6] + number(2)[8:17]
    rows = [
        {**record(1), "id_number": f" {wide} "},
        {**record(2), "id_number": fifteen},
        {**record(3), "id_number": "'" + number(3).lower()},
    ]
    out = chongqing(tmp_path).roster([person(i) for i in (1, 2, 3)]).feed("CREMATION", rows).run()

    assert [out.list_of(i) for i in (1, 2, 3)] == ["lost"] * 3


def test_rows_of_the_roster_end_on_exactly_one_list(tmp_path: Path) -> None:
    people = [
        person(1),
        person(1),
        {**person(2), "name": "甲"},
        {**person(2), "name": "乙"},
        person(3),
        {**person(4), "id_number": "123"},
        person(5, scheme="居保"),
        person(5, scheme="失业保险"),
        person(6, last_certified_on="去年"),
        {**person(7), "name": ""},
    ]
    out = chongqing(tmp_path).roster(people).feed("CREMATION", [record(3)]).run()

    rejects = [(row["row"], row["rule"]) for row in out.rows("rejects")]
    assert sorted(rejects) == [
        ("10", "DATE_UNREADABLE"),
        ("11", "NAME_EMPTY"),
        ("3", "DUPLICATE_ROW"),
        ("7", "ID_LENGTH"),
    ]
    assert {row["headline_reason"] for row in out.rows("to_verify") if row["id_number"] == number(2)} == {
        "DUPLICATE_NUMBER"
    }
    assert len([row for row in out.rows("to_verify") if row["id_number"] == number(2)]) == 2
    assert len([row for row in out.rows("to_verify") if row["id_number"] == number(5)]) == 2
    assert sum(
        len(out.rows(name)) for name in ("eligible", "lost", "to_verify", "not_subject", "rejects")
    ) == len(people)
    assert sum(
        int(str(out.summary[name])) for name in ("eligible", "lost", "to_verify", "not_subject", "rejects")
    ) == len(people)


def test_a_feed_far_above_its_ceiling_decides_nothing_alone(tmp_path: Path) -> None:
    people = [person(i) for i in range(100)]
    out = (
        chongqing(tmp_path)
        .roster(people)
        .feed("CREMATION", [record(i, event_on="2024-04-20") for i in range(40)])
        .feed("COURT_DEATH", [record(39, event_on="2024-04-20")])
        .feed("TRAIN", [record(38, event_on="2024-05-02")])
        .run()
    )

    assert out.code == 0
    assert (out.list_of(0), out.headline_of(0)) == ("to_verify", "FEED_GUARD")
    assert out.list_of(39) == "lost"
    assert (out.list_of(38), out.headline_of(38)) == ("to_verify", "CONFLICT")
    assert out.summary["guards"] == ["CREMATION"]
    assert out.rows("feeds")[0]["guard"] and not out.rows("feeds")[1]["guard"]


def test_a_repeated_file_is_ignored_with_a_note(tmp_path: Path) -> None:
    rows = [record(1, event_on="2024-04-20")]
    out = chongqing(tmp_path).roster([person(1)]).feed("CREMATION", rows).feed("CREMATION", rows).run()

    assert out.list_of(1) == "lost" and len(out.evidence_of(1)) == 1
    assert "忽略" in out.rows("feeds")[1]["note"]


def test_an_empty_feed_certifies_and_kills_nobody(tmp_path: Path) -> None:
    out = chongqing(tmp_path).roster([person(1)]).feed("CREMATION", []).feed("TRAIN", []).run()

    assert out.code == 0 and (out.list_of(1), out.headline_of(1)) == ("to_verify", "NO_EVIDENCE")


def test_impossible_deaths_are_asked_about(tmp_path: Path) -> None:
    people = [person(1), person(2, last_certified_on="2023-02-01"), person(3), person(4)]
    out = (
        chongqing(tmp_path)
        .roster(people)
        .feed(
            "CREMATION",
            [
                record(1, event_on="1949-01-01"),
                record(2, event_on="2022-01-01"),
                record(3, event_on="2030-01-01"),
                record(4, event_on="2024-04-01"),
            ],
        )
        .feed("MEDICAL_DEATH", [record(4, event_on="2024-03-01")])
        .run()
    )

    assert [(out.list_of(i), out.headline_of(i)) for i in (1, 2, 3)] == [
        ("to_verify", "DEATH_BEFORE_BIRTH"), ("to_verify", "CERTIFIED_AFTER_DEATH"), ("to_verify", "NO_EVIDENCE"),
    ]  # fmt: skip
    assert out.evidence_of(3)[0]["used"] == "ignored: after the run"
    assert out.list_of(4) == "lost" and "DEATH_DATES_DIFFER" in out.reasons_of(4)


def test_one_drawing_another_pension_is_marked(tmp_path: Path) -> None:
    out = (
        Trial(tmp_path, "440523", "2024-05")
        .roster([person(1)])
        .feed("PENSIONERS", [record(1, event_on="2024-01-01")])
        .run()
    )

    assert (out.list_of(1), out.headline_of(1)) == ("lost", "PENSIONERS")


def test_the_villages_get_their_own_workbooks(tmp_path: Path) -> None:
    people = [
        person(1, township="三角镇", village="龙台村"),
        person(2, township="三角镇", village="乐兴村"),
        person(3),
        person(4, township="../x", village="a/b:c"),
    ]
    out = chongqing(tmp_path).roster(people).run()

    folder = out.out / "to_verify"
    assert id_cells(folder / "三角镇" / "龙台村.xlsx") == [number(1)]
    assert id_cells(folder / "三角镇" / "乐兴村.xlsx") == [number(2)]
    assert id_cells(folder / "未分乡镇" / "未分村社区.xlsx") == [number(3)]
    assert len(list(folder.rglob("*.xlsx"))) == 4


def test_a_second_run_writes_the_same_bytes(tmp_path: Path) -> None:
    trial = chongqing(tmp_path).roster(
        [person(i, township="三角镇", village=f"{i % 3}村") for i in range(30)]
    )
    trial.feed("TRAIN", [record(i, event_on="2024-05-02") for i in range(0, 30, 2)])
    trial.feed("CREMATION", [record(i, event_on="2024-04-02") for i in range(0, 30, 5)])

    first, second = trial.run("a"), trial.run("b")

    def content(folder: Path) -> dict[str, bytes]:
        return {
            str(p.relative_to(folder)): p.read_bytes()
            for p in sorted(folder.rglob("*"))
            if p.suffix in (".csv", ".xlsx")
        }

    assert content(first.out) == content(second.out)
    assert first.summary["run_hash"] == second.summary["run_hash"]
