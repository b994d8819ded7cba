"""What a bound phone or electronic social-security card says, and how it is checked: an Ed25519 signature over one line.

Worked example::

    private, public = new_key()                          # made on the phone; the site keeps `public` only
    answer = sign(private, device_id, "login", challenge_id, "47", now)
    is_signed(public, answer)                            # True; with another number, code or instant False
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

FRESH = timedelta(seconds=60)


@dataclass(frozen=True)
class PhoneAnswer:
    """What the phone sends: which device, what for, which code on the screen, which number, when, signed."""

    device_id: UUID
    purpose: str
    subject: str
    match_number: str
    at: datetime
    signature: str

    @property
    def line(self) -> bytes:
        """What is signed."""
        parts = (str(self.device_id), self.purpose, self.subject, self.match_number, self.at.isoformat())
        return "|".join(("jubao", *parts)).encode()


def new_key() -> tuple[str, str]:
    """A private and its public key, both as 64 hexadecimal characters."""
    private = Ed25519PrivateKey.generate()
    return private.private_bytes_raw().hex(), private.public_key().public_bytes_raw().hex()


def sign(
    private: str, device_id: UUID, purpose: str, subject: object, match_number: str, at: datetime
) -> PhoneAnswer:
    """The answer of a phone."""
    unsigned = PhoneAnswer(device_id, purpose, str(subject), match_number, at, "")
    signature = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(private)).sign(unsigned.line)
    return PhoneAnswer(device_id, purpose, str(subject), match_number, at, signature.hex())


def is_signed(public: str, answer: PhoneAnswer) -> bool:
    """Whether the holder of the private key said exactly this."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(
            bytes.fromhex(answer.signature), answer.line
        )
    except (InvalidSignature, ValueError):
        return False
    return True


def is_fresh(answer: PhoneAnswer, now: datetime) -> bool:
    """Whether it was said within the last minute (clocks may differ by as much)."""
    return abs(now - answer.at) <= FRESH
