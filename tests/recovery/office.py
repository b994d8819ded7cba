"""The offices of a district with the pages of 待遇追缴 on a day.

Worked example: `office.send(cast.field_worker, case, "find", …)` fills the form of the page as 核实岗 would.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from jubao.cases.models import Case
from jubao.facts.wrongly_paid import wrongly_paid
from jubao.recovery.models import Claim
from tests.benefits.county import County
from tests.staff.browsing import open_browser
from tests.support.cast import Member
from tests.support.claim_free_desk import a_scan
from tests.support.portal import Clock, words

FILM = b"film of the visit"
ACCOUNT = "松山区社会保险事业服务中心 中国农业银行 05990101040012345"


def scan(name: str = "scan.jpg") -> SimpleUploadedFile:
    """A picture."""
    return SimpleUploadedFile(name, a_scan("材料")["buffer"], content_type="image/jpeg")


def film() -> SimpleUploadedFile:
    """What a camera brings."""
    return SimpleUploadedFile("film.mp4", FILM, content_type="video/mp4")


class Office(County):
    """A district on a day; `at` moves the day."""

    def __init__(
        self, patch: pytest.MonkeyPatch, district: str, day: date, next_county: str = "500110"
    ) -> None:
        patch.setattr("tests.support.cast.FROM", date(2020, 1, 1))
        super().__init__(district, next_county=next_county)
        self.patch = patch
        self.at(day)

    def at(self, day: date) -> None:
        """It is another day; an idle hour has ended every session."""
        self.day, self.browsers = day, dict[str, Client]()
        Clock(self.patch, datetime(day.year, day.month, day.day, 2, 0, tzinfo=UTC))

    def browser(self, member: Member) -> Client:
        return self.browsers.setdefault(member.officer.username, open_browser(member))

    def page(self, member: Member, route: str, *args: object, query: str = "") -> str:
        return words(self.browser(member).get(reverse(route, args=args) + query))

    def send(self, member: Member, case: Case, do: str, **fields: Any) -> str:
        """One form of the page of a claim; what the next page says."""
        case.refresh_from_db()
        sent = {"do": do, "version": case.version, **fields}
        return words(self.browser(member).post(reverse("recovery-act", args=[case.pk]), sent, follow=True))

    def act(self, member: Member, case: Case, action: str, reason: str = "") -> str:
        """One button of the case page."""
        case.refresh_from_db()
        browser = self.browser(member)
        browser.get(reverse("case", args=[case.pk]))
        for material in case.materials.all():
            browser.get(reverse("case-material", args=[case.pk, material.pk]))
        browser.get(reverse("case", args=[case.pk]))
        sent = {"action": action, "version": case.version, "digest": case.digest, "reason": reason}
        answer = words(browser.post(reverse("case-action", args=[case.pk]), sent, follow=True))
        case.refresh_from_db()
        return answer

    def present(self, *members: Member, has_film: bool = True, on: date | None = None) -> dict[str, Any]:
        """Who was there, and the film."""
        people = [str(one.person.id) for one in members or (self.cast.field_worker, self.cast.intake)]
        return {"people": people, "done_on": str(on or self.day), **({"footage": film()} if has_film else {})}

    def finding(self, case: Case, fen: int = 16_302, **more: Any) -> dict[str, Any]:
        """The whole form of 调查核实: every month found, at so much each."""
        claim = Claim.objects.get(case=case)
        lines = wrongly_paid(claim.enrolment_id, claim.first_month)
        months = {f"month-{one.line_id}": one.benefit_month for one in lines}
        amounts = {f"amount-{one.line_id}": f"{fen / 100:.2f}" for one in lines}
        about = {"line": [str(one.line_id) for one in lines], "facts": "儿子用卡领取", "fault": "family"}
        return {**about, **months, **amounts, **self.present(), **more}

    def confirmed(self, case: Case) -> Claim:
        """Found by the township, confirmed by the district."""
        self.send(self.cast.field_worker, case, "find", **self.finding(case))
        self.act(self.cast.reviewer, case, "confirm")
        return Claim.objects.get(case=case)

    def noticed(self, case: Case, *people: tuple[str, str], **more: Any) -> str:
        """The notice made by 办理岗."""
        given = people or (("王小军", "法定继承人"),)
        return self.send(
            self.cast.handler, case, "notify", name=[name for name, _ in given], relation=[who for _, who in given],
            **{"account": ACCOUNT, "deliverer": str(self.cast.field_worker.person.id), "deliver_on": str(self.day), **more},
        )  # fmt: skip

    def delivered(self, case: Case, name: str = "王小军", by: Member | None = None, **more: Any) -> str:
        """The receipt of one recipient, signed."""
        claim = Claim.objects.get(case=case)
        recipient = claim.notices.get(is_live=True).recipients.get(name=name)
        about = {"recipient": str(recipient.pk), "receipt": scan(), **self.present()}
        return self.send(by or self.cast.field_worker, case, "deliver", **{**about, **more})

    def repaid(self, case: Case, fen: int, slip: str) -> str:
        """A slip registered by 办理岗 and booked by 财务岗."""
        said = self.send(
            self.cast.handler, case, "register", slip_number=slip, amount=f"{fen / 100:.2f}", paid_on=str(self.day), slip=scan()
        )  # fmt: skip
        deposit = Claim.objects.get(case=case).deposits.filter(slip_number=slip, undone_because="").last()
        if deposit is None:
            return said
        return self.send(self.cast.finance, case, "book", deposit=str(deposit.pk))
