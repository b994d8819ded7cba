"""What a 《信息确认表》 must have before it is printed and before a signature counts; every reason is named at once.

Worked example: two years may be made up and neither question was answered: FORM_ANSWERS_MISSING names both; "paid, not yet
credited" is kept and the acceptance waits (PAYMENT_NOT_CREDITED).
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.claim_free.models import ConfirmationForm
from jubao.contributions.models import Contribution
from jubao.facts.make_up import MakeUp
from jubao.kernel.text import _
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.records import case_found
from jubao.services.claim_free.cases import CLAIM_FREE, KIND, WAITING
from jubao.services.claim_free.notices import cited

EXPORTABLE = (*WAITING, "returned")
GIVE_UP, MAKE_UP = "give_up", "make_up"
RECENT = timedelta(days=366)


def form_refused(
    code: str, message: str, remedy: str, division_path: str = "", clause: str = ""
) -> CaseRefused:
    """A refusal about the form with its clause in the region's documents."""
    return CaseRefused(
        code, message, remedy=remedy, citation=cited(division_path, clause) if clause else None
    )


def check_exportable(case_id: UUID) -> Case:
    """The case under a row lock. Raises CaseRefused STEP_NOT_POSSIBLE once it was accepted, waived or closed."""
    case = case_found(case_id)
    if case.kind != KIND or case.state not in EXPORTABLE:
        raise form_refused(
            "STEP_NOT_POSSIBLE",
            _("免申即享现在是“{state}”，不能再打印或登记信息确认表。").format(
                state=CLAIM_FREE.state_title(case.state)
            ),
            _("请在“受理业务进度查询”查看。"),
        )
    return case


def check_answers(case: Case, answers: dict[str, Any], make_up: MakeUp, today: date) -> None:
    """Raises CaseRefused FORM_ANSWERS_MISSING with each missing answer, or PAYMENT_NOT_FOUND."""
    missing = []
    if answers["is_only_child"] is None:
        missing.append(_("是否独生子女（三（二）2）"))
    if make_up.years:
        if answers["make_up_answer"] not in (GIVE_UP, MAKE_UP):
            missing.append(
                _("还可以补缴 {years} 年：是否放弃补缴，继续享受免申即享（三（二）2）").format(
                    years=make_up.years
                )
            )
        if answers["has_paid_recently"] is None:
            missing.append(_("近期是否缴过费（三（二）2）"))
        elif answers["has_paid_recently"] and answers["is_recent_payment_credited"] is None:
            missing.append(_("近期的缴费是否到账（三（二）2）"))
    if missing:
        raise form_refused(
            "FORM_ANSWERS_MISSING",
            _("还没有填写：{missing}。").format(missing="；".join(missing)),
            _("请向参保人确认后填写，再打印。"),
            case.division_path,
            "QJ-A2-3-2-2b",
        )
    if answers["is_recent_payment_credited"] and not _paid_lately(case, today):
        raise form_refused(
            "PAYMENT_NOT_FOUND",
            _("答了“已到账”，但最近一年没有查到入库的缴费。"),
            _("请核对缴费记录；没有到账的选“未到账”，暂缓受理。"),
            case.division_path,
            "QJ-A2-3-2-2c",
        )


def _paid_lately(case: Case, today: date) -> bool:
    assert case.subject_id is not None
    return Contribution.objects.filter(
        enrolment_id=case.subject_id, is_live=True, treasury_on__gte=today - RECENT
    ).exists()


def check_signature(
    form: ConfirmationForm, signed: str, signed_on: date | None, has_thumbprint: bool, today: date
) -> None:
    """Raises FORM_CLOSED, PAYMENT_NOT_CREDITED, SIGNATURE_MISSING, SIGNED_ON_WRONG, THUMBPRINT_MISSING, ONLY_WAIVER."""
    place = form.case.division_path
    if form.state != form.State.OPEN:
        raise form_refused(
            "FORM_CLOSED",
            _("这份确认表已经是“{state}”。").format(state=form.get_state_display()),
            _("需要更改的，请重新打印一份。"),
            place,
            "QJ-A1-9-s3",
        )
    if form.is_recent_payment_credited is False:
        raise form_refused(
            "PAYMENT_NOT_CREDITED",
            _("近期的缴费还没有到账，暂缓受理。"),
            _("到账后重新打印确认表。"),
            place,
            "QJ-A2-3-2-2c",
        )
    if signed not in ("consent", "waiver", "both"):
        raise form_refused(
            "SIGNATURE_MISSING",
            _("确认表上没有签字，不能受理。"),
            _("请参保人在“同意”或“放弃”一栏签字。"),
            place,
            "QJ-A1-4-3-1b",
        )
    if signed == "both":
        return
    if signed_on is None or not date.fromisoformat(form.contents["made_on"]) <= signed_on <= today:
        raise form_refused(
            "SIGNED_ON_WRONG",
            _("签字日期没有填写，或者早于打印日期、晚于今天。"),
            _("请照表上的日期填写。"),
            place,
            "QJ-A1-9-s1",
        )
    if not has_thumbprint:
        raise form_refused(
            "THUMBPRINT_MISSING",
            _("没有确认捺印。"),
            _("请参保人捺印后勾选。"),
            place,
            "QJ-A2-3-2-2d",
        )
    if signed == "consent" and form.make_up_answer == MAKE_UP:
        raise form_refused(
            "ONLY_WAIVER",
            _("参保人愿意补缴，只能作放弃处理。"),
            _("请登记“放弃”；改变主意的重新打印确认表。"),
            place,
            "QJ-A1-4-3-1g",
        )
