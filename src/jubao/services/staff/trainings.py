"""业务培训: which training was held when, and who of which office took part.

Worked example: 松山区社保局 trains 14 people on 2026-03-05 for four hours; on the page each stands with name and office.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.staff.models import Grant
from jubao.staff.offices import Training, TrainingParticipant

LONGEST_HOURS = 200


def training_record(
    *,
    actor: Actor,
    title: str,
    held_on: date,
    hours: int,
    trainer: str,
    usernames: Sequence[str],
    today: date,
) -> Training:
    """Record a training. Raises InputRefused TITLE_MISSING, DAY_IN_FUTURE, HOURS_WRONG, PARTICIPANTS_UNKNOWN."""
    if not title.strip():
        raise InputRefused("TITLE_MISSING", _("没有填写培训内容。"), remedy=_("请填写培训内容。"))
    if held_on > today:
        raise InputRefused("DAY_IN_FUTURE", _("培训日期在今天之后。"), remedy=_("请在培训后登记。"))
    if not 0 < hours <= LONGEST_HOURS:
        raise InputRefused(
            "HOURS_WRONG", _("学时不对。"), remedy=_("请填写1至{most}。").format(most=LONGEST_HOURS)
        )
    with unit_of_work(actor, "training_record"):
        places = _places(actor.scope, usernames)
        if not usernames or len(places) < len(set(usernames)):
            raise InputRefused(
                "PARTICIPANTS_UNKNOWN",
                _("没有选择参加人员，或其中有不属于本辖区的人员。"),
                remedy=_("请从名单中选择。"),
            )
        training = Training.objects.create(
            division_path=actor.scope, title=title.strip()[:120], held_on=held_on, hours=hours,
            trainer=trainer.strip()[:60], recorded_by=actor.natural_person_id,
        )  # fmt: skip
        # Two accounts of one human being took part once.
        people = dict(places.values())
        TrainingParticipant.objects.bulk_create(
            TrainingParticipant(training=training, natural_person_id=person, place_path=path)
            for person, path in people.items()
        )
        return training


def _places(scope: str, usernames: Sequence[str]) -> dict[str, tuple[UUID, str]]:
    """User name → human being and the office the account works at."""
    held = Grant.objects.filter(officer__username__in=usernames, division_path__startswith=scope).order_by(
        "from_on"
    )
    return {
        name: (person, path)
        for name, person, path in held.values_list("officer__username", "natural_person_id", "division_path")
    }


def trainings_of(scope: str) -> QuerySet[Training]:
    """The trainings of a place, the newest first."""
    return Training.objects.filter(division_path__startswith=scope.rstrip("%")).order_by("-held_on", "-id")
