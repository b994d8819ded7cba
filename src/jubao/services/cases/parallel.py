"""Business that cannot run side by side for one person: a claim while the rights are moving away, a move while a claim runs.

Worked example: 李国强 has the bridging 150404-2026-000031 open; a claim of his is refused with PARALLEL_BUSINESS and that number,
and so would the bridging have been, had the claim come first.
"""

from __future__ import annotations

from uuid import UUID

from jubao.cases.models import Case
from jubao.kernel.text import _, translated
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.kinds import CaseKind, kind_of, kinds


def parallel_cases(kind: CaseKind, person_id: UUID | None) -> list[Case]:
    """The person's open cases of kinds that exclude this one, or that this one excludes."""
    if person_id is None:
        return []
    excluding = {name for name, other in kinds().items() if kind.kind in other.excludes} | kind.excludes
    if not excluding - {kind.kind}:
        return []
    found = Case.objects.filter(person_id=person_id, is_open=True, kind__in=excluding - {kind.kind})
    return list(found.order_by("number"))


def require_no_parallel(kind: CaseKind, person_id: UUID | None) -> None:
    """Raises CaseRefused PARALLEL_BUSINESS naming every such case."""
    found = parallel_cases(kind, person_id)
    if not found:
        return
    words = "、".join(
        f"{translated(kind_of(one.kind).title)} {one.number}（{kind_of(one.kind).state_title(one.state)}）"
        for one in found
    )
    raise CaseRefused(
        "PARALLEL_BUSINESS",
        _("这个人有在办的业务，不能同时办理{title}：{words}。").format(
            title=translated(kind.title), words=words
        ),
        remedy=_("请先办结或撤回在办的那一项。"),
    )
