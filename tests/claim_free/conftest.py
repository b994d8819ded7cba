"""The day of the claim-free pages: March 2024, officers in office, pages of one district."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from unittest import mock

import pytest

if TYPE_CHECKING:
    from tests.support.claim_free_pages import PagesOf
    from tests.support.claim_free_world import World


@pytest.fixture
def clock(database: None) -> Iterator[mock.MagicMock]:
    """The clock stands on 2024-03-11; `.return_value` moves it."""
    from tests.support.claim_free_pages import days_of_2024

    with days_of_2024() as standing:
        yield standing


@pytest.fixture
def here(clock: mock.MagicMock) -> World:
    """A district with its officers."""
    from tests.support.claim_free_world import World

    return World()


@pytest.fixture
def desk(here: World) -> PagesOf:
    """The pages of that district."""
    from tests.support.claim_free_pages import PagesOf

    return PagesOf(here)
