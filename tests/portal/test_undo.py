"""撤回确认: for some hours and before anybody handled it; a waiver never, somebody else's never."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from jubao.cases.models import Case, CaseEvent, CaseMaterial, Receipt
from jubao.claim_free.models import ConfirmationForm, Flag
from tests.support.portal import Phone, picture, words
from tests.support.portal_scene import Scene, a_scene, daughter, finished, helping
from tests.support.residents import number_of


@pytest.fixture
def scene(database: None, monkeypatch: pytest.MonkeyPatch) -> Scene:
    return a_scene(monkeypatch)


def undone(scene: Scene, phone: Phone | None = None, sure: str = "yes") -> str:
    return words((phone or scene.phone).post("portal:undo", scene.case.pk, sure=sure))


def state(scene: Scene) -> str:
    return Case.objects.get(pk=scene.case.pk).state


def test_a_confirmation_is_taken_back_and_made_again(scene: Scene) -> None:
    finished(scene)
    assert "撤回确认" in scene.phone.text("portal:case", scene.case.pk)
    asked = scene.phone.text("portal:undo", scene.case.pk)
    assert "确认表作废" in asked and "NOT_SURE" in undone(scene, sure="")
    scene.clock.forward(hours=1)

    answer = scene.phone.post("portal:undo", scene.case.pk, sure="yes")

    assert answer.url == reverse("portal:case", args=[scene.case.pk])
    case = Case.objects.get(pk=scene.case.pk)
    assert (case.state, case.is_open, case.due_on) == ("notified", True, None)
    assert scene.flag.state == Flag.State.FLAGGED
    assert set(ConfirmationForm.objects.filter(case=case).values_list("state", flat=True)) == {"void"}
    assert not CaseMaterial.objects.filter(case=case, removed_at__isnull=True).exists()
    event = CaseEvent.objects.get(case=case, action="undo")
    assert event.officer_id is None
    assert "本人撤回确认" in scene.phone.text("portal:case", case.pk)
    scene.phone.get("portal:claim-free")
    assert scene.phone.post("portal:own").status_code == 302
    for way in (scene.agree, scene.show_face):
        way()
    scene.phone.post("portal:only-child", scene.online.pk, only_child="no")
    scene.phone.post("portal:data", scene.online.pk)
    scene.phone.post("portal:make-up", scene.online.pk, answer="yes")
    scene.phone.post("portal:upload", scene.online.pk, front=picture(), back=picture())
    scene.phone.get("portal:notes", scene.online.pk)
    scene.clock.forward(seconds=5)
    scene.phone.post("portal:notes", scene.online.pk)
    assert state(scene) == "accepted"
    assert Case.objects.get(pk=scene.case.pk).due_on is not None


def confirmed_again(scene: Scene, phone: Phone) -> None:
    """The helper goes through the steps once more."""
    scene.phone = phone
    assert helping(scene, phone).status_code == 302
    for way in (scene.agree, scene.show_face):
        way()
    phone.post("portal:data", scene.online.pk)
    phone.post("portal:make-up", scene.online.pk, answer="yes")
    phone.post("portal:upload", scene.online.pk, front=picture(), back=picture())
    phone.get("portal:notes", scene.online.pk)
    scene.clock.forward(seconds=5)
    phone.post("portal:notes", scene.online.pk)
    assert state(scene) == "accepted"


def test_a_helper_takes_back_what_she_confirmed_and_the_next_receipt_is_of_its_own_day(scene: Scene) -> None:
    helper = daughter(scene)
    confirmed_again(scene, helper)
    first, made = Receipt.objects.get(case=scene.case), scene.online
    assert "张桂芳" in helper.text("portal:progress") or "张*" in helper.text("portal:progress")
    assert "撤回确认" in helper.text("portal:done", made.pk)
    assert "NOT_SURE" in words(helper.post("portal:confirmation-undo", made.pk, sure=""))

    said = words(helper.post("portal:confirmation-undo", made.pk, sure="yes"))

    assert "已撤回确认" in said and state(scene) == "notified"
    assert CaseEvent.objects.get(case=scene.case, action="undo").reason == "帮办人李*梅撤回"
    assert first.number not in helper.text("portal:done", made.pk)
    scene.clock.forward(hours=30)
    helper.login("李小梅", number_of(509903, date(1990, 4, 1), 22), "13900000022")
    confirmed_again(scene, helper)
    page = helper.text("portal:done", scene.online.pk)
    second = Receipt.objects.get(case=scene.case, issue=2)
    assert second.number in page and second.accepted_on > first.accepted_on
    assert second.document_id != first.document_id


def test_only_the_last_confirmation_is_taken_back_and_only_by_its_own(scene: Scene) -> None:
    helper = daughter(scene)
    confirmed_again(scene, helper)
    made = scene.online
    scene.clock.forward(hours=25)
    helper.login("李小梅", number_of(509903, date(1990, 4, 1), 22), "13900000022")

    assert "撤回确认" not in helper.text("portal:done", made.pk)
    assert "UNDO_TOO_LATE" in words(helper.post("portal:confirmation-undo", made.pk, sure="yes"))
    stranger = Phone(scene.clock)
    stranger.login("王小明", number_of(509903, date(1991, 4, 1), 23), "13900000023")
    assert "NOT_YOURS" in words(stranger.post("portal:confirmation-undo", made.pk, sure="yes"))


def test_what_a_helper_confirmed_the_participant_takes_back(scene: Scene) -> None:
    helper = scene.phone = daughter(scene)
    helping(scene, helper)
    for way in (scene.agree, scene.show_face):
        way()
    helper.post("portal:data", scene.online.pk)
    helper.post("portal:make-up", scene.online.pk, answer="yes")
    helper.post("portal:upload", scene.online.pk, front=picture(), back=picture())
    helper.get("portal:notes", scene.online.pk)
    scene.clock.forward(seconds=5)
    helper.post("portal:notes", scene.online.pk)
    assert state(scene) == "accepted"
    mother = Phone(scene.clock)
    mother.login("张桂芳", scene.number)

    refused = undone(scene, helper)
    undone(scene, mother)

    assert "NOT_YOURS" in refused
    assert state(scene) == "notified"


@pytest.mark.parametrize(("hours", "is_undone"), [(23.9, True), (24, False)])
def test_a_day_later_it_stands(scene: Scene, hours: float, is_undone: bool) -> None:
    finished(scene)
    scene.clock.forward(hours=hours)
    scene.phone.login("张桂芳", scene.number)
    scene.clock.forward(seconds=-70)

    said = undone(scene)

    assert ("UNDO_TOO_LATE" in said) is not is_undone
    assert state(scene) == ("notified" if is_undone else "accepted")


def test_what_is_handled_stands(scene: Scene) -> None:
    finished(scene)
    scene.here.handled(Case.objects.get(pk=scene.case.pk), on=scene.clock.at.date())

    assert "UNDO_TOO_LATE" in undone(scene) and state(scene) == "handled"
    assert "撤回确认" not in scene.phone.text("portal:case", scene.case.pk)


def test_a_waiver_is_never_taken_back(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = a_scene(monkeypatch, months=156)
    scene.until("make_up")
    scene.phone.post("portal:make-up-no", scene.online.pk, sure="yes")
    assert state(scene) == "waived"

    assert "UNDO_TOO_LATE" in undone(scene) and state(scene) == "waived"
    assert scene.flag.state == Flag.State.WAIVED


def test_what_the_counter_accepted_is_not_taken_back_on_the_phone(scene: Scene) -> None:
    scene.here.accepted(scene.case, on=scene.clock.at.date())
    scene.phone.login("张桂芳", scene.number)

    assert "UNDO_TOO_LATE" in undone(scene) and state(scene) == "accepted"
