"""《待遇领取告知书》: the pack's wording on one page with the receipt to sign, kept with the case.

Worked example: GZ-150404-2026-000123 tells 王*兰 that she qualifies in 2024-06, 17年, 2504.73 yuan, that her identity card is to
be with the village assistant by 2024-06-30, that her son 王强 is her beneficiary, and what he has to do when she dies.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from jubao.archive.models import Document
from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.forms.masks import masked_name
from jubao.forms.pages import money
from jubao.kernel.dates import chinese_date
from jubao.kernel.month import Month
from jubao.kernel.text import _, in_chinese
from jubao.people.numbers import numbers_of
from jubao.services.cases.engine import material_add
from jubao.services.documents.letters import letter_pdf
from jubao.services.documents.store import document_store
from jubao.services.notices.texts import notice_text, office_values
from jubao.staff.regions import pack_of

CLASS = PURPOSE = "benefit_notice"
TITLE = "城乡居民基本养老保险待遇领取告知书"


@in_chinese
def notice_contents(
    *, case: Case, contribution_months: int, account_balance_fen: int, payee: str, turning: Month, today: date
) -> dict[str, Any]:
    """Every field of the notice and its wording. Raises NotCovered NOTICE_MISSING, NOTICE_VALUE_MISSING."""
    assert case.person is not None
    pack, office = pack_of(case.division_path), office_values(case.division_path, today)
    years, months = divmod(contribution_months, 12)
    # The text names no day; the papers are wanted before the month in which the conditions are met is over.
    values = {
        "name_masked": masked_name(case.person.name),
        "month": _("{year}年{month}月").format(year=turning.year, month=turning.month),
        "due_on": chinese_date(turning.last_day),
        "materials": "、".join(pack.setting("claim.documents", today).value),
        "contribution_years": _("{years}年{months}个月").format(years=years, months=months),
        "account_amount": money(account_balance_fen),
        "designated_payee": payee,
        **office,
    }
    number = numbers_of([case.person.pk]).get(case.person.pk, "")
    return {
        "number": f"GZ-{case.number}", "made_on": today.isoformat(), "name": case.person.name, "id_number": number,
        "title": TITLE, "text": notice_text(pack, PURPOSE, values), "office_name": office["office_name"],
        "receipt": _("本告知书已收到，指定受益人（或法定继承人）的责任和义务已知悉。"),
    }  # fmt: skip


def notice_store(*, actor: Actor, case: Case, contents: Mapping[str, Any]) -> Document:
    """Make the form and put it among the papers of the case, in the place of a former one."""
    document = document_store(
        actor=actor, content=letter_pdf(contents), name=f"{contents['title']}-{case.number}.pdf",
        content_type="application/pdf", document_class=CLASS, case_id=case.pk, person_id=case.person_id,
        district_code=case.district_code, is_encrypted=True,
    )  # fmt: skip
    material_add(actor=actor, case_id=case.pk, kind=CLASS, document_id=document.pk)
    return document
