"""One's own pages: pension, account, progress and the determination form, certification, who looked.

Worked example: `/portal/progress/<case>/` of the own case shows 待复核 with days; of somebody else's case it is refused.
"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from jubao.cases.models import Case
from jubao.database.unit_of_work import read_scope
from jubao.facts.statements import AccountStatement
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.people.models import Enrolment, Person
from jubao.portal.access import account_of, page
from jubao.portal.faces import actor_of, attempt, now, shown, today
from jubao.portal.reads import own
from jubao.portal.views.checks import check_of
from jubao.portal.views.done import document_answer
from jubao.services.access.log import who_looked
from jubao.services.accounts.statements import CODES, PARTS
from jubao.services.cases.checks import CaseRefused
from jubao.services.claim_free.online_undo import confirmation_undo, may_undo, undo_until
from jubao.services.documents.receipts import place_name, progress_of
from jubao.services.residents.accounts import NOWHERE, place_of

LOOKS_SHOWN, MOVES_SHOWN = 100, 30


def _person(request: HttpRequest) -> Person:
    person = account_of(request).person
    if person is None:
        raise InputRefused(
            "NOT_ENROLLED",
            _("您的身份证号码没有参保记录，这里没有您的信息。"),
            remedy=_("替家人办理请用“帮家人办”；本人有疑问请到任一社保窗口。"),
        )
    return person


def _enrolment(person: Person) -> Enrolment:
    found = own.enrolment_of(person)
    if found is None:
        raise InputRefused("NOT_ENROLLED", _("没有参保记录。"), remedy=_("请到任一社保窗口查询。"))
    return found


@page("pension")
def pension(request: HttpRequest) -> HttpResponse:
    """The amount with its parts, every month as 已发 or 待发."""
    person = _person(request)
    with read_scope(place_of(person)):
        found = own.pension_of(_enrolment(person), today())
    return shown(request, "portal/pension.html", title=_("我的养老金"), pension=found)


@page("account")
def account(request: HttpRequest) -> HttpResponse:
    """What stands in the account, by source, by year, and the last postings."""
    person = _person(request)
    with read_scope(place_of(person)):
        enrolment = _enrolment(person)
        statement = own.statement_of(enrolment, today())
    return shown(
        request, "portal/account.html", title=_("我的账户"), statement=statement, parts=statement_parts(statement),
        enrolment=enrolment, moves=moves_shown(statement),
    )  # fmt: skip


def statement_parts(statement: AccountStatement) -> list[tuple[str, int]]:
    """What stands in each part of the account, in words."""
    return [(PARTS[one.part], one.closing_fen) for one in statement.sources if one.closing_fen or one.in_fen]


def moves_shown(statement: AccountStatement) -> list[dict[str, object]]:
    """The last postings, the newest first."""
    return [
        {"day": one.value_date, "words": CODES[one.code], "signed_fen": one.in_fen - one.out_fen}
        for one in reversed(statement.entries[-MOVES_SHOWN:])
    ]


@page("progress")
def progress(request: HttpRequest) -> HttpResponse:
    """The own cases, and what was begun and not finished, also for others, and what was confirmed for others."""
    person, begun = account_of(request).person, []
    with read_scope(place_of(person)):
        cases = [(case, progress_of(case)) for case in own.cases_of(person)] if person else []
    with read_scope(""):
        begun, helped = own.unfinished_of(account_of(request).pk), own.helped_by(account_of(request).pk)
    return shown(
        request, "portal/progress.html", title=_("办理进度"), cases=cases, begun=begun, helped=helped
    )


def _own_case(request: HttpRequest, case_id: UUID) -> Case:
    person = account_of(request).person
    with read_scope(place_of(person) if person else NOWHERE):
        found = own.own_case(person, case_id)
    if found is None:
        raise CaseRefused(
            "NOT_YOURS", _("这不是您本人的业务，不能查看。"), remedy=_("请在“办理进度”里选您自己的业务。")
        )
    return found


@page("case")
def case(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Steps and result of one own case; once it is done the determination form."""
    found = _own_case(request, case_id)
    with read_scope(place_of(found.person)):
        steps, form, check = progress_of(found), own.determination_form(found), check_of(found)
        until = undo_until(found, today()) if may_undo(found, today(), now()) else None
    return shown(
        request,
        "portal/case.html",
        title=_("办理结果"),
        case=found,
        progress=steps,
        form=form,
        check=check,
        undo_until=until,
    )


@page("undo")
def undo(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """撤回确认: what it means, and the step; once it is too late the case's page says where it stands."""
    found = _own_case(request, case_id)
    problem, status = None, 200
    if request.method == "POST":
        done, problem, status = attempt(
            lambda: confirmation_undo(
                actor=actor_of(request, found.person), account=account_of(request),
                case_id=found.pk, is_sure=request.POST.get("sure") == "yes",
                today=today(), now=now(),
            )
        )  # fmt: skip
        if done is not None:
            return redirect("portal:case", found.pk)
    with read_scope(place_of(found.person)):
        until = undo_until(found, today()) if may_undo(found, today(), now()) else None
    if until is None and problem is None:
        return redirect("portal:case", found.pk)
    return shown(
        request,
        "portal/undo.html",
        title=_("撤回确认"),
        back=reverse("portal:case", args=[found.pk]),
        until=until,
        problem=problem,
        status=status,
    )


@page("determination")
def determination(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """《待遇核定表》 as PDF. Raises CaseRefused NOT_COMPLETED before the case is done."""
    found = _own_case(request, case_id)
    with read_scope(place_of(found.person)):
        form = own.determination_form(found)
        if form is None:
            raise CaseRefused(
                "NOT_COMPLETED",
                _("还没有办结，没有《待遇核定表》。"),
                remedy=_("办结后再下载，或到窗口打印。"),
            )
        return document_answer(form)


@page("certification")
def certification(request: HttpRequest) -> HttpResponse:
    """When the next certification is due, and where it can be done."""
    person = _person(request)
    with read_scope(place_of(person)):
        enrolment = _enrolment(person)
        duty, problem, _status = attempt(lambda: own.duty_shown(enrolment, today()))
    is_drawing = duty is not None or problem is None or problem.code != "NOT_DRAWING"
    return shown(
        request,
        "portal/certification.html",
        title=_("资格认证"),
        duty=duty,
        problem=problem if is_drawing else None,
    )


@page("looked")
def looked(request: HttpRequest) -> HttpResponse:
    """Everybody who looked at one's own data: who, when, why, what."""
    person = _person(request)
    with read_scope(place_of(person)):
        looks = who_looked(person_id=person.pk, limit=LOOKS_SHOWN)
        rows = [(one, place_name(one.place_path) if one.place_path.strip("%") else "") for one in looks]
    return shown(request, "portal/looked.html", title=_("谁看过我的信息"), looks=rows)
