"""A sealed account accepts only its reopening: every other business about the person is refused, with the clause (S1).

Worked example: 何秀兰 of 南澳 is sealed since 2026-03; a change of her name, a resumption, a correction of her account are
refused with ACCOUNT_SEALED (GD-9-14) and led to 启封; the application to reopen is taken, and so is a report about her.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import connection

from jubao.database.sealed import is_sealed
from jubao.kernel.errors import CheckFailed
from jubao.kernel.text import _
from jubao.policy import Pack

STILL_TAKEN = frozenset({"unsealing", "resident_report"})
"""The reopening itself; and what others tell about the person, which changes nothing of the account."""

_ANY_SEALED = (
    f"SELECT EXISTS (SELECT 1 FROM people_enrolment AS e WHERE e.person_id = %s AND {is_sealed('e.id')})"
)


def require_not_sealed(kind: str, person_id: UUID | None, pack: Pack, on: date) -> None:
    """Raises CheckFailed ACCOUNT_SEALED for a business about somebody whose account is sealed, unless it may be taken."""
    rule = pack.find_setting("seal.after", on)
    if person_id is None or kind in STILL_TAKEN or rule is None or rule.value == "off":
        return
    with connection.cursor() as cursor:
        cursor.execute(_ANY_SEALED, [person_id])
        (found,) = cursor.fetchone()
    if found:
        raise CheckFailed(
            "ACCOUNT_SEALED",
            _("个人账户已封存，除启封（重新启用账户）外不能办理任何业务。"),
            remedy=_("请由本人或家属先申请启封，由有权的经办机构审批。"),
            citation=rule.citation,
        )


def sealed_among(enrolments: Sequence[UUID]) -> set[UUID]:
    """Which of these enrolments are sealed: work on many leaves them out."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT e.id FROM people_enrolment AS e WHERE e.id = ANY(%s::uuid[]) AND {is_sealed('e.id')}",
            [list(enrolments)],
        )
        return {UUID(str(key)) for (key,) in cursor.fetchall()}
