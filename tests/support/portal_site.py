"""The portal on a live site for the browser tests: its people, the face service beside it, and what a person does on a page.

Worked example: `with portal_site(cluster, folder) as desk: page = phone_of(desk, "张桂芳"); seen(desk, page, "home-in")` has
looked at the first page at 390 and 320 px, in both sizes of type, with axe.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page

from tests.support.browser import Desk
from tests.support.portal_browser import a_mobile, a_phone, face_counterpart, log_in, look

if TYPE_CHECKING:
    from jubao.database.embedded import Cluster

SECRET = "a-secret-of-the-tests"
DAUGHTER, SON = "李小梅", "张小军"
MONTHS = {"张桂芳": 204, "李秀英": 180, "王建华": 204, "周素珍": 204, "刘德明": 204}


@contextmanager
def portal_site(cluster: Cluster, folder: Path) -> Iterator[Desk]:
    """张桂芳 confirms herself, 李秀英 waives, 王建华 is helped, 刘德明 has a photo, 周素珍 is reported, 陈玉兰 draws."""
    from tests.support.claim_free_desk import claim_free_desk

    with pytest.MonkeyPatch.context() as patch, face_counterpart(SECRET) as address:
        patch.setenv("JUBAO_FACE", "reference,http")
        patch.setenv("JUBAO_FACE_URL", address)
        patch.setenv("JUBAO_FACE_SECRET", SECRET)
        with claim_free_desk(cluster, folder, _seed) as made:
            yield made


def _seed(desk: Desk) -> None:
    from jubao.database.unit_of_work import unit_of_work
    from jubao.people.numbers import numbers_of
    from jubao.services.face.reference_photos import reference_photo_set
    from tests.support.claim_free_desk import listed_today, number_of
    from tests.support.claim_free_world import World
    from tests.support.face_photos import photo
    from tests.support.residents import a_beneficiary, system
    from tests.support.residents import number_of as a_number

    here = World()
    for index, (name, case) in enumerate(listed_today(here, MONTHS).items()):
        desk.seeded[name] = case
        desk.seeded[f"{name} number"] = number_of(case)
        a_mobile(case.person_id, f"1389674550{index}")
    who = desk.seeded["刘德明"].person_id
    with unit_of_work(system("%"), "test"):
        reference_photo_set(
            actor=system("%"),
            person_id=who,
            content=photo("same-1"),
            source="card_system",
            from_on=date(2023, 6, 1),
        )
    drawing = a_beneficiary(
        village=here.villages[0],
        name="陈玉兰",
        birth=date(1960, 3, 2),
        mobile="13896745599",
        start_month=24310,
    )
    desk.seeded["陈玉兰 number"] = numbers_of([drawing.person.pk])[drawing.person.pk]
    desk.seeded[f"{DAUGHTER} number"] = a_number(509903, date(1990, 4, 1), 22)
    desk.seeded[f"{SON} number"] = a_number(509904, date(1988, 2, 3), 31)


def phone_of(desk: Desk, name: str, *, script: bool = True) -> Page:
    """That person's phone, logged in."""
    return log_in(desk, a_phone(desk, script=script), name, desk.seeded[f"{name} number"])


def seen(desk: Desk, page: Page, name: str) -> None:
    """Looked at."""
    look(desk, page, name)


def button(page: Page, name: str) -> None:
    """Press it."""
    page.get_by_role("button", name=name, exact=True).click()


def begun(desk: Desk, name: str, *, script: bool = True) -> Page:
    """To the agreements, by the pages."""
    page = phone_of(desk, name, script=script)
    page.get_by_label("搜索服务").fill("城乡居民养老待遇免申即享")
    button(page, "搜索")
    page.locator("section .row-link").click()
    page.get_by_role("link", name="去办理").click()
    if script and name == "张桂芳":
        seen(desk, page, "entries")
    button(page, "本人确认 我就是参保人")
    return page


def agreed(page: Page) -> None:
    """Both agreements accepted."""
    page.get_by_label("我已阅读并同意以上两份协议").check()
    button(page, "下一步")


def passed(page: Page, choice: str = "认证通过") -> None:
    """On the provider's own page."""
    button(page, "开始人脸认证")
    page.get_by_role("button", name=choice).click()


def chosen(page: Page, child: str) -> None:
    """独子 answered."""
    page.get_by_label(child, exact=True).check()
    button(page, "下一步")


def uploaded(page: Page, *fields: str) -> None:
    """Pictures chosen and sent."""
    from tests.support.claim_free_desk import a_scan

    for field in fields:
        page.locator(f"input[name={field}]").set_input_files(a_scan("照片"))
    button(page, "提交")
