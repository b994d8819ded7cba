"""What the site writes about itself: where something failed, never about whom.

Worked example: an exception `duplicate key (number)=(5099…)` is logged as `IntegrityError` with the lines of code it came
through; the message, which quotes people's data, stays out. Addresses are logged without their query.
"""

from __future__ import annotations

import logging
import traceback
from types import TracebackType
from typing import Any


class Personless(logging.Formatter):
    """Time, level, logger, sentence; of an exception its kind and the lines of code, not its message."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s %(message)s")

    def formatException(  # noqa: N802 - logging's own name
        self, ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]
    ) -> str:
        """`IntegrityError at services/cases/engine.py:88 advance`, innermost last."""
        kind, _error, trace = ei
        frames = traceback.extract_tb(trace)
        lines = [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        return "\n".join([kind.__name__ if kind else "", *lines])


def logging_settings() -> dict[str, Any]:
    """Django's LOGGING: everything from WARNING up to stderr, in that form."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"personless": {"()": Personless}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "personless"}},
        "root": {"handlers": ["console"], "level": "WARNING"},
        "loggers": {
            "django": {"handlers": ["console"], "level": "WARNING", "propagate": False},
            # What a database says of a failing statement quotes the values in it.
            "django.db.backends": {"level": "ERROR"},
        },
    }
