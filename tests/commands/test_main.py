"""The program itself: whatever goes wrong is one line and an exit code, never a traceback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import typer

from jubao.commands import main
from tests.acceptance.blackbox import run


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (["nosuch"], "nosuch"),
        (["compare", "--nosuch"], "--nosuch"),
        (["policy", "show"], "pack"),
        (["pension"], "--region"),
    ],
)
def test_wrong_words_are_exit_2_and_named(words: list[str], named: str) -> None:
    done = run(*words)

    assert done.code == 2
    assert named in done.err and "Traceback" not in done.err


def test_without_a_command_the_overview_is_shown() -> None:
    done = run()

    assert done.code == 2
    assert all(name in done.out + done.err for name in main.COMMANDS)


@pytest.mark.parametrize("command", main.COMMANDS)
def test_every_command_explains_itself_with_an_example(command: str) -> None:
    done = run(command, "--help")

    assert done.code == 0
    assert "例" in done.out


def test_a_programming_error_leaves_a_log_and_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise ZeroDivisionError("made for the test")

    monkeypatch.setattr(typer.Typer, "__call__", broken)

    done = run("compare")

    assert done.code == 1 and "Traceback" not in done.err
    log = Path(done.err.split("请把 ")[1].split(" 交给")[0])
    assert "made for the test" in log.read_text("utf-8")


def test_one_command_does_not_load_the_others() -> None:
    program = (
        "import sys; from jubao.commands.main import run; run(['trace', '--help']);"
        " print('jubao.commands.compare' in sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert done.stdout.splitlines()[-1] == "False"


def test_a_run_leaves_nothing_in_the_folder_it_was_called_from() -> None:
    from jubao.matching.engines import connect, spill_folder

    with connect() as con:
        place = con.execute("SELECT current_setting('temp_directory')").fetchone()

    assert place == (spill_folder(),)
    assert Path(spill_folder()).stat().st_mode & 0o077 == 0
