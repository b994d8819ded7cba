"""The commands that a README shows, run for real: `python -m scripts.readme_runs README.md` prints what each answers now.

A fenced block opened with ```` ```console ```` holds lines `$ jubao …` or `$ head -N FILE`, under each what it printed.
Seconds differ from run to run and are masked; a line `…` in the page stands for any lines left out.
Example: `agrees(["a", "…", "d"], "a\\nb\\nd")`.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"^```console\n(.*?)^```", re.DOTALL | re.MULTILINE)
SECONDS = re.compile(r"\d+\.\d+ ?秒")
LEFT_OUT = "…"


@dataclass(frozen=True)
class Shown:
    """One command of a page and the lines under it."""

    command: str
    lines: tuple[str, ...]


def shown(page: str) -> list[Shown]:
    """Every command of the page; a line ending with a backslash goes on in the next."""
    found = []
    for block in BLOCK.findall(page):
        for part in re.split(r"^\$ ", block.replace("\\\n", " "), flags=re.MULTILINE)[1:]:
            command, *lines = part.rstrip("\n").split("\n")
            found.append(Shown(" ".join(command.split()), tuple(lines)))
    return found


@contextlib.contextmanager
def standing_in(folder: Path) -> Iterator[None]:
    """Run with `folder` as the working directory and its link to the examples."""
    before = Path.cwd()
    link = folder / "examples"
    if not link.exists():
        link.symlink_to(ROOT / "examples")
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def answer(command: str) -> str:
    """What the command prints, both streams in the order written. Raises ValueError for a command that is neither."""
    program, *words = shlex.split(command)
    if program == "head" and words[0].startswith("-"):
        lines = Path(words[1]).read_text(encoding="utf-8-sig").splitlines()
        return "\n".join(lines[: int(words[0][1:])])
    if program != "jubao":
        raise ValueError(f"a page shows jubao and head only: {command}")
    from jubao.commands.main import run

    printed = io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        run(words)
    return printed.getvalue().rstrip("\n")


def agrees(lines: tuple[str, ...] | list[str], real: str) -> bool:
    """Whether the lines shown are what was printed, apart from seconds and lines left out."""
    parts = [
        LEFT_OUT if line.strip() == LEFT_OUT else re.escape(SECONDS.sub("秒", line.rstrip()))
        for line in lines
    ]
    pattern = "\n".join(parts).replace(f"\n{LEFT_OUT}", r"(?:\n.*)*?").replace(f"{LEFT_OUT}\n", r"(?:.*\n)*?")
    printed = "\n".join(line.rstrip() for line in SECONDS.sub("秒", real).splitlines())
    return re.fullmatch(pattern, printed) is not None


def main(pages: list[str]) -> int:
    """Print what every command of the pages answers now."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder, standing_in(Path(folder)):
        for one in shown("\n".join((ROOT / page).read_text(encoding="utf-8") for page in pages)):
            real = answer(one.command)
            print(f"$ {one.command}\n{real}\n{'' if agrees(one.lines, real) else '^^^ differs'}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
