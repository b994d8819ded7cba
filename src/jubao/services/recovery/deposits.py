"""退还: a deposit slip is registered by one and booked by another of the finance office, in parts if need be (第二十九条3).

Worked example: 700.00 owed; a slip over 500.00 booked leaves 200.00; one over 300.00 is refused, because only 200.00 are owed;
a slip entered twice is known. Until it is booked it can be undone with a reason.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID, uuid5

from django.db.models import Sum

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.forms.pages import money
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.recovery.models import Claim, Deposit, Instalment
from jubao.services.accounts.holders import fund_account_id
from jubao.services.accounts.postings import NewTransfer, post
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.engine import material_add
from jubao.services.cases.records import step_not_possible
from jubao.services.documents.store import document_store
from jubao.services.recovery.kind import OWED, RECOVERY, claim_of
from jubao.services.recovery.postings import claim_account
from jubao.services.recovery.presence import File
from jubao.services.recovery.steps import require_post
from jubao.staff.regions import pack_of

REGISTRARS = frozenset({"field_worker", "intake_clerk", "handler", "finance_officer"})
BOOKERS = frozenset({"finance_officer"})


def deposit_register(
    *, actor: Actor, case_id: UUID, slip_number: str, amount_fen: int, paid_on: date | None, slip: File | None, today: date
) -> Deposit:  # fmt: skip
    """Register a slip; the same slip with the same amount is the one already there.

    Raises InputRefused SLIP_MISSING, AMOUNT_MISSING, DAY_MISSING; CaseRefused SLIP_KNOWN, OVER_RETURNED, POST_REQUIRED.
    """
    with unit_of_work(actor, "recovery_deposit_register", case_id=case_id):
        claim = _owing(actor, case_id, REGISTRARS, today)
        number = slip_number.strip()
        known = Deposit.objects.filter(
            district_code=claim.district_code, slip_number=number, undone_because=""
        ).first()
        if known is not None:
            return _same(known, claim, amount_fen)
        _check(claim, number, amount_fen, paid_on, slip, today)
        assert slip is not None and paid_on is not None and actor.natural_person_id is not None
        document = document_store(
            actor=actor, content=slip.content, name=slip.name, content_type=slip.content_type,
            document_class="deposit_slip", case_id=case_id, person_id=claim.enrolment.person_id,
            district_code=claim.district_code, is_encrypted=True,
        )  # fmt: skip
        material_add(actor=actor, case_id=case_id, kind="deposit_slip", document_id=document.pk)
        return Deposit.objects.create(
            claim=claim, division_path=claim.division_path, district_code=claim.district_code, slip_number=number[:60],
            amount_fen=amount_fen, paid_on=paid_on, document=document, registered_by=actor.natural_person_id,
            registered_on=today,
        )  # fmt: skip


def _owing(actor: Actor, case_id: UUID, posts: frozenset[str], today: date) -> Claim:
    claim = claim_of(case_id, lock=True)
    require_post(actor, claim.case, posts, today)
    if claim.case.state not in OWED:
        raise step_not_possible(RECOVERY, claim.case, _("登记退还"))
    return claim


def _same(known: Deposit, claim: Claim, amount_fen: int) -> Deposit:
    if known.claim_id == claim.pk and known.amount_fen == amount_fen:
        return known
    raise CaseRefused(
        "SLIP_KNOWN",
        _("凭证 {number} 已经登记过，但金额或对象不同。").format(number=known.slip_number),
        remedy=_("请核对凭证编号；登记有误的，先撤销原来的登记。"),
    )


def _check(
    claim: Claim, number: str, amount_fen: int, paid_on: date | None, slip: File | None, today: date
) -> None:
    if not number or slip is None:
        raise InputRefused("SLIP_MISSING", _("没有缴存凭证或凭证编号。"), remedy=_("请填写编号并上传凭证。"))
    if amount_fen <= 0:
        raise InputRefused("AMOUNT_MISSING", _("没有填写金额。"), remedy=_("请填写大于零的金额。"))
    if paid_on is None or paid_on > today:
        raise InputRefused(
            "DAY_MISSING", _("没有填写缴存日期，或日期在今天之后。"), remedy=_("请按凭证填写。")
        )
    free = claim.left_fen - waiting_fen(claim)
    if amount_fen > free:
        raise CaseRefused(
            "OVER_RETURNED",
            _("只欠 {left} 元，不能登记 {amount} 元。").format(left=money(free), amount=money(amount_fen)),
            remedy=_("请核对金额；多缴的部分请退回缴款人，或按实欠金额登记。"),
        )


def waiting_fen(claim: Claim) -> int:
    """Registered and not booked yet."""
    rows = claim.deposits.filter(booked_on__isnull=True, undone_because="")
    return int(rows.aggregate(fen=Sum("amount_fen"))["fen"] or 0)


def deposit_undo(*, actor: Actor, deposit_id: UUID, reason: str, today: date) -> Deposit:
    """Take a registration back before it is booked. Raises InputRefused REASON_REQUIRED; CaseRefused BOOKED_ALREADY."""
    with unit_of_work(actor, "recovery_deposit_undo"):
        deposit = _deposit(actor, deposit_id, REGISTRARS, today)
        if not reason.strip():
            raise InputRefused("REASON_REQUIRED", _("请写明撤销的原因。"), remedy=_("如“金额录错”。"))
        if deposit.booked_on is not None:
            raise CaseRefused(
                "BOOKED_ALREADY", _("这笔退还已经入账，不能撤销。"), remedy=_("请由财务办理冲正。")
            )
        deposit.undone_because = deposit.undone_because or reason.strip()[:200]
        deposit.save(update_fields=["undone_because"])
        return deposit


def _deposit(actor: Actor, deposit_id: UUID, posts: frozenset[str], today: date) -> Deposit:
    found = Deposit.objects.select_for_update(of=("self",)).get(id=deposit_id)
    require_post(actor, found.claim.case, posts, today)
    return found


def deposit_book(*, actor: Actor, deposit_id: UUID, today: date) -> Deposit:
    """Book a slip in the ledger; a second call finds it booked.

    Raises CaseRefused POST_REQUIRED, SELF_APPROVAL (whoever registered it), DEPOSIT_UNDONE, OVER_RETURNED.
    """
    with unit_of_work(actor, "recovery_deposit_book"):
        deposit = _deposit(actor, deposit_id, BOOKERS, today)
        if deposit.booked_on is not None:
            return deposit
        claim = claim_of(deposit.claim.case_id, lock=True)
        _check_booking(actor, deposit, claim)
        post(
            actor=actor,
            transfers=[
                NewTransfer(
                    uuid5(deposit.pk, "return"), fund_account_id("paid_out", claim.district_code, actor=actor),
                    claim_account(claim, actor=actor), deposit.amount_fen, "recovery", deposit.paid_on,
                    case_id=claim.case_id, line_id=deposit.pk,
                )
            ],
        )  # fmt: skip
        claim.returned_fen += deposit.amount_fen
        claim.save(update_fields=["returned_fen"])
        deposit.booked_by, deposit.booked_on = actor.natural_person_id, today
        deposit.save(update_fields=["booked_by", "booked_on"])
        return deposit


def _check_booking(actor: Actor, deposit: Deposit, claim: Claim) -> None:
    if deposit.undone_because:
        raise CaseRefused("DEPOSIT_UNDONE", _("这笔登记已经撤销。"), remedy=_("请重新登记。"))
    if deposit.registered_by == actor.natural_person_id:
        raise CaseRefused(
            "SELF_APPROVAL", _("凭证是您登记的，不能由您入账。"), remedy=_("请由另一名财务人员入账。")
        )
    if deposit.amount_fen > claim.left_fen:
        raise CaseRefused(
            "OVER_RETURNED",
            _("只欠 {left} 元。").format(left=money(claim.left_fen)),
            remedy=_("请撤销登记，核对金额。"),
        )


def instalments_agree(
    *, actor: Actor, case_id: UUID, parts: Sequence[tuple[date, int]], today: date
) -> list[Instalment]:
    """Agree on parts that make up what is left; a plan of before ends.

    Raises CaseRefused INSTALMENTS_NOT_OFFERED, InputRefused PARTS_DIFFER, PARTS_DISORDERED.
    """
    with unit_of_work(actor, "recovery_instalments", case_id=case_id):
        claim = _owing(actor, case_id, frozenset({"handler"}), today)
        rule = pack_of(claim.division_path).find_setting("recovery.instalments", today)
        if rule is None or not rule.value:
            raise CaseRefused("INSTALMENTS_NOT_OFFERED", _("本地区不能分期退还。"), remedy=_("请一次退还。"))
        days, total = [day for day, _fen in parts], sum(fen for _day, fen in parts)
        if total != claim.left_fen or any(fen <= 0 for _day, fen in parts):
            raise InputRefused(
                "PARTS_DIFFER",
                _("各期之和须等于所欠的 {left} 元。").format(left=money(claim.left_fen)),
                remedy=_("请重新填写。"),
            )
        if days != sorted(set(days)) or days[0] < today:
            raise InputRefused(
                "PARTS_DISORDERED", _("各期日期须从今天起依次在后。"), remedy=_("请重新填写。")
            )
        former = Instalment.objects.filter(claim=claim, is_live=True).order_by("due_on")
        if [(one.due_on, one.amount_fen) for one in former] == list(parts):
            return list(former)
        former.update(is_live=False)
        return Instalment.objects.bulk_create(
            Instalment(
                claim=claim, division_path=claim.division_path, due_on=day, amount_fen=fen, agreed_on=today
            )
            for day, fen in parts
        )


def is_overdue(claim: Claim, today: date) -> bool:
    """Whether the day is past and not everything is back: of the plan where one is agreed, else of the notice."""
    plan = [one for one in claim.instalments.all() if one.is_live]
    if plan:
        return claim.left_fen > sum(one.amount_fen for one in plan if one.due_on >= today)
    return claim.left_fen > 0 and claim.due_on is not None and claim.due_on < today
