"""清算抵扣: what an open claim takes from the account and the funeral grant before anything is paid (松山 第二十八、二十九条).

Worked example: 489.06 claimed after a death, 300.00 in the account and a grant of 1000.00: 300.00 come from the account and
189.06 from the grant, 810.94 of the grant are left to pay. Of 600.00 claimed for a pension drawn twice and 2504.73 in the
account, 1904.73 are paid.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID, uuid5

from jubao.database.actor import Actor
from jubao.kernel.text import _
from jubao.ledger.moves import PERSONAL_KINDS
from jubao.policy import Pack
from jubao.recovery.models import Claim, Clearing
from jubao.rules.recovery import offset_from_account_fen, offset_from_grant_fen
from jubao.services.accounts.holders import account_ids, fund_account_id
from jubao.services.accounts.postings import NewTransfer, post
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.inside_unit import inside_unit
from jubao.services.recovery.postings import claim_account
from jubao.staff.regions import pack_of

GRANT = "grant_fund"
ORDERS = {"death": "recovery.offset_order_death", "sentence": ""}
"""Ground → the setting of its order; every other ground has that of a pension drawn twice, a sentence none."""


def cleared(
    *, actor: Actor, case_id: UUID, enrolment_id: UUID, available: Mapping[str, int], today: date
) -> dict[str, int]:
    """Post what the open claim takes of `available` (fen by kind of account); what is left to pay out, by the same kinds.

    Inside the caller's unit of work; a second call for the same case posts nothing more. Without a claim everything is
    left. Raises CaseRefused RECOVERY_NOT_CONFIRMED while the amount of a claim is not known yet.
    """
    claim = open_claim(enrolment_id, lock=True)
    if claim is None:
        return dict(available)
    _check_confirmed(claim)
    before = {one.account_kind: one.amount_fen for one in claim.clearings.filter(case_id=case_id)}
    taken = before or shares(claim, available, today)
    if taken and not before:
        with inside_unit(actor, "recovery_clear"):
            _posted(actor, claim, case_id, taken, today)
    return {kind: fen - taken.get(kind, 0) for kind, fen in available.items()}


def clearing_preview(*, enrolment_id: UUID, available: Mapping[str, int], today: date) -> dict[str, int]:
    """What `cleared` would take, by kind; nothing is written. Raises CaseRefused RECOVERY_NOT_CONFIRMED."""
    claim = open_claim(enrolment_id)
    if claim is None:
        return {}
    _check_confirmed(claim)
    return shares(claim, available, today)


def open_claim(enrolment_id: UUID, *, lock: bool = False) -> Claim | None:
    """The claim that is open for an enrolment."""
    rows = Claim.objects.select_for_update(of=("self",)) if lock else Claim.objects.all()
    return rows.filter(enrolment_id=enrolment_id, is_open=True).first()


def _check_confirmed(claim: Claim) -> None:
    if claim.confirmed_on is None:
        raise CaseRefused(
            "RECOVERY_NOT_CONFIRMED",
            _("此人有一项追缴还没有确认金额（{number}），不能结算。").format(number=claim.case.number),
            remedy=_("请先调查核实并由区县确认追缴金额，或不予追缴，再结算个人账户。"),
        )


def offset_order(pack: Pack, ground: str, today: date) -> tuple[str, ...]:
    """What may be taken, in order: the region's order for the ground, of the sources that the law of the day allows."""
    key = ORDERS.get(ground, "recovery.offset_order_duplicate")
    if not key:
        return ()
    sources = pack.find_setting("recovery.offset_sources", today)
    return tuple(one for one in pack.setting(key, today).value if sources is None or one in sources.value)


def shares(claim: Claim, available: Mapping[str, int], today: date) -> dict[str, int]:
    """Fen by kind of account that the claim takes: the parts of the account in the order of a pension, then the grant."""
    order = offset_order(pack_of(claim.division_path), claim.ground, today)
    parts = {kind: available[kind] for kind in PERSONAL_KINDS if available.get(kind, 0) > 0}
    asked = {
        "overpaid_fen": claim.left_fen,
        "account_balance_fen": sum(parts.values()),
        "funeral_grant_due_fen": max(0, available.get(GRANT, 0)),
        "is_offset_from_account": "account_balance" in order,
        "is_offset_from_grant": "funeral_grant" in order and claim.ground == Claim.Ground.DEATH,
        "is_account_offset_first": order[:1] != ("funeral_grant",),
    }
    left = int(offset_from_account_fen(**asked))
    taken = {}
    for kind, fen in parts.items():
        if part := min(left, fen):
            taken[kind] = part
            left -= part
    if grant := int(offset_from_grant_fen(**asked)):
        taken[GRANT] = grant
    return taken


def _posted(actor: Actor, claim: Claim, case_id: UUID, taken: Mapping[str, int], today: date) -> None:
    account = claim_account(claim, actor=actor)
    post(
        actor=actor,
        transfers=[
            NewTransfer(
                uuid5(claim.pk, f"clear:{case_id}:{kind}"), _account_of(kind, claim, actor), account, fen, "offset", today,
                case_id=claim.case_id,
            )
            for kind, fen in taken.items()
        ],
    )  # fmt: skip
    Clearing.objects.bulk_create(
        Clearing(
            claim=claim, division_path=claim.division_path, case_id=case_id, account_kind=kind, amount_fen=fen,
            cleared_on=today,
        )
        for kind, fen in taken.items()
    )  # fmt: skip
    claim.cleared_fen += sum(taken.values())
    claim.save(update_fields=["cleared_fen"])


def _account_of(kind: str, claim: Claim, actor: Actor) -> int:
    if kind == GRANT:
        return fund_account_id(GRANT, claim.district_code, actor=actor)
    return account_ids(kind, claim.district_code, [claim.enrolment_id], actor=actor)[claim.enrolment_id]
