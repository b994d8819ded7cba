"""举报 behind its pages: taken at every level and channel, seen by the county, the informant sealed, what follows from it."""

from __future__ import annotations

from datetime import date

import pytest
from django.urls import reverse

from jubao.archive.models import Document
from jubao.benefits.models import PaymentStatus
from jubao.cases.models import Case
from jubao.oversight.models import AccessEvent
from jubao.people.numbers import numbers_of
from jubao.services.documents.store import document_path
from jubao.supervision.models import TipOff
from tests.supervision.office import Desk

NAMED = {"signed": "1", "name": "钱守信", "phone": "13800000021", "address": "新民村三组"}


@pytest.fixture
def village(database: None, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(monkeypatch, "360734", (2021, 5, 6))


@pytest.fixture
def city(database: None, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(monkeypatch, "500110", (2024, 7, 2))


@pytest.fixture
def banner(database: None, monkeypatch: pytest.MonkeyPatch) -> Desk:
    return Desk(monkeypatch, "150404", (2024, 7, 2))


@pytest.mark.requirement("XW-2-4-9")
@pytest.mark.parametrize("level", ["assistant", "intake", "handler"])
def test_a_tip_taken_at_any_of_the_three_levels_is_seen_by_the_county(village: Desk, level: str) -> None:
    assert "已登记" in village.tip(village.cast.members()[level], content="有人长期在外地领取")

    tip = TipOff.objects.get()
    assert tip.division_path == village.cast.members()[level].actor.scope
    assert tip.case.number in village.page(village.cast.auditor, "tip-offs")
    assert "有人长期在外地领取" in village.page(village.cast.reviewer, "tip-off", tip.pk)
    outside = village.browser(village.cast.outsider).get(reverse("tip-off", args=[tip.pk]))
    assert outside.status_code == 404


@pytest.mark.requirement("XW-2-4-10")
def test_a_death_tip_starts_an_audit_the_same_day_and_stops_no_payment(village: Desk) -> None:
    drawing = village.someone(name="王秀兰")
    number = numbers_of([drawing.person.pk])[drawing.person.pk]

    village.tip(village.cast.assistant, topic="death", about="王秀兰", number=number, content="四月去世")

    audit = Case.objects.get(kind="audit", person_id=drawing.person.pk)
    assert audit.proposal["opened_on"] == "2021-05-06"
    assert audit.opened_at.date() == date(2021, 5, 6)
    assert audit.number in village.page(village.cast.auditor, "supervision-cases")
    assert PaymentStatus.objects.get(entitlement_id=drawing.entitlement_id).kind == "normal"

    village.tip(village.cast.intake, topic="death", about="王秀兰", number=number, content="听说去世")
    assert Case.objects.filter(kind="audit").count() == 1


@pytest.mark.requirement("CQ-22-3")
@pytest.mark.parametrize("channel", ["phone", "letter", "in_person"])
def test_the_informant_is_hidden_from_the_township_and_every_look_is_written_down(
    city: Desk, channel: str
) -> None:
    cast = city.cast
    city.tip(cast.intake, channel=channel, topic="wrong_collection", about="李某", content="代领", **NAMED)
    tip = TipOff.objects.get()

    for route, key in (("tip-off", tip.pk), ("case", tip.case_id)):
        page = city.page(cast.intake, route, key)
        assert "实名" in page
        assert "钱守信" not in page and "13800000021" not in page and "三组" not in page
    refused = city.browser(cast.intake).post(
        reverse("tip-off-informant", args=[tip.pk]), {"purpose": "想看看"}
    )
    assert refused.status_code == 403
    assert AccessEvent.objects.get(was_refused=True).natural_person_id == cast.intake.person.pk

    assert "钱守信" in city.send(cast.auditor, "tip-off-informant", tip.pk, purpose="回访核实")
    look = AccessEvent.objects.get(fields=f"informant:{tip.pk}")
    assert (look.natural_person_id, look.purpose, look.case_id) == (
        cast.auditor.person.pk, "回访核实", tip.case_id,
    )  # fmt: skip


def test_nothing_of_the_informant_lies_in_the_clear_and_no_page_of_documents_leads_there(city: Desk) -> None:
    city.tip(city.cast.intake, **NAMED)

    sealed = Document.objects.get(document_class="tip_informant")
    assert "钱守信".encode() not in document_path(sealed.sha256, is_encrypted=True).read_bytes()
    for member in (city.cast.intake, city.cast.auditor, city.cast.approver):
        assert city.browser(member).get(reverse("document", args=[sealed.pk])).status_code == 404
    assert "INFORMANT_MISSING" in city.tip(city.cast.intake, signed="1", name="")


def test_an_anonymous_tip_has_no_informant_to_look_at(city: Desk) -> None:
    city.tip(city.cast.intake, name="不该留下的名字", signed="0")

    tip = TipOff.objects.get()
    assert tip.is_anonymous and tip.informant is None
    said = city.send(city.cast.auditor, "tip-off-informant", tip.pk, purpose="回访核实")
    assert "匿名" in said and "不该留下的名字" not in said


@pytest.mark.requirement("SS-03-2-5c")
def test_a_tip_taken_by_the_township_has_number_and_state(banner: Desk) -> None:
    said = banner.tip(banner.cast.intake, content="低保户重复领取", topic="duplicate", about="张某")

    tip = TipOff.objects.get()
    assert tip.case.number.startswith("150404-2024-") and tip.case.number in said
    assert "已登记，待受理" in banner.page(banner.cast.intake, "tip-off", tip.pk)


def confirmed(desk: Desk, tip: TipOff, *, is_true: bool) -> Case:
    """Accepted and investigated by the auditor, answered by the reviewer."""
    cast, case = desk.cast, tip.case
    desk.step(cast.auditor, case, "accept")
    desk.step(cast.auditor, case, "found_true" if is_true else "found_false", "走访核实")
    desk.step(cast.reviewer, case, "confirm" if is_true else "dismiss", "已答复举报人")
    return case


@pytest.mark.requirement("CQ-23-1")
def test_a_confirmed_tip_has_a_reward_case_and_an_unconfirmed_one_has_none(city: Desk) -> None:
    for content in ("甲", "乙"):
        city.tip(city.cast.intake, topic="wrong_collection", about=content, content=content, **NAMED)
    true, false = TipOff.objects.order_by("id")

    assert confirmed(city, true, is_true=True).state == "confirmed"
    assert confirmed(city, false, is_true=False).state == "unfounded"

    reward = Case.objects.get(kind="informant_reward")
    assert reward.subject_id == true.case_id and reward.proposal["legal_basis"] == "渝人社发〔2011〕288号"
    assert reward.number in city.page(city.cast.reviewer, "tip-off", true.pk)
    said = city.step(city.cast.handler, reward, "propose")
    assert "举报奖励占查实金额的比例" in said and reward.state == "opened"
    assert "钱守信" not in city.page(city.cast.handler, "case", reward.pk)


def test_a_region_without_rewards_opens_none(banner: Desk) -> None:
    banner.tip(banner.cast.intake, topic="wrong_collection", about="甲", content="甲")

    confirmed(banner, TipOff.objects.get(), is_true=True)

    assert Case.objects.filter(kind="fraud").count() == 1
    assert not Case.objects.filter(kind="informant_reward").exists()


def test_a_tip_about_money_says_whom_it_is_about_and_the_deadline_is_in_working_days(city: Desk) -> None:
    assert "ABOUT_MISSING" in city.tip(city.cast.intake, topic="death", about="")
    assert "PERSON_UNKNOWN" in city.tip(city.cast.intake, topic="death", number="509901196308150024")
    assert not TipOff.objects.exists()

    city.tip(city.cast.intake)
    assert TipOff.objects.get().case.due_on == date(2024, 9, 25)  # sixty working days after 2 July 2024


def test_the_list_is_filtered_and_exported_without_informants(city: Desk) -> None:
    city.tip(city.cast.intake, topic="staff", content="态度差", **NAMED)
    city.tip(city.cast.intake, topic="other", content="其他事")

    assert (
        "工作人员违规" not in city.page(city.cast.auditor, "tip-offs", query="?topic=other").split("编号")[-1]
    )
    answer = city.browser(city.cast.auditor).post(reverse("tip-offs-export"), {"purpose": "月度汇总"})
    assert answer.status_code == 200 and answer["Content-Type"].endswith("sheet")
    assert "钱守信".encode() not in answer.content
