"""One-time codes of thirty seconds (RFC 6238): a new secret, its address for an authenticator app, the check.

Worked example: `matching_step(secret, "287082", at=59, last_step=0)` is 1; asked again with `last_step=1` it is None, because a
code works once. One step early or late is allowed for.
"""

from __future__ import annotations

import base64
import secrets
from urllib.parse import quote, urlencode

from django_otp.oath import TOTP

STEP_SECONDS = 30
ISSUER = "居保"


def new_secret() -> str:
    """160 random bits in base32, as authenticator apps take them."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def address(secret: str, username: str) -> str:
    """The `otpauth` address that an authenticator app scans."""
    query = urlencode(
        {"secret": secret, "issuer": ISSUER, "period": STEP_SECONDS, "digits": 6}, quote_via=quote
    )
    return f"otpauth://totp/{quote(ISSUER)}:{quote(username)}?{query}"


def code_at(secret: str, at: int) -> str:
    """The code of an instant (seconds since 1970)."""
    return f"{_clock(secret, at).token():06d}"


def matching_step(secret: str, code: str, *, at: int, last_step: int) -> int | None:
    """The step whose code this is: the present one, the one before or after, but none up to `last_step`; else None."""
    if not (len(code) == 6 and code.isascii() and code.isdigit()):
        return None
    clock = _clock(secret, at)
    return clock.t() if clock.verify(int(code), tolerance=1, min_t=last_step + 1) else None


def _clock(secret: str, at: int) -> TOTP:
    clock = TOTP(base64.b32decode(secret), step=STEP_SECONDS)
    clock.time = at
    return clock
