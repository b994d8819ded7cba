"""How a confirmation on the phone ends: the notes read for their seconds, then consent; or 否 on two pages, then waiver.

Worked example: the notes are opened at 10:00:00; agreeing at 10:00:04 is refused (READING_TOO_SHORT), at 10:00:05 the form
is made with the electronic consent, the case is accepted without an intake clerk, and a receipt with its QR code is there.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.claim_free.models import ConfirmationForm, OnlineConfirmation
from jubao.database.actor import Actor
from jubao.forms.masks import masked_name
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _, in_chinese
from jubao.residents.models import Account
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import material_add
from jubao.services.cases.numbers import next_number
from jubao.services.claim_free.confirmation_contents import form_contents
from jubao.services.claim_free.online_confirmation import agreed_keep, step_taken
from jubao.services.claim_free.online_steps import (
    MAKE_UP,
    NOTES,
    READING,
    cited,
    reading_seconds,
    require_open_channel,
    standing_of,
)
from jubao.services.claim_free.texts import AgreedTexts, texts_of
from jubao.services.documents.store import document_store
from jubao.services.notices.texts import mobile_of, notice_queue, notice_text, office_values
from jubao.staff.regions import pack_of

CONSENT, WAIVER = "consent", "waiver"
KEPT_VERSIONS = {
    CONSENT: ("claim_free_form_notes", "claim_free_consent", "promise"),
    WAIVER: ("claim_free_form_notes", "claim_free_waiver"),
}


def notes_open(*, actor: Actor, online_id: UUID, today: date, now: datetime) -> int:
    """The notes are on the screen; answers how many seconds are left before they can be agreed to."""
    with step_taken(actor, online_id, "confirmation_notes", NOTES, today, now) as online:
        if online.notes_opened_at is None:
            online.notes_opened_at = now
            online.save(update_fields=["notes_opened_at"])
        return _seconds_left(online, today, now)


def _seconds_left(online: OnlineConfirmation, today: date, now: datetime) -> int:
    assert online.notes_opened_at is not None
    wanted = timedelta(seconds=reading_seconds(pack_of(online.case.division_path), today))
    left = online.notes_opened_at + wanted - now
    return max(0, -(-left // timedelta(seconds=1)))


def confirmation_finish(
    *, actor: Actor, online_id: UUID, channel: str, today: date, now: datetime
) -> OnlineConfirmation:
    """我已阅读并同意: the form with the electronic consent, the papers, the case to the handler, the receipt.

    Raises CaseRefused READING_TOO_SHORT, CHANNEL_NOT_OPEN, STEP_OUT_OF_ORDER, ClaimFreeRefused with every reason.
    """
    from jubao.services.claim_free.confirmation import confirm_online
    from jubao.services.documents.receipts import receipt_issue

    with step_taken(actor, online_id, "confirmation_finish", NOTES, today, now) as online:
        _check_read(online, today, now)
        require_open_channel(pack_of(online.case.division_path), channel, today)
        form = _form(actor, online, CONSENT, channel, today, now)
        _hand_in(actor, online, form, needs_proof=standing_of(online, today=today, now=now).needs_proof)
        online.outcome, online.finished_at = CONSENT, now
        online.save(update_fields=["outcome", "finished_at"])
        case = confirm_online(actor=actor, online_id=online.id, today=today, now=now)
        receipt_issue(case, actor=actor, today=today)
        _tell(actor, online, today)
        return online


@in_chinese
def _tell(actor: Actor, online: OnlineConfirmation, today: date) -> None:
    """A message to the telephone in the register, so that nobody is confirmed without knowing it."""
    case, person = online.case, online.case.person
    assert person is not None
    mobile = mobile_of(person.pk, case.division_path, today)
    if not mobile:
        return
    values = {
        "name_masked": masked_name(person.name),
        "confirmed_on": today.isoformat(),
        "by": masked_name(actor.name) if online.is_helped else _("本人"),
        **office_values(case.division_path, today),
    }
    text = notice_text(pack_of(case.division_path), "claim_free_confirmed", values)
    notice_queue(
        person_id=person.pk, case_id=case.pk, purpose="claim_free_confirmed", text=text, mobile=mobile,
        once_key=f"claim_free_confirmed:{online.pk}",
    )  # fmt: skip


def _check_read(online: OnlineConfirmation, today: date, now: datetime) -> None:
    if online.notes_opened_at is None or _seconds_left(online, today, now):
        raise CaseRefused(
            "READING_TOO_SHORT",
            _("办理须知要看满 {seconds} 秒。").format(
                seconds=reading_seconds(pack_of(online.case.division_path), today)
            ),
            remedy=_("请看完后再点“我已阅读并同意”。"),
            citation=cited(pack_of(online.case.division_path), READING),
        )


def confirmation_waive(
    *, actor: Actor, online_id: UUID, is_sure: bool, channel: str, today: date, now: datetime
) -> OnlineConfirmation:
    """否 on both pages: the flow ends, the flag goes off for good, the ordinary way stays.

    Raises InputRefused NOT_SURE when the second page was not confirmed, CaseRefused STEP_OUT_OF_ORDER.
    """
    from jubao.services.claim_free.acceptance import waive

    if not is_sure:
        raise InputRefused("NOT_SURE", _("还没有确定放弃。"), remedy=_("请看过提示再选择。"))
    with step_taken(actor, online_id, "confirmation_waive", MAKE_UP, today, now) as online:
        online.make_up_answer, online.make_up_answered_at = "make_up", now
        _form(actor, online, WAIVER, channel, today, now)
        online.outcome, online.finished_at = WAIVER, now
        online.save(update_fields=["make_up_answer", "make_up_answered_at", "outcome", "finished_at"])
        waive(
            actor=actor, online_id=online.id, reason_code="MAKE_UP_WISH", reason=_("本人在线上选择补缴"),
            today=today, now=now,
        )  # fmt: skip
        return online


def _form(
    actor: Actor, online: OnlineConfirmation, outcome: str, channel: str, today: date, now: datetime
) -> ConfirmationForm:
    """The 《信息确认表》 of this confirmation with the recorded electronic consent; former ones of the case become void."""
    from jubao.services.claim_free.forms import confirmation_form_pdf

    case, texts = online.case, texts_of(pack_of(online.case.division_path), today)
    live = (ConfirmationForm.State.OPEN, ConfirmationForm.State.CONSENT, ConfirmationForm.State.WAIVER)
    for former in ConfirmationForm.objects.select_for_update().filter(case=case, state__in=live):
        former.state = ConfirmationForm.State.VOID
        former.save(update_fields=["state"])
    number = f"QRB-{next_number(case.district_code, today.year, 'confirmation_form')}"
    contents = _contents(actor, online, case, number, outcome, today, now)
    document = document_store(
        actor=actor, content=confirmation_form_pdf(contents), name=f"{number}.pdf", content_type="application/pdf",
        document_class="confirmation_form", case_id=case.id, person_id=case.person_id, district_code=case.district_code,
        is_encrypted=True,
    )  # fmt: skip
    versions = _versions(texts, outcome)
    agreed_keep(actor, online, versions, now)
    return ConfirmationForm.objects.create(
        case=case, number=number, channel=channel, state=outcome, contents=contents,
        is_only_child=bool(online.is_only_child), payable_make_up_years=contents["payable_make_up_years"],
        make_up_answer=online.make_up_answer, texts=versions, document=document, signed_on=today, agreed_at=now,
        account_id=online.account_id, helper_name=actor.name if online.is_helped else "",
        helper_relation=online.helper_relation,
    )  # fmt: skip


def _contents(
    actor: Actor,
    online: OnlineConfirmation,
    case: Case,
    number: str,
    outcome: str,
    today: date,
    now: datetime,
) -> dict[str, Any]:
    contents = form_contents(
        case=case, is_only_child=bool(online.is_only_child), today=today, actor=actor, number=number
    )
    account = Account.objects.get(id=online.account_id)
    return contents | {
        "electronic_consent": {
            "outcome": outcome,
            "agreed_at": now.isoformat(timespec="seconds"),
            "by": account.name,
            "relation": online.helper_relation if online.is_helped else "",
            "face_check_id": str(online.face_check_id or ""),
        }
    }


def _versions(texts: AgreedTexts, outcome: str) -> list[dict[str, str]]:
    return [dict(one) for one in texts.versions if one["name"] in KEPT_VERSIONS[outcome]]


def _hand_in(actor: Actor, online: OnlineConfirmation, form: ConfirmationForm, *, needs_proof: bool) -> None:
    papers: list[tuple[str, UUID | None]] = [
        ("id_document", online.front_document_id),
        ("id_document", online.back_document_id),
        ("confirmation_form", form.document_id),
    ]
    if needs_proof or online.is_only_child:
        papers.append(("only_child_material", online.only_child_document_id))
    for kind, document_id in papers:
        if document_id is not None:
            material_add(actor=actor, case_id=online.case_id, kind=kind, document_id=document_id)
