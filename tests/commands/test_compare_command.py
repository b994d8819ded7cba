"""The command itself: formats, headers, explanations, changes, templates, refusals and exits."""

from __future__ import annotations

import json
import re
from pathlib import Path

import duckdb
import openpyxl
import pytest

from jubao.commands.main import run as run_command
from tests.support.comparing import Trial, name, number, person, record


def trial(folder: Path) -> Trial:
    people = [person(1, township="三角镇", village="龙台村"), person(2), person(3)]
    return (
        Trial(folder, "綦江", "2024-05")
        .roster(people)
        .feed("TRAIN", [record(1, event_on="2024-05-02")])
        .feed("CREMATION", [record(2, event_on="2024-04-20")])
    )


@pytest.mark.parametrize("format", ["csv", "xlsx", "parquet"])
def test_the_lists_are_the_same_in_every_format(tmp_path: Path, format: str) -> None:
    out = trial(tmp_path).option("--format", format).run()

    assert out.code == 0
    names = ["eligible", "lost", "to_verify", "not_subject", "evidence", "rejects", "feeds"]
    assert {path.name for path in out.out.glob(f"*.{format}")} == {f"{n}.{format}" for n in names}
    if format == "xlsx":
        sheet = openpyxl.load_workbook(out.out / "lost.xlsx").active
        assert [row[0] for row in sheet.iter_rows(values_only=True)] == ["id_number", number(2)]
    if format == "parquet":
        rows = duckdb.sql(f"SELECT id_number, headline_reason FROM '{out.out}/lost.parquet'").fetchall()
        assert rows == [(number(2), "CREMATION")]


def test_chinese_headers(tmp_path: Path) -> None:
    out = trial(tmp_path).option("--headers", "zh").run()

    first = (out.out / "eligible.csv").read_text(encoding="utf-8-sig").splitlines()[0].split(",")
    assert first[:2] == ["身份证号码", "姓名"] and "认证有效期至" in first


def test_json_goes_to_stdout_and_into_the_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = trial(tmp_path).option("--json").run()

    printed = json.loads(capsys.readouterr().out)
    assert printed == out.summary
    assert {key: printed[key] for key in ("eligible", "lost", "to_verify", "not_subject", "rejects", "engine")} == {
        "eligible": 1, "lost": 1, "to_verify": 1, "not_subject": 0, "rejects": 0, "engine": "duckdb",
    }  # fmt: skip
    assert len(printed["pack_hash"]) == 64 and printed["seconds"] >= 0


