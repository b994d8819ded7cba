"""A month of 免申即享 for the tests of its figures: people extracted in some villages, each brought to an outcome.

Worked example: `a_month({village: {"completed": 7, "revoked": 1, "waiting": 2}}, month=24290)` makes one extraction with ten
people of that village, ten cases and ten flags. Only the figures are under test here; how a case gets there has its own tests.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from itertools import count
from uuid import uuid4

from jubao.cases.models import Case
from jubao.claim_free.models import Extraction, Flag, Notification
from jubao.database.unit_of_work import unit_of_work
from jubao.people.models import Division, Enrolment, Person
from jubao.people.names import name_initials, name_key
from tests.support.residents import some_villages, system

DISTRICT = "500110"
MONTH = 2024 * 12 + 2
"""2024-03."""
AT = datetime(2024, 3, 1, 1, 0, tzinfo=UTC)
STATES = {
    "completed": ("approved", "used"),
    "in_process": ("handled", "flagged"),
    "waiting": ("notified", "flagged"),
    "unverified": ("extracted", "flagged"),
    "unsent": ("verified", "flagged"),
    "revoked": ("revoked", "revoked"),
    "waived": ("waived", "waived"),
    "expired": ("expired", "expired"),
}
TOLD = ("completed", "in_process", "waiting")
_numbers = count(1)


def a_county(townships: int = 3, each: int = 2) -> list[Division]:
    """The villages of the first townships of the district, in order of codes."""
    return some_villages(DISTRICT, townships=townships, each=each)


def township_of(village: Division) -> Division:
    """The township above a village."""
    assert village.parent is not None
    return village.parent


def a_month(
    people: Mapping[Division, Mapping[str, int]], *, month: int = MONTH, birth: date = date(1964, 5, 20)
) -> list[Flag]:
    """The extraction of a month with its people, in a handful of statements however many there are."""
    wanted = [
        (village, outcome)
        for village, counts in people.items()
        for outcome, n in counts.items()
        for _n in range(n)
    ]
    with unit_of_work(system("%"), "test"):
        extraction = Extraction.objects.create(
            district_code=DISTRICT, month=month, drawn_on=date(month // 12, month % 12 + 1, 1), pack_hash="0" * 64,
            candidate_count=len(wanted), excluded_count=0,
        )  # fmt: skip
        persons = Person.objects.bulk_create(_person(birth) for _each in wanted)
        enrolments = Enrolment.objects.bulk_create(
            Enrolment(
                id=uuid4(),
                person=person,
                division=village,
                division_path=village.path,
                enrolled_on=date(2010, 1, 15),
            )
            for person, (village, _outcome) in zip(persons, wanted, strict=True)
        )
        cases = Case.objects.bulk_create(
            _case(enrolment, STATES[outcome][0])
            for enrolment, (_village, outcome) in zip(enrolments, wanted, strict=True)
        )
        flags = Flag.objects.bulk_create(
            Flag(
                id=uuid4(), enrolment=enrolment, person=enrolment.person, division_path=enrolment.division_path,
                extraction=extraction, case=case, month=month, window_until=date(2024, 5, 31),
                state=STATES[outcome][1], changed_at=AT,
            )
            for enrolment, case, (_village, outcome) in zip(enrolments, cases, wanted, strict=True)
        )  # fmt: skip
        Notification.objects.bulk_create(
            Notification(case=case, means="sms", informed_on=date(2024, 3, 6))
            for case, (_village, outcome) in zip(cases, wanted, strict=True)
            if outcome in TOLD
        )
    return flags


def _person(birth: date) -> Person:
    n = next(_numbers)
    name = "王李张刘陈"[n % 5] + "桂秀玉国建"[n // 5 % 5] + "芳英兰强华"[n // 25 % 5]
    return Person(
        id=uuid4(), personal_number=f"{DISTRICT}{8000000000 + n}", name=name, name_key=name_key(name),
        name_initials=name_initials(name),        gender="female", birth_date=birth,
    )  # fmt: skip


def _case(enrolment: Enrolment, state: str) -> Case:
    maker, checker = (uuid4(), uuid4()) if state == "approved" else (None, None)
    is_open = state not in ("approved", "waived", "expired")
    return Case(
        id=uuid4(), number=f"{DISTRICT}-2024-S{next(_numbers):06d}", kind="claim_free", district_code=DISTRICT,
        division_path=enrolment.division_path, person=enrolment.person, subject_id=enrolment.pk, title="免申即享",
        state=state, is_open=is_open, outcome="" if is_open else state, proposal={},
        maker_id=maker, checker_id=checker, digest="0" * 64, pack_hash="0" * 64,
    )  # fmt: skip
