"""Written files: whole or not there, no formula in them, numbers of persons with all their digits, folders of our own only."""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from python_calamine import CalamineWorkbook

from jubao.kernel.errors import WrongUsage
from jubao.matching import writing_xlsx
from jubao.matching.rejects import Reject, mask_sql, mask_value, rejects_table_sql, remedies
from jubao.matching.writing import output_format, rejects_path, write_rejects, write_table
from jubao.matching.writing_folder import MARKER, OutDir
from tests.matching.corners import GOOD

ALIASES = {"id_number": ("身份证号码", "证件号码"), "name": ("姓名",), "amount": ("金额",)}
ROW = (
    f"SELECT '{GOOD}' AS id_number, '刘䶮' AS name, CAST(13.4 AS DECIMAL(18,2)) AS amount, DATE '2024-05-17' AS event_on,"
    " TRUE AS critical, CAST(NULL AS VARCHAR) AS note"
)
DANGEROUS = ["=1+1", "+86", "+cmd", "-cmd", "@SUM(A1)", "\tx", "\rx", "＝1+1", '=HYPERLINK("http://x")']


@pytest.fixture
def con() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        yield connection


def sheet(path: Path) -> list[list[Any]]:
    return CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()


def lines(path: Path) -> list[list[str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.reader(stream))


def test_csv_opens_in_excel_with_its_chinese(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    written = write_table(con, ROW, tmp_path / "名单.csv", headers="zh", aliases=ALIASES)

    assert written.rows == 1
    assert written.path.read_bytes().startswith(b"\xef\xbb\xbf")
    assert lines(written.path) == [
        ["身份证号码", "姓名", "金额", "event_on", "critical", "note"],
        [GOOD, "刘䶮", "13.40", "2024-05-17", "true", ""],
    ]


def test_xlsx_keeps_numbers_of_persons_as_text(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    write_table(con, ROW, tmp_path / "名单.xlsx", headers="zh", aliases=ALIASES)

    assert sheet(tmp_path / "名单.xlsx")[1] == [GOOD, "刘䶮", 13.4, date(2024, 5, 17), "是", ""]
    with zipfile.ZipFile(tmp_path / "名单.xlsx") as archive:
        content = archive.read("xl/worksheets/sheet1.xml").decode()
    assert 'orientation="landscape"' in content
    assert 'paperSize="9"' in content
    assert 'fitToHeight="0"' in content
    assert "<autoFilter" in content
    assert 'state="frozen"' in content


def test_parquet_keeps_types(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    write_table(con, ROW, tmp_path / "名单.parquet")

    types = con.execute(f"DESCRIBE SELECT * FROM '{tmp_path / '名单.parquet'}'").fetchall()
    assert [row[1] for row in types] == ["VARCHAR", "VARCHAR", "DECIMAL(18,2)", "DATE", "BOOLEAN", "VARCHAR"]


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_no_export_holds_a_formula(con: duckdb.DuckDBPyConnection, tmp_path: Path, kind: str) -> None:
    con.execute("CREATE TABLE t (name VARCHAR)")
    con.executemany("INSERT INTO t VALUES (?)", [(text,) for text in DANGEROUS])
    path = tmp_path / f"名单.{kind}"

    write_table(con, "SELECT * FROM t", path)

    if kind == "csv":
        assert all(row[0].startswith("'") for row in lines(path)[1:])
    else:
        with zipfile.ZipFile(path) as archive:
            assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
            assert b'quotePrefix="1"' in archive.read("xl/styles.xml")
            assert "xl/worksheets/_rels/sheet1.xml.rels" not in archive.namelist()
        assert [str(row[0]).strip() for row in sheet(path)[1:]] == [text.strip() for text in DANGEROUS]


def test_signed_amounts_stay_numbers_in_csv(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    write_table(con, "SELECT '-12.50' AS a, CAST(-12.5 AS DECIMAL(9,2)) AS b, -3 AS c", tmp_path / "x.csv")

    assert lines(tmp_path / "x.csv")[1] == ["-12.50", "-12.50", "-3"]


def test_control_characters_do_not_break_the_workbook(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    con.execute("CREATE TABLE t (name VARCHAR)")
    con.execute("INSERT INTO t VALUES (?)", ["张\x01三\x0b\ufffe\n四" + "长" * 40_000])

    write_table(con, "SELECT * FROM t", tmp_path / "x.xlsx")

    cell = str(sheet(tmp_path / "x.xlsx")[1][0])
    assert cell.startswith("张三\n四长")
    assert len(cell) == 32_767


def test_equal_rows_give_equal_bytes(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    for kind in ("csv", "xlsx", "parquet"):
        first, second = tmp_path / f"1.{kind}", tmp_path / f"2.{kind}"
        write_table(con, ROW, first)
        write_table(con, ROW, second)

        assert first.read_bytes() == second.read_bytes()


def test_too_many_rows_for_a_sheet_name_the_other_formats(
    con: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(WrongUsage) as caught:
        write_table(con, "SELECT i FROM range(1048576) AS t(i)", tmp_path / "x.xlsx")
    assert caught.value.exit_code == 2
    assert "csv" in caught.value.remedy
    assert "parquet" in caught.value.remedy
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(writing_xlsx, "XLSX_ROWS", 3)
    assert write_table(con, "SELECT i FROM range(3) AS t(i)", tmp_path / "x.xlsx").rows == 3


def test_a_failed_write_leaves_the_former_file(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_text("alt", encoding="utf-8")

    with pytest.raises(duckdb.Error):
        write_table(
            con, "SELECT CAST(CASE WHEN i > 5 THEN 'x' ELSE '1' END AS INTEGER) FROM range(9) AS t(i)", path
        )

    assert path.read_text(encoding="utf-8") == "alt"
    assert [file.name for file in tmp_path.iterdir()] == ["x.csv"]


def test_unwritable_places_are_wrong_usage(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    for path in (tmp_path / "没有" / "x.csv", tmp_path):
        with pytest.raises(WrongUsage):
            write_table(con, ROW, path)


@pytest.mark.parametrize(
    ("name", "chosen", "expected"),
    [
        ("x.xlsx", "csv", "xlsx"),
        ("x.PARQUET", None, "parquet"),
        ("x", None, "csv"),
        ("x.out", "xlsx", "xlsx"),
    ],
)
def test_the_extension_decides_the_format(name: str, chosen: str | None, expected: str) -> None:
    assert output_format(Path(name), chosen) == expected
    assert rejects_path(Path("out") / name, expected) == Path("out") / f"x.rejects.{expected}"


def test_unknown_format_and_headers_are_wrong_usage(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    with pytest.raises(WrongUsage):
        output_format(Path("x"), "ods")
    with pytest.raises(WrongUsage):
        write_table(con, ROW, tmp_path / "x.csv", headers="de")


def test_folder_replaces_its_own_earlier_run(tmp_path: Path) -> None:
    target = tmp_path / "结果"
    for round_ in (1, 2):
        with OutDir(target, "compare") as folder:
            (folder / f"{round_}.csv").write_text("x", encoding="utf-8")

    assert sorted(file.name for file in target.iterdir()) == [MARKER, "2.csv"]
    assert json.loads((target / MARKER).read_text(encoding="utf-8"))["files"] == ["2.csv"]
    assert [file.name for file in tmp_path.iterdir()] == ["结果"]


def test_folder_with_foreign_files_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "结果"
    with OutDir(target, "compare") as folder:
        (folder / "1.csv").write_text("x", encoding="utf-8")
    (target / "照片.jpg").write_bytes(b"x")

    with pytest.raises(WrongUsage) as caught:
        OutDir(target, "compare")

    assert caught.value.exit_code == 2
    assert "照片.jpg" in caught.value.message
    assert sorted(file.name for file in target.iterdir()) == [MARKER, "1.csv", "照片.jpg"]


def test_folder_that_is_a_file_or_has_a_forged_marker_is_refused(tmp_path: Path) -> None:
    (tmp_path / "文件").write_text("x", encoding="utf-8")
    (tmp_path / "别人").mkdir()
    (tmp_path / "别人" / "a.csv").write_text("x", encoding="utf-8")
    (tmp_path / "别人" / MARKER).write_text("[]", encoding="utf-8")

    for name in ("文件", "别人"):
        with pytest.raises(WrongUsage):
            OutDir(tmp_path / name, "compare")


def test_a_run_that_breaks_leaves_the_former_folder(tmp_path: Path) -> None:
    target = tmp_path / "结果"
    with OutDir(target, "compare") as folder:
        (folder / "1.csv").write_text("x", encoding="utf-8")

    def broken_run() -> None:
        with OutDir(target, "compare") as folder:
            (folder / "2.csv").write_text("x", encoding="utf-8")
            raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        broken_run()

    assert sorted(file.name for file in target.iterdir()) == [MARKER, "1.csv"]
    assert [file.name for file in tmp_path.iterdir()] == ["结果"]


def test_rejects_are_ordered_and_complete(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    rejects = [
        Reject("b.csv", 3, "姓名", "x", "NAME_EMPTY", "y"),
        Reject("a.csv", 17, "", "", "NUL_BYTE", "z"),
    ]
    more = rejects_table_sql([Reject("a.csv", 2, "日期", "it's", "DATE_EMPTY", "w")])

    written = write_rejects(con, tmp_path / "x.rejects.csv", rejects, more)

    assert written.rows == 3
    assert [row[:3] for row in lines(written.path)] == [
        ["file", "row", "field"],
        ["a.csv", "2", "日期"],
        ["a.csv", "17", ""],
        ["b.csv", "3", "姓名"],
    ]
    assert con.execute(rejects_table_sql([])).fetchall() == []


@pytest.mark.parametrize(
    ("field", "value", "shown"),
    [
        ("id_number", GOOD, "509901********0021"),
        ("id_number", f"'{GOOD}", "509901********0021"),
        ("id_number", "509901", "50****"),
        ("mobile", "13912345678", "139****5678"),
        ("payout_account", "6217000000000000001", "621************0001"),
        ("event_on", "2024-13-45", "2024-13-45"),
        ("amount", "1,234.567", "1,234.567"),
        ("remark", f"与{GOOD}同户", "与509***********0021同户"),
        ("name", "", ""),
    ],
)
def test_values_are_masked_by_what_they_are(field: str, value: str, shown: str) -> None:
    assert mask_value(field, value) == shown


@pytest.mark.parametrize("field", ["id_number", "mobile", "payout_account", "remark"])
def test_masking_in_sql_shows_no_whole_number(con: duckdb.DuckDBPyConnection, field: str) -> None:
    for value in (GOOD, "13912345678", "6217000000000000001", "139 1234 5678", f"{GOOD}、{GOOD}"):
        con.execute("CREATE OR REPLACE TABLE t AS SELECT ? AS x", [value])
        shown = con.execute(f"SELECT {mask_sql('x', field)} FROM t").fetchall()[0][0]

        assert value not in shown
        assert (
            max((len(run) for run in "".join(c if c.isdigit() else " " for c in shown).split()), default=0)
            <= 6
        )


def test_every_remedy_says_what_to_do() -> None:
    assert all(text.count("。") >= 2 for text in remedies().values())


def test_twenty_thousand_rows_are_written_whole(con: duckdb.DuckDBPyConnection, tmp_path: Path) -> None:
    written = write_table(con, f"{ROW} FROM range(20000)", tmp_path / "x.xlsx")

    assert written.rows == 20000
