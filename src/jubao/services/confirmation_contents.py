"""Every field of the 《信息确认表》 as the records and the rules give it; the same figures on paper and on the phone.

Worked example: 张桂芳, 15 years, 2504.73 yuan, only child: 135.00 + 18.02 + 10.00 = 163.02 from 2023-09, 重庆农村商业银行, every
step of the calculation beside it.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.facts.make_up import payable_make_up_years
from jubao.kernel.month import Month
from jubao.people.models import CardAccountCheck, Enrolment, PayoutAccount, Person, Phone
from jubao.people.numbers import numbers_of
from jubao.services.claim_free_texts import texts_of
from jubao.services.pension_budget import Budget, pension_budget
from jubao.services.receipts import progress_address, progress_link
from jubao.staff.regions import pack_of


def form_contents(
    *, case: Case, is_only_child: bool, today: date, actor: Actor | None = None, number: str = ""
) -> dict[str, Any]:
    """The contents as `ConfirmationForm.contents` keeps them; with an actor the progress link is made and named.

    Raises NotCovered where a value of the pension is missing.
    """
    assert case.subject_id is not None
    enrolment = Enrolment.objects.select_related("person").get(id=case.subject_id)
    pack = pack_of(case.division_path)
    budget = pension_budget(enrolment_id=enrolment.id, pack=pack, is_only_child=is_only_child, today=today)
    texts = texts_of(pack, today)
    address = progress_address(progress_link(case, actor=actor)) if actor else ""
    return {
        "number": number,
        "made_on": today.isoformat(),
        **_who(enrolment, today),
        "is_only_child": is_only_child,
        **_amounts(budget),
        **card_of(enrolment.person, today),
        "payable_make_up_years": payable_make_up_years(enrolment.id, today, pack).years,
        "notes": list(texts.notes),
        "consent_words": texts.consent,
        "waiver_words": texts.waiver,
        "progress_address": address,
        "pack_hash": pack.pack_hash,
    }


def _who(enrolment: Enrolment, today: date) -> dict[str, Any]:
    person = enrolment.person
    return {
        "name": person.name,
        "gender": person.gender,
        "personal_number": person.personal_number,
        "id_number": numbers_of([person.id]).get(person.id, ""),
        "phone": phone_of(person.id, today),
        "enrolled_on": enrolment.enrolled_on.isoformat(),
    }


def _amounts(budget: Budget) -> dict[str, Any]:
    months = int(budget.facts["contribution_months"])
    return {
        "contribution_months": months,
        "contribution_years": months // 12,
        "account_balance_fen": int(budget.facts["account_balance_fen"]),
        "start_month": budget.start_month,
        "first_month": str(Month.from_index(budget.start_month)),
        "monthly_pension_fen": budget.total_fen,
        **budget.parts,
        "trace": budget.trace,
    }


def phone_of(person_id: UUID, on: date) -> str:
    """The number messages go to, the mobile before a landline."""
    phones = Phone.objects.filter(person_id=person_id, until_on__isnull=True, from_on__lte=on)
    return phones.order_by("-is_mobile", "-from_on").values_list("number", flat=True).first() or ""


def card_of(person: Person, on: date) -> dict[str, Any]:
    """Bank, account and activation of the social-security card as fetched last, else the account on record."""
    check = CardAccountCheck.objects.filter(person=person, outcome="found").order_by("-fetched_at").first()
    if check is not None:
        return {
            "bank_name": check.bank_name, "account_number": check.account_number, "is_activated": check.is_activated,
        }  # fmt: skip
    account = PayoutAccount.objects.filter(person=person, until_on__isnull=True, from_on__lte=on).first()
    return {
        "bank_name": account.bank_name if account else "",
        "account_number": account.account_number if account else "",
        "is_activated": None,
    }
