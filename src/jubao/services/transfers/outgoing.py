"""An account that leaves: interest settled, listed by source, sent as one payment to the other agency, closed for good.

Worked example: 2 800.00 own payments, 400.00 subsidy and 61.33 interest leave for 红山区社会保险中心; one pending payment of
3 261.33 waits for finance, the enrolment ends, nothing is left and nothing comes in any more.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.facts.pension import claim_facts
from jubao.kernel.errors import InputRefused
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.ledger.balances import balance_of, reserved_of
from jubao.ledger.models import InterestYear
from jubao.pension_transfers.models import PensionTransfer, TransferPart
from jubao.people.models import Enrolment
from jubao.services.accounts.interest_years import GivenRate, interest_settle
from jubao.services.benefits.entitlements import enrolment_status
from jubao.services.cases.checks import CaseRefused
from jubao.services.payments.one_off import Payee, one_off_create
from jubao.services.transfers.records import live_enrolment, parts_rows, told, transfer_of


def rate_given(percent: str, source: str) -> GivenRate | None:
    """A rate typed in, with the document that publishes it. Raises InputRefused RATE_UNREADABLE, SOURCE_MISSING."""
    text = percent.strip().rstrip("%％")
    if not text:
        return None
    whole, _dot, rest = text.partition(".")
    if not (whole + rest).isdigit() or len(rest) > 4:
        raise InputRefused(
            "RATE_UNREADABLE",
            _("利率“{text}”读不出来。").format(text=percent),
            remedy=_("请填 2.1 这样的百分数。"),
        )
    if not source.strip():
        raise InputRefused("SOURCE_MISSING", _("没有写明利率的公布文件。"), remedy=_("请填写文号。"))
    return GivenRate(int(whole or 0) * 10_000 + int(rest.ljust(4, "0")[:4] or 0), source.strip()[:100])


def account_settled(*, actor: Actor, case: Case, today: date, given_rate: GivenRate | None) -> dict[str, Any]:
    """Settle the interest up to this month and list what leaves, by source, with the years.

    Raises NotCovered RATE_NOT_PUBLISHED, CaseRefused MONEY_UNDERWAY, ENDED_ALREADY.
    """
    assert case.subject_id is not None
    enrolment, month = live_enrolment(case.subject_id, lock=True), Month.containing(today)
    if any(reserved_of(enrolment.pk).values()):
        raise CaseRefused(
            "MONEY_UNDERWAY", _("个人账户还有款项在银行办理中。"), remedy=_("请等银行回盘后再办理转出。")
        )
    settled = interest_settle(
        actor=actor, enrolment_id=enrolment.pk, until=month, case_id=case.pk, today=today, is_final=False,
        given_rate=given_rate,
    )  # fmt: skip
    facts = claim_facts(enrolment.pk, month.index, 0) or {}
    parts = {kind: fen for kind, fen in balance_of(enrolment.pk).items() if fen}
    return {
        "parts": parts_rows(parts), "amount_fen": sum(parts.values()), "interest_until": str(month),
        "rate_ppm": settled.rate_ppm, "rate_source": settled.rate_source, "is_provisional": settled.is_provisional,
        "contribution_months": int(facts.get("contribution_months", 0)),
    }  # fmt: skip


def require_unmoved(enrolment: Enrolment, parts: Mapping[str, int]) -> None:
    """Raises CaseRefused AMOUNT_MOVED when the account is no longer what the form says."""
    stands = {kind: fen for kind, fen in balance_of(enrolment.pk).items() if fen}
    if stands != dict(parts) or any(reserved_of(enrolment.pk).values()):
        raise CaseRefused(
            "AMOUNT_MOVED",
            _("审批表打印后个人账户有变动，金额不再相符。"),
            remedy=_("请退回，重新结息、打印审批表。"),
        )


def account_sent(
    *,
    case: Case,
    actor: Actor,
    parts: Mapping[str, int],
    payee: Payee,
    reason: str,
    direction: str,
    today: date,
) -> PensionTransfer:
    """Send these parts to the other agency and end the relation here, in the transaction of the decision.

    What else the account held has to be on its way already. Raises CaseRefused ENDED_ALREADY; InputRefused PAYEE_MISSING.
    """
    moved, about = transfer_of(case), case.proposal
    enrolment = live_enrolment(moved.enrolment_id, lock=True)
    amount = sum(parts.values())
    if amount:
        one_off_create(
            actor=actor,
            case_id=case.pk,
            enrolment_id=enrolment.pk,
            kind="transfer_out",
            amounts=parts,
            payee=payee,
            today=today,
        )
    TransferPart.objects.bulk_create(
        TransferPart(transfer=moved, kind=kind, amount_fen=fen, case_id=case.pk)
        for kind, fen in parts.items()
        if fen
    )
    _interest_is_final(enrolment, Month.parse(about["interest_until"]).year)
    enrolment_status(enrolment.pk, "ended", Month.containing(today).index + 1, reason, case.pk)
    Enrolment.objects.filter(pk=enrolment.pk).update(ended_on=today)
    moved.amount_fen = moved.money_fen = amount
    moved.contribution_months, moved.money_on, moved.finished_on = about["contribution_months"], today, today
    moved.save()
    told(case=case, direction=direction, months=moved.contribution_months, amount_fen=amount, today=today)
    return moved


def _interest_is_final(enrolment: Enrolment, year: int) -> None:
    """The account ends with this settlement; the yearly one passes it by."""
    InterestYear.objects.filter(enrolment=enrolment, year=year, is_live=True).update(is_final=True)
