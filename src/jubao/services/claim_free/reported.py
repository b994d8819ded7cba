"""What the family or others reported and nobody has verified yet: a hint to whoever accepts, a question the handler must answer.

Worked example: the son reports on 2024-03-12 that 张桂芳 died on 03-10. She stays on the list, may confirm and is accepted: the
report alone takes nothing from her (it opens a check, 须知5). 办理 is refused with 有人报告…，正在核实 until a named officer
answers the report: 不属实 lets the case go on, 属实 stands in the records and is DEATH_MATCH (or SERVING_SENTENCE, or the
benefit elsewhere) from then on, as if a list had brought it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q

from jubao.cases.models import Case
from jubao.kernel.citation import Citation
from jubao.kernel.text import _, translated
from jubao.rules.claim_free_handling import HANDLING_GROUNDS
from jubao.services.claim_free.check import Checked, ClaimFreeRefused, Obstacle, Stage, check
from jubao.services.claim_free.notices import cited
from jubao.services.residents.reports import CUSTODY, DEATH, ELSEWHERE, KIND, TITLES

DUTY, POINT = "QJ-A1-9-n5b", "QJ-A1-4-4-k2"
"""The family tells the agency; the handler checks custody, death and double benefits."""
LASTING = (CUSTODY, ELSEWHERE)
"""A confirmed one of these is shown beside the case; that it stands in the way is for the check, which reads the records."""


@dataclass(frozen=True)
class Reported:
    """One report: its case, what it says, since when, under which clause; `is_true` once it was verified as true."""

    case_id: UUID
    number: str
    words: str
    detail: str
    citation: Citation | None
    is_true: bool


def reports_about(case: Case) -> list[Reported]:
    """The reports that 办理 of this case has to do with: those being verified, and those that turned out true meanwhile."""
    if case.person_id is None:
        return []
    open_ones = Q(is_open=True, proposal__what__in=(DEATH, *LASTING))
    true_ones = Q(state="confirmed", proposal__what__in=LASTING, closed_at__gte=case.opened_at)
    found = Case.objects.filter(open_ones | true_ones, kind=KIND, person_id=case.person_id)
    return [_reported(one) for one in found.order_by("id")]


def _reported(one: Case) -> Reported:
    about: dict[str, Any] = one.proposal
    is_true = one.state == "confirmed"
    what = translated(TITLES[about["what"]])
    words = _("已核实属实：{what}") if is_true else _("有人报告{what}，正在核实")
    detail = _("发生日期 {day}，{relation}报告").format(
        day=about["happened_on"] or "—", relation=translated(about["relation"])
    )
    clause = cited(one.division_path, POINT if is_true else DUTY)
    return Reported(one.pk, one.number, words.format(what=what), detail, clause, is_true)


def answers_missing(case: Case) -> tuple[Obstacle, ...]:
    """What the reports say against going on with this case, each with its clause: REPORT_UNANSWERED."""
    return tuple(
        Obstacle(
            "REPORT_UNANSWERED",
            _("{words}，请先写明核实结果").format(words=one.words),
            one.citation or HANDLING_GROUNDS["DEATH_MATCH"],
            f"{one.detail}，{one.number}",
        )
        for one in reports_about(case)
        if not one.is_true
    )


def reports_open(people: Iterable[UUID]) -> dict[UUID, str]:
    """By person: what is reported and not verified yet, for the rows of a list."""
    found = Case.objects.filter(
        kind=KIND, is_open=True, person_id__in=people, proposal__what__in=(DEATH, *LASTING)
    )
    return {one.person_id: translated(TITLES[one.proposal["what"]]) for one in found if one.person_id}


def require_with_reports(case: Case, *, on: date, stage: Stage, confirmed_on: date | None) -> Checked:
    """The gate and the reports together: ClaimFreeRefused names every reason at once."""
    assert case.subject_id is not None
    checked = check(case.subject_id, on=on, stage=stage, confirmed_on=confirmed_on)
    if found := (*checked.obstacles, *answers_missing(case)):
        raise ClaimFreeRefused(found)
    return checked
