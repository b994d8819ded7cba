"""The fixture `cast`: the officers of the first district inside the transaction of the test (`tests.support.cast`).

Worked example: `def test_x(cast): case_open(actor=cast.intake.actor, …)`. Imports wait until Django is set up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.support.cast import Cast


@pytest.fixture
def cast(database: None) -> Cast:
    """The officers of the first district."""
    from tests.support.cast import a_cast

    return a_cast()
