"""Every month of one person's pension as due, paid, held or returned, and the account by source.

Worked example: 2026-07 to 2026-09 amber 暂停 未按期认证, 2026-10 green 163.02: the grid tells a caller at the counter which
months are still to come, without a list being counted.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F

from jubao.benefits.models import Entitlement, PaymentStatus
from jubao.contributions.models import Contribution
from jubao.database.together import Plain, Prepared, given
from jubao.facts.person_state_words import ground_text
from jubao.ledger.balances import PARTS_SQL
from jubao.ledger.models import EFFECTIVE, Account, Transfer
from jubao.ledger.moves import PERSONAL_KINDS
from jubao.payments.models import PaymentLine, PaymentOutcome

YEARS_SHOWN = 4
LINES_SHOWN = 400
TRANSFERS_SHOWN = 200
PAID, RETURNED = (
    str(dict(PaymentOutcome._meta.get_field("state").flatchoices)[one]) for one in ("paid", "returned")
)
HELD = {kind.value: str(kind.label) for kind in PaymentStatus.Kind}


@dataclass(frozen=True)
class Cell:
    """One month: what was paid in fen, in words, and how it is coloured."""

    month: int
    amount_fen: int | None
    words: str
    tone: str


@dataclass(frozen=True)
class Line:
    """One payment line with the bank's last word."""

    line: PaymentLine
    outcome: str
    reason: str


PAYMENTS: tuple[Prepared[Any] | Plain, ...] = (
    Prepared(
        lambda: (
            PaymentLine.objects.filter(enrolment_id=given("enrolment"))
            .exclude(run__state="void")
            .select_related("run")
            .order_by("-benefit_month", "-id")[:LINES_SHOWN]
        )
    ),
    Prepared(lambda: PaymentOutcome.objects.filter(line__enrolment_id=given("enrolment"), is_last=True)),
    Plain(
        "SELECT min(benefit_month) FROM payments_paymentrun WHERE division_path = %(district)s AND state <> 'void'"
    ),
)
"""The lines of a person, newest month first, the bank's last words on them, and the first month that this system paid in
the district (earlier ones were paid by the former system): what `head_of` is asked for 每月发放."""


def lines_of(lines: Iterable[PaymentLine], outcomes: Iterable[PaymentOutcome]) -> list[Line]:
    """Each line with the bank's last word."""
    said = {one.line_id: one for one in outcomes}
    made = []
    for line in lines:
        last = said.get(line.pk)
        words = last.get_state_display() if last else line.run.get_state_display()
        made.append(Line(line, words, last.bank_reason if last else ""))
    return made


@dataclass(frozen=True)
class Course:
    """What the cells of a grid are made from."""

    paid: dict[int, list[Line]]
    statuses: list[PaymentStatus]
    start_month: int
    end_month: int | None
    first_run: int
    this_month: int

    def cell(self, month: int) -> Cell:
        """One month: outside the entitlement, paid, on its way, returned, held, paid elsewhere, or still to come."""
        is_over = self.end_month is not None and month >= self.end_month
        if month < self.start_month or month > self.this_month or is_over:
            return Cell(month, None, "", "")
        lines = self.paid.get(month, [])
        live = [one for one in lines if one.line.is_live]
        if live:
            total = sum(one.line.amount_fen for one in live)
            done = all(one.outcome == PAID for one in live)
            return Cell(month, total, "已发" if done else live[0].outcome, "paid" if done else "")
        if any(one.outcome == RETURNED for one in lines):
            return Cell(month, sum(one.line.amount_fen for one in lines), RETURNED, "bad")
        held = next((one for one in self.statuses if one.from_month <= month and not _over(one, month)), None)
        if held is not None and held.kind != "normal":
            return Cell(month, None, f"{HELD[held.kind]} {ground_text(held.reason)}", "held")
        if month < self.first_run:
            return Cell(month, None, "原系统", "")
        return Cell(month, None, "待发", "held" if month < self.this_month else "")


def month_grid(
    lines: list[Line],
    statuses: list[PaymentStatus],
    entitlement: Entitlement,
    first_run: int | None,
    this_month: int,
) -> list[tuple[int, list[Cell]]]:
    """Year → twelve cells, newest year first."""
    paid: dict[int, list[Line]] = {}
    for line in lines:
        paid.setdefault(line.line.benefit_month, []).append(line)
    course = Course(
        paid, statuses, entitlement.start_month, entitlement.end_month, first_run or this_month, this_month
    )
    first_year = max(entitlement.start_month // 12, this_month // 12 - YEARS_SHOWN + 1)
    years = range(this_month // 12, first_year - 1, -1)
    return [(year, [course.cell(year * 12 + n) for n in range(12)]) for year in years]


def _over(status: PaymentStatus, month: int) -> bool:
    return status.until_month is not None and status.until_month <= month


@dataclass(frozen=True)
class Source:
    """One part of an account: what stands in it and what is on its way out."""

    title: str
    balance_fen: int
    reserved_fen: int


PARTS = Plain(PARTS_SQL)
"""Kind, balance and reserved fen of each part of the account."""


def sources_of(parts: Iterable[tuple[str, int, int]]) -> list[Source]:
    """The parts of the account in the order in which a pension draws on them."""
    known = {kind: (int(balance), int(reserved)) for kind, balance, reserved in parts}
    return [Source(str(Account.Kind(kind).label), *known[kind]) for kind in PERSONAL_KINDS if kind in known]


@dataclass(frozen=True)
class Movement:
    """One transfer seen from the account: in or out."""

    transfer: Transfer
    part: str
    in_fen: int | None
    out_fen: int | None


_TITLES = {kind.value: str(kind.label) for kind in Account.Kind}
_ORDER = ("-value_date", "-id")
ACCOUNT: tuple[Prepared[Any] | Plain, ...] = (
    PARTS,
    Prepared(
        lambda: (
            Transfer.objects.filter(credit_account__enrolment=given("enrolment"), phase__in=EFFECTIVE)
            .annotate(part=F("credit_account__kind"))
            .order_by(*_ORDER)[:TRANSFERS_SHOWN]
        )
    ),
    Prepared(
        lambda: (
            Transfer.objects.filter(debit_account__enrolment=given("enrolment"), phase__in=EFFECTIVE)
            .annotate(part=F("debit_account__kind"))
            .order_by(*_ORDER)[:TRANSFERS_SHOWN]
        )
    ),
    Prepared(
        lambda: Contribution.objects.filter(enrolment=given("enrolment"), is_live=True).order_by(
            "-year", "-treasury_on"
        )
    ),
)
"""Parts of the account, transfers in, transfers out, contributions: what `head_of` is asked for 个人账户."""


def movements_of(incoming: Iterable[Any], outgoing: Iterable[Any]) -> list[Movement]:
    """The transfers of the account, newest first."""
    found = [
        *(Movement(one, _TITLES[one.part], one.amount_fen, None) for one in incoming),
        *(Movement(one, _TITLES[one.part], None, one.amount_fen) for one in outgoing),
    ]
    found.sort(key=lambda one: (one.transfer.value_date, one.transfer.id), reverse=True)
    return found[:TRANSFERS_SHOWN]
