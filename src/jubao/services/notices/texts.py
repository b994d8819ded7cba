"""Notices: the pack's wording filled in, put into the outbox with the business change; by SMS, else by hand of the township.

Worked example: `notice_queue(person_id=…, purpose="claim_free_invitation", text=…, once_key="claim_free_sms:0199…", mobile=
"13900000000")` writes one waiting message of channel `sms`; without a mobile number its channel is `visit`: somebody goes
there, and `notice_delivered` says when. Sending is the work of `services.notices.outbox`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.kernel.errors import NotCovered
from jubao.kernel.text import _, in_chinese
from jubao.notices.models import OutboxMessage
from jubao.people.mobile_numbers import mobile_rule
from jubao.people.models import Division, Phone
from jubao.policy import Pack
from jubao.services.cases.checks import CaseRefused
from jubao.services.cases.kinds import level_of
from jubao.staff.regions import pack_of

SMS, BY_HAND = "sms", "visit"
_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_]*)\}")


@in_chinese
def notice_text(pack: Pack, name: str, values: Mapping[str, str]) -> str:
    """The pack's wording with every placeholder filled. Raises NotCovered NOTICE_MISSING, NOTICE_VALUE_MISSING."""
    text = pack.notice(name).words
    missing = sorted({key for key in _PLACEHOLDER.findall(text) if not values.get(key)})
    if missing:
        raise NotCovered(
            "NOTICE_VALUE_MISSING",
            _("通知 {name} 还缺：{missing}。").format(name=name, missing="、".join(missing)),
            remedy=_("请在政策包中补充，或改通知的文字。"),
        )
    return _PLACEHOLDER.sub(lambda found: values[found.group(1)], text)


@in_chinese
def office_values(division_path: str, on: date) -> dict[str, str]:
    """Whom to ask: `office_name`, `agency_name` and `office_phone` of the township or district that serves a place."""
    pack = pack_of(division_path)
    above = [division_path[: end + 1] for end, sign in enumerate(division_path) if sign == "/"]
    names = dict(
        Division.objects.filter(path__in=above, valid_until__isnull=True).values_list("path", "name")
    )
    place: dict[str, str] = {}
    for path in above:
        place[level_of(path)] = names.get(path, "")
    titles = pack.setting("office.titles", on).value
    district = (place.get("district") or pack.head.name) + titles["district"]
    office = place["township"] + titles["township"] if place.get("township") else district
    phone = str(pack.setting("office.phone", on).value)
    return {"office_name": office, "agency_name": district, "office_phone": phone}


def mobile_of(person_id: UUID, division_path: str, on: date) -> str:
    """The mobile number messages go to; nothing when there is none that fits the rule."""
    found = Phone.objects.filter(person_id=person_id, is_mobile=True, until_on__isnull=True).first()
    rule = mobile_rule(pack_of(division_path), on)
    return found.number if found is not None and rule.fits(found.number) else ""


def notice_queue(
    *, person_id: UUID, purpose: str, text: str, once_key: str, mobile: str, case_id: UUID | None = None,
    send_until: datetime | None = None,
) -> OutboxMessage:  # fmt: skip
    """One message in the transaction of the caller; the same `once_key` again gives the message of before.

    From `send_until` on it is of no use and ends unsent.
    """
    message, _is_new = OutboxMessage.objects.get_or_create(
        once_key=once_key,
        defaults={
            "channel": SMS if mobile else BY_HAND, "recipient": mobile, "body": text, "purpose": purpose,
            "person_id": person_id, "case_id": case_id, "send_until": send_until if mobile else None,
        },
    )  # fmt: skip
    return message


def notice_delivered(*, actor: Actor, message_id: UUID, today: date, now: datetime) -> OutboxMessage:
    """A notice without a mobile number was brought, read out or handed over. Raises CaseRefused NOTICE_NOT_BY_HAND."""
    with unit_of_work(actor, "notice_delivered"):
        message = OutboxMessage.objects.select_for_update().get(id=message_id)
        if message.channel != BY_HAND:
            raise CaseRefused(
                "NOTICE_NOT_BY_HAND",
                _("这条通知由短信发送。"),
                remedy=_("送达状态以短信平台的回执为准。"),
            )
        if message.state == "waiting":
            message.state, message.delivered_at = "delivered", now
            message.save(update_fields=["state", "delivered_at"])
        return message
