"""The steps of a confirmation, one page each: agreements, 独子, data, make-up, pictures, notes.

Worked example: `/portal/claim-free/<id>/notes/` opened at 10:00:00 and agreed to at 10:00:04 shows the page again with a refusal;
at 10:00:05 it goes on to the receipt. A page whose turn has not come sends the person to the one that is due.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from jubao.database.unit_of_work import read_scope
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.portal.access import page
from jubao.portal.at import At, channel_of, confirmation_at, number_of
from jubao.portal.faces import attempt, now, shown, today
from jubao.portal.reads.budget import budget_shown, paragraphs
from jubao.portal.views.claim import CHOICES, ROUTE_OF_STEP
from jubao.services.claim_free import online_confirmation as steps
from jubao.services.claim_free import online_finish as last
from jubao.services.claim_free.online_steps import reading_seconds
from jubao.services.claim_free.texts import texts_of
from jubao.services.notices.texts import notice_text
from jubao.services.residents.agreement_texts import agreements

PAPERS = ("front", "back", "only_child")
StepView = Callable[[HttpRequest, At], HttpResponse]


def step(route: str, name: str) -> Callable[[StepView], Callable[..., HttpResponse]]:
    """A page of one step: reached when its turn has come, else the due one opens."""

    def wrap(view: StepView) -> Callable[..., HttpResponse]:
        @page(route)
        @wraps(view)
        def inside(request: HttpRequest, online_id: UUID) -> HttpResponse:
            at = confirmation_at(request, online_id)
            standing = at.standing()
            is_reachable = standing.may(name) and name in standing.steps()
            if request.method != "POST" and not is_reachable:
                return redirect(ROUTE_OF_STEP[standing.due], online_id)
            if not is_reachable:
                # Refused before the page is drawn: it may show what only a passed face opens.
                at.require(name)
            return view(request, at)

        return inside

    return wrap


def _go_on(at: At) -> HttpResponse:
    return redirect("portal:confirmation", at.online.pk)


def _shown(request: HttpRequest, at: At, template: str, here: str, title: str, **known: Any) -> HttpResponse:
    course = at.course(here)
    return shown(request, template, title=title, at=at, course=course, here=number_of(course), **known)


@step("agree", "agree")
def agree(request: HttpRequest, at: At) -> HttpResponse:
    """Both agreements with one tick; without it no face authentication."""
    problem, status = None, 200
    if request.method == "POST":
        is_agreed = request.POST.get("agree") == "yes"
        done, problem, status = attempt(
            lambda: steps.agreements_accept(
                actor=at.actor, online_id=at.online.pk, is_agreed=is_agreed, today=today(), now=now()
            )
        )
        if done is not None:
            return _go_on(at)
    texts = agreements(at.pack, today())
    return _shown(
        request, at, "portal/agree.html", "agree", _("阅读协议"), texts=texts, problem=problem, status=status
    )


@step("only-child", "only_child")
def only_child(request: HttpRequest, at: At) -> HttpResponse:
    """Name, number, 是 or 否 without a default, and the hint."""
    problem, status = None, 200
    if request.method == "POST":
        chosen = CHOICES.get(request.POST.get("only_child", ""))
        done, problem, status = attempt(
            lambda: steps.only_child_choose(
                actor=at.actor, online_id=at.online.pk, is_only_child=chosen, today=today(), now=now()
            )
        )
        if done is not None:
            return _go_on(at)
    return _shown(
        request, at, "portal/only_child.html", "only_child", _("参保人信息"), problem=problem, status=status
    )


@step("data", "data")
def data(request: HttpRequest, at: At) -> HttpResponse:
    """The person's data and the budgeted pension, every amount with its 为什么."""
    problem, status = None, 200
    if request.method == "POST":
        done, problem, status = attempt(
            lambda: steps.data_confirm(actor=at.actor, online_id=at.online.pk, today=today(), now=now())
        )
        if done is not None:
            return _go_on(at)
    shown_data = budget_shown(at, today())
    return _shown(
        request,
        at,
        "portal/data.html",
        "data",
        _("确认个人信息"),
        data=shown_data,
        problem=problem,
        status=status,
    )


