"""Who may be enrolled: the reasons against it, by the pack and by what the records hold; reads only.

Worked example: somebody of fifteen is `TOO_YOUNG` where the pack asks for sixteen; a member of the
employees' scheme is `OTHER_SCHEME`.
"""

from __future__ import annotations

from datetime import date

from jubao.kernel.month import Month
from jubao.people.models import Enrolment, OtherSchemeRecord
from jubao.people.numbers import person_by_number
from jubao.policy import Pack


def ineligible_code(pack: Pack, number: str, born: date, *, is_student: bool, today: date) -> str:
    """The first rule that keeps a person out, "" if none does."""
    age = int(pack.parameter("min_enrol_age_years", Month.containing(today)).value)
    if (today.year - born.year, today.month, today.day) < (age, born.month, born.day):
        return "TOO_YOUNG"
    if is_student:
        return "STUDENT"
    person = person_by_number(number)
    if person is None:
        return ""
    elsewhere = OtherSchemeRecord.objects.filter(
        person=person, scheme__in=("employee_pension", "civil_pension"), until_month__isnull=True
    )
    if elsewhere.exists():
        return "OTHER_SCHEME"
    live = Enrolment.objects.filter(person=person, scheme="resident_pension", ended_on__isnull=True)
    return "ALREADY_ENROLLED" if live.exists() else ""
