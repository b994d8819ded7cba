"""The stand-ins of other systems that `jubao demo start` runs beside the site: each a small process with a page of its own.

Worked example: beside a site on port 8000 the gateway for SMS listens on 8010, shows what it was given at
http://127.0.0.1:8010/, and the site and its worker find it in `JUBAO_SMS_URL`. A taken port is passed over for a free one.
"""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from jubao.kernel.errors import CheckFailed
from jubao.kernel.text import _
from jubao.site.server import end_with_parent

FIRST_PORT_AFTER = 10
CARD = "card"


@dataclass(frozen=True)
class Counterpart:
    """One stand-in: its process, what the site must know of it, what to tell whoever started the demo."""

    name: str
    command: tuple[str, ...]
    environment: dict[str, str]
    words: str


def counterparts(host: str, port: int, folder: Path) -> list[Counterpart]:
    """All of them for a site at this address. An address set by hand stays, and nothing is started for it."""
    found = []
    if not os.environ.get("JUBAO_CARD_URL"):
        found.append(_card(port, folder))
    if not os.environ.get("JUBAO_SMS_URL"):
        found.append(_sms(host, port, folder))
    if not (os.environ.get("JUBAO_FACE_URL") or os.environ.get("JUBAO_FACE")):
        found.append(_face(port))
    return found


def _card(port: int, folder: Path) -> Counterpart:
    """The demo's people have their cards in this system's own file; the site knows of them what it is told over HTTP."""
    own, key = free_port(port + FIRST_PORT_AFTER + 2), secrets.token_urlsafe(24)
    address = f"http://127.0.0.1:{own}"
    command = (
        sys.executable, "-m", "jubao.demo.counterparts.card_system", "--port", str(own), "--key", key,
        "--store", str(folder / "card-system.sqlite"),
    )  # fmt: skip
    words = _("社保卡管理系统（演示，卡是虚构的）：{address}/").format(address=address)
    return Counterpart(CARD, command, {"JUBAO_CARD_URL": address, "JUBAO_CARD_KEY": key}, words)


@contextmanager
def running(one: Counterpart) -> Iterator[None]:
    """One stand-in up, for as long as the demo is prepared, with what the processes must know of it in the environment."""
    process = subprocess.Popen(one.command, env=os.environ | one.environment, preexec_fn=end_with_parent)
    former = {name: os.environ.get(name) for name in one.environment}
    try:
        _wait_for(one, process)
        os.environ.update(one.environment)
        yield
    finally:
        for name, value in former.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        process.terminate()
        process.wait()


def _wait_for(one: Counterpart, process: subprocess.Popen[bytes]) -> None:
    address = next(value for value in one.environment.values() if value.startswith("http"))
    while process.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=5).close()
            return
        except OSError:
            time.sleep(0.05)
    raise CheckFailed("COUNTERPART_ENDED", _("演示用的对方系统没有启动：{name}").format(name=one.name))


def _face(port: int) -> Counterpart:
    """People with a reference photo are compared by the reference verifier where it is installed, the others go to this page."""
    own, secret = free_port(port + FIRST_PORT_AFTER + 1), secrets.token_urlsafe(24)
    address = f"http://127.0.0.1:{own}"
    command = (
        sys.executable, "-m", "jubao.demo.counterparts.face_service", "--port", str(own), "--secret", secret,
    )  # fmt: skip
    ways = "reference,http" if find_spec("dlib") else "http"
    words = _("实人认证（演示，由您选择结果）：{address}/").format(address=address)
    environment = {"JUBAO_FACE": ways, "JUBAO_FACE_URL": address, "JUBAO_FACE_SECRET": secret}
    return Counterpart("face", command, environment, words)


def _sms(host: str, port: int, folder: Path) -> Counterpart:
    own, secret = free_port(port + FIRST_PORT_AFTER), secrets.token_urlsafe(24)
    address = f"http://127.0.0.1:{own}"
    # The site answers under the names it was told; from this machine that is its loopback address.
    here = "127.0.0.1" if host in ("0.0.0.0", "::") else host
    command = (
        sys.executable, "-m", "jubao.demo.counterparts.sms_gateway", "--port", str(own), "--secret", secret,
        "--store", str(folder / "sms-gateway.sqlite"), "--callback", f"http://{here}:{port}/workbench/sms/receipts/",
    )  # fmt: skip
    words = _("短信平台（演示，只显示不发送）：{address}/").format(address=address)
    return Counterpart("sms", command, {"JUBAO_SMS_URL": address, "JUBAO_SMS_SECRET": secret}, words)


def free_port(wanted: int) -> int:
    """The port wanted, or a free one when something listens there."""
    for candidate in (wanted, 0):
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind(("127.0.0.1", candidate))
            except OSError:
                continue
            return int(trial.getsockname()[1])
    raise OSError("no free port")
