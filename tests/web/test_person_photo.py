"""基准照片 in a real browser: taken with source and reason, replaced, opened through the logged viewer, closed to other posts."""

from __future__ import annotations

import io
import re

from PIL import Image

from jubao.oversight.models import AccessEvent
from jubao.residents.models import ReferencePhoto
from tests.support.browser import Desk
from tests.support.residents import an_enrolment


def a_photo(shade: int) -> dict[str, object]:
    stream = io.BytesIO()
    Image.new("RGB", (420, 560), (shade, 120, 90)).save(stream, "JPEG")
    return {"name": "正面.jpg", "mimeType": "image/jpeg", "buffer": stream.getvalue()}


def test_a_photo_is_taken_replaced_and_every_look_is_shown(desk: Desk) -> None:
    with desk.records():
        who = an_enrolment(village=desk.seeded["villages"][0], name="钱玉珍", gender="female")
    page = desk.as_("500110-intake_clerk")
    page.goto(desk.address("person-photo", who.person_id))
    assert "还没有基准照片" in page.locator("main").inner_text()

    for shade, reason in ((200, "首次采集"), (90, "容貌变化较大")):
        page.set_input_files("[name=file]", a_photo(shade))  # type: ignore[arg-type]
        page.fill("[name=reason]", reason)
        page.get_by_role("button", name="保存").click()
        assert "照片已保存" in page.locator("body").inner_text()

    text = page.locator("main").inner_text()
    assert "首次采集" in text and "容貌变化较大" in text and "还没有人看过" in text
    assert desk.faults(page) == []
    desk.keep(page, "person-photo")
    address = page.get_by_role("link", name=re.compile("查看")).first.get_attribute("href")
    shown = page.request.get(page.url.split("/workbench/")[0] + str(address))
    assert shown.headers["content-type"] == "image/jpeg" and shown.body().startswith(b"\xff\xd8")
    page.reload()
    assert "还没有人看过" not in page.locator("main").inner_text()
    with desk.records():
        photos = list(ReferencePhoto.objects.filter(person_id=who.person_id).order_by("id"))
        assert [(one.reason, one.until_on is None) for one in photos] == [
            ("首次采集", False),
            ("容貌变化较大", True),
        ]
        assert all(one.taken_by_id and one.document.is_encrypted for one in photos)
        looked = AccessEvent.objects.filter(fields=f"document:{photos[1].document_id}")
        assert looked.count() == 1


def test_without_a_reason_or_a_right_post_nothing_is_kept(desk: Desk) -> None:
    with desk.records():
        who = an_enrolment(village=desk.seeded["villages"][0], name="孙兰英", gender="female")
    page = desk.as_("500110-intake_clerk")
    page.goto(desk.address("person-photo", who.person_id))
    page.set_input_files("[name=file]", a_photo(10))  # type: ignore[arg-type]
    page.fill("[name=reason]", " 　")
    page.get_by_role("button", name="保存").click()
    assert "没有写明原因" in page.locator("body").inner_text()
    with desk.records():
        assert not ReferencePhoto.objects.filter(person_id=who.person_id).exists()

    finance = desk.as_("500110-finance_officer")
    answer = finance.goto(desk.address("person-photo", who.person_id))
    assert answer is not None and answer.status == 403
