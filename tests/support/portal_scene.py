"""A participant on the list of March 2024 with her phone: the scene of the tests of a confirmation, step by step.

Worked example: `scene = a_scene(monkeypatch, months=156); scene.until("make_up")` stands before the make-up question, which
names two years; `finished(scene)` goes on to the receipt.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

import pytest

from jubao.cases.models import Case
from jubao.claim_free.models import Flag, OnlineConfirmation
from jubao.facts.make_up import payable_make_up_years
from jubao.people.models import Enrolment
from jubao.people.numbers import numbers_of
from jubao.services.face.verifiers import Verdict
from jubao.staff.regions import pack_of
from tests.support.claim_free_world import World
from tests.support.portal import Clock, FaceService, Phone, face_service, picture
from tests.support.residents import number_of

MOBILE = "13896745521"


@dataclass
class Scene:
    """A participant on the list, her phone, the clock, the face service."""

    here: World
    clock: Clock
    faces: FaceService
    enrolment: Enrolment
    case: Case
    phone: Phone

    @property
    def number(self) -> str:
        return numbers_of([self.enrolment.person_id])[self.enrolment.person_id]

    @property
    def flag(self) -> Flag:
        return Flag.objects.get(enrolment=self.enrolment)

    @property
    def online(self) -> OnlineConfirmation:
        return OnlineConfirmation.objects.order_by("-started_at")[0]

    def begin(self) -> None:
        """Logged in as oneself, the confirmation begun."""
        self.phone.login("张桂芳", self.number)
        assert self.phone.post("portal:own").status_code == 302

    def agree(self) -> Any:
        return self.phone.post("portal:agree", self.online.pk, agree="yes")

    def show_face(self, outcome: str = "pass", reason: str = "") -> Any:
        self.faces.verdict = Verdict(outcome, reason)
        assert "https://face.example/" in self.phone.post("portal:face", self.online.pk).content.decode()
        return self.phone.get("portal:face-return", self.online.pk)

    def until(self, step: str, only_child: str = "no") -> None:
        """Every step before this one."""
        ways: dict[str, Callable[[], Any]] = {
            "agree": self.begin,
            "face": self.agree,
            "only_child": self.show_face,
            "data": lambda: self.phone.post("portal:only-child", self.online.pk, only_child=only_child),
            "make_up": lambda: self.phone.post("portal:data", self.online.pk),
            "upload": lambda: self.phone.post("portal:make-up", self.online.pk, answer="yes"),
            "notes": lambda: self.phone.post(
                "portal:upload", self.online.pk, front=picture(), back=picture()
            ),
        }
        for name, way in ways.items():
            if name != "upload" or self.is_prompted:
                way()
            if name == step:
                return

    is_prompted: bool = True


def a_scene(patch: pytest.MonkeyPatch, *, months: int = 180) -> Scene:
    clock, faces, here = Clock(patch), face_service(patch), World()
    enrolment = here.candidate(balance_fen=250473, name="张桂芳", mobile=MOBILE, months=months)
    case = here.listed(enrolment)
    made = Scene(here, clock, faces, enrolment, case, Phone(clock))
    made.is_prompted = years_of(made) > 0
    return made


def years_of(scene: Scene) -> int:
    return payable_make_up_years(
        scene.enrolment.pk, date(2024, 3, 12), pack_of(scene.case.division_path)
    ).years


def finished(scene: Scene) -> None:
    scene.until("notes")
    scene.phone.get("portal:notes", scene.online.pk)
    scene.clock.forward(seconds=5)
    assert scene.phone.post("portal:notes", scene.online.pk).status_code == 302


def daughter(scene: Scene) -> Phone:
    phone = Phone(scene.clock)
    phone.login("李小梅", number_of(509903, date(1990, 4, 1), 22), "13900000022")
    return phone


def helping(scene: Scene, phone: Phone, **given: str) -> Any:
    typed = {"name": "张桂芳", "number": scene.number, "only_child": "no", "relation": "子女"} | given
    return phone.post("portal:helped", **typed)