@step("make-up", "make_up")
def make_up(request: HttpRequest, at: At) -> HttpResponse:
    """Three buttons: 是 goes on, 否 opens the second page, 我再想想 goes back; both consequences stand above."""
    problem, status = None, 200
    if request.method == "POST":
        answer = request.POST.get("answer", "")
        if answer == "think":
            return redirect("portal:data", at.online.pk)
        if answer == "no":
            return redirect("portal:make-up-no", at.online.pk)
        done, problem, status = attempt(lambda: _give_up(at, answer))
        if done is not None:
            return _go_on(at)
    years = at.standing().payable_years
    text = notice_text(at.pack, "make_up_prompt", {"payable_make_up_years": str(years)})
    return _shown(
        request, at, "portal/make_up.html", "make_up", _("补缴提示"), text=paragraphs(text), years=years,
        problem=problem, status=status,
    )  # fmt: skip


def _give_up(at: At, answer: str) -> object:
    if answer != "yes":
        raise InputRefused("NO_ANSWER", _("没有选择。"), remedy=_("请选择“是”“否”或“我再想想”。"))
    return steps.make_up_give_up(actor=at.actor, online_id=at.online.pk, today=today(), now=now())


@step("make-up-no", "make_up")
def make_up_no(request: HttpRequest, at: At) -> HttpResponse:
    """The second page of 否: it cannot be undone; sure, or back."""
    problem, status = None, 200
    if request.method == "POST":
        done, problem, status = attempt(
            lambda: last.confirmation_waive(
                actor=at.actor, online_id=at.online.pk, is_sure=request.POST.get("sure") == "yes",
                channel=channel_of(request, at.pack), today=today(), now=now(),
            )
        )  # fmt: skip
        if done is not None:
            return redirect("portal:done", at.online.pk)
    text = paragraphs(notice_text(at.pack, "claim_free_waiver_warning", {}))
    words = texts_of(at.pack, today()).waiver
    return _shown(
        request, at, "portal/make_up_no.html", "make_up", _("确定要放弃吗？"), text=text, words=words, problem=problem,
        status=status,
    )  # fmt: skip


@step("upload", "upload")
def upload(request: HttpRequest, at: At) -> HttpResponse:
    """Two tiles of the identity card, one of the only-child proof where it is needed; what came is kept."""
    problem, status = None, 200
    if request.method == "POST":
        given = {key: request.FILES[key] for key in PAPERS if key in request.FILES}
        done, problem, status = attempt(lambda: _put(at, given))
        if done is not None:
            return _go_on(at)
        at = confirmation_at(request, at.online.pk)
    return _shown(
        request, at, "portal/upload.html", "upload", _("上传资料"), needs_proof=at.standing().needs_proof,
        problem=problem, status=status,
    )  # fmt: skip


def _put(at: At, given: dict[str, Any]) -> bool:
    images = {key: (file.name or f"{key}.jpg", file.read()) for key, file in given.items()}
    missing = steps.images_put(
        actor=at.actor, online_id=at.online.pk, images=images, today=today(), now=now()
    )
    if missing:
        raise InputRefused(
            "MATERIAL_MISSING", _("还缺：{missing}。").format(missing="、".join(missing)),
            remedy=_("请拍照或选择图片后再提交；已上传的都保留着。"),
        )  # fmt: skip
    return True


@step("notes", "notes")
def notes(request: HttpRequest, at: At) -> HttpResponse:
    """The five notices of the form; the button counts down, the server counts too."""
    problem, status = None, 200
    if request.method == "POST":
        done, problem, status = attempt(
            lambda: last.confirmation_finish(
                actor=at.actor,
                online_id=at.online.pk,
                channel=channel_of(request, at.pack),
                today=today(),
                now=now(),
            )
        )
        if done is not None:
            return redirect("portal:done", at.online.pk)
        if at.standing().due != "notes":
            return _go_on(at)
    left = last.notes_open(actor=at.actor, online_id=at.online.pk, today=today(), now=now())
    with read_scope(at.actor.scope):
        texts = texts_of(at.pack, today())
    return _shown(
        request, at, "portal/notes.html", "notes", _("办理须知"), texts=texts, left=left,
        seconds=reading_seconds(at.pack, today()), problem=problem, status=status,
    )  # fmt: skip
