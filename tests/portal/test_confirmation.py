"""免申即享 on the phone, the first steps in their order: found, entered, agreed, face, only child, make-up."""

from __future__ import annotations

import pytest
from django.urls import reverse

from jubao.cases.models import Case
from jubao.claim_free.models import ConfirmationForm
from jubao.kernel.id_number import mask_id
from jubao.residents.models import Agreement
from tests.support.portal import Clock, Phone, words
from tests.support.portal_scene import Scene, a_scene, years_of


@pytest.fixture
def scene(database: None, monkeypatch: pytest.MonkeyPatch) -> Scene:
    return a_scene(monkeypatch)


@pytest.mark.requirement("QJ-A2-3-1-0a")
def test_the_service_is_found_by_its_full_name(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    phone = Phone(Clock(monkeypatch))

    page = phone.get("portal:home", query="?q=城乡居民养老待遇免申即享").content.decode()

    found = page.split('id="found"')[1].split("</section>")[0]
    assert found.count("row-link") == 1 and reverse("portal:claim-free") in found
    assert "城乡居民养老待遇免申即享" in found
    assert "没有找到" in phone.text("portal:home", query="?q=不存在的服务")


@pytest.mark.requirement("QJ-A2-3-1-0b")
def test_behind_the_button_are_exactly_two_entries(scene: Scene) -> None:
    scene.phone.login("张桂芳", scene.number)
    assert reverse("portal:entries") in scene.phone.get("portal:claim-free").content.decode()
    assert "去办理" in scene.phone.text("portal:claim-free")

    page = scene.phone.get("portal:entries").content.decode()

    assert page.count('class="entry"') == 2
    assert "<strong>本人确认</strong>" in page and "<strong>帮他人确认</strong>" in page


@pytest.mark.requirement("QJ-A2-3-1-1.1a")
def test_the_face_authentication_waits_for_the_agreements(scene: Scene) -> None:
    scene.begin()

    refused = scene.phone.post("portal:face", scene.online.pk)
    untold = scene.phone.post("portal:agree", scene.online.pk)

    assert refused.status_code == 409 and "STEP_OUT_OF_ORDER" in words(refused)
    assert "NOT_AGREED" in words(untold) and scene.online.agreed_at is None
    scene.agree()
    assert scene.online.agreed_at is not None
    assert Agreement.objects.filter(account_id=scene.online.account_id).count() == 2


@pytest.mark.requirement("QJ-A2-3-1-1.1b")
def test_without_a_passed_face_there_is_no_further_step(scene: Scene) -> None:
    scene.until("face")

    failed = scene.show_face("fail", "different")
    refused = scene.phone.post("portal:only-child", scene.online.pk, only_child="no")

    assert "不是同一个人" in words(failed) and "还可以这样办" in words(failed)
    assert refused.status_code == 409 and "STEP_OUT_OF_ORDER" in words(refused)
    assert scene.online.is_only_child is None
    assert scene.show_face("pass").url == reverse("portal:confirmation", args=[scene.online.pk])
    assert scene.phone.get("portal:confirmation", scene.online.pk).url.endswith("/only-child/")


@pytest.mark.requirement("QJ-A2-3-1-1.2", "QJ-A2-3-1-img3")
def test_the_only_child_is_chosen_and_nothing_is_chosen_before(scene: Scene) -> None:
    scene.until("only_child")

    page = scene.phone.get("portal:only-child", scene.online.pk).content.decode()
    refused = scene.phone.post("portal:only-child", scene.online.pk)

    assert page.count('name="only_child"') == 2 and "checked" not in page
    assert "张桂芳" in page and mask_id(scene.number) in page and scene.number not in page
    assert 'id="hint"' in page
    assert "ONLY_CHILD_MISSING" in words(refused) and scene.online.is_only_child is None


@pytest.mark.requirement("QJ-A2-3-1-1.4a", "QJ-A2-3-1-1.4b", "QJ-A2-3-1-img6")
def test_who_can_make_up_years_is_told_both_consequences_before_three_buttons(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = a_scene(monkeypatch, months=156)
    assert years_of(scene) == 2
    scene.until("make_up")
    assert scene.phone.get("portal:confirmation", scene.online.pk).url.endswith("/make-up/")

    page = scene.phone.get("portal:make-up", scene.online.pk).content.decode()

    main = page.split("<main")[1].split("</main>")[0]
    assert main.count("<button") == 3
    assert [main.index(f">{one}</button>") for one in ("是", "否", "我再想想")]
    prompt = main.split("<form")[0]
    assert (
        "2年" in prompt.replace(" ", "")
        and "放弃补缴" in prompt
        and "普通申领" in prompt
        and "终止" in prompt
    )


def test_who_has_nothing_to_make_up_is_not_asked(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = a_scene(monkeypatch, months=180)
    assert years_of(scene) == 0
    scene.until("make_up")

    assert scene.phone.get("portal:confirmation", scene.online.pk).url.endswith("/upload/")
    assert scene.phone.post("portal:make-up", scene.online.pk, answer="yes").status_code == 409


@pytest.mark.requirement("QJ-A2-3-1-1.4c")
def test_thinking_again_goes_back_and_changes_nothing(
    database: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene = a_scene(monkeypatch, months=156)
    scene.until("make_up")
    before = (scene.flag.state, scene.online.make_up_answer, Case.objects.get(pk=scene.case.pk).version)

    answer = scene.phone.post("portal:make-up", scene.online.pk, answer="think")

    assert answer.url == reverse("portal:data", args=[scene.online.pk])
    assert "163.02" not in words(answer)
    assert "信息无误" in scene.phone.text("portal:data", scene.online.pk)
    after = (scene.flag.state, scene.online.make_up_answer, Case.objects.get(pk=scene.case.pk).version)
    assert after == before


@pytest.mark.requirement("QJ-A2-3-1-1.4.1")
def test_no_on_both_pages_ends_the_flow_for_good(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = a_scene(monkeypatch, months=156)
    scene.until("make_up")

    warned = scene.phone.post("portal:make-up", scene.online.pk, answer="no")
    assert warned.url == reverse("portal:make-up-no", args=[scene.online.pk])
    assert "不能恢复" in scene.phone.text("portal:make-up-no", scene.online.pk)
    assert scene.flag.state == "flagged"
    done = scene.phone.post("portal:make-up-no", scene.online.pk, sure="yes")

    assert done.url == reverse("portal:done", args=[scene.online.pk])
    case = Case.objects.get(pk=scene.case.pk)
    assert (case.state, case.is_open, scene.flag.state) == ("waived", False, "waived")
    form = ConfirmationForm.objects.get(case=case)
    assert form.state == "waiver" and "claim_free_waiver" in [one["name"] for one in form.texts]
    again = scene.phone.post("portal:own")
    assert again.status_code == 409 and "USE_ORDINARY_CLAIM" in words(again)
    assert "不能恢复" in scene.phone.text("portal:done", scene.online.pk)


@pytest.mark.requirement("QJ-A2-3-1-1.4.2")
def test_yes_records_that_make_up_is_given_up(database: None, monkeypatch: pytest.MonkeyPatch) -> None:
    scene = a_scene(monkeypatch, months=156)
    scene.until("make_up")

    scene.phone.post("portal:make-up", scene.online.pk, answer="yes")

    assert (scene.online.make_up_answer, scene.online.make_up_answered_at) == ("give_up", scene.clock.at)
    assert scene.phone.get("portal:confirmation", scene.online.pk).url.endswith("/upload/")
