"""The files of the project as the tidy checks see them: tracked ones and new ones that git does not ignore.

Example: ``files(".py", under="src")`` gives every Python file of the product; outside a git checkout (an unpacked source
archive) the folder is walked instead.
"""

from __future__ import annotations

import re
import subprocess
import zipfile
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
SKIPPED = {".git", ".venv", "__pycache__", "demo-files", "build", "dist", ".hypothesis"}


@lru_cache(maxsize=1)
def _all_files() -> tuple[Path, ...]:
    listing = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    if listing.returncode == 0:
        names = [name for name in listing.stdout.decode().split("\0") if name]
        return tuple(sorted(path for name in names if (path := ROOT / name).is_file()))
    walked = (path for path in ROOT.rglob("*") if path.is_file())
    return tuple(sorted(path for path in walked if not SKIPPED & set(path.relative_to(ROOT).parts)))


def files(*suffixes: str, under: str = "") -> list[Path]:
    """The files with one of these suffixes (all without any), in one folder of the project or in all."""
    folder = ROOT / under
    found = (path for path in _all_files() if path.is_relative_to(folder))
    return [path for path in found if not suffixes or path.suffix in suffixes]


def name(path: Path) -> str:
    """The path as messages show it."""
    return path.relative_to(ROOT).as_posix() if path.is_relative_to(ROOT) else path.name


def text(path: Path) -> str | None:
    """The text of a file, or None when it is not UTF-8 text (example inputs in GB18030, workbooks)."""
    try:
        return path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return None


def contents(path: Path) -> str:
    """Whatever can be read in a file: UTF-8 or GB18030 text, the cells of a workbook, otherwise nothing."""
    data = path.read_bytes()
    if data.startswith(b"PK"):
        with zipfile.ZipFile(path) as book:
            parts = [book.read(part) for part in book.namelist() if part.endswith((".xml", ".md", ".txt"))]
        return re.sub(r"<[^>]*>", " ", b"\n".join(parts).decode("utf-8", errors="replace"))
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    return ""


def none(found: list[str]) -> None:
    """No complaint; a failure prints all of them."""
    assert not found, "\n" + "\n".join(found)
