"""免申即享 as a kind of case: what each step does to the flag, the papers, the pension.

Worked example: 复核岗 approves 张桂芳's case: the pension of 163.02 yuan runs from 2024-06, her card account is the payout
account, the flag is `used`, the four electronic papers are archived, and a task asks her to have her certification data
collected.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from jubao.claim_free.models import ConfirmationForm, Flag
from jubao.database.actor import Actor
from jubao.kernel.text import _
from jubao.people.models import Enrolment
from jubao.services.benefits.ordinary_route import notice_ordinary_route
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.kinds import register
from jubao.services.claim_free.cases import CLAIM_FREE
from jubao.services.claim_free.completion import completed, prepare_handling
from jubao.services.claim_free.confirmed import (
    OFFLINE,
    accepted,
    has_material,
    needs_of,
    prepare_acceptance,
    signed_form,
)
from jubao.services.claim_free.flags import flag_move, last_event
from jubao.services.claim_free.points import CHECKLISTS
from jubao.services.claim_free.results import returned_notice


def _prepare_waiver(*, case: Any, actor: Actor, today: date) -> dict[str, Any]:
    form = signed_form(case, ConfirmationForm.State.WAIVER)
    if form.channel in OFFLINE and not has_material(case.id, "confirmation_form"):
        raise CaseRefused(
            "MATERIAL_MISSING",
            _("缺少材料：签了“放弃”的《信息确认表》扫描件。"),
            remedy=_("请扫描上传后再提交。"),
        )
    return {**case.proposal, "form_id": str(form.id), "channel": form.channel}


def _revoked(*, case: Any, actor: Actor, today: date) -> None:
    flag_move(case, actor, Flag.State.REVOKED, "revoked")
    _tell(case, actor, today)


def _restored(*, case: Any, actor: Actor, today: date) -> None:
    flag_move(case, actor, Flag.State.FLAGGED, "restored", reason_code="RESTORED")


def _waived(*, case: Any, actor: Actor, today: date) -> None:
    flag_move(case, actor, Flag.State.WAIVED, "waived")
    _tell(case, actor, today)


def _expired(*, case: Any, actor: Actor, today: date) -> None:
    state = Flag.objects.values_list("state", flat=True).get(case_id=case.id)
    if state == Flag.State.FLAGGED:
        flag_move(case, actor, Flag.State.EXPIRED, "expired", reason_code="CONFIRMED_TOO_LATE")
        _tell(case, actor, today)


def _ceased(*, case: Any, actor: Actor, today: date) -> None:
    state = Flag.objects.values_list("state", flat=True).get(case_id=case.id)
    if state == Flag.State.FLAGGED:
        flag_move(case, actor, Flag.State.REVOKED, "revoked")
        _tell(case, actor, today)


def _returned(*, case: Any, actor: Actor, today: date) -> None:
    """Nobody took in what was confirmed on the phone: the person is told, and the township follows it up."""
    if case.channel not in OFFLINE:
        returned_notice(case=case, reason=last_event(case).reason, today=today)


def _tell(case: Any, actor: Actor, today: date) -> None:
    """The ordinary way, with the reason, in the same transaction (方案 五、（二）)."""
    enrolment = Enrolment.objects.select_related("person").get(id=case.subject_id)
    notice_ordinary_route(
        actor=actor, enrolment=enrolment, reason=last_event(case).reason, citation=None,
        once_key=f"{case.id}:{case.version}", today=today, case=case,
    )  # fmt: skip


register(
    replace(
        CLAIM_FREE,
        effects={
            "revoke": _revoked,
            "refuse": _revoked,
            "restore": _restored,
            "waive": _waived,
            "accept": accepted,
            "confirm_online": accepted,
            "return_intake": _returned,
            "expire": _expired,
            "cease": _ceased,
            "approve": completed,
        },
        needs_of=needs_of,
        prepares={
            "accept": prepare_acceptance,
            "confirm_online": prepare_acceptance,
            "waive": _prepare_waiver,
            "handle": prepare_handling,
        },
        checklists=CHECKLISTS,
    )
)
