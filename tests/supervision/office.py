"""A county's desk for the tests of supervision: pages by post, steps on the case page, on a day the test chooses.

Worked example: `desk.step(desk.cast.auditor, case, "accept")` opens the case page and presses the button, as the officer does.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from jubao.cases.models import Case
from tests.benefits.county import County
from tests.staff.browsing import open_browser
from tests.support.cast import Member
from tests.support.claim_free_desk import a_scan
from tests.support.portal import Clock, words


class Desk(County):
    """The officers of a district on a day, with their browsers."""

    def __init__(self, patch: pytest.MonkeyPatch, district: str, day: tuple[int, int, int]) -> None:
        patch.setattr(
            "tests.support.cast.FROM", date(2019, 1, 1)
        )  # in office since before the day of the test
        super().__init__(district, next_county="440523" if district != "440523" else "500110")
        self.clock = Clock(patch, datetime(*day, 2, 0, tzinfo=UTC))
        self._browsers: dict[str, Client] = {}

    def browser(self, member: Member) -> Client:
        """One browser per officer."""
        return self._browsers.setdefault(member.officer.username, open_browser(member))

    def later(self, **by: float) -> None:
        """Days later: everybody logs in again."""
        self.clock.forward(**by)
        self._browsers.clear()

    def page(self, member: Member, route: str, *args: object, query: str = "") -> str:
        """What a page says."""
        answer = self.browser(member).get(reverse(route, args=args) + query)
        assert answer.status_code == 200
        return words(answer)

    def send(self, member: Member, route: str, *args: object, **fields: Any) -> str:
        """What the page after a form says."""
        answer = self.browser(member).post(reverse(route, args=args), fields, follow=True)
        assert answer.status_code == 200
        return words(answer)

    def step(self, member: Member, case: Case, action: str, reason: str = "已核对") -> str:
        """Look at the case page, open its papers, press a button."""
        browser = self.browser(member)
        for one in case.materials.all():
            browser.get(reverse("case-material", args=[case.pk, one.pk]))
        assert browser.get(reverse("case", args=[case.pk])).status_code == 200
        case.refresh_from_db()
        said = self.send(
            member,
            "case-action",
            case.pk,
            action=action,
            reason=reason,
            version=case.version,
            digest=case.digest,
        )
        case.refresh_from_db()
        return said

    def tip(self, member: Member, **told: Any) -> str:
        """A tip taken at the counter."""
        usual = {"channel": "phone", "topic": "other", "content": "有人反映情况", "signed": "0"}
        return self.send(member, "tip-off-new", **(usual | told))


def scan(name: str = "scan.jpg") -> SimpleUploadedFile:
    """A scanned paper."""
    return SimpleUploadedFile(name, a_scan("材料")["buffer"], content_type="image/jpeg")
