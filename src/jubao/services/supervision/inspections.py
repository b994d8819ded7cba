"""监督检查: the bureau inspects an office; each finding gets an answer before the inspection ends; some are referred.

Worked example: the 人社局监督岗 inspects a township on 2024-07-01 and writes two findings; the township answers both, one is
handed over to 纪检监察机关; ending before the second answer is refused and names finding 2.
"""

from __future__ import annotations

from datetime import date

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.kernel.text import _, chinese
from jubao.services.cases.engine import case_open
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, register
from jubao.services.supervision.checks import district_required, required
from jubao.services.supervision.findings import require_answered, require_referred

KIND, FALSIFIED = "inspection", "falsified_result"
BUREAU = frozenset({"bureau_officer"})


def inspection_open(
    *, actor: Actor, division_path: str, ground: str, today: date, idempotency_key: str | None = None
) -> Case:
    """Begin an inspection of the office of a place. Raises InputRefused TEXT_MISSING, PLACE_MISSING, CaseRefused."""
    said = required(ground, _("检查的内容"), most=300)
    return case_open(
        actor=actor, kind=KIND, district_code=district_required(division_path), division_path=division_path, today=today,
        title=chinese("监督检查：{ground}").format(ground=said[:60]), idempotency_key=idempotency_key,
        proposal={"ground": said, "opened_on": today.isoformat()},
    )  # fmt: skip


def falsified_open(
    *, actor: Actor, division_path: str, ground: str, today: date, idempotency_key: str | None = None
) -> Case:
    """Begin a case about a falsified result (弄虚作假). Raises as `inspection_open`."""
    said = required(ground, _("事由"), most=300)
    return case_open(
        actor=actor, kind=FALSIFIED, district_code=district_required(division_path), division_path=division_path,
        title=chinese("弄虚作假：{ground}").format(ground=said[:60]), today=today, idempotency_key=idempotency_key,
        proposal={"ground": said, "opened_on": today.isoformat()},
    )  # fmt: skip


def _answered(*, case: Case, actor: Actor, today: date) -> None:
    """Effect: only reads, whether every finding has an answer."""
    require_answered(case)


def _referred(*, case: Case, actor: Actor, today: date) -> None:
    """Effect: only reads, whether the hand-over is written down."""
    require_referred(case)


INSPECTION = register(
    CaseKind(
        KIND,
        "监督检查",
        (
            Transition("open", OPEN, "inspecting", BUREAU, title="开始检查", steps=("inspect",)),
            Transition("close", "inspecting", "closed", BUREAU, closes=True, title="办结", outcome="done",
                       steps=("inspect",), needs_reason=True),
        ),
        effects={"close": _answered},
        states={"inspecting": "检查中", "closed": "已办结"},
    )
)  # fmt: skip
FALSIFIED_RESULT = register(
    CaseKind(
        FALSIFIED,
        "弄虚作假处理",
        (
            Transition("open", OPEN, "found", frozenset({"auditor"}), title="认定弄虚作假", steps=("find",),
                       makes_proposal=True),
            Transition("refer", "found", "referred", frozenset({"reviewer"}), True, True, title="处分、移送",
                       steps=("refer",), outcome="approved", needs_reason=True),
            Transition("dismiss", "found", "dismissed", frozenset({"reviewer"}), True, True, title="不予处理",
                       steps=("refer",), outcome="rejected", needs_reason=True),
        ),
        effects={"refer": _referred},
        states={"found": "已认定", "referred": "已处分、移送", "dismissed": "不予处理"},
    )
)  # fmt: skip
