"""`jubao serve` as a user starts it: a new system, a killed database, a killed worker, an orderly end, a second start."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from jubao.database.embedded import Cluster

PATIENCE_SECONDS = 90


@pytest.fixture
def start(folder: Path) -> Iterator[Callable[[], Site]]:
    """Starts the site; whatever happens, it does not outlive the test."""
    sites: list[Site] = []

    def started() -> Site:
        sites.append(Site(folder))
        return sites[-1]

    yield started
    for site in sites:
        if site.process.poll() is None:
            site.end()


@pytest.fixture
def folder() -> Iterator[Path]:
    path = Path(tempfile.mkdtemp(prefix="jubao-serve-"))
    path.chmod(0o755)
    yield path
    Cluster(path).stop(mode="immediate")
    shutil.rmtree(path, ignore_errors=True)


class Site:
    """A running `jubao serve`."""

    def __init__(self, folder: Path) -> None:
        with socket.socket() as trial:
            trial.bind(("127.0.0.1", 0))
            self.port = trial.getsockname()[1]
        self.folder = folder
        environment = {name: value for name, value in os.environ.items() if name != "JUBAO_DATABASE_URL"}
        self.process = subprocess.Popen(
            [sys.executable, "-c", "from jubao.commands.main import main; main()", "serve",
             "--port", str(self.port), "--processes", "1"],
            env=environment | {"JUBAO_DATA_DIR": str(folder)},
            stdout=(folder / "out").open("w"), stderr=subprocess.STDOUT,
        )  # fmt: skip

    def state(self) -> dict[str, Any]:
        """What /readyz says; empty while nothing answers."""
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/readyz", timeout=10) as answer:
                found: dict[str, Any] = json.load(answer)
                return found
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return {}

    def wait_for(self, condition: Callable[[], bool]) -> None:
        """Until `condition` holds; fails with what the program said."""
        until = time.monotonic() + PATIENCE_SECONDS
        while not condition():
            assert self.process.poll() is None and time.monotonic() < until, self.said()
            time.sleep(0.2)

    def said(self) -> str:
        return (self.folder / "out").read_text(encoding="utf-8")

    def is_whole(self) -> bool:
        """Ready, with a worker that beats."""
        state = self.state()
        return bool(state.get("ready") and state["worker"]["ok"])

    def end(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE_SECONDS)


def worker_of(site: Site) -> int:
    """The process of the worker; 0 while there is none."""
    children = (
        Path(f"/proc/{site.process.pid}/task/{site.process.pid}/children").read_text(encoding="ascii").split()
    )
    found = [pid for pid in children if Path(f"/proc/{pid}/cmdline").read_bytes().endswith(b"\0worker\0")]
    return int(found[0]) if found else 0


def test_it_comes_up_heals_itself_and_ends_in_order(folder: Path, start: Callable[[], Site]) -> None:
    site = start()
    site.wait_for(site.is_whole)
    assert f"http://127.0.0.1:{site.port}/workbench/" in site.said()
    assert str(folder) in site.said()

    former = Cluster(folder).postmaster()
    Cluster(folder).kill()
    site.wait_for(
        lambda: Cluster(folder).is_ready() and Cluster(folder).postmaster() != former and site.is_whole()
    )

    killed = worker_of(site)
    os.kill(killed, signal.SIGKILL)
    site.wait_for(lambda: worker_of(site) not in (0, killed))

    assert site.end() == 0
    assert not Cluster(folder).is_ready()

    again = start()
    again.wait_for(again.is_whole)
    again.process.kill()
    again.process.wait()
    until = time.monotonic() + PATIENCE_SECONDS
    while again.state() and time.monotonic() < until:  # its processes end with it
        time.sleep(0.2)
    assert again.state() == {}


def test_a_taken_port_is_named_before_anything_starts(folder: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        done = subprocess.run(
            [sys.executable, "-c", "from jubao.commands.main import main; main()", "serve",
             "--port", str(taken.getsockname()[1])],
            env=os.environ | {"JUBAO_DATA_DIR": str(folder)}, capture_output=True, text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 2
    assert "PORT_TAKEN" in done.stderr
    assert not (folder / "pg").exists()
