"""The HTTP adapter of a 实人认证 service: announce a session, send the person to its page, fetch the answer ourselves.

Worked example: `POST $JUBAO_FACE_URL/sessions {"token": "k3…", "name": "张桂芳", "number": "5099…", "return_url": …}`; the
phone goes to `$JUBAO_FACE_URL/pages/k3…` and comes back; `GET $JUBAO_FACE_URL/sessions/k3…` answers `{"outcome": "pass",
"subject": …}`. Both bodies carry an HMAC-SM3 with the key of `JUBAO_FACE_KEY`; an answer without it, or about somebody
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

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, hmac

from jubao.kernel.errors import DomainError, OutsideUnavailable, WrongUsage
from jubao.kernel.text import _
from jubao.services.face_verifiers import OUTCOMES, Subject, Verdict, other_ways

SIGNATURE = "X-Jubao-Signature"
SECONDS = 8
LARGEST_ANSWER = 1 << 16


@dataclass(frozen=True)
class HttpVerifier:
    """One provider with its own page."""

    address: str
    page_address: str
    key: bytes
    name: str = "http"
    has_own_page: bool = True

    @classmethod
    def from_environment(cls) -> HttpVerifier:
        """`JUBAO_FACE_URL`, `JUBAO_FACE_KEY`, and `JUBAO_FACE_PAGE_URL` where phones reach it under another name."""
        address = os.environ.get("JUBAO_FACE_URL", "").rstrip("/")
        key = os.environ.get("JUBAO_FACE_KEY", "")
        if not address.startswith(("http://", "https://")) or len(key) < 16:
            raise WrongUsage(
                "FACE_SETTINGS",
                _("人脸认证服务没有配好。"),
                remedy=_("请设置 JUBAO_FACE_URL 和不少于 16 个字符的 JUBAO_FACE_KEY。"),
            )
        page = os.environ.get("JUBAO_FACE_PAGE_URL", address).rstrip("/")
        return cls(address, page, key.encode())

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
        return signature(self.key, f"{subject.name}\n{subject.number}".encode())

    def _ask(self, path: str, sent: dict[str, Any] | None = None) -> dict[str, Any]:
        body = None if sent is None else json.dumps(sent, ensure_ascii=False).encode()
        request = urllib.request.Request(self.address + path, data=body)
        request.add_header(SIGNATURE, signature(self.key, body if body is not None else path.encode()))
        if body is not None:
            request.add_header("Content-Type", "application/json")
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:
                content = answer.read(LARGEST_ANSWER)
                signed = answer.headers.get(SIGNATURE, "")
        except (urllib.error.URLError, OSError) as down:
            raise OutsideUnavailable(
                "FACE_SERVICE_DOWN", _("人脸认证服务没有应答，已填的内容都还在。"), remedy=other_ways()
            ) from down
        if not is_signed(self.key, content, signed):
            raise _unsigned()
        found = json.loads(content)
        return found if isinstance(found, dict) else {}


def signature(key: bytes, body: bytes) -> str:
    """HMAC-SM3 in hex."""
    code = hmac.HMAC(key, hashes.SM3())
    code.update(body)
    return code.finalize().hex()


def is_signed(key: bytes, body: bytes, signed: str) -> bool:
    """Whether the signature is that of the body."""
    code = hmac.HMAC(key, hashes.SM3())
    code.update(body)
    try:
        code.verify(bytes.fromhex(signed))
    except (InvalidSignature, ValueError):
        return False
    return True


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
