"""`jubao pension` and its files: what is rejected, kept, noted, written; templates, wrong usage, the second calculation."""

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
        ("--region", "500110", "in.csv", "-o", "out.csv", "--engine", "polars"),
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


def test_input_is_never_overwritten_and_a_missing_folder_is_named_before_any_work(tmp_path: Path) -> None:
    source = write(tmp_path / "in.csv", [GOLDEN])
    before = source.read_bytes()

    over = run("pension", "--region", "500110", source, "-o", source)
    nowhere = run("pension", "--region", "500110", source, "-o", tmp_path / "none" / "out.csv")

    assert (over.code, nowhere.code) == (2, 2)
    assert "不能用结果覆盖" in over.err and "没有文件夹" in nowhere.err
    assert source.read_bytes() == before


def test_native_columns_of_parquet_are_read_like_texts(tmp_path: Path) -> None:
    source = tmp_path / "in.parquet"
    duckdb.sql(
        f"""COPY (SELECT 'P1' AS personal_number, 2504.73::DECIMAL(12, 2) AS account_balance, 0 AS make_up_years,
        14::BIGINT AS contribution_years, TRUE AS only_child, DATE '1963-08-15' AS birth_date) TO '{source}'"""
    )

    done = run("pension", "--region", "500110", source, "-o", tmp_path / "out.csv")

    assert done.code == 0, done.err
    assert read(tmp_path / "out.csv")[0]["monthly_pension"] == "163.02"
