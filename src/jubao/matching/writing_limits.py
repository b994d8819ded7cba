"""What the forms of written lists can hold.

Worked example: an xlsx sheet with a header has 1 048 575 rows of data at the most.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    pass


XLSX_ROWS = 1_048_575
