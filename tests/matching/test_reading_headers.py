"""Headers: what is missing and what to type, --map, groups, repeated columns, codes of the provincial system."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from jubao.kernel.errors import InputRefused, WrongUsage
from tests.matching.corners import GOOD
from tests.matching.lists import read, rows, written


def test_missing_column_names_what_was_seen_and_what_to_type(tmp_path: Path) -> None:
    path = written(tmp_path, [["标题"], ["序号", "人员", "证件", "时间"], [1, "张三", GOOD, "2024-05-17"]])

    with pytest.raises(InputRefused) as caught:
        read(path, required=["id_number", "name"])

    assert caught.value.code == "COLUMN_MISSING"
    assert caught.value.exit_code == 3
    assert "身份证号码（id_number）、姓名（name）" in caught.value.message
    assert "第 2 行：序号、人员、证件、时间" in caught.value.message
    assert '--map "证件=id_number"' in caught.value.remedy
    assert '--map "人员=name"' in caught.value.remedy
    assert rows(read(path, mapping={"证件": "id_number", "人员": "name"}), "name") == [("张三",)]


def test_one_of_a_group_is_enough(tmp_path: Path) -> None:
    path = written(tmp_path, [["个人编号", "金额"], ["001", 5]])
    options = {"required": [], "any_of": [["personal_number", "id_number"]]}

    assert rows(read(path, **options), "personal_number") == [("001",)]
    with pytest.raises(InputRefused) as caught:
        read(written(tmp_path, [["金额"], [5]]), **options)
    assert "个人编号（personal_number）或身份证号码（id_number）" in caught.value.message


@pytest.mark.parametrize(
    ("mapping", "code"),
    [
        ({"没有": "id_number"}, "MAP_COLUMN_UNKNOWN"),
        ({"姓名": "naam"}, "MAP_NAME_UNKNOWN"),
        ({"姓名": "name", "证件号码": "name"}, "MAP_NAME_TWICE"),
        ({"没有": "reason"}, "MAP_COLUMN_UNKNOWN"),
    ],
)
def test_wrong_map_is_wrong_usage(tmp_path: Path, mapping: dict[str, str], code: str) -> None:
    path = written(tmp_path, [["姓名", "证件号码"], ["张三", GOOD]])

    with pytest.raises(WrongUsage) as caught:
        read(path, mapping=mapping)

    assert caught.value.code == code


def test_map_stands_before_every_alias(tmp_path: Path) -> None:
    path = written(tmp_path, [["身份证号码", "证件号码", "姓名"], ["x", GOOD, "张三"]])

    assert rows(read(path, mapping={"证件号码": "id_number"}), "id_number") == [(GOOD,)]
    plain = read(path)
    assert rows(plain, "id_number") == [("x",)]
    assert any("“身份证号码”和“证件号码”都可作 id_number" in note for note in plain.notes)


def test_several_persons_in_a_row_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, [["姓名", "身份证号码", "姓名", "身份证号码"], ["张三", GOOD, "李四", GOOD]])

    with pytest.raises(InputRefused) as caught:
        read(path)

    assert caught.value.code == "COLUMN_DUPLICATED"
    assert "一人一行" in caught.value.remedy


def test_unknown_columns_pass_through_under_their_own_names(tmp_path: Path) -> None:
    path = written(tmp_path, [["身份证号码", "备注", None, "备注"], [GOOD, "a", "b", "c"]])
    inp = read(path)

    assert inp.passthrough == ["身份证号码", "备注", "第3列", "备注_2"]
    with duckdb.connect() as con:
        found = con.execute(f'SELECT "备注", "备注_2" FROM ({inp.scan_sql(con, extras=True)})').fetchall()
    assert found == [("a", "c")]


def test_codes_of_the_provincial_system_are_headers(tmp_path: Path) -> None:
    assert read(written(tmp_path, [["AAC002"], [GOOD]])).headers == {"id_number": "AAC002"}
