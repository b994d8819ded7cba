"""Which document proves who somebody is: the kinds a region accepts, not expired on the day, the number readable.

Worked example: in 松山 居民身份证, 社会保障卡, 港澳台居民居住证, 外国人居留证 and 护照 are accepted (第四十一条); a card that was
valid until yesterday is refused with ID_DOCUMENT_EXPIRED.
"""

from __future__ import annotations

from datetime import date

from jubao.kernel.errors import DomainError
from jubao.kernel.text import _
from jubao.matching.spreadsheet_numbers import number_in
from jubao.people.models import IdentityDocument
from jubao.people.numbers import stored_number
from jubao.policy import Pack

WITH_CITIZEN_NUMBER = frozenset({"id_card", "social_security_card", "hmt_residence_permit"})


class DocumentRefused(DomainError):
    """A document that does not prove who somebody is."""

    exit_code = 1


def document_kinds(pack: Pack, today: date) -> dict[str, str]:
    """The kinds a region accepts, with their Chinese names, in the order of its text."""
    names = dict(IdentityDocument.Kind.choices)
    return {kind: names.get(kind, kind) for kind in pack.setting("id_documents", today).value}


def presented_check(*, pack: Pack, kind: str, number: str, valid_until: date | None, today: date) -> str:
    """The number as it is kept. `valid_until` is the last day (None: long-term).

    Raises DocumentRefused ID_DOCUMENT_NOT_ACCEPTED, ID_DOCUMENT_EXPIRED, or the code of an unreadable number.
    """
    rule = pack.setting("id_documents", today)
    accepted = document_kinds(pack, today)
    if kind not in accepted:
        raise DocumentRefused(
            "ID_DOCUMENT_NOT_ACCEPTED",
            _("本地区不接受这种证件。"),
            remedy=_("可用：{kinds}。").format(kinds="、".join(accepted.values())),
            citation=rule.citation,
        )
    if valid_until is not None and valid_until < today:
        raise DocumentRefused(
            "ID_DOCUMENT_EXPIRED",
            _("{kind}已于 {day} 过期。").format(kind=accepted[kind], day=valid_until.isoformat()),
            remedy=_("请换用有效证件。"),
            citation=rule.citation,
        )
    if kind not in WITH_CITIZEN_NUMBER:
        return stored_number(number)
    found = number_in(number)
    if found.problem:
        raise DocumentRefused(found.problem, found.message)
    return found.number
