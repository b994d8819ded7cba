"""受理 at any outlet of the city: consent accepted, waiver recorded for good, refusal with its reason; back to intake.

Worked example: 渝北's intake clerk accepts a participant of 綦江: the event names 渝北's outlet, the case waits in 綦江's
queue, and who looked at whom is on record. A form with the waiver signed ends the case; the flag never comes back.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.claim_free.models import ConfirmationForm, OnlineConfirmation
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.text import _
from jubao.services.access.log import access_record, require_post
from jubao.services.cases.checks import CaseRefused, city_wide
from jubao.services.cases.engine import advance, case_once
from jubao.services.cases.records import case_found
from jubao.services.claim_free.check import check

REASONS = {"MAKE_UP_WISH": "有补缴意愿", "NOT_WANTED": "不愿享受免申即享服务"}


def accept_at_counter(
    *, actor: Actor, form_id: UUID, checklist: Mapping[str, Any], expected_version: int | None = None, today: date,
    now: datetime, idempotency_key: str | None = None,
) -> Case:  # fmt: skip
    """保存 on consent: the case goes to the handler of the person's own district, whatever outlet accepted.

    Raises CaseRefused CHECKLIST_UNANSWERED, MATERIAL_MISSING, FORM_NOT_SIGNED, USE_ORDINARY_CLAIM, ClaimFreeRefused.
    """
    require_post(actor, "intake_clerk", what=_("免申即享受理"))
    wide = city_wide(actor)
    with unit_of_work(wide, "claim_free_accept"):
        case = case_found(_form(form_id).case_id)
        _look(actor, case, _("免申即享受理"))

        def take() -> Case:
            return advance(
                actor=wide, case_id=case.id, action="accept", checklist=checklist, today=today, now=now,
                expected_version=case.version if expected_version is None else expected_version,
            )  # fmt: skip

        body = {"form": form_id, "checklist": dict(checklist)}
        return case_once(idempotency_key, "claim_free_accept", body, take)


def accept_at_home(
    *, actor: Actor, form_id: UUID, checklist: Mapping[str, Any], expected_version: int | None = None, today: date,
    now: datetime, idempotency_key: str | None = None,
) -> Case:  # fmt: skip
    """The same for a form signed during a visit. Raises CaseRefused NOT_A_VISIT for a form of the counter."""
    with unit_of_work(city_wide(actor), "claim_free_accept_at_home"):
        form = _form(form_id)
        if form.channel != "HOME_VISIT":
            raise CaseRefused(
                "NOT_A_VISIT",
                _("这份确认表不是上门时打印的。"),
                remedy=_("请按窗口受理，或重新打印上门用的确认表。"),
            )
        return accept_at_counter(
            actor=actor, form_id=form_id, checklist=checklist, expected_version=expected_version, today=today, now=now,
            idempotency_key=idempotency_key,
        )  # fmt: skip


def waive(
    *, actor: Actor, form_id: UUID | None = None, online_id: UUID | None = None, reason_code: str = "NOT_WANTED",
    reason: str = "", expected_version: int | None = None, today: date, now: datetime, idempotency_key: str | None = None,
) -> Case:  # fmt: skip
    """放弃: the signed waiver ends the case; the flag goes off and is never restored.

    Raises CaseRefused WAIVER_REASON_UNKNOWN, FORM_NOT_SIGNED, MATERIAL_MISSING.
    """
    if reason_code not in REASONS:
        raise CaseRefused(
            "WAIVER_REASON_UNKNOWN",
            _("没有写明放弃的原因。"),
            remedy=_("请选择：{known}。").format(known="、".join(REASONS.values())),
        )
    if not actor.is_participant:
        require_post(actor, "intake_clerk", what=_("免申即享放弃"))
    wide = city_wide(actor)
    with unit_of_work(wide, "claim_free_waive"):
        if online_id is not None:
            case_id = OnlineConfirmation.objects.values_list("case_id", flat=True).get(id=online_id)
        else:
            assert form_id is not None
            case_id = _form(form_id).case_id
        case = case_found(case_id)
        if not actor.is_participant:
            _look(actor, case, _("免申即享放弃"))

        def take() -> Case:
            return advance(
                actor=wide, case_id=case.id, action="waive", reason=reason or REASONS[reason_code], today=today,
                now=now, checklist={"reason_code": reason_code},
                expected_version=case.version if expected_version is None else expected_version,
            )  # fmt: skip

        body = {"case": case.id, "code": reason_code, "reason": reason}
        return case_once(idempotency_key, "claim_free_waive", body, take)


def refuse(
    *, actor: Actor, case_id: UUID, reason: str, expected_version: int, today: date, now: datetime,
    idempotency_key: str | None = None,
) -> Case:  # fmt: skip
    """不予受理: the reason told, the flag revoked by itself. Raises CaseRefused REASON_REQUIRED, STEP_NOT_POSSIBLE."""
    require_post(actor, "intake_clerk", what=_("不予受理"))
    wide = city_wide(actor)
    with unit_of_work(wide, "claim_free_refuse", case_id=case_id):
        case = case_found(case_id)
        _look(actor, case, _("不予受理"))
        assert case.subject_id is not None
        codes = check(case.subject_id, on=today, stage="accept").codes
        return advance(
            actor=wide, case_id=case_id, action="refuse", reason=reason, expected_version=expected_version, today=today,
            now=now, checklist={"reason_code": codes[0] if codes else "OTHER", "obstacles": list(codes)},
            idempotency_key=idempotency_key,
        )  # fmt: skip


def return_to_intake(
    *, actor: Actor, case_id: UUID, reason: str, expected_version: int, today: date, now: datetime,
    idempotency_key: str | None = None,
) -> Case:  # fmt: skip
    """退回受理岗 with its reason; who confirmed on the phone is told, too, and may confirm again."""
    return advance(
        actor=actor, case_id=case_id, action="return_intake", reason=reason, expected_version=expected_version,
        today=today, now=now, idempotency_key=idempotency_key,
    )  # fmt: skip


def _form(form_id: UUID) -> ConfirmationForm:
    form = ConfirmationForm.objects.filter(id=form_id).first()
    if form is None:
        raise CaseRefused("FORM_NOT_FOUND", _("没有这份确认表。"), remedy=_("请重新打印。"))
    return form


def _look(actor: Actor, case: Case, purpose: str) -> None:
    """Whoever handles somebody of another district is on that person's record."""
    access_record(
        actor=actor,
        person_id=case.person_id,
        fields=["claim_free_case"],
        purpose=purpose,
        case_id=case.id,
    )
