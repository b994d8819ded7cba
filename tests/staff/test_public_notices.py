"""公示宣传 behind its page: posted from a day to a day at a place, with a photo; refusals first."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from jubao.notices.models import PublicNotice
from tests.archive.pictures import photo
from tests.staff.browsing import open_browser
from tests.support.cast import Cast, a_cast
from tests.support.portal import Clock, words

MAKE = "public-notice-make"


@pytest.fixture
def cast(database: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Cast:
    """松山 on 5 March 2026."""
    monkeypatch.setenv("JUBAO_DATA_DIR", str(tmp_path))
    Clock(monkeypatch, datetime(2026, 3, 5, 2, tzinfo=UTC))
    return a_cast("150404", next_county="440523")


def given(cast: Cast) -> dict[str, object]:
    """A week of the assistant's village."""
    return {
        "kind": "publicity", "title": "3月待遇发放公示", "text": "名单见附件", "from_on": "2026-03-05", "last_on": "2026-03-11",
        "place": [cast.assistant.actor.scope],
    }  # fmt: skip


@pytest.mark.requirement("SS-03-2-5d", "SS-03-3-4")
def test_a_notice_is_posted_from_a_day_to_a_day_at_a_place_with_a_photo(cast: Cast) -> None:
    township, assistant = open_browser(cast.intake), open_browser(cast.assistant)
    assert "已通知 1 个村社张贴" in words(township.post(reverse(MAKE), given(cast), follow=True))
    notice = PublicNotice.objects.get()
    assert "3月待遇发放公示" in (seen := words(assistant.get(reverse("public-notices")))) and "待张贴" in seen

    address = reverse("public-notice-post", args=[notice.pk])
    assert "PHOTO_MISSING" in words(assistant.post(address, {"place": "村委会公示栏"}, follow=True))
    file = SimpleUploadedFile("board.jpg", photo(), content_type="image/jpeg")
    assert "已登记张贴" in words(
        assistant.post(address, {"place": "村委会公示栏", "photo": file}, follow=True)
    )

    notice.refresh_from_db()
    assert (notice.from_on, notice.until_on, notice.posted_on) == (
        date(2026, 3, 5),
        date(2026, 3, 12),
        date(2026, 3, 5),
    )
    assert (notice.place, notice.posted_by) == ("村委会公示栏", cast.assistant.person.pk)
    shown = words(township.get(reverse("public-notices")))
    assert all(one in shown for one in ("已张贴", "村委会公示栏", "2026-03-05", "2026-03-11"))
    picture = township.get(reverse("public-notice-photo", args=[notice.pk]))
    assert picture["Content-Type"] == "image/jpeg" and picture.content.startswith(b"\xff\xd8")
    again = SimpleUploadedFile("board.jpg", photo(), content_type="image/jpeg")
    assert "POSTED_ALREADY" in words(assistant.post(address, {"place": "x", "photo": again}, follow=True))
    assert (
        open_browser(cast.outsider).get(reverse("public-notice-photo", args=[notice.pk])).status_code == 404
    )


@pytest.mark.parametrize(
    ("change", "code"),
    [({"title": ""}, "TITLE_MISSING"), ({"kind": "x"}, "KIND_UNKNOWN"), ({"last_on": "2026-03-04"}, "PERIOD_WRONG"),
     ({"last_on": "x"}, "DATE_UNREADABLE"), ({"place": []}, "PLACES_MISSING"), ({"place": ["440000/"]}, "PLACES_MISSING")],
)  # fmt: skip
def test_a_notice_with_a_fault_is_refused_with_its_reason(
    cast: Cast, change: dict[str, object], code: str
) -> None:
    browser = open_browser(cast.intake)

    assert code in words(browser.post(reverse(MAKE), given(cast) | change, follow=True))
    assert not PublicNotice.objects.exists()


def test_pressing_twice_makes_a_notice_once(cast: Cast) -> None:
    sent = given(cast) | {"key": "0199a1b2-0000-7000-8000-000000000001"}

    for _twice in range(2):
        open_browser(cast.intake).post(reverse(MAKE), sent)

    assert PublicNotice.objects.count() == 1


def test_a_notice_is_not_posted_outside_its_days(cast: Cast) -> None:
    open_browser(cast.intake).post(reverse(MAKE), given(cast) | {"from_on": "2026-03-06"})
    file = SimpleUploadedFile("board.jpg", photo(), content_type="image/jpeg")
    address = reverse("public-notice-post", args=[PublicNotice.objects.get().pk])

    answer = open_browser(cast.assistant).post(address, {"place": "x", "photo": file}, follow=True)

    assert "NOTICE_NOT_DUE" in words(answer)
