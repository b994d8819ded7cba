"""Files that must not be believed: bombs, lies, cuts, passwords, pictures. Refused by name, at once, in little memory.

F24, F27, F29, F30, F31 of the integrity list. Nothing here may end in a traceback: every refusal is an InputRefused.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from jubao.kernel.errors import DomainError, InputRefused
from jubao.matching.reading import open_input
from jubao.matching.reading_input import Input
from tests.matching.bombs import (
    BOMBS,
    bomb_far_corner,
    bomb_lying,
    bomb_picture,
    bomb_plain,
    bomb_strings,
    rezipped,
    workbook,
)
from tests.matching.corners import GOOD

ALIASES = {
    "id_number": ("身份证号码", "公民身份号码"),
    "name": ("姓名",),
    "event_on": ("死亡日期", "日期"),
    "register_place": ("住址",),
}


def read(path: Path, **options: Any) -> Input:
    return open_input(
        path,
        aliases=ALIASES,
        required=["id_number"],
        optional=["name", "event_on", "register_place"],
        **options,
    )


def refusal(path: Path, **options: Any) -> DomainError:
    with pytest.raises(InputRefused) as caught:
        read(path, **options)
    assert caught.value.exit_code == 3
    assert caught.value.message
    assert caught.value.remedy
    return caught.value


@pytest.mark.parametrize("make", BOMBS)
def test_bombs_are_refused_by_name(tmp_path: Path, make: Callable[[Path], Path]) -> None:
    path = make(tmp_path)

    refused = refusal(path)

    assert refused.code == BOMBS[make]


def test_bombs_fit_into_256_megabytes(tmp_path: Path) -> None:
    paths = [make(tmp_path) for make in (bomb_plain, bomb_lying, bomb_strings, bomb_far_corner, bomb_picture)]
    # The folders share the names of intermediate files, never those of the bombs.
    program = (
        "import re, sys\n"
        "from jubao.kernel.errors import InputRefused\n"
        "from jubao.matching.reading import open_input\n"
        "for path in sys.argv[1:]:\n"
        "    try:\n"
        "        open_input(path, aliases={}, required=['id_number'])\n"
        "        sys.exit(f'{path} was read')\n"
        "    except InputRefused:\n"
        "        pass\n"
        # Not ru_maxrss: a child inherits the peak of the process that started it.
        "print(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])\n"
    )

    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, paths)], capture_output=True, text=True, check=True
    )

    assert int(done.stdout) < 256 * 1024


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("空.csv", b"", "FILE_EMPTY"),
        ("图片.csv", b"\xff\xd8\xff\xe0" + bytes(100), "FILE_PICTURE"),
        ("文件.csv", b"%PDF-1.7\n", "FILE_PDF"),
        ("名单.csv", b"\x1f\x8b\x08\0" + bytes(50), "FILE_ARCHIVE"),
        ("名单.xls", b"Rar!\x1a\x07\0" + bytes(50), "FILE_ARCHIVE"),
        ("名单.xls", "<html><table><tr><td>姓名".encode("gbk"), "FILE_MARKUP"),
        ("名单.xls", b'\xef\xbb\xbf<?xml version="1.0"?><Workbook>', "FILE_MARKUP"),
        ("名单.dat", bytes(range(1, 32)) * 40, "FILE_UNKNOWN"),
        ("名单.csv", "姓名,身份证号码\n".encode("utf-16-le"), "ENCODING_UTF16_WITHOUT_BOM"),
        ("名单.csv", "姓名,身份证号码\n".encode("utf-32"), "ENCODING_UTF32"),
        ("名单.csv", b"\xff\xfe" + "姓名,身份证号码\n".encode("utf-16-le") + b"\x01", "FILE_TRUNCATED"),
        ("名单.parquet", b"PAR1" + bytes(100), "FILE_TRUNCATED"),
        ("名单.parquet", b"PAR1" + bytes(100) + b"PAR1", "FILE_DAMAGED"),
        ("名单.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "FILE_TRUNCATED"),
        ("名单.xlsx", b"PK\x03\x04" + bytes(100), "FILE_TRUNCATED"),
        ("名单.csv", b"\n\n  \n", "COLUMN_MISSING"),
    ],
)
def test_what_is_no_list_is_refused_by_name(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)

    assert refusal(path).code == code


def test_other_office_files_are_named(tmp_path: Path) -> None:
    for part, word in (
        ("word/document.xml", "Word"),
        ("xl/workbook.bin", "xlsb"),
        ("content.xml", "OpenDocument"),
    ):
        path = tmp_path / "名单.xlsx"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr(part, "<x/>")

        assert word in refusal(path).message


def test_password_protected_workbook_is_refused_by_name(tmp_path: Path) -> None:
    ooxml = pytest.importorskip("msoffcrypto.format.ooxml")
    plain, locked = workbook(tmp_path / "plain.xlsx"), tmp_path / "加密.xlsx"
    with plain.open("rb") as source, locked.open("wb") as target:
        ooxml.OOXMLFile(source).encrypt("secret", target)

    refused = refusal(locked)

    assert refused.code == "FILE_ENCRYPTED"
    assert "密码" in refused.message


def test_macros_and_links_are_named_and_left_alone(tmp_path: Path) -> None:
    parts = {"xl__vbaProject": b"macro", "xl__externalLinks__externalLink1.xml": b"<externalLink/>"}
    path = rezipped(workbook(tmp_path / "a.xlsx"), tmp_path / "名单.xlsm", **parts)

    inp = read(path)

    assert inp.row_count == 5
    assert {"文件含宏，没有运行。", "文件含指向其他文件的链接，没有访问。"} <= set(inp.notes)


def test_missing_file_and_folder_are_refused(tmp_path: Path) -> None:
    assert refusal(tmp_path / "没有.csv").code == "FILE_MISSING"
    assert refusal(tmp_path).code == "FILE_MISSING"


CSV = "姓名,身份证号码,死亡日期,住址\n" + "".join(
    f'张三{i},50990119630815{i:04d},2024-05-17,"甲镇,{i}号"\n' for i in range(6)
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_a_list_cut_at_any_byte_is_refused_or_loses_nothing_in_silence(tmp_path: Path, encoding: str) -> None:
    whole = CSV.encode(encoding)
    path = tmp_path / "名单.csv"
    header_end = len(CSV.split("\n")[0].encode(encoding))
    for cut in range(header_end + 2, len(whole)):
        path.write_bytes(whole[:cut])
        try:
            inp = read(path)
        except InputRefused as refused:
            assert refused.code in ("FILE_TRUNCATED", "COLUMN_MISSING", "ENCODING_UNKNOWN"), cut
            continue
        text = whole[:cut].decode(encoding)
        complete = text.count("\n") - 1
        assert inp.row_count is not None
        if text.endswith("\n"):
            assert inp.row_count == complete
        else:
            # All cells are there, perhaps not the end of the last one: the list is read, the doubt is said.
            assert inp.row_count == complete + 1
            assert any("没有换行符" in note for note in inp.notes)


@pytest.mark.parametrize("kind", ["xlsx", "parquet"])
def test_a_binary_list_cut_anywhere_is_refused(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"名单.{kind}"
    if kind == "xlsx":
        workbook(path)
    else:
        duckdb = pytest.importorskip("duckdb")
        duckdb.sql(f"COPY (SELECT '{GOOD}' AS 身份证号码 FROM range(50)) TO '{path}' (FORMAT parquet)")
    whole = path.read_bytes()
    for cut in range(4, len(whole), 64):
        path.write_bytes(whole[:cut])

        assert refusal(path).code in ("FILE_TRUNCATED", "FILE_DAMAGED")


def test_no_random_bytes_end_in_a_traceback(tmp_path: Path) -> None:
    path = workbook(tmp_path / "名单.xlsx")
    whole, source = path.read_bytes(), random.Random(20240531)
    for _round in range(300):
        data = bytearray(whole if source.random() < 0.7 else source.randbytes(source.randrange(1, 400)))
        for _change in range(source.randrange(1, 8)):
            data[source.randrange(len(data))] = source.randrange(256)
        path.write_bytes(data)
        try:
            read(path)
        except DomainError as refused:
            assert refused.exit_code == 3


def test_a_line_of_ten_megabytes_is_rejected_in_bounded_memory(tmp_path: Path) -> None:
    path = tmp_path / "名单.csv"
    path.write_text(
        f"姓名,身份证号码\n张三,{GOOD}\n" + "x" * (10 << 20) + f"\n李四,{GOOD}\n", encoding="utf-8"
    )
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    inp = read(path)

    assert [(reject.row, reject.rule) for reject in inp.rejects] == [(3, "LINE_TOO_LONG")]
    assert inp.row_count == 2
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 * 1024
