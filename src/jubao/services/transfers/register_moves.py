"""户籍变更登记: a move of the household register inside the district changes the office, and nothing else (赤松 第三十三条).

Worked example: 张桂芳 moves from 振兴街道 to 当铺地镇: the township proposes, the district agrees, her place is 当铺地镇;
her account, her years and every month paid stand where they stood, and there is no transfer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _, chinese
from jubao.people.models import Division, Enrolment
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import case_open
from jubao.services.cases.kinds import CaseKind, propose_and_decide, register
from jubao.services.documents.receipts import place_name
from jubao.services.people.divisions import district_of, division_by_code
from jubao.services.transfers.records import live_enrolment, step_begins

KIND = "register_move"


def register_move_propose(
    *, actor: Actor, enrolment_id: UUID, village_code: str, moved_on: date, materials: Sequence[tuple[str, UUID]], today: date,
    idempotency_key: str | None = None,
) -> Case:  # fmt: skip
    """Propose the new place. Raises InputRefused DIVISION_UNKNOWN, NOT_A_VILLAGE, OUTSIDE_DISTRICT, SAME_PLACE,
    DAY_IMPOSSIBLE; CaseRefused ENDED_ALREADY, MATERIAL_MISSING."""
    with unit_of_work(actor, "register_move_propose"):
        enrolment = live_enrolment(enrolment_id)
        place = _place(enrolment, village_code)
        if moved_on > today:
            raise InputRefused("DAY_IMPOSSIBLE", _("迁移日期在今天之后。"), remedy=_("请核对日期。"))
        case = case_open(
            actor=actor, kind=KIND, district_code=district_of(enrolment.division_path),
            division_path=enrolment.division_path, person_id=enrolment.person_id, subject_id=enrolment.pk, today=today,
            title=chinese("户籍变更：{place}").format(place=place_name(place.path))[:200], materials=materials,
            proposal={
                "from_place": place_name(enrolment.division_path), "to_place": place_name(place.path),
                "division_code": place.code, "former_code": enrolment.division.code, "moved_on": moved_on.isoformat(),
            },
            idempotency_key=idempotency_key,
        )  # fmt: skip
        step_begins(case, "confirm", today)
        return case


def _place(enrolment: Enrolment, code: str) -> Division:
    place = division_by_code(code.strip())
    if place.level != Division.Level.VILLAGE:
        raise InputRefused("NOT_A_VILLAGE", _("请选到村（社区）。"), remedy=_("请选择迁入的村（社区）。"))
    if district_of(place.path) != district_of(enrolment.division_path):
        raise InputRefused(
            "OUTSIDE_DISTRICT", _("迁入地不在本区。"), remedy=_("户籍迁出本区的，请办理养老保险关系转出。")
        )
    if place.path == enrolment.division_path:
        raise InputRefused("SAME_PLACE", _("就是现在登记的村（社区）。"), remedy=_("请核对迁入地。"))
    return place


def _moved(*, case: Case, actor: Actor, today: date) -> None:
    """Effect of the decision: the office changes. Raises CaseRefused PLACE_MOVED, ENDED_ALREADY."""
    assert case.subject_id is not None
    enrolment = live_enrolment(case.subject_id, lock=True)
    if enrolment.division.code != case.proposal["former_code"]:
        raise CaseRefused(
            "PLACE_MOVED", _("登记的村（社区）在此期间已变更。"), remedy=_("请退回后重新提出。")
        )
    place = division_by_code(case.proposal["division_code"])
    Enrolment.objects.filter(pk=enrolment.pk).update(division=place, division_path=place.path)


register(
    CaseKind(
        KIND,
        "户籍变更登记",
        tuple(
            replace(one, to_state="register_moved") if one.action == "approve" else one
            for one in propose_and_decide(
                make_steps=("submit",), decide_steps=("confirm",), needs=("household_booklet",)
            )
        ),
        {"approve": _moved},
        {"register_moved": "已变更户籍登记"},
    )
)
