# ruff: noqa: E501  the tables of cases read best as one line each
"""The contract of `jubao extract`: windows, reasons in order, refusals, through the command line only."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.blackbox import number, read, run, write

CLEAN = {
    "name": "王五", "contribution_years": "16", "contribution_gap": "否", "employee_pension_record": "no", "civil_pension_record": "no",
    "other_province_record": "no", "tax_in_transit": "", "other_in_transit": "no", "special_group_marks": "", "in_custody": "否", "death_record": "否",
    "payout_account": "6217000000000000001", "payout_bank": "重庆农村商业银行", "flag_state": "none",
}  # fmt: skip


BORN = number("19640831")


def extract(tmp_path: Path, month: str, row: dict[str, str], region: str = "500110") -> dict[str, str]:
    source = write(tmp_path / "in.csv", [{"id_number": BORN, **CLEAN, **row}])
    done = run("extract", "--region", region, "--month", month, source, "-o", tmp_path / "out.csv")
    assert done.code == 0, done.err
    return read(tmp_path / "out.csv")[0]


@pytest.mark.parametrize(
    ("month", "decision"),
    [
        ("2024-05", "outside_window"),
        ("2024-06", "candidate"),
        ("2024-08", "candidate"),
        ("2024-09", "outside_window"),
    ],
)
def test_window_is_tested_on_the_first_of_the_month(tmp_path: Path, month: str, decision: str) -> None:
    answer = extract(tmp_path, month, {})

    assert answer["decision"] == decision
    assert (answer["window_from"], answer["window_until"]) == ("2024-05-31", "2024-08-31")


REASONS = [
    ({"employee_pension_record": "contribution"}, ["EMPLOYEE_SCHEME_RECORD"]),
    ({"civil_pension_record": "benefit"}, ["CIVIL_SCHEME_RECORD"]),
    ({"other_province_record": "contribution"}, ["CROSS_PROVINCE_CONTRIBUTION"]),
    ({"other_province_record": "benefit"}, ["CROSS_PROVINCE_BENEFIT"]),
    ({"other_province_record": "both"}, ["CROSS_PROVINCE_CONTRIBUTION", "CROSS_PROVINCE_BENEFIT"]),
    ({"tax_in_transit": "yes"}, ["IN_TRANSIT_TAX"]),
    ({"other_in_transit": "transfer"}, ["IN_TRANSIT_TRANSFER"]),
    ({"other_in_transit": "other"}, ["IN_TRANSIT_OTHER"]),
    ({"special_group_marks": "低保对象、征地安置人员"}, ["SPECIAL_GROUP"]),
    ({"special_group_marks": "低保对象"}, []),
    ({"in_custody": "是"}, ["SERVING_SENTENCE"]),
    ({"death_record": "1"}, ["DECEASED"]),
    ({"payout_account": "", "payout_bank": ""}, ["NO_PAYOUT_ACCOUNT"]),
    ({"contribution_gap": "是"}, ["CONTRIBUTION_GAP"]),
    ({"contribution_years": "3"}, []),
    ({"payout_bank": "中国工商银行綦江支行"}, ["BANK_NOT_PAYING_AGENT"]),
    ({"payout_bank": "重庆农村商业银行綦江支行"}, []),
    ({"flag_state": "revoked"}, ["FLAG_REVOKED"]),
    ({"flag_state": "waived", "in_custody": "Y", "payout_account": ""}, ["SERVING_SENTENCE", "NO_PAYOUT_ACCOUNT", "WAIVED"]),
]  # fmt: skip


@pytest.mark.parametrize(("row", "codes"), REASONS)
def test_every_reason_is_named_in_order(tmp_path: Path, row: dict[str, str], codes: list[str]) -> None:
    answer = extract(tmp_path, "2024-07", row)

    assert answer["decision"] == ("excluded" if codes else "candidate")
    found = [part.split("|")[0] for part in answer["reasons"].split(";") if part]
    assert found == codes
    assert answer["headline_reason"] == (codes[0] if codes else "")


@pytest.mark.parametrize(
    ("years", "codes"), [("14年11月", ["CONTRIBUTION_YEARS_SHORT"]), ("15", []), ("15年1月", [])]
)
def test_exactly_fifteen_years_away_at_pilot_start_needs_fifteen_years(
    tmp_path: Path, years: str, codes: list[str]
) -> None:
    answer = extract(
        tmp_path,
        "2024-11",
        {"id_number": number("19641215"), "contribution_years": years, "contribution_gap": "是"},
    )

    assert [part.split("|")[0] for part in answer["reasons"].split(";") if part] == codes


def test_extract_is_refused_where_no_text_covers(tmp_path: Path) -> None:
    source = write(tmp_path / "in.csv", [{"id_number": BORN, **CLEAN}])

    assert (
        run("extract", "--region", "500110", "--month", "2023-12", source, "-o", tmp_path / "a.csv").code == 4
    )
    assert (
        run("extract", "--region", "500110", "--month", "2024-01", source, "-o", tmp_path / "b.csv").code == 0
    )
    for region in ("440523", "150404", "360734"):
        done = run(
            "extract", "--region", region, "--month", "2024-07", source, "-o", tmp_path / f"{region}.csv"
        )
        assert done.code == 4, done.err


def test_extract_needs_every_column_and_the_years(tmp_path: Path) -> None:
    lacking = {key: value for key, value in CLEAN.items() if key != "death_record"}
    source = write(tmp_path / "lacking.csv", [{"id_number": BORN, **lacking}])
    blank = write(
        tmp_path / "blank.csv",
        [{"id_number": BORN, **CLEAN}, {"id_number": number("19640701"), **CLEAN, "contribution_years": ""}],
    )

    assert (
        run("extract", "--region", "500110", "--month", "2024-07", source, "-o", tmp_path / "a.csv").code == 3
    )
    done = run("extract", "--region", "500110", "--month", "2024-07", blank, "-o", tmp_path / "b.csv")

    assert done.code == 0
    assert len(read(tmp_path / "b.csv")) == 1
    assert read(tmp_path / "b.rejects.csv")[0]["field"] == "contribution_years"
