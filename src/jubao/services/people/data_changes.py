"""Changes of a person's data and corrections of errors: proposed by the township, applied by the district, the old value kept.

Worked example: 张贵芳 becomes 张桂芳 with her card as proof: one `PersonChange`, name, pinyin and initials changed. If her number
was ever changed too, name and number together may hide another person: the change needs a second approval (双改).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import DomainError
from jubao.kernel.id_number import IdNumber
from jubao.kernel.text import _, chinese
from jubao.matching.spreadsheet_numbers import number_in
from jubao.people.models import Enrolment, Person, PersonChange
from jubao.people.names import name_initials, name_key
from jubao.people.numbers import number_add, numbers_of, person_by_number
from jubao.services.cases.engine import case_open
from jubao.services.cases.kinds import OPEN, CaseKind, kind_of, propose_and_decide, register, table
from jubao.services.people.divisions import district_of
from jubao.staff.regions import pack_of

FIELDS = {"name": "姓名", "number": "证件号码", "gender": "性别", "birth_date": "出生日期"}
BOTH = ("name", "number")
ONE, TWO = "data_change", "data_change_both"


class ChangeRefused(DomainError):
    """A change that cannot be right, or that the person's place does not allow."""

    exit_code = 1


def _apply(*, case: Any, actor: Actor, today: date) -> None:
    person = Person.objects.select_for_update().get(id=case.person_id)
    number = numbers_of([person.id]).get(person.id, "")
    now = values_of(person, number)
    for field, (old, new) in case.proposal["changes"].items():
        if now[field] != old:
            raise ChangeRefused(
                "VALUE_MOVED",
                _("{field}在此期间已变为“{value}”。").format(field=FIELDS[field], value=now[field]),
                remedy=_("请退回，按现在的值重新提出。"),
            )
        _set(person, field, new, case.id, today)
        PersonChange.objects.create(person=person, field=field, old_value=old, new_value=new, case_id=case.id)
    person.save()


def _set(person: Person, field: str, value: str, case_id: UUID, today: date) -> None:
    if field == "number":
        number_add(person_id=person.id, kind="id_card", number=value, valid_from=today, case_id=case_id)
    elif field == "birth_date":
        person.birth_date = date.fromisoformat(value)
    else:
        setattr(person, field, value)
    if field == "name":
        person.name_key, person.name_initials = name_key(value), name_initials(value)


_SHAPE: dict[str, Any] = {
    "makers": frozenset({"intake_clerk", "handler"}),
    "make_steps": ("submit", "check"),
    "deciders": frozenset({"reviewer"}),
    "decide_steps": ("confirm",),
}
register(
    CaseKind(
        kind=ONE, title=chinese("信息变更"), transitions=propose_and_decide(**_SHAPE), effects={"approve": _apply}, workflow=ONE
    )
)  # fmt: skip
register(
    CaseKind(
        kind=TWO, title=chinese("信息变更（姓名和号码双改）"), workflow=ONE, effects={"approve_second": _apply},
        transitions=propose_and_decide(**_SHAPE, second=frozenset({"approver"})),
    )
)  # fmt: skip


def papers_asked(division_path: str, today: date) -> tuple[str, ...]:
    """The kinds of paper for a change: the identity document, and what the region asks for besides."""
    rows = table(kind_of(ONE), pack_of(division_path), today)
    asked = next((one.needs for one in rows if one.from_state == OPEN), ())
    return tuple(dict.fromkeys(("id_document", *asked)))


def values_of(person: Person, number: str) -> dict[str, str]:
    """The values that may be changed, as text."""
    return {
        "name": person.name,
        "number": number,
        "gender": person.gender,
        "birth_date": person.birth_date.isoformat(),
    }


def data_change_propose(
    *,
    actor: Actor,
    person_id: UUID,
    changes: Mapping[str, str],
    reason: str,
    materials: Sequence[tuple[str, UUID]] = (),
    today: date,
    is_error_correction: bool = False,
    idempotency_key: str | None = None,
) -> Case:
    """Propose new values.

    Raises ChangeRefused NOTHING_CHANGES, NOT_OF_YOUR_PLACE, NUMBER_TAKEN, NUMBER_CONTRADICTS; CaseRefused.
    """
    with unit_of_work(actor, "data_change_propose"):
        enrolment = Enrolment.objects.filter(person_id=person_id, ended_on__isnull=True).first()
        if enrolment is None or not (actor.is_system or enrolment.division_path.startswith(actor.scope)):
            raise ChangeRefused(
                "NOT_OF_YOUR_PLACE",
                _("此人不属于您的辖区，信息变更由户籍所在地镇街办理。"),
                remedy=_("请转请户籍所在地镇街办理；参保登记和缴费可就近办理。"),
            )
        person = Person.objects.get(id=person_id)
        number = numbers_of([person_id]).get(person_id, "")
        differing = _differences(values_of(person, number), changes)
        check_changes(person, number, differing)
        district = district_of(enrolment.division_path)
        return case_open(
            actor=actor,
            kind=TWO if needs_second(person_id, differing) else ONE,
            district_code=district,
            division_path=enrolment.division_path,
            person_id=person_id,
            title=chinese("信息变更：{fields}").format(
                fields="、".join(FIELDS[field] for field in differing)
            ),
            proposal={"changes": differing, "reason": reason, "is_error_correction": is_error_correction},
            today=today,
            materials=materials,
            idempotency_key=idempotency_key,
        )


def _differences(now: Mapping[str, str], changes: Mapping[str, str]) -> dict[str, list[str]]:
    wanted = {field: "".join(value.split()) for field, value in changes.items() if field in FIELDS and value}
    if "number" in wanted:
        found = number_in(wanted["number"])
        if found.problem:
            raise ChangeRefused(found.problem, found.message)
        wanted["number"] = found.number
    differing = {field: [now[field], value] for field, value in wanted.items() if value != now[field]}
    if not differing:
        raise ChangeRefused("NOTHING_CHANGES", _("没有要变更的内容。"), remedy=_("请填写新的值。"))
    return differing


def check_changes(person: Person, number: str, changes: Mapping[str, Sequence[str]]) -> None:
    """Birth and gender agree with the number; the number belongs to nobody else (that is a case of its own, not a change)."""
    new_number = changes["number"][1] if "number" in changes else number
    owner = person_by_number(new_number)
    if owner is not None and owner.id != person.id:
        raise ChangeRefused(
            "NUMBER_TAKEN",
            _("这个号码登记在另一个人名下。"),
            remedy=_("请核实两人身份；确为同一人的按合并业务办理。"),
        )
    parsed = IdNumber.parse(new_number)
    birth = changes["birth_date"][1] if "birth_date" in changes else person.birth_date.isoformat()
    gender = changes["gender"][1] if "gender" in changes else person.gender
    wrong = [
        FIELDS[field]
        for field, differs in (
            ("birth_date", parsed.birth_date.isoformat() != birth),
            ("gender", parsed.gender != gender),
        )
        if differs
    ]
    if wrong:
        raise ChangeRefused(
            "NUMBER_CONTRADICTS",
            _("{fields}与证件号码不符（号码为 {birth}）。").format(
                fields="、".join(wrong), birth=parsed.birth_date.isoformat()
            ),
            remedy=_("请按证件同时更正，或先更正号码。"),
        )


def needs_second(person_id: UUID, changes: Mapping[str, Any]) -> bool:
    """Whether name and number have both been changed, now or ever before (双改)."""
    former = PersonChange.objects.filter(person_id=person_id, field__in=BOTH).values_list("field", flat=True)
    return set(BOTH) <= {*former, *changes}
