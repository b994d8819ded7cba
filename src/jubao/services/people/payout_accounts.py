"""The account a pension goes to: changed by a case, told to the old and the new telephone, usable after the waiting days.

Worked example: a change approved on 2026-11-20 with ten waiting days is usable from 2026-12-04; both telephones get a message;
within the closed working days before a run's cut-off no change is taken; an account that serves somebody else is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from jubao.cases.models import Case
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.forms.masks import masked_account
from jubao.kernel.errors import DomainError
from jubao.kernel.month import Month
from jubao.kernel.text import _, chinese
from jubao.notices.models import OutboxMessage
from jubao.payments.models import PaymentRun
from jubao.people.models import Enrolment, PayoutAccount, Person, Phone
from jubao.people.numbers import numbers_of
from jubao.policy import Pack, load_pack
from jubao.services.cases.deadlines import calendar
from jubao.services.cases.engine import case_open
from jubao.services.cases.kinds import CaseKind, propose_and_decide, register
from jubao.services.people.divisions import district_of
from jubao.staff.keys import number_digest
from jubao.staff.models import NaturalPerson


class AccountRefused(DomainError):
    """An account that cannot be used for this person."""

    exit_code = 1


def _apply(*, case: Any, actor: Actor, today: date) -> None:
    facts = case.proposal
    pack = load_pack(case.district_code)
    check_account(case.person_id, facts["account_number"], is_custodian=facts["is_custodian"])
    check_not_closed(case.district_code, pack, today)
    former = PayoutAccount.objects.filter(person_id=case.person_id, until_on__isnull=True).first()
    if former is not None:
        former.until_on = max(today, former.from_on + timedelta(days=1))
        former.save()
    waiting = int(pack.parameter("payout_account_waiting_working_days", Month.containing(today)).value)
    start = former.until_on if former is not None and former.until_on else today
    usable = calendar().add_working_days(start, waiting) if former is not None and waiting else start
    PayoutAccount.objects.create(
        person_id=case.person_id, account_number=facts["account_number"], holder_name=facts["holder_name"],
        bank_name=facts["bank_name"], is_social_security_card=facts["is_social_security_card"],
        is_custodian=facts["is_custodian"], from_on=start, usable_on=usable, case_id=case.id,
    )  # fmt: skip
    _tell(case, facts, usable)


register(
    CaseKind(
        kind="account_change",
        title=chinese("待遇账户变更"),
        transitions=propose_and_decide(
            makers=frozenset({"intake_clerk", "handler"}), make_steps=("submit",), decide_steps=("confirm",),
            needs=("id_document",),
        ),
        effects={"approve": _apply},
    )
)  # fmt: skip


def account_change_propose(
    *,
    actor: Actor,
    person_id: UUID,
    account_number: str,
    holder_name: str,
    bank_name: str,
    materials: Sequence[tuple[str, UUID]],
    today: date,
    new_mobile: str = "",
    is_social_security_card: bool = True,
    is_custodian: bool = False,
    idempotency_key: str | None = None,
) -> Case:
    """Propose another account.

    Raises AccountRefused ACCOUNT_OF_ANOTHER, STAFF_ACCOUNT, HOLDER_DIFFERS, CUT_OFF_NEAR; CaseRefused.
    """
    number = "".join(account_number.split())
    with unit_of_work(actor, "account_change_propose"):
        enrolment = Enrolment.objects.filter(person_id=person_id, ended_on__isnull=True).first()
        if enrolment is None:
            raise AccountRefused("NOT_ENROLLED", _("此人未在本辖区参保。"), remedy=_("请由参保地办理。"))
        person = Person.objects.get(id=person_id)
        if holder_name != person.name and not is_custodian:
            raise AccountRefused(
                "HOLDER_DIFFERS",
                _("户名“{holder}”与姓名“{name}”不一致。").format(holder=holder_name, name=person.name),
                remedy=_("请使用本人账户；监护人代管的请登记为监护账户。"),
            )
        district = district_of(enrolment.division_path)
        check_account(person_id, number, is_custodian=is_custodian)
        check_not_closed(district, load_pack(district), today)
        proposal = {
            "account_number": number, "holder_name": holder_name, "bank_name": bank_name, "new_mobile": new_mobile,
            "is_social_security_card": is_social_security_card, "is_custodian": is_custodian,
        }  # fmt: skip
        return case_open(
            actor=actor, kind="account_change", district_code=district, division_path=enrolment.division_path,
            person_id=person_id, title=chinese("待遇账户变更"), proposal=proposal, today=today, materials=materials,
            idempotency_key=idempotency_key,
        )  # fmt: skip


def check_account(person_id: UUID, number: str, *, is_custodian: bool) -> None:
    """One account serves one person, and a staff member's account only that staff member (B12)."""
    if not number.isdigit() or not 8 <= len(number) <= 30:
        raise AccountRefused(
            "ACCOUNT_UNREADABLE", _("账号应为 8 至 30 位数字。"), remedy=_("请对照存折或卡面。")
        )
    others = (
        PayoutAccount.objects.filter(account_number=number)
        .exclude(person_id=person_id)
        .values_list("person_id", "is_custodian", "until_on")
    )
    owners = {owner for owner, _custodian, _until in others}
    if _are_staff(owners):
        raise AccountRefused(
            "STAFF_ACCOUNT",
            _("这个账户属于经办人员本人，不能用于他人。"),
            remedy=_("请使用本人账户；情况须报稽核岗。"),
        )
    if any(until is None and not (custodian and is_custodian) for _owner, custodian, until in others):
        raise AccountRefused(
            "ACCOUNT_OF_ANOTHER",
            _("这个账户已用于另一个人。"),
            remedy=_("一个账户只发一个人；监护账户须先登记。"),
        )


