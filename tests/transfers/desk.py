"""The district on 2 March 2026 with its pages of 关系转移, for the tests of moving rights.

Worked example::

    here = Desk(monkeypatch)
    who = here.contributor(money={"own_payment": 280_000})
    page = here.apply("intake", "in", who, place="翁牛特旗", papers=("id_document", "household_booklet"))
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from jubao.cases.models import Case, CaseMaterial
from jubao.contributions.models import Contribution
from jubao.database.unit_of_work import unit_of_work
from jubao.ledger.models import Account, Transfer
from jubao.people.models import Enrolment
from tests.benefits.county import County
from tests.staff.browsing import open_browser
from tests.support.cast import an_officer
from tests.support.claim_free_desk import a_scan
from tests.support.counter import pdf_text
from tests.support.portal import Clock, words
from tests.support.residents import an_enrolment, system

DISTRICT, DAY = "150404", date(2026, 3, 2)
RATE = {"rate": "1.5", "rate_source": "测试公布文件"}
LETTER = {
    "number": "JS-2026-118", "letter_on": "2026-02-27", "agency": "红山区社会保险中心", "bank": "某某银行红山支行",
    "account": "6217003760000001181",
}  # fmt: skip


class Desk(County):
    """Officers with browsers (`clerk` takes in at the district), contributors with money."""

    def __init__(self, patch: pytest.MonkeyPatch, district: str = DISTRICT) -> None:
        super().__init__(district, next_county="500110")
        self.clock = Clock(patch, datetime(2026, 3, 2, 2, 0, tzinfo=UTC))
        self.browsers: dict[str, Client] = {}
        self.clerk = an_officer("intake_clerk", path=self.path)

    def browser(self, who: str) -> Client:
        """The browser of a member of the cast, by its name there."""
        member = self.clerk if who == "clerk" else getattr(self.cast, who)
        return self.browsers.setdefault(who, open_browser(member))

    def contributor(
        self, *, money: dict[str, int] | None = None, years: tuple[int, ...] = (), **about: Any
    ) -> Enrolment:
        """Somebody of the first village who pays in, with what stands in the account."""
        who = an_enrolment(village=self.village, **{"birth": date(1984, 5, 5), **about})
        for kind, fen in (money or {}).items():
            self.more_money(who, kind, fen)
        with unit_of_work(system(), "test"):
            for year in years:
                Contribution.objects.create(
                    enrolment=who, year=year, tier_fen=40_000, amount_fen=40_000, treasury_on=date(year, 3, 12),
                    receipt_number=f"T{who.pk.hex[-10:]}{year}",
                )  # fmt: skip
        return who

    def more_money(self, who: Enrolment, kind: str, fen: int) -> None:
        """Money in one part of somebody's account, since January."""
        with unit_of_work(system(), "test"):
            fund, _new = Account.objects.get_or_create(
                kind="transfer_fund", district_code=self.district, enrolment=None
            )
            part, _new = Account.objects.get_or_create(kind=kind, district_code=self.district, enrolment=who)
            Transfer.objects.create(
                debit_account=fund,
                credit_account=part,
                amount_fen=fen,
                code="transfer_in",
                value_date=date(2026, 1, 6),
            )

    def apply(self, by: str, kind: str, whom: Enrolment, *, papers: tuple[str, ...] = (), **sent: Any) -> str:
        """Send the form of an application; the words of the page that follows."""
        given = sent | {one: scan() for one in papers}
        return words(self.browser(by).post(reverse("transfer-new", args=[kind, whom.pk]), given, follow=True))

    def case(self, whom: Enrolment, kind: str) -> Case:
        """The latest case of a kind of somebody."""
        return Case.objects.filter(kind=kind, person_id=whom.person_id).latest("opened_at")

    def act(self, by: str, case: Case, do: str, **sent: Any) -> str:
        """One step on the page of a move."""
        case.refresh_from_db()
        given = {"do": do, "version": case.version, "digest": case.digest, **sent}
        return words(self.browser(by).post(reverse("transfer-act", args=[case.pk]), given, follow=True))

    def page(self, by: str, route: str, *args: object, query: str = "") -> str:
        """The words of a page."""
        return words(self.browser(by).get(reverse(route, args=args) + query))

    def decided(self, case: Case, action: str = "approve", *, by: str = "reviewer", reason: str = "") -> str:
        """Every paper opened on the page of the case, then the decision there."""
        browser = self.browser(by)
        browser.get(reverse("case", args=[case.pk]))
        for one in CaseMaterial.objects.filter(case=case, removed_at__isnull=True):
            browser.get(reverse("case-material", args=[case.pk, one.pk]))
        browser.get(reverse("case-actions", args=[case.pk]))
        case.refresh_from_db()
        sent = {"action": action, "version": case.version, "digest": case.digest, "reason": reason}
        return words(browser.post(reverse("case-action", args=[case.pk]), sent, follow=True))

    def printed(self, case: Case, kind: str, by: str = "handler") -> str:
        """The words of a paper as the page prints it."""
        material = CaseMaterial.objects.get(case=case, kind=kind, document__content_type="application/pdf")
        answer = self.browser(by).get(reverse("transfer-paper", args=[case.pk, material.document_id]))
        return pdf_text(answer.content)


def scan() -> SimpleUploadedFile:
    """A scan as a browser sends it."""
    return SimpleUploadedFile("scan.jpg", a_scan("材料")["buffer"], content_type="image/jpeg")
