"""Deaths as reported: every source is kept, the earliest credible one is proposed, one is decided with its reason.

Worked example: the village says 2026-10-03, the crematorium 2026-10-05: both stand side by side with the difference in months
to the month claimed; payment reads the one that `death_decide` made decisive.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import DomainError, WrongUsage
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.people.models import DeathReport, Person


class DeathRefused(DomainError):
    """A day of death that cannot be."""

    exit_code = 1


@dataclass(frozen=True)
class SourceBeside:
    """One source of a death beside the others: months between its month and the one claimed, signed."""

    report_id: UUID
    source: str
    died_on: date
    months_to_claimed: int | None
    is_decisive: bool


def death_report(
    *, actor: Actor, person_id: UUID, died_on: date, source: str, today: date, source_row: str = "",
    case_id: UUID | None = None,
) -> DeathReport:  # fmt: skip
    """Keep what a source says. The same source repeated keeps its earliest day. Raises DeathRefused."""
    with unit_of_work(actor, "death_report", case_id=case_id):
        person = Person.objects.get(id=person_id)
        check_day(person, died_on, today)
        former = DeathReport.objects.filter(person_id=person_id, source=source, source_row=source_row).first()
        if former is not None:
            if died_on < former.died_on and not former.is_decisive:
                former.died_on = died_on
                former.save()
            return former
        return DeathReport.objects.create(
            person_id=person_id, died_on=died_on, source=source, source_row=source_row, case_id=case_id
        )


def check_day(person: Person, died_on: date, today: date) -> None:
    """Raises DeathRefused DEATH_IN_FUTURE or DEATH_BEFORE_BIRTH (F38)."""
    if died_on > today:
        raise DeathRefused("DEATH_IN_FUTURE", _("死亡日期在今天之后。"), remedy=_("请核对日期。"))
    if died_on < person.birth_date:
        raise DeathRefused("DEATH_BEFORE_BIRTH", _("死亡日期早于出生日期。"), remedy=_("请核对日期和号码。"))


def death_decide(*, actor: Actor, report_id: UUID, reason: str, case_id: UUID | None = None) -> DeathReport:
    """Make one report the decisive one, with the reason; another one that was decisive gives way."""
    if not reason.strip():
        raise WrongUsage("REASON_MISSING", _("认定死亡日期必须写明理由。"), remedy=_("请填写理由。"))
    with unit_of_work(actor, "death_decide", case_id=case_id):
        report = DeathReport.objects.select_for_update().get(id=report_id)
        DeathReport.objects.filter(person_id=report.person.id, is_decisive=True).exclude(id=report_id).update(
            is_decisive=False
        )
        report.is_decisive, report.reason = True, reason
        report.case_id = case_id or report.case_id
        report.save()
        return report


def sources_beside(person_id: UUID, claimed: Month | None = None) -> list[SourceBeside]:
    """Every source of a death, the earliest first (E7, E8)."""
    return [
        SourceBeside(
            report.id,
            report.source,
            report.died_on,
            Month.containing(report.died_on) - claimed if claimed else None,
            report.is_decisive,
        )
        for report in DeathReport.objects.filter(person_id=person_id).order_by("died_on", "id")
    ]
