"""The files of examples/ are read as their README says, are made again byte for byte, and never end in a traceback when cut."""

from __future__ import annotations

import importlib.util
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import pytest

from jubao.kernel.errors import DomainError, InputRefused
from jubao.matching.cleaning import clean_sql
from jubao.matching.reading import open_input
from jubao.matching.reading_input import Input
from jubao.policy import load_pack

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
LISTS = sorted(path for path in EXAMPLES.iterdir() if path.suffix != ".md")
PEOPLE = {
    "花名册.xlsx": 60,
    "火化名单.xls": 12,
    "铁路出行.csv": 26,
    "卫健死亡.csv": 9,
    "监狱服刑.xlsx": 5,
    "身份证被Excel破坏.xlsx": 4,
    "住院记录.parquet": 12,
    "养老金试算.xlsx": 7,
    "免申即享名单.xlsx": 11,
    "个人账户.csv": 4,
    "分录.csv": 7,
}
KINDS = {
    "id_number": "identity",
    "name": "name",
    "event_on": "date",
    "sentence_from": "date",
    "sentence_until": "date",
}


@pytest.fixture(scope="module")
def aliases() -> Mapping[str, Sequence[str]]:
    return load_pack("000000").header_aliases()


def read(path: Path, aliases: Mapping[str, Sequence[str]]) -> Input:
    optional = ["name", "event_on", "sentence_kind", "sentence_from", "sentence_until", "critical", "village"]
    return open_input(path, aliases=aliases, any_of=[["id_number", "personal_number"]], optional=optional)


def cleaned(inp: Input) -> list[dict[str, Any]]:
    kinds = {name: kind for name, kind in KINDS.items() if name in inp.columns}
    with duckdb.connect() as con:
        sql = clean_sql(inp.scan_sql(con), {**inp.columns, "source_row": "BIGINT"}, kinds)
        cursor = con.execute(f"{sql} ORDER BY source_row")
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def test_every_file_is_listed() -> None:
    assert sorted(PEOPLE) == [path.name for path in LISTS]
    readme = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    assert [name for name in PEOPLE if name not in readme] == []


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_all_people_are_read(path: Path, aliases: Mapping[str, Sequence[str]]) -> None:
    inp = read(path, aliases)

    assert inp.row_count == PEOPLE[path.name]
    assert inp.rejects == []


def test_roster_skips_title_totals_and_signature(aliases: Mapping[str, Sequence[str]]) -> None:
    inp = read(EXAMPLES / "花名册.xlsx", aliases)

    rows = cleaned(inp)

    assert inp.sheet == "花名册"
    assert [(row.row, row.kind) for row in inp.skipped] == [(64, "totals"), (65, "footer")]
    assert all(row["id_number_code"] is None for row in rows)
    names = {row["name_clean"] for row in rows}
    assert {"𠮷大山", "买买提·艾力", "刘䶮", "单青", "欧阳素芳"} <= names


def test_old_excel_gives_serial_days_and_names_the_two_bad_numbers(
    aliases: Mapping[str, Sequence[str]],
) -> None:
    rows = cleaned(read(EXAMPLES / "火化名单.xls", aliases))

    codes = {row["source_row"]: row["id_number_code"] for row in rows if row["id_number_code"]}
    assert codes == {11: "ID_EMPTY", 14: "ID_CHECKSUM"}
    assert {row["event_on_value"].strftime("%Y-%m") for row in rows} == {"2024-05"}
    assert len(rows[1]["id_number"]) == 15
    assert len(rows[1]["id_number_text"]) == 18


def test_merged_head_and_encodings_give_clean_days(aliases: Mapping[str, Sequence[str]]) -> None:
    prison = cleaned(read(EXAMPLES / "监狱服刑.xlsx", aliases))
    trips = cleaned(read(EXAMPLES / "铁路出行.csv", aliases))
    deaths = cleaned(read(EXAMPLES / "卫健死亡.csv", aliases))

    assert all(row["sentence_from_value"] < row["sentence_until_value"] for row in prison)
    assert all(row["event_on_value"] and row["id_number_key"] for row in trips + deaths)


def test_ruined_numbers_are_refused_row_by_row(aliases: Mapping[str, Sequence[str]]) -> None:
    rows = cleaned(read(EXAMPLES / "身份证被Excel破坏.xlsx", aliases))

    assert [(row["source_row"], row["id_number_code"]) for row in rows] == [
        (n, "ID_SCIENTIFIC") for n in (2, 3, 4, 5)
    ]


@pytest.mark.parametrize("path", LISTS, ids=lambda path: path.stem)
def test_cut_at_every_64th_byte(path: Path, tmp_path: Path, aliases: Mapping[str, Sequence[str]]) -> None:
    whole = path.read_bytes()
    target = tmp_path / path.name
    for cut in range(0, len(whole), 64):
        target.write_bytes(whole[:cut])
        try:
            inp = read(target, aliases)
        except DomainError as refused:
            assert isinstance(refused, InputRefused), cut
        else:
            # Only text can be cut between two lines and still be a list; a shorter one is never longer.
            assert path.suffix == ".csv", cut
            assert inp.row_count is not None
            assert inp.row_count <= PEOPLE[path.name]


def test_the_files_are_made_again_byte_for_byte(tmp_path: Path) -> None:
    if importlib.util.find_spec("xlwt") is None:
        pytest.skip("xlwt, which writes the old .xls, is not installed")
    from scripts.make_examples import make

    make(tmp_path)

    # Parquet carries the version of its writer.
    texts = [path for path in LISTS if path.suffix != ".parquet"]
    assert [path.name for path in texts if path.read_bytes() != (tmp_path / path.name).read_bytes()] == []
