"""What the person is told of the own case: returned with its reason, completed with month, amount and days of payment.

Worked example: 您的养老金已办好，2024-06起每月163.02元，15日至20日发到社保卡。
"""

from __future__ import annotations

from datetime import date
from typing import Any

from jubao.forms.masks import masked_name
from jubao.kernel.fen import Fen
from jubao.kernel.text import in_chinese
from jubao.notices.models import OutboxMessage
from jubao.services.notices.texts import mobile_of, notice_queue, notice_text, office_values
from jubao.staff.regions import pack_of

RETURNED, RESULT, COLLECTION = "claim_free_returned", "claim_free_result", "certification_collection"


def returned_notice(*, case: Any, reason: str, today: date) -> OutboxMessage:
    """Who confirmed on the phone learns why it came back and until when it may be sent again."""
    more = {"reason": reason.rstrip("。"), "confirm_until": str(case.proposal["window_until"])}
    return _queue(case, RETURNED, today, more)


def result_notice(*, case: Any, today: date) -> OutboxMessage:
    """The pension is settled: from which month, how much, when it comes."""
    days = pack_of(case.division_path).setting("pay.days", today).value
    more = {
        "month": str(case.proposal["first_month"]), "amount": Fen(case.proposal["monthly_pension_fen"]).yuan,
        "pay_from": str(days["from"]), "pay_until": str(days["until"]),
    }  # fmt: skip
    return _queue(case, RESULT, today, more)


def collection_notice(*, case: Any, today: date) -> OutboxMessage:
    """Please come to any office of the city and have the certification data collected."""
    return _queue(case, COLLECTION, today, {})


@in_chinese
def _queue(case: Any, purpose: str, today: date, more: dict[str, str]) -> OutboxMessage:
    pack = pack_of(case.division_path)
    values = {
        "name_masked": masked_name(case.person.name),
        **office_values(case.division_path, today),
        **more,
    }
    return notice_queue(
        person_id=case.person_id, case_id=case.id, purpose=purpose, text=notice_text(pack, purpose, values),
        once_key=f"{purpose}:{case.id}:{case.version}", mobile=mobile_of(case.person_id, case.division_path, today),
    )  # fmt: skip


__all__ = ["collection_notice", "result_notice", "returned_notice"]
