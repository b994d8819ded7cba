"""A gateway for SMS that sends nothing: it keeps every message, shows them on a page, gives receipts, and fails on demand.

Worked example: `python -m jubao.demo.counterparts.sms_gateway --port 8410 --secret s --callback http://127.0.0.1:8000/…/receipts/`;
`POST /messages` with our id answers 202 `{"number": "DEMO-000001"}`, the same id again gives the same number; a second later
the receipt goes to the callback. `POST /control` with `{"mode": "throttle", "times": 2}` makes the next two calls fail:
`silence` (taken, no answer), `lost` (not taken, no answer), `error` (500), `throttle` (429), `reject` (422), `mute` (no receipt).
Numbers that end with 0404 do not exist: their receipt says failed.
"""

from __future__ import annotations

import argparse
import html
import json
import socket
import sqlite3
import threading
import time
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from zoneinfo import ZoneInfo

from jubao.kernel.signatures import SIGNATURE_HEADER, TIMESTAMP_HEADER, is_signed, signed_headers
from jubao.kernel.text import _

MODES = ("silence", "lost", "error", "throttle", "reject", "mute")
ABSENT_ENDING = "0404"
RECEIPT_SECONDS = SILENCE_SECONDS = 1
SHOWN = 200
LONGEST = 65536
_TABLE = """CREATE TABLE IF NOT EXISTS message (sequence INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT UNIQUE, recipient TEXT,
    text TEXT, state TEXT, reason TEXT, at TEXT, calls INTEGER)"""
_STATES = {"accepted": _("已接收"), "delivered": _("已送达"), "failed": _("失败")}


@dataclass
class Store:
    """The messages taken, and how the next calls are to fail."""

    path: str = ":memory:"
    secret: str = ""
    callback: str = ""
    mode: str = ""
    times: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.connection = sqlite3.connect(self.path, check_same_thread=False, isolation_level=None)
        self.connection.row_factory = sqlite3.Row
        self.connection.execute(_TABLE)

    def take(self, message: dict[str, str], at: str) -> sqlite3.Row:
        """Keep a message; the same id again is the same message, counted."""
        with self.lock:
            self.connection.execute(
                "INSERT INTO message (id, recipient, text, state, reason, at, calls) VALUES (?, ?, ?, 'accepted', '', ?, 0)"
                " ON CONFLICT (id) DO NOTHING",
                (message["id"], message["to"], message["text"], at),
            )
            self.connection.execute("UPDATE message SET calls = calls + 1 WHERE id = ?", (message["id"],))
        return self.found(message["id"])  # type: ignore[return-value]

    def found(self, message_id: str) -> sqlite3.Row | None:
        """A message by our id."""
        with self.lock:
            row: sqlite3.Row | None = self.connection.execute(
                "SELECT * FROM message WHERE id = ?", (message_id,)
            ).fetchone()
        return row

    def everything(self) -> list[sqlite3.Row]:
        """The newest first."""
        with self.lock:
            return self.connection.execute(
                "SELECT * FROM message ORDER BY sequence DESC LIMIT ?", (SHOWN,)
            ).fetchall()

    def settle(self, message_id: str) -> sqlite3.Row | None:
        """The telephone answered, or does not exist."""
        with self.lock:
            self.connection.execute(
                "UPDATE message SET state = CASE WHEN recipient LIKE ? THEN 'failed' ELSE 'delivered' END,"
                " reason = CASE WHEN recipient LIKE ? THEN ? ELSE '' END WHERE id = ?",
                (f"%{ABSENT_ENDING}", f"%{ABSENT_ENDING}", _("空号"), message_id),
            )
        return self.found(message_id)

    def next_failure(self) -> str:
        """How this call is to fail; nothing most of the time."""
        with self.lock:
            if self.times <= 0:
                return ""
            self.times -= 1
            return self.mode


def described(row: sqlite3.Row) -> dict[str, str]:
    """A message as the interface and the receipt give it."""
    number = f"DEMO-{row['sequence']:06d}"
    return {"id": row["id"], "number": number, "state": row["state"], "reason": row["reason"]}


