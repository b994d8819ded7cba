"""A confirmation on the phone taken back by the participant or by whoever helped, for some hours and before 办理; a waiver never.

Worked example: a helper confirmed for 张桂芳 on 2024-03-12 at 12:00; the message to her own telephone makes her ask; she logs in
at 18:00 and takes it back: the form is void, the pictures are out of the case, it stands at 已告知 again and she may confirm
later, or not at all. Had the helper pressed by mistake, her own account could take it back as well. On the 13th at 12:00
it is too late (a setting, 24 hours), and so it is once 办理 has pushed it on.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from uuid import UUID

from jubao.cases.models import Case, CaseMaterial
from jubao.claim_free.models import ConfirmationForm, OnlineConfirmation
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.forms.masks import masked_name
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.residents.models import Account
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import advance
from jubao.services.claim_free.cases import KIND
from jubao.staff.regions import pack_of

SETTING = "claim.confirmation_undo_hours"
PICTURES = ("front_document_id", "back_document_id", "only_child_document_id")


def undo_until(case: Case, today: date) -> datetime | None:
    """Until when the confirmation of a case may be taken back; None where there is nothing to take back."""
    online = _last(case)
    setting = pack_of(case.division_path).find_setting(SETTING, today)
    if online is None or online.finished_at is None or setting is None:
        return None
    return online.finished_at + timedelta(hours=int(setting.value))


def may_undo(case: Case, today: date, now: datetime) -> bool:
    """Whether it is still time."""
    until = undo_until(case, today)
    return until is not None and now < until


def helper_until(online: OnlineConfirmation, today: date, now: datetime) -> datetime | None:
    """Until when whoever made this confirmation may take it back; None when it is over or another one stands."""
    last = _last(online.case)
    return undo_until(online.case, today) if last == online and may_undo(online.case, today, now) else None


def confirmation_undo(
    *, actor: Actor, account: Account, case_id: UUID, is_sure: bool, today: date, now: datetime
) -> Case:
    """撤回确认 by the participant's own account or by the one that helped with this confirmation.

    Raises InputRefused NOT_SURE, CaseRefused UNDO_NOT_YOURS, UNDO_TOO_LATE.
    """
    if not is_sure:
        raise InputRefused("NOT_SURE", _("还没有确定撤回。"), remedy=_("请看过提示再选择。"))
    with unit_of_work(actor, "confirmation_undo", case_id=case_id):
        case = Case.objects.select_for_update().get(id=case_id)
        if not may_undo(case, today, now):
            raise CaseRefused(
                "UNDO_TOO_LATE",
                _("已经过了可以撤回的时间，或者已经开始办理。"),
                remedy=_("请到任一社保窗口说明情况，由经办人员处理。"),
            )
        online = _last(case)
        assert online is not None
        _check_whose(case, online, account)
        forms = ConfirmationForm.objects.filter(case=case, state=ConfirmationForm.State.CONSENT)
        papers = [getattr(online, name) for name in PICTURES] + list(
            forms.values_list("document_id", flat=True)
        )
        CaseMaterial.objects.filter(case=case, removed_at__isnull=True, document_id__in=papers).update(
            removed_at=now
        )
        for form in forms:
            form.state = ConfirmationForm.State.VOID
            form.save(update_fields=["state"])
        undone = advance(
            actor=actor, case_id=case.id, action="undo", expected_version=case.version, today=today, now=now,
            reason="" if account.person_id == case.person_id else f"帮办人{masked_name(account.name)}撤回",
        )  # fmt: skip
        Case.objects.filter(id=case.id).update(due_on=None, channel="")
        return undone


def _check_whose(case: Case, online: OnlineConfirmation, account: Account) -> None:
    if account.person_id != case.person_id and account.pk != online.account_id:
        raise CaseRefused(
            "UNDO_NOT_YOURS",
            _("这次确认不是您办的，不能由您撤回。"),
            remedy=_("请参保人本人或办这次确认的人登录后撤回。"),
        )


def _last(case: Case) -> OnlineConfirmation | None:
    """The consent that the case rests on, as long as nobody has handled it."""
    if case.kind != KIND or not case.is_open or case.state != "accepted":
        return None
    form = ConfirmationForm.objects.filter(case=case, state=ConfirmationForm.State.CONSENT).first()
    found = OnlineConfirmation.objects.filter(case=case, outcome="consent").order_by("-finished_at").first()
    is_it = form is not None and found is not None and form.agreed_at == found.finished_at
    return found if is_it else None
