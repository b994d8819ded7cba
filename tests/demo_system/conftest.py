"""A seeded demo district for the tests of a file; Django is not touched before it is set up."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from tests.support.demo_district import DemoDatabase


@pytest.fixture(scope="session")
def demo_packs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up values of the demo, as packs."""
    from tests.support.demo_district import write_demo_packs

    return write_demo_packs(tmp_path_factory.mktemp("demo") / "packs")


@pytest.fixture(scope="module")
def demo(
    test_cluster: Any, tmp_path_factory: pytest.TempPathFactory, demo_packs: Path
) -> Iterator[DemoDatabase]:
    """A seeded district in a database of its own; Django's connection leads there and sees everything."""
    from tests.support.demo_district import seeded

    with seeded(test_cluster, tmp_path_factory.mktemp("data"), demo_packs) as own:
        yield own