def give_receipt(store: Store, message_id: str) -> None:
    """Settle a message and tell the sender; a sender that is away may ask later."""
    time.sleep(RECEIPT_SECONDS)
    row = store.settle(message_id)
    if row is None or not store.callback:
        return
    body = json.dumps(described(row), ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json"} | signed_headers(store.secret, int(time.time()), body)
    try:
        urllib.request.urlopen(
            urllib.request.Request(store.callback, data=body, headers=headers), timeout=5
        ).close()
    except OSError:
        return


class Handler(BaseHTTPRequestHandler):
    """The interface and the page."""

    store: Store

    def do_POST(self) -> None:
        """A message, or how to fail."""
        body = self.rfile.read(min(int(self.headers.get("Content-Length", "0")), LONGEST))
        if self.path == "/control":
            asked = json.loads(body)
            self.store.mode, self.store.times = asked["mode"], int(asked.get("times", 1))
            return self._json(200, {"mode": self.store.mode})
        if self.path != "/messages":
            return self._json(404, {"reason": "no such address"})
        if not self._is_signed(body):
            return self._json(401, {"reason": "signature"})
        return self._take(body)

    def _take(self, body: bytes) -> None:
        failure = self.store.next_failure()
        refusals: dict[str, Callable[[], None]] = {
            "error": lambda: self._json(500, {"reason": "broken"}),
            "throttle": lambda: self._json(429, {"reason": "slow down"}, {"Retry-After": "1"}),
            "reject": lambda: self._json(422, {"reason": _("内容不合规")}),
            "lost": lambda: self._hang_up(),
        }
        if failure in refusals:
            return refusals[failure]()
        message = json.loads(body)
        if message["id"] != self.headers.get("Idempotency-Key"):
            return self._json(400, {"reason": "Idempotency-Key"})
        row = self.store.take(message, f"{datetime.now(ZoneInfo('Asia/Shanghai')):%Y-%m-%d %H:%M:%S}")
        if failure != "mute" and row["state"] == "accepted":
            threading.Thread(target=give_receipt, args=(self.store, row["id"]), daemon=True).start()
        if failure == "silence":
            return self._hang_up()
        return self._json(202, described(row))

    def do_GET(self) -> None:
        """What became of a message, the page, or whether it runs."""
        if self.path.startswith("/messages/"):
            row = self.store.found(self.path.removeprefix("/messages/"))
            return self._json(200, described(row)) if row else self._json(404, {"reason": "unknown"})
        if self.path == "/messages":
            return self._json(200, [described(row) | {"calls": row["calls"], "to": row["recipient"], "text": row["text"]}
                                    for row in self.store.everything()])  # fmt: skip
        if self.path == "/healthz":
            return self._json(200, {"ok": True})
        return self._send(200, "text/html; charset=utf-8", page(self.store.everything()).encode()) if self.path == "/" \
            else self._json(404, {"reason": "no such address"})  # fmt: skip

    def _is_signed(self, body: bytes) -> bool:
        if not self.store.secret:
            return True
        stamp, signature = self.headers.get(TIMESTAMP_HEADER, ""), self.headers.get(SIGNATURE_HEADER, "")
        now = int(datetime.now(UTC).timestamp())
        return is_signed(self.store.secret, stamp, signature, body, seconds=now)

    def _hang_up(self) -> None:
        time.sleep(SILENCE_SECONDS)
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _json(self, status: int, content: Any, headers: dict[str, str] | None = None) -> None:
        self._send(status, "application/json", json.dumps(content, ensure_ascii=False).encode(), headers)

    def _send(self, status: int, kind: str, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in {
            "Content-Type": kind,
            "Content-Length": str(len(body)),
            **(headers or {}),
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Telephones do not belong into a log."""


STYLE = """body{font:16px/1.6 sans-serif;margin:0;background:#f3f5f8;color:#1c2733}
main{max-width:820px;margin:0 auto;padding:20px}
h1{font-size:20px}article{background:#fff;border:1px solid #dde3ea;border-radius:10px;padding:12px 16px;margin:12px 0}
header{display:flex;gap:14px;font-size:14px;color:#4a5868}p{margin:6px 0 0}.failed{color:#a3201d}.delivered{color:#17693a}"""


def page(rows: list[sqlite3.Row]) -> str:
    """The telephones of the demo: the newest message first."""
    parts = [
        f"<article><header><strong>{html.escape(row['recipient'])}</strong><span>{row['at']}</span>"
        f'<span class="{row["state"]}">{_STATES[row["state"]]} {html.escape(row["reason"])}</span></header>'
        f"<p>{html.escape(row['text'])}</p></article>"
        for row in rows
    ]
    title = _("短信平台（演示）：收到的短信")
    empty = f"<p>{_('还没有短信。')}</p>"
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title><style>{STYLE}</style></head>'
        f"<body><main><h1>{title}</h1>{''.join(parts) or empty}</main></body></html>"
    )


def server(port: int, store: Store, host: str = "127.0.0.1") -> ThreadingHTTPServer:
    """The gateway, ready to serve; port 0 takes any free one."""
    return ThreadingHTTPServer((host, port), type("Handler", (Handler,), {"store": store}))


def main() -> None:
    """Until Ctrl-C."""
    parser = argparse.ArgumentParser(description=_("演示用的短信平台：只保存和显示短信，不真正发送"))
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--store", default=":memory:", help=_("保存短信的文件"))
    parser.add_argument("--secret", default="", help=_("签名的密钥"))
    parser.add_argument("--callback", default="", help=_("回执发往的地址"))
    asked = parser.parse_args()
    store = Store(asked.store, asked.secret, asked.callback)
    server(asked.port, store, asked.host).serve_forever()


if __name__ == "__main__":
    main()
