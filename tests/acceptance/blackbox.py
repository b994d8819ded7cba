"""The program seen from outside: files in, files out, exit code. Knows contracts, nothing of the inside.

Example: `run("pension", "--region", "500110", path, "-o", out)` answers a `Done` with code, out and err.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from pathlib import Path

from tests.support.cli import Done, run

__all__ = ["Done", "number", "read", "run", "write"]

WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def number(birth: str = "19500101", sequence: int = 1, area: str = "509901") -> str:
    """A made-up number with a right check digit; odd sequences are men."""
    first = f"{area}{birth}{sequence:03d}"
    return first + "10X98765432"[sum(int(d) * w for d, w in zip(first, WEIGHTS, strict=True)) % 11]


def write(path: Path, rows: Iterable[Mapping[str, object]]) -> Path:
    """A UTF-8 CSV of the rows; the header is the union of their keys in order."""
    rows = list(rows)
    header = list(dict.fromkeys(key for row in rows for key in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, header, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a written CSV, which carries a byte order mark."""
    assert path.read_bytes().startswith(b"\xef\xbb\xbf"), path
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))
