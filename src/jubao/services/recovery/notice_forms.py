"""The page of a notice: the region's wording filled in, the QR code of the progress page, a receipt for everybody to sign.

Worked example: 王*兰死亡（2024年3月2日）后，居民养老金仍被领取3个月，共489.06元 … 请在2024年6月30日前存入 the account named.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from jubao.database.actor import Actor
from jubao.forms.masks import masked_name
from jubao.forms.pages import money
from jubao.kernel.dates import add_months, chinese_date
from jubao.kernel.month import Month
from jubao.kernel.text import _, in_chinese
from jubao.people.numbers import numbers_of
from jubao.policy import Pack
from jubao.recovery.models import Claim
from jubao.services.documents.letters import letter_pdf
from jubao.services.documents.receipts import progress_address, progress_link
from jubao.services.notices.texts import notice_text, office_values
from jubao.staff.regions import pack_of

TITLES = {"return_notice": "社会保险待遇返还通知书", "recovery_notice": "冒领社会保险待遇追缴通知书"}
RECEIPT_HEADING = "## 回执"
BLANK = "＿＿＿＿＿＿"
EVENTS = {
    "death": "死亡",
    "sentence": "被判刑",
    "nationality": "丧失国籍",
    "other_benefit": "已享受其他养老待遇",
}
"""Ground → what happened, as the wording of a notice says it."""


@in_chinese
def notice_pdf(claim: Claim, contents: Mapping[str, Any], *, actor: Actor, today: date) -> bytes:
    """The notice as PDF. Raises NotCovered NOTICE_MISSING, NOTICE_VALUE_MISSING."""
    pack, kind = pack_of(claim.division_path), contents["kind"]
    values = notice_values(claim, contents, today)
    text = notice_text(pack, kind, values).partition(RECEIPT_HEADING)[0]
    person = claim.enrolment.person
    return letter_pdf(
        {
            "title": TITLES[kind], "number": contents["number"], "made_on": today.isoformat(), "name": person.name,
            "id_number": numbers_of([person.pk]).get(person.pk, ""), "text": text, "office_name": values["agency_name"],
            "receipt": _("本通知书已收到。"), "deliverer": contents["deliverer"],
            "signers": [relation for _name, relation in contents["recipients"]],
            "progress_address": progress_address(progress_link(claim.case, actor=actor)),
        }
    )  # fmt: skip


def notice_values(claim: Claim, contents: Mapping[str, Any], today: date) -> dict[str, str]:
    """Every placeholder of both notices."""
    months = list(claim.months.order_by("benefit_month").values_list("benefit_month", flat=True))
    cleared = {one.account_kind: 0 for one in claim.clearings.all()}
    for one in claim.clearings.all():
        cleared[one.account_kind] += one.amount_fen
    grant = cleared.pop("grant_fund", 0)
    pack = pack_of(claim.division_path)
    return {
        "addressee": "、".join(_("{name}（{relation}）").format(name=name, relation=relation)
                              for name, relation in contents["recipients"]),
        "name_masked": masked_name(claim.enrolment.person.name), "event": EVENTS.get(claim.ground, "不再具备领取资格"),
        "event_on": chinese_date(claim.happened_on) if claim.happened_on else str(Month.from_index(claim.first_month)),
        "reason": EVENTS.get(claim.ground, "不再具备领取资格"), "overpaid_months": str(len(set(months))),
        "overpaid_from": str(Month.from_index(months[0])), "overpaid_until": str(Month.from_index(months[-1])),
        "overpaid_amount": money(claim.amount_fen), "account_offset_amount": money(sum(cleared.values())),
        "grant_offset_amount": money(grant), "offset_amount": money(claim.cleared_fen),
        "remaining_amount": money(claim.left_fen), "due_on": chinese_date(contents["due_on"]),
        "refund_account": contents["account"], "citation": cited(pack, contents["kind"], today),
        "deliverers": contents["deliverer"], "footage_id": BLANK, "objection_due_on": chinese_date(add_months(today, 2)),
        **office_values(claim.division_path, today),
    }  # fmt: skip


def cited(pack: Pack, kind: str, today: date) -> str:
    """The article of the notice: that of the order in which is taken, or of the region's steps."""
    key = "recovery.offset_order_death" if kind == "recovery_notice" else "recovery.offset_order_duplicate"
    rule = pack.setting(key, today)
    return str(rule.citation or _("《社会保险经办条例》第四十六条"))
