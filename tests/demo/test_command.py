"""`jubao demo` as a newcomer types it."""

import json
from pathlib import Path

import pytest

from jubao.commands.main import run


def test_a_first_order_names_what_to_try_next(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = run(
        ["demo", "--files", str(tmp_path / "d"), "--people", "300", "--seed", "7", "--region", "360734"]
    )

    told = capsys.readouterr()
    assert code == 0
    assert "jubao compare --region 360734 --month 2026-10" in told.out
    assert {path.name for path in (tmp_path / "d").iterdir()} == {"360734", "rates.json", ".jubao-demo.json"}
    assert "Traceback" not in told.err


def test_the_commands_it_names_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    run(["demo", "--files", str(tmp_path / "d"), "--people", "300", "--region", "500110", "--format", "csv"])
    named = [line.split()[1:] for line in capsys.readouterr().out.splitlines() if line.startswith("  jubao ")]

    assert [command[0] for command in named] == ["compare", "pension", "extract", "interest"]
    for command in named:
        assert run(command) == 0


def test_four_districts_without_a_region(tmp_path: Path) -> None:
    run(["demo", "--files", str(tmp_path / "d"), "--people", "50", "--only", "roster"])

    assert sorted(path.name for path in (tmp_path / "d").iterdir() if path.is_dir()) == [
        "150404",
        "360734",
        "440523",
        "500110",
    ]


def test_rates_name_every_kind_with_its_effect(tmp_path: Path) -> None:
    run(["demo", "--files", str(tmp_path / "d"), "--people", "50", "--region", "440523", "--only", "roster"])

    rates = json.loads((tmp_path / "d" / "rates.json").read_text(encoding="utf-8"))
    assert all(each["ppm"] > 0 and each["effect"] for each in rates)
    assert len({each["kind"] for each in rates}) == len(rates) > 25


@pytest.mark.parametrize(
    ("arguments", "word"),
    [
        ([], "--files"),
        (["--people", "0"], "DEMO_SIZE"),
        (["--region", "110101"], "DEMO_REGION_UNKNOWN"),
        (["--only", "cats"], "DEMO_KIND_UNKNOWN"),
        (["--format", "pdf"], "OPTION_INVALID"),
        (["--people", "500000", "--format", "xlsx"], "DEMO_TOO_LARGE_FOR_XLSX"),
        (["--people", "500000", "--dirty-files"], "DEMO_TOO_LARGE_FOR_DIRTY_FILES"),
        (["--month", "soon"], "soon"),
    ],
)
def test_wrong_orders_end_with_one_line_and_exit_2(
    tmp_path: Path, arguments: list[str], word: str, capsys: pytest.CaptureFixture[str]
) -> None:
    files = ["--files", str(tmp_path / "d")] if arguments else []

    code = run(["demo", *files, *arguments])

    told = capsys.readouterr().err
    assert code == 2
    assert word in told and "Traceback" not in told
    assert not (tmp_path / "d").exists()
