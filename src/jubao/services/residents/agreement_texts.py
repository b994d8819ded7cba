"""The agreements somebody at the portal accepts before the face authentication: wording of the region, and its version.

Worked example: `agreement(pack, "portal_face_agreement", today)` gives the words shown and the SHA-256 that is kept with the
consent, so that years later it is known which wording was agreed to.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from jubao.policy import Pack

AGREEMENTS = ("portal_service_agreement", "portal_face_agreement")


@dataclass(frozen=True)
class AgreementText:
    """One agreement: name, title, paragraphs, version."""

    name: str
    title: str
    paragraphs: tuple[str, ...]
    sha256: str

    def version(self) -> dict[str, str]:
        """Name and hash, as a consent keeps them."""
        return {"name": self.name, "sha256": self.sha256}


def agreement(pack: Pack, name: str, _on: date) -> AgreementText:
    """The wording. Raises NotCovered where the pack has none."""
    notice = pack.notice(name)
    text = notice.words
    return AgreementText(
        name=name,
        title=notice.title,
        paragraphs=tuple(line for line in text.splitlines() if line.strip()),
        sha256=hashlib.sha256(text.encode()).hexdigest(),
    )


def agreements(pack: Pack, on: date) -> tuple[AgreementText, ...]:
    """All that have to be accepted."""
    return tuple(agreement(pack, name, on) for name in AGREEMENTS)
