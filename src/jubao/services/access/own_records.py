"""Nobody handles the own record (A3): the officer's identity number, as a digest, against that of the person of a case.

Worked example: 李静, 受理岗, is insured herself; a case about her, opened or decided by her under whichever account, is refused
with OWN_RECORD. No number is compared in the clear.
"""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from jubao.database.actor import Actor
from jubao.kernel.errors import CheckFailed
from jubao.kernel.text import _
from jubao.people.numbers import numbers_of
from jubao.staff.keys import number_digest
from jubao.staff.models import NaturalPerson


@lru_cache(maxsize=2048)
def _digest_of(natural_person_id: UUID) -> str:
    """The digest of a human being never changes."""
    return NaturalPerson.objects.values_list("number_digest", flat=True).get(id=natural_person_id)


def require_not_own(actor: Actor, person_id: UUID | None) -> None:
    """Raises CheckFailed OWN_RECORD when the officer is the person concerned; at the portal one's own is the rule."""
    if actor.natural_person_id is None or person_id is None or actor.is_participant:
        return
    number = numbers_of([person_id]).get(person_id, "")
    if number and number_digest(number) == _digest_of(actor.natural_person_id):
        raise CheckFailed(
            "OWN_RECORD", _("不得办理本人的业务。"), remedy=_("请由其他工作人员办理，并告知负责人。")
        )
