"""《信息确认表》: prefilled by the program, printed, signed by the participant, and void when both boxes are signed.

Worked example: the clerk chooses 独生子女: 是 and answers both questions about making up; `form_export` makes
QRB-500110-2026-000031 with 163.02 yuan; 张桂芳 signs 同意 and leaves her thumbprint; `form_signed` keeps that. Had she signed
both boxes, the form would be void, the case untouched, and a new form could be printed.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.claim_free.models import ConfirmationForm
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.facts.make_up import MakeUp, payable_make_up_years
from jubao.kernel.text import _, chinese
from jubao.services.access.log import access_record, require_post
from jubao.services.cases.checks import CaseRefused, city_wide
from jubao.services.cases.numbers import next_number
from jubao.services.claim_free.confirmation_contents import form_contents
from jubao.services.claim_free.confirmation_rules import (
    check_answers,
    check_exportable,
    check_signature,
    form_refused,
)
from jubao.services.claim_free.forms import confirmation_form_pdf
from jubao.services.claim_free.texts import texts_of
from jubao.services.documents.store import document_store
from jubao.staff.regions import pack_of

POSTS = ("intake_clerk", "field_worker")
COUNTER, HOME_VISIT = "COUNTER", "HOME_VISIT"
LIVE = (ConfirmationForm.State.OPEN, ConfirmationForm.State.CONSENT, ConfirmationForm.State.WAIVER)


def form_export(
    *, actor: Actor, case_id: UUID, is_only_child: bool | None, make_up_answer: str = "",
    has_paid_recently: bool | None = None, is_recent_payment_credited: bool | None = None,
    channel: str = COUNTER, today: date, now: datetime,
) -> ConfirmationForm:  # fmt: skip
    """Print a form; the same answers on the same day give the same form again, other answers make the former one void.

    A payment not yet credited is kept as answered and holds the acceptance: the form has no document then. Raises CaseRefused
    FORM_ANSWERS_MISSING naming each, STEP_NOT_POSSIBLE, PAYMENT_NOT_FOUND, NotCovered where a value of the pension is missing.
    """
    require_post(actor, *POSTS, what=_("打印信息确认表"))
    wide = city_wide(actor)
    with unit_of_work(wide, "confirmation_form_export", case_id=case_id):
        case = check_exportable(case_id)
        assert case.subject_id is not None
        make_up = payable_make_up_years(case.subject_id, today, pack_of(case.division_path))
        answers = {
            "is_only_child": is_only_child, "make_up_answer": make_up_answer if make_up.years else "",
            "has_paid_recently": has_paid_recently if make_up.years else None,
            "is_recent_payment_credited": is_recent_payment_credited if make_up.years and has_paid_recently else None,
        }  # fmt: skip
        check_answers(case, answers, make_up, today)
        same = _same_form(case, answers, channel, today)
        if same is not None:
            return same
        ConfirmationForm.objects.filter(case=case, state__in=LIVE).update(state=ConfirmationForm.State.VOID)
        return _made(wide, case, answers, make_up, channel, today)


def _same_form(case: Case, answers: dict[str, Any], channel: str, today: date) -> ConfirmationForm | None:
    return ConfirmationForm.objects.filter(
        case=case, state=ConfirmationForm.State.OPEN, channel=channel, contents__made_on=today.isoformat(), **answers
    ).first()  # fmt: skip


def _made(
    actor: Actor, case: Case, answers: dict[str, Any], make_up: MakeUp, channel: str, today: date
) -> ConfirmationForm:
    number = f"QRB-{next_number(case.district_code, today.year, 'confirmation_form')}"
    contents = form_contents(
        case=case, is_only_child=bool(answers["is_only_child"]), today=today, actor=actor, number=number
    )
    document = None
    if answers["is_recent_payment_credited"] is not False:
        document = document_store(
            actor=actor, content=confirmation_form_pdf(contents), name=f"{number}.pdf", content_type="application/pdf",
            document_class="confirmation_form", case_id=case.id, person_id=case.person_id,
            district_code=case.district_code, is_encrypted=True,
        )  # fmt: skip
    access_record(
        actor=actor, person_id=case.person_id, fields=["confirmation_form"], purpose=chinese("打印信息确认表"),
        case_id=case.id,
    )  # fmt: skip
    return ConfirmationForm.objects.create(
        case=case, number=number, channel=channel, contents=contents, payable_make_up_years=make_up.years,
        texts=list(texts_of(pack_of(case.division_path), today).versions), document=document,
        officer_id=actor.officer_id, **answers,
    )  # fmt: skip


def form_signed(
    *, actor: Actor, form_id: UUID, signed: str, signed_on: date | None, has_thumbprint: bool, today: date, now: datetime
) -> ConfirmationForm:  # fmt: skip
    """Record what was signed: `consent`, `waiver`, `both` (the form is void), `none` (refused).

    Raises CaseRefused SIGNATURE_MISSING, THUMBPRINT_MISSING, SIGNED_ON_WRONG, ONLY_WAIVER, PAYMENT_NOT_CREDITED, FORM_CLOSED.
    """
    require_post(actor, *POSTS, what=_("登记信息确认表签字"))
    with unit_of_work(city_wide(actor), "confirmation_form_signed"):
        form = (
            ConfirmationForm.objects.select_for_update(of=("self",))
            .select_related("case")
            .filter(id=form_id)
            .first()
        )
        if form is None:
            raise form_refused("FORM_NOT_FOUND", _("没有这份确认表。"), _("请重新打印。"))
        check_exportable(form.case_id)
        if signed == form.state and form.signed_on == signed_on:
            return form
        check_signature(form, signed, signed_on, has_thumbprint, today)
        form.state = ConfirmationForm.State.VOID if signed == "both" else signed
        form.signed_on, form.has_thumbprint = signed_on, has_thumbprint
        form.agreed_at = now
        form.save(update_fields=["state", "signed_on", "has_thumbprint", "agreed_at"])
        return form


def standing_form(case_id: UUID) -> ConfirmationForm | None:
    """The form that counts for the case now: the last one that is not void."""
    return (
        ConfirmationForm.objects.filter(case_id=case_id, state__in=LIVE)
        .order_by("-exported_at", "-id")
        .first()
    )


__all__ = ["CaseRefused", "form_contents", "form_export", "form_signed", "standing_form"]
