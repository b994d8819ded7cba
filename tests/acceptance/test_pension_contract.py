# ruff: noqa: E501  the tables of cases read best as one line each
"""The contract of `jubao pension`: amounts, refusals and exits, through the command line only."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.blackbox import number, read, run, write

AMOUNTS = [
    # region, month, row, expected columns
    ("500110", None, {"account_balance": "2504.73", "contribution_years": "14", "only_child": "是", "id_number": number("19630815")},
     {"benefit_start_month": "2023-09", "base_pension": "135.00", "account_pension": "18.02", "only_child_supplement": "10.00", "years_pension": "0.00", "age_supplement": "0.00", "monthly_pension": "163.02", "weakest_source": "secondary"}),
    ("500110", "2025-07", {"account_balance": "0", "contribution_years": "17年3月", "id_number": number("19640815")}, {"base_pension": "165.00", "years_pension": "6.00", "monthly_pension": "171.00"}),
    ("500110", "2025-07", {"account_balance": "0", "contribution_years": "17年3个月", "make_up_years": "2", "id_number": number("19640815")}, {"years_pension": "2.00"}),
    ("500110", "2025-02", {"account_balance": "0", "contribution_years": "15", "id_number": number("19550315")}, {"age_supplement": "5.00"}),
    ("500110", "2025-03", {"account_balance": "0", "contribution_years": "15", "id_number": number("19550315")}, {"age_supplement": "10.00"}),
    ("500110", "2025-02", {"account_balance": "0", "contribution_years": "15", "id_number": number("19600315")}, {"age_supplement": "0.00"}),
    ("500110", "2025-03", {"account_balance": "0", "contribution_years": "15", "id_number": number("19600315")}, {"age_supplement": "5.00"}),
    ("440000", "2025-03", {"account_balance": "0", "contribution_years": "25", "id_number": number("19600315")}, {"base_pension": "220.00", "years_pension": "30.00", "monthly_pension": "250.00"}),
    ("440523", "2025-03", {"account_balance": "0", "contribution_years": "15", "id_number": number("19600315")}, {"age_supplement": "0.00"}),
    ("440523", "2025-04", {"account_balance": "0", "contribution_years": "15", "id_number": number("19600315")}, {"age_supplement": "10.00"}),
    ("150404", "2025-03", {"account_balance": "0", "contribution_years": "18", "id_number": number("19600315")}, {"base_pension": "197.00", "years_pension": "6.00"}),
    ("150404", "2025-03", {"account_balance": "0", "contribution_years": "18", "years_at_or_above_min_tier": "2", "id_number": number("19600315")}, {"years_pension": "4.00"}),
    ("360734", "2024-08", {"account_balance": "1390", "contribution_years": "15", "id_number": number("19600315")}, {"base_pension": "153.00", "account_pension": "10.00", "monthly_pension": "163.00"}),
]  # fmt: skip


@pytest.mark.parametrize(("region", "month", "row", "expected"), AMOUNTS)
def test_pension_of_the_month(
    tmp_path: Path, region: str, month: str | None, row: dict[str, str], expected: dict[str, str]
) -> None:
    source = write(tmp_path / "in.csv", [{"name": "张三", **row}])

    done = run(
        "pension",
        "--region",
        region,
        source,
        "-o",
        tmp_path / "out.csv",
        *(["--month", month] if month else []),
    )

    assert done.code == 0, done.err
    (answer,) = read(tmp_path / "out.csv")
    assert {name: answer[name] for name in expected} == expected
    assert answer["refused_reason"] == ""


REFUSED = [
    ("500110", "2023-08", {"contribution_years": "14", "id_number": number("19630815")}, "pension_age"),
    ("360734", "2024-08", {"contribution_years": "16", "id_number": number("19600315")}, "years_pension"),
    ("500110", "2035-01", {"contribution_years": "15", "id_number": number("19750315")}, None),
    ("500110", "2025-01", {"contribution_years": "15", "personal_number": "P1", "benefit_start_month": "2020-01"}, "age_supplement"),
]  # fmt: skip


@pytest.mark.parametrize(("region", "month", "row", "parameter"), REFUSED)
def test_a_row_that_is_not_covered_stays_with_its_reason(
    tmp_path: Path, region: str, month: str, row: dict[str, str], parameter: str | None
) -> None:
    source = write(
        tmp_path / "in.csv", [{"account_balance": "100", **row}, {**row, "account_balance": "200"}]
    )

    done = run("pension", "--region", region, source, "-o", tmp_path / "out.csv", "--month", month)

    answers = read(tmp_path / "out.csv") if (tmp_path / "out.csv").exists() else []
    if parameter is None:
        assert done.code == 4 and "base_pension" in done.err and region in done.err and month in done.err
        return
    assert done.code == 0, done.err
    assert len(answers) == 2
    for answer in answers:
        assert answer["monthly_pension"] == "" and answer["base_pension"] == ""
        assert parameter in answer["refused_reason"]
        assert month in answer["refused_reason"] or "2023-09" in answer["refused_reason"]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"account_balance": "12.345", "contribution_years": "15"}, "account_balance"),
        ({"account_balance": "abc", "contribution_years": "15"}, "account_balance"),
        ({"account_balance": "-1", "contribution_years": "15"}, "account_balance"),
        ({"account_balance": "1", "contribution_years": "17.5"}, "contribution_years"),
        (
            {"account_balance": "1", "contribution_years": "15", "id_number": "500110196308150020"},
            "id_number",
        ),
    ],
)
def test_an_unreadable_row_goes_to_rejects_and_stops_nothing(
    tmp_path: Path, row: dict[str, str], field: str
) -> None:
    good = {
        "name": "李四",
        "id_number": number("19600315"),
        "account_balance": "100",
        "contribution_years": "15",
    }
    source = write(tmp_path / "in.csv", [good, {**good, **row}])

    done = run("pension", "--region", "500110", source, "-o", tmp_path / "out.csv", "--month", "2025-01")

    assert done.code == 0, done.err
    assert len(read(tmp_path / "out.csv")) == 1
    (reject,) = read(tmp_path / "out.rejects.csv")
    assert reject["row"] == "3" and reject["field"] == field and reject["remedy"]
    assert "500110196308150020" not in (tmp_path / "out.rejects.csv").read_text("utf-8-sig")


def test_every_row_rejected_is_exit_3_and_a_missing_column_too(tmp_path: Path) -> None:
    bad = write(
        tmp_path / "bad.csv", [{"id_number": "123", "account_balance": "1", "contribution_years": "15"}]
    )
    lacking = write(tmp_path / "lacking.csv", [{"id_number": number(), "account_balance": "1"}])

    assert run("pension", "--region", "500110", bad, "-o", tmp_path / "o1.csv").code == 3
    done = run("pension", "--region", "500110", lacking, "-o", tmp_path / "o2.csv")

    assert done.code == 3 and "缴费年限" in done.err
    assert not (tmp_path / "o1.csv").exists() and not (tmp_path / "o2.csv").exists()


def test_unknown_region_is_wrong_usage(tmp_path: Path) -> None:
    source = write(
        tmp_path / "in.csv", [{"id_number": number(), "account_balance": "1", "contribution_years": "15"}]
    )

    assert run("pension", "--region", "999999", source, "-o", tmp_path / "out.csv").code == 2
