"""The desk of a claim-free month without a browser: officers as clients, a clock that stands where the test puts it.

Worked example::

    here = Counter(monkeypatch)                     # 11 March 2024, ten o'clock
    case = here.world.listed(balance_fen=250473)
    page = here.act("500110-intake_clerk", case, "print", is_only_child="0")     # the text of the page that comes back
"""

from __future__ import annotations

import importlib
import io
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

import tests.support.cast as cast_module
from jubao.cases.models import Case
from jubao.claim_free.models import ConfirmationForm
from jubao.people.numbers import numbers_of
from jubao.services.claim_free.confirmation_forms import standing_form
from jubao.staff.models import Officer
from jubao.workbench.access import SESSION_EPOCH, SESSION_OFFICER
from tests.support.claim_free_desk import a_scan
from tests.support.claim_free_world import World

INTAKE, HANDLER, REVIEWER = "500110-intake_clerk", "500110-handler", "500110-reviewer"
POINTS = ("conditions_met", "exclusions_checked", "basic_data_checked", "payout_data_checked")
SAVED = {"materials_complete": "1", "wants_make_up": "0", "rechecked": "1"}
GRANTED_FROM = date(2023, 1, 1)


class Counter:
    """A county of 2024 and its pages."""

    def __init__(self, patch: pytest.MonkeyPatch, district: str = "500110") -> None:
        self.at = datetime(2024, 3, 11, 2, 0, tzinfo=UTC)
        patch.setattr("django.utils.timezone.now", lambda: self.at)
        patch.setattr(cast_module, "FROM", GRANTED_FROM)
        self.world = World(district)
        self._clients: dict[str, Client] = {}

    def on(self, day: date) -> None:
        """It is ten in the morning of this day; sessions begin anew."""
        self.at = datetime(day.year, day.month, day.day, 2, 0, tzinfo=UTC)
        self._clients.clear()

    def client(self, username: str) -> Client:
        """A browser in which this officer is logged in."""
        if username not in self._clients:
            officer = Officer.objects.get(username=username)
            store = importlib.import_module(settings.SESSION_ENGINE).SessionStore()
            store[SESSION_OFFICER], store[SESSION_EPOCH] = str(officer.id), officer.session_epoch
            store.create()
            made = self._clients[username] = Client()
            made.cookies[settings.SESSION_COOKIE_NAME] = store.session_key
        return self._clients[username]

    def get(self, username: str, route: str, *args: object, query: str = "") -> Any:
        """A page as it is answered."""
        return self.client(username).get(reverse(route, args=args) + query)

    def text(self, username: str, route: str, *args: object, query: str = "") -> str:
        """The words of a page."""
        return words(self.get(username, route, *args, query=query))

    def post(self, username: str, route: str, *args: object, **sent: Any) -> str:
        """Send a form; the words of the page it leads to."""
        return words(self.client(username).post(reverse(route, args=args), sent, follow=True))

    def post_to(self, username: str, route: str, query: str, **sent: Any) -> str:
        """The same with a query in the address."""
        return words(self.client(username).post(reverse(route) + query, sent, follow=True))

    def act(self, username: str, case: Case, do: str, **sent: Any) -> str:
        """One step at the counter."""
        version = Case.objects.values_list("version", flat=True).get(pk=case.pk)
        return self.post(username, "claim-free-accept-act", case.pk, do=do, version=version, **sent)

    def number(self, case: Case) -> str:
        """The identity number of the case's person."""
        assert case.person_id is not None
        return numbers_of([case.person_id])[case.person_id]

    def signed(
        self, case: Case, box: str = "consent", *, by: str = INTAKE, child: str = "0", **asked: Any
    ) -> str:
        """Printed and signed."""
        self.act(by, case, "print", is_only_child=child, **asked)
        return self.act(by, case, "sign", signed=box, signed_on=f"{self.at:%Y-%m-%d}", has_thumbprint="1")

    def scan(self, case: Case, *kinds: str, by: str = INTAKE) -> None:
        """Papers scanned."""
        for kind in kinds:
            self.act(by, case, "scan", kind=kind, file=a_file(kind))

    def accepted(self, case: Case, *, child: str = "0", by: str = INTAKE, proof: bool = False) -> str:
        """Printed, signed, scanned, saved."""
        self.signed(case, by=by, child=child)
        self.scan(
            case, "id_document", "confirmation_form", *(["only_child_material"] if proof else []), by=by
        )
        return self.act(by, case, "save", **SAVED)

    def handle(
        self, case: Case, *, by: str = HANDLER, points: tuple[str, ...] = POINTS, **entries: Any
    ) -> str:
        """办理 with every point answered yes."""
        case.refresh_from_db()
        assert case.person is not None
        sent = {"id_card_name": case.person.name, "is_only_child": "0", "version": case.version, **entries}
        sent |= {f"point-{name}": "1" for name in points}
        return self.post(by, "claim-free-handle", case.pk, do="handle", **sent)

    def review(
        self, case: Case, action: str = "approve", *, by: str = REVIEWER, points: tuple[str, ...] = POINTS, reason: str = ""
    ) -> str:  # fmt: skip
        """Every paper opened, then the decision."""
        self.get(by, "case", case.pk)
        for paper in case.materials.filter(removed_at__isnull=True):
            self.get(by, "case-material", case.pk, paper.pk)
        self.get(by, "case-actions", case.pk)
        case.refresh_from_db()
        sent: dict[str, Any] = {
            "action": action,
            "version": case.version,
            "digest": case.digest,
            "reason": reason,
        }
        sent |= {f"point-{name}": "1" for name in points}
        return self.post(by, "case-action", case.pk, **sent)

    def form(self, case: Case) -> ConfirmationForm:
        """The form that counts."""
        found = standing_form(case.pk)
        assert found is not None
        return found


def a_file(words_of_it: str) -> SimpleUploadedFile:
    """A scan as a browser sends it."""
    return SimpleUploadedFile(f"{words_of_it}.jpg", a_scan(words_of_it)["buffer"], content_type="image/jpeg")


def words(answer: Any) -> str:
    """What a page says, without its tags; nothing of what is not a page."""
    if "html" not in answer.get("Content-Type", ""):
        return ""
    return " ".join(re.sub(r"<[^>]+>", " ", answer.content.decode()).split())


def pdf_text(content: bytes) -> str:
    """The words of a PDF, without blanks."""
    return "".join("".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())
