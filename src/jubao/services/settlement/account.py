"""结算个人账户: balance, interest up to the month of the application, the grant, what claims take, what is paid to whom.

Worked example: 王秀兰 has 2504.73 on the account; at 2.4 % January to March 2026 bring 15.03, the grant is 1000.00 and no claim
is open: 2519.76 and 1000.00 go to her son in two payments. With a grant that the pack lacks the figures say so in `problems`,
and the decision is refused until the amount is given with its document.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from django.db import transaction

from jubao.database.actor import Actor
from jubao.kernel.errors import DomainError, NotCovered
from jubao.kernel.fen import Fen
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.ledger.balances import balance_of, reserved_of
from jubao.people.models import Enrolment
from jubao.policy import Pack
from jubao.recovery.models import Claim
from jubao.services.accounts.interest_years import GivenRate, interest_settle, open_years
from jubao.services.payments.one_off import GRANT_FUND, Payee
from jubao.services.recovery.clearing import clearing_preview
from jubao.services.settlement.grant import GivenGrant, Grant, funeral_grant

DEATH = "DEATH"


@dataclass(frozen=True)
class SettlementTerms:
    """What the application brings to the settlement: who is paid, and values that the pack lacks, with their document."""

    payee: Payee | None = None
    rates: Mapping[int, int] = field(default_factory=dict)
    rate_source: str = ""
    grant: GivenGrant | None = None

    def facts(self) -> dict[str, Any]:
        """As the proposal keeps them."""
        payee, grant = self.payee, self.grant
        return {
            "payee": [payee.name, payee.number, payee.bank, payee.account] if payee else None,
            "rates": {str(year): ppm for year, ppm in self.rates.items()},
            "rate_source": self.rate_source,
            "grant": [grant.fen, grant.source] if grant else None,
        }

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> SettlementTerms:
        """From a proposal."""
        payee, grant = facts.get("payee"), facts.get("grant")
        return cls(
            Payee(*payee) if payee else None,
            {int(year): ppm for year, ppm in facts.get("rates", {}).items()},
            facts.get("rate_source", ""),
            GivenGrant(*grant) if grant else None,
        )


@dataclass(frozen=True)
class Figures:
    """The settlement in fen, and every reason for which it cannot be decided yet."""

    before_fen: int
    available: Mapping[str, int]
    grant: Grant | None
    until: str
    interest_why: str
    cleared: Mapping[str, int]
    problems: tuple[str, ...]

    @property
    def account_fen(self) -> int:
        """The account with its interest."""
        return sum(fen for kind, fen in self.available.items() if kind != GRANT_FUND)

    @property
    def grant_fen(self) -> int:
        """The grant, 0 where none is due."""
        return self.available.get(GRANT_FUND, 0)

    @property
    def payable(self) -> dict[str, int]:
        """What is left to pay after claims, by kind of account."""
        return {kind: fen - self.cleared.get(kind, 0) for kind, fen in self.available.items()}

    def _clearing_why(self) -> str:
        return _("先扣个人账户，再扣丧葬补助金") if self.cleared else _("没有未结的追缴")

    def rows(self) -> list[dict[str, Any]]:
        """The settlement line by line, as it stands in the case and on the form."""
        grant = self.grant
        lines: list[tuple[str, int, str]] = [
            (_("注销时个人账户余额"), self.before_fen, _("各项来源合计")),
            (_("结算利息"), self.account_fen - self.before_fen, self.interest_why),
            (_("个人账户应付"), self.account_fen, _("计息至{month}").format(month=self.until)),
            (_("丧葬补助金"), self.grant_fen, (grant.why if grant else _("不是死亡注销，不付"))),
            (_("追缴抵扣"), -sum(self.cleared.values()), self._clearing_why()),
            (_("应支付"), sum(self.payable.values()), ""),
        ]  # fmt: skip
        return [{"what": what, "amount_fen": fen, "why": why} for what, fen, why in lines]


def settlement_try(
    *, actor: Actor, enrolment: Enrolment, pack: Pack, cause: str, happened_on: date, terms: SettlementTerms, today: date,
) -> Figures:  # fmt: skip
    """What a settlement would come to; nothing stays. What is missing is said and never raised."""
    with transaction.atomic():
        found = settlement_make(
            actor=actor, enrolment=enrolment, pack=pack, cause=cause, happened_on=happened_on, terms=terms,
            until=Month.containing(today), case_id=uuid4(), today=today,
        )  # fmt: skip
        transaction.set_rollback(True)
    return found


def settlement_make(
    *, actor: Actor, enrolment: Enrolment, pack: Pack, cause: str, happened_on: date, terms: SettlementTerms, until: Month,
    case_id: UUID, today: date,
) -> Figures:  # fmt: skip
    """Book the interest up to `until` for good and work out what is due; clearing and payment are left to the caller."""
    before = balance_of(enrolment.pk)
    problems: list[str] = []
    if any(reserved_of(enrolment.pk).values()):
        problems.append(_("有一笔发放还没有银行结果，请等银行回盘后再结算。"))
    why = _no_interest(enrolment, until)
    if not why:
        try:
            why = _settled(actor, enrolment.pk, until, terms, case_id, today)
        except NotCovered as missing:
            why = missing.message
            problems.append(_("{what}请填写公布的记账利率和依据。").format(what=missing.message))
    grant = (
        funeral_grant(enrolment=enrolment, died_on=happened_on, pack=pack, given=terms.grant)
        if cause == DEATH
        else None
    )
    if grant is not None and grant.missing:
        problems.append(
            _("丧葬补助金应付而{what}，请由政策包负责人填入，或填写金额和依据。").format(what=grant.missing)
        )
    available = {kind: fen for kind, fen in balance_of(enrolment.pk).items() if fen}
    if grant is not None and grant.fen:
        available[GRANT_FUND] = grant.fen
    taken = _claimed(enrolment.pk, available, today, problems)
    if terms.payee is None and sum(available.values()) > sum(taken.values()):
        problems.append(_("没有填写收款人的姓名、开户银行和账号。"))
    return Figures(sum(before.values()), available, grant, str(until), why, taken, tuple(problems))


def _claimed(
    enrolment_id: UUID, available: Mapping[str, int], today: date, problems: list[str]
) -> dict[str, int]:
    try:
        return clearing_preview(enrolment_id=enrolment_id, available=available, today=today)
    except DomainError as refused:
        problems.append(f"{refused.message}{refused.remedy}")
        return {}


def overpaid_problem(enrolment_id: UUID, overpaid_fen: int) -> str:
    """What was paid too much must be claimed before the account is paid out; empty where it is, or nothing was."""
    if not overpaid_fen or Claim.objects.filter(enrolment_id=enrolment_id).exists():
        return ""
    return _("多发 {yuan} 元还没有立追缴件，请先办理追缴再结算。").format(yuan=Fen(overpaid_fen).yuan)


def _no_interest(enrolment: Enrolment, until: Month) -> str:
    """Why no interest is worked out: an account that never held money earns none."""
    is_empty = not open_years(enrolment.pk, until.year + 1) and not sum(balance_of(enrolment.pk).values())
    return _("账户没有余额，不计息") if is_empty else ""


def _settled(
    actor: Actor, enrolment_id: UUID, until: Month, terms: SettlementTerms, case_id: UUID, today: date
) -> str:
    """Settle every open year on its own rate, the last one for good. Raises NotCovered RATE_NOT_PUBLISHED."""
    for year in [*open_years(enrolment_id, until.year), until.year]:
        given = GivenRate(terms.rates[year], terms.rate_source) if year in terms.rates else None
        is_last = year == until.year
        done = interest_settle(
            actor=actor, enrolment_id=enrolment_id, until=until if is_last else Month(year, 12), case_id=case_id,
            today=today, is_final=is_last, given_rate=given,
        )  # fmt: skip
    rate = f"{done.rate_ppm / 10_000:g}%"
    return _("记账利率 {rate}（{source}）").format(rate=rate, source=done.rate_source)
