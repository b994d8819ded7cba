"""变更缴费登记机构: where somebody's later payments are registered, from the day the change is agreed (第三条（六）1).

Worked example: 王秀兰 of 振兴街道 lives at 穆家营子镇 now: agreed on 2024-05-20, the payment of 2024-05-28 stands in that list,
the one of 2024-05-06 stays where it was. Changed back to the home township the period simply ends.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.contributions.models import RegisteringOffice
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _, chinese
from jubao.people.models import Division, Enrolment
from jubao.services.cases.engine import case_open
from jubao.services.cases.kinds import CaseKind, propose_and_decide, register
from jubao.services.documents.receipts import place_name
from jubao.services.people.divisions import district_of

KIND = "registering_office"


def registering_office_propose(
    *, actor: Actor, enrolment_id: UUID, office_path: str, today: date, idempotency_key: str | None = None
) -> Case:
    """Ask for the change to another township of the district. Raises InputRefused OFFICE_UNKNOWN, SAME_OFFICE."""
    with unit_of_work(actor, "registering_office_propose"):
        enrolment = Enrolment.objects.select_related("person").get(
            id=enrolment_id, ended_on=None, division_path__startswith=actor.scope
        )
        district = district_of(enrolment.division_path)
        places = Division.objects.filter(path=office_path, level="township", valid_until=None)
        if not places.filter(path__contains=f"/{district}/").exists():
            raise InputRefused(
                "OFFICE_UNKNOWN", _("没有这个乡镇（街道）。"), remedy=_("请从列表中选择本区的乡镇（街道）。")
            )
        if office_of(enrolment, today) == office_path:
            raise InputRefused("SAME_OFFICE", _("现在的缴费登记机构就是这个乡镇（街道）。"))
        return case_open(
            actor=actor, kind=KIND, district_code=district, division_path=enrolment.division_path,
            person_id=enrolment.person_id, subject_id=enrolment.id, today=today,
            title=chinese("变更缴费登记机构：{name}").format(name=enrolment.person.name),
            proposal=_proposal(office_path, office_of(enrolment, today)), idempotency_key=idempotency_key,
        )  # fmt: skip


def office_of(enrolment: Enrolment, on: date) -> str:
    """The township with which payments of a day are registered."""
    found = (
        RegisteringOffice.objects.filter(enrolment=enrolment, from_on__lte=on)
        .exclude(until_on__lte=on)
        .first()
    )
    if found is not None:
        return found.office_path
    return enrolment.division_path[: -len(enrolment.division_path.rstrip("/").rpartition("/")[2]) - 1]


def _proposal(office: str, former: str) -> dict[str, str]:
    return {
        "office": office,
        "office_title": place_name(office),
        "former": former,
        "former_title": place_name(former),
    }


def _changed(*, case: Any, actor: Actor, today: date) -> None:
    enrolment, office = Enrolment.objects.get(id=case.subject_id), case.proposal["office"]
    RegisteringOffice.objects.filter(enrolment=enrolment, until_on=None).update(until_on=today)
    if not enrolment.division_path.startswith(office):
        RegisteringOffice.objects.create(
            enrolment=enrolment, office_path=office, from_on=today, case_id=case.id
        )


register(
    CaseKind(
        KIND,
        "变更缴费登记机构",
        propose_and_decide(make_steps=(), decide_steps=()),
        effects={"approve": _changed},
    )
)
