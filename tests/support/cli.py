"""Runs a command line as a user does, in this process: exit code, output, messages.

Worked example: `run("policy", "show", "寻乌").out` is what a clerk sees on the screen.
"""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import dataclass
from typing import Any

from jubao.commands import main


@dataclass(frozen=True)
class Done:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The output as JSON."""
        return json.loads(self.out)


def run(*words: object) -> Done:
    """Run one command line; never raises for an expected failure."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main.run([str(word) for word in words])
    return Done(code, out.getvalue(), err.getvalue())
