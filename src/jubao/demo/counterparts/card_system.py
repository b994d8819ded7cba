"""A social-security-card system with made-up cards: answers which account a card has, and shows on a page what it was asked.

Worked example: `python -m jubao.demo.counterparts.card_system --port 8412 --key k --store card-system.sqlite`; `POST /accounts`
`{"people": [{"number": "5099…", "name": "张桂芳"}]}` answers `{"accounts": [{"number": "5099…", "outcome": "found", "bank": …,
"account": "6217…", "is_activated": true}]}`; nobody's card, or somebody else's name, is `none`. `POST /control` with
`{"mode": "down"}` makes every call fail, `half` leaves every second person out, an empty mode goes back to normal.
"""

from __future__ import annotations

import argparse
import hmac
import html
import json
import sqlite3
import threading
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jubao.kernel.text import _

LONGEST = 4 << 20
SHOWN = 200
WAIT_SECONDS = 30
_TABLES = """
CREATE TABLE IF NOT EXISTS card (number TEXT PRIMARY KEY, name TEXT, bank TEXT, account TEXT, is_activated INTEGER);
CREATE TABLE IF NOT EXISTS asked (sequence INTEGER PRIMARY KEY AUTOINCREMENT, number TEXT, name TEXT, outcome TEXT,
    bank TEXT, account TEXT, at TEXT);
"""
_OUTCOMES = {"found": _("有卡账户"), "none": _("无卡账户"), "failed": _("未应答")}
Card = tuple[str, str, str, str, bool]
"""Number of the person, name, bank, account, whether the bank function is on."""


@dataclass
class Store:
    """The cards, what was asked, and how the system is to misbehave."""

    path: str = ":memory:"
    key: str = ""
    mode: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self.connection = _opened(self.path)

    def answer(self, people: list[dict[str, Any]], at: str) -> list[dict[str, Any]]:
        """One answer per person; kept for the page."""
        found = [self._of(str(one.get("number", "")), str(one.get("name", ""))) for one in people]
        left_out = {n for n in range(len(found)) if self.mode == "half" and n % 2}
        with self.lock:
            self.connection.executemany(
                "INSERT INTO asked (number, name, outcome, bank, account, at) VALUES (?, ?, ?, ?, ?, ?)",
                [
                    (
                        one["number"], str(asked.get("name", "")), "failed" if n in left_out else one["outcome"],
                        one.get("bank", ""), one.get("account", ""), at,
                    )
                    for n, (one, asked) in enumerate(zip(found, people, strict=True))
                ],
            )  # fmt: skip
        return [one for n, one in enumerate(found) if n not in left_out]

    def _of(self, number: str, name: str) -> dict[str, Any]:
        with self.lock:
            row = self.connection.execute("SELECT * FROM card WHERE number = ?", (number,)).fetchone()
        if row is None or row["name"] != name:
            return {"number": number, "outcome": "none"}
        return {
            "number": number, "outcome": "found", "bank": row["bank"], "account": row["account"],
            "is_activated": bool(row["is_activated"]),
        }  # fmt: skip

    def questions(self) -> list[sqlite3.Row]:
        """The newest first."""
        with self.lock:
            return self.connection.execute(
                "SELECT * FROM asked ORDER BY sequence DESC LIMIT ?", (SHOWN,)
            ).fetchall()

    def card_count(self) -> int:
        """How many cards there are."""
        with self.lock:
            return int(self.connection.execute("SELECT count(*) FROM card").fetchone()[0])


