"""Every field of the 《信息确认表》 as the records and the rules give it; the same figures on paper and on the phone.

Worked example: 张桂芳, 15 years, 2504.73 yuan, only child: 135.00 + 18.02 + 10.00 = 163.02 from 2023-09, 重庆农村商业银行, every
step of the calculation beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.facts.make_up import payable_make_up_years_of
from jubao.kernel.errors import DomainError
from jubao.kernel.month import Month
from jubao.kernel.text import in_chinese
from jubao.people.models import CardAccountCheck, Enrolment, PayoutAccount, Person, Phone
from jubao.people.numbers import numbers_of
from jubao.services.benefits.pension_budget import Budget, pension_budgets
from jubao.services.claim_free.texts import texts_of
from jubao.services.documents.receipts import progress_address, progress_link
from jubao.staff.regions import pack_of


@in_chinese
def form_contents(
    *, case: Case, is_only_child: bool, today: date, actor: Actor | None = None, number: str = ""
) -> dict[str, Any]:
    """The contents as `ConfirmationForm.contents` keeps them; with an actor the progress link is made and named.

    Raises NotCovered where a value of the pension is missing.
    """
    found = many_contents([case], {case.id: is_only_child}, today=today)[case.id]
    if isinstance(found, DomainError):
        raise found
    address = progress_address(progress_link(case, actor=actor)) if actor else ""
    return found | {"number": number, "progress_address": address}


@in_chinese
def many_contents(
    cases: Sequence[Case], only_children: Mapping[UUID, bool], *, today: date
) -> dict[UUID, dict[str, Any] | DomainError]:
    """By case, for cases of one region, in a few queries: the contents without number and address, or why there are none."""
    if not cases:
        return {}
    pack = pack_of(cases[0].division_path)
    subjects = {case.subject_id: case for case in cases if case.subject_id is not None}
    enrolments = {one.id: one for one in Enrolment.objects.select_related("person").filter(id__in=subjects)}
    asked = {enrolment_id: only_children[case.id] for enrolment_id, case in subjects.items()}
    budgets = pension_budgets(only_children=asked, pack=pack, today=today)
    make_up = payable_make_up_years_of(list(subjects), today, pack)
    people = [one.person for one in enrolments.values()]
    numbers = numbers_of([person.id for person in people])
    phones, cards, texts = phones_of(people, today), cards_of(people, today), texts_of(pack, today)
    found: dict[UUID, dict[str, Any] | DomainError] = {}
    for enrolment_id, case in subjects.items():
        enrolment, budget = enrolments[enrolment_id], budgets[enrolment_id]
        person = enrolment.person
        if isinstance(budget, DomainError):
            found[case.id] = budget
            continue
        found[case.id] = {
            "number": "",
            "made_on": today.isoformat(),
            "name": person.name,
            "gender": person.gender,
            "personal_number": person.personal_number,
            "id_number": numbers.get(person.id, ""),
            "phone": phones.get(person.id, ""),
            "enrolled_on": enrolment.enrolled_on.isoformat(),
            "is_only_child": asked[enrolment_id],
            **_amounts(budget),
            **cards[person.id],
            "payable_make_up_years": make_up[enrolment_id].years,
            "notes": list(texts.notes),
            "consent_words": texts.consent,
            "waiver_words": texts.waiver,
            "progress_address": "",
            "pack_hash": pack.pack_hash,
        }
    return found


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
    return _phones([person_id], on).get(person_id, "")


def phones_of(people: Sequence[Person], on: date) -> dict[UUID, str]:
    """The same for many."""
    return _phones([person.id for person in people], on)


def _phones(person_ids: Sequence[UUID], on: date) -> dict[UUID, str]:
    live = Phone.objects.filter(person_id__in=person_ids, until_on__isnull=True, from_on__lte=on)
    rows = live.order_by("is_mobile", "from_on", "id").values_list("person_id", "number")
    return dict(rows)  # the last one of a person stands: the mobile, the newest


def card_of(person: Person, on: date) -> dict[str, Any]:
    """Bank, account and activation of the social-security card as fetched last, else the account on record."""
    return cards_of([person], on)[person.id]


def cards_of(people: Sequence[Person], on: date) -> dict[UUID, dict[str, Any]]:
    """The same for many."""
    ids = [person.id for person in people]
    found: dict[UUID, dict[str, Any]] = {
        one: {"bank_name": "", "account_number": "", "is_activated": None} for one in ids
    }
    accounts = PayoutAccount.objects.filter(person_id__in=ids, until_on__isnull=True, from_on__lte=on)
    for account in accounts:
        found[account.person_id] = {
            "bank_name": account.bank_name, "account_number": account.account_number, "is_activated": None,
        }  # fmt: skip
    checks = CardAccountCheck.objects.filter(person_id__in=ids, outcome="found").order_by("fetched_at", "id")
    for check in checks:
        found[check.person_id] = {
            "bank_name": check.bank_name, "account_number": check.account_number, "is_activated": check.is_activated,
        }  # fmt: skip
    return found
