"""The log of a programming error: where it happened, in full; what a database said, without the values that it quotes.

Worked example: `IntegrityError: duplicate key … (number)=(5099…)` is written as `IntegrityError: 23505 people_identitydocument
document_one_owner`; every other error keeps its message.
"""

from __future__ import annotations

import os
import tempfile
import traceback
from pathlib import Path

DATABASES = ("psycopg", "django.db", "procrastinate")


def log_of_failure(error: BaseException) -> Path:
    """Write the log into the folder for temporary files, readable by its owner only; its path."""
    handle, name = tempfile.mkstemp(prefix="jubao-error-", suffix=".log")
    with os.fdopen(handle, "w", encoding="utf-8") as log:
        log.write(described(error))
    return Path(name)


def described(error: BaseException) -> str:
    """The error and what it came from, oldest first, as Python prints them but for the values."""
    chain = [error]
    while (before := chain[-1].__cause__ or chain[-1].__context__) is not None and before not in chain:
        chain.append(before)
    return "\n".join(_one(part) for part in reversed(chain))


def _one(error: BaseException) -> str:
    frames = "".join(traceback.format_tb(error.__traceback__))
    return f"Traceback (most recent call last):\n{frames}{type(error).__name__}: {_message(error)}\n"


def _message(error: BaseException) -> str:
    if not type(error).__module__.startswith(DATABASES):
        return str(error)
    source = error if hasattr(error, "diag") else error.__cause__
    diagnosis = getattr(source, "diag", None)
    names = ("sqlstate", "table_name", "column_name", "constraint_name")
    return " ".join(str(value) for name in names if (value := getattr(diagnosis, name, None)))
