"""What the README shows is what the program prints: each command on examples/ is run and compared, seconds masked."""

from __future__ import annotations

from pathlib import Path

import pytest

from scripts.readme_runs import agrees, answer, refreshed, shown, standing_in
from tests.tidy.repository import ROOT

PAGES = ("README.md", "README.zh-CN.md")
COMMANDS = {"compare", "pension", "extract", "interest", "policy", "trace"}


def test_commands_print_what_the_readme_shows(tmp_path: Path) -> None:
    examples = shown((ROOT / PAGES[0]).read_text(encoding="utf-8"))
    with standing_in(tmp_path):
        differing = [
            f"$ {one.command}\n{real}"
            for one in examples
            if not agrees(one.lines, real := answer(one.command))
        ]

    assert examples
    assert not differing, "\n".join(differing)


@pytest.mark.parametrize("page", PAGES)
def test_the_first_screen_names_both_commands_for_a_newcomer(page: str) -> None:
    first = (ROOT / page).read_text(encoding="utf-8").splitlines()[:12]

    assert [line.split()[1] for line in first if line.startswith("make ")] == ["demo", "test"]


@pytest.mark.parametrize("page", PAGES)
def test_the_first_run_shown_is_a_comparison_with_its_output(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")

    first = shown(text)[0]

    assert first.command.startswith("jubao compare")
    assert any("待核实" in line for line in first.lines)


@pytest.mark.parametrize("page", PAGES)
def test_every_command_is_named(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")

    assert {name for name in COMMANDS if f"jubao {name}" not in text} == set()


@pytest.mark.parametrize(
    ("lines", "real", "is_same"),
    [
        (["a", "…", "d"], "a\nb\nc\nd", True),
        (["a", "…", "d"], "a\nd", True),
        (["…", "d"], "a\nd", True),
        (["a", "…"], "a\nb", True),
        (["a"], "a\nb", False),
        (["a", "…", "d"], "a\nb\nc", False),
        (["60 行（2.0 秒）"], "60 行（13.5 秒）", True),
        (["60 行（2.0 秒）"], "61 行（2.0 秒）", False),
    ],
)
def test_lines_are_compared(lines: list[str], real: str, is_same: bool) -> None:
    assert agrees(lines, real) is is_same


def test_a_page_takes_over_what_is_printed_and_leaves_out_what_it_left_out() -> None:
    assert refreshed(["a"], "b\nc") == ["b", "c"]
    assert refreshed(["共 60 行", "…"], "共 61 行\n提示一\n提示二") == ["共 61 行", "…"]
    assert refreshed(["第一步 1.00元", "…", "合计 2.00元"], "第一步 1.50元\n别的\n合计 2.50元") == [
        "第一步 1.50元",
        "…",
        "合计 2.50元",
    ]


def test_a_page_shows_no_other_program() -> None:
    with pytest.raises(ValueError, match="jubao and head only"):
        answer("curl example.org")
