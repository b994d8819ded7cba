"""What somebody signs before a new amount is paid: both amounts, what changed, the difference, with the place to sign.

Worked example: 163.02 → 165.02, 个人账户养老金 18.02 → 20.02, 补发 20.00 for ten months; the signed page comes back as a scan
(`amount_confirmation`), and only then the case goes on.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.utils.timezone import localtime

from jubao.archive.models import Document
from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.facts.payments import PART_TITLES
from jubao.forms.pages import money
from jubao.kernel.text import _, in_chinese, translated
from jubao.people.numbers import numbers_of
from jubao.services.documents.letters import letter_pdf
from jubao.services.documents.store import document_store
from jubao.services.notices.texts import office_values

CLASS = "amount_letter"


@in_chinese
def parts_words(line: Mapping[str, Any]) -> str:
    """基础养老金145.00元；个人账户养老金18.02元→20.02元: each part, with what it becomes where it changes."""
    found = []
    for name, title in PART_TITLES.items():
        before, after = line.get("part_facts", {}).get(name, [0, 0])
        if before or after:
            change = f"→{money(after)}元" if before != after else ""
            found.append(f"{translated(title)}{money(before)}元{change}")
    return "；".join(found)


def _signed(at: datetime | None) -> str:
    """How it was agreed to without a pen: by the proven account, at a moment."""
    return f"（本人登录后于{localtime(at):%Y-%m-%d %H:%M}在线确认）" if at else ""


@in_chinese
def confirmation_store(
    *, actor: Actor, case: Case, line: Mapping[str, Any], today: date, signed_at: datetime | None = None
) -> Document:
    """Make the letter and keep it with the case; it is printed from there."""
    assert case.person is not None and case.person_id is not None
    text = _(
        "经核查，您的养老金计算有误，重新核定如下，请核对。经您签字确认，复核后按新金额发放。\n"
        "- 原每月金额：{before}元\n- 重新核定后每月金额：{after}元\n- 各项：{parts}\n- 应补发：{back_pay}元；多发：{too_much}元"
    ).format(
        before=money(line["budget_fen"]), after=money(line["recalculated_fen"]), parts=parts_words(line),
        back_pay=money(line["back_pay_fen"]), too_much=money(line["decrease_fen"]),
    )  # fmt: skip
    contents = {
        "title": _("待遇重新核定确认书"), "number": f"QR-{case.number}", "made_on": today.isoformat(),
        "name": case.person.name, "id_number": numbers_of([case.person_id]).get(case.person_id, ""), "text": text,
        "office_name": office_values(case.division_path, today)["agency_name"],
        "receipt": _("本人已核对以上金额，同意按重新核定的金额发放。") + _signed(signed_at),
    }  # fmt: skip
    return document_store(
        actor=actor, content=letter_pdf(contents), name=f"{contents['title']}-{case.number}.pdf",
        content_type="application/pdf", document_class=CLASS, case_id=case.pk, person_id=case.person_id,
        district_code=case.district_code, is_encrypted=True,
    )  # fmt: skip
