"""`jubao extract` from the command line: the window, every reason of the plan and the guide, refusals, files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.acceptance.blackbox import Done, number, read, run, write

CLEAN = {
    "name": "钱二", "contribution_years": "15", "contribution_gap": "", "employee_pension_record": "", "civil_pension_record": "",
    "other_province_record": "", "tax_in_transit": "", "other_in_transit": "", "special_group_marks": "", "in_custody": "",
    "death_record": "", "payout_account": "6217000000000000001", "payout_bank": "重庆农村商业银行", "flag_state": "flagged",
}  # fmt: skip
MAY_20 = number("19640520")


def extract(folder: Path, rows: list[dict[str, str]], month: str = "2024-04", *words: object) -> Done:
    """Run the command over some rows; the answer lies in out.csv."""
    people = [{"id_number": MAY_20, **CLEAN, **row} for row in rows]
    return run(
        "extract",
        "--region",
        "500110",
        "--month",
        month,
        write(folder / "in.csv", people),
        "-o",
        folder / "out.csv",
        *words,
    )


def answer(folder: Path, row: dict[str, str], month: str = "2024-04", *words: object) -> dict[str, str]:
    """Decision and reason codes of one person."""
    done = extract(folder, [row], month, *words)
    assert done.code == 0, done.err
    found = read(folder / "out.csv")[0]
    return {**found, "codes": " ".join(part.split("|")[0] for part in found["reasons"].split(";") if part)}


@pytest.mark.requirement("QJ-3-0a")
@pytest.mark.parametrize(
    ("month", "decision"),
    [
        ("2024-02", "outside_window"),
        ("2024-03", "candidate"),
        ("2024-05", "candidate"),
        ("2024-06", "outside_window"),
    ],
)
def test_list_of_the_first_holds_whoever_is_inside_three_months(
    tmp_path: Path, month: str, decision: str
) -> None:
    found = answer(tmp_path, {}, month)

    assert (found["decision"], found["window_from"], found["window_until"]) == (
        decision,
        "2024-02-20",
        "2024-05-31",
    )


@pytest.mark.requirement("QJ-A1-5-1-1a")
@pytest.mark.parametrize(("day", "decision"), [("2024-02-19", "outside_window"), ("2024-02-20", "candidate")])
def test_more_than_three_months_before_the_birthday_is_blocked(
    tmp_path: Path, day: str, decision: str
) -> None:
    assert answer(tmp_path, {}, "2024-02", "--as-of", day)["decision"] == decision


@pytest.mark.parametrize(("day", "decision"), [("2024-05-31", "candidate"), ("2024-06-01", "outside_window")])
def test_from_the_month_after_the_birthday_it_is_too_late(tmp_path: Path, day: str, decision: str) -> None:
    assert answer(tmp_path, {}, day[:7], "--as-of", day)["decision"] == decision


@pytest.mark.parametrize(
    ("born", "window"),
    [
        ("19640229", ("2023-11-29", "2024-02-29")),
        ("19640531", ("2024-02-29", "2024-05-31")),
        ("19650531", ("2025-02-28", "2025-05-31")),
        ("19641231", ("2024-09-30", "2024-12-31")),
        ("19650101", ("2024-10-01", "2025-01-31")),
        ("19640831", ("2024-05-31", "2024-08-31")),
    ],
)
def test_window_is_clipped_to_the_end_of_short_months(
    tmp_path: Path, born: str, window: tuple[str, str]
) -> None:
    found = answer(tmp_path, {"id_number": number(born)}, "2024-06")

    assert (found["window_from"], found["window_until"]) == window


def _marked(requirement: str, row: dict[str, str], codes: str) -> object:
    return pytest.param(row, codes, marks=pytest.mark.requirement(requirement), id=requirement)


@pytest.mark.parametrize(
    ("row", "codes"),
    [
        _marked("QJ-3-1a", {"employee_pension_record": "contribution"}, "EMPLOYEE_SCHEME_RECORD"),
        _marked("QJ-3-1b", {"civil_pension_record": "是"}, "CIVIL_SCHEME_RECORD"),
        _marked("QJ-3-1c", {"other_province_record": "缴费"}, "CROSS_PROVINCE_CONTRIBUTION"),
        _marked("QJ-3-1d", {"other_province_record": "领待"}, "CROSS_PROVINCE_BENEFIT"),
        _marked("QJ-3-2a", {"tax_in_transit": "有"}, "IN_TRANSIT_TAX"),
        _marked("QJ-3-2b", {"other_in_transit": "transfer"}, "IN_TRANSIT_TRANSFER"),
        _marked("QJ-3-2c", {"other_in_transit": "其他"}, "IN_TRANSIT_OTHER"),
        _marked("QJ-3-3", {"special_group_marks": "LAND_EXPROPRIATED"}, "SPECIAL_GROUP"),
        _marked("QJ-3-4", {"in_custody": "是"}, "SERVING_SENTENCE"),
        _marked("QJ-3-5", {"death_record": "有"}, "DECEASED"),
        _marked("QJ-3-6", {"payout_account": "", "payout_bank": ""}, "NO_PAYOUT_ACCOUNT"),
        _marked("QJ-3-0c", {"in_custody": "1", "payout_account": ""}, "SERVING_SENTENCE NO_PAYOUT_ACCOUNT"),
        _marked("QJ-A1-5-1-5a", {"special_group_marks": "低保对象、征地安置人员"}, "SPECIAL_GROUP"),
        _marked("QJ-A1-5-1-5b", {"special_group_marks": "RETIRED_FISHERMAN"}, "SPECIAL_GROUP"),
        _marked("QJ-A1-5-1-9b", {"payout_bank": "中国工商银行綦江支行"}, "BANK_NOT_PAYING_AGENT"),
        ({"other_province_record": "yes"}, "CROSS_PROVINCE_CONTRIBUTION"),
        ({"other_province_record": "both"}, "CROSS_PROVINCE_CONTRIBUTION CROSS_PROVINCE_BENEFIT"),
        ({"other_in_transit": "yes"}, "IN_TRANSIT_OTHER"),
        ({"special_group_marks": "低保对象,重残人员;退役人员"}, ""),
        ({"special_group_marks": "重残人员；退捕渔民"}, "SPECIAL_GROUP"),
        ({"payout_bank": ""}, "BANK_NOT_PAYING_AGENT"),
        ({"payout_bank": "重庆农商行綦江支行古南分理处"}, ""),
        ({"payout_bank": "重庆农村商业银行股份有限公司"}, ""),
        ({"flag_state": "已撤销"}, "FLAG_REVOKED"),
        ({"flag_state": "waived"}, "WAIVED"),
        ({"flag_state": ""}, ""),
        ({"contribution_gap": "否", "contribution_years": "2"}, ""),
    ],
)  # fmt: skip
def test_every_reason_excludes_by_its_code(tmp_path: Path, row: dict[str, str], codes: str) -> None:
    found = answer(tmp_path, row)

    assert found["codes"] == codes
    assert found["decision"] == ("excluded" if codes else "candidate")
    assert found["headline_reason"] == codes.partition(" ")[0]


@pytest.mark.requirement("QJ-3-0b", "QJ-A1-5-1-2")
@pytest.mark.parametrize(
    ("years", "codes"),
    [("14", "CONTRIBUTION_YEARS_SHORT"), ("14年11个月", "CONTRIBUTION_YEARS_SHORT"), ("15", ""), ("16", "")],
)
def test_whoever_had_fifteen_years_left_at_the_pilot_needs_fifteen(
    tmp_path: Path, years: str, codes: str
) -> None:
    row = {"id_number": number("19700115"), "contribution_years": years, "contribution_gap": "是"}

    assert answer(tmp_path, row, "2029-11")["codes"] == codes


@pytest.mark.requirement("QJ-A1-5-1-3")
def test_whoever_had_less_must_not_have_a_gap_and_the_year_is_named(tmp_path: Path) -> None:
    found = answer(tmp_path, {"contribution_gap": "2015"})

    assert found["codes"] == "CONTRIBUTION_GAP"
    assert "（2015）" in found["reasons"]


@pytest.mark.requirement("QJ-A1-5-1-4")
def test_over_age_is_named_although_the_window_decides(tmp_path: Path) -> None:
    found = answer(tmp_path, {"id_number": number("19630315")}, "2024-04")

    assert (found["decision"], found["codes"]) == ("outside_window", "OVER_AGE")


def test_outside_the_window_wins_and_keeps_the_other_reasons(tmp_path: Path) -> None:
    found = answer(tmp_path, {"in_custody": "是"}, "2024-01")

    assert (found["decision"], found["codes"]) == ("outside_window", "SERVING_SENTENCE")


@pytest.mark.requirement("QJ-0-1")
def test_explanation_names_the_plan_and_the_clause(tmp_path: Path) -> None:
    done = extract(tmp_path, [{"in_custody": "是"}], "2024-04", "--explain", "--id", MAY_20)

    assert "SERVING_SENTENCE|正在服刑|綦社险〔2024〕1号 三、（四）" in done.out
    assert "窗口 2024-02-20 至 2024-05-31" in done.out
    assert MAY_20 not in done.out


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        ({"contribution_years": ""}, "YEARS_EMPTY"),
        ({"contribution_years": "15.5"}, "YEARS_DECIMAL"),
        ({"contribution_gap": "可能"}, "WORD_UNKNOWN"),
        ({"employee_pension_record": "不清楚"}, "WORD_UNKNOWN"),
        ({"in_custody": "?"}, "WORD_UNKNOWN"),
        ({"id_number": ""}, "ID_EMPTY"),
        ({"id_number": "ABC123456789012"}, "BIRTH_UNKNOWN"),
    ],
)
def test_unreadable_rows_are_rejected_and_stop_nothing(
    tmp_path: Path, cell: dict[str, str], rule: str
) -> None:
    done = extract(tmp_path, [{}, cell])

    assert done.code == 0, done.err
    assert len(read(tmp_path / "out.csv")) == 1
    assert [(reject["row"], reject["rule"]) for reject in read(tmp_path / "out.rejects.csv")] == [("3", rule)]


@pytest.mark.parametrize("column", [name for name in CLEAN if name != "name"])
def test_absent_column_refuses_the_file(tmp_path: Path, column: str) -> None:
    lacking = {name: value for name, value in CLEAN.items() if name != column}
    source = write(tmp_path / "in.csv", [{"id_number": MAY_20, **lacking}])

    done = run("extract", "--region", "500110", "--month", "2024-04", source, "-o", tmp_path / "out.csv")

    assert done.code == 3
    assert column in done.err
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    ("region", "month", "word"),
    [("500110", "2023-12", "claim.way"), ("500000", "2024-04", "claim.pilot_start_month"), ("440000", "2024-04", "claim.way"),
     ("150404", "2024-04", "第二十一条"), ("360734", "2024-04", "claim.way")],
)  # fmt: skip
def test_region_or_month_without_a_text_is_exit_4(tmp_path: Path, region: str, month: str, word: str) -> None:
    source = write(tmp_path / "in.csv", [{"id_number": MAY_20, **CLEAN}])

    done = run("extract", "--region", region, "--month", month, source, "-o", tmp_path / "out.csv")

    assert done.code == 4
    assert word in done.err and region in done.err and month in done.err
    assert list(tmp_path.glob("out*")) == []


def test_month_of_issue_is_covered(tmp_path: Path) -> None:
    assert answer(tmp_path, {"id_number": number("19640315")}, "2024-01")["decision"] == "candidate"


def test_day_outside_the_month_is_wrong_usage(tmp_path: Path) -> None:
    assert extract(tmp_path, [{}], "2024-04", "--as-of", "2024-05-01").code == 2


def test_counts_as_json_and_template(tmp_path: Path) -> None:
    done = extract(
        tmp_path,
        [{}, {"in_custody": "是"}, {"id_number": number("19700101")}, {"contribution_years": ""}],
        "2024-04",
        "--json",
    )

    found = json.loads(done.out)
    assert [found[name] for name in ("rows", "candidate", "excluded", "outside_window", "rejects")] == [
        3,
        1,
        1,
        1,
        1,
    ]
    assert run("extract", "--template", tmp_path / "空白.xlsx").code == 0
