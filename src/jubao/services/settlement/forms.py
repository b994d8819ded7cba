"""《城乡居民基本养老保险注销登记表》: the person, the cause and its day, the applicant, the account and the grant line by line.

Worked example: 张桂芳, 死亡 on 2026-02-24, applied for by 王小军, 法定继承人: 2504.73 + 70.46 of interest, 1000.00 of grant,
3575.19 to pay, 人民币叁仟伍佰柒拾伍元壹角玖分; who took it in and who agreed, where they have.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from jubao.cases.models import Case, CaseEvent
from jubao.forms.amounts import capital_amount
from jubao.forms.render import Printed, render_checked
from jubao.kernel.text import in_chinese
from jubao.people.models import Enrolment
from jubao.people.numbers import numbers_of
from jubao.services.documents.receipts import place_name
from jubao.services.payments.forms import yuan
from jubao.services.people.identity_documents import document_kinds
from jubao.services.settlement.applications import CAUSES
from jubao.staff.models import Officer
from jubao.staff.regions import pack_of

TITLE = "城乡居民基本养老保险注销登记表"


@in_chinese
def deregistration_form(case: Case, *, today: date) -> Printed:
    """The form of an application, as it stands: before the decision to be signed, after it with both opinions."""
    return render_checked("deregistration_form", _data(case, today))


def _data(case: Case, today: date) -> dict[str, Any]:
    assert case.subject_id is not None
    about = case.proposal
    enrolment = Enrolment.objects.select_related("person").get(id=case.subject_id)
    person = enrolment.person
    rows = about.get("settlement", [])
    payable = rows[-1]["amount_fen"] if rows else 0
    kinds = document_kinds(pack_of(case.division_path), today)
    return {
        "title": TITLE, "number": case.number, "made_on": today.isoformat(), "name": person.name,
        "id_number": numbers_of([person.pk]).get(person.pk, ""), "personal_number": person.personal_number or "",
        "place": place_name(case.division_path), "cause": CAUSES[about["cause"]][0],
        "happened_on": about["happened_on"], "stopped": _stopped(about), "informed": about.get("informed", ""),
        "applicant": about["applicant"], "relation": about["relation"],
        "document_kind": kinds.get(about["document_kind"], about["document_kind"]),
        "payee": about.get("holder_name", ""), "bank": about.get("bank_name", ""),
        "account": about.get("account_number", ""),
        "rows": [[row["what"], yuan(row["amount_fen"]), row["why"]] for row in rows],
        "capital": capital_amount(payable), "township": _opinion(case, "open"), "district": _opinion(case, "approve"),
    }  # fmt: skip


def _stopped(about: dict[str, Any]) -> str:
    return f"自{about['first_unpaid_month']}起停发" if about.get("is_drawing") else "没有领取待遇"


def _opinion(case: Case, action: str) -> str:
    """Who took the step and when; empty while nobody has."""
    event = CaseEvent.objects.filter(case=case, action=action).order_by("-sequence").first()
    if event is None or event.officer_id is None:
        return ""
    officer = Officer.objects.select_related("natural_person").get(id=event.officer_id)
    word = "受理" if action == "open" else f"同意。{event.reason}"
    return f"{word}　{officer.natural_person.name}　{event.at.date().isoformat()}"
