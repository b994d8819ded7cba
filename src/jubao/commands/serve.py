"""`jubao serve`: the whole system on one machine.

Worked example: `jubao serve --port 8000` starts PostgreSQL (its data under `JUBAO_DATA_DIR`), brings it up to date, checks
it, starts site and worker and prints `http://127.0.0.1:8000/workbench/`. Ctrl-C ends all of it.
"""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from jubao.kernel.text import _

LOCAL = ("127.0.0.1", "localhost", "::1")
_SERVE = _(
    "启动整个系统：数据库、网站和后台任务，直到按 Ctrl-C。\n\n"
    "数据放在 JUBAO_DATA_DIR 指定的文件夹；设了 JUBAO_DATABASE_URL 就用那台数据库服务器。\n\n"
    "例：jubao serve --port 8000"
)


def register(app: typer.Typer) -> None:
    """Add `serve` to the program."""
    app.command("serve", help=_SERVE)(serve)


def serve(
    host: Annotated[str, typer.Option("--host", help=_("监听的地址；默认只供本机访问"))] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help=_("端口"))] = 8000,
    processes: Annotated[int, typer.Option("--processes", help=_("网站进程数（每个 8 个线程）"), min=1)] = 2,
    worker: Annotated[
        bool, typer.Option("--worker/--no-worker", help=_("是否同时运行后台任务（jubao worker）"))
    ] = True,
    incident: Annotated[
        str, typer.Option("--incident", help=_("数据库按批准退回到更早时间后第一次启动：写明批准人和原因"))
    ] = "",
) -> None:
    """Open the system, then serve it until told to stop."""
    from jubao.site.opening import describe, open_system
    from jubao.site.server import Server, refuse_taken_port
    from jubao.site.witness import refuse_rolled_back, sign_incident

    refuse_taken_port(host, port)
    now = datetime.now(UTC)
    cluster = open_system(now=now)
    if incident:
        sign_incident(incident, now=now)
    refuse_rolled_back()
    for line in describe(cluster):
        print(line)
    if host not in LOCAL and os.environ.get("JUBAO_HTTPS") != "1":
        print(
            _("注意：没有 TLS，密码会以明文经过网络。请在前面放 https 代理并设 JUBAO_HTTPS=1。"),
            file=sys.stderr,
        )
    print(
        _("网址：http://{host}:{port}/workbench/　（Ctrl-C 停止）").format(host=host, port=port), flush=True
    )
    Server(cluster, host, port, processes=processes, has_worker=worker).run()
