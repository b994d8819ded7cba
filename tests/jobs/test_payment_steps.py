"""Large payment runs leave the page for a job, act as the officer who asked, go on after a kill; small ones stay on the page.

Worked example: with a limit of one person, 生成 leads to the page of the job; the worker makes the draft, 送审 and 发放 the
same way; the run stands at the officer's name.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from uuid import UUID, uuid4

import pytest
from django.urls import reverse

from jubao.jobs import payment_steps
from jubao.jobs.payment_steps import StepOrder, run_step
from jubao.jobs.tasks import ask_payment_step, resume_killed
from jubao.kernel.errors import CheckFailed
from jubao.oversight.models import JobRun
from jubao.payments.models import PaymentRun
from tests.payments.month import DISTRICT, MONTH, a_payee, funded
from tests.payments.month import approved as approve
from tests.staff.browsing import open_browser
from tests.support.cast import a_cast
from tests.support.database import OwnDatabase

TODAY = date(2026, 11, 20)


def clock() -> datetime:
    return datetime.now(UTC)


def worked_off(job_id: UUID) -> JobRun:
    """What the worker does with the order of a job."""
    job = JobRun.objects.get(id=job_id)
    run_step(StepOrder(**job.result["order"]), now=clock, day=TODAY)
    return JobRun.objects.get(id=job_id)


def test_a_large_run_is_drafted_and_sent_by_jobs(
    own_database: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_database.see_everything()
    cast = a_cast()
    for _one in range(2):
        a_payee()
    for place in ("jubao.jobs.payment_steps", "jubao.workbench.views.payment_actions"):
        monkeypatch.setattr(f"{place}.INLINE_PEOPLE", 1)
    handler, finance = open_browser(cast.handler), open_browser(cast.finance)

    form = {"month": "2025-06", "kind": "regular", "cut_off_on": "2025-06-10"}
    asked = handler.post(reverse("payment-run-draft"), form)
    own_database.see_everything()
    job = JobRun.objects.get(job="payment_draft")
    assert asked["Location"] == reverse("job", args=[job.id]) and not PaymentRun.objects.exists()
    assert handler.post(reverse("payment-run-draft"), form)["Location"] == asked["Location"], (
        "asked twice is asked once"
    )
    own_database.see_everything()
    done = worked_off(job.id)
    run = PaymentRun.objects.get()
    assert (done.state, run.lines.count(), done.result["steps"]["draft"]["number"]) == ("done", 2, run.number)
    page = handler.get(asked["Location"]).content.decode()
    assert reverse("payment-run", args=[run.id]) in page

    own_database.see_everything()
    funded(cast, approve(cast, run))
    asked = finance.post(reverse("payment-run-action", args=[run.id]), {"action": "send"})
    own_database.see_everything()
    job = JobRun.objects.get(job="payment_send")
    assert asked["Location"] == reverse("job", args=[job.id])
    for _twice in range(2):
        worked_off(job.id)
    run.refresh_from_db()
    assert run.state == "sent" and run.case.events.filter(action="send").count() == 1
    assert run.case.events.get(action="send").natural_person_id == cast.finance.person.id


def test_an_officer_whose_post_ended_asks_in_vain(own_database: OwnDatabase) -> None:
    own_database.see_everything()
    cast = a_cast()
    actor = cast.handler.actor
    order = StepOrder("draft", DISTRICT, MONTH, "regular", str(actor.officer_id), actor.scope)

    with pytest.raises(CheckFailed) as refused:
        run_step(replace(order, officer_id=str(uuid4())), now=clock, day=TODAY)

    assert refused.value.code == "OFFICER_WITHOUT_POST"
    assert JobRun.objects.get(job="payment_draft").state == "failed"


def test_a_killed_step_goes_into_the_queue_again(
    own_database: OwnDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_database.see_everything()
    cast = a_cast()
    actor = cast.handler.actor
    order = StepOrder("draft", DISTRICT, MONTH, "regular", str(actor.officer_id), actor.scope)
    job_id = ask_payment_step(order, actor.natural_person_id)
    JobRun.objects.filter(id=job_id).update(state="running", heartbeat_at=datetime(2026, 1, 1, tzinfo=UTC))
    again: list[StepOrder] = []
    monkeypatch.setattr("jubao.jobs.tasks._defer_step", again.append)

    resume_killed(0)

    assert again == [order]


def test_few_people_are_paid_on_the_page(database: None) -> None:
    a_payee()
    assert not payment_steps.is_large("500000/500110/")
