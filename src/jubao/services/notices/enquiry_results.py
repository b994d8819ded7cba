"""The answer to somebody who asked to have a record or an amount checked: the result, the grounds, told once per case.

Worked example: 王秀兰 asked on 2024-11-11 why she draws 163.02; the answer says 没有错误, 基础养老金 145.00；个人账户养老金
2504.78 ÷ 139 = 18.02, by SMS or as a notice to bring, and stays with the case as a page of PDF.
"""

from __future__ import annotations

from datetime import date

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.forms.masks import masked_name
from jubao.kernel.dates import chinese_date
from jubao.kernel.text import _, in_chinese
from jubao.notices.models import OutboxMessage
from jubao.people.numbers import numbers_of
from jubao.services.cases.inside_unit import inside_unit
from jubao.services.documents.letters import letter_pdf
from jubao.services.documents.store import document_store
from jubao.services.notices.texts import mobile_of, notice_queue, notice_text, office_values
from jubao.staff.regions import pack_of

PURPOSE = CLASS = "enquiry_result"
LONGEST = 900


@in_chinese
def enquiry_answer(
    *, actor: Actor, case: Case, subject: str, result: str, explanation: str, today: date
) -> OutboxMessage:
    """Tell the person of a case, in the transaction of the caller, and keep the letter with the case.

    Raises NotCovered NOTICE_MISSING where no pack has the wording.
    """
    assert case.person is not None and case.person_id is not None
    office = office_values(case.division_path, today)
    values = {
        "name_masked": masked_name(case.person.name),
        "submitted_on": chinese_date(case.opened_at.date()),
        "subject": subject,
        "result": result,
        "explanation": explanation[:LONGEST],
        **office,
    }
    text = notice_text(pack_of(case.division_path), PURPOSE, values)
    with inside_unit(actor, "enquiry_answer"):
        contents = {
            "title": _("核查结果答复"), "number": f"DF-{case.number}", "made_on": today.isoformat(),
            "name": case.person.name, "id_number": numbers_of([case.person_id]).get(case.person_id, ""), "text": text,
            "office_name": office["agency_name"], "receipt": "",
        }  # fmt: skip
        document_store(
            actor=actor, content=letter_pdf(contents), name=f"{contents['title']}-{case.number}.pdf",
            content_type="application/pdf", document_class=CLASS, case_id=case.pk, person_id=case.person_id,
            district_code=case.district_code, is_encrypted=True,
        )  # fmt: skip
        return notice_queue(
            person_id=case.person_id, case_id=case.pk, purpose=PURPOSE, text=text, once_key=f"{PURPOSE}:{case.pk}",
            mobile=mobile_of(case.person_id, case.division_path, today),
        )  # fmt: skip
