"""The commands of examples/README.md give what the page says, seconds apart."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest

from jubao.commands.main import run

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
_SECONDS = re.compile(r"[0-9]+\.[0-9] 秒")


def commands() -> list[tuple[str, str]]:
    """Command line and the line that the page shows below it."""
    text = (EXAMPLES / "README.md").read_text(encoding="utf-8").replace("\\\n", " ")
    return re.findall(r"^\$ (jubao [^\n]+)\n([^$\n][^\n]*)", text, re.MULTILINE)


@pytest.mark.parametrize(
    ("line", "shown"), commands(), ids=[line.split()[1] + str(i) for i, (line, _s) in enumerate(commands())]
)
def test_commands_of_the_page(
    line: str, shown: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "examples"
    shutil.copytree(EXAMPLES, folder)
    monkeypatch.chdir(folder)

    code = run(shlex.split(line)[1:])

    said = capsys.readouterr()
    assert code == (3 if shown.startswith("错误") else 0)
    lines = [_SECONDS.sub("秒", text) for text in (said.out + said.err).splitlines()]
    assert _SECONDS.sub("秒", shown) in lines


def test_the_page_shows_every_command() -> None:
    assert {line.split()[1] for line, _shown in commands()} == {"compare", "pension", "extract", "interest"}
