"""What the steps of a first enrolment write: the person at registration, the enrolment at confirmation, nothing at a refusal
that no rule carries.

Worked example: `refuse` of somebody of 34 without another scheme raises REFUSAL_WITHOUT_RULE, whatever reason is typed.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection

from jubao.cases.models import CaseMaterial
from jubao.database.actor import Actor
from jubao.kernel.errors import DomainError
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.people.models import Address, Enrolment, EnrolmentStatus, Person, Phone
from jubao.people.names import name_initials, name_key
from jubao.people.numbers import number_add, person_by_number
from jubao.policy import load_pack
from jubao.services.accounts.holders import account_open
from jubao.services.people.divisions import division_by_code

_TAKE = """
    INSERT INTO cases_numbersequence (district_code, year, series, next_number) VALUES (%s, 0, 'person', 2)
    ON CONFLICT (district_code, year, series) DO UPDATE SET next_number = cases_numbersequence.next_number + 1
    RETURNING next_number - 1"""


class RefusalNotAllowed(DomainError):
    """Somebody whose papers are complete cannot be turned away (松山第五条)."""

    exit_code = 1


def personal_number(district_code: str) -> str:
    """The next personal number of a district: its code and ten figures, without gaps."""
    with connection.cursor() as cursor:
        cursor.execute(_TAKE, [district_code])
        return f"{district_code}{int(cursor.fetchone()[0]):010d}"


def register_person(*, case: Any, actor: Actor, today: date) -> None:
    """Keep the person, the number, the place of the register and the telephone; the case then names the person."""
    facts = case.proposal
    person = person_by_number(facts["number"])
    if person is None:
        person = Person.objects.create(
            personal_number=personal_number(case.district_code),
            name=facts["name"],
            name_key=name_key(facts["name"]),
            name_initials=name_initials(facts["name"]),
            gender=facts["gender"],
            birth_date=date.fromisoformat(facts["birth_date"]),
        )
        number_add(
            person_id=person.id, kind=facts["document_kind"], number=facts["number"], valid_from=today, case_id=case.id
        )  # fmt: skip
    village = division_by_code(facts["village_code"])
    if not Address.objects.filter(person=person, kind="register", until_on__isnull=True).exists():
        Address.objects.create(
            person=person,
            kind="register",
            text=facts["address"] or village.name,
            division=village,
            from_on=today,
        )
    live = Phone.objects.filter(person=person, until_on__isnull=True, is_mobile=True)
    if facts["mobile"] and not live.exists():
        Phone.objects.create(person=person, number=facts["mobile"], from_on=today)
    case.person_id = person.id
    case.save(update_fields=["person"])


def confirm(*, case: Any, actor: Actor, today: date) -> None:
    """The enrolment, active from the month of registration, at the place of the household register."""
    village = division_by_code(case.proposal["village_code"])
    since = date.fromisoformat(case.proposal["accepted_on"])
    enrolment = Enrolment.objects.create(
        person_id=case.person_id,
        division=village,
        division_path=village.path,
        enrolled_on=since,
        case_id=case.id,
    )
    EnrolmentStatus.objects.create(
        enrolment=enrolment, kind="active", from_month=Month.containing(since).index, case_id=case.id
    )
    account_open(actor=actor, enrolment_id=enrolment.id, district_code=village.code[:6])


def refuse(*, case: Any, actor: Actor, today: date) -> None:
    """Only a rule refuses. Raises RefusalNotAllowed REFUSAL_WITHOUT_RULE."""
    from jubao.services.people.enrolment_rules import ineligible_code

    pack = load_pack(case.district_code)
    facts = case.proposal
    is_student = CaseMaterial.objects.filter(
        case=case, kind="student_certificate", removed_at__isnull=True
    ).exists()
    born = date.fromisoformat(facts["birth_date"])
    if ineligible_code(pack, facts["number"], born, is_student=is_student, today=today):
        return
    step = pack.workflow("enrolment", today)
    clause = next((one.clause for one in step.steps if one.step == "register"), None)
    raise RefusalNotAllowed(
        "REFUSAL_WITHOUT_RULE",
        _("手续齐全，没有规则不予登记，不得拒绝办理。"),
        remedy=_("请当场办理登记；依规则不予登记的须有规则代码和依据。"),
        citation=pack.cite(clause) if clause else None,
    )
