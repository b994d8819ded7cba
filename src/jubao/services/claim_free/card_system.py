"""The adapter of the social-security-card system: asks for the bank account of a card, keeps every answer with its time.

Worked example: `POST $JUBAO_CARD_URL/accounts {"people": [{"number": "5099…", "name": "张桂芳"}]}` answers `{"accounts":
[{"number": "5099…", "outcome": "found", "bank": "重庆农村商业银行", "account": "6217…", "is_activated": true}]}`. Whom the
answer leaves out is `failed`: the account is unknown, not absent, and nothing is guessed from an older answer. Without
`JUBAO_CARD_URL` the records are what the imports brought.
"""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import OutsideUnavailable
from jubao.kernel.text import _
from jubao.people.models import CardAccountCheck, Person
from jubao.people.numbers import numbers_of

SECONDS = 8
AT_ONCE = 500
OUTCOMES = ("found", "none", "failed")
SOURCE = "CARD_SYSTEM"


def is_card_system_configured() -> bool:
    """Whether there is a card system to ask."""
    return os.environ.get("JUBAO_CARD_URL", "").startswith(("http://", "https://"))


def card_accounts_fetch(*, actor: Actor, person_ids: Sequence[UUID], now: datetime) -> list[CardAccountCheck]:
    """Ask for many people and keep the answers. Raises OutsideUnavailable CARD_SYSTEM_DOWN; then nothing is kept."""
    if not person_ids:
        return []
    with unit_of_work(actor, "card_accounts_read"):
        numbers = numbers_of(list(person_ids))
        names = dict(Person.objects.filter(id__in=person_ids).values_list("id", "name"))
    answers: dict[str, Mapping[str, Any]] = {}
    for first in range(0, len(person_ids), AT_ONCE):
        some = person_ids[first : first + AT_ONCE]
        answers |= _asked([{"number": numbers.get(one, ""), "name": names.get(one, "")} for one in some])
    with unit_of_work(actor, "card_accounts_fetch"):
        return CardAccountCheck.objects.bulk_create(
            _check(one, answers.get(numbers.get(one, ""), {}), now) for one in person_ids
        )


def card_account_refresh(*, actor: Actor, person_id: UUID, now: datetime) -> CardAccountCheck | None:
    """Ask for one person; a system that does not answer is kept as `failed`. None where there is no card system."""
    if not is_card_system_configured():
        return None
    try:
        return card_accounts_fetch(actor=actor, person_ids=[person_id], now=now)[0]
    except OutsideUnavailable:
        with unit_of_work(actor, "card_account_refresh"):
            return CardAccountCheck.objects.create(
                person_id=person_id, outcome="failed", source=SOURCE, fetched_at=now
            )


def last_card_check(person_id: UUID) -> CardAccountCheck | None:
    """The last answer about a person; the older ones stay as history."""
    return CardAccountCheck.objects.filter(person_id=person_id).order_by("-fetched_at", "-id").first()


def _check(person_id: UUID, answer: Mapping[str, Any], now: datetime) -> CardAccountCheck:
    outcome = str(answer.get("outcome", "failed"))
    account, bank = str(answer.get("account", ""))[:40], str(answer.get("bank", ""))[:60]
    if outcome not in OUTCOMES or (outcome == "found" and not account):
        outcome = "failed"
    is_found = outcome == "found"
    activated = answer.get("is_activated")
    return CardAccountCheck(
        person_id=person_id, outcome=outcome, account_number=account if is_found else "",
        bank_name=bank if is_found else "", is_activated=activated if isinstance(activated, bool) else None,
        source=SOURCE, fetched_at=now,
    )  # fmt: skip


def _asked(people: Sequence[Mapping[str, str]]) -> dict[str, Mapping[str, Any]]:
    address = os.environ["JUBAO_CARD_URL"].rstrip("/") + "/accounts"
    request = urllib.request.Request(address, data=json.dumps({"people": people}).encode())
    request.add_header("Content-Type", "application/json")
    if key := os.environ.get("JUBAO_CARD_KEY", ""):
        request.add_header("Authorization", f"Bearer {key}")
    try:
        with urllib.request.urlopen(request, timeout=SECONDS) as answer:
            found = json.loads(answer.read())
        return {str(one["number"]): one for one in found["accounts"]}
    except (urllib.error.URLError, OSError, ValueError, KeyError, TypeError) as down:
        raise OutsideUnavailable(
            "CARD_SYSTEM_DOWN",
            _("社保卡管理系统没有应答，没有写入任何结果。"),
            remedy=_("请稍后再试；仍不行请联系系统管理员。"),
        ) from down
