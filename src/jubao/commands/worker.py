"""`jubao worker`: background tasks (month runs, imports, messages, the nightly sealing), taken from the database.

Worked example: on a second machine `JUBAO_DATABASE_URL=… jubao worker --concurrency 2`; several workers share the queue,
and a task that was running when one was killed is taken up again.
"""

from __future__ import annotations

from typing import Annotated

import typer

from jubao.commands.system import open_system
from jubao.kernel.text import _

_WORKER = _(
    "运行后台任务，直到按 Ctrl-C。jubao serve 已带一个；任务多时可在别的机器上再开。\n\n例：jubao worker --concurrency 2"
)


def register(app: typer.Typer) -> None:
    """Add `worker` to the program."""
    app.command("worker", help=_WORKER)(worker)


def worker(
    concurrency: Annotated[int, typer.Option("--concurrency", help=_("同时做几件任务"), min=1)] = 1,
    once: Annotated[bool, typer.Option("--once", help=_("做完现有的任务就退出"))] = False,
) -> None:
    """Work through the queue."""
    open_system()
    from django.core.management import call_command

    waiting = ["--one-shot"] if once else []
    call_command("procrastinate", "worker", "--concurrency", str(concurrency), *waiting)
