"""暂停发放告知书 with the decision: the month, the reason, the article, how to have it resumed, until when to object.

Worked example: on 2026-11-20 the reviewer suspends 张桂芳 for NOT_CERTIFIED; in the same transaction a message names
自2026年12月起, the reason, the article, and that a certification on the phone or at any counter resumes it. Without a mobile
number it is a notice to bring.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from jubao.forms.masks import masked_name
from jubao.kernel.dates import chinese_date
from jubao.kernel.month import Month
from jubao.kernel.text import _, in_chinese
from jubao.notices.models import OutboxMessage
from jubao.people.models import Enrolment
from jubao.services.benefits.suspension_grounds import FOR_CERTIFICATION, REASONS
from jubao.services.notices.texts import mobile_of, notice_queue, notice_text, office_values
from jubao.staff.regions import pack_of

PURPOSE = "suspension_notice"
TOLD_TO_NOBODY = frozenset({"DEATH_REPORTED"})
"""The family itself reported it; the deregistration has a notice of its own."""


@in_chinese
def suspension_notice(
    *, enrolment: Enrolment, reason: str, legal_basis: str, from_month: int, case_id: UUID, today: date
) -> OutboxMessage | None:
    """Tell the person, in the transaction of the decision; once per case and person."""
    if reason in TOLD_TO_NOBODY:
        return None
    pack, month = pack_of(enrolment.division_path), Month.from_index(from_month)
    how = pack.setting("notice.how_to_resume", today).value
    objection = today + timedelta(days=int(pack.setting("notice.objection_days", today).value))
    values = {
        "name_masked": masked_name(enrolment.person.name),
        "month": _("{year}年{month}月").format(year=month.year, month=month.month),
        "reason": REASONS[reason],
        "citation": legal_basis,
        "decided_on": chinese_date(today),
        "objection_due_on": chinese_date(objection),
        "how_to_resume": how["certification" if reason in FOR_CERTIFICATION else "other"],
        **office_values(enrolment.division_path, today),
    }
    return notice_queue(
        person_id=enrolment.person_id, case_id=case_id, purpose=PURPOSE, text=notice_text(pack, PURPOSE, values),
        once_key=f"{PURPOSE}:{case_id}:{enrolment.person_id}",
        mobile=mobile_of(enrolment.person_id, enrolment.division_path, today),
    )  # fmt: skip
