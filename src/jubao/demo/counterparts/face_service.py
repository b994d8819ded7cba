"""A 实人认证 service that looks at no face: its page lets the visitor choose how the authentication ends.

Worked example: `python -m jubao.demo.counterparts.face_service --port 8411 --secret s`; the system announces `POST /sessions`
with our token, name, number and return address; the phone opens `/pages/<token>` and presses 认证通过; `GET /sessions/<token>`
answers `{"outcome": "pass", "subject": …}`, signed. `POST /control` with `{"mode": "down"}` makes every call fail, `unsigned`
answers without a valid signature, `other` answers about somebody else, an empty mode goes back to normal.
"""

from __future__ import annotations

import argparse
import html
import json
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlparse

from jubao.kernel.signatures import SIGNATURE_HEADER, TIMESTAMP_HEADER, is_signed, sign, signed_headers
from jubao.kernel.text import _

LONGEST = 32 << 20
CHOICES = {
    "pass": (_("认证通过"), "pass", ""),
    "fail": (_("不是本人"), "fail", "different"),
    "retry": (_("没看清，请重拍"), "retry", "blurred"),
    "manual": (_("转人工核对"), "manual", "unsure"),
}


@dataclass
class Session:
    """One authentication announced by the system."""

    token: str
    name: str
    number: str
    return_url: str
    outcome: str = ""
    reason: str = ""
    evidence_id: str = ""


@dataclass
class Store:
    """The sessions, and how the service is to misbehave."""

    secret: str = ""
    mode: str = ""
    sessions: dict[str, Session] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def announce(self, asked: dict[str, Any]) -> Session:
        """Keep a session; the same token again is the same session."""
        with self.lock:
            found = self.sessions.get(asked["token"])
            if found is None:
                found = Session(asked["token"], asked["name"], asked["number"], asked.get("return_url", ""))
                self.sessions[found.token] = found
            return found

    def choose(self, token: str, choice: str) -> Session | None:
        """The visitor decided; a decided session stays decided."""
        with self.lock:
            found = self.sessions.get(token)
            if found is not None and not found.outcome and choice in CHOICES:
                _title, found.outcome, found.reason = CHOICES[choice]
                found.evidence_id = f"DEMO-FACE-{list(self.sessions).index(token) + 1:06d}"
            return found

    def answer(self, found: Session) -> dict[str, str]:
        """What the system is told."""
        name = found.name if self.mode != "other" else f"{found.name}?"
        return {
            "token": found.token, "subject": sign(self.secret, "subject", f"{name}\n{found.number}".encode()),
            "outcome": found.outcome, "reason": found.reason, "evidence_id": found.evidence_id,
        }  # fmt: skip


