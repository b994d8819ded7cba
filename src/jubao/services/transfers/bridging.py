"""制度衔接 with the employees' scheme (人社部发〔2014〕17号, 人社厅发〔2014〕25号): who may bridge which way.

Worked example: 李国强 reached the retirement age with 16 employee years: to_employee, his resident account follows, its years do
not count. With 9 employee years it is to_resident: account and years come here. Each of the three steps has 15 working days.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.citation import Citation
from jubao.kernel.month import Month
from jubao.kernel.text import _, chinese
from jubao.people.models import Enrolment
from jubao.policy import Pack
from jubao.policy.answers import Gap
from jubao.services.benefits.claim_obstacles import Obstacle, refuse_for
from jubao.services.cases.engine import case_once, case_open
from jubao.services.people.divisions import district_of
from jubao.services.transfers.conditions import BRIDGING_3, drawing_of
from jubao.services.transfers.records import BRIDGING, live_enrolment, required, step_begins, transfer_begin
from jubao.staff.regions import pack_of

TO_EMPLOYEE, TO_RESIDENT = "to_employee", "to_resident"
DIRECTIONS = {TO_EMPLOYEE: "居民养老保险转入职工养老保险", TO_RESIDENT: "职工养老保险转入居民养老保险"}
DOCUMENT, LAW = "rensheting-2014-25", "renshebufa-2014-17"


@dataclass(frozen=True)
class EmployeeRights:
    """What the certificate of the employees' scheme says: months paid there, whether the retirement age is reached."""

    months: int
    is_of_age: bool
    draws: bool = False


def bridging_apply(
    *, actor: Actor, enrolment_id: UUID, direction: str, other_place: str, other_agency: str, employee: EmployeeRights,
    today: date, materials: Sequence[tuple[str, UUID]] = (), idempotency_key: str | None = None,
) -> Case:  # fmt: skip
    """Take the application in, in one of both directions.

    Raises InputRefused PLACE_MISSING; CaseRefused OBSTACLES_FOUND with every reason, MATERIAL_MISSING, PARALLEL_BUSINESS.
    """
    body = {
        "enrolment": enrolment_id,
        "direction": direction,
        "place": other_place,
        "months": employee.months,
    }

    def make() -> Case:
        enrolment = live_enrolment(enrolment_id)
        place = required(other_place, "PLACE_MISSING", _("职工养老保险关系所在地"))
        required(other_agency, "AGENCY_MISSING", _("对方社保机构"))
        require_may_bridge(enrolment, direction, employee, today)
        case = case_open(
            actor=actor, kind=BRIDGING, district_code=district_of(enrolment.division_path),
            division_path=enrolment.division_path, person_id=enrolment.person_id, subject_id=enrolment.pk,
            title=chinese("制度衔接：{direction}").format(direction=DIRECTIONS[direction]), materials=materials, today=today,
            proposal={
                "direction": direction, "other_place": place, "other_agency": other_agency.strip()[:120],
                "employee_months": employee.months, "applied_on": today.isoformat(),
            },
        )  # fmt: skip
        transfer_begin(
            case=case,
            enrolment=enrolment,
            direction=direction,
            other_place=place,
            other_agency=other_agency,
            today=today,
        )
        step_begins(case, "request", today)
        return case

    with unit_of_work(actor, "bridging_apply"):
        return case_once(idempotency_key, "bridging_apply", body, make)


def require_may_bridge(enrolment: Enrolment, direction: str, employee: EmployeeRights, today: date) -> None:
    """Raises CaseRefused OBSTACLES_FOUND: a pension drawn, the retirement age not reached, too few or too many years."""
    pack = pack_of(enrolment.division_path)
    found = drawing_of(enrolment, employee.draws, today)
    if not employee.is_of_age:
        found.append(Obstacle("NOT_OF_AGE", _not_of_age(pack, today), BRIDGING_3, True))
    least = pack.parameter("bridging_least_employee_months", Month.containing(today))
    enough = employee.months >= int(least.value)
    cited = Citation(least.source or "人社部发〔2014〕17号", "")
    if direction == TO_EMPLOYEE and not enough:
        words = _("职工养老保险缴费{months}个月，不满{least}个月，不能转入职工养老保险").format(
            months=employee.months, least=least.value
        )
        found.append(Obstacle("EMPLOYEE_YEARS_SHORT", words, cited, True))
    if direction == TO_RESIDENT and enough:
        words = _("职工养老保险缴费已满{least}个月，应在职工养老保险领取").format(least=least.value)
        found.append(Obstacle("EMPLOYEE_YEARS_ENOUGH", words, cited, True))
    refuse_for(found, what=_("办理制度衔接"))


def _not_of_age(pack: Pack, today: date) -> str:
    """The age has no source in the pack (a declared gap): the employees' agency certifies it."""
    age = pack.find_parameter("employee_retirement_age_months", Month.containing(today))
    if isinstance(age, Gap):
        return _("没有职工社保机构出具的达到法定退休年龄的证明")
    return _("没有达到法定退休年龄（{months}个月）").format(months=age.value)


def documents_shown(pack: Pack) -> list[tuple[str, str]]:
    """Number and title of the texts that bridging follows."""
    return [(pack.document(one).number or "", pack.document(one).title) for one in (LAW, DOCUMENT)]
