"""The running site: gunicorn, the worker, the embedded PostgreSQL and what runs beside, kept alive until somebody says stop.

Worked example: `Server(cluster, "127.0.0.1", 8000, has_worker=True).run()`; when the postmaster or a child is killed, it is
started again within seconds; SIGTERM or Ctrl-C ends everything in order.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from types import FrameType

from jubao.database.embedded import Cluster
from jubao.kernel.errors import WrongUsage
from jubao.kernel.text import _

THREADS = 8
LOOK_EVERY_SECONDS = 1.0
PATIENCE_SECONDS = 25
PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG
LEAST_LIFE_SECONDS = 3.0
PROGRAM = [sys.executable, "-c", "from jubao.commands.main import main; main()"]


class Server:
    """Starts the processes, looks after them, ends them."""

    def __init__(
        self, cluster: Cluster | None, host: str, port: int, *, processes: int, has_worker: bool,
        beside: Mapping[str, Sequence[str]] | None = None,
    ) -> None:  # fmt: skip
        self.cluster = cluster
        self.address = f"{host}:{port}"
        self.commands = {"site": self._gunicorn(processes)}
        if has_worker:
            self.commands["worker"] = [*PROGRAM, "worker"]
        self.commands |= {name: list(command) for name, command in (beside or {}).items()}
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.started_at: dict[str, float] = {}
        self.is_ending = False

    def run(self) -> None:
        """Until a signal comes."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        for name in self.commands:
            self._start(name)
        while not self.is_ending:
            time.sleep(LOOK_EVERY_SECONDS)
            self._look_after()
        self._stop_children()

    def _look_after(self) -> None:
        if self.cluster is not None and not self.cluster.is_ready() and not self.is_ending:
            print(_("数据库没有响应，正在重新启动。"), file=sys.stderr)
            self.cluster.start()
        for name, child in list(self.children.items()):
            if child.poll() is None or self.is_ending:
                continue
            if time.monotonic() - self.started_at[name] > LEAST_LIFE_SECONDS:
                print(
                    _("{name} 已退出（{code}），重新启动。").format(name=name, code=child.returncode),
                    file=sys.stderr,
                )
                self._start(name)
            elif name == "site":
                self.is_ending = True  # what cannot start at all is not tried for ever
            else:
                self.started_at[name] += (
                    LEAST_LIFE_SECONDS  # a worker that dies at once is tried again a little later
                )

    def _start(self, name: str) -> None:
        environment = os.environ | {"DJANGO_SETTINGS_MODULE": "jubao.site.settings"}
        if name == "site":
            environment["JUBAO_IMPATIENT"] = "1"
        self.children[name] = subprocess.Popen(
            self.commands[name], env=environment, start_new_session=True, preexec_fn=end_with_parent
        )
        self.started_at[name] = time.monotonic()

    def _gunicorn(self, processes: int) -> list[str]:
        return [
            sys.executable, "-m", "gunicorn", "jubao.site.wsgi:application", "--bind", self.address,
            "--worker-class", "gthread", "--workers", str(processes), "--threads", str(THREADS),
            "--timeout", "120", "--graceful-timeout", "20", "--log-level", "warning", "--no-control-socket",
            "--preload",
        ]  # fmt: skip

    def _end(self, _number: int, _frame: FrameType | None) -> None:
        self.is_ending = True

    def _stop_children(self) -> None:
        for child in self.children.values():
            if child.poll() is None:
                child.terminate()
        for child in self.children.values():
            try:
                child.wait(PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()


def end_with_parent() -> None:
    """In the child: if the program that looks after it is killed, it ends too (Linux), and a new start finds the port free."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PARENT_DEATH_SIGNAL, signal.SIGTERM)


def refuse_taken_port(host: str, port: int) -> None:
    """Say so before anything starts when something listens there already."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as error:
            raise WrongUsage(
                "PORT_TAKEN", _("不能在 {host}:{port} 上监听（{error}）。").format(
                    host=host, port=port, error=error.strerror
                ),
                remedy=_("请用 --port 换一个端口，或停掉占用它的程序。"),
            ) from error  # fmt: skip
