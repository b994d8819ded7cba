"""The office of a district for tests of 注销登记: applications at the counter, decisions, money in an account.

Worked example: `here.applied(who)` hands in the son's application after a death of last week; `here.approved(who)` decides it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from jubao.cases.models import Case
from jubao.database.unit_of_work import unit_of_work
from jubao.ledger.models import Account, Transfer
from jubao.people.models import Enrolment
from tests.benefits.county import County
from tests.staff.browsing import open_browser
from tests.support.cast import Member
from tests.support.claim_free_desk import a_scan
from tests.support.portal import Clock, words
from tests.support.residents import Beneficiary, number_of, system

DISTRICT, DAY = "150404", date(2026, 3, 2)
SON = number_of(159904, date(1988, 2, 3), 31)
PASSPORT = "E12345678"
PAPERS = ("id_document", "deregistration_form", "promise")
TERMS = {
    "payee_bank": "松山农商行", "payee_account": "6217000000000000017", "rates": "2025=2.4，2026=2.4",
    "rate_source": "内人社发〔2026〕1号", "grant": "1000", "grant_source": "松政发〔2026〕3号",
}  # fmt: skip


class Office(County):
    """The district on 2 March 2026, with the pages of its officers."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        super().__init__(DISTRICT, next_county="500110")
        Clock(patch, datetime(2026, 3, 2, 2, 0, tzinfo=UTC))
        self.browsers: dict[str, Client] = {}

    def browser(self, member: Member) -> Client:
        return self.browsers.setdefault(member.officer.username, open_browser(member))

    def page(self, member: Member, route: str, *args: object) -> str:
        return words(self.browser(member).get(reverse(route, args=args)))

    def applied(self, whom: Enrolment, *, papers: tuple[str, ...] = PAPERS, **more: Any) -> str:
        """The application of the son after a death of last week; `more` differs from it."""
        given = {
            "cause": "DEATH", "happened_on": "2026-02-24", "applicant": "王小军", "relation": "法定继承人",
            "document_kind": "id_card", "number": SON, "valid_until": "2026-03-02", "promise_made": "1",
            "informed_on": "2026-02-26", "informed_by": "协办员林晓", **TERMS,
            **{one: scan() for one in papers},
        }  # fmt: skip
        answer = self.browser(self.cast.intake).post(
            reverse("deregistration-new", args=[whom.person_id]), given | more, follow=True
        )
        assert answer.status_code == 200
        return words(answer)

    def approved(self, whom: Enrolment) -> Case:
        return self.decide(self.case(whom), on=DAY)

    def case(self, whom: Enrolment) -> Case:
        return Case.objects.get(kind="deregistration", person_id=whom.person_id)


def scan() -> SimpleUploadedFile:
    return SimpleUploadedFile("scan.jpg", a_scan("材料")["buffer"], content_type="image/jpeg")


def money(who: Beneficiary) -> None:
    """2504.73 yuan in the account."""
    with unit_of_work(system(), "test"):
        debit, _new = Account.objects.get_or_create(
            kind="transfer_fund", district_code=DISTRICT, enrolment=None
        )
        credit = Account.objects.create(
            kind="transferred_in", district_code=DISTRICT, enrolment=who.enrolment
        )
        Transfer.objects.create(
            debit_account=debit, credit_account=credit, amount_fen=250_473, code="transfer_in", value_date=date(2025, 1, 6)
        )  # fmt: skip
