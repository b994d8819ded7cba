"""政府代缴: the assistant collects the materials, the township confirms who is entitled, the district decides (第三条).

Worked example: 李强 bears the mark 重度残疾人 in 2024: with his disability card collected the township confirms, and the order
to pay the lowest tier of 2024 is made (待区级确认); the district's reviewer agrees, it takes effect. Assistants do not decide.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from jubao.contributions.models import Contribution, OnBehalfOrder
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import InputRefused
from jubao.kernel.month import Month
from jubao.kernel.text import _, chinese
from jubao.people.models import Enrolment, SpecialGroupPeriod
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import case_open
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, register
from jubao.services.collection.citations import ARTICLE_3
from jubao.services.collection.make_ups import offered_tiers
from jubao.services.people.divisions import district_of
from jubao.staff.regions import pack_of

KIND = "paid_on_behalf"
VILLAGE, OFFICE, DISTRICT = frozenset({"village_assistant"}), frozenset({"handler"}), frozenset({"reviewer"})
TOWNSHIP = frozenset({"township"})


def on_behalf_collect(
    *, actor: Actor, enrolment_id: UUID, year: int, materials: Sequence[tuple[str, UUID]], today: date,
    idempotency_key: str | None = None,
) -> Any:  # fmt: skip
    """Send somebody's materials up to the township. Raises InputRefused YEAR_NOT_THIS, CaseRefused MATERIAL_MISSING."""
    if year != today.year:
        raise InputRefused("YEAR_NOT_THIS", _("代缴按当年的名单办理，只能办理本年度。"), citation=ARTICLE_3)
    if not materials:
        raise CaseRefused(
            "MATERIAL_MISSING", _("没有代缴资格的材料。"), remedy=_("请扫描残疾证、低保证等材料。")
        )
    with unit_of_work(actor, "on_behalf_collect"):
        enrolment = Enrolment.objects.select_related("person").get(
            id=enrolment_id, ended_on=None, division_path__startswith=actor.scope
        )
        return case_open(
            actor=actor, kind=KIND, district_code=district_of(enrolment.division_path),
            division_path=enrolment.division_path, person_id=enrolment.person_id, subject_id=enrolment.id,
            title=chinese("政府代缴：{name}").format(name=enrolment.person.name), proposal={"year": year}, today=today,
            materials=materials, channel="village", idempotency_key=idempotency_key,
        )  # fmt: skip


def marks_of(person_id: UUID, division_path: str, year: int, today: date) -> list[str]:
    """The marks somebody bears in a year for which the region pays on behalf, in the order of the setting."""
    wanted = pack_of(division_path).setting("paid_on_behalf.groups", today).value
    borne = SpecialGroupPeriod.objects.filter(person_id=person_id, from_month__lte=Month(year, 12).index)
    found = set(borne.exclude(until_month__lte=Month(year, 1).index).values_list("group_code", flat=True))
    return [group for group in wanted if group in found]


def _ordered(*, case: Any, actor: Actor, today: date) -> None:
    """The order is made. Raises CaseRefused NOT_ENTITLED naming every reason."""
    year = int(case.proposal["year"])
    marks = marks_of(case.person_id, case.division_path, year, today)
    tiers = offered_tiers(pack_of(case.division_path), year, Month.containing(today).index)
    paid = Contribution.objects.filter(
        enrolment_id=case.subject_id, year=year, payer="on_behalf", is_live=True
    )
    faults = [
        words
        for stands, words in (
            (not marks, _("{year}年没有可以代缴的标识（重残、低保、特困等）").format(year=year)),
            (not tiers, _("政策包没有{year}年的缴费档次").format(year=year)),
            (paid.exists(), _("{year}年已经代缴").format(year=year)),
        )
        if stands
    ]
    if faults:
        raise CaseRefused(
            "NOT_ENTITLED",
            "；".join(faults) + "。",
            remedy=_("请核对部门名单；不符合的请退回。"),
            citation=ARTICLE_3,
        )
    OnBehalfOrder.objects.create(
        enrolment_id=case.subject_id, division_path=case.division_path, year=year, group_code=marks[0], tier_fen=tiers[0],
        case_id=case.id,
    )  # fmt: skip


def _effective(*, case: Any, actor: Actor, today: date) -> None:
    OnBehalfOrder.objects.filter(case_id=case.id).update(state=OnBehalfOrder.State.EFFECTIVE)


def _refused(*, case: Any, actor: Actor, today: date) -> None:
    OnBehalfOrder.objects.filter(case_id=case.id).update(state=OnBehalfOrder.State.REFUSED)


register(
    CaseKind(
        KIND,
        "政府代缴",
        (
            Transition("open", OPEN, "sent", VILLAGE, title="收集材料并上报", steps=("collect",), makes_proposal=True),
            Transition("confirm", "sent", "confirmed", OFFICE, title="确认代缴资格", steps=("confirm",), levels=TOWNSHIP,
                       makes_proposal=True),
            Transition("return", "sent", "returned", OFFICE, title="退回村（社区）", steps=("confirm",), levels=TOWNSHIP,
                       needs_reason=True),
            Transition("send_again", "returned", "sent", VILLAGE, title="重新上报", steps=("collect",), makes_proposal=True),
            Transition("approve", "confirmed", "approved", DISTRICT, True, True, title="同意", steps=("decide",),
                       levels=frozenset({"district"}), outcome="approved"),
            Transition("reject", "confirmed", "rejected", DISTRICT, True, True, title="不同意", steps=("decide",),
                       levels=frozenset({"district"}), outcome="rejected", needs_reason=True),
        ),
        effects={"confirm": _ordered, "approve": _effective, "reject": _refused},
        states={"sent": "待镇街确认", "confirmed": "待区决定", "returned": "已退回村（社区）"},
    )
)  # fmt: skip
