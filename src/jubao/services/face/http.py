"""The HTTP adapter of a 实人认证 service: announce a session, send the person to its page, fetch the answer ourselves.

Worked example: `POST $JUBAO_FACE_URL/sessions {"token": "k3…", "name": "张桂芳", "number": "5099…", "return_url": …}`; the
phone goes to `$JUBAO_FACE_URL/pages/k3…` and comes back; `GET $JUBAO_FACE_URL/sessions/k3…` answers `{"outcome": "pass",
"subject": …}`. Both bodies carry an HMAC with the secret of `JUBAO_FACE_SECRET`; an answer without it, or about somebody
else, counts as none.
What the browser brings along is never read.
"""

from __future__ import annotations

import json
import os
import secrets
import urllib.error
import urllib.request
from base64 import b64encode
from dataclasses import dataclass
from typing import Any

from jubao.kernel.errors import DomainError, OutsideUnavailable, WrongUsage
from jubao.kernel.signatures import SIGNATURE_HEADER, TIMESTAMP_HEADER, is_signed, sign, signed_headers
from jubao.kernel.text import _
from jubao.services.face.verifiers import OUTCOMES, Subject, Verdict, other_ways

ANSWER_SECONDS = 8
LARGEST_ANSWER = 1 << 16


@dataclass(frozen=True)
class HttpVerifier:
    """One provider with its own page."""

    address: str
    page_address: str
    secret: str
    seconds: int
    name: str = "http"
    has_own_page: bool = True

    @classmethod
    def from_environment(cls, seconds: int) -> HttpVerifier:
        """`JUBAO_FACE_URL`, `JUBAO_FACE_SECRET`, `JUBAO_FACE_PAGE_URL` where phones reach it under another name; the time."""
        address = os.environ.get("JUBAO_FACE_URL", "").rstrip("/")
        secret = os.environ.get("JUBAO_FACE_SECRET", "")
        if not address.startswith(("http://", "https://")) or len(secret) < 16:
            raise WrongUsage(
                "FACE_SETTINGS",
                _("人脸认证服务没有配好。"),
                remedy=_("请设置 JUBAO_FACE_URL 和不少于 16 个字符的 JUBAO_FACE_SECRET。"),
            )
        page = os.environ.get("JUBAO_FACE_PAGE_URL", address).rstrip("/")
        return cls(address, page, secret, seconds)

    def verify(self, enrolled: bytes, probe: bytes) -> Verdict:
        """Two photos, for places where an officer takes the second one."""
        nonce = secrets.token_hex(8)
        sent = {"nonce": nonce, "enrolled": b64encode(enrolled).decode(), "probe": b64encode(probe).decode()}
        answer = self._ask("/compare", sent)
        if answer.get("nonce") != nonce:
            raise _unsigned()
        verdict = _verdict(answer)
        if verdict is None:
            raise _unsigned()
        return verdict

    def start(self, token: str, subject: Subject, *, purpose: str, return_url: str) -> None:
        """Announce the session; the same token twice is the same session."""
        self._ask(
            "/sessions",
            {
                "token": token,
                "name": subject.name,
                "number": subject.number,
                "purpose": purpose,
                "return_url": return_url,
            },
        )

    def page(self, token: str) -> str:
        """Where the phone goes."""
        return f"{self.page_address}/pages/{token}"

    def result(self, token: str, subject: Subject) -> Verdict | None:
        """The provider's answer, if it is signed, about this token and about this person."""
        answer = self._ask(f"/sessions/{token}")
        if answer.get("token") != token or answer.get("subject") != self.subject_mark(subject):
            raise _unsigned()
        return _verdict(answer)

    def subject_mark(self, subject: Subject) -> str:
        """Name and number under the key: binds an answer to a person without repeating them."""
        return sign(self.secret, "subject", f"{subject.name}\n{subject.number}".encode())

    def _ask(self, path: str, sent: dict[str, Any] | None = None) -> dict[str, Any]:
        body = None if sent is None else json.dumps(sent, ensure_ascii=False).encode()
        request = urllib.request.Request(self.address + path, data=body)
        headers = signed_headers(self.secret, self.seconds, body if body is not None else path.encode())
        for name, value in {**headers, "Content-Type": "application/json"}.items():
            request.add_header(name, value)
        try:
            with urllib.request.urlopen(request, timeout=ANSWER_SECONDS) as answer:
                content, back = answer.read(LARGEST_ANSWER), answer.headers
        except (urllib.error.URLError, OSError) as down:
            raise OutsideUnavailable(
                "FACE_SERVICE_DOWN", _("人脸认证服务没有应答，已填的内容都还在。"), remedy=other_ways()
            ) from down
        stamp, mark = back.get(TIMESTAMP_HEADER, ""), back.get(SIGNATURE_HEADER, "")
        if not is_signed(self.secret, stamp, mark, content, seconds=self.seconds):
            raise _unsigned()
        found = json.loads(content)
        return found if isinstance(found, dict) else {}


def _verdict(answer: dict[str, Any]) -> Verdict | None:
    outcome = answer.get("outcome", "")
    if not outcome:
        return None
    if outcome not in OUTCOMES:
        raise _unsigned()
    return Verdict(
        outcome, str(answer.get("reason", ""))[:60], evidence_id=str(answer.get("evidence_id", ""))[:80]
    )


def _unsigned() -> DomainError:
    return OutsideUnavailable(
        "FACE_ANSWER_UNSIGNED",
        _("人脸认证服务的答复没有通过签名核对，不予采用。"),
        remedy=_("请重试；仍不行请联系系统管理员。") + other_ways(),
    )
