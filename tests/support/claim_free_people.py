"""People on the claim-free list, as an extraction leaves them, without running one: a case, a flag, a telephone.

Worked example: `a_listed(village=v, name="张桂芳", mobile="13900000001", state="verified")` is sixty in January 2027, stands on
the list of 2026-11, may confirm until 2027-01-31, and is verified.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import UUID

from jubao.cases.models import Case
from jubao.claim_free.models import Extraction, Flag, FlagEvent
from jubao.database.unit_of_work import unit_of_work
from jubao.people.models import Division, Enrolment, Person, Phone
from jubao.services.cases.numbers import next_number
from jubao.services.claim_free.cases import CLAIM_FREE
from tests.support.residents import an_enrolment, system

MONTH = 2026 * 12 + 10
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
WINDOW_UNTIL = date(2027, 1, 31)


@dataclass(frozen=True)
class Listed:
    """One person of the list."""

    person: Person
    enrolment: Enrolment
    case: Case
    flag: Flag

    @property
    def case_id(self) -> UUID:
        """The key of the case."""
        return self.case.id


def an_extraction(district: str = "500110", month: int = MONTH) -> Extraction:
    """The extraction of a month, made once."""
    found = Extraction.objects.filter(district_code=district, month=month).first()
    if found is not None:
        return found
    return Extraction.objects.create(
        district_code=district, month=month, drawn_on=date(month // 12, month % 12 + 1, 1), pack_hash="0" * 64,
        candidate_count=1, excluded_count=0,
    )  # fmt: skip


def a_listed(
    *, village: Division, name: str = "张桂芳", mobile: str = "", landline: str = "", state: str = "extracted",
    flag: str = "flagged", month: int = MONTH, birth: date = date(1967, 1, 15),
) -> Listed:  # fmt: skip
    """Somebody on the list of the month in a state of the case and of the flag."""
    enrolment = an_enrolment(village=village, name=name, birth=birth, mobile=mobile)
    district = village.code[:6]
    with unit_of_work(system("%"), "test"):
        if landline:
            Phone.objects.create(
                person=enrolment.person, number=landline, is_mobile=False, from_on=date(2020, 1, 1)
            )
        extraction = an_extraction(district, month)
        case = Case.objects.create(
            number=next_number(district, 2026, "case"), kind=CLAIM_FREE.kind, district_code=district,
            division_path=village.path, person=enrolment.person, subject_id=enrolment.id, title=CLAIM_FREE.title,
            state=state, is_open=state not in ("waived", "expired", "approved"), proposal={},
        )  # fmt: skip
        made = Flag.objects.create(
            enrolment=enrolment, person=enrolment.person, division_path=village.path, extraction=extraction, case=case,
            month=month, window_until=WINDOW_UNTIL, state=flag, changed_at=NOW,
        )  # fmt: skip
        FlagEvent.objects.create(flag=made, action="flagged", at=NOW)
    return Listed(enrolment.person, enrolment, case, made)
