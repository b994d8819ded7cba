"""批量打印 and 档案管理 from their pages: purpose, place, files of a village, the archive of a finished claim, the check."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.urls import reverse

from jubao.archive.models import ArchivedCase, Document
from jubao.claim_free.models import ConfirmationForm
from jubao.database.unit_of_work import unit_of_work
from jubao.jobs import tasks
from jubao.jobs.print_forms import JOB, order_of, print_forms
from jubao.oversight.models import AccessEvent, Export, JobRun
from jubao.people.models import Enrolment
from jubao.services.claim_free.forms import confirmation_form_pdf
from jubao.services.documents.store import document_path
from tests.support.claim_free_pages import PagesOf, said
from tests.support.claim_free_world import World
from tests.support.residents import system


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys and files of one test."""
    monkeypatch.setenv("JUBAO_DATA_DIR", str(tmp_path))


def listed(here: World) -> Enrolment:
    """Somebody on the list whose only-child state is known."""
    who = here.candidate(name="张桂芳")
    with unit_of_work(system(), "test"):
        Enrolment.objects.filter(id=who.id).update(is_only_child=False)
    here.extract()
    return who


def worked_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """What the worker does with the job that waits, in the test's own transaction."""
    from jubao.jobs import print_forms as job

    class Quiet:
        def __init__(self) -> None:
            self.all_kept: dict[str, object] = {}

        def keep(self, name: str, found: dict[str, object]) -> None:
            self.all_kept[name] = found

        def has(self, name: str) -> bool:
            return name in self.all_kept

        def step(self, name: str, total: int = 0) -> None: ...
        def advance(self, rows: int = 1) -> None: ...
        def refuse_stopped(self) -> None: ...

    quiet = Quiet()

    @contextmanager
    def running(key: object, **_more: object) -> Iterator[Quiet]:
        yield quiet

    monkeypatch.setattr(job, "running", running)
    run = JobRun.objects.get(job=JOB)
    order = order_of(run.district_code, run.month or 0, run.key, run.result["order"])
    print_forms(order, now=lambda: datetime(2024, 3, 11, tzinfo=UTC))
    run.state, run.result = "done", {"steps": dict(quiet.all_kept)}
    run.save()


def test_a_township_prints_its_villages_with_a_purpose(
    here: World, desk: PagesOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(here)
    browser = desk.of(here.cast.intake)
    shown = browser.get(reverse("claim-free-print")).content.decode()
    assert "打印 1 个村社的 1 人" in shown

    assert "PURPOSE_MISSING" in said(browser.post(reverse("claim-free-print-start"), {"purpose": ""}))
    assert not JobRun.objects.filter(job=JOB).exists()
    browser.post(reverse("claim-free-print-start"), {"purpose": "上门办理"})
    export = Export.objects.get(what="print:confirmation_forms")
    assert (export.purpose, export.row_count) == ("上门办理", 1)
    worked_off(monkeypatch)

    shown = browser.get(reverse("claim-free-print")).content.decode()
    assert "已打印 1 份" in shown
    run, form = JobRun.objects.get(job=JOB), ConfirmationForm.objects.get()
    assert reverse("claim-free-print-file", args=[run.id, form.document_id]) in shown
    file = browser.get(reverse("claim-free-print-file", args=[run.id, form.document_id]))
    assert file["Content-Type"] == "application/pdf" and file.content.startswith(b"%PDF")
    assert AccessEvent.objects.filter(fields=f"document:{form.document_id}").exists()
    stranger = desk.of(here.cast.outsider).get(
        reverse("claim-free-print-file", args=[run.id, form.document_id])
    )
    assert stranger.status_code in (403, 404)


def test_a_killed_printing_is_asked_for_again(
    here: World, desk: PagesOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "close_old_connections", lambda: None)
    listed(here)
    desk.of(here.cast.intake).post(reverse("claim-free-print-start"), {"purpose": "上门办理"})
    run = JobRun.objects.get(job=JOB)
    run.state, run.heartbeat_at = "running", datetime(2024, 3, 1, tzinfo=UTC)
    run.result = {"steps": {"order": run.result["order"]}}
    run.save()

    tasks.resume_killed.func(0)

    assert JobRun.objects.get(job=JOB).result["steps"]["order"]["name"]


@pytest.mark.requirement("QJ-A1-7-1", "QJ-A1-7-2")
def test_a_finished_claim_stands_in_the_archive_without_paper(here: World, desk: PagesOf) -> None:
    case = here.accepted(here.listed())
    desk.push(case)
    desk.review(case)
    file = ArchivedCase.objects.get(case=case)

    assert file.number in desk.page(here.cast.handler, "archive")
    shown = desk.page(here.cast.handler, "archive-case", case.id)

    assert all(
        words in shown
        for words in ("身份证件", "信息确认表", "待遇核定表", "不需要", "2074-03-11", "养老待遇核定类")
    )
    assert all(item["sha256"] in shown for item in file.items)
    assert AccessEvent.objects.filter(fields="archive", case_id=case.id).exists()
    assert desk.of(here.cast.outsider).get(reverse("archive-case", args=[case.id])).status_code in (403, 404)


@pytest.mark.requirement("SS-35-2")
def test_the_check_of_the_archive_names_what_was_changed(here: World, desk: PagesOf) -> None:
    case = here.accepted(here.listed())
    desk.push(case)
    desk.review(case)
    file = ArchivedCase.objects.get(case=case)
    browser = desk.of(here.cast.handler)
    assert "核对了 1 份档案" in said(browser.post(reverse("archive-check")))
    scan = Document.objects.get(id=file.items[0]["document"])

    document_path(scan.sha256).write_bytes(b"another picture")

    assert f"{file.number} 身份证件：文件被改动过" in said(browser.post(reverse("archive-check")))
    document_path(scan.sha256).unlink()
    assert f"{file.number} 身份证件：文件不在了" in said(browser.post(reverse("archive-check")))


def test_the_counter_opens_the_one_form_out_of_the_villages_file(
    here: World, desk: PagesOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(here)
    browser = desk.of(here.cast.intake)
    browser.post(reverse("claim-free-print-start"), {"purpose": "上门办理"})
    worked_off(monkeypatch)
    form = ConfirmationForm.objects.get()

    shown = browser.get(reverse("claim-free-paper", args=[form.case_id, form.id]))

    assert shown.content == confirmation_form_pdf(form.contents)
    assert AccessEvent.objects.filter(fields=f"form:{form.number}", case_id=form.case_id).exists()
