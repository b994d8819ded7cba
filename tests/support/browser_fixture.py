"""The fixtures `desk` and `desk_of_run`: the live site with a browser (`tests.support.browser`).

Worked example: `def test_x(desk): page = desk.as_("500110-handler")`. Imports wait until a test asks for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from jubao.database.embedded import Cluster
    from tests.support.browser import Desk


@pytest.fixture(scope="session")
def desk_of_run(test_cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """One live site for all tests in the browser."""
    from tests.support.browser import opened_desk
    from tests.web.seed import seed_desk

    with opened_desk(test_cluster, tmp_path_factory.mktemp("desk"), seed_desk) as made:
        yield made


@pytest.fixture
def desk(desk_of_run: Desk) -> Iterator[Desk]:
    """The live site; the pages a test opened are closed behind it."""
    yield desk_of_run
    desk_of_run.close_pages()
