"""From the pages: each office's own list, the card system asked over HTTP, the ordinary entrance, a claim rolled back."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from unittest import mock

import pytest
from django.urls import reverse

from jubao.benefits.models import Due, Entitlement
from jubao.cases.models import Case
from jubao.claim_free.models import Flag
from jubao.payments.models import PaymentLine
from jubao.people.models import CardAccountCheck, PayoutAccount
from jubao.people.numbers import numbers_of
from jubao.services.claim_free.rollback import rollback_make
from tests.support.cast import an_officer
from tests.support.claim_free_pages import PagesOf, said
from tests.support.claim_free_waiting import state, waiting
from tests.support.claim_free_world import DAY, World, at_ten
from tests.support.desk_pages import sent

NUMBER = "6217009900000000987"


@contextmanager
def card_system(answer: dict[str, Any] | None) -> Iterator[list[dict[str, Any]]]:
    """A card system that says this of everybody it is asked about; None: it fails."""
    asked: list[dict[str, Any]] = []

    class Stub(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            people = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["people"]
            asked.extend(people)
            self.send_response(200 if answer else 503)
            self.end_headers()
            told = [{"number": one["number"], **(answer or {})} for one in people]
            self.wfile.write(json.dumps({"accounts": told}).encode())

        def log_message(self, *_words: Any) -> None:
            """Silent."""

    server = HTTPServer(("127.0.0.1", 0), Stub)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    with mock.patch.dict("os.environ", {"JUBAO_CARD_URL": f"http://127.0.0.1:{server.server_port}"}):
        yield asked
    server.shutdown()
    server.server_close()


@pytest.mark.requirement("QJ-A1-5-2b")
def test_the_card_system_is_asked_at_handling(here: World, desk: PagesOf) -> None:
    case = waiting(here)

    with card_system(None) as asked:
        failed = desk.push(case)
    with card_system(
        {"outcome": "found", "bank": "重庆农村商业银行", "account": NUMBER, "is_activated": False}
    ):
        found = desk.push(case)

    assert len(asked) == 1 and "CARD_SYSTEM_FAILED" in failed and "已推送复核岗" in found
    kept = CardAccountCheck.objects.filter(person_id=case.person_id).order_by("-id").first()
    assert kept is not None
    assert (kept.bank_name, kept.account_number, kept.fetched_at) == ("重庆农村商业银行", NUMBER, at_ten(DAY))
    assert kept.is_activated is False
    desk.review(case)
    assert PayoutAccount.objects.get(person_id=case.person_id, until_on=None).account_number == NUMBER


@pytest.mark.requirement("QJ-4-1b")
def test_each_township_sees_exactly_its_own(here: World, desk: PagesOf) -> None:
    people = [here.candidate(village=village) for village in here.villages for _twice in range(2)]
    here.extract()
    townships = sorted({one.division_path.rsplit("/", 2)[0] + "/" for one in people})
    assert len(townships) == 2 and Flag.objects.count() == len(people)

    for township in townships:
        clerk = an_officer("handler", path=township, from_on=date(2020, 1, 1), today=DAY)
        shown = desk.page(clerk, "claim-free")
        assert {one.id for one in people if f"/people/{one.person_id}/" in shown} == {
            one.id for one in people if one.division_path.startswith(township)
        }


@pytest.mark.requirement("QJ-A2-3-3-1b")
def test_an_unflagged_person_is_sent_to_the_ordinary_claim(here: World, desk: PagesOf) -> None:
    who = here.candidate()
    case = here.listed(who)
    here.form(case)
    here.scans(case, "id_document", "confirmation_form")
    desk.review(case, "revoke", here.cast.handler, reason="外省参保")

    answer = desk.accept(case)

    assert "STEP_NOT_POSSIBLE" in answer and state(case) == "revoked"
    number = numbers_of([who.person_id])[who.person_id]
    assert "USE_ORDINARY_CLAIM" in sent(desk.of(here.cast.intake), "claim-free-accept", number=number)


@pytest.mark.requirement("QJ-A1-5-3b")
def test_a_death_before_sixty_leaves_no_pension(here: World, desk: PagesOf, clock: mock.MagicMock) -> None:
    who = here.candidate(balance_fen=250473)
    day = date(2024, 3, 15)
    case = here.accepted(here.listed(who), on=day)
    clock.return_value = at_ten(day)
    desk.push(case)
    desk.review(case)
    assert state(case) == "approved"
    clock.return_value = at_ten(date(2024, 4, 12))

    reported = desk.of(here.cast.intake).post(
        reverse("claim-free-rollback", args=[case.id]),
        {"cause": "death", "happened_on": "2024-04-10", "source": "村委会", "reason": "村干部报告"},
    )
    assert "已登记" in said(reported)
    back = Case.objects.get(kind="claim_rollback")
    rollback_make(
        actor=here.cast.handler.actor, case_id=back.id, reason="核实无误", expected_version=back.version,
        today=date(2024, 4, 12), now=at_ten(date(2024, 4, 12)),
    )  # fmt: skip
    desk.review(back)

    entitlement = Entitlement.objects.get(enrolment=who)
    assert state(back) == "approved" and entitlement.end_month == entitlement.start_month
    assert not Due.objects.filter(entitlement=entitlement, is_live=True).exists()
    assert not PaymentLine.objects.filter(enrolment_id=who.id).exists()
    assert Case.objects.get(kind="deregistration_task", person=who.person).is_open