def _are_staff(owners: set[UUID]) -> bool:
    digests = [number_digest(number) for number in numbers_of(owners).values()]
    return bool(digests) and NaturalPerson.objects.filter(number_digest__in=digests).exists()


def check_not_closed(district_code: str, pack: Pack, today: date) -> None:
    """No change within the closed working days before the cut-off of a run that is being made."""
    closed = int(pack.parameter("payout_account_closed_working_days", Month.containing(today)).value)
    last = calendar().add_working_days(today, closed)
    near = PaymentRun.objects.filter(
        district_code=district_code,
        state__in=("draft", "checked"),
        cut_off_on__gte=today,
        cut_off_on__lte=last,
    ).first()
    if near is not None:
        raise AccountRefused(
            "CUT_OFF_NEAR",
            _("本月发放的截止日是 {day}，此前 {days} 个工作日内不办理账户变更。").format(
                day=near.cut_off_on.isoformat(), days=closed
            ),
            remedy=_("请在截止日之后办理。"),
        )


def _tell(case: Any, facts: dict[str, Any], usable: date) -> None:
    """One message to each telephone, the former and the new one, in the transaction of the change."""
    words = _("您的养老金发放账户变更为{bank}{account}，{day}起生效。如非本人办理，请立即联系经办机构。")
    text = words.format(
        bank=facts["bank_name"], account=masked_account(facts["account_number"]), day=usable.isoformat()
    )
    phones = Phone.objects.filter(person_id=case.person_id, until_on__isnull=True, is_mobile=True)
    numbers = {*phones.values_list("number", flat=True), facts["new_mobile"]} - {""}
    for number in sorted(numbers):
        OutboxMessage.objects.get_or_create(
            once_key=f"account_change:{case.id}:{number}",
            defaults={
                "channel": "sms", "recipient": number, "body": text, "purpose": "account_change",
                "person_id": case.person_id, "case_id": case.id,
            },
        )  # fmt: skip


def account_confirm(*, actor: Actor, account_id: UUID, now: datetime) -> PayoutAccount:
    """The person confirmed the account on a second channel: it is usable at once (B13)."""
    with unit_of_work(actor, "account_confirm"):
        account = PayoutAccount.objects.select_for_update().get(id=account_id)
        if account.confirmed_at is None:
            account.confirmed_at = now
            account.save(update_fields=["confirmed_at"])
        return account


__all__ = ["Case", "account_change_propose", "account_confirm", "check_account", "check_not_closed"]
