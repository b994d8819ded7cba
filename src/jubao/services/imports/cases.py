"""The case of an import: whoever brings a file proposes it, another person decides, in some regions a third as well.

Worked example: in a region with `import.approvals: 2` the case kind is `import_two_levels`: 提出 → 同意 → 二级审批同意, by three
human beings; the file takes effect in the transaction of the last step.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from jubao.cases.models import ImportBatch
from jubao.database.actor import Actor
from jubao.kernel.errors import DomainError
from jubao.kernel.text import _
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.kinds import CaseKind, propose_and_decide, register
from jubao.services.imports.kinds import import_kind

ONE, TWO = "import", "import_two_levels"
MAKERS = frozenset({"intake_clerk", "handler", "data_officer", "finance_officer", "certification_officer"})
FIRST = frozenset({"reviewer", "data_reviewer", "finance_reviewer", "certification_reviewer", "approver"})
SECOND = frozenset({"approver", "reviewer", "data_reviewer", "finance_reviewer", "certification_reviewer"})


class ImportRefused(DomainError):
    """An import that cannot take effect or be undone; nothing was changed."""

    exit_code = 1


def _apply(*, case: Any, actor: Actor, today: date) -> None:
    batch = ImportBatch.objects.select_for_update().get(case=case)
    kind = import_kind(batch.kind)
    if not actor.is_system and not actor.posts & kind.reviewers:
        raise CaseRefused(
            "POST_REQUIRED",
            _("“{title}”不由您的岗位审批。").format(title=kind.title),
            remedy=_("请转交有该岗位的人员。"),
        )
    if batch.state != ImportBatch.State.STAGED:
        raise ImportRefused(
            "IMPORT_NOT_STAGED",
            _("这一批已经{state}。").format(state=ImportBatch.State(batch.state).label),
            remedy=_("请刷新页面。"),
        )
    kind.apply(batch=batch, actor=actor, today=today)
    batch.state, batch.applied_at = ImportBatch.State.APPLIED, case.closed_at
    batch.save(update_fields=["state", "applied_at"])


def _drop(*, case: Any, actor: Actor, today: date) -> None:
    ImportBatch.objects.filter(case=case, state=ImportBatch.State.STAGED).update(
        state=ImportBatch.State.REFUSED
    )


_LEVELS = frozenset({"district", "township"})
for _name, _title, _second in ((ONE, "文件导入", frozenset()), (TWO, "文件导入（两级审批）", SECOND)):
    register(
        CaseKind(
            kind=_name,
            title=_title,
            transitions=propose_and_decide(
                makers=MAKERS,
                make_steps=(),
                deciders=FIRST,
                decide_steps=(),
                decide_levels=_LEVELS,
                second=_second,
            ),
            effects={
                ("approve_second" if _second else "approve"): _apply,
                "reject": _drop,
                "withdraw": _drop,
                **({"reject_second": _drop} if _second else {}),
            },
        )
    )
