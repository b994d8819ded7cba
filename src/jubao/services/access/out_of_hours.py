"""非工作时间的操作: every step of a case and every certification taken outside office hours, with officer, object and reason.

Worked example: a certification at 22:30 with the reason 值班 stands in tomorrow's list: 22:30, 李静, 资格认证, 张*芳, 值班.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from jubao.cases.models import CaseEvent
from jubao.certification.models import CertificationEvent
from jubao.database.unit_of_work import read_scope
from jubao.staff.models import Officer


@dataclass(frozen=True)
class LateAct:
    """One act outside office hours; the object is a case or a person."""

    at: datetime
    officer: str
    action: str
    case_id: UUID | None
    case_number: str
    person_id: UUID | None
    person_name: str
    reason: str


def out_of_hours_acts(*, scope: str, first_day: date, limit: int = 300) -> list[LateAct]:
    """Acts under a place since a day, the latest first."""
    with read_scope(scope):
        acts = [*_steps(scope, first_day, limit), *_certifications(scope, first_day, limit)]
    return sorted(acts, key=lambda act: act.at, reverse=True)[:limit]


def _steps(scope: str, first_day: date, limit: int) -> list[LateAct]:
    events = CaseEvent.objects.filter(
        is_out_of_hours=True, at__date__gte=first_day, case__division_path__startswith=scope.rstrip("%")
    ).select_related("case__person")[:limit]
    names = _names({event.officer_id for event in events})
    return [
        LateAct(
            event.at,
            names.get(event.officer_id, ""),
            event.action,
            event.case_id,
            event.case.number,
            event.case.person_id,
            event.case.person.name if event.case.person else "",
            event.reason,
        )
        for event in events
    ]


def _certifications(scope: str, first_day: date, limit: int) -> list[LateAct]:
    events = CertificationEvent.objects.filter(
        is_out_of_hours=True,
        recorded_at__date__gte=first_day,
        enrolment__division_path__startswith=scope.rstrip("%"),
    ).select_related("enrolment__person")[:limit]
    names = _names({event.officer_id for event in events})
    return [
        LateAct(
            event.recorded_at,
            names.get(event.officer_id, ""),
            "certification",
            None,
            "",
            event.enrolment.person_id,
            event.enrolment.person.name,
            event.out_of_hours_reason,
        )
        for event in events
    ]


def _names(ids: set[UUID | None]) -> dict[UUID | None, str]:
    officers = Officer.objects.filter(id__in={each for each in ids if each}).select_related("natural_person")
    return {officer.id: f"{officer.natural_person.name} {officer.username}" for officer in officers}
