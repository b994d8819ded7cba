"""Who compares faces: the shape every verifier has, what it may answer, and what a person can do without one.

Worked example: a verifier answers `Verdict("retry", "too_dark")`; `reason_words("too_dark")` asks for a brighter place. Which
verifier a site uses is chosen in `services.face.choice`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from jubao.kernel.errors import DomainError, OutsideUnavailable
from jubao.kernel.text import _, translated

PASS, FAIL, RETRY, MANUAL = "pass", "fail", "retry", "manual"
OUTCOMES = (PASS, FAIL, RETRY, MANUAL)

REASON_WORDS = {
    "": "",
    "no_face": "照片里没有看到人脸，请正对镜头。",
    "several_faces": "照片里有几张人脸，请只拍本人。",
    "too_small": "人脸太小，请离镜头近一些。",
    "too_dark": "光线太暗，请到亮一些的地方。",
    "blurred": "照片模糊，请拿稳手机再拍一次。",
    "different": "与留存的照片不是同一个人。",
    "unsure": "机器不能肯定是不是同一个人，需要工作人员核对。",
    "no_reference_photo": "系统里还没有可以比对的照片，需要工作人员核对。",
    "cancelled": "认证没有做完，请再来一次。",
    "liveness": "没有通过活体检测，请按提示再做一次。",
}


@dataclass(frozen=True)
class Subject:
    """Whose face it should be, as the service that holds the national photos needs it."""

    name: str
    number: str


@dataclass(frozen=True)
class Verdict:
    """What a verifier says: an outcome, why, how far apart (0 is the same picture), and its own number of the check."""

    outcome: str
    reason: str = ""
    distance_ppm: int | None = None
    evidence_id: str = ""


class Verifier(Protocol):
    """A way of comparing faces. Those with a page of their own take the person there; the others compare two photos."""

    @property
    def name(self) -> str:
        """What the records call it."""

    @property
    def has_own_page(self) -> bool:
        """Whether the phone goes to a page of the provider."""

    def verify(self, enrolled: bytes, probe: bytes) -> Verdict:
        """Compare the kept photo with one taken now. Raises OutsideUnavailable."""

    def start(self, token: str, subject: Subject, *, purpose: str, return_url: str) -> None:
        """Announce a session under our token, so that its page knows whom to expect. Raises OutsideUnavailable."""

    def page(self, token: str) -> str:
        """The address of the provider's page for that session."""

    def result(self, token: str, subject: Subject) -> Verdict | None:
        """Ask the provider itself, server to server; None while nothing is decided. Raises OutsideUnavailable."""


def face_off() -> DomainError:
    """No verifier: the other ways."""
    return OutsideUnavailable("FACE_OFF", _("人脸认证暂未开通。"), remedy=other_ways())


def other_ways() -> str:
    """What a person can do whenever the machine does not recognise the face."""
    return _("您也可以到镇街社保所窗口、请村（社区）工作人员帮助，或预约上门办理。")


def reason_words(reason: str) -> str:
    """The reason as told to the person."""
    return translated(REASON_WORDS.get(reason, "认证没有通过。"))
