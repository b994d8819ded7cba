"""Money and years that come over: typed from the papers of the old place, confirmed by the district, posted by source.

Worked example: the record says 2800.00 own payments and 400.00 subsidy for 2012 to 2019, the bank shows 3200.00: confirmed, two
transfers of code `transfer_in`, 96 months more. Had 3199.99 arrived, MONEY_DIFFERS would name both sums.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid5

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.forms.pages import money
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _, chinese
from jubao.pension_transfers.models import PensionTransfer, TransferPart
from jubao.services.accounts.interest_years import interest_follow
from jubao.services.accounts.postings import NewTransfer, account_ids, fund_account_id, post
from jubao.services.cases.checks import CaseRefused
from jubao.services.transfers.records import required, told, transfer_of
from jubao.services.transfers.rights_records import RightsRecord, years_added

RECORD = "record"


@dataclass(frozen=True)
class Arrived:
    """What the bank shows: fen, the day, the number of the receipt."""

    amount_fen: int
    on: date
    receipt: str


def record_proposal(case: Case, record: RightsRecord, arrived: Arrived, today: date) -> dict[str, Any]:
    """What was received, beside what was applied for. Raises InputRefused RECEIPT_MISSING, DAY_IMPOSSIBLE."""
    required(arrived.receipt, "RECEIPT_MISSING", _("到账凭证号"))
    if arrived.on > today:
        raise InputRefused("DAY_IMPOSSIBLE", _("到账日期在今天之后。"), remedy=_("请核对日期。"))
    kept = {name: value for name, value in case.proposal.items() if name not in (RECORD, "difference_fen")}
    return kept | {
        RECORD: record.as_proposal(), "money_fen": arrived.amount_fen, "money_on": arrived.on.isoformat(),
        "receipt": arrived.receipt.strip()[:60], "difference_fen": arrived.amount_fen - record.total_fen,
    }  # fmt: skip


def record_there(*, case: Case, actor: Actor, today: date) -> dict[str, Any]:
    """What 登记 needs: the record typed in. Raises CaseRefused RECORD_MISSING."""
    proposal: dict[str, Any] = case.proposal
    if RECORD not in proposal:
        raise CaseRefused(
            "RECORD_MISSING", _("还没有登记转来的权益记录和到账资金。"), remedy=_("请在“关系转移”页面登记。")
        )
    return proposal


def record_confirmed(
    *, case: Case, actor: Actor, direction: str, today: date, months: int | None = None
) -> PensionTransfer:
    """Effect of the district's confirmation: posted by source, the years counted, the person told.

    Raises CaseRefused MONEY_DIFFERS. `months` is what counts here, where it is not what the record says.
    """
    about, moved = case.proposal, transfer_of(case)
    record = about[RECORD]
    if about["money_fen"] != record["amount_fen"]:
        raise CaseRefused(
            "MONEY_DIFFERS",
            _("到账{money}元，权益记录{record}元，相差{difference}元，不能确认。").format(
                money=money(about["money_fen"]), record=money(record["amount_fen"]),
                difference=money(abs(about["money_fen"] - record["amount_fen"])),
            ),
            remedy=_("请退回，与转出地核对后重新登记。"),
        )  # fmt: skip
    counted = record["contribution_months"] if months is None else months
    day = date.fromisoformat(about["money_on"])
    parts = {one["kind"]: one["amount_fen"] for one in record["parts"]}
    parts_posted(actor=actor, case=case, moved=moved, parts=parts, day=day)
    years_added(
        enrolment_id=moved.enrolment_id, months=counted, make_up_months=min(record["make_up_months"], counted),
        until_year=today.year, source=chinese("{place}转入").format(place=moved.other_place), case_id=case.pk,
    )  # fmt: skip
    moved.contribution_months, moved.amount_fen, moved.money_fen = (
        counted,
        record["amount_fen"],
        about["money_fen"],
    )
    moved.money_on, moved.finished_on, moved.waiting_since = day, today, None
    moved.save()
    told(case=case, direction=direction, months=counted, amount_fen=moved.amount_fen, today=today)
    return moved


def parts_posted(
    *, actor: Actor, case: Case, moved: PensionTransfer, parts: dict[str, int], day: date
) -> None:
    """One transfer per source, named by the case so that it happens once; a year already settled is settled again."""
    fund = fund_account_id("transfer_fund", case.district_code, actor=actor)
    post(
        actor=actor,
        transfers=[
            NewTransfer(
                uuid5(case.pk, kind), fund,
                account_ids(kind, case.district_code, [moved.enrolment_id], actor=actor)[moved.enrolment_id], fen,
                "transfer_in", day, case_id=case.pk, line_id=moved.pk, pack_hash=case.pack_hash,
            )
            for kind, fen in parts.items()
        ],
    )  # fmt: skip
    TransferPart.objects.bulk_create(
        TransferPart(transfer=moved, kind=kind, amount_fen=fen, case_id=case.pk)
        for kind, fen in parts.items()
    )
    interest_follow(
        actor=actor,
        enrolment_id=moved.enrolment_id,
        from_year=day.year,
        reason=chinese("转入资金到账"),
        case_id=case.pk,
    )
