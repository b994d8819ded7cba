"""Fixtures of the policy tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from jubao.policy import forget_packs
from tests.policy.mini import Mini


@pytest.fixture
def mini(tmp_path: Path) -> Iterator[Mini]:
    """Two sound made-up packs in a folder of their own."""
    yield Mini(tmp_path / "packs")
    forget_packs()
