"""举报 on the portal: without log-in, anonymous or named, a code to ask how far it is; nobody learns who is enrolled."""

from __future__ import annotations

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from jubao.cases.models import Case
from jubao.oversight.models import AuditEvent
from jubao.supervision.models import TipOff
from tests.supervision.office import Desk
from tests.support.portal import words


@pytest.fixture
def city(database: None, monkeypatch: pytest.MonkeyPatch) -> Desk:
    cache.clear()
    return Desk(monkeypatch, "500110", (2024, 7, 2))


def told(browser: Client, **more: str) -> str:
    usual = {
        "district": "500110", "topic": "wrong_collection", "about": "李某 新民村", "content": "父亲去世半年仍在领取",
        "signed": "0",
    }  # fmt: skip
    return words(browser.post(reverse("portal:tip-off"), usual | more, follow=True))


@pytest.mark.requirement("CQ-22-3")
def test_a_stranger_tells_without_log_in_and_asks_later_by_code(city: Desk) -> None:
    stranger = Client()

    page = told(stranger)

    tip = TipOff.objects.get()
    assert tip.is_anonymous and tip.channel == "online" and tip.division_path == city.path
    assert tip.case.number in page and tip.token in page
    assert "父亲去世半年仍在领取" in city.page(city.cast.auditor, "tip-off", tip.pk)
    later = words(Client().post(reverse("portal:tip-off-state"), {"code": tip.token}))
    assert "已登记，待受理" in later and "李某" not in later
    assert "没有这个查询码" in words(Client().post(reverse("portal:tip-off-state"), {"code": "x" * 22}))


@pytest.mark.requirement("CQ-22-3")
def test_a_named_tip_from_the_portal_is_sealed_and_no_account_stands_behind_it(city: Desk) -> None:
    told(Client(), signed="1", name="钱守信", phone="13800000021")

    tip = TipOff.objects.get()
    assert "钱守信" not in city.page(city.cast.handler, "case", tip.case_id)
    assert "钱守信" in city.send(city.cast.auditor, "tip-off-informant", tip.pk, purpose="回访核实")
    assert tip.case.maker_id is None and tip.case.events.get(action="open").natural_person_id is None
    assert not AuditEvent.objects.filter(command="tip_off_take", natural_person_id__isnull=False).exists()


def test_a_known_and_an_unknown_number_get_the_same_answer(city: Desk) -> None:
    from jubao.people.numbers import numbers_of

    who = city.someone().person
    for number in (numbers_of([who.pk])[who.pk], "509901196308150024"):
        assert "举报已收到" in told(Client(), number=number, content=f"举报 {number[-4:]}")
    assert list(TipOff.objects.order_by("id").values_list("person_id", flat=True)) == [who.pk, None]


def test_what_is_missing_is_said_and_too_many_an_hour_are_refused(city: Desk) -> None:
    stranger = Client()
    assert "没有选择区县" in told(stranger, district="")
    assert "没有写明被举报人" in told(stranger, about="")
    assert "没有填写举报内容" in told(stranger, content="")

    for _each in range(10):
        page = told(stranger)
    assert "一小时内举报太多次了" in page
    assert Case.objects.filter(kind="tip_off").count() == 8
