"""Which worker of xdist runs what: a file at a time, the longest first, the crash trials one by one at the end.

Worked example: with `-n 2 --dist loadfile` one worker begins with the demo districts, the other with the month in the browser;
when the files are used up, both take crash trials of a few seconds each, so that they end together. xdist by itself begins with
the files of the most tests and would leave one worker alone with a long file of three.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from xdist.scheduler import LoadFileScheduling

ONE_BY_ONE = "tests/integrity/test_crash_points.py"
"""Nothing is shared by its tests but a process that each worker may start for itself."""
LONGEST_FIRST = (
    "tests/demo_system/",
    "tests/web/test_claim_free_month.py",
    "tests/portal/test_in_the_browser.py",
    "tests/web/test_claim_free_counter.py",
    "tests/integrity/test_sabotage.py",
    "tests/integrity/test_payment_pairs.py",
    "tests/database/",
    "tests/web/",
    "tests/tidy/",
    "tests/integrity/test_two_hats.py",
)


def rank(unit: str) -> int:
    """The place of a file, or of one crash trial, in the order; the smaller, the earlier."""
    if unit.startswith(ONE_BY_ONE):
        return len(LONGEST_FIRST) + 1
    return next(
        (at for at, prefix in enumerate(LONGEST_FIRST) if unit.startswith(prefix)), len(LONGEST_FIRST)
    )


def unit_of(nodeid: str) -> str:
    """What is never divided between two workers: a file, or one crash trial."""
    return nodeid if nodeid.startswith(ONE_BY_ONE) else nodeid.split("::", 1)[0]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> LoadFileScheduling | None:
    """Our order for `--dist loadfile`; every other way of distributing stays xdist's own."""
    if config.getoption("dist") != "loadfile":
        return None
    from xdist.scheduler import LoadFileScheduling

    class LongestFirst(LoadFileScheduling):
        """Files as xdist gives them out, in our order."""

        def _split_scope(self, nodeid: str) -> str:
            return unit_of(nodeid)

        def _assign_work_unit(self, node: Any) -> None:
            self.workqueue.move_to_end(min(self.workqueue, key=rank), last=False)
            super()._assign_work_unit(node)

    return LongestFirst(config, log)
