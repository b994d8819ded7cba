"""The home visit to somebody who cannot come: a task of the township, done when the person has confirmed during the visit.

Worked example: shared data call 张桂芳 行动不便; 办理岗 opens a visit, the form is printed for HOME_VISIT and signed there, the
intake clerk accepts it (`accept_at_home`), and the visit is closed. Nobody at home: the attempt is recorded, the task stays.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from jubao.cases.models import Case
from jubao.claim_free.models import ConfirmationForm
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.text import _, chinese
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import advance, case_open
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, register
from jubao.services.cases.records import case_found
from jubao.services.claim_free.cases import WAITING
from jubao.services.claim_free.notices import require_may_inform

KIND = "claim_free_home_visit"
ARRANGERS = frozenset({"handler", "intake_clerk", "field_worker", "village_assistant"})
VISITORS = frozenset({"field_worker", "intake_clerk", "handler"})


def visit_open(*, actor: Actor, case_id: UUID, reason: str, today: date) -> Case:
    """Ask for a visit in a claim-free case. Raises CaseRefused REASON_REQUIRED, CASE_ALREADY_OPEN and as `require_may_inform`."""
    with unit_of_work(actor, "visit_open", case_id=case_id):
        case = case_found(case_id)
        require_may_inform(case, today, is_verified=False)
        if not reason.strip():
            raise CaseRefused(
                "REASON_REQUIRED", _("没有写明上门的原因。"), remedy=_("请写明，例如行动不便。")
            )
        assert case.person is not None
        return case_open(
            actor=actor, kind=KIND, district_code=case.district_code, division_path=case.division_path,
            person_id=case.person_id, subject_id=case.id, title=chinese("上门确认：{name}").format(name=case.person.name),
            proposal={"reason": reason.strip()[:200], "claim": case.number}, today=today,
        )  # fmt: skip


def visit_done(*, actor: Actor, visit_id: UUID, today: date, now: datetime) -> Case:
    """The person has confirmed during the visit. Raises CaseRefused VISIT_NOT_CONFIRMED and those of `advance`."""
    with unit_of_work(actor, "visit_done", case_id=visit_id):
        visit = case_found(visit_id)
        return advance(
            actor=actor,
            case_id=visit.id,
            action="visit",
            expected_version=visit.version,
            today=today,
            now=now,
        )


def open_visits(case_ids: list[UUID]) -> dict[UUID, Case]:
    """Claim-free case → its open visit."""
    found = Case.objects.filter(kind=KIND, subject_id__in=case_ids, is_open=True)
    return {one.subject_id: one for one in found if one.subject_id is not None}


def _visited(*, case: Case, actor: Actor, today: date) -> None:
    """Effect of closing: the claim must be confirmed, on a form of the visit."""
    assert case.subject_id is not None
    claim = Case.objects.get(id=case.subject_id)
    signed = ConfirmationForm.objects.filter(
        case=claim, channel="HOME_VISIT", state__in=("consent", "waiver")
    )
    if claim.state in WAITING or not signed.exists():
        raise CaseRefused(
            "VISIT_NOT_CONFIRMED",
            _("上门用的确认表还没有签字受理，不能办结上门任务。"),
            remedy=_("请在“免申即享受理”登记签字的确认表；没有见到本人的，请登记联系情况。"),
        )


VISIT = register(
    CaseKind(
        KIND,
        "免申即享上门确认",
        (
            Transition("open", OPEN, "arranged", ARRANGERS, title="安排上门"),
            Transition("visit", "arranged", "visited", VISITORS, closes=True, outcome="done", title="已上门确认"),
            Transition("cancel", "arranged", "cancelled", ARRANGERS, closes=True, outcome="withdrawn", title="取消上门",
                       needs_reason=True),
        ),
        {"visit": _visited},
        {"arranged": "待上门", "visited": "已上门确认", "cancelled": "已取消"},
    )
)  # fmt: skip
