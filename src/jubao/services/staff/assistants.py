"""村(居)协办员: the register with from–to dates, what each has done in a year, the township's assessment.

Worked example: the assistant of 新民村 sent the lists of January and March 2026 after the last day of the month: 2 late monthly
reports; the term is that of the region's `contribution_month` (step `village_list`).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from jubao.cases.models import Case, CaseEvent
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import CheckFailed, InputRefused, NotCovered
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.services.cases.deadlines import OFFICE_TIME, last_day
from jubao.staff.models import Grant
from jubao.staff.offices import AssistantAssessment
from jubao.staff.regions import pack_of

POST = "village_assistant"
LIST, FLOW, STEP = "village_contribution_list", "contribution_month", "village_list"
HELD = (Grant.State.ACTIVE, Grant.State.ENDED)


@dataclass(frozen=True)
class Indicators:
    """What an assistant did in a year: months whose list was late, not sent, sent back; steps of cases taken."""

    late: tuple[Month, ...]
    missing: tuple[Month, ...]
    returned: int
    steps: int


def assistants(scope: str) -> QuerySet[Grant]:
    """Everybody who is or was an assistant under a place, with from and until; those in office first."""
    found = Grant.objects.filter(post_id=POST, state__in=HELD, division_path__startswith=scope.rstrip("%"))
    return found.select_related("natural_person", "officer").order_by("-until_on", "division_path", "id")


def indicators(grant: Grant, *, year: int, today: date) -> Indicators:
    """The year of an assistant, as far as it has passed and as long as the grant ran."""
    sent = _lists(grant.division_path, year)
    late, missing = [], []
    for month in _months_due(grant, year, today):
        due = _due_day(grant.division_path, month)
        if due is None:
            continue
        first = sent.get(month.index)
        if first is None and due < today:
            missing.append(month)
        elif first is not None and first > due:
            late.append(month)
    steps = CaseEvent.objects.filter(natural_person_id=grant.natural_person_id, at__year=year).exclude(
        action="viewed"
    )
    returned = steps.model.objects.filter(
        case__kind=LIST, case__division_path=grant.division_path, action="return", at__year=year
    )  # fmt: skip
    return Indicators(tuple(late), tuple(missing), returned.count(), steps.count())


def _lists(village: str, year: int) -> dict[int, date]:
    """Month → the day on which the village first sent its list."""
    found: dict[int, date] = {}
    cases = Case.objects.filter(kind=LIST, division_path=village).order_by("opened_at")
    for proposal, at in cases.values_list("proposal", "opened_at"):
        found.setdefault(int(proposal["month"]), at.astimezone(OFFICE_TIME).date())
    return found


def _months_due(grant: Grant, year: int, today: date) -> list[Month]:
    """The months of a year whose last day lies in the grant and is not in the future."""
    months = [Month(year, number) for number in range(1, 13)]
    return [
        one for one in months if grant.from_on <= one.last_day < grant.until_on and one.first_day <= today
    ]


def _due_day(village: str, month: Month) -> date | None:
    try:
        steps = pack_of(village).workflow(FLOW, month.last_day).steps
    except NotCovered:
        return None
    term = next((one.deadline for one in steps if one.step == STEP), None)
    return last_day(term, month.first_day) if term else None


def assessment_record(
    *, actor: Actor, grant_id: UUID, year: int, grade: str, opinion: str, today: date
) -> AssistantAssessment:
    """The township assesses an assistant. Raises CheckFailed ASSISTANT_UNKNOWN, OWN_ASSESSMENT; InputRefused GRADE_UNKNOWN,
    YEAR_IN_FUTURE."""
    if grade not in AssistantAssessment.Grade.values:
        raise InputRefused("GRADE_UNKNOWN", _("没有选择考核等次。"), remedy=_("请选择等次。"))
    if not 2000 <= year <= today.year:
        raise InputRefused("YEAR_IN_FUTURE", _("考核年度不对。"), remedy=_("请填写已经开始的年度。"))
    with unit_of_work(actor, "assessment_record"):
        grant = assistants(actor.scope).filter(id=grant_id).first()
        if grant is None:
            raise CheckFailed("ASSISTANT_UNKNOWN", _("本辖区没有这位协办员。"), remedy=_("请刷新页面。"))
        if grant.natural_person_id == actor.natural_person_id:
            raise CheckFailed("OWN_ASSESSMENT", _("不能考核自己。"), remedy=_("请由同事考核。"))
        found = indicators(grant, year=year, today=today)
        return AssistantAssessment.objects.create(
            natural_person=grant.natural_person, division_path=grant.division_path, year=year,
            late_reports=len(found.late), missing_reports=len(found.missing), returned_reports=found.returned,
            steps_taken=found.steps, grade=grade, opinion=opinion.strip()[:300], assessed_by=actor.natural_person_id,
            assessed_on=today,
        )  # fmt: skip


def assessments_of(grant: Grant) -> QuerySet[Any]:
    """The assessments of an assistant, the newest first."""
    return AssistantAssessment.objects.filter(natural_person_id=grant.natural_person_id).order_by("-id")
