"""One month's payment of a district, from the draft to the closed run; each step may be called again and acts once.

Worked example: `run_draft` for 500110 and 2025-06 makes the list, `run_check` hands it in with digest and files,
`run_approve` by another person, `run_fund` when the money of the notice equals the form, `run_send` writes the pending
transfers; `bank_returns.return_book` takes the bank's answer, `run_reconcile` and `run_close` end it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import read_scope, unit_of_work
from jubao.kernel.errors import CheckFailed, WrongUsage
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.payments.models import FundsReceipt, PaymentRun
from jubao.policy import load_pack
from jubao.services.cases.engine import advance, case_open
from jubao.services.cases.idempotency import once
from jubao.services.cases.numbers import next_number
from jubao.services.payments.case import FINANCE, KIND, refuse_new_findings, require_post
from jubao.services.payments.check import hand_in
from jubao.services.payments.days import pay_day_for
from jubao.services.payments.draft import draft_lines, month_terms
from jubao.services.payments.hold_proposals import propose_holds, require_all_decided
from jubao.services.payments.pieces import (
    PIECE_SIZE,
    SENDING,
    Done,
    Piece,
    Progress,
    in_pieces,
    is_done,
    read_run,
)
from jubao.services.payments.send import write_transfers

KINDS = ("regular", "supplementary")


def run_draft(
    *, actor: Actor, district_code: str, month: int, today: date, cut_off_on: date | None = None, kind: str = "regular",
    pay_on: date | None = None, idempotency_key: str | None = None, progress: Progress | None = None,
    piece_size: int = PIECE_SIZE,
) -> PaymentRun:  # fmt: skip
    """Make the draft of a month, or go on with the one that was cut short. A supplementary run takes what is still due.

    `pay_on` dates the batch for the banks. Raises NotCovered PARAMETER_MISSING, CheckFailed RUN_EXISTS, REGULAR_FIRST,
    PAY_DAY_OUTSIDE, BATCH_DIFFERS.
    """
    if kind not in KINDS:
        raise WrongUsage("RUN_KIND_UNKNOWN", _("没有“{kind}”这种发放。").format(kind=kind))
    month_terms(district_code, month)
    body = {"district": district_code, "month": month, "kind": kind}

    def opened() -> dict[str, Any]:
        run = _unfinished(district_code, month, kind) or _open(
            actor, district_code, month, kind, today, cut_off_on, pay_on
        )
        return {"run_id": str(run.id)}

    with unit_of_work(actor, "run_draft"):
        answer = once(idempotency_key, "run_draft", body, opened)
        run = PaymentRun.objects.get(id=UUID(answer["run_id"]))
    draft_lines(actor, run, progress, piece_size)
    in_pieces(actor, run.id, "holds", _holds)
    return read_run(actor, run.id)


def _holds(piece: Piece) -> Done:
    return Done("", propose_holds(piece.run), True)


def _unfinished(district_code: str, month: int, kind: str) -> PaymentRun | None:
    drafts = PaymentRun.objects.filter(
        district_code=district_code, benefit_month=month, kind=kind, state="draft"
    )
    return drafts.first()


def _open(
    actor: Actor, district_code: str, month: int, kind: str, today: date, cut_off_on: date | None,
    pay_on: date | None,
) -> PaymentRun:  # fmt: skip
    pay_on = pay_day_for(district_code=district_code, month=month, kind=kind, asked=pay_on, today=today)
    others = PaymentRun.objects.filter(district_code=district_code, benefit_month=month).exclude(state="void")
    regular = others.filter(kind="regular").first()
    if kind == "regular" and regular is not None:
        raise CheckFailed(
            "RUN_EXISTS",
            _("{month} 的月度发放已经生成：{number}。").format(
                month=Month.from_index(month), number=regular.number
            ),
            remedy=_("需要增加人员的，请生成补充发放。"),
        )
    if kind == "supplementary" and (regular is None or regular.state in ("draft", "checked")):
        raise CheckFailed(
            "REGULAR_FIRST", _("月度发放还没有审批。"), remedy=_("请先办理月度发放，漏发的人员再用补充发放。")
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT uuidv7()")
        run_id = UUID(str(cursor.fetchone()[0]))
        cursor.execute(
            "SELECT path FROM people_division WHERE code = %s AND valid_until IS NULL", [district_code]
        )
        row = cursor.fetchone()
    if row is None:
        raise WrongUsage("DISTRICT_UNKNOWN", _("没有登记区划 {code}。").format(code=district_code))
    title = _("{month} 待遇发放（{kind}）").format(
        month=Month.from_index(month), kind=dict(PaymentRun._meta.get_field("kind").flatchoices)[kind]
    )
    case = case_open(
        actor=actor, kind=KIND, district_code=district_code, division_path=row[0], subject_id=run_id, title=title,
        proposal={"month": month, "kind": kind}, today=today,
    )  # fmt: skip
    return PaymentRun.objects.create(
        id=run_id, number=next_number(district_code, today.year, "payment_run"), district_code=district_code,
        division_path=row[0], benefit_month=month, kind=kind, cut_off_on=cut_off_on or today, pay_on=pay_on, case=case,
        sequence=1 if kind == "regular" else others.filter(kind=kind).count() + 1,
        pack_hash=load_pack(district_code).pack_hash,
    )  # fmt: skip


def run_check(
    *, actor: Actor, run_id: UUID, today: date, now: datetime, progress: Progress | None = None
) -> PaymentRun:
    """Hand the draft in (送审): totals, digest, bank files and the approval form; afterwards nothing in it can change.

    Raises CheckFailed DRAFT_UNFINISHED, HOLDS_OPEN, TWIN_UNEXPLAINED, RUN_EMPTY.
    """
    with read_scope(actor.scope):
        is_drafted = is_done(run_id, "holds")
    if not is_drafted:
        raise CheckFailed("DRAFT_UNFINISHED", _("名单还没有生成完。"), remedy=_("请继续生成。"))
    hand_in(actor=actor, run_id=run_id, today=today, now=now, progress=progress)
    return read_run(actor, run_id)


def run_approve(
    *, actor: Actor, run_id: UUID, digest_seen: str, today: date, now: datetime, reason: str = "",
    idempotency_key: str | None = None,
) -> PaymentRun:  # fmt: skip
    """Approve what was handed in; `digest_seen` is the digest of the case that the approver opened (`case_view`)."""
    return _step(
        actor, run_id, "approve", today, now, digest_seen=digest_seen, reason=reason, key=idempotency_key
    )


def funds_record(
    *, actor: Actor, district_code: str, benefit_month: int | None, amount_fen: int, received_on: date, reference: str,
    run_id: UUID | None = None,
) -> FundsReceipt:  # fmt: skip
    """Keep a notice of funds received. It is matched to the approved run of its month whose open sum it equals (SS-03-6-2).

    Without a period it is kept unmatched and flagged; the same notice again is already recorded. Raises CheckFailed
    FUNDS_REFERENCE_TAKEN when the number came with another amount.
    """
    require_post(actor, FINANCE)
    with unit_of_work(actor, "funds_record"):
        former = FundsReceipt.objects.filter(district_code=district_code, reference=reference).first()
        if former is not None:
            if (former.amount_fen, former.benefit_month) != (amount_fen, benefit_month):
                raise CheckFailed(
                    "FUNDS_REFERENCE_TAKEN",
                    _("通知号 {reference} 已经登记，金额或月份不同。").format(reference=reference),
                    remedy=_("请核对通知号。"),
                )
            return former
        run = _run_of_funds(district_code, benefit_month, amount_fen, run_id)
        return FundsReceipt.objects.create(
            district_code=district_code, benefit_month=benefit_month, amount_fen=amount_fen, received_on=received_on,
            reference=reference, run=run,
        )  # fmt: skip


def _run_of_funds(
    district: str, month: int | None, amount_fen: int, run_id: UUID | None
) -> PaymentRun | None:
    if run_id is not None:
        return PaymentRun.objects.get(id=run_id, district_code=district, state="approved")
    if month is None:
        return None
    runs = PaymentRun.objects.filter(district_code=district, benefit_month=month, state="approved")
    fitting = [
        run for run in runs.order_by("number")
        if run.total_fen - sum(run.receipts.values_list("amount_fen", flat=True)) == amount_fen
    ]  # fmt: skip
    return fitting[0] if len(fitting) == 1 else None


def run_fund(
    *, actor: Actor, run_id: UUID, today: date, now: datetime, idempotency_key: str | None = None
) -> PaymentRun:
    """The money is there: the notices matched to the run add up to its approval form. Raises CheckFailed FUNDS_DIFFER."""
    return _step(actor, run_id, "fund", today, now, key=idempotency_key)


def run_send(
    *, actor: Actor, run_id: UUID, today: date, now: datetime, progress: Progress | None = None,
    piece_size: int = PIECE_SIZE,
) -> PaymentRun:  # fmt: skip
    """Write the pending transfers piece by piece and mark the files as sent; called again, it goes on or answers the same.

    Raises CheckFailed FOUND_SINCE (somebody died since the check), LINES_CHANGED.
    """
    run = read_run(actor, run_id)
    if run.state in ("sent", "reconciled", "closed"):
        return run
    with unit_of_work(actor, "run_send"):
        require_all_decided(run)
        if not run.steps.filter(step__in=SENDING).exists():
            refuse_new_findings(run)
    write_transfers(actor, run_id, today, progress, piece_size)
    with unit_of_work(actor, "run_send"):
        sent = _step(actor, run_id, "send", today, now)
        sent.bank_files.filter(state="made").update(state="sent", sent_at=now)
        return sent


def run_reconcile(
    *, actor: Actor, run_id: UUID, today: date, now: datetime, idempotency_key: str | None = None
) -> PaymentRun:
    """Every line has the bank's word. Raises CheckFailed LINES_UNANSWERED."""
    return _step(actor, run_id, "reconcile", today, now, key=idempotency_key)


