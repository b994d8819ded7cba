"""Signed messages between this system and the services beside it: who has the secret, and that the message is fresh.

Worked example: `sign("geheim", "1700000000", b"{}")` goes with the body; the other side calls `is_signed` with the same
secret, the headers and its own clock, and takes nothing older than five minutes, so that a copy cannot be played again later.
"""

from __future__ import annotations

import hashlib
import hmac

TIMESTAMP_HEADER, SIGNATURE_HEADER = "X-Jubao-Timestamp", "X-Jubao-Signature"
FRESH_SECONDS = 300


def sign(secret: str, timestamp: str, body: bytes) -> str:
    """HMAC-SHA256 over the time and the body, in hexadecimal."""
    return hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()


def signed_headers(secret: str, seconds: int, body: bytes) -> dict[str, str]:
    """The two headers of a message sent at this second of the Unix clock."""
    stamp = str(seconds)
    return {TIMESTAMP_HEADER: stamp, SIGNATURE_HEADER: sign(secret, stamp, body)}


def is_signed(secret: str, timestamp: str, signature: str, body: bytes, *, seconds: int) -> bool:
    """Whether body and time are those of somebody with the secret, at most five minutes ago. Without a secret nothing is."""
    if not secret or not timestamp.isascii() or not timestamp.isdigit():
        return False
    is_right = hmac.compare_digest(sign(secret, timestamp, body), signature)
    return is_right and abs(seconds - int(timestamp)) <= FRESH_SECONDS
