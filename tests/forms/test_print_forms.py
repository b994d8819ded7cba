"""Mass printing: a file per village, the same forms again, going on after a stop, people who must be asked left out."""

from __future__ import annotations

import subprocess
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from jubao.archive.models import Document
from jubao.claim_free.models import ConfirmationForm
from jubao.database.unit_of_work import unit_of_work
from jubao.jobs.print_forms import JOB, PrintOrder, print_forms
from jubao.jobs.progress import ask_to_stop
from jubao.oversight.models import AccessEvent, JobRun
from jubao.people.models import Enrolment
from jubao.services.claim_free.confirmation_batch import batch_make, batch_villages
from jubao.services.claim_free.confirmation_forms import form_export
from jubao.services.claim_free.forms import confirmation_form_pdf, confirmation_forms_pdf
from jubao.services.documents.store import document_open
from tests.support.claim_free_world import DAY, MARCH, World, at_ten
from tests.support.database import OwnDatabase
from tests.support.residents import system


def clock() -> datetime:
    """The worker's clock."""
    return datetime(2024, 3, 11, 2, 0, tzinfo=UTC)


@pytest.fixture
def here(own_database: OwnDatabase, monkeypatch: pytest.MonkeyPatch) -> World:
    """Two villages with three people each on the list of March 2024."""
    monkeypatch.setenv("JUBAO_DATA_DIR", str(own_database.data_dir))
    own_database.see_everything()
    world = World()
    for village in world.villages[:2]:
        for name in ("张桂芳", "罗世明", "欧阳翠兰"):
            enrolment = world.candidate(village=village, name=name)
            with unit_of_work(system(), "test"):
                Enrolment.objects.filter(id=enrolment.id).update(is_only_child=name == "张桂芳")
    world.extract()
    return world


def order(here: World, made_on: date = DAY) -> PrintOrder:
    """What the township's clerk asks for."""
    actor = here.cast.handler.actor
    return PrintOrder(
        here.district,
        actor.scope,
        MARCH.index,
        made_on,
        actor.officer_id,
        actor.natural_person_id,
        actor.name,
    )


def pages(content: bytes, folder: Path) -> list[str]:
    """The text of each page, as pdftotext reads it."""
    path = folder / "forms.pdf"
    path.write_bytes(content)
    text = subprocess.run(
        ["pdftotext", "-layout", path, "-"], check=True, capture_output=True, text=True
    ).stdout
    return text.split("\f")[:-1]


def test_every_village_gets_a_sealed_file_with_a_page_for_each_person(here: World, tmp_path: Path) -> None:
    shown: list[tuple[str, int, int]] = []

    found = print_forms(order(here), now=clock, listener=lambda *at: shown.append(at))

    assert [one["forms"] for one in found.values()] == [3, 3]
    assert shown[-1][1:] == (6, 6)
    for one in found.values():
        (document,) = Document.objects.filter(id__in=one["documents"])
        assert document.is_encrypted
        texts = pages(document_open(document.id), tmp_path)
        assert len(texts) == 3
        forms = ConfirmationForm.objects.filter(document=document).order_by("number")
        assert [form.number in text for form, text in zip(forms, texts, strict=True)] == [True] * 3
        assert {form.channel for form in forms} == {"HOME_VISIT"}
        assert confirmation_forms_pdf([form.contents for form in forms]) == document_open(document.id)
    assert AccessEvent.objects.filter(fields="confirmation_form", purpose="打印信息确认表").count() == 6
    job = JobRun.objects.get(job=JOB)
    assert (job.state, job.done, job.total) == ("done", 6, 6)


def test_the_same_day_again_is_the_same_paper_and_the_counters_forms_are_left_alone(here: World) -> None:
    village = batch_villages(here.cast.handler.actor.scope, MARCH.index)[0]
    single = form_export(
        actor=here.cast.intake.actor, case_id=village.case_ids[0], is_only_child=False, today=DAY, now=at_ten(DAY)
    )  # fmt: skip
    first = print_forms(order(here), now=clock)
    again = print_forms(order(here), now=clock)

    assert [one["forms"] for one in first.values()] == [2, 3]
    assert first[village.path]["left_out"] == {"PRINTED_ALREADY": 1}
    assert ConfirmationForm.objects.filter(state="open").count() == 6
    assert first == again
    single.refresh_from_db()
    assert single.state == "open"


def test_whoever_must_be_asked_first_is_left_out_by_reason(here: World) -> None:
    village = batch_villages(here.cast.handler.actor.scope, MARCH.index)[0]
    person = ConfirmationForm._meta.apps.get_model("cases", "Case").objects.get(id=village.case_ids[0])
    with unit_of_work(system("%"), "test"):
        Enrolment.objects.filter(id=person.subject_id).update(is_only_child=None)

    (made,) = batch_make(actor=here.cast.handler.actor, villages=[village], today=DAY)

    assert (len(made.forms), dict(made.left_out)) == (2, {"ONLY_CHILD_UNKNOWN": 1})


def test_a_stopped_printing_keeps_what_it_has_and_goes_on(
    here: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    from jubao.jobs import print_forms as job

    made: list[str] = []
    whole = job.batch_make

    def then_stop(**given: Any) -> Any:
        made.extend(one.path for one in given["villages"])
        ask_to_stop(JobRun.objects.get(job=JOB).id)
        return whole(**given)

    monkeypatch.setattr(job, "batch_make", then_stop)
    monkeypatch.setattr(job, "AHEAD", 0)
    monkeypatch.setattr(job, "PAGES_A_FILE", 3)
    assert print_forms(order(here), now=clock) == {}
    stopped = JobRun.objects.get(job=JOB)
    kept = [name for name in stopped.result["steps"] if name != "order"]
    assert (stopped.state, len(made), kept) == ("stopped", 1, made)
    monkeypatch.setattr(job, "batch_make", whole)
    monkeypatch.setattr(job, "PAGES_A_FILE", 250)

    found = print_forms(order(here), now=clock)

    assert [one["forms"] for one in found.values()] == [3, 3]
    assert ConfirmationForm.objects.count() == 6


def test_a_form_out_of_a_village_is_the_form_alone(here: World) -> None:
    print_forms(order(here), now=clock)

    form = ConfirmationForm.objects.order_by("number").first()

    assert form is not None
    assert confirmation_form_pdf(form.contents) == confirmation_form_pdf(form.contents)
