"""启封申请 on the phone: the participant, or one of the family on record, asks to reopen a sealed account, with papers.

Worked example: 何秀兰's son logs in, chooses his mother, photographs the letter of the village and sends it: a case with channel
ONLINE before the city's agency; whoever is on record as nobody's family reads where the relation can be recorded.
"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from jubao.benefits.models import Entitlement
from jubao.cases.models import Case
from jubao.database.unit_of_work import read_scope
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.people.models import Person
from jubao.portal.access import account_of, page
from jubao.portal.faces import actor_of, attempt, shown, today
from jubao.services.benefits.unseal_accounts import Applicant, unseal_propose
from jubao.services.cases.checks import CaseRefused
from jubao.services.documents.images import image_store
from jubao.services.residents.accounts import number_of_account
from jubao.services.residents.family import relatives_of


@page("unseal")
def unseal(request: HttpRequest) -> HttpResponse:
    """Whom it is for, why, and the paper."""
    problem, status = None, 200
    people = _people(request)
    if request.method == "POST":
        case, problem, status = attempt(lambda: _apply(request, people))
        if case is not None:
            return redirect("portal:unseal-sent", case.pk)
    return shown(
        request, "portal/unseal.html", title=_("启封申请"), people=people.values(), problem=problem, status=status,
        ground=request.POST.get("ground", ""),
    )  # fmt: skip


def _people(request: HttpRequest) -> dict[str, Person]:
    """The participant behind the account, and those whose family it is on record as."""
    account = account_of(request)
    wanted = relatives_of(number_of_account(account))
    with read_scope(""):
        found = list(Person.objects.filter(id__in=wanted).order_by("name"))
    return {str(one.pk): one for one in ([account.person] if account.person else []) + found}


def _apply(request: HttpRequest, people: dict[str, Person]) -> Case:
    person = people.get(request.POST.get("person", ""))
    if person is None:
        raise CaseRefused(
            "APPLICANT_NOT_ENTITLED",
            _("申请人既不是本人，也不是已登记的家属。"),
            remedy=_("家属请先带户口簿等材料到县、镇、村的社保窗口登记家属关系。"),
        )
    actor, account = actor_of(request, person), account_of(request)
    with read_scope(actor.scope):
        entitlement = Entitlement.objects.filter(enrolment__person=person, end_month__isnull=True).first()
    if entitlement is None:
        raise InputRefused("NOT_SEALED", _("没有封存。"), remedy=_("请核对人员。"))
    return unseal_propose(
        actor=actor, entitlement_id=entitlement.pk, ground=request.POST.get("ground", "").strip()[:150], today=today(),
        applicant=Applicant(account.name, number_of_account(account)),
        materials=[("proof_documents", one) for one in _papers(request, person)],
    )  # fmt: skip


def _papers(request: HttpRequest, person: Person) -> list[UUID]:
    given = request.FILES.get("file")
    if given is None:
        return []
    stored = image_store(
        actor=actor_of(request, person), content=given.read(), name=given.name or "proof.jpg",
        document_class="proof_documents", person_id=person.pk,
    )  # fmt: skip
    return [stored.pk]


@page("unseal-sent")
def sent(request: HttpRequest, case_id: UUID) -> HttpResponse:
    """Number and state of an application that this account made."""
    with read_scope(""):
        case = Case.objects.filter(id=case_id, kind="unsealing", maker_id=account_of(request).pk).first()
    if case is None:
        raise CaseRefused("NOT_YOURS", _("没有您的这份申请。"), remedy=_("请回首页。"))
    return shown(request, "portal/unseal_sent.html", title=_("已收到"), case=case)
