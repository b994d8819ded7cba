"""The confirmation a page is about, its case and who acts for whom; somebody else's is as if it did not exist.

Worked example: `confirmation_at(request, id)` of the daughter's own confirmation for her mother gives the case of the mother's
district with an actor of that district; of a stranger's it gives CaseRefused NOT_YOURS.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.http import HttpRequest

from jubao.cases.models import Case
from jubao.claim_free.models import OnlineConfirmation
from jubao.database.actor import Actor
from jubao.database.unit_of_work import read_scope
from jubao.kernel.text import _
from jubao.people.models import Person
from jubao.people.numbers import numbers_of
from jubao.policy import Pack
from jubao.portal.access import account_of
from jubao.portal.faces import actor_of, now, today
from jubao.services.cases.checks import CaseRefused
from jubao.services.claim_free.online_steps import (
    STEPS,
    TITLES,
    Standing,
    first_channel,
    require_step,
    standing_of,
)
from jubao.staff.regions import pack_of

SESSION_CHANNEL = "resident_channel"


@dataclass(frozen=True)
class At:
    """Where a page stands."""

    online: OnlineConfirmation
    case: Case
    person: Person
    actor: Actor
    pack: Pack

    def standing(self, moment: datetime | None = None) -> Standing:
        """Which step is due."""
        with read_scope(self.actor.scope):
            return standing_of(self.online, today=today(), now=moment or now())

    def require(self, step: str) -> None:
        """Raises CaseRefused STEP_OUT_OF_ORDER or ALREADY_CONFIRMED."""
        with read_scope(self.actor.scope):
            require_step(self.online, step, today=today(), now=now())

    def number(self) -> str:
        """The number of the person concerned."""
        with read_scope(self.actor.scope):
            return numbers_of([self.person.pk]).get(self.person.pk, "")

    def course(self, here: str) -> list[dict[str, object]]:
        """The bar of steps above a page."""
        standing = self.standing()
        due = STEPS.index(standing.due)
        return [
            {"title": TITLES[step], "is_done": STEPS.index(step) < due, "is_here": step == here}
            for step in standing.steps()[:-1]
        ]


def number_of(course: list[dict[str, object]]) -> int:
    """Which step of the bar this is, from one."""
    return next((place for place, one in enumerate(course, start=1) if one["is_here"]), 0)


def confirmation_at(request: HttpRequest, online_id: UUID) -> At:
    """The own confirmation of that id. Raises CaseRefused NOT_YOURS."""
    account = account_of(request)
    with read_scope(""):
        online = (
            OnlineConfirmation.objects.select_related("case__person")
            .filter(id=online_id, account_id=account.pk)
            .first()
        )
    if online is None or online.case.person is None:
        raise CaseRefused("NOT_YOURS", _("没有这项办理。"), remedy=_("请从“免申即享办理”重新进入。"))
    case = online.case
    person = case.person
    assert person is not None
    return At(online, case, person, actor_of(request, person), pack_of(case.division_path))


def channel_of(request: HttpRequest, pack: Pack) -> str:
    """The channel this session came by; our own pages are the first one of the region that is open."""
    return str(request.session.get(SESSION_CHANNEL) or first_channel(pack, today()))
