"""The closed table of settings: what the comparison of regions lists is in it, other keys and words are refused."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from jubao.policy.vocabulary import CUSTODY_KINDS, SETTINGS, fault

LISTED = """
cert.period_kind cert.length cert.count_from cert.first_due cert.risk_cycle cert.exempt cert.subject_states cert.schemes
match.lists match.conflict match.eligible_sources match.lost_sources match.frequency field.distribute_by match.evidence_window
field.due miss.effect miss.contact_means miss.mode miss.effective miss.public_notice resume.by channels.self channels.assisted
channels.batch channels.manual_until evidence.required evidence.retention id_documents import.max_persons claim.ahead pay.days
pension.components pension.entitlement_from recovery.offset_order_death recovery.offset_order_duplicate funeral.eligible
custody.table link.probability
""".split()
ROW = {
    "aliases": ["缓刑"],
    "pay": "continue",
    "from_month": "month_after",
    "adjustments": "frozen",
    "back_pay": "none",
    "resume": "not_interrupted",
}


@pytest.mark.parametrize("key", LISTED)
def test_every_setting_in_which_regions_differ_can_be_set(key: str) -> None:
    assert key in SETTINGS
    assert SETTINGS[key].title


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("cert.length", 12),
        ("cert.length", {"from": "01-01", "until": "06-30"}),
        ("cert.subject_states", ["normal", "suspended"]),
        ("channels.manual_until", date(2021, 12, 31)),
        ("channels.manual_until", "open"),
        ("field.due", {"count": 3, "unit": "month"}),
        ("import.max_persons", "none"),
        ("import.max_persons", 2000),
        ("pay.days", {"from": 15, "until": 20}),
        ("custody.table", {"SUSPENDED_SENTENCE": ROW}),
        ("claim.paying_banks", [{"name": "农商行", "aliases": [], "suffixes": ["支行"]}]),
        ("archive.retention", {"登记": "permanent", "支付": {"count": 30, "unit": "year"}}),
        ("miss.public_notice", True),
        ("reasons.text", {"NO_EVIDENCE": "没有记录"}),
    ],
)
def test_what_the_code_offers_is_accepted(key: str, value: Any) -> None:
    assert fault(key, value) is None


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("cert.colour", "red", "没有设置项"),
        ("cert.periodkind", "rolling", "是否指 cert.period_kind"),
        ("cert.period_kind", "weekly", "rolling"),
        ("cert.period_kind", ["rolling"], "之一"),
        ("cert.length", 0, "1 到 60"),
        ("cert.length", True, "整数"),
        ("cert.length", {"from": "01-01"}, "恰有"),
        ("cert.length", {"from": "1 月", "until": "06-30"}, "月-日"),
        ("cert.subject_states", [], "不能为空"),
        ("cert.subject_states", ["normal", "normal"], "重复"),
        ("cert.subject_states", ["gone"], "不认识"),
        ("cert.subject_states", "normal", "列表"),
        ("channels.manual_until", "2021-12-31", "日期"),
        ("miss.public_notice", "yes", "true"),
        ("reward.tip_offs", "", "非空"),
        ("match.eligible_sources", ["A", "A"], "重复"),
        ("match.eligible_sources", [1], "文字列表"),
        ("field.due", {"count": 3, "unit": "moon"}, "unit"),
        ("posts.incompatible", [{"one": "a", "other": ""}], "第 1 项"),
        ("posts.incompatible", {}, "列表"),
        ("custody.table", {}, "为键的表"),
        ("custody.table", {"HOLIDAY": ROW}, "HOLIDAY"),
        ("custody.table", {"SUSPENDED_SENTENCE": ROW | {"pay": "double"}}, "pay"),
        ("archive.retention", {"登记": "long"}, "登记"),
        ("archive.retention", {}, "非空"),
        ("format.mobile", {}, "非空"),
        ("pay.days", 15, "表"),
    ],
)
def test_what_the_code_does_not_offer_is_refused_with_words(key: str, value: Any, said: str) -> None:
    assert said in (fault(key, value) or "")


def test_the_kinds_of_custody_are_those_of_the_letters() -> None:
    assert {"FIXED_TERM", "SUSPENDED_SENTENCE", "CONTROL", "PAROLE"} <= set(CUSTODY_KINDS)
