"""First enrolment: taken in at the village, any township or the hall; registered on the spot; confirmed by the district.

Worked example: the assistant of 新民村 sends 王小英 in with card and household booklet (`submitted`); the township registers her
the same day (`registered`: the person and her place are kept); the district confirms (`confirmed`: the enrolment is
active from the month of registration). Nobody can refuse her but by a rule with its code (松山第五条).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import DomainError
from jubao.kernel.id_number import IdNumber
from jubao.kernel.text import _, chinese
from jubao.people.models import Division
from jubao.policy import Pack, load_pack
from jubao.services.cases.engine import case_open
from jubao.services.cases.kinds import OPEN, CaseKind, Transition, register
from jubao.services.people.divisions import district_of, division_by_code
from jubao.services.people.enrolment_effects import confirm, refuse, register_person
from jubao.services.people.enrolment_rules import ineligible_code
from jubao.services.people.identity_documents import presented_check

COUNTERS = frozenset({"intake_clerk", "handler"})
MATERIALS = ("id_document", "household_booklet")
_OFFICES = frozenset({"township", "district"})


class EnrolmentRefused(DomainError):
    """Somebody a rule keeps out; the code says which."""

    exit_code = 1


ENROLMENT = register(
    CaseKind(
        kind="enrolment",
        title=chinese("参保登记"),
        states={"submitted": "待登记", "registered": "已登记待确认", "confirmed": "已确认", "refused": "依规则不予登记"},
        transitions=(
            Transition("open", OPEN, "submitted", COUNTERS | {"village_assistant"}, title=chinese("收件"), needs=MATERIALS,
                       makes_proposal=True),
            Transition("register", "submitted", "registered", COUNTERS, title=chinese("当场登记"), levels=_OFFICES,
                       steps=("register", "check"), needs=MATERIALS, makes_proposal=True),
            Transition("confirm", "registered", "confirmed", frozenset({"reviewer"}), is_decision=True, closes=True,
                       title=chinese("确认参保资格"), steps=("confirm",), levels=frozenset({"district"}), outcome="approved"),
            Transition("refuse", "submitted", "refused", COUNTERS, closes=True, title=chinese("依规则不予登记"),
                       levels=_OFFICES, outcome="rejected", needs_reason=True),
            Transition("refuse", "registered", "refused", frozenset({"reviewer"}), is_decision=True, closes=True,
                       title=chinese("依规则不予登记"), levels=frozenset({"district"}), outcome="rejected", needs_reason=True),
            Transition("withdraw", "submitted", "withdrawn", COUNTERS | {"village_assistant"}, closes=True,
                       title=chinese("申请人撤回"), outcome="withdrawn", maker_only=True, needs_reason=True),
        ),
        effects={"register": register_person, "confirm": confirm, "refuse": refuse},
    )
)  # fmt: skip


def enrolment_open(
    *,
    actor: Actor,
    name: str,
    document_kind: str,
    number: str,
    valid_until: date | None,
    village_code: str,
    address: str,
    materials: Sequence[tuple[str, UUID]],
    today: date,
    mobile: str = "",
    gender: str = "",
    birth_date: date | None = None,
    is_student: bool = False,
    channel: str = "counter",
    idempotency_key: str | None = None,
) -> Case:
    """Take a first enrolment in; `village_code` is the place of the household register, wherever it is taken in.

    Raises DocumentRefused, EnrolmentRefused TOO_YOUNG, STUDENT, OTHER_SCHEME, ALREADY_ENROLLED, CaseRefused MATERIAL_MISSING.
    """
    village = division_by_code(village_code)
    district = district_of(village.path)
    pack = load_pack(district)
    kept = presented_check(pack=pack, kind=document_kind, number=number, valid_until=valid_until, today=today)
    born, sex = _birth_and_gender(document_kind, kept, birth_date, gender)
    with unit_of_work(actor, "enrolment_open"):
        check_eligible(pack, kept, born, is_student=is_student, today=today)
        proposal: dict[str, Any] = {
            "name": "".join(name.split()),
            "document_kind": document_kind,
            "number": kept,
            "valid_until": valid_until.isoformat() if valid_until else None,
            "gender": sex,
            "birth_date": born.isoformat(),
            "village_code": village_code,
            "address": address,
            "mobile": mobile,
            "accepted_at": actor.scope,
            "accepted_on": today.isoformat(),
        }
        return case_open(
            actor=actor, kind="enrolment", district_code=district, division_path=_office(actor, village),
            title=chinese("参保登记：{name}").format(name=proposal["name"]), proposal=proposal, today=today, channel=channel,
            materials=materials, idempotency_key=idempotency_key,
        )  # fmt: skip


def _office(actor: Actor, village: Division) -> str:
    """The case lies with the office that accepts it; an assistant's goes to the township of the village."""
    if village.path.startswith(actor.scope) or actor.is_system:
        return village.path
    return actor.scope


def _birth_and_gender(kind: str, number: str, birth_date: date | None, gender: str) -> tuple[date, str]:
    if kind in ("id_card", "social_security_card", "hmt_residence_permit"):
        parsed = IdNumber.parse(number)
        return parsed.birth_date, parsed.gender
    if birth_date is None or gender not in ("male", "female"):
        raise EnrolmentRefused(
            "BIRTH_MISSING", _("这种证件的号码不含出生日期和性别。"), remedy=_("请填写出生日期和性别。")
        )
    return birth_date, gender


def check_eligible(pack: Pack, number: str, born: date, *, is_student: bool, today: date) -> None:
    """Raises EnrolmentRefused with the code of the rule that keeps somebody out; nothing else may."""
    code = ineligible_code(pack, number, born, is_student=is_student, today=today)
    if code:
        words = {
            "TOO_YOUNG": _("未满 16 周岁。"),
            "STUDENT": _("在校学生不参加。"),
            "OTHER_SCHEME": _("已参加职工或机关事业单位养老保险。"),
            "ALREADY_ENROLLED": _("已在本制度参保。"),
        }
        raise EnrolmentRefused(
            code, _("不能登记：{why}").format(why=words[code]), remedy=_("请向本人说明依据。")
        )
