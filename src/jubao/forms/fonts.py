"""The one font of all printed forms and which characters it has, so that a rare name never prints as a silent box.

Example::

    >>> unprintable("张桂芳"), unprintable("王\\U0002fa1e")
    ((), ('\\U0002fa1e',))
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

FONT_FOLDER = Path(str(find_spec("manimgx_fonts_cjk").origin)).parent  # type: ignore[union-attr]
FAMILY = "Noto Sans CJK SC"
_FULL_UNICODE = ((3, 10), (0, 4), (0, 6))
"""Platform and encoding of the tables that reach beyond the first 65 536 characters."""


@lru_cache(maxsize=1)
def ranges() -> tuple[tuple[int, int], ...]:
    """First and last code of each run of characters that the font has, in order."""
    found: list[tuple[int, int]] = []
    for path in sorted(FONT_FOLDER.glob("*.ttc")):
        found.extend(_read(path.read_bytes()))
    return tuple(sorted(set(found)))


@lru_cache(maxsize=4096)
def has(character: str) -> bool:
    """Whether the font has a glyph for the character."""
    code = ord(character)
    return character in "\n\t" or any(first <= code <= last for first, last in ranges())


def unprintable(value: Any) -> tuple[str, ...]:
    """The characters of a text, list or mapping that the font lacks, each once, sorted."""
    return tuple(sorted({c for text in _texts(value) for c in set(text) if not has(c)}))


def replaced(value: Any) -> Any:
    """The same value with every character the font lacks written as its code, `〔U+2FA1E〕`, to be filled in by hand."""
    if isinstance(value, str):
        return "".join(c if has(c) else f"〔U+{ord(c):04X}〕" for c in value)
    if isinstance(value, dict):
        return {key: replaced(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [replaced(each) for each in value]
    return value


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from _texts(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _texts(each)


def _read(data: bytes) -> list[tuple[int, int]]:
    """The characters of the first font of a collection; the faces of one collection cover the same characters."""
    font = struct.unpack(">I", data[12:16])[0] if data[:4] == b"ttcf" else 0
    for i in range(struct.unpack(">H", data[font + 4 : font + 6])[0]):
        tag, _sum, start, _length = struct.unpack(">4sIII", data[font + 12 + 16 * i : font + 28 + 16 * i])
        if tag == b"cmap":
            return _character_map(data, start)
    return []


def _character_map(data: bytes, start: int) -> list[tuple[int, int]]:
    count = struct.unpack(">H", data[start + 2 : start + 4])[0]
    for i in range(count):
        platform, encoding, offset = struct.unpack(">HHI", data[start + 4 + 8 * i : start + 12 + 8 * i])
        table = start + offset
        if (platform, encoding) in _FULL_UNICODE and struct.unpack(">H", data[table : table + 2])[0] == 12:
            groups = struct.unpack(">I", data[table + 12 : table + 16])[0]
            rows = struct.iter_unpack(">III", data[table + 16 : table + 16 + 12 * groups])
            return [(first, last) for first, last, _glyph in rows]
    return []
