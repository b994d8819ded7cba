"""Every crash point of every money and status command: killed there, repeated, audited. None may lose or double anything.

Worked example: `resumption_decide` has 44 points; a failure names the point and what differs.
"""

from __future__ import annotations

import os

import pytest

from jubao.database.embedded import Cluster
from tests.integrity.crash_commands import COMMANDS, NOT_TRIED, TRIED
from tests.integrity.crash_points import Clones, enumerate_points


@pytest.mark.parametrize("name", sorted(COMMANDS))
def test_no_crash_point_loses_or_doubles_anything(name: str, test_cluster: Cluster) -> None:
    clones = Clones(test_cluster, f"copy_crash_{os.getpid()}_{name}")

    try:
        found = enumerate_points(COMMANDS[name], clones)
    finally:
        clones.drop()

    assert found["failures"] == []
    assert found["points"] >= 3


def test_every_step_with_an_effect_has_its_trial() -> None:
    from jubao.services.case_kinds import kinds

    steps = {
        (name, action)
        for name, kind in kinds().items()
        if not name.startswith("test_")
        for action in (*kind.effects, *kind.prepares)
    }

    assert steps == {*TRIED, *NOT_TRIED}
    assert set(TRIED.values()) <= set(COMMANDS)
