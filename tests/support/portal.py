"""A phone for tests without a browser: Django's client, a clock that stands where the test puts it, a face service that obeys.

Worked example::

    phone = Phone(clock); phone.login("张桂芳", number, "13896745521")      # the code is read from the outbox
    phone.post("portal:own")                                          # → the first step of the confirmation
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from jubao.notices.models import OutboxMessage
from jubao.services.face.verifiers import Subject, Verdict

NOON = datetime(2024, 3, 12, 4, 0, tzinfo=UTC)


class Clock:
    """What time it is, for everybody who asks Django."""

    def __init__(self, patch: pytest.MonkeyPatch, at: datetime = NOON) -> None:
        self.at = at
        patch.setattr("django.utils.timezone.now", lambda: self.at)

    def forward(self, **by: float) -> None:
        """Later by so many seconds, minutes, days."""
        self.at += timedelta(**by)


@dataclass
class FaceService:
    """A provider with a page of its own that answers what the test says."""

    verdict: Verdict | None = None
    asked: list[Subject] = field(default_factory=list)
    name: str = "http"
    has_own_page: bool = True

    def start(self, token: str, subject: Subject, *, purpose: str, return_url: str) -> None:
        """Nothing to announce."""

    def page(self, token: str) -> str:
        """Where the phone goes."""
        return f"https://face.example/{token}"

    def verify(self, enrolled: bytes, probe: bytes) -> Verdict:
        """Not the way of this provider."""
        raise AssertionError

    def result(self, token: str, subject: Subject) -> Verdict | None:
        """What the test said."""
        self.asked.append(subject)
        return self.verdict


def face_service(patch: pytest.MonkeyPatch) -> FaceService:
    """The one verifier of the site."""
    made = FaceService()
    patch.setattr("jubao.services.face.sessions.verifier", lambda *_args, **_more: made)
    patch.setattr("jubao.services.face.sessions.verifier_named", lambda *_args, **_more: made)
    return made


class Phone:
    """One person's phone."""

    def __init__(self, clock: Clock) -> None:
        self.client = Client()
        self.clock = clock

    def login(self, name: str, number: str, phone: str = "13900000001") -> Any:
        """Name, number and the code of the last message."""
        self.post("portal:login", name=name, number=number, phone=phone)
        code = last_code()
        self.clock.forward(seconds=70)
        return self.post("portal:code", code=code)

    def get(self, route: str, *args: object, query: str = "") -> Any:
        """A page."""
        return self.client.get(reverse(route, args=args) + query)

    def post(self, route: str, *args: object, **fields: Any) -> Any:
        """A form; where it leads to is not followed."""
        return self.client.post(reverse(route, args=args), fields)

    def text(self, route: str, *args: object, query: str = "") -> str:
        """What a page says, without its tags."""
        return words(self.get(route, *args, query=query))


def words(answer: Any) -> str:
    """The text of an answer."""
    page = answer.content.decode() if not answer.has_header("Content-Encoding") else ""
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def last_code() -> str:
    """The six digits of the last log-in message; empty when none left."""
    message = OutboxMessage.objects.filter(purpose="login_code").order_by("-id").first()
    found = re.search(r"\d{6}", message.body) if message else None
    return found.group() if found else ""


def picture(name: str = "photo.jpg") -> SimpleUploadedFile:
    """A picture as a phone sends it."""
    from tests.support.claim_free_desk import a_scan

    return SimpleUploadedFile(name, a_scan("照片")["buffer"], content_type="image/jpeg")