class Handler(BaseHTTPRequestHandler):
    """The interface for the system and the page for the phone."""

    store: Store

    def do_POST(self) -> None:
        """A session, two photos, a visitor's choice, or how to misbehave."""
        body = self.rfile.read(min(int(self.headers.get("Content-Length", "0")), LONGEST))
        path = urlparse(self.path).path
        if path == "/control":
            self.store.mode = str(json.loads(body).get("mode", ""))
            return self._json(200, {"mode": self.store.mode})
        if path.startswith("/pages/"):
            return self._chosen(path.removeprefix("/pages/"), body)
        if not self._may_go_on(body):
            return None
        if path == "/sessions":
            return self._json(200, {"token": self.store.announce(json.loads(body)).token})
        if path == "/compare":
            return self._json(200, compared(json.loads(body)))
        return self._json(404, {"reason": "no such address"})

    def do_GET(self) -> None:
        """A session's answer, its page, or whether the service runs."""
        path = urlparse(self.path).path
        if path == "/healthz":
            return self._json(200, {"ok": True})
        if path.startswith("/pages/"):
            found = self.store.sessions.get(path.removeprefix("/pages/"))
            return self._html(200 if found else 404, page(found))
        if not self._may_go_on(path.encode()):
            return None
        found = self.store.sessions.get(path.removeprefix("/sessions/"))
        return self._json(200, self.store.answer(found)) if found else self._json(404, {"reason": "unknown"})

    def _chosen(self, token: str, body: bytes) -> None:
        choice = parse_qs(body.decode("utf-8", "replace")).get("outcome", [""])[0]
        found = self.store.choose(token, choice)
        if found is None:
            return self._html(404, page(None))
        if not found.return_url.startswith(("http://", "https://")):
            return self._html(200, page(found))
        self.send_response(303)
        self.send_header("Location", found.return_url)
        self.send_header("Content-Length", "0")
        self.end_headers()
        return None

    def _may_go_on(self, body: bytes) -> bool:
        if self.store.mode == "down":
            self._json(503, {"reason": "down"})
            return False
        stamp, mark = self.headers.get(TIMESTAMP_HEADER, ""), self.headers.get(SIGNATURE_HEADER, "")
        if is_signed(self.store.secret, stamp, mark, body, seconds=int(time.time())):
            return True
        self._json(401, {"reason": "signature"})
        return False

    def _json(self, status: int, content: dict[str, Any]) -> None:
        body = json.dumps(content, ensure_ascii=False).encode()
        secret = "somebody else's secret" if self.store.mode == "unsigned" else self.store.secret
        self._send(status, "application/json", body, signed_headers(secret, int(time.time()), body))

    def _html(self, status: int, text: str) -> None:
        self._send(status, "text/html; charset=utf-8", text.encode(), {})

    def _send(self, status: int, kind: str, body: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Names do not belong into a log."""


def compared(asked: dict[str, Any]) -> dict[str, str]:
    """The same file twice is the same face; anything else a human being has to look at."""
    is_same = asked["enrolled"] == asked["probe"]
    outcome, reason = ("pass", "") if is_same else ("manual", "unsure")
    return {
        "nonce": asked["nonce"],
        "outcome": outcome,
        "reason": reason,
        "evidence_id": "DEMO-FACE-COMPARED",
    }


STYLE = """body{font:20px/1.6 sans-serif;margin:0;background:#f3f5f8;color:#1c2733}
main{max-width:560px;margin:0 auto;padding:24px}
h1{font-size:24px}button{display:block;width:100%;font-size:20px;padding:16px;margin:12px 0;border:1px solid #8fa0b3;
border-radius:10px;background:#fff;color:#1c2733}button.pass{background:#0b6e3c;color:#fff;border-color:#0b6e3c}
.note{color:#4a5868;font-size:17px}"""


def page(found: Session | None) -> str:
    """The page of one session; without one it says so."""
    title = _("实人认证（演示服务）")
    if found is None:
        body = f"<p>{_('没有这次认证，请返回重新开始。')}</p>"
    elif found.outcome:
        body = f"<p>{_('这次认证已经做完，请回到原来的页面。')}</p>"
    else:
        who = html.escape(found.name[:1] + "*" * (len(found.name) - 1))
        buttons = "".join(
            f'<button class="{choice}" name="outcome" value="{choice}">{words}</button>'
            for choice, (words, _outcome, _reason) in CHOICES.items()
        )
        body = (
            f"<p>{_('请 {who} 本人正对镜头。').format(who=who)}</p>"
            f'<p class="note">{_("这是演示用的认证服务，不看人脸，也不拍照：请选择认证的结果。")}</p>'
            f'<form method="post">{buttons}</form>'
        )
    return (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{title}</title><style>{STYLE}</style></head><body><main><h1>{title}</h1>{body}</main></body></html>"
    )


def server(port: int, store: Store, host: str = "127.0.0.1") -> ThreadingHTTPServer:
    """The service, ready to serve; port 0 takes any free one."""
    return ThreadingHTTPServer((host, port), type("Handler", (Handler,), {"store": store}))


def main() -> None:
    """Until Ctrl-C."""
    parser = argparse.ArgumentParser(description=_("演示用的实人认证服务：由来访者选择认证结果"))
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--secret", required=True, help=_("签名的密钥"))
    asked = parser.parse_args()
    server(asked.port, Store(asked.secret), asked.host).serve_forever()


if __name__ == "__main__":
    main()
