"""Who looked at whom, and who was refused: written with every look and every refusal, never the value itself.

Worked example: 李静 opens 张桂芳's page with the purpose 待遇咨询: one `AccessEvent` names officer, human being, person, fields
and place; on the person's own page "谁看过我的信息" shows it. A call without the right post writes one with `was_refused`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction

from jubao.database.actor import Actor
from jubao.database.together import Plain, together
from jubao.forms.masks import masked_name
from jubao.kernel.errors import CheckFailed, DomainError
from jubao.kernel.text import _
from jubao.oversight.models import AccessEvent
from jubao.residents.models import Account
from jubao.staff.models import NaturalPerson, Officer
from jubao.staff.posts import POSTS

_NOBODY = UUID(int=0)
_WRITTEN = (
    "officer_id", "natural_person_id", "person_id", "purpose", "fields", "case_id", "place_path", "device", "was_refused",
)  # fmt: skip
_INSERT = Plain(
    f"INSERT INTO oversight_accessevent ({', '.join(_WRITTEN)}, at)"
    f" VALUES ({', '.join(f'%({name})s' for name in _WRITTEN)}, clock_timestamp()) RETURNING id"
)
"""One look, as every page of a person writes it; the columns are those of `AccessEvent`."""


class AccessRefused(CheckFailed):
    """Somebody asked for what the posts held do not allow; faces answer 403 and write the refusal."""

    def __init__(self, message: str, *, what: str, code: str = "NOT_PERMITTED", remedy: str = "") -> None:
        super().__init__(
            code, message, remedy=remedy or _("请由有权限的岗位办理；需要此权限的，按程序申请。")
        )
        self.what = what


def access_record(
    *,
    actor: Actor,
    person_id: UUID | None,
    fields: Iterable[str],
    purpose: str,
    case_id: UUID | None = None,
) -> None:
    """Write down that somebody looked at these fields of a person, and why."""
    _write(actor, person_id, ",".join(fields), purpose, case_id, was_refused=False)


def access_record_many(
    *, actor: Actor, person_ids: Iterable[UUID], fields: Iterable[str], purpose: str
) -> int:
    """The same look at many persons (a list, a spreadsheet); returns how many."""
    named = ",".join(fields)[:200]
    events = [_event(actor, person_id, named, purpose, None, False) for person_id in person_ids]
    with transaction.atomic():
        AccessEvent.objects.bulk_create(events, batch_size=5000)
    return len(events)


def refusal_record(*, actor: Actor, what: str, person_id: UUID | None = None) -> None:
    """Write down that a call was refused; `what` names the route or command."""
    _write(actor, person_id, what, "refused", None, was_refused=True)


FORBIDDEN = frozenset(
    {"NOT_PERMITTED", "POST_REQUIRED", "LEVEL_REQUIRED", "OUT_OF_SCOPE", "SELF_APPROVAL", "OWN_RECORD"}
)
"""Codes of refusals that say: not you, not here."""


def refusal_note(*, actor: Actor | None, error: DomainError, what: str) -> None:
    """For faces: write a refusal down when it is one of a forbidden call; `what` names the route or command."""
    if actor is None or error.code not in FORBIDDEN:
        return
    said = error.what if isinstance(error, AccessRefused) else f"{what} {error.code}"
    if said:
        refusal_record(actor=actor, what=said)


def require_post(actor: Actor, *posts: str, what: str) -> None:
    """Raises AccessRefused unless the actor holds one of the posts; outside a transaction the refusal is written at once."""
    if actor.posts & frozenset(posts):
        return
    names = "、".join(POSTS[post].name for post in posts)
    _refuse(actor, _("“{what}”须由{posts}办理，您没有这个岗位。").format(what=what, posts=names), what)


def require_scope(actor: Actor, division_path: str, *, what: str) -> None:
    """Raises AccessRefused when the place is not under the actor's."""
    if actor.scope == "%" or (actor.scope and division_path.startswith(actor.scope)):
        return
    _refuse(actor, _("“{what}”涉及的地方不在您的管辖范围内。").format(what=what), what)


def _refuse(actor: Actor, message: str, what: str) -> None:
    refused = AccessRefused(message, what=what)
    if not connection.in_atomic_block:
        refusal_record(actor=actor, what=what)
        refused.what = ""  # a face need not write it again
    raise refused


def _event(
    actor: Actor, person_id: UUID | None, fields: str, purpose: str, case_id: UUID | None, was_refused: bool
) -> AccessEvent:
    return AccessEvent(
        officer_id=actor.officer_id,
        natural_person_id=actor.natural_person_id,
        person_id=person_id,
        purpose=purpose[:60],
        fields=fields[:200],
        case_id=case_id,
        place_path=actor.scope[:80],
        device=actor.device[:100],
        was_refused=was_refused,
    )


def _write(
    actor: Actor,
    person_id: UUID | None,
    fields: str,
    purpose: str,
    case_id: UUID | None,
    *,
    was_refused: bool,
) -> None:
    event = _event(actor, person_id, fields, purpose, case_id, was_refused)
    together({name: getattr(event, name) for name in _WRITTEN}, _INSERT)


@dataclass(frozen=True)
class Look:
    """One look at a person, as the person may see it."""

    at: datetime
    officer: str
    place_path: str
    purpose: str
    fields: str
    was_refused: bool


def who_looked(*, person_id: UUID, first_day: date | None = None, limit: int = 200) -> list[Look]:
    """Everybody who looked at a person, the latest first."""
    events = AccessEvent.objects.filter(person_id=person_id)
    if first_day is not None:
        events = events.filter(at__date__gte=first_day)
    return _looks(list(events.order_by("-id")[:limit]))


def refusals(*, scope: str, limit: int = 200) -> list[Look]:
    """Refused calls of officers under a place, the latest first."""
    events = AccessEvent.objects.filter(was_refused=True, place_path__startswith=scope.rstrip("%"))
    return _looks(list(events.order_by("-id")[:limit]))


def _at_the_portal(wanted: set[UUID]) -> dict[UUID, str]:
    """Who helped on the phone, by a masked name: not an officer, and known to the person anyway."""
    if not wanted:
        return {}
    found = Account.objects.filter(id__in=wanted).values_list("id", "name")
    return {key: _("{name}（手机上帮办）").format(name=masked_name(name)) for key, name in found}


def _looks(events: list[AccessEvent]) -> list[Look]:
    wanted = {event.natural_person_id for event in events if event.natural_person_id}
    names = dict(NaturalPerson.objects.filter(id__in=wanted).values_list("id", "name"))
    names |= _at_the_portal(wanted - set(names))
    accounts = dict(
        Officer.objects.filter(id__in={event.officer_id for event in events if event.officer_id}).values_list(
            "id", "username"
        )
    )
    return [
        Look(
            event.at,
            f"{names.get(event.natural_person_id or _NOBODY, _('程序'))} {accounts.get(event.officer_id or _NOBODY, '')}".strip(),
            event.place_path,
            event.purpose,
            event.fields,
            event.was_refused,
        )
        for event in events
    ]


__all__ = [
    "FORBIDDEN",
    "AccessRefused",
    "Look",
    "access_record",
    "access_record_many",
    "refusal_note",
    "refusal_record",
    "refusals",
    "require_post",
    "require_scope",
    "who_looked",
]
