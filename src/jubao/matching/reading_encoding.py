"""Which encoding a text file has: BOM, else strict UTF-8, else strict GB18030; never a guess by statistics of letters.

Statistical guessers take short GB18030 text for UTF-16. Here a file is UTF-8 if every byte agrees, or if most of its lines
with Chinese agree and a few are damaged; those few are then refused by line, never turned into question marks. Example::

    >>> sniff_encoding(Path("铁路出行.csv"))
    Encoding(codec='gb18030', has_damage=False, label='GB18030')
"""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _

PIECE = 1 << 20
_SAMPLE_LINES = 20_000
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig", "UTF-8 (BOM)"),
    (b"\xff\xfe", "utf-16", "UTF-16"),
    (b"\xfe\xff", "utf-16", "UTF-16"),
)

# Eight characters that GB18030-2000 had in the private area and the editions of 2005 and 2022 moved to Unicode.
PRIVATE_USE = str.maketrans(
    {
        0xE81E: 0x9FB4,
        0xE826: 0x9FB5,
        0xE82B: 0x9FB6,
        0xE82C: 0x9FB7,
        0xE832: 0x9FB8,
        0xE843: 0x9FB9,
        0xE854: 0x9FBA,
        0xE864: 0x9FBB,
    }
)
_PRIVATE = re.compile("[\ue815-\ue864]")


def with_public_characters(text: str) -> str:
    """The text with those characters moved; nearly always the text itself."""
    return text.translate(PRIVATE_USE) if _PRIVATE.search(text) else text


@dataclass(frozen=True)
class Encoding:
    """The codec of a file; ``has_damage`` means that some lines do not agree and must be refused one by one."""

    codec: str
    has_damage: bool
    label: str

    @property
    def errors(self) -> str:
        """How the reader decodes: damaged bytes come through as lone surrogates, which the line reader looks for."""
        return "surrogateescape" if self.has_damage else "strict"


def sniff_encoding(path: Path) -> Encoding:
    """The encoding of a text file. Raises InputRefused if it is none we read, or if it ends inside a character."""
    with path.open("rb") as stream:
        head = stream.read(4096)
    if head.startswith((b"\xff\xfe\0\0", b"\0\0\xfe\xff")):
        raise _refused(path, "ENCODING_UTF32", _("{name} 是 UTF-32 编码。"))
    for mark, codec, label in _BOMS:
        if head.startswith(mark):
            return _with_mark(path, codec, label)
    if looks_like_utf16(head):
        raise _refused(path, "ENCODING_UTF16_WITHOUT_BOM", _("{name} 像是没有 BOM 的 UTF-16 编码。"))
    if _decodes(path, "utf-8"):
        return Encoding("utf-8", False, "UTF-8")
    return _damaged_or_gb18030(path)


