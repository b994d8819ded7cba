"""`jubao pension` from the command line: amounts by month, refusals with their parameter, explanations, files in and out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from jubao.matching import batch_pension
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


@pytest.mark.parametrize(
    ("cell", "rule"),
    [
        ({"account_balance": "-0.01"}, "AMOUNT_NEGATIVE"),
        ({"account_balance": "100000000.01"}, "AMOUNT_TOO_LARGE"),
        ({"account_balance": ""}, "AMOUNT_EMPTY"),
        ({"contribution_years": "61"}, "YEARS_IMPOSSIBLE"),
        ({"contribution_years": "17.25"}, "YEARS_DECIMAL"),
        ({"make_up_years": "14年1个月"}, "MAKE_UP_ABOVE_TOTAL"),
        ({"years_at_or_above_min_tier": "15"}, "TIER_YEARS_ABOVE_TOTAL"),
        ({"only_child": "也许"}, "WORD_UNKNOWN"),
        ({"birth_date": "2090-01-01"}, "BIRTH_IN_FUTURE"),
        ({"birth_date": "1963-02-30"}, "DATE_IMPOSSIBLE"),
        ({"benefit_start_month": "2024-13"}, "MONTH_IMPOSSIBLE"),
        ({"id_number": number("19630815")[:-1]}, "ID_LENGTH"),
    ],
)
def test_out_of_range_cells_are_rejected_with_a_remedy(
    tmp_path: Path, cell: dict[str, str], rule: str
) -> None:
    done = pension(tmp_path, [GOLDEN, {**GOLDEN, **cell}])

    assert done.code == 0, done.err
    assert len(read(tmp_path / "out.csv")) == 1
    (reject,) = read(tmp_path / "out.rejects.csv")
    assert (reject["rule"], reject["row"]) == (rule, "3")
    assert reject["remedy"].endswith("。")


def test_doubled_people_are_computed_and_noted(tmp_path: Path) -> None:
    done = pension(tmp_path, [GOLDEN, GOLDEN])

    assert len(read(tmp_path / "out.csv")) == 2
    assert "1 人在名单中出现多次" in done.err


def test_written_birth_date_stands_before_the_number_and_the_difference_is_noted(tmp_path: Path) -> None:
    done = pension(tmp_path, [{**GOLDEN, "birth_date": "1963年9月1日"}])

    assert read(tmp_path / "out.csv")[0]["benefit_start_month"] == "2023-10"
    assert "1 行的出生日期与证件号码不同" in done.err


def test_chinese_headers_a_mapped_column_and_a_title_line_are_understood(tmp_path: Path) -> None:
    source = tmp_path / "名单.csv"
    lines = [
        "綦江区待遇核算名单",
        "序号,姓名,证,个人账户储存额,缴费年限,是否独子",
        f'1,赵一,{GOLDEN["id_number"]},"2,504.73",14年,是',
    ]
    source.write_bytes("\r\n".join(lines).encode("gb18030"))

    done = run(
        "pension",
        "--region",
        "綦江",
        source,
        "-o",
        tmp_path / "核定.xlsx",
        "--map",
        "证=id_number",
        "--headers",
        "zh",
    )

    assert done.code == 0, done.err
    sheet = openpyxl.load_workbook(tmp_path / "核定.xlsx").active
    assert sheet is not None
    header, row = list(sheet.iter_rows(values_only=True))[:2]
    assert dict(zip(header, row, strict=True))["月基本养老金"] == pytest.approx(163.02)
    assert (tmp_path / "核定.rejects.xlsx").exists()


def test_parquet_in_and_out(tmp_path: Path) -> None:
    source, out = tmp_path / "in.parquet", tmp_path / "out.parquet"
    duckdb.sql(f"COPY (SELECT '{GOLDEN['id_number']}' AS id_number, '2504.73' AS account_balance, '14' AS contribution_years,"
               f" 'true' AS only_child FROM range(3)) TO '{source}'")  # fmt: skip

    done = run("pension", "--region", "500110", source, "-o", out)

    assert done.code == 0, done.err
    assert duckdb.sql(f"SELECT DISTINCT CAST(monthly_pension AS VARCHAR) FROM '{out}'").fetchall() == [
        ("163.02",)
    ]


def test_summary_as_json(tmp_path: Path) -> None:
    done = pension(tmp_path, [GOLDEN, {**GOLDEN, "account_balance": "x"}], "--json")

    summary = json.loads(done.out)
    assert {name: summary[name] for name in ("rows", "computed", "refused", "rejects", "checked", "engine", "region")} == {
        "rows": 1, "computed": 1, "refused": 0, "rejects": 1, "checked": 1, "engine": "duckdb", "region": "500110",
    }  # fmt: skip
    assert len(summary["pack_hash"]) == 64


@pytest.mark.parametrize("name", ["空白.xlsx", "空白.csv"])
def test_template_is_a_blank_list_the_command_reads(tmp_path: Path, name: str) -> None:
    done = run("pension", "--template", tmp_path / name)

    assert done.code == 0, done.err
    again = run("pension", "--region", "500110", tmp_path / name, "-o", tmp_path / "out.csv")
    assert again.code == 0, again.err
    assert read(tmp_path / "out.csv") == []


@pytest.mark.parametrize(
    "words",
    [
        ("--region", "500110", "in.csv"),
        ("in.csv", "-o", "out.csv"),
        ("--region", "500110", "in.csv", "-o", "out.csv", "--month", "2024-13"),
        ("--region", "500110", "in.csv", "-o", "out.csv", "--headers", "fr"),
        ("--region", "500110", "in.csv", "-o", "out.csv", "--engine", "spark"),
        ("--region", "500110", "in.csv", "-o", "out.csv", "--map", "证件"),
        ("--region", "500110", "in.csv", "-o", "out", "--format", "docx"),
    ],
)
def test_wrong_usage_is_exit_2(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[str, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "in.csv", [GOLDEN])

    assert run("pension", *words).code == 2
    assert {path.name for path in tmp_path.iterdir()} == {"in.csv"}


def test_a_difference_between_batch_and_scalar_blocks_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def one_fen_more(row: dict[str, Any], run: batch_pension.PensionRun) -> dict[str, Any]:
        return {**genuine(row, run), "monthly_pension": genuine(row, run)["monthly_pension"] + 1}

    genuine = batch_pension.explain_row
    monkeypatch.setattr(batch_pension, "explain_row", one_fen_more)

    done = pension(tmp_path, [GOLDEN])

    assert done.code == 1
    assert "pension.monthly_pension" in done.err and "BATCH_DIFFERS" in done.err
    assert not (tmp_path / "out.csv").exists() and not (tmp_path / "out.rejects.csv").exists()
