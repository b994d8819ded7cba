"""The gateway that sends SMS, over HTTP: one message under our own number, asked about under the same number.

Worked example: `POST {JUBAO_SMS_URL}/messages` with `{"id": "0199…", "to": "13900000000", "text": "…"}` and the id as key
answers 202 `{"number": "G-17"}`; no answer within five seconds is `unknown`, and `GET …/messages/0199…` tells what became of
it. 4xx is a refusal with its reason, 429 means later. Bodies are signed with `JUBAO_SMS_SECRET` (`kernel.signatures`).
"""

from __future__ import annotations

import json
import os
import socket
import urllib.error
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from http.client import HTTPException
from typing import Any, Literal, Protocol
from uuid import UUID

from jubao.kernel.signatures import signed_headers

URL, SECRET = "JUBAO_SMS_URL", "JUBAO_SMS_SECRET"
SECONDS = 5.0
LONGEST_ANSWER = 65536
Outcome = Literal["accepted", "delivered", "failed", "busy", "unreached", "unknown", "absent", "expired"]
_STATES: dict[str, Outcome] = {"accepted": "accepted", "delivered": "delivered", "failed": "failed"}


@dataclass(frozen=True)
class Answer:
    """What the gateway said: `unreached` nothing got there, `unknown` it may have, `absent` it has no such message.

    `expired` is never said by a gateway: it was not asked to send, because it was too late.
    """

    outcome: Outcome
    number: str = ""
    reason: str = ""
    retry_after: int = 0


class Gateway(Protocol):
    """What sends messages; tests and other providers bring their own."""

    def send(self, message_id: UUID, recipient: str, text: str, *, now: datetime) -> Answer:
        """Hand one message over; the same id again is the same message."""

    def ask(self, message_id: UUID, *, now: datetime) -> Answer:
        """What became of a message."""


@dataclass(frozen=True)
class HttpGateway:
    """The gateway behind an address."""

    url: str
    secret: str = ""
    seconds: float = SECONDS

    def send(self, message_id: UUID, recipient: str, text: str, *, now: datetime) -> Answer:
        """POST the message under our id."""
        body = json.dumps({"id": str(message_id), "to": recipient, "text": text}, ensure_ascii=False).encode()
        headers = {"Content-Type": "application/json", "Idempotency-Key": str(message_id)}
        return self._call("/messages", body, headers, now)

    def ask(self, message_id: UUID, *, now: datetime) -> Answer:
        """GET the message by our id."""
        return self._call(f"/messages/{message_id}", None, {}, now)

    def _call(self, path: str, body: bytes | None, headers: dict[str, str], now: datetime) -> Answer:
        signed = signed_headers(self.secret, int(now.timestamp()), body or path.encode())
        request = urllib.request.Request(self.url + path, data=body, headers=headers | signed)
        try:
            with urllib.request.urlopen(request, timeout=self.seconds) as answer:
                return _read(answer.read(LONGEST_ANSWER))
        except urllib.error.HTTPError as refused:
            return _refused(refused, is_question=body is None)
        except urllib.error.URLError as problem:
            is_sure = isinstance(problem.reason, ConnectionRefusedError | socket.gaierror)
            return Answer("unreached" if is_sure else "unknown", reason=str(problem.reason)[:200])
        except (OSError, HTTPException, ValueError) as problem:
            return Answer("unknown", reason=f"{type(problem).__name__}: {problem}"[:200])


def _read(content: bytes) -> Answer:
    """The body of a success; one that cannot be read proves nothing."""
    said: Any = json.loads(content.decode())
    if not isinstance(said, dict):
        raise ValueError("not an object")
    outcome = _STATES.get(str(said.get("state", "accepted")), "unknown")
    return Answer(outcome, str(said.get("number", ""))[:80], str(said.get("reason", ""))[:200])


def _refused(error: urllib.error.HTTPError, *, is_question: bool) -> Answer:
    reason = f"HTTP {error.code} {_reason(error)}".strip()[:200]
    if error.code == 429:
        wait = error.headers.get("Retry-After", "") if error.headers else ""
        return Answer("busy", reason=reason, retry_after=min(int(wait), 3600) if wait.isdigit() else 0)
    if is_question and error.code == 404:
        return Answer("absent", reason=reason)
    # The gateway broke, or our right to ask is in doubt: neither says what became of the message.
    is_refusal = 400 <= error.code < 500 and not is_question and error.code not in (401, 403, 408)
    return Answer("failed" if is_refusal else "unknown", reason=reason)


def _reason(error: urllib.error.HTTPError) -> str:
    try:
        said = json.loads(error.read(LONGEST_ANSWER).decode())
        return str(said.get("reason", "")) if isinstance(said, dict) else ""
    except (OSError, ValueError, HTTPException):
        return ""


def gateway() -> HttpGateway | None:
    """The gateway of this installation; None where no address is set: messages wait."""
    url = os.environ.get(URL, "").rstrip("/")
    return HttpGateway(url, os.environ.get(SECRET, "")) if url else None
