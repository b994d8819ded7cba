"""Pictures as evidence: retrievable with hash and time, kept three years at least, destroyed by decision and not before."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import TestCase
from django.urls import reverse
from django.utils.timezone import localtime

from jubao.archive.models import Document
from jubao.cases.models import Case
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import CheckFailed
from jubao.services.archives.disposal import contents_remove, leftovers
from jubao.services.cases.engine import case_open
from jubao.services.documents.images import image_store
from jubao.services.documents.store import document_open, document_path, document_problem
from tests.archive.pictures import photo
from tests.benefits.county import County
from tests.staff.browsing import open_browser
from tests.support.cast import Member
from tests.support.portal import Clock, words
from tests.support.residents import system

LAST_DAY, DUE = date(2027, 4, 30), date(2027, 5, 1)


class Office(County):
    """A district whose clock is set by the test."""

    def __init__(self, district: str, patch: pytest.MonkeyPatch) -> None:
        super().__init__(district, next_county="440523" if district != "440523" else "500110")
        self.patch = patch

    def on(self, day: date) -> None:
        Clock(self.patch, datetime(day.year, day.month, day.day, 2, tzinfo=UTC))

    def photo_of(self, taken_on: date, name: str = "现场.jpg", width: int = 800) -> Document:
        """A photo of a case that is closed."""
        clerk = self.cast.handler.actor
        with unit_of_work(clerk, "test"):
            case = Case.objects.create(
                number=f"T-{name}", kind="investigation", district_code=self.district, division_path=self.village.path,
                state="done", is_open=False, outcome="done",
            )  # fmt: skip
            found = image_store(
                actor=clerk, content=photo(width), name=name, document_class="evidence_media", case_id=case.pk,
                district_code=self.district,
            )  # fmt: skip
            at = datetime(taken_on.year, taken_on.month, taken_on.day, 4, tzinfo=UTC)
            Document.objects.filter(pk=found.pk).update(added_at=at)
        found.refresh_from_db()
        return found

    def deletion_tried(self, *documents: Document) -> str:
        browser = open_browser(self.cast.handler)
        chosen = {"document": [str(one.pk) for one in documents]}
        return words(browser.post(reverse("disposals"), chosen, follow=True))

    def decided(self, by: Member, case: Case, action: str = "approve") -> str:
        browser = open_browser(by)
        browser.get(reverse("case", args=[case.pk]))
        sent = {
            "action": action,
            "version": case.version,
            "digest": case.digest,
            "reason": "已鉴定",
            "key": "",
        }
        with TestCase.captureOnCommitCallbacks(execute=True):
            return words(browser.post(reverse("case-action", args=[case.pk]), sent, follow=True))


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, database: None) -> None:
    """Keys and files of one test."""
    monkeypatch.setenv("JUBAO_DATA_DIR", str(tmp_path))


@pytest.fixture
def here(data_folder: None, monkeypatch: pytest.MonkeyPatch) -> Office:
    return Office("500110", monkeypatch)


@pytest.mark.requirement("CQ-20-4")
def test_a_photo_is_not_deleted_before_three_years_and_afterwards_only_by_decision(here: Office) -> None:
    taken = here.photo_of(date(2024, 5, 1))
    here.on(LAST_DAY)
    refused = here.deletion_tried(taken)
    assert "RETENTION_RUNNING" in refused and "第二十条" in refused and "2027-05-01" in refused
    assert "保管中" in words(open_browser(here.cast.handler).get(reverse("disposals")))
    assert not Case.objects.filter(kind="disposal").exists()

    here.on(DUE)
    assert "已到期，建议销毁" in words(open_browser(here.cast.handler).get(reverse("disposals")))
    assert "等审批" in here.deletion_tried(taken)
    case = Case.objects.get(kind="disposal")
    assert case.proposal["lines"][0]["sha256"] == taken.sha256
    assert document_open(taken.pk)
    here.decided(here.cast.approver, case)

    taken.refresh_from_db()
    assert (taken.disposed_on, taken.disposal_case_id) == (DUE, case.pk)
    assert not document_path(taken.sha256, is_encrypted=True).exists()
    assert document_problem(taken) == ""
    with pytest.raises(CheckFailed, match="DOCUMENT_DISPOSED"):
        document_open(taken.pk)
    shown = words(open_browser(here.cast.handler).get(reverse("disposals")))
    assert taken.sha256 in shown and "2027-05-01" in shown


def test_what_is_not_agreed_to_stays(here: Office) -> None:
    taken = here.photo_of(date(2024, 5, 1))
    here.on(DUE)
    here.deletion_tried(taken)

    here.decided(here.cast.approver, Case.objects.get(kind="disposal"), "reject")

    assert document_open(taken.pk)
    assert Document.objects.get(pk=taken.pk).disposed_on is None


def test_the_content_that_another_case_has_too_stays_and_a_killed_destruction_is_finished(
    here: Office,
) -> None:
    taken, twin = here.photo_of(date(2024, 5, 1)), here.photo_of(date(2026, 1, 1), name="同一张.jpg")
    with unit_of_work(system("%"), "test"):
        Document.objects.filter(pk=taken.pk).update(disposed_on=DUE)

    assert contents_remove(leftovers()) == 0 and document_open(twin.pk)

    with unit_of_work(system("%"), "test"):
        Document.objects.filter(pk=twin.pk).update(disposed_on=DUE)
    assert contents_remove(leftovers()) == 1
    assert contents_remove(leftovers()) == 0


@pytest.mark.requirement("GD-21-10")
def test_images_of_a_submitted_case_are_retrievable_with_hash_and_time(
    data_folder: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = Office("440523", monkeypatch)
    here.on(date(2026, 3, 2))
    someone, township = here.someone(), open_browser(here.cast.intake)
    case = case_open(
        actor=here.cast.handler.actor, kind="comparison_check", district_code=here.district, person_id=someone.person.pk,
        division_path=here.village.path, proposal={"note": "生存验证"}, today=date(2026, 3, 2),
    )  # fmt: skip
    for name, width in (("现场照片.jpg", 800), ("证件影像.jpg", 900)):
        file = SimpleUploadedFile(name, photo(width), content_type="image/jpeg")
        township.post(reverse("case-material-add", args=[case.pk]), {"kind": "evidence", "file": file})

    county = open_browser(here.cast.handler)
    shown = words(county.get(reverse("case", args=[case.pk])))

    documents = [one.document for one in case.materials.select_related("document")]
    assert len(documents) == 2
    for document in documents:
        assert document.name in shown and document.sha256[:12] in shown
        answer = county.get(reverse("document", args=[document.pk]))
        assert answer["Content-Type"] == "image/jpeg" and answer.content == document_open(document.pk)
    added = case.materials.get(document=documents[0]).added_at
    assert f"{localtime(added):%Y-%m-%d %H:%M}" in shown
