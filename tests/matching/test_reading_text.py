"""Text files: encodings, line ends, quotes, separators; what cannot be read is named with the line of the editor."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from jubao.kernel.errors import InputRefused
from jubao.matching import reading_lazy, reading_store
from jubao.matching.reading import open_input
from jubao.matching.reading_input import Input
from tests.matching.corners import GOOD

ALIASES = {
    "id_number": ("公民身份号码", "身份证号码", "身份证号", "AAC002"),
    "name": ("姓名", "逝者姓名"),
    "event_on": ("死亡日期", "日期"),
    "register_place": ("住址",),
}


def read(path: Path, **options: Any) -> Input:
    wanted = {"required": ["id_number"], "optional": ["name", "event_on", "register_place"], **options}
    return open_input(path, aliases=ALIASES, **wanted)


def rows(inp: Input, *columns: str) -> list[tuple[Any, ...]]:
    with duckdb.connect() as con:
        return con.execute(
            f"SELECT {', '.join(columns)} FROM ({inp.scan_sql(con)}) ORDER BY source_row"
        ).fetchall()


def written(folder: Path, content: str | bytes, encoding: str = "utf-8") -> Path:
    path = folder / "名单.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode(encoding))
    return path


def every_row(inp: Input) -> int:
    assert inp.row_count is not None
    return inp.head_rows + inp.row_count + len(inp.rejects) + len(inp.skipped) + inp.blank_rows


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_rare_names_survive_every_encoding(
    tmp_path: Path, encoding: str, delimiter: str, line_end: str
) -> None:
    lines = [["姓名", "身份证号码"], ["𠮷野䶮", GOOD], ["买买提·艾山", GOOD], ["张三", GOOD]]
    text = line_end.join(delimiter.join(line) for line in lines) + line_end

    inp = read(written(tmp_path, text, encoding))

    assert rows(inp, "name", "source_row") == [("𠮷野䶮", 2), ("买买提·艾山", 3), ("张三", 4)]
    assert every_row(inp) == 4


@pytest.mark.parametrize("column", ["PKID", "BZh", "GIF", "PAR"])
def test_a_header_that_begins_like_another_file_is_text(tmp_path: Path, column: str) -> None:
    assert read(written(tmp_path, f"{column},身份证号码\n1,{GOOD}\n")).row_count == 1


def test_a_list_without_people_is_no_error(tmp_path: Path) -> None:
    inp = read(written(tmp_path, "姓名,身份证号码\n"))

    assert inp.row_count == 0
    assert rows(inp, "name") == []


def test_private_use_characters_of_old_gb18030_become_unicode(tmp_path: Path) -> None:
    content = "姓名,身份证号码\n王".encode("gb18030") + b"\xfe\x59," + GOOD.encode() + b"\n"

    assert rows(read(written(tmp_path, content)), "name") == [("王\u9fb4",)]


def test_lines_in_another_encoding_are_rejected_by_number(tmp_path: Path) -> None:
    good = "".join(f"张三丰{i},{GOOD}\n" for i in range(8)).encode()
    content = "姓名,身份证号码\n".encode() + good + f"李四,{GOOD}\n".encode("gb18030") + good

    inp = read(written(tmp_path, content))

    assert inp.encoding == "UTF-8"
    assert [(reject.row, reject.rule) for reject in inp.rejects] == [(10, "ENCODING")]
    assert "UTF-8" in inp.rejects[0].remedy
    assert every_row(inp) == 18


def test_damaged_line_of_gb18030_is_rejected_by_number(tmp_path: Path) -> None:
    good = "".join(f"张三丰{i},{GOOD}\n" for i in range(8)).encode("gb18030")
    content = "姓名,身份证号码\n".encode("gb18030") + good + b"\xc0\xff," + GOOD.encode() + b"\n" + good

    inp = read(written(tmp_path, content))

    assert [(reject.row, reject.rule) for reject in inp.rejects] == [(10, "ENCODING")]
    assert every_row(inp) == 18


def test_nul_bytes_and_lost_characters_are_rejected_by_number(tmp_path: Path) -> None:
    text = f"姓名,身份证号码\n张\0三,{GOOD}\n李\ufffd,{GOOD}\n锟斤拷,{GOOD}\n王五,{GOOD}\n"

    inp = read(written(tmp_path, text))

    assert [(reject.row, reject.rule) for reject in inp.rejects] == [
        (2, "NUL_BYTE"),
        (3, "TEXT_DAMAGED"),
        (4, "TEXT_DAMAGED"),
    ]
    assert rows(inp, "name") == [("王五",)]


@pytest.mark.parametrize("wrong", ["gb18030", "latin-1"])
def test_garbled_header_is_named_as_what_it_was(tmp_path: Path, wrong: str) -> None:
    garbled = "姓名列,身份证号码".encode().decode(wrong, "ignore")

    with pytest.raises(InputRefused) as caught:
        read(written(tmp_path, f"{garbled}\n张三,{GOOD}\n"))

    assert caught.value.code == "ENCODING_MOJIBAKE"


def test_quotes_commas_and_lines_inside_cells(tmp_path: Path) -> None:
    text = f'姓名,身份证号码,住址\n"李,四",{GOOD},"甲镇\n乙村"\n王"五,{GOOD},丙村\n"赵""六",{GOOD},丁村\n'

    inp = read(written(tmp_path, text))

    assert rows(inp, "name", "register_place", "source_row") == [
        ("李,四", "甲镇\n乙村", 2),
        ('王"五', "丙村", 4),
        ('赵"六', "丁村", 5),
    ]


def test_numbers_guarded_for_excel_are_unwrapped(tmp_path: Path) -> None:
    inp = read(written(tmp_path, f'姓名,身份证号码\n张三,="{GOOD}"\n李四,"=""{GOOD}"""\n王五,\'{GOOD}\n'))

    assert [row[0].strip("'") for row in rows(inp, "id_number")] == [GOOD] * 3


