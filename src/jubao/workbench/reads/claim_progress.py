"""受理业务进度查询: the acceptances of the own outlet and the own place, with state, holder and time of each step.

Worked example: 渝北's clerk finds the case it accepted for 綦江 by its receipt; 綦江's handler finds the same case because
the person is 綦江's; a third district finds nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from jubao.cases.models import Case, CaseEvent, Receipt
from jubao.claim_free.models import Flag
from jubao.database.actor import Actor
from jubao.kernel.id_number import clean_id_text
from jubao.people.numbers import person_by_number
from jubao.services.cases.kinds import kind_of, table
from jubao.services.claim_free.cases import KIND
from jubao.staff.regions import pack_of
from jubao.workbench.reads.case import who_next
from jubao.workbench.reads.people_names import officer_names

KINDS = (KIND, "ordinary_claim")
_NUMBER = re.compile(r"\d{15}|\d{17}[\dX]")


@dataclass(frozen=True)
class Line:
    """One step taken: what became of the case, who did it, where, when, why."""

    title: str
    state: str
    officer: str
    at: datetime
    reason: str


def progress_cases(actor: Actor) -> QuerySet[Case]:
    """Claims under way or done that the officer may follow: of the own place, or accepted at the own outlet."""
    own_outlet = Receipt.objects.filter(case=OuterRef("pk"), outlet_path__startswith=actor.scope)
    mine = Q(division_path__startswith=actor.scope) | Exists(own_outlet)
    return Case.objects.filter(mine, kind__in=KINDS).select_related("person").prefetch_related("receipts")


def found_by(cases: QuerySet[Case], text: str) -> QuerySet[Case]:
    """By identity number, case or receipt number, personal number, name or initials."""
    text = text.strip()
    if _NUMBER.fullmatch(clean_id_text(text)):
        person = person_by_number(text)
        return cases.filter(person=person) if person else cases.none()
    if text[:1].isdigit() or "-" in text:
        by_receipt = Q(pk__in=Receipt.objects.filter(number=text).values("case"))
        by_number = Q(number__startswith=text) | by_receipt | Q(person__personal_number=text)
        return cases.filter(by_number)
    if text.isascii():
        return cases.filter(person__name_initials__startswith=text.lower())
    return cases.filter(person__name__startswith=text)


def lines_of(case: Case) -> list[Line]:
    """Every step with its officer."""
    events = list(CaseEvent.objects.filter(case=case).exclude(action="viewed").order_by("sequence"))
    names = officer_names(event.natural_person_id for event in events)
    kind = kind_of(case.kind)
    titles = {one.action: one.title for one in kind.transitions}
    return [
        Line(titles.get(one.action, one.action), kind.state_title(one.to_state), _by(one, names), one.at, one.reason)
        for one in events
    ]  # fmt: skip


def _by(event: CaseEvent, names: dict[UUID | None, str]) -> str:
    if event.natural_person_id is None:
        return "系统"
    return names.get(event.natural_person_id, "参保人或帮办人")


def holder_of(case: Case, today: date) -> str:
    """The posts that hold the case now."""
    return who_next(case, table(kind_of(case.kind), pack_of(case.division_path), today))


def flag_of(case: Case) -> Flag | None:
    """The flag the case stands for."""
    return Flag.objects.filter(case=case).first()