def run_close(
    *, actor: Actor, run_id: UUID, today: date, now: datetime, idempotency_key: str | None = None
) -> PaymentRun:
    """End the run."""
    return _step(actor, run_id, "close", today, now, key=idempotency_key)


def run_void(
    *, actor: Actor, run_id: UUID, reason: str, today: date, now: datetime, idempotency_key: str | None = None
) -> PaymentRun:
    """Give a run up before it is sent; everything in it is due again. Raises CheckFailed SENDING_BEGUN."""
    return _step(actor, run_id, "void", today, now, reason=reason, key=idempotency_key)


def _step(
    actor: Actor, run_id: UUID, action: str, today: date, now: datetime, *, digest_seen: str = "", reason: str = "",
    key: str | None = None,
) -> PaymentRun:  # fmt: skip
    def step() -> dict[str, Any]:
        case: Case = read_run(actor, run_id).case
        advance(
            actor=actor, case_id=case.id, action=action, reason=reason, expected_version=case.version,
            digest_seen=digest_seen, today=today, now=now,
        )  # fmt: skip
        return {"run_id": str(run_id)}

    # The version is no part of the request: sent again after the step, the run stands at the next one.
    body = {"run": run_id, "digest": digest_seen, "reason": reason}
    with unit_of_work(actor, f"run_{action}"):
        once(key, f"run_{action}", body, step)
        return read_run(actor, run_id)
