"""A one-off payment begins: its row, and its money reserved in the ledger until the bank has answered.

Worked example::

    one_off_create(actor=actor, case_id=case.id, enrolment_id=enrolment.id, kind="refund",
                   amounts={"own_payment": 200473, "subsidy": 50000}, today=today,
                   payee=Payee("张桂芳", number, "某某银行", "6217…"))

reserves 2504.73 yuan by two pending transfers into the clearing account of this payment; finance finds it among what waits.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID, uuid5

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.kernel.errors import InputRefused, WrongUsage
from jubao.kernel.text import _
from jubao.ledger.moves import PERSONAL_KINDS
from jubao.payments.models import OneOffPayment
from jubao.people.models import Enrolment
from jubao.services.accounts.postings import NewTransfer, account_ids, fund_account_id, post
from jubao.services.cases.inside_unit import inside_unit
from jubao.services.people.divisions import district_of

GRANT_FUND = "grant_fund"


@dataclass(frozen=True)
class Payee:
    """Who is paid, and where; `number` is the identity number, None for an agency."""

    name: str
    number: str | None
    bank: str
    account: str


def one_off_create(
    *, actor: Actor, case_id: UUID, enrolment_id: UUID, kind: str, amounts: Mapping[str, int], payee: Payee, today: date,
    repays: OneOffPayment | None = None, mended: str = "",
) -> OneOffPayment:  # fmt: skip
    """Reserve `amounts` (fen by kind of ledger account: a personal part or `grant_fund`) for the payee.

    Called inside the unit of work of the case that decides it. Raises InputRefused PAYEE_MISSING; CheckFailed
    INSUFFICIENT_BALANCE, ACCOUNT_MONEY_PROTECTED of the ledger; WrongUsage for a kind or amount that cannot be.
    """
    taken = {source: fen for source, fen in amounts.items() if fen}
    _check(kind, taken, payee)
    enrolment = Enrolment.objects.get(id=enrolment_id)
    district = district_of(enrolment.division_path)
    with inside_unit(actor, "one_off_create"):
        made = OneOffPayment.objects.create(
            district_code=district, division_path=enrolment.division_path, case_id=case_id, enrolment=enrolment, kind=kind,
            amount_fen=sum(taken.values()), payee_name=payee.name.strip(), payee_number=payee.number or "",
            payee_bank=payee.bank.strip(), payee_account=payee.account.strip(), created_on=today, repays=repays,
            mended=mended,
        )  # fmt: skip
        _reserve(actor, made, taken, today)
        return made


def _check(kind: str, amounts: Mapping[str, int], payee: Payee) -> None:
    if kind not in OneOffPayment.Kind.values:
        raise WrongUsage("ONE_OFF_KIND_UNKNOWN", _("没有“{kind}”这种支付。").format(kind=kind))
    unknown = sorted(set(amounts) - {*PERSONAL_KINDS, GRANT_FUND})
    if unknown or not amounts or min(amounts.values()) < 0:
        raise WrongUsage(
            "ONE_OFF_AMOUNTS",
            _("支付金额须为正数，来源须为个人账户或丧葬补助金资金。{unknown}").format(unknown="、".join(unknown)),
        )  # fmt: skip
    if not all(text.strip() for text in (payee.name, payee.bank, payee.account)):
        raise InputRefused(
            "PAYEE_MISSING", _("收款人的姓名、开户银行或账号没有填全。"), remedy=_("请核对收款人的银行账户。")
        )


def _reserve(actor: Actor, payment: OneOffPayment, amounts: Mapping[str, int], today: date) -> None:
    """The pending transfers of a payment, one per source, named by what they are for so that they happen once."""
    district = payment.district_code
    pack_hash = Case.objects.values_list("pack_hash", flat=True).get(id=payment.case_id)
    clearing = fund_account_id("bank_file", district, payment.pk, actor=actor)
    post(
        actor=actor,
        transfers=[
            NewTransfer(
                uuid5(payment.pk, source), _account(actor, source, payment), clearing, fen, _code(source, payment.kind),
                today, phase="pending", case_id=payment.case_id, line_id=payment.pk, pack_hash=pack_hash,
            )
            for source, fen in amounts.items()
        ],
    )  # fmt: skip


def _account(actor: Actor, source: str, payment: OneOffPayment) -> int:
    if source == GRANT_FUND:
        return fund_account_id(source, payment.district_code, actor=actor)
    return account_ids(source, payment.district_code, [payment.enrolment_id], actor=actor)[
        payment.enrolment_id
    ]


def _code(source: str, kind: str) -> str:
    if source == GRANT_FUND:
        return "funeral_grant"
    return "transfer_out" if kind == "transfer_out" else "refund"