def looks_like_utf16(head: bytes) -> bool:
    """Whether bytes without a mark read as sensible UTF-16; text in any other encoding has no zero bytes."""
    if 0 not in head:
        return False
    for codec in ("utf-16-le", "utf-16-be"):
        text = head[: len(head) // 2 * 2].decode(codec, "replace")
        usual = sum(
            1
            for c in text
            if c in "\t\r\n" or " " <= c <= "~" or "\u4e00" <= c <= "\u9fff" or "\u3000" <= c <= "\u303f"
        )
        if usual > 0.9 * len(text):
            return True
    return False


def _refused(path: Path, code: str, message: str) -> InputRefused:
    remedy = _("请在 Excel 中另存为“CSV UTF-8”，或另存为 .xlsx 再提供。")
    return InputRefused(code, message.format(name=path.name), remedy=remedy)


def _truncated(path: Path) -> InputRefused:
    message = _("{name} 不完整：文件在一个字的中间断开。").format(name=path.name)
    return InputRefused("FILE_TRUNCATED", message, remedy=_("请重新传输或导出。"))


def _with_mark(path: Path, codec: str, label: str) -> Encoding:
    if codec == "utf-16":
        if path.stat().st_size % 2:
            raise _truncated(path)
        if not _decodes(path, codec):
            raise _refused(path, "ENCODING_UNKNOWN", _("{name} 的 UTF-16 编码有错。"))
        return Encoding(codec, False, label)
    return Encoding(codec, not _decodes(path, codec), label)


def _decodes(path: Path, codec: str) -> bool:
    """Whether the whole file agrees with a codec; raises InputRefused if only its last character is cut."""
    decoder = codecs.getincrementaldecoder(codec)()
    with path.open("rb") as stream:
        try:
            while piece := stream.read(PIECE):
                decoder.decode(piece)
        except UnicodeDecodeError:
            return False
    try:
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        if codec.startswith("utf"):
            raise _truncated(path) from error
        return False
    return True


def _damaged_or_gb18030(path: Path) -> Encoding:
    """UTF-8 with damaged lines, GB18030, or GB18030 with damaged lines, whichever most Chinese lines agree with.

    GB18030 takes almost any bytes, so a UTF-8 file with one bad line would pass as GB18030 and all its names would be
    garbage. UTF-8 takes almost nothing else, so it is asked first, line by line.
    """
    lines = _chinese_lines(path)
    utf8 = sum(_line_decodes(line, "utf-8") for line in lines)
    if utf8 * 2 > len(lines):
        return Encoding("utf-8", True, "UTF-8")
    if _decodes(path, "gb18030"):
        return Encoding("gb18030", False, "GB18030")
    gb18030 = sum(_line_decodes(line, "gb18030") for line in lines)
    if gb18030 * 2 > len(lines):
        if _ends_inside_character(path):
            raise _truncated(path)
        return Encoding("gb18030", True, "GB18030")
    raise _refused(
        path, "ENCODING_UNKNOWN", _("{name} 的编码认不出来（不是 UTF-8、GB18030，也不是带 BOM 的 UTF-16）。")
    )


def _chinese_lines(path: Path) -> list[bytes]:
    lines: list[bytes] = []
    with path.open("rb") as stream:
        while len(lines) < _SAMPLE_LINES and (line := stream.readline(PIECE)):
            if not line.isascii():
                lines.append(line)
    return lines


def _line_decodes(line: bytes, codec: str) -> bool:
    try:
        line.decode(codec)
    except UnicodeDecodeError:
        return False
    return True


def _ends_inside_character(path: Path) -> bool:
    """Whether every line but the last is sound GB18030 and the last one stops before its character does."""
    with path.open("rb") as stream:
        lines = stream.read().splitlines() if path.stat().st_size < 64 * PIECE else []
    if not lines or not all(_line_decodes(line, "gb18030") for line in lines[:-1]):
        return False
    try:
        codecs.getincrementaldecoder("gb18030")().decode(lines[-1])
    except UnicodeDecodeError:
        return False
    return True


_LOST = re.compile("\ufffd|锟斤拷|烫烫烫")


def has_lost_characters(text: str) -> bool:
    """Whether a text holds what other programs write for characters they could not read: �, 锟斤拷."""
    return bool(_LOST.search(text))


def repaired_mojibake(text: str) -> str | None:
    """What a garbled text was before it was read in a wrong encoding and saved again; None if it is not that.

    The last byte of an odd number is lost on the way, so a small part may be missing.
    """
    for wrong, right in (
        ("gb18030", "utf-8"),
        ("cp1252", "utf-8"),
        ("latin-1", "utf-8"),
        ("latin-1", "gb18030"),
    ):
        raw = text.encode(wrong, "ignore")
        repaired = raw.decode(right, "ignore")
        is_chinese = any("\u4e00" <= c <= "\u9fff" for c in repaired)
        if (
            repaired != text
            and is_chinese
            and len(repaired.encode(right)) >= 0.8 * len(text.encode(wrong, "replace"))
        ):
            return repaired
    return None
