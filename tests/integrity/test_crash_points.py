"""Every crash point of every money and status command: killed there, repeated, audited. None may lose or double anything.

Worked example: `resumption_decide` has 44 points; a failure names the point and what differs.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from jubao.database.embedded import Cluster
from tests.integrity.crash_commands import COMMANDS, NOT_TRIED, TRIED
from tests.integrity.crash_points import Clones, enumerate_points


def enumerated(name: str, cluster: Cluster) -> dict[str, Any]:
    """Points and failures; in a process of its own where this one has threads, which its forked children would lack."""
    tasks = Path("/proc/self/task")
    if tasks.is_dir() and len(list(tasks.iterdir())) == 1:
        clones = Clones(cluster, f"copy_crash_{os.getpid()}_{name}")
        try:
            return enumerate_points(COMMANDS[name], clones)
        finally:
            clones.drop()
    program = [sys.executable, "-m", "tests.integrity.crash_points", name]
    done = subprocess.run(program, capture_output=True, text=True)
    assert done.stdout, done.stderr
    return dict(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_no_crash_point_loses_or_doubles_anything(name: str, test_cluster: Cluster) -> None:
    found = enumerated(name, test_cluster)

    assert found["failures"] == []
    assert found["points"] >= 3


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
