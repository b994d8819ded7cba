"""A worker of its own that drafts or sends a run in very small pieces, so that a test can kill it in the middle.

python -m tests.payments.worker draft ACTOR.json ; it prints a line after each piece; `draft in lanes` as a large run.
"""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Any
from uuid import UUID


class Told:
    """Prints a line after each piece and waits a little, so that the killer hits the middle."""

    def step(self, name: str, total: int) -> None:
        """A step begins."""
        print("step", name, flush=True)

    def advance(self, count: int) -> None:
        """A piece is done."""
        print("piece", count, flush=True)
        time.sleep(0.05)


def main() -> None:
    """Carry out one command as the actor of the file."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "jubao.site.settings"
    import django

    django.setup()
    from jubao.database.actor import Actor
    from jubao.services.payments import lanes
    from jubao.services.payments.runs import run_draft, run_send
    from tests.payments.month import DISTRICT, MONTH, NOW, TODAY

    given: dict[str, Any] = json.loads(sys.argv[2])
    actor = Actor(
        UUID(given["officer"]),
        UUID(given["person"]),
        None,
        "worker",
        given["scope"],
        frozenset(given["posts"]),
    )
    if sys.argv[1].endswith("in lanes"):
        lanes.LARGE = 1
    if sys.argv[1].startswith("draft"):
        run_draft(
            actor=actor, district_code=DISTRICT, month=MONTH, today=TODAY, progress=Told(), piece_size=2
        )
    else:
        run_send(actor=actor, run_id=UUID(given["run"]), today=TODAY, now=NOW, progress=Told(), piece_size=2)
    print("done", flush=True)


if __name__ == "__main__":
    main()
