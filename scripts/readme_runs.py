"""The commands that a README shows, run for real: `python -m scripts.readme_runs README.md` prints what each answers.

A fenced block opened with ```` ```console ```` holds lines `$ jubao …` or `$ head -N FILE`, under each what it printed.
Seconds differ from run to run and are masked; a line `…` in the page stands for any lines left out.
With `--write` the pages take over what is printed now: `python -m scripts.readme_runs --write README.md README.zh-CN.md`.
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
from difflib import get_close_matches
from itertools import pairwise
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


def refreshed(lines: tuple[str, ...] | list[str], real: str) -> list[str]:
    """The lines now printed in place of those shown; what a page left out stays left out."""
    printed = real.splitlines()
    if LEFT_OUT not in lines:
        return printed
    kept = set()
    for line in lines:
        near = get_close_matches(line, printed, n=1, cutoff=0.6)
        kept |= {printed.index(found) for found in near if line != LEFT_OUT}
    marked = [line if number in kept else LEFT_OUT for number, line in enumerate(printed)]
    return [line for before, line in pairwise(["", *marked]) if not before == line == LEFT_OUT]


def main(arguments: list[str]) -> int:
    """Print what the commands of the pages answer now; with --write put it into the pages."""
    import tempfile

    pages = [ROOT / page for page in arguments if page != "--write"]
    known: dict[str, str] = {}
    with tempfile.TemporaryDirectory() as folder, standing_in(Path(folder)):
        for page in pages:
            text = page.read_text(encoding="utf-8")
            for one in shown(text):
                real = (
                    known[one.command]
                    if one.command in known
                    else known.setdefault(one.command, answer(one.command))
                )
                print(f"$ {one.command}\n{real}\n{'' if agrees(one.lines, real) else '^^^ differs'}")
                if not agrees(one.lines, real):
                    text = text.replace("\n".join(one.lines), "\n".join(refreshed(one.lines, real)), 1)
            if "--write" in arguments:
                page.write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