def test_an_explanation_names_evidence_rules_and_clauses(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trial(tmp_path).option("--explain", "--id", number(2)).run()

    said = capsys.readouterr().out
    assert (
        "2024-05 资格比对，丧失资格（lost）" in said
        and "首要原因 民政殡葬火化人员（CQ-13-1-10 渝人社办〔2019〕99号" in said
    )
    assert "（CREMATION） " in said and "丧失资格证据，确切匹配，采用" in said
    assert "须核实的疑点 无 ＝" in said and "[judgement.doubts]" in said
    assert (
        "所在名单 丧失资格 ＝ 属于认证对象、没有疑点、没有领取资格的证据（" in said
        and "[judgement.list_code]" in said
    )
    assert number(2) not in said and name(1) not in said


def test_an_explanation_says_nothing_in_the_words_of_the_program(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    trial(tmp_path).option("--explain").run()

    said = capsys.readouterr().out
    assert "yurensheban" not in said and "True" not in said and "False" not in said
    assert [
        word for word in ("has_", "is_", "_day", "_on ", "1000000") if word in re.sub(r"\[[^]]*\]", "", said)
    ] == []


def test_explaining_a_stranger_is_a_usage_error(tmp_path: Path) -> None:
    assert trial(tmp_path).option("--explain", "--id", number(9)).run().code == 2


@pytest.mark.parametrize("format", ["csv", "xlsx", "parquet"])
def test_against_an_earlier_run_says_who_is_new_gone_and_moved(tmp_path: Path, format: str) -> None:
    before = (
        Trial(tmp_path / "a", "綦江", "2024-04")
        .option("--format", format)
        .roster([person(1), person(2), person(3)])
    )
    before.feed("TRAIN", [record(i, event_on="2024-04-02") for i in (1, 2)])
    old = before.run()

    after = Trial(tmp_path / "b", "綦江", "2024-05").roster([person(1), person(2), person(4)])
    after.feed("TRAIN", [record(i, event_on="2024-04-02") for i in (1, 2)]).feed(
        "CREMATION", [record(2, event_on="2024-05-03")]
    )
    out = after.option("--against", str(old.out)).run()

    changes = {row["id_number"]: row for row in out.rows("changes")}
    assert {k: (row["change"], row["from_list"], row["to_list"]) for k, row in changes.items()} == {
        number(2): ("moved", "eligible", "to_verify"), number(3): ("gone", "to_verify", ""), number(4): ("new", "", "to_verify"),
    }  # fmt: skip
    assert "CONFLICT" in changes[number(2)]["why"] and "CREMATION" in changes[number(2)]["why"]
    assert out.summary["changes"] == 3


def test_a_folder_that_is_no_run_cannot_be_compared_against(tmp_path: Path) -> None:
    assert trial(tmp_path).option("--against", str(tmp_path)).run().code == 2


def test_a_folder_with_foreign_files_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "照片.jpg").write_bytes(b"x")

    assert trial(tmp_path).run().code == 2
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["照片.jpg"]


def test_an_own_earlier_run_is_replaced(tmp_path: Path) -> None:
    assert trial(tmp_path).run().code == 0
    again = Trial(tmp_path, "綦江", "2024-05").roster([person(1)]).run()

    assert again.code == 0 and again.summary["roster_rows"] == 1
    assert not (again.out / "to_verify" / "三角镇").exists()


def test_a_roster_of_which_nothing_can_be_read_leaves_only_rejects(tmp_path: Path) -> None:
    people = [{"id_number": "5.0011E+17", "name": "甲"}, {"id_number": "123", "name": "乙"}]
    out = Trial(tmp_path, "綦江", "2024-05").roster(people).run()

    assert out.code == 3
    assert [path.name for path in out.out.iterdir() if not path.name.startswith(".")] == ["rejects.csv"]
    assert [row["rule"] for row in out.rows("rejects")] == ["ID_SCIENTIFIC", "ID_LENGTH"]


def test_a_missing_column_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "r.csv").write_text("姓名,电话\n甲,1\n", encoding="utf-8")
    code = run_command(
        [
            "compare",
            "--region",
            "綦江",
            "--month",
            "2024-05",
            "--roster",
            str(tmp_path / "r.csv"),
            "-o",
            str(tmp_path / "o"),
        ]
    )

    assert code == 3
    assert "身份证" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [
        ["--region", "綦江", "--month", "2024-05", "-o", "o"],
        ["--region", "没有这里", "--month", "2024-05", "--roster", "r.csv", "-o", "o"],
        ["--region", "綦江", "--month", "2024-13", "--roster", "r.csv", "-o", "o"],
        ["--region", "綦江", "--month", "2024-05", "--roster", "r.csv", "-o", "o.csv"],
        ["--region", "綦江", "--month", "2024-05", "--roster", "r.csv", "-o", "o", "--feed", "TRAIN"],
        [
            "--region",
            "綦江",
            "--month",
            "2024-05",
            "--roster",
            "r.csv",
            "-o",
            "o",
            "--feed",
            "SPACESHIP=r.csv",
        ],
        ["--region", "綦江", "--month", "2024-05", "--roster", "r.csv", "-o", "o", "--as-of", "2024-06-01"],
        ["--region", "綦江", "--month", "2024-05", "--roster", "r.csv", "-o", "o", "--engine", "abacus"],
    ],
)
def test_wrong_usage_ends_with_two(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("r.csv").write_text(f"身份证号码,姓名\n{number(1)},甲\n", encoding="utf-8")

    assert run_command(["compare", *arguments]) == 2


def test_a_blank_roster_can_be_asked_for(tmp_path: Path) -> None:
    assert run_command(["compare", "--template", str(tmp_path / "空白.xlsx")]) == 0

    sheet = openpyxl.load_workbook(tmp_path / "空白.xlsx").active
    assert [cell.value for cell in sheet[1]][:2] == ["身份证号码", "姓名"]


def test_an_unknown_header_can_be_mapped(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(f"证,姓名\n{number(1)},{name(1)}\n", encoding="utf-8")
    code = run_command(
        [
            "compare",
            "--region",
            "綦江",
            "--month",
            "2024-05",
            "--roster",
            str(tmp_path / "r.csv"),
            "--map",
            "证=id_number",
            "-o",
            str(tmp_path / "o"),
        ]
    )

    assert code == 0


def test_feeds_can_be_imported_once_and_used_by_the_month(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole = trial(tmp_path)
    expected = whole.run("files")
    feeds = [word for word in whole.arguments if "=" in word]
    imports = [part for word in feeds for part in ("--feed", word)]
    assert (
        run_command(
            [
                "compare",
                "--region",
                "綦江",
                "--month",
                "2024-05",
                *imports,
                "--import-to",
                str(tmp_path / "导入"),
            ]
        )
        == 0
    )
    assert "TRAIN" in capsys.readouterr().out

    whole.arguments = [
        "--feed",
        f"TRAIN={tmp_path / '导入' / 'TRAIN.feed'}",
        "--feed",
        f"CREMATION={tmp_path / '导入' / 'CREMATION.feed'}",
    ]
    again = whole.run("imported")

    assert {n: again.rows(n) for n in ("eligible", "lost", "to_verify", "evidence")} == {
        n: expected.rows(n) for n in ("eligible", "lost", "to_verify", "evidence")
    }
