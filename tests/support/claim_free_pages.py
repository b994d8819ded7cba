"""The claim-free pages without a browser, on a day of 2024: forms posted as the pages post them, what the next page says.

Worked example: `desk = PagesOf(World())` inside the fixture `in_2024`; `desk.push(case, id_card_name="张桂芳")` presses
推送复核 as the district's handler and gives the messages; `desk.review(case)` opens the case as the reviewer and presses
同意.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any
from unittest import mock
from uuid import uuid4

from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from jubao.cases.models import Case, CaseMaterial
from tests.staff.browsing import open_browser
from tests.support import cast as cast_of_tests
from tests.support.cast import Member
from tests.support.claim_free_world import ACCEPTED, CHECKED, DAY, World, at_ten


@contextmanager
def days_of_2024(day: date = DAY) -> Iterator[mock.MagicMock]:
    """Posts held since 2020 and a clock that stands on a day; `.return_value` moves it."""
    with (
        mock.patch.object(cast_of_tests, "FROM", date(2020, 1, 1)),
        mock.patch.object(cast_of_tests, "TODAY", day),
        mock.patch.object(timezone, "now", return_value=at_ten(day)) as clock,
    ):
        yield clock


def said(answer: Any) -> str:
    """The messages the next page shows."""
    return " ".join(str(one) for one in get_messages(answer.wsgi_request))


class PagesOf:
    """The pages of one world, each step by its officer."""

    def __init__(self, here: World) -> None:
        self.here = here

    def of(self, member: Member) -> Client:
        """A browser in which the officer is logged in."""
        return open_browser(member)

    def accept(self, case: Case, member: Member | None = None, *, without: str = "", **answers: bool) -> str:
        """保存 at the counter."""
        given = {
            name: "1" if value else "0" for name, value in {**ACCEPTED, **answers}.items() if name != without
        }
        page = reverse("claim-free-accept-act", args=[case.id])
        version = Case.objects.get(id=case.id).version
        return said(
            self.of(member or self.here.cast.intake).post(page, {"do": "save", "version": version, **given})
        )

    def push(self, case: Case, member: Member | None = None, *, without: str = "", **entries: Any) -> str:
        """推送复核."""
        case = Case.objects.select_related("person").get(id=case.id)
        assert case.person is not None
        given = {"id_card_name": case.person.name, "is_only_child": "0", "mobile": "", **entries}
        points = {f"point-{name}": "1" for name in CHECKED if name != without}
        sent = {"do": "handle", "version": case.version, "key": str(uuid4()), **given, **points}
        return said(
            self.of(member or self.here.cast.handler).post(reverse("claim-free-handle", args=[case.id]), sent)
        )

    def send_back(self, case: Case, reason: str) -> str:
        """退回受理岗."""
        sent = {"do": "return_intake", "version": Case.objects.get(id=case.id).version, "reason": reason}
        return said(self.of(self.here.cast.handler).post(reverse("claim-free-handle", args=[case.id]), sent))

    def review(
        self,
        case: Case,
        action: str = "approve",
        member: Member | None = None,
        *,
        reason: str = "",
        without: str = "",
    ) -> str:
        """Open every paper and the case, and decide."""
        browser = self.of(member or self.here.cast.reviewer)
        for material in CaseMaterial.objects.filter(case_id=case.id, removed_at=None):
            browser.get(reverse("case-material", args=[case.id, material.id]))
        browser.get(reverse("case", args=[case.id]))
        now = Case.objects.get(id=case.id)
        points = {f"point-{name}": "1" for name in CHECKED if name != without}
        sent = {
            "action": action, "version": now.version, "digest": now.digest, "reason": reason, "key": str(uuid4()), **points,
        }  # fmt: skip
        return said(browser.post(reverse("case-action", args=[case.id]), sent))

    def page(self, member: Member, route: str, *given: Any) -> str:
        """What a page shows an officer."""
        return self.of(member).get(reverse(route, args=given)).content.decode()
