"""The steps of an acceptance at the counter: 打印, signature, scans, 保存, 放弃 (asked twice), 不予受理, 打印受理单.

Worked example: 打印 with the only child chosen gives QRB-500110-2026-000031 as PDF; 保存 without the scan of the signed form
comes back saying which paper is missing under which clause; nothing typed is lost, because each step is stored when it is
taken.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from jubao.cases.models import Case, CaseMaterial
from jubao.claim_free.models import ConfirmationForm
from jubao.database.unit_of_work import read_scope
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.services.access.city_reach import case_in_city, reach_of
from jubao.services.cases.counter_papers import paper_add, paper_remove
from jubao.services.claim_free.acceptance import accept_at_counter, accept_at_home, waive
from jubao.services.claim_free.confirmation_forms import HOME_VISIT, form_export, form_signed, standing_form
from jubao.services.claim_free.refusals import refuse_with_notice
from jubao.services.claim_free.texts import spoken
from jubao.staff.regions import pack_of
from jubao.workbench.access import page
from jubao.workbench.faces import actor_of, attempt, now, today
from jubao.workbench.papers import shown_document, shown_form
from jubao.workbench.sent import day_sent

YES_NO = {"1": True, "0": False}
POINTS = ("materials_complete", "wants_make_up", "rechecked")


def _answer(request: HttpRequest, name: str) -> bool | None:
    return YES_NO.get(request.POST.get(name, ""))


def _form(case: Case) -> ConfirmationForm:
    found = standing_form(case.pk)
    if found is None:
        raise InputRefused(
            "FORM_MISSING", _("还没有打印《信息确认表》。"), remedy=_("请先选择独生子女并打印。")
        )
    return found


def _print(request: HttpRequest, case: Case) -> str:
    made = form_export(
        actor=actor_of(request), case_id=case.pk, is_only_child=_answer(request, "is_only_child"),
        make_up_answer=request.POST.get("make_up_answer", ""), has_paid_recently=_answer(request, "has_paid_recently"),
        is_recent_payment_credited=_answer(request, "is_recent_payment_credited"),
        channel=request.POST.get("channel") or "COUNTER", today=today(), now=now(),
    )  # fmt: skip
    if made.document_id is None:
        return _("近期的缴费还没有到账，暂缓受理；到账后请重新打印。")
    return _("确认表 {number} 已生成，请打开并打印，由参保人签字捺印。").format(number=made.number)


def _sign(request: HttpRequest, case: Case) -> str:
    with read_scope(reach_of(actor_of(request))):
        form = _form(case)
    signed = form_signed(
        actor=actor_of(request), form_id=form.pk, signed=request.POST.get("signed", ""),
        signed_on=day_sent(request, "signed_on"), has_thumbprint=request.POST.get("has_thumbprint") == "1",
        today=today(), now=now(),
    )  # fmt: skip
    if signed.state == ConfirmationForm.State.VOID:
        return _("两栏都签了字，确认表 {number} 作废，业务没有变化；请重新打印一份。").format(
            number=signed.number
        )
    return _("已登记：{signed}。").format(signed=signed.get_state_display())


def _scan(request: HttpRequest, case: Case) -> str:
    given = request.FILES.get("file")
    if given is None:
        raise InputRefused("FILE_MISSING", _("没有选择文件。"), remedy=_("请选择扫描件或照片。"))
    paper_add(
        actor=actor_of(request), case_id=case.pk, kind=request.POST.get("kind", ""), content=given.read(),
        name=given.name or "",
    )  # fmt: skip
    return _("材料已采集。")


def _unscan(request: HttpRequest, case: Case) -> str:
    paper_remove(
        actor=actor_of(request),
        case_id=case.pk,
        material_id=UUID(request.POST.get("material", "")),
        now=now(),
    )
    return _("已移除，请重新采集。")


def _checklist(request: HttpRequest) -> dict[str, bool]:
    """The points that were answered; one that was not stays out, and the service names it."""
    answers = {name: _answer(request, name) for name in POINTS}
    return {name: answer for name, answer in answers.items() if answer is not None}


def _version(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    return int(text) if text.isdigit() else 0


def _save(request: HttpRequest, case: Case) -> str:
    with read_scope(reach_of(actor_of(request))):
        form = _form(case)
    accept = accept_at_home if form.channel == HOME_VISIT else accept_at_counter
    accept(
        actor=actor_of(request), form_id=form.pk, checklist=_checklist(request), expected_version=_version(request),
        today=today(), now=now(),
    )  # fmt: skip
    return _("已受理并推送办理岗。请在“受理业务进度查询”打印《业务受理单》交给参保人。")


def _waive(request: HttpRequest, case: Case) -> str:
    with read_scope(reach_of(actor_of(request))):
        form = _form(case)
    wish = form.make_up_answer == "make_up"
    waive(
        actor=actor_of(request), form_id=form.pk, reason_code="MAKE_UP_WISH" if wish else "NOT_WANTED",
        reason=request.POST.get("reason", "").strip() or (_("参保人愿意补缴") if wish else _("参保人不愿享受免申即享服务")),
        today=today(), now=now(),
    )  # fmt: skip
    return _("已作放弃处理，标识已撤销，不可恢复。今后请按居保待遇申领办理。")


def _refuse(request: HttpRequest, case: Case) -> str:
    refuse_with_notice(
        actor=actor_of(request), case_id=case.pk, reason=request.POST.get("reason", "").strip(),
        expected_version=_version(request), today=today(), now=now(),
    )  # fmt: skip
    return _("不予受理，标识已撤销；《不予受理通知书》已生成，请打印交给参保人。")


STEPS: Mapping[str, Callable[[HttpRequest, Case], str]] = {
    "print": _print, "sign": _sign, "scan": _scan, "unscan": _unscan, "save": _save, "waive": _waive, "refuse": _refuse,
}  # fmt: skip


@page("claim-free-accept-act")
@require_POST
def act(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Take one step; 放弃 is asked a second time."""
    case = case_in_city(actor_of(request), case_id)
    do = request.POST.get("do", "")
    if do == "waive" and request.POST.get("is_sure") != "1":
        return _ask_again(request, case)
    if do in STEPS and (said := attempt(request, lambda: STEPS[do](request, case))):
        messages.success(request, said)
    if do in ("save", "waive", "refuse") and not _still_open(request, case_id):
        return redirect("claim-free-progress-case", case_id)
    return redirect("claim-free-accept-case", case_id)


def _still_open(request: HttpRequest, case_id: UUID) -> bool:
    case = case_in_city(actor_of(request), case_id)
    return case.is_open and case.state in ("extracted", "verified", "notified", "returned")


def _ask_again(request: HttpRequest, case: Case) -> HttpResponse:
    """The page that says that a waiver cannot be undone."""
    with read_scope(reach_of(actor_of(request))):
        form = standing_form(case.pk)
        warning = spoken(pack_of(case.division_path), "claim_free_waiver_warning")
    known = {"case": case, "form": form, "warning": warning, "heading": _("放弃免申即享")}
    return render(request, "workbench/claim_free/waive.html", known)


@page("claim-free-paper")
def paper(request: HttpRequest, case_id: UUID, material_id: UUID) -> HttpResponseBase:
    """A scan or the form of an acceptance, shown beside the page to the outlet that accepts."""
    actor = actor_of(request)
    case = case_in_city(actor, case_id)
    with read_scope(reach_of(actor)):
        form = ConfirmationForm.objects.filter(case=case, pk=material_id).first()
        material = CaseMaterial.objects.filter(case=case, pk=material_id).first()
        if form is not None:
            return shown_form(actor, form, case)
        return shown_document(actor, material.document_id if material else None, case)
