"""调度 from the page of the office to the inbox of a township, and its reply with time and user."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from jubao.cases.models import Case, CaseEvent
from jubao.services.cases.checks import CaseRefused
from jubao.services.claim_free.dispatches import dispatch_send
from jubao.services.claim_free.programme import member_assign
from tests.claim_free_statistics.county import MONTH, a_county, a_month, township_of
from tests.staff.browsing import open_browser
from tests.support.cast import Cast

pytestmark = pytest.mark.usefixtures("database")


@pytest.mark.requirement("QJ-1-2")
def test_a_dispatch_appears_in_the_inbox_and_its_reply_is_kept_with_time_and_user(cast: Cast) -> None:
    villages = a_county()
    a_month({villages[0]: {"waiting": 5}})
    township, due = township_of(villages[0]), timezone.localdate() + timedelta(days=3)
    office, clerk = open_browser(cast.handler), open_browser(cast.intake)
    shown = office.get(reverse("claim-free-dispatch") + f"?month=2024-03&to={township.path}").content.decode()

    office.post(
        reverse("claim-free-dispatch"),
        {"township": township.path, "month": "2024-03", "due_on": due.isoformat(), "words": "", "key": "one"},
    )

    case = Case.objects.get(kind="claim_free_dispatch")
    inbox = clerk.get(reverse("inbox")).content.decode()
    own = clerk.get(reverse("claim-free-dispatch")).content.decode()
    assert "5 人" in shown and f"{township.name}：截至" in shown
    assert (case.due_on, case.division_path) == (due, township.path)
    assert case.number in inbox and case.number in own and "还有5人未确认" in own

    clerk.post(
        reverse("case-action", args=[case.pk]),
        {
            "action": "reply",
            "reason": "已逐户联系，3人已确认",
            "version": case.version,
            "digest": case.digest,
            "key": "two",
        },
    )

    case.refresh_from_db()
    event = CaseEvent.objects.get(case=case, action="reply")
    answered = office.get(reverse("claim-free-dispatch") + "?month=2024-03").content.decode()
    assert (case.state, case.is_open) == ("replied", False)
    assert (event.reason, event.officer_id) == ("已逐户联系，3人已确认", cast.intake.officer.pk)
    assert "已逐户联系，3人已确认" in answered and cast.intake.person.name in answered


def test_pressing_twice_sends_once(cast: Cast) -> None:
    villages = a_county()
    a_month({villages[0]: {"waiting": 1}})
    sent = {
        "township": township_of(villages[0]).path, "month": "2024-03", "key": "same",
        "due_on": (timezone.localdate() + timedelta(days=1)).isoformat(),
    }  # fmt: skip

    for _twice in range(2):
        open_browser(cast.handler).post(reverse("claim-free-dispatch"), sent)

    assert Case.objects.filter(kind="claim_free_dispatch").count() == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [({"due_on": "2020-01-01"}, "DUE_IN_THE_PAST"), ({"due_on": "明天"}, "DATE_UNREADABLE"),
     ({"township": ""}, "TOWNSHIP_UNKNOWN"), ({"words": "字" * 501}, "WORDS_TOO_LONG"),
     ({"township": "500000/"}, "TOWNSHIP_UNKNOWN")],
)  # fmt: skip
def test_a_dispatch_with_a_fault_is_refused_with_its_reason(
    cast: Cast, change: dict[str, str], code: str
) -> None:
    villages = a_county()
    sent = {"township": township_of(villages[0]).path, "month": "2024-03", "due_on": "2099-01-01", "key": ""}

    answer = open_browser(cast.handler).post(reverse("claim-free-dispatch"), {**sent, **change}, follow=True)

    assert code in answer.content.decode()
    assert not Case.objects.exists()


def test_a_reply_without_words_is_refused(cast: Cast) -> None:
    villages = a_county()
    township = township_of(villages[0]).path
    case = dispatch_send(
        actor=cast.handler.actor,
        township=township,
        month=MONTH,
        due_on=date(2099, 1, 1),
        today=date(2024, 3, 15),
    )

    answer = open_browser(cast.intake).post(
        reverse("case-action", args=[case.pk]),
        {"action": "reply", "reason": " ", "version": case.version, "digest": case.digest, "key": "three"},
        follow=True,
    )

    assert "REASON_REQUIRED" in answer.content.decode()
    assert Case.objects.get(pk=case.pk).is_open


def test_only_the_office_sends_where_there_is_one_and_a_township_never(cast: Cast) -> None:
    villages = a_county()
    township = township_of(villages[0]).path
    member_assign(
        actor=cast.approver.actor, username=cast.reviewer.officer.username, role="leader",
        division_path=cast.handler.actor.scope, from_on=date(2024, 1, 1),
    )  # fmt: skip

    for actor in (cast.handler.actor, cast.intake.actor):
        with pytest.raises(CaseRefused, match=r"PROGRAMME_OFFICE_ONLY|POST_REQUIRED|LEVEL_REQUIRED"):
            dispatch_send(
                actor=actor, township=township, month=MONTH, due_on=date(2099, 1, 1), today=date(2024, 3, 15)
            )