def cards_keep(path: Path, cards: Iterable[Card]) -> int:
    """Put cards into the file of the system; the same card again is the same row. How many the file has then."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = _opened(str(path))
    try:
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany("INSERT OR REPLACE INTO card VALUES (?, ?, ?, ?, ?)", cards)
        connection.execute("COMMIT")
        return int(connection.execute("SELECT count(*) FROM card").fetchone()[0])
    finally:
        connection.close()


def _opened(path: str) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=WAIT_SECONDS, check_same_thread=False, isolation_level=None)
    connection.row_factory = sqlite3.Row
    connection.executescript(_TABLES)
    return connection


class Handler(BaseHTTPRequestHandler):
    """The interface and the page."""

    store: Store

    def do_POST(self) -> None:
        """A question about accounts, or how to misbehave."""
        body = self.rfile.read(min(int(self.headers.get("Content-Length", "0")), LONGEST))
        if self.path == "/control":
            self.store.mode = str(json.loads(body).get("mode", ""))
            return self._json(200, {"mode": self.store.mode})
        if self.path != "/accounts":
            return self._json(404, {"reason": "no such address"})
        if not self._has_key():
            return self._json(401, {"reason": "key"})
        if self.store.mode == "down":
            return self._json(503, {"reason": "down"})
        at = f"{datetime.now(ZoneInfo('Asia/Shanghai')):%Y-%m-%d %H:%M:%S}"
        return self._json(200, {"accounts": self.store.answer(json.loads(body)["people"], at)})

    def do_GET(self) -> None:
        """The page, or whether it runs."""
        if self.path == "/healthz":
            return self._json(200, {"ok": True, "cards": self.store.card_count()})
        if self.path != "/":
            return self._json(404, {"reason": "no such address"})
        content = page(self.store.questions(), self.store.card_count(), self.store.mode)
        return self._send(200, "text/html; charset=utf-8", content.encode())

    def _has_key(self) -> bool:
        given = self.headers.get("Authorization", "")
        return not self.store.key or hmac.compare_digest(given.encode(), f"Bearer {self.store.key}".encode())

    def _json(self, status: int, content: Any) -> None:
        self._send(status, "application/json", json.dumps(content, ensure_ascii=False).encode())

    def _send(self, status: int, kind: str, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Numbers of people do not belong into a log."""


STYLE = """body{font:16px/1.6 sans-serif;margin:0;background:#f3f5f8;color:#1c2733}
main{max-width:960px;margin:0 auto;padding:20px}h1{font-size:20px}
table{width:100%;border-collapse:collapse;background:#fff}th,td{text-align:left;padding:6px 10px;border:1px solid #dde3ea}
.none,.failed{color:#a3201d}.found{color:#17693a}"""


def page(rows: list[sqlite3.Row], cards: int, mode: str) -> str:
    """What was asked and answered: the newest question first."""
    heads = (_("时间"), _("姓名"), _("身份证号码（虚构）"), _("答复"), _("开户银行"), _("账号"))
    body = "".join(
        f"<tr><td>{row['at']}</td><td>{html.escape(row['name'])}</td><td>{html.escape(row['number'])}</td>"
        f'<td class="{row["outcome"]}">{_OUTCOMES[row["outcome"]]}</td><td>{html.escape(row["bank"])}</td>'
        f"<td>{html.escape(row['account'])}</td></tr>"
        for row in rows
    )
    title = _("社保卡管理系统（演示）")
    state = _("现在不应答") if mode == "down" else _("共 {cards} 张虚构的卡").format(cards=cards)
    head = "".join(f'<th scope="col">{name}</th>' for name in heads)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>" if rows else ""
    empty = "" if rows else f"<p>{_('还没有人来查。')}</p>"
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title><style>{STYLE}</style></head>'
        f"<body><main><h1>{title}</h1><p>{state}</p>{table}{empty}</main></body></html>"
    )


def server(port: int, store: Store, host: str = "127.0.0.1") -> ThreadingHTTPServer:
    """The system, ready to serve; port 0 takes any free one."""
    return ThreadingHTTPServer((host, port), type("Handler", (Handler,), {"store": store}))


def main() -> None:
    """Until Ctrl-C."""
    parser = argparse.ArgumentParser(description=_("演示用的社保卡管理系统：卡和账户全是虚构的"))
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--store", default=":memory:", help=_("保存卡片的文件"))
    parser.add_argument("--key", default="", help=_("调用方须出示的密钥"))
    asked = parser.parse_args()
    server(asked.port, Store(asked.store, asked.key), asked.host).serve_forever()


if __name__ == "__main__":
    main()
