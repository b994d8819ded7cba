"""A county whose pack seals, with a clock that stands, and the pages on which accounts are sealed and reopened.

Worked example: `here = Sealing(monkeypatch); someone = here.sealed(); here.asks(here.cast.intake, someone)` is an application of
the township for the person herself.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from jubao.cases.models import Case
from jubao.kernel.month import Month
from jubao.people.numbers import numbers_of
from jubao.services.benefits.seal_accounts import seal_propose
from tests.benefits.county import County
from tests.staff.browsing import open_browser
from tests.support.cast import Member, an_officer
from tests.support.claim_free_desk import a_scan
from tests.support.portal import Clock, words
from tests.support.residents import Beneficiary, number_of

DISTRICT = "440523"
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
DAY = date(2026, 3, 2)
SON, SON_NAME = number_of(509904, date(1988, 2, 3), 31), "何小军"


class Sealing(County):
    """Everybody who has to do with sealed accounts, on 2 March 2026."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        super().__init__(DISTRICT, next_county="500110")
        self.clock = Clock(patch, NOW)
        self.city = an_officer("approver", path=self.cast.keeper.actor.scope)
        self.browsers: dict[str, Client] = {}

    def drawing(self, **about: Any) -> Beneficiary:
        """Somebody who draws since 2020."""
        given: dict[str, Any] = {"start_month": Month(2020, 1).index, "birth": date(1959, 8, 15)}
        return self.someone(**(given | about))

    def sealed(self, **about: Any) -> Beneficiary:
        """Somebody suspended since March 2024 and sealed by decision today."""
        someone = self.drawing(**about)
        self.seal(someone)
        return someone

    def seal(self, someone: Beneficiary) -> None:
        """The suspension of two years ago and the decision of today."""
        self.suspended(someone, Month(2024, 3))
        case = seal_propose(actor=self.cast.data.actor, entitlement_id=someone.entitlement_id, today=DAY)
        self.decide(case, on=DAY)

    def browser(self, member: Member) -> Client:
        """The browser of an officer."""
        return self.browsers.setdefault(member.officer.username, open_browser(member))

    def page(self, member: Member, route: str, *args: object) -> str:
        """What a page says to an officer."""
        answer = self.browser(member).get(reverse(route, args=args))
        assert answer.status_code == 200, answer
        return words(answer)

    def sent(self, member: Member, route: str, *args: object, **fields: Any) -> str:
        """What the page says after a form was sent."""
        answer = self.browser(member).post(reverse(route, args=args), fields, follow=True)
        assert answer.status_code == 200, answer
        return words(answer)

    def asks(
        self,
        member: Member,
        whom: Beneficiary,
        *,
        number: str = "",
        name: str = "",
        with_paper: bool = True,
        **more: Any,
    ) -> str:
        """The application to reopen, as somebody hands it in."""
        papers = {"file": scan()} if with_paper else {}
        return self.sent(
            member, "benefit-new", whom.person.pk, do="unseal", note="本人来申请", applicant=name or whom.person.name,
            applicant_number=number or numbers_of([whom.person.pk])[whom.person.pk], **papers, **more,
        )  # fmt: skip

    def family(self, whom: Beneficiary) -> str:
        """The son is put on record."""
        return self.sent(
            self.cast.intake, "benefit-new", whom.person.pk, do="family", name=SON_NAME, relation="子女", number=SON,
            proof="户口簿 5099-17",
        )  # fmt: skip

    def approved(self, case: Case, member: Member) -> str:
        """The papers opened, the page, the button 同意."""
        for material in case.materials.all():
            self.page(member, "case-material", case.pk, material.pk)
        self.page(member, "case", case.pk)
        case.refresh_from_db()
        return self.sent(
            member, "case-action", case.pk, action="approve", version=case.version, digest=case.digest, reason="材料齐全"
        )  # fmt: skip

    def queue(self) -> str:
        """What the city reads."""
        return self.page(self.city, "sealed-accounts")

    def taken(self, whom: Beneficiary) -> Case:
        """The application before the city."""
        return Case.objects.get(kind="unsealing", person=whom.person, is_open=True)


def scan() -> SimpleUploadedFile:
    """A paper."""
    return SimpleUploadedFile("proof.jpg", a_scan("证明")["buffer"], content_type="image/jpeg")
