"""An application to move rights: in, out, between the schemes, inside the district, or an objection to what came over.

Worked example: 受理岗 of the township types the number, chooses 关系转入, the old place 翁牛特旗 and both scans: the case stands
待镇街审核. Without the booklet it is refused naming 户口簿, and nothing stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from jubao.cases.models import Case
from jubao.kernel.dates import parse_date
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _, chinese
from jubao.pension_transfers.models import PensionTransfer
from jubao.people.models import Division, Enrolment
from jubao.services.access.log import access_record
from jubao.services.cases.kinds import may_open
from jubao.services.cases.material_words import material_title
from jubao.services.documents.images import scan_store
from jubao.services.people.divisions import district_of
from jubao.services.transfers.bridging import DIRECTIONS, EmployeeRights, bridging_apply, documents_shown
from jubao.services.transfers.objections import INTO, transfer_objection_open
from jubao.services.transfers.register_moves import register_move_propose
from jubao.services.transfers.transfer_in import transfer_in_apply
from jubao.services.transfers.transfer_out import transfer_out_apply
from jubao.staff.regions import pack_of
from jubao.workbench.access import page
from jubao.workbench.faces import actor_of, attempt, now, today
from jubao.workbench.reads.places import place_names
from jubao.workbench.views.transfers import KINDS

PAPERS = {
    "in": ("id_document", "household_booklet"), "out": ("id_document", "household_booklet"),
    "bridging": ("bridging_application", "id_document"), "move": ("household_booklet", "id_document"), "objection": ("evidence",),
}  # fmt: skip


@page("transfer-new")
def new(request: HttpRequest, kind: str, enrolment_id: UUID) -> HttpResponse:
    """The form for one person."""
    actor = actor_of(request)
    enrolment = (
        Enrolment.objects.select_related("person")
        .filter(pk=enrolment_id, ended_on__isnull=True, division_path__startswith=actor.scope)
        .first()
    )
    if enrolment is None or kind not in KINDS:
        raise Http404
    if request.method == "POST":
        case = attempt(request, lambda: _opened(request, kind, enrolment))
        if case is None:
            return redirect("transfer-new", kind, enrolment_id)
        messages.success(request, _("已提出：{number}。").format(number=case.number))
        return redirect("transfer", case.pk)
    access_record(
        actor=actor, person_id=enrolment.person_id, fields=["transfer"], purpose=chinese("办理业务")
    )
    pack = pack_of(enrolment.division_path)
    known: dict[str, Any] = {
        "kind": kind, "heading": KINDS[kind][1], "enrolment": enrolment, "person": enrolment.person, "key": uuid4(),
        "place": place_names([enrolment.division_path]).get(enrolment.division_path, ""), "today": today(),
        "papers": [(one, material_title(one)) for one in PAPERS[kind]], "directions": DIRECTIONS.items(),
        "may": may_open(actor, KINDS[kind][0], pack, today()),
        "documents": documents_shown(pack) if kind == "bridging" else [],
        "villages": _villages(enrolment) if kind == "move" else [],
        "booked": _booked(enrolment) if kind == "objection" else [],
    }  # fmt: skip
    return render(request, "workbench/transfers/new.html", known)


def _villages(enrolment: Enrolment) -> list[tuple[str, list[tuple[str, str]]]]:
    """Township → its villages (code, name) of the district, but not the place of now."""
    code = district_of(enrolment.division_path)
    rows = Division.objects.filter(
        level="village", valid_until__isnull=True, path__contains=f"{code}/"
    ).exclude(path=enrolment.division_path).select_related("parent").order_by("code")  # fmt: skip
    found: dict[str, list[tuple[str, str]]] = {}
    for one in rows:
        found.setdefault(one.parent.name if one.parent else "", []).append((one.code, one.name))
    return list(found.items())


def _booked(enrolment: Enrolment) -> list[PensionTransfer]:
    rows = PensionTransfer.objects.filter(enrolment=enrolment, direction__in=INTO, finished_on__isnull=False)
    return list(rows.select_related("case").order_by("-finished_on"))


def scans(request: HttpRequest, kinds: Sequence[str], enrolment: Enrolment) -> list[tuple[str, UUID]]:
    """The scans of a form, stored sealed; what was not chosen is left out."""
    stored = []
    for kind in kinds:
        given = request.FILES.get(kind)
        if given is not None:
            document = scan_store(
                actor=actor_of(request), content=given.read(), name=given.name or "", document_class=kind,
                person_id=enrolment.person_id, district_code=district_of(enrolment.division_path),
            )  # fmt: skip
            stored.append((kind, document.pk))
    return stored


def _opened(request: HttpRequest, kind: str, enrolment: Enrolment) -> Case:
    """What the services raise, and InputRefused MONTHS_UNREADABLE, NOTHING_BOOKED."""
    sent = request.POST
    given: dict[str, Any] = {
        "actor": actor_of(request), "materials": scans(request, PAPERS[kind], enrolment), "today": today(),
        "idempotency_key": sent.get("key") or None,
    }  # fmt: skip
    if kind == "in":
        return transfer_in_apply(
            enrolment_id=enrolment.pk, from_place=sent.get("place", ""), from_agency=sent.get("agency", ""),
            draws_elsewhere=sent.get("draws") == "1", now=now(), **given,
        )  # fmt: skip
    if kind == "out":
        moved = sent.get("register_moved") == "1"
        return transfer_out_apply(
            enrolment_id=enrolment.pk, to_place=sent.get("place", ""), is_register_moved=moved, **given
        )
    if kind == "move":
        moved_on = parse_date(sent["moved_on"]) if sent.get("moved_on") else today()
        return register_move_propose(
            enrolment_id=enrolment.pk, village_code=sent.get("village", ""), moved_on=moved_on, **given
        )
    if kind == "objection":
        if not sent.get("transfer"):
            raise InputRefused(
                "NOTHING_BOOKED", _("此人没有确认记账的转入。"), remedy=_("请在确认以后提出。")
            )
        return transfer_objection_open(
            transfer_id=UUID(sent["transfer"]), asked=sent.get("asked", ""), **given
        )
    return _bridged(request, enrolment, given)


def _bridged(request: HttpRequest, enrolment: Enrolment, given: dict[str, Any]) -> Case:
    sent = request.POST
    months = sent.get("employee_months", "").strip()
    if not months.isdigit() or sent.get("direction") not in DIRECTIONS:
        raise InputRefused(
            "MONTHS_UNREADABLE", _("职工养老保险缴费月数读不出来。"), remedy=_("请按参保缴费凭证填整数。")
        )
    rights = EmployeeRights(int(months), sent.get("of_age") == "1", sent.get("draws") == "1")
    return bridging_apply(
        enrolment_id=enrolment.pk, direction=sent["direction"], other_place=sent.get("place", ""),
        other_agency=sent.get("agency", ""), employee=rights, **given,
    )  # fmt: skip