def test_formulas_are_text(tmp_path: Path) -> None:
    inp = read(written(tmp_path, f"姓名,身份证号码\n=cmd|'/c calc'!A1,{GOOD}\n@SUM(A1),{GOOD}\n"))

    assert rows(inp, "name") == [("=cmd|'/c calc'!A1",), ("@SUM(A1)",)]


def test_shifted_columns_are_rejected_with_both_counts(tmp_path: Path) -> None:
    text = f"姓名,身份证号码,住址,备注\n张三,{GOOD},甲镇,1号,x\n李四,{GOOD},乙镇,\n王五\n"

    inp = read(written(tmp_path, text))

    assert [(reject.row, reject.rule) for reject in inp.rejects] == [(2, "COLUMN_COUNT"), (4, "COLUMN_COUNT")]
    assert "5 格" in inp.rejects[0].remedy
    assert every_row(inp) == 4


def test_a_quote_that_never_closes_costs_one_line(tmp_path: Path) -> None:
    lines = "".join(f"张三{i},{GOOD}\n" for i in range(80))

    inp = read(written(tmp_path, f'姓名,身份证号码\n"李四,{GOOD}\n{lines}'))

    assert [(reject.row, reject.rule) for reject in inp.rejects] == [(2, "QUOTE_UNCLOSED")]
    assert inp.row_count == 80


def test_cut_inside_a_quoted_cell_is_refused_with_the_line(tmp_path: Path) -> None:
    with pytest.raises(InputRefused) as caught:
        read(written(tmp_path, f'姓名,身份证号码,住址\n张三,{GOOD},甲\n李四,{GOOD},"乙镇'))

    assert caught.value.code == "FILE_TRUNCATED"
    assert "第 3 行" in caught.value.message


def test_stated_number_of_persons_must_agree(tmp_path: Path) -> None:
    text = f"姓名,身份证号码\n张三,{GOOD}\n共 2 人,\n"

    with pytest.raises(InputRefused) as caught:
        read(written(tmp_path, text))

    assert caught.value.code == "COUNT_MISMATCH"
    assert read(written(tmp_path, text.replace("2 人", "1 人"))).row_count == 1


def regular(count: int, last: str = "") -> str:
    return (
        "姓名,身份证号码,备注\n"
        + "".join(f"张三丰,50990119630815{i % 10_000:04d},x{i}\n" for i in range(count))
        + last
    )


@pytest.fixture
def small_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jubao.matching.reading_tables.LAZY_FROM", 1000)
    monkeypatch.setattr(reading_lazy, "PIECE", 700)
    monkeypatch.setattr(reading_store, "BATCH_ROWS", 50)


@pytest.mark.usefixtures("small_limits")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n"])
def test_large_regular_files_are_scanned_by_the_engine(tmp_path: Path, encoding: str, line_end: str) -> None:
    inp = read(written(tmp_path, regular(500).replace("\n", line_end), encoding))

    with duckdb.connect() as con:
        sql = inp.scan_sql(con, extras=True)
        found = con.execute(f'SELECT source_row, id_number, "备注" FROM ({sql}) ORDER BY 1').fetchall()

    assert "read_csv" in sql
    assert inp.row_count == 500
    assert found == [(i + 2, f"50990119630815{i:04d}", f"x{i}") for i in range(500)]


@pytest.mark.usefixtures("small_limits")
@pytest.mark.parametrize(
    ("last", "kind"),
    [
        ("合计,500人,\n", "totals"),
        ("制表人：王,审核人：李,\n", "footer"),
        ("姓名,身份证号码,备注\n", "repeated header"),
    ],
)
def test_large_files_with_more_than_people_are_read_closely(tmp_path: Path, last: str, kind: str) -> None:
    inp = read(written(tmp_path, regular(500, last)))

    assert [(row.row, row.kind) for row in inp.skipped] == [(502, kind)]
    assert inp.row_count == 500
    assert len(rows(inp, "name")) == 500


@pytest.mark.usefixtures("small_limits")
@pytest.mark.parametrize(
    "odd", [f'"李\n四",{GOOD},\n', f"李四,{GOOD}\n", "\n", ",,\n", f"李\ufffd,{GOOD},\n"]
)
def test_large_irregular_files_lose_nothing(tmp_path: Path, odd: str) -> None:
    inp = read(written(tmp_path, regular(300) + odd + regular(200).split("\n", 1)[1]))

    assert inp.row_count is not None
    assert inp.row_count + len(inp.rejects) + inp.blank_rows == 501
    last = rows(inp, "source_row")[-1]
    assert last == (501 + odd.count("\n"),)


@pytest.mark.usefixtures("small_limits")
def test_large_file_without_last_line_end_is_doubted(tmp_path: Path) -> None:
    inp = read(written(tmp_path, regular(300).rstrip("\n")))

    assert inp.row_count == 300
    assert any("第 301 行" in note for note in inp.notes)
