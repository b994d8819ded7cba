"""`jubao pension` from the command line: amounts by month, refusals with their parameter, explanations, files in and out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.blackbox import Done, number, read, run, write

GOLDEN = {
    "name": "赵一",
    "id_number": number("19630815"),
    "account_balance": "2504.73",
    "contribution_years": "14",
    "only_child": "是",
}
PARTS = ("base_pension", "account_pension", "years_pension", "only_child_supplement", "age_supplement")


def pension(folder: Path, rows: list[dict[str, str]], *words: object, region: str = "500110") -> Done:
    """Run the command over some rows; the answer lies in out.csv."""
    return run(
        "pension", "--region", region, write(folder / "in.csv", rows), "-o", folder / "out.csv", *words
    )


def test_screenshot_of_the_manual_gives_163_02(tmp_path: Path) -> None:
    done = pension(tmp_path, [GOLDEN])

    assert done.code == 0, done.err
    (answer,) = read(tmp_path / "out.csv")
    assert [answer[part] for part in PARTS] == ["135.00", "18.02", "0.00", "10.00", "0.00"]
    assert (answer["benefit_start_month"], answer["monthly_pension"]) == ("2023-09", "163.02")
    assert (answer["weakest_source"], answer["refused_reason"]) == ("secondary", "")
    assert list(answer)[: len(GOLDEN)] == list(GOLDEN)


@pytest.mark.requirement("QJ-A1-9-n4a")
def test_benefit_starts_in_the_month_after_the_birthday(tmp_path: Path) -> None:
    rows = [
        {**GOLDEN, "id_number": number(birth)} for birth in ("19640520", "19640501", "19640531", "19631231")
    ]

    pension(tmp_path, rows)

    starts = [answer["benefit_start_month"] for answer in read(tmp_path / "out.csv")]
    assert starts == ["2024-06", "2024-06", "2024-06", "2024-01"]


@pytest.mark.requirement("SS-22-5")
def test_late_decision_owes_the_months_since_the_start_each_at_its_own_amount(tmp_path: Path) -> None:
    person = {
        "personal_number": "7",
        "id_number": number("19640520"),
        "account_balance": "1390",
        "contribution_years": "15",
    }

    done = pension(tmp_path, [person], "--month", "2024-08", "--explain", "--id", "7", region="150404")

    assert done.code == 0, done.err
    assert read(tmp_path / "out.csv")[0]["benefit_start_month"] == "2024-06"
    assert "应补发 2 个月共 360.00元：2024-06 180.00、2024-07 180.00" in done.out


def test_back_pay_follows_a_rise_of_the_base_pension(tmp_path: Path) -> None:
    done = pension(tmp_path, [{**GOLDEN, "id_number": number("19640515")}], "--month", "2024-08", "--explain")

    assert "2024-06 163.02、2024-07 193.02" in done.out


def test_explanation_names_input_article_and_source_of_every_step(tmp_path: Path) -> None:
    done = pension(tmp_path, [GOLDEN], "--explain")

    line = next(line for line in done.out.splitlines() if "[pension.account_pension]" in line)
    assert (
        "18.02元" in line
        and "2504.73元" in line
        and "139" in line
        and "国发〔2014〕8号 六" in line
        and "confirmed" in line
    )
    assert GOLDEN["id_number"] not in done.out


def test_file_order_and_unknown_columns_are_kept(tmp_path: Path) -> None:
    rows = [
        {**GOLDEN, "个人备注": str(place), "id_number": number("19630815", place)} for place in range(1, 40)
    ]

    pension(tmp_path, rows)

    assert [answer["个人备注"] for answer in read(tmp_path / "out.csv")] == [
        str(place) for place in range(1, 40)
    ]


def test_amounts_typed_into_the_list_are_never_used(tmp_path: Path) -> None:
    done = pension(tmp_path, [{**GOLDEN, "monthly_pension": "9999.00", "base_pension": "9000"}])

    assert done.code == 0, done.err
    (answer,) = read(tmp_path / "out.csv")
    assert (answer["monthly_pension"], answer["base_pension"]) == ("163.02", "135.00")


def test_below_age_is_refused_by_parameter_region_month_and_clause(tmp_path: Path) -> None:
    done = pension(tmp_path, [GOLDEN, {**GOLDEN, "id_number": number("19630715")}], "--month", "2023-08")

    assert done.code == 0, done.err
    first, second = read(tmp_path / "out.csv")
    assert first["refused_reason"] == "BELOW_AGE: pension_age_years 500110 2023-08 国发〔2014〕8号 七"
    assert all(first[part] == "" for part in (*PARTS, "monthly_pension", "weakest_source"))
    assert second["refused_reason"] == "" and second["monthly_pension"] == "163.02"


def test_missing_years_pension_is_refused_only_above_fifteen_years(tmp_path: Path) -> None:
    rows = [
        {**GOLDEN, "only_child": "否", "contribution_years": years}
        for years in ("14年11月", "15", "15年1个月")
    ]

    done = pension(tmp_path, rows, region="360734")

    assert done.code == 0, done.err
    reasons = [answer["refused_reason"] for answer in read(tmp_path / "out.csv")]
    assert reasons[:2] == ["", ""]
    assert reasons[2].startswith(
        "PARAMETER_MISSING: years_pension_rate_fen 360734 2023-09 国发〔2014〕8号 六"
    )


def test_gap_of_some_months_refuses_those_rows_and_no_others(tmp_path: Path) -> None:
    rows = [{**GOLDEN, "id_number": number(birth)} for birth in ("19630515", "19640515")]

    done = pension(tmp_path, rows, region="150404")

    assert done.code == 0, done.err
    gap, covered = read(tmp_path / "out.csv")
    assert gap["refused_reason"].startswith("PARAMETER_MISSING: base_pension_fen 150404 2023-06")
    assert covered["base_pension"] == "170.00"


def test_month_that_nobody_is_covered_for_is_exit_4(tmp_path: Path) -> None:
    done = pension(tmp_path, [GOLDEN], "--month", "2023-06", region="150404")

    assert done.code == 4
    assert "base_pension_fen" in done.err and "2023-06" in done.err and "150404" in done.err
    assert read(tmp_path / "out.csv")[0]["monthly_pension"] == ""


def test_people_already_seventy_in_2019_keep_an_unknown_supplement(tmp_path: Path) -> None:
    rows = [{**GOLDEN, "id_number": number(birth)} for birth in ("19491231", "19500101")]

    pension(tmp_path, rows, "--month", "2024-05")

    older, newer = read(tmp_path / "out.csv")
    assert older["refused_reason"].startswith(
        "AGE_SUPPLEMENT_OLDER_AMOUNT: age_supplement_excludes_age70_by 500110 2024-05"
    )
    assert newer["age_supplement"] == "10.00"


def test_without_a_birth_date_the_age_supplement_is_named_where_there_is_one(tmp_path: Path) -> None:
    person = {
        "personal_number": "1",
        "account_balance": "100",
        "contribution_years": "15",
        "benefit_start_month": "2024-05",
    }

    pension(tmp_path, [person])
    qijiang = read(tmp_path / "out.csv")[0]
    pension(tmp_path, [person], region="360734")
    xunwu = read(tmp_path / "out.csv")[0]

    assert qijiang["refused_reason"].startswith("BIRTH_DATE_MISSING: age_supplement_steps 500110 2024-05")
    assert (xunwu["refused_reason"], xunwu["base_pension"]) == ("", "133.00")
