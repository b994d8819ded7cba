"""Every crash point of every money and status command: killed there, repeated, audited. None may lose or double anything.

Worked example: `resumption_decide` has 44 points; a failure names the point and what differs.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from jubao.database.embedded import Cluster
from tests.integrity.crash_commands import COMMANDS, NOT_TRIED, TRIED
from tests.integrity.crash_points import stretches
from tests.tidy.repository import ROOT


@pytest.fixture(scope="module")
def enumerated(
    test_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str], dict[str, Any]]]:
    """Points and failures of a command, from one process for all: this one may have threads, which its children would lack."""
    said = tmp_path_factory.mktemp("crash") / "errors"
    program = [sys.executable, "-m", "tests.integrity.crash_points", "-"]
    with (
        said.open("w") as errors,
        subprocess.Popen(
            program, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors, text=True
        ) as trials,
    ):
        assert trials.stdin is not None and trials.stdout is not None
        asked, answers = trials.stdin, trials.stdout

        def ask(name: str) -> dict[str, Any]:
            assert trials.poll() is None, said.read_text(encoding="utf-8")
            asked.write(f"{name}\n")
            asked.flush()
            line = answers.readline()
            assert line, said.read_text(encoding="utf-8")
            return dict(json.loads(line))

        yield ask
        asked.close()


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_no_crash_point_loses_or_doubles_anything(
    name: str, enumerated: Callable[[str], dict[str, Any]]
) -> None:
    found = enumerated(name)

    assert found["failures"] == []
    assert found["command"] == name and found["points"] >= 3
    assert found["points"] >= found["deaths"] >= found["states"] >= 2


def test_points_that_leave_the_same_make_a_stretch() -> None:
    assert stretches([(0, "a"), (0, "a"), (0, "b"), (1, "b"), (1, "b")]) == [
        ([1, 2], "a"),
        ([3], "b"),
        ([4, 5], "b"),
    ]


def test_every_step_with_an_effect_has_its_trial() -> None:
    from jubao.services.cases.kinds import kinds

    steps = {
        (name, action)
        for name, kind in kinds().items()
        if not name.startswith("test_")
        for action in (*kind.effects, *kind.prepares)
    }

    assert steps == {*TRIED, *NOT_TRIED}
    assert set(TRIED.values()) <= set(COMMANDS)
