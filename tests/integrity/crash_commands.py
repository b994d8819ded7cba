"""All commands whose every crash point is tried, by name; each module says what its commands need.

Worked example: `python -m tests.integrity.crash_points run_send` tries the points of sending a payment run.
"""

from __future__ import annotations

from tests.integrity import crash_benefits, crash_contributions, crash_ledger, crash_payments
from tests.integrity.crash_points import Command

COMMANDS: dict[str, Command] = {
    **crash_ledger.COMMANDS,
    **crash_contributions.COMMANDS,
    **crash_benefits.COMMANDS,
    **crash_payments.COMMANDS,
}
