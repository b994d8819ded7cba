"""The texts a participant agrees to: the five notes of the form and the declaration above either signature, with their hash.

Worked example: `texts_of(pack, date(2026, 11, 12))` gives five notes, the fourth saying 每月15-20日, both declarations,
and for each the name and SHA-256 that a consent keeps, so that years later it is known which wording was signed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date

from jubao.policy import Pack

NOTES, CONSENT, WAIVER = "claim_free_form_notes", "claim_free_consent", "claim_free_waiver"


@dataclass(frozen=True)
class AgreedTexts:
    """The wording as printed and shown, and the version of each text (the promise is the fifth note)."""

    notes: tuple[str, ...]
    consent: str
    waiver: str
    versions: tuple[dict[str, str], ...]


def texts_of(pack: Pack, on: date) -> AgreedTexts:
    """The texts of the region on a day. Raises NotCovered where the pack has none."""
    days = pack.setting("pay.days", on).value
    filled = {name: _filled(pack, name, days) for name in (NOTES, CONSENT, WAIVER)}
    versions = [{"name": name, "sha256": _digest(text)} for name, text in filled.items()]
    notes = tuple(line for line in filled[NOTES].splitlines() if line.strip())
    versions.append({"name": "promise", "sha256": _digest(notes[-1])})
    return AgreedTexts(notes, filled[CONSENT], filled[WAIVER], tuple(versions))


def _filled(pack: Pack, name: str, days: dict[str, int]) -> str:
    text = pack.notice(name).words
    return text.replace("{pay_from}", str(days["from"])).replace("{pay_until}", str(days["until"]))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def spoken(pack: Pack, name: str, **given: object) -> str:
    """A notice of the pack as it is shown, its placeholders filled."""
    text = pack.notice(name).words
    for key, value in given.items():
        text = text.replace("{" + key + "}", str(value))
    return text
