"""Papers and messages to the people are Chinese, whatever language the officer's screen speaks."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from jubao.kernel.text import _, speaking
from jubao.notices.models import OutboxMessage
from jubao.services.benefits.determination_forms import determination_form_pdf
from jubao.services.benefits.ordinary_route import PURPOSE
from jubao.services.claim_free.forms import confirmation_form_pdf, refusal_notice_pdf
from jubao.services.documents.letters import acceptance_receipt_pdf
from tests.forms.test_claim_free_forms import CONTENTS, DETERMINED, RECEIPT, REFUSAL
from tests.staff.browsing import open_browser
from tests.support.claim_free_people import a_listed
from tests.support.claim_free_world import World
from tests.support.desk_pages import sent


@pytest.mark.parametrize(
    ("make", "contents"),
    [
        (confirmation_form_pdf, CONTENTS),
        (determination_form_pdf, DETERMINED),
        (acceptance_receipt_pdf, RECEIPT),
        (refusal_notice_pdf, REFUSAL),
    ],
)
def test_a_form_is_the_same_under_an_english_screen(
    make: Callable[[Mapping[str, Any]], bytes], contents: Mapping[str, Any]
) -> None:
    expected = make(contents)

    with speaking("en"):
        assert _("业务受理单") != "业务受理单", "the screen speaks English"
        assert make(contents) == expected


def test_a_notice_sent_from_an_english_screen_is_chinese(database: None) -> None:
    here = World()
    listed = a_listed(village=here.villages[0], state="verified")
    browser = open_browser(here.cast.handler)
    assert "Claim-free" in browser.get("/workbench/?lang=en").content.decode(), "the screen speaks English"

    sent(
        browser,
        "claim-free-revoke",
        listed.case_id,
        reason="本月办理转入",
        reason_code="IN_TRANSIT_TRANSFER",
        version=1,
    )

    assert "有险种转移在途业务；本月办理转入" in OutboxMessage.objects.get(purpose=PURPOSE).body
