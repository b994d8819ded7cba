"""The payout account of a claim-free pension: that of the own social-security card, never typed (指引 五、（二）).

Worked example: the card system answered 重庆农村商业银行 …0017 on 2024-03-12; when the pension is approved that account is
the payout account from that day on, and the one before stays in the history.
"""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from jubao.people.models import PayoutAccount, Person
from jubao.services.claim_free.card_system import last_card_check


def card_account_of(person_id: UUID, today: date) -> dict[str, str]:
    """Bank and account as the card system answered last, else the card account on record; empty texts where unknown."""
    answer = last_card_check(person_id)
    if answer is not None:
        return {"bank_name": answer.bank_name, "account_number": answer.account_number}
    live = _live(person_id)
    return {
        "bank_name": live.bank_name if live else "",
        "account_number": live.account_number if live else "",
    }


def card_account_use(*, person_id: UUID, payout: dict[str, str], case_id: UUID, today: date) -> PayoutAccount:
    """Make it the payout account inside the caller's unit of work; the same account stays as it is.

    No waiting days: nothing was ever paid, and the number came from the card system.
    """
    live = _live(person_id)
    if live is not None and live.account_number == payout["account_number"]:
        return live
    start = today
    if live is not None:
        start = live.until_on = max(today, live.from_on + timedelta(days=1))
        live.save(update_fields=["until_on"])
    return PayoutAccount.objects.create(
        person_id=person_id, account_number=payout["account_number"], bank_name=payout["bank_name"],
        holder_name=Person.objects.values_list("name", flat=True).get(id=person_id), is_social_security_card=True,
        from_on=start, usable_on=start, case_id=case_id,
    )  # fmt: skip


def _live(person_id: UUID) -> PayoutAccount | None:
    return PayoutAccount.objects.filter(person_id=person_id, until_on__isnull=True).first()
