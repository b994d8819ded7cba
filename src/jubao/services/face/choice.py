"""Which verifier of faces this site uses, chosen by its environment and by what there is to compare with.

Worked example: with `JUBAO_FACE_URL` set, `verifier(now, has_photo=…)` is the HTTP adapter of a 实人认证 service with its own
page; with `JUBAO_FACE=reference,http` it is the dlib reference verifier of the `[face]` extra for people who have a photo to
compare with, else the service; with neither it is none, and every page that asks for a face offers the other ways only.
"""

from __future__ import annotations

import os
from datetime import datetime

from jubao.services.face.verifiers import Verifier, face_off


def ways() -> tuple[str, ...]:
    """The ways of this site in order, from the environment: `http`, `reference`, both, or none."""
    chosen = os.environ.get("JUBAO_FACE") or ("http" if os.environ.get("JUBAO_FACE_URL") else "off")
    return tuple(way for way in chosen.split(",") if way in ("http", "reference"))


def verifier(now: datetime, *, has_photo: bool) -> Verifier | None:
    """The one for a person; None where there is none. Two photos are compared only where there is one to compare with."""
    offered = ways()
    usable = [way for way in offered if has_photo or way != "reference"] or list(offered)
    return _made(usable[0], now) if usable else None


def verifier_named(name: str, now: datetime) -> Verifier:
    """The verifier a session began with, when the site still has it. Raises OutsideUnavailable FACE_OFF."""
    if name not in ways():
        raise face_off()
    return _made(name, now)


def _made(way: str, now: datetime) -> Verifier:
    """The time goes into what is signed."""
    if way == "http":
        from jubao.services.face.http import HttpVerifier

        return HttpVerifier.from_environment(int(now.timestamp()))
    from jubao.services.face.reference import ReferenceVerifier

    return ReferenceVerifier()
