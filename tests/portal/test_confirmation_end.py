"""免申即享 on the phone, the later steps: pictures, notes, consent, for somebody else, result and form."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from jubao.archive.models import Document
from jubao.cases.models import Case, CaseEvent, ProgressLink, Receipt
from jubao.claim_free.models import ConfirmationForm, OnlineConfirmation
from jubao.database.unit_of_work import unit_of_work
from jubao.notices.models import OutboxMessage
from jubao.people.models import SharedFact
from jubao.residents.models import Agreement
from jubao.services.claim_free.texts import texts_of
from jubao.staff.regions import pack_of
from tests.staff.browsing import open_browser
from tests.support.portal import Phone, picture, words
from tests.support.portal_scene import MOBILE, Scene, a_scene, daughter, finished, helping
from tests.support.residents import system


@pytest.fixture
def scene(database: None, monkeypatch: pytest.MonkeyPatch) -> Scene:
    return a_scene(monkeypatch)


@pytest.mark.requirement("QJ-A2-3-1-1.5a")
def test_both_sides_of_the_card_are_needed_and_what_came_is_kept(scene: Scene) -> None:
    scene.until("upload")

    refused = scene.phone.post("portal:upload", scene.online.pk, front=picture())

    assert refused.status_code == 422 and "MATERIAL_MISSING" in words(refused) and "国徽面" in words(refused)
    assert scene.online.front_document_id is not None and scene.online.back_document_id is None
    assert scene.phone.post("portal:upload", scene.online.pk, back=picture()).status_code == 302
    front = Document.objects.get(pk=scene.online.front_document_id)
    assert front.is_encrypted and front.content_type == "image/jpeg"


@pytest.mark.requirement("QJ-A2-3-1-1.5b", "QJ-A2-3-1-img5", "QJ-A1-3-2")
@pytest.mark.parametrize(
    ("only_child", "platform", "is_asked"), [("yes", "", True), ("yes", "yes", False), ("no", "", False)]
)
def test_the_only_child_proof_is_asked_only_where_nobody_else_knows(
    scene: Scene, only_child: str, platform: str, is_asked: bool
) -> None:
    if platform:
        with unit_of_work(system(), "test"):
            SharedFact.objects.create(
                person_id=scene.enrolment.person_id, fact="only_child", value=platform, source="SHARED_DATA",
                known_on=scene.clock.at.date(),
            )  # fmt: skip
    scene.until("upload", only_child=only_child)

    page = scene.phone.get("portal:upload", scene.online.pk).content.decode()
    answer = scene.phone.post("portal:upload", scene.online.pk, front=picture(), back=picture())

    assert 'name="front"' in page and 'name="back"' in page
    assert ('name="only_child"' in page) is is_asked
    assert (answer.status_code == 422) is is_asked
    if is_asked:
        assert "独生子女材料" in words(answer)
        assert scene.phone.post("portal:upload", scene.online.pk, only_child=picture()).status_code == 302


@pytest.mark.requirement("QJ-A2-3-1-1.6", "QJ-A2-3-1-img9")
def test_the_notes_are_read_for_five_seconds(scene: Scene) -> None:
    scene.until("notes")
    page = words(scene.phone.get("portal:notes", scene.online.pk))
    notes = texts_of(pack_of(scene.case.division_path), scene.clock.at.date()).notes
    assert len(notes) == 5 and all(note in page for note in notes)
    assert 'data-wait="5"' in scene.phone.get("portal:notes", scene.online.pk).content.decode()

    scene.clock.forward(seconds=4)
    early = scene.phone.post("portal:notes", scene.online.pk)
    assert early.status_code == 409 and "READING_TOO_SHORT" in words(early)
    assert scene.online.finished_at is None
    scene.clock.forward(seconds=1)
    done = scene.phone.post("portal:notes", scene.online.pk)

    assert done.url == reverse("portal:done", args=[scene.online.pk])
    form = ConfirmationForm.objects.get(case=scene.case, state="consent")
    assert tuple(form.contents["notes"]) == notes


@pytest.mark.requirement("QJ-A1-2-1a", "QJ-A1-4-3-2")
def test_a_confirmation_goes_to_the_handler_without_an_intake_step(scene: Scene) -> None:
    finished(scene)

    case = Case.objects.get(pk=scene.case.pk)
    assert (case.state, case.channel) == ("accepted", "APP_CQHRSS")
    assert ConfirmationForm.objects.get(case=case, state="consent").channel == "APP_CQHRSS"
    taken = list(CaseEvent.objects.filter(case=case).exclude(action__in=("open", "viewed")))
    assert [one.action for one in taken] == ["confirm_online"]
    assert all(one.officer_id is None for one in taken)
    handled = scene.here.handled(case, on=scene.clock.at.date())
    assert handled.state == "handled"
    page = scene.phone.text("portal:done", scene.online.pk)
    assert Receipt.objects.get(case=case).number in page
    assert scene.phone.get("portal:receipt", scene.online.pk).content.startswith(b"%PDF")


@pytest.mark.requirement("QJ-A1-2-1b")
def test_a_channel_that_is_not_open_yet_is_refused(scene: Scene) -> None:
    scene.phone.login("张桂芳", scene.number)
    scene.phone.get("portal:claim-free", query="?channel=APP_YKB")

    refused = scene.phone.post("portal:own")

    assert refused.status_code == 409 and "CHANNEL_NOT_OPEN" in words(refused)
    assert not OnlineConfirmation.objects.exists()


@pytest.mark.requirement("QJ-A1-9-n5", "QJ-A1-9-s0")
def test_the_consent_keeps_the_wording_agreed_to_with_time_and_person(scene: Scene) -> None:
    finished(scene)

    form = ConfirmationForm.objects.get(case=scene.case, state="consent")
    kept = {one.text_name: one for one in Agreement.objects.filter(case_id=scene.case.pk)}
    versions = {one["name"]: one["sha256"] for one in form.texts}
    assert set(versions) == {"claim_free_form_notes", "claim_free_consent", "promise"}
    for name, sha256 in versions.items():
        assert (kept[name].text_sha256, kept[name].at) == (sha256, scene.clock.at)
        assert kept[name].person_id == scene.enrolment.person_id
    assert form.document is not None and form.agreed_at == scene.clock.at


def test_every_step_refuses_out_of_its_order_and_leaving_continues(scene: Scene) -> None:
    scene.begin()
    later = ["portal:only-child", "portal:data", "portal:upload", "portal:notes", "portal:make-up-no"]

    for route in later:
        assert scene.phone.post(route, scene.online.pk, only_child="no", sure="yes").status_code == 409, route
        assert scene.phone.get(route, scene.online.pk).url.endswith("/agree/")
        assert "250473" not in words(scene.phone.post(route, scene.online.pk))
    scene.agree()
    again = Phone(scene.clock)
    again.login("张桂芳", scene.number)
    assert again.post("portal:own").url == reverse("portal:confirmation", args=[scene.online.pk])
    assert again.get("portal:confirmation", scene.online.pk).url.endswith("/face/")
    assert OnlineConfirmation.objects.count() == 1


@pytest.mark.requirement("QJ-A2-3-1-2.1")
@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"name": "张桂花"}, "NAME_NUMBER_MISMATCH"),
        ({"number": "509903199004010228"}, "ID_CHECKSUM"),
        ({"only_child": ""}, "ONLY_CHILD_MISSING"),
        ({"relation": ""}, "RELATION_MISSING"),
    ],
)
def test_for_somebody_else_name_and_number_have_to_fit(
    scene: Scene, given: dict[str, str], code: str
) -> None:
    phone = daughter(scene)

    refused = helping(scene, phone, **given)

    assert refused.status_code >= 400 and code in words(refused)
    assert f'value="{scene.number}"' in refused.content.decode() or "number" in given
    assert not OnlineConfirmation.objects.exists()
    assert helping(scene, phone).status_code == 302


@pytest.mark.requirement("QJ-A2-3-1-2.2", "QJ-A1-4-2c")
def test_the_face_is_the_participants_and_the_helper_is_recorded(scene: Scene) -> None:
    scene.phone = daughter(scene)
    helping(scene, scene.phone, relation="村（社区）工作人员")
    scene.agree()

    refused = scene.show_face("fail", "different")
    assert "不是同一个人" in words(refused) and scene.online.face_check_id is None
    scene.show_face("pass")

    assert {one.name for one in scene.faces.asked} == {"张桂芳"}
    assert scene.phone.get("portal:confirmation", scene.online.pk).url.endswith("/data/")
    scene.phone.post("portal:data", scene.online.pk)
    scene.phone.post("portal:make-up", scene.online.pk, answer="yes")
    scene.phone.post("portal:upload", scene.online.pk, front=picture(), back=picture())
    scene.phone.get("portal:notes", scene.online.pk)
    scene.clock.forward(seconds=6)
    scene.phone.post("portal:notes", scene.online.pk)
    form = ConfirmationForm.objects.get(case=scene.case, state="consent")
    assert (form.helper_name, form.helper_relation) == ("李小梅", "村（社区）工作人员")
    assert form.account_id == scene.online.account_id and scene.online.is_helped
    assert form.contents["name"] == "张桂芳"
    told = OutboxMessage.objects.get(purpose="claim_free_confirmed")
    assert told.recipient == MOBILE and "李*梅" in told.body
    mother = Phone(scene.clock)
    mother.login("张桂芳", scene.number)
    assert "李*梅（手机上帮办）" in mother.text("portal:looked")


@pytest.mark.requirement("QJ-A1-8-1a", "QJ-A1-9-n1")
def test_the_code_of_the_receipt_shows_state_and_nothing_of_the_person(scene: Scene) -> None:
    finished(scene)
    link = ProgressLink.objects.get(case=scene.case)

    page = words(Phone(scene.clock).get("portal:token", link.token))

    assert "已受理" in page and "待复核" in page
    for secret in ("张桂芳", "张*芳", scene.number, scene.case.number, MOBILE, "163.02"):
        assert secret not in page
    assert "已受理" in scene.phone.text("portal:progress")
    assert Phone(scene.clock).get("portal:token", "nothing").status_code == 404


@pytest.mark.requirement("QJ-A1-8-1b", "QJ-A1-8-2")
def test_the_result_and_the_form_are_the_persons_own(scene: Scene) -> None:
    finished(scene)
    day = scene.clock.at.date()
    before = scene.phone.get("portal:determination", scene.case.pk)
    assert before.status_code == 409 and "NOT_COMPLETED" in words(before)
    scene.here.handled(Case.objects.get(pk=scene.case.pk), on=day)
    scene.here.reviewed(Case.objects.get(pk=scene.case.pk), on=day)

    assert "已办结" in scene.phone.text("portal:case", scene.case.pk)
    assert scene.phone.get("portal:determination", scene.case.pk).content.startswith(b"%PDF")
    stranger = daughter(scene)
    for route in ("portal:case", "portal:determination"):
        refused = stranger.get(route, scene.case.pk)
        assert refused.status_code == 409 and "NOT_YOURS" in words(refused)
    assert stranger.get("portal:data", scene.online.pk).status_code == 409


@pytest.mark.parametrize("was_told", [True, False])
def test_the_steps_say_that_it_was_confirmed_online(
    database: None, monkeypatch: pytest.MonkeyPatch, was_told: bool
) -> None:
    monkeypatch.setattr("tests.support.cast.FROM", date(2020, 1, 1))
    scene = a_scene(monkeypatch)
    handler = open_browser(scene.here.cast.handler)

    def bar() -> str:
        page = handler.get(reverse("case", args=[scene.case.pk])).content.decode()
        begins = page.index('class="step-bar"')
        return page[begins : page.index("</ol>", begins)]

    if was_told:
        for route in ("claim-free-verify", "claim-free-send"):
            handler.post(reverse(route), {"confirmed": "1", "case": [str(scene.case.pk)]})
    before = bar()
    finished(scene)

    after = bar()
    assert "经办机构现场受理" in before and "网上确认" not in before
    assert "网上确认" in after and "经办机构现场受理" not in after
    link = ProgressLink.objects.get(case=scene.case)
    for page in (
        scene.phone.text("portal:token", link.token),
        scene.phone.text("portal:case", scene.case.pk),
        words(handler.get(reverse("claim-free-progress-case", args=[scene.case.pk]))),
    ):
        assert "网上确认" in page and "现场受理" not in page
