"""概况 of one person: pension and its parts, certification, account, phone, cases, papers, what other departments say.

Worked example: 月养老金 163.02 元, 个人账户 2504.73 元, 最近认证 2026-05-17 下次 2027-05-16 前, 尾号 5678; everything below the
head of the page comes with the head in the same round trip.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from jubao.archive.models import Document
from jubao.benefits.models import Determination
from jubao.cases.models import Case
from jubao.certification.models import CertificationEvent
from jubao.database.actor import Actor
from jubao.database.together import Plain, Prepared, first, given
from jubao.facts.person_state_words import CHANNELS
from jubao.kernel.errors import DomainError
from jubao.people.models import Enrolment, OtherSchemeRecord, PayoutAccount, Phone, SpecialGroupPeriod
from jubao.people.numbers import numbers_sql
from jubao.services.certification.duty import CertificationDuty, duty_as_known
from jubao.staff.regions import pack_of
from jubao.workbench.reads.months import PARTS
from jubao.workbench.reads.people_names import with_system
from jubao.workbench.reads.person import Head, head_of

CASES_SHOWN, DOCUMENTS_SHOWN = 20, 100


@dataclass(frozen=True)
class Overview:
    """What stands below the head."""

    determination: Determination | None
    certified: CertificationEvent | None
    duty: CertificationDuty | None
    account: PayoutAccount | None
    phone: str
    number: str
    age: int
    balance_fen: int
    cases: list[Case]
    groups: list[SpecialGroupPeriod]
    other_schemes: list[OtherSchemeRecord]
    documents: list[Document]

    @property
    def channel(self) -> str:
        """How the last certification was made."""
        return CHANNELS.get(self.certified.channel, self.certified.channel) if self.certified else ""


_ASKED: tuple[Prepared[Any] | Plain, ...] = (
    Prepared(
        lambda: (
            Determination.objects.filter(entitlement__enrolment=given("enrolment"))
            .defer("facts", "trace", "difference")
            .order_by("-entitlement__start_month", "-sequence")[:1]
        )
    ),
    Prepared(
        lambda: CertificationEvent.objects.filter(enrolment=given("enrolment")).order_by(
            "-certified_on", "-id"
        )[:10]
    ),
    Prepared(
        lambda: PayoutAccount.objects.filter(person=given("person"), until_on__isnull=True).order_by(
            "-from_on"
        )[:1]
    ),
    Prepared(
        lambda: Phone.objects.filter(person=given("person"), until_on__isnull=True).order_by("-is_mobile")[:1]
    ),
    Plain(f"SELECT {numbers_sql('%(person)s')}"),
    PARTS,
    Prepared(lambda: Case.objects.filter(person=given("person")).order_by("-id")[:CASES_SHOWN]),
    Plain(
        "SELECT id, name FROM staff_naturalperson"
        " WHERE id IN (SELECT maker_id FROM cases_case WHERE person_id = %(person)s)"
    ),
    Prepared(lambda: SpecialGroupPeriod.objects.filter(person=given("person")).order_by("-from_month")),
    Prepared(lambda: OtherSchemeRecord.objects.filter(person=given("person")).order_by("-known_on")),
    Prepared(lambda: Document.objects.filter(person_id=given("person")).order_by("-id")[:DOCUMENTS_SHOWN]),
    Prepared(
        lambda: Document.objects.filter(
            case_id__in=Case.objects.filter(person=given("person")).values("pk")
        ).order_by("-id")[:DOCUMENTS_SHOWN]
    ),
)


def overview_of(actor: Actor, enrolment: Enrolment, today: date) -> tuple[Head, Overview]:
    """The head and everything of 概况."""
    head, answers = head_of(enrolment, today, *_ASKED)
    made, certified, accounts, phones, numbers, parts, cases, makers, groups, others, papers, of_cases = (
        answers
    )
    cases = [case for case in cases if case.division_path.startswith(actor.scope)]
    names = with_system(makers)
    for case in cases:
        case.maker = names.get(case.maker_id, "")
    determination = first(made)
    if determination and (not head.entitlement or determination.entitlement_id != head.entitlement.pk):
        determination = None
    phone = first(phones)
    return head, Overview(
        determination=determination,
        certified=first(certified),
        duty=_duty(head, certified, today),
        account=first(accounts),
        phone=phone.number if phone else "",
        number=numbers[0][0] or "",
        age=_age(head.person.birth_date, today),
        balance_fen=sum(int(balance) for _kind, balance, _pending in parts),
        cases=cases,
        groups=groups,
        other_schemes=others,
        documents=_documents(papers, of_cases, cases),
    )


def _duty(head: Head, certified: list[CertificationEvent], today: date) -> CertificationDuty | None:
    """Until when the certification holds; nothing where no text of the region says, nor for who draws nothing."""
    if head.entitlement is None:
        return None
    last = next((one.certified_on for one in certified if one.certified_on <= today), None)
    try:
        return duty_as_known(pack_of(head.enrolment.division_path), today, head.entitlement, last)
    except DomainError:
        return None


def _documents(papers: list[Document], of_cases: list[Document], cases: list[Case]) -> list[Document]:
    """The papers of the person and of the person's cases, newest first, each once."""
    shown = {case.pk for case in cases}
    found = {one.pk: one for one in papers}
    found |= {one.pk: one for one in of_cases if one.case_id in shown}
    return sorted(found.values(), key=lambda one: one.pk, reverse=True)[:DOCUMENTS_SHOWN]


def _age(born: date, on: date) -> int:
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def facts_of(head: Head, overview: Overview) -> list[tuple[str, Any]]:
    """The participant's data as label and value, masked."""
    enrolment = head.enrolment
    return [
        ("性别", head.person.get_gender_display()),
        ("年龄", overview.age),
        ("个人编号", head.person.personal_number),
        ("参保日期", enrolment.enrolled_on.isoformat()),
        ("镇街、村社", head.place),
        ("独生子女父母", {True: "是", False: "否", None: "未登记"}[enrolment.is_only_child]),
    ]
