"""The fixture `browser` of the tests of pages (`tests.staff.browsing`); imports wait until Django is set up.

Worked example: `browser(cast.reviewer).get(reverse("grants"))` asks as the reviewer; `browser(None)` is a stranger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.staff.browsing import Browser


@pytest.fixture
def browser(database: None) -> Browser:
    """Opens browsers inside the transaction of the test."""
    from tests.staff.browsing import open_browser

    return open_browser
