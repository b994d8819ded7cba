"""One's own records for the pages of the portal: enrolment, pension by month, account, cases, who looked. Nobody else's.

Worked example: 张桂芳 sees 2026-10 163.02 已发, 2026-11 待发; her cases with their last state, and
that 李静 looked on 2026-11-12 for 待遇咨询.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db.models import Min

from jubao.archive.models import Document
from jubao.benefits.models import Determination, Entitlement, PaymentStatus
from jubao.cases.models import Case, CaseMaterial
from jubao.claim_free.models import OnlineConfirmation
from jubao.facts.person_state_words import GROUNDS
from jubao.facts.statements import AccountStatement, account_statement
from jubao.kernel.month import Month
from jubao.payments.models import PaymentLine, PaymentOutcome, PaymentRun
from jubao.people.models import Enrolment, Person
from jubao.services.benefits.determinations import determination_why
from jubao.services.benefits.pension_reasons import Reason, reasons
from jubao.services.certification.duty import CertificationDuty, certification_duty
from jubao.services.people.divisions import district_of
from jubao.staff.regions import pack_of

MONTHS_SHOWN = 36
SECRET_KINDS = frozenset({"investigation", "resident_report", "identity_change_check"})
"""Kinds that are not the person's own business: what others report about somebody is not told here."""


@dataclass(frozen=True)
class MonthLine:
    """One month: what was or will be paid, in words; `tone` colours it."""

    month: int
    amount_fen: int | None
    words: str
    tone: str


@dataclass(frozen=True)
class Pension:
    """What somebody draws: the amount with its steps, the months, whether it is held."""

    entitlement: Entitlement
    determination: Determination | None
    parts: list[tuple[str, int, list[Reason]]]
    months: list[MonthLine]
    held: str


PARTS = (
    ("base_pension", "基础养老金"),
    ("account_pension", "个人账户养老金"),
    ("only_child_supplement", "独子增发养老金"),
    ("years_pension", "缴费年限养老金"),
    ("age_supplement", "高龄增发养老金"),
)


def enrolment_of(person: Person) -> Enrolment | None:
    """The person's enrolment, the latest one."""
    return Enrolment.objects.filter(person=person).order_by("-enrolled_on").first()


def pension_of(enrolment: Enrolment, today: date) -> Pension | None:
    """The pension of somebody who draws one; None for everybody else."""
    entitlement = Entitlement.objects.filter(enrolment=enrolment).order_by("-start_month").first()
    if entitlement is None:
        return None
    this_month = Month.containing(today).index
    determination = Determination.objects.filter(entitlement=entitlement).order_by("-sequence").first()
    statuses = list(PaymentStatus.objects.filter(entitlement=entitlement).order_by("from_month"))
    held = next((one for one in statuses if _is_held(one, this_month)), None)
    return Pension(
        entitlement,
        determination,
        _parts(determination) if determination else [],
        _months(enrolment, entitlement, statuses, this_month),
        f"{held.get_kind_display()} {GROUNDS.get(held.reason, '')}".strip() if held else "",
    )


def _parts(determination: Determination) -> list[tuple[str, int, list[Reason]]]:
    lines = determination_why(determination)
    found = [(rule, title, int(getattr(determination, f"{rule}_fen"))) for rule, title in PARTS]
    return [(title, fen, reasons(lines, rule)) for rule, title, fen in found if fen]


def _is_held(status: PaymentStatus, month: int) -> bool:
    is_now = status.from_month <= month and (status.until_month is None or month < status.until_month)
    return is_now and status.kind != "normal"


def _months(
    enrolment: Enrolment, entitlement: Entitlement, statuses: list[PaymentStatus], this_month: int
) -> list[MonthLine]:
    lines = PaymentLine.objects.filter(enrolment_id=enrolment.pk, is_in_run=True).exclude(run__state="void")
    paid: dict[int, list[PaymentLine]] = {}
    for line in lines.select_related("run"):
        paid.setdefault(line.benefit_month, []).append(line)
    said = dict(
        PaymentOutcome.objects.filter(line__enrolment_id=enrolment.pk, is_last=True).values_list(
            "line_id", "state"
        )
    )
    begun = PaymentRun.objects.exclude(state="void").filter(
        district_code=district_of(enrolment.division_path)
    )
    first_run = begun.aggregate(least=Min("benefit_month"))["least"] or this_month
    last = min(this_month, (entitlement.end_month or this_month + 1) - 1)
    first = max(entitlement.start_month, last - MONTHS_SHOWN + 1)
    return [
        _month(month, paid.get(month, []), said, statuses, first_run) for month in range(last, first - 1, -1)
    ]


def _month(
    month: int,
    lines: list[PaymentLine],
    said: dict[UUID, str],
    statuses: list[PaymentStatus],
    first_run: int,
) -> MonthLine:
    live = [one for one in lines if one.is_live]
    total = sum(one.amount_fen for one in live) if live else None
    if live and all(said.get(one.pk) == "paid" for one in live):
        return MonthLine(month, total, "已发", "paid")
    if not live and any(said.get(one.pk) == "returned" for one in lines):
        return MonthLine(month, sum(one.amount_fen for one in lines), "银行退回，待重发", "bad")
    if any(_is_held(one, month) for one in statuses):
        return MonthLine(month, total, "暂停，待恢复", "wait")
    if live:
        return MonthLine(month, total, "发放中", "wait")
    if month < first_run:
        return MonthLine(month, None, "原系统发放", "quiet")
    return MonthLine(month, None, "待发", "wait")


def statement_of(enrolment: Enrolment, today: date) -> AccountStatement:
    """The whole account up to today."""
    return account_statement(enrolment.pk, date(1900, 1, 1), today)


def cases_of(person: Person) -> list[Case]:
    """The own cases, the latest first; a case nobody has told the person of yet is not among them."""
    shown = Case.objects.filter(person=person).exclude(kind__in=SECRET_KINDS)
    return list(shown.exclude(kind="claim_free", state="extracted").order_by("-opened_at")[:50])


def unfinished_of(account_id: UUID) -> list[OnlineConfirmation]:
    """What the account began and has not finished."""
    begun = OnlineConfirmation.objects.filter(account_id=account_id, finished_at__isnull=True)
    return list(begun.select_related("case__person").order_by("-started_at")[:10])


def helped_by(account_id: UUID) -> list[OnlineConfirmation]:
    """What the account confirmed for others, the latest first."""
    made = OnlineConfirmation.objects.filter(account_id=account_id, is_helped=True, outcome="consent")
    return list(made.select_related("case__person").order_by("-finished_at")[:10])


def own_case(person: Person | None, case_id: UUID) -> Case | None:
    """A case of the person's own; somebody else's is as if it did not exist (QJ-A1-8-1b)."""
    if person is None:
        return None
    return Case.objects.filter(id=case_id, person=person).exclude(kind__in=SECRET_KINDS).first()


def determination_form(case: Case) -> Document | None:
    """《待遇核定表》 of a completed case, as PDF."""
    if case.state != "approved":
        return None
    material = (
        CaseMaterial.objects.select_related("document")
        .filter(case=case, kind="determination_form", removed_at__isnull=True)
        .filter(document__content_type="application/pdf")
        .order_by("-added_at")
        .first()
    )
    return material.document if material else None


def duty_shown(enrolment: Enrolment, today: date) -> CertificationDuty:
    """Until when somebody is certified and by when again. Raises InputRefused NOT_DRAWING."""
    return certification_duty(enrolment_id=enrolment.pk, pack=pack_of(enrolment.division_path), on=today)
