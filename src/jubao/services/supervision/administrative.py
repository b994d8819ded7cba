"""行政处理: what the agency cannot recover goes to the bureau with its details; the bureau decides.

Worked example: 489.06 yuan stay unreturned after the term of the 追缴通知书; the 复核岗 hands the case over, the 人社局监督岗
orders 责令退还 or applies to the court. Nothing but this may the bureau's officer decide.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.kernel.text import chinese
from jubao.services.cases.engine import case_open
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, register

KIND = "administrative_handling"
BUREAU = frozenset({"bureau_officer"})


def administrative_open(
    *,
    actor: Actor,
    recovery_case: Case,
    summary: dict[str, Any],
    today: date,
    idempotency_key: str | None = None,
) -> Case:
    """Hand a claim over to the bureau with its details. Raises CaseRefused POST_REQUIRED, OUT_OF_SCOPE."""
    return case_open(
        actor=actor, kind=KIND, district_code=recovery_case.district_code, division_path=recovery_case.division_path,
        person_id=recovery_case.person_id, subject_id=recovery_case.pk, today=today, idempotency_key=idempotency_key,
        title=chinese("行政处理：{number}").format(number=recovery_case.number),
        proposal={"source_case": recovery_case.number, **summary, "opened_on": today.isoformat()},
    )  # fmt: skip


def _decision(action: str, state: str, title: str, outcome: str) -> Transition:
    return Transition(
        action, "opened", state, BUREAU, True, True, title=title, outcome=outcome, needs_reason=True
    )


ADMINISTRATIVE = register(
    CaseKind(
        KIND,
        "行政处理",
        (
            Transition("open", OPEN, "opened", frozenset({"handler", "reviewer"}), title="报人社局", makes_proposal=True),
            _decision("order", "ordered", "作出行政处理决定", "approved"),
            _decision("enforce", "enforcing", "申请人民法院强制执行", "approved"),
            _decision("refuse", "refused", "不予行政处理", "rejected"),
        ),
        states={"opened": "待人社局处理", "ordered": "已作出决定", "enforcing": "已申请强制执行", "refused": "不予处理"},
    )
)  # fmt: skip
