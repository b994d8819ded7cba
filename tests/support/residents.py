"""Made-up residents for tests: persons, enrolments, beneficiaries, with numbers of areas that were never assigned.

Worked example: `a_beneficiary(village, number_of(509901, date(1963, 8, 15), 2))` is a woman of that village who draws a
pension of 163.02 yuan from the month after her sixtieth birthday month and has an account at a bank.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from uuid import UUID

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.id_number import id_check_char
from jubao.people.models import (
    Division,
    Enrolment,
    EnrolmentStatus,
    IdentityDocument,
    PayoutAccount,
    Person,
    Phone,
)
from jubao.people.names import name_initials, name_key
from jubao.services.people.divisions import division_by_code, divisions_load

AREAS = {"500110": 509901, "150404": 159901, "360734": 369901, "440523": 449901}
TODAY = date(2026, 11, 20)
_SEQUENCE = count(1)


def number_of(area: int, birth: date, sequence: int) -> str:
    """A valid identity number; even sequences are women."""
    first = f"{area:06d}{birth:%Y%m%d}{sequence % 1000:03d}"
    return first + id_check_char(first)


def system(scope: str = "") -> Actor:
    """The program itself, for what tests set up."""
    return Actor.system("test", scope=scope)


def some_villages(district: str = "500110", *, townships: int = 2, each: int = 2) -> list[Division]:
    """Load the district's table with a few villages under its first townships; the villages in order of code."""
    divisions_load(actor=system(), district_code=district, villages=None, today=TODAY)
    towns = Division.objects.filter(code__startswith=district, level="township").order_by("code")[:townships]
    words = ("新民村", "团结村", "红星村", "双河社区")[:each]
    divisions_load(
        actor=system(), district_code=district, villages={town.code: words for town in towns}, today=TODAY
    )
    return list(Division.objects.filter(code__startswith=district, level="village").order_by("code"))


def a_village(district: str = "500110") -> Division:
    """One village of the district."""
    return some_villages(district)[0]


def a_person(
    *,
    name: str = "张桂芳",
    birth: date = date(1963, 8, 15),
    gender: str = "female",
    district: str = "500110",
    number: str = "",
    mobile: str = "",
) -> Person:
    """A person with an identity card."""
    sequence = next(_SEQUENCE)
    odd = 1 if gender == "male" else 0
    card = number or number_of(AREAS[district] + sequence // 450, birth, sequence % 450 * 2 + odd)
    with unit_of_work(system(), "test"):
        person = Person.objects.create(
            personal_number=f"{district}{9000000000 + sequence}",
            name=name,
            name_key=name_key(name),
            name_initials=name_initials(name),
            gender=gender,
            birth_date=birth,
        )
        IdentityDocument.objects.create(
            person=person, kind="id_card", number=card, valid_from=date(birth.year + 16, 1, 1)
        )
        if mobile:
            Phone.objects.create(person=person, number=mobile, from_on=date(2020, 1, 1))
    return person


def an_enrolment(
    person: Person | None = None,
    *,
    village: Division | None = None,
    enrolled_on: date = date(2010, 1, 15),
    status: str = "active",
    identity: str = "ordinary",
    account: str = "",
    **about: object,
) -> Enrolment:
    """A live enrolment in a village with one status from the month of enrolment on; `account` adds a payout account."""
    place = village or a_village()
    who = person or a_person(district=place.code[:6], **about)  # type: ignore[arg-type]
    with unit_of_work(system(), "test"):
        enrolment = Enrolment.objects.create(
            person=who,
            division=place,
            division_path=place.path,
            enrolled_on=enrolled_on,
            participation_identity=identity,
        )
        EnrolmentStatus.objects.create(
            enrolment=enrolment, kind=status, from_month=enrolled_on.year * 12 + enrolled_on.month - 1
        )
        if account:
            an_account(who, account)
    return enrolment


def an_account(
    person: Person, number: str = "6217003760000000017", bank: str = "重庆农村商业银行"
) -> PayoutAccount:
    """A payout account in the person's own name, usable long since."""
    with unit_of_work(system(), "test"):
        return PayoutAccount.objects.create(
            person=person,
            account_number=number,
            holder_name=person.name,
            bank_name=bank,
            from_on=date(2020, 1, 1),
            usable_on=date(2020, 1, 1),
        )


@dataclass(frozen=True)
class Beneficiary:
    """What belongs to somebody who draws: the ids a test asks about."""

    person: Person
    enrolment: Enrolment
    entitlement_id: UUID
    determination_id: UUID
    account: PayoutAccount


def a_beneficiary(
    *,
    village: Division | None = None,
    start_month: int = 2023 * 12 + 8,
    base_fen: int = 14500,
    account_fen: int = 1802,
    balance_fen: int = 250478,
    years: Sequence[int] = (),
    account: str = "",
    **about: object,
) -> Beneficiary:
    """Somebody who draws a pension: enrolment `drawing`, entitlement, one determination, payment status normal, account."""
    from jubao.benefits.models import Determination, Entitlement, PaymentStatus
    from jubao.contributions.models import Contribution

    enrolment = an_enrolment(village=village, status="active", **about)  # type: ignore[arg-type]
    with unit_of_work(system(), "test"):
        EnrolmentStatus.objects.filter(enrolment=enrolment).update(until_month=start_month)
        EnrolmentStatus.objects.create(enrolment=enrolment, kind="drawing", from_month=start_month)
        for year in years:
            Contribution.objects.create(
                enrolment=enrolment,
                year=year,
                tier_fen=10000,
                amount_fen=10000,
                treasury_on=date(year, 3, 12),
                receipt_number=f"T{enrolment.id.hex[-10:]}{year}",
            )
        entitlement = Entitlement.objects.create(enrolment=enrolment, start_month=start_month)
        determination = Determination.objects.create(
            entitlement=entitlement,
            sequence=1,
            month=start_month,
            account_balance_fen=balance_fen,
            contribution_months=180,
            base_pension_fen=base_fen,
            account_pension_fen=account_fen,
            monthly_pension_fen=base_fen + account_fen,
            facts={},
            trace=[],
            pack_code=enrolment.division.code[:6],
            pack_hash="0" * 64,
        )
        PaymentStatus.objects.create(entitlement=entitlement, kind="normal", from_month=start_month)
    number = account or f"62170037600{next(_SEQUENCE):08d}"
    return Beneficiary(
        enrolment.person, enrolment, entitlement.id, determination.id, an_account(enrolment.person, number)
    )


__all__ = [
    "TODAY",
    "Beneficiary",
    "a_beneficiary",
    "a_person",
    "a_village",
    "an_account",
    "an_enrolment",
    "division_by_code",
    "number_of",
    "some_villages",
    "system",
]
