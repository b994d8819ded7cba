"""《待遇核定表》: basic data, payout data, the parts, their sum in figures and capitals, and each step with its article.

Worked example: 135.00 + 18.02 + 10.00 + 0.00 = 163.02 yuan from 202309; the second from its step: 2504.73 ÷ 139 = 18.02.
办理 makes it, 复核 looks at it, it is kept with the case and handed out as the answer; a reprint is the stored document.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from jubao.archive.models import Document
from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.facts.payments import PART_TITLES
from jubao.forms.amounts import capital_amount
from jubao.forms.pages import (
    GENDERS,
    PARTS,
    day_text,
    money,
    month_digits,
    pages_pdf,
    parts_of,
    prepared,
    years_text,
)
from jubao.kernel.dates import add_months
from jubao.kernel.month import Month
from jubao.kernel.text import _, in_chinese
from jubao.people.models import Enrolment
from jubao.people.numbers import numbers_of
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import material_add
from jubao.services.cases.kinds import kind_of
from jubao.services.claim_free.confirmation_contents import card_of, phone_of
from jubao.services.documents.receipts import place_name, progress_address, progress_link
from jubao.services.documents.store import document_store
from jubao.services.payments.calculation import calculation_steps, divisor_of
from jubao.staff.regions import pack_of

CLASS = "determination_form"
_TITLES = {PART_TITLES[name]: title for name, title in PARTS}
"""A part has one name on this form, that of the 《信息确认表》."""


def determination_form_store(
    *, actor: Actor, case: Case, proposal: Mapping[str, Any], today: date
) -> Document:
    """Make the form of what 办理 computed, keep it sealed with the case and among its materials.

    `proposal` has facts, start_month, parts (fen), monthly_pension_fen, trace and interest, as 办理 computes them.
    """
    contents = determination_contents(actor=actor, case=case, proposal=proposal, today=today)
    document = document_store(
        actor=actor, content=determination_form_pdf(contents), name=f"{contents['title']}-{case.number}.pdf",
        content_type="application/pdf", document_class=CLASS, case_id=case.id, person_id=case.person_id,
        district_code=case.district_code, is_encrypted=True,
    )  # fmt: skip
    material_add(actor=actor, case_id=case.id, kind=CLASS, document_id=document.id)
    return document


def determination_form_of(case: Case) -> Document:
    """The form of a case, as made last: the answer that is handed out. Raises CaseRefused NOT_DETERMINED."""
    found = Document.objects.filter(case_id=case.id, document_class=CLASS).order_by("added_at", "id").last()
    if found is None:
        raise CaseRefused("NOT_DETERMINED", _("还没有核定，没有待遇核定表。"), remedy=_("请在办结后再打印。"))
    return found


@in_chinese
def determination_contents(
    *, actor: Actor, case: Case, proposal: Mapping[str, Any], today: date
) -> dict[str, Any]:
    """Every field of the form; amounts in fen."""
    assert case.subject_id is not None
    enrolment = Enrolment.objects.select_related("person").get(id=case.subject_id)
    person, pack = enrolment.person, pack_of(case.division_path)
    age = int(pack.parameter("pension_age_years", Month.containing(today)).value)
    return {
        "title": pack.setting("forms.titles", today).value[CLASS],
        "number": f"HD-{case.number}",
        "case_number": case.number,
        "made_on": today.isoformat(),
        "business": kind_of(case.kind).title,
        "name": person.name,
        "gender": person.gender,
        "personal_number": person.personal_number,
        "id_number": numbers_of([person.id]).get(person.id, ""),
        "birth_date": person.birth_date.isoformat(),
        "age_years": age,
        "of_age_on": add_months(person.birth_date, 12 * age).isoformat(),
        "phone": phone_of(person.id, today),
        "place": place_name(case.division_path),
        "enrolled_on": enrolment.enrolled_on.isoformat(),
        **card_of(person, today),
        **{
            name: proposal["facts"][name]
            for name in ("contribution_months", "account_balance_fen", "is_only_child")
        },
        **proposal["parts"],
        "start_month": proposal["start_month"],
        "monthly_pension_fen": proposal["monthly_pension_fen"],
        "trace": proposal["trace"],
        "is_provisional": bool(proposal.get("interest", {}).get("is_provisional")),
        "handler": "" if actor.is_system else actor.name,
        "progress_address": progress_address(progress_link(case, actor=actor)),
    }


@in_chinese
def determination_form_pdf(contents: Mapping[str, Any]) -> bytes:
    """One form. Raises CheckFailed FORM_PARTS_DIFFER when the parts do not add up to the sum."""
    title, steps = str(contents["title"]), calculation_steps(contents["trace"])
    page: dict[str, Any] = {name: str(contents.get(name) or "") for name in (
        "number", "made_on", "case_number", "business", "name", "personal_number", "id_number", "birth_date", "phone", "place",
        "enrolled_on", "handler",
    )}  # fmt: skip
    page |= {
        "title": title,
        "gender": GENDERS[contents["gender"]],
        "years": years_text(contents),
        "only_child": _("是") if contents["is_only_child"] else _("否"),
        "of_age": _("满{age}周岁").format(age=contents["age_years"]),
        "of_age_on": contents["of_age_on"],
        "first_month": month_digits(contents["start_month"]),
        "divisor": divisor_of(contents["trace"]),
        "balance": money(contents["account_balance_fen"]),
        "bank": contents["bank_name"] or "",
        "account": contents["account_number"] or "",
        "parts": parts_of(contents),
        "total": money(contents["monthly_pension_fen"]),
        "capital": capital_amount(int(contents["monthly_pension_fen"])),
        "steps": [{"name": _TITLES.get(step["rule"], step["rule"]), "how": step["text"]} for step in steps],
        "remark": _remark(contents),
        "made_text": day_text(str(contents["made_on"])),
    }
    return pages_pdf("determination_form", title, [prepared(page, str(contents.get("progress_address", "")))])


def _remark(contents: Mapping[str, Any]) -> str:
    if contents.get("is_provisional"):
        return _("本年度个人账户记账利率公布前核定，为预算金额；公布后自动重算并补发。")
    return _("按已公布的个人账户记账利率核定。")
