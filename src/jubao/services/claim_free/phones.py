"""The telephone of somebody on the claim-free list: corrected on the row, checked by one rule, kept with its source and history.

Worked example: 张桂芳 has 023-48612345; the township's 办理岗 takes 13900000000 from the shared data: the old number ends today,
the new one begins today with source SHARED_DATA, and she stands on the list of those to be sent at once.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.text import _
from jubao.people.mobile_numbers import cleaned, mobile_rule
from jubao.people.models import Enrolment, Phone, SharedFact
from jubao.services.access.own_records import require_not_own
from jubao.services.cases.checks import CaseRefused, check_place, posts_words
from jubao.staff.regions import pack_of

KEEPERS = frozenset({"handler", "intake_clerk"})
SOURCES = {
    "OFFICE": "经办人员核实",
    "PERSON": "本人提供",
    "VILLAGE": "村（社区）核实",
    "SHARED_DATA": "共享数据",
}


@dataclass(frozen=True)
class Candidate:
    """A number that another source knows, and since when."""

    number: str
    source: str
    source_name: str
    known_on: date


def phone_correct(
    *, actor: Actor, person_id: UUID, mobile: str, source: str, today: date, case_id: UUID | None = None
) -> Phone:
    """Keep another mobile number; the former one ends today and stays in the history. The same number again changes nothing.

    Raises CaseRefused PHONE_NOT_MOBILE, PHONE_SOURCE_UNKNOWN, POST_REQUIRED, OUT_OF_SCOPE; CheckFailed OWN_RECORD.
    """
    number = cleaned(mobile)
    with unit_of_work(actor, "phone_correct", case_id=case_id):
        _check(actor, person_id, number, source, today)
        live = Phone.objects.select_for_update().filter(
            person_id=person_id, until_on__isnull=True, is_mobile=True
        )
        former = live.first()
        if former is not None and former.number == number:
            return former
        if former is not None:
            former.until_on = max(today, former.from_on)
            former.save(update_fields=["until_on"])
        start = former.until_on if former is not None and former.until_on else today
        return Phone.objects.create(person_id=person_id, number=number, source=source, from_on=start)


def _check(actor: Actor, person_id: UUID, number: str, source: str, today: date) -> None:
    enrolment = Enrolment.objects.filter(person_id=person_id, ended_on__isnull=True).first()
    if enrolment is None:
        raise CaseRefused("OUT_OF_SCOPE", _("此人不在您的辖区参保。"), remedy=_("请由参保地办理。"))
    check_place(actor, enrolment.division_path)
    require_not_own(actor, person_id)
    if not actor.is_system and not actor.posts & KEEPERS:
        raise CaseRefused(
            "POST_REQUIRED",
            _("联系电话由{posts}维护。").format(posts=posts_words(KEEPERS)),
            remedy=_("请转交有该岗位的人员。"),
        )
    if source not in SOURCES:
        raise CaseRefused(
            "PHONE_SOURCE_UNKNOWN",
            _("没有写明号码的来源。"),
            remedy=_("请选择：{known}。").format(known="、".join(SOURCES.values())),
        )
    require_mobile(number, enrolment.division_path, today)


def require_mobile(number: str, division_path: str, today: date) -> None:
    """Raises CaseRefused PHONE_NOT_MOBILE: what is no mobile number gets no message."""
    pack = pack_of(division_path)
    if not mobile_rule(pack, today).fits(number):
        clause = pack.find_clause("QJ-4-2c")
        raise CaseRefused(
            "PHONE_NOT_MOBILE",
            _("“{number}”不是 11 位的手机号码（现 {count} 位）。").format(number=number, count=len(number)),
            remedy=_("请核对后改正；没有手机的，请用其他方式告知并登记。"),
            citation=pack.cite(clause.id) if clause else None,
        )


def phone_candidates(person_ids: Iterable[UUID]) -> dict[UUID, list[Candidate]]:
    """Mobile numbers that shared data know of these persons, the newest first; those kept already are left out."""
    wanted = set(person_ids)
    live = set(
        Phone.objects.filter(person_id__in=wanted, until_on__isnull=True).values_list("person_id", "number")
    )
    found: dict[UUID, list[Candidate]] = {}
    facts = SharedFact.objects.filter(person_id__in=wanted, fact="mobile").order_by("-known_on", "-id")
    for fact in facts:
        number = cleaned(fact.value)
        known = found.setdefault(fact.person_id, [])
        if (fact.person_id, number) not in live and number not in {one.number for one in known}:
            known.append(Candidate(number, "SHARED_DATA", fact.source, fact.known_on))
    return found
