"""Making files that must be refused: zip bombs, lies about sizes, entities, far corners, pictures, links out of the folder."""

from __future__ import annotations

import io
import stat
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
import xlsxwriter

from tests.matching.corners import GOOD


def workbook(path: Path, rows: int = 5) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("名单")
        sheet.write_row(0, 0, ["姓名", "身份证号码", "死亡日期"])
        for row in range(rows):
            sheet.write_row(row + 1, 0, ["张三", GOOD, "2024-05-17"])
    return path


def rezipped(source: Path, target: Path, **parts: bytes) -> Path:
    """A copy of a workbook with parts replaced or added; the keys name parts with __ for / and no extension."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            content = old.read(member)
            change = parts.pop(member.filename.rsplit(".", 1)[0].replace("/", "__"), None)
            new.writestr(member.filename, change or content)
        for name, content in parts.items():
            new.writestr(name.replace("__", "/"), content)
    return target


def deflated_zeros(megabytes: int) -> bytes:
    packer = zlib.compressobj(9)
    return b"".join(packer.compress(bytes(1 << 20)) for _ in range(megabytes)) + packer.flush()


def patched_size(path: Path, name: str, size: int) -> None:
    """Write another uncompressed size of a member into the directory of a zip."""
    data = bytearray(path.read_bytes())
    at = 0
    while (at := data.find(b"PK\x01\x02", at)) >= 0:
        length = int.from_bytes(data[at + 28 : at + 30], "little")
        if data[at + 46 : at + 46 + length] == name.encode():
            data[at + 24 : at + 28] = size.to_bytes(4, "little")
        at += 4
    path.write_bytes(data)


def bomb_plain(folder: Path) -> Path:
    content = b'<?xml version="1.0"?><worksheet>' + bytes(300 << 20)
    return rezipped(workbook(folder / "a.xlsx"), folder / "bomb.xlsx", xl__worksheets__sheet1=content)


def bomb_lying(folder: Path) -> Path:
    content = b'<?xml version="1.0"?><sst>' + b"<si><t>x</t></si>" * 4_000_000
    path = rezipped(workbook(folder / "a.xlsx"), folder / "lying.xlsx", xl__sharedStrings=content)
    patched_size(path, "xl/sharedStrings.xml", 4096)
    return path


def bomb_many_members(folder: Path) -> Path:
    path = workbook(folder / "many.xlsx")
    with zipfile.ZipFile(path, "a") as archive:
        for number in range(20_000):
            archive.writestr(f"xl/media/{number}", b"")
    return path


def bomb_strings(folder: Path) -> Path:
    strings = (
        b'<?xml version="1.0"?><sst>'
        + "".join(f"<si><t>{i}</t></si>" for i in range(1_000_000)).encode()
        + b"</sst>"
    )
    return rezipped(workbook(folder / "a.xlsx"), folder / "strings.xlsx", xl__sharedStrings=strings)


def bomb_entities(folder: Path) -> Path:
    entities = "".join(f'<!ENTITY e{i} "{f"&e{i - 1};" * 10 if i else "x" * 100}">' for i in range(9))
    content = f'<?xml version="1.0"?><!DOCTYPE x [{entities}]><sst><si><t>&e8;</t></si></sst>'.encode()
    return rezipped(workbook(folder / "a.xlsx"), folder / "entities.xlsx", xl__sharedStrings=content)


def bomb_far_corner(folder: Path) -> Path:
    path = folder / "corner.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["姓名", "身份证号码"])
        sheet.write(1_048_575, 16_383, "x")
    return path


def bomb_picture(folder: Path) -> Path:
    def chunk(kind: bytes, content: bytes) -> bytes:
        return (
            len(content).to_bytes(4, "big") + kind + content + zlib.crc32(kind + content).to_bytes(4, "big")
        )

    header = (65_000).to_bytes(4, "big") * 2 + bytes([8, 2, 0, 0, 0])
    path = folder / "名单.xlsx"
    path.write_bytes(
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"IDAT", deflated_zeros(64))
        + chunk(b"IEND", b"")
    )
    return path


def bomb_picture_inside(folder: Path) -> Path:
    return rezipped(workbook(folder / "a.xlsx"), folder / "media.xlsx", xl__media__image1=bytes(200 << 20))


def bomb_symlink(folder: Path) -> Path:
    path = workbook(folder / "link.xlsx")
    with zipfile.ZipFile(path, "a") as archive:
        link = zipfile.ZipInfo("xl/media/link.png")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    return path


def bomb_slip(folder: Path) -> Path:
    path = workbook(folder / "slip.xlsx")
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("../../outside.xml", "<x/>")
    return path


def bomb_nested(folder: Path) -> Path:
    path = folder / "nested.xlsx"
    with zipfile.ZipFile(path, "w") as archive:
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as deeper:
            deeper.writestr("x", bytes(50 << 20))
        archive.writestr("inner.zip", inner.getvalue())
    return path


def bomb_far_corner_of_old_excel(folder: Path) -> Path:
    xlwt = pytest.importorskip("xlwt")
    path = folder / "corner.xls"
    book = xlwt.Workbook()
    sheet = book.add_sheet("a")
    sheet.write(0, 0, "姓名")
    sheet.write(65_535, 255, "x")
    book.save(str(path))
    return path


BOMBS: dict[Callable[[Path], Path], str] = {
    bomb_far_corner_of_old_excel: "FILE_BOMB",
    bomb_plain: "FILE_BOMB",
    bomb_lying: "FILE_BOMB",
    bomb_many_members: "FILE_BOMB",
    bomb_strings: "FILE_BOMB",
    bomb_entities: "FILE_BOMB",
    bomb_far_corner: "FILE_BOMB",
    bomb_picture: "FILE_PICTURE",
    bomb_picture_inside: "FILE_BOMB",
    bomb_symlink: "FILE_UNSAFE",
    bomb_slip: "FILE_UNSAFE",
    bomb_nested: "FILE_ARCHIVE",
}
