"""Who cannot take the claim-free way is told so: the reason, the article, where and how to claim (QJ-5-2a).

Worked example: 张桂芳's flag is revoked because of a transfer under way; in the same transaction one message says so, cites
綦社险〔2024〕1号 三（二）, and that she may claim with her identity card at 古南街道社保所. Without a mobile number it is
a notice to bring (channel `visit`).
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from jubao.cases.models import Case
from jubao.claim_free.models import Flag, Screened
from jubao.database.actor import Actor
from jubao.database.unit_of_work import unit_of_work
from jubao.forms.masks import masked_name
from jubao.kernel.citation import Citation
from jubao.kernel.text import _, in_chinese, translated
from jubao.matching.extract_words import reason_text
from jubao.notices.models import OutboxMessage
from jubao.people.models import DeathReport, Enrolment, Person
from jubao.rules.claim_free import GROUNDS
from jubao.rules.claim_free_handling import HANDLING_GROUNDS
from jubao.services.cases.idempotency import digest_of
from jubao.services.cases.inside_unit import inside_unit
from jubao.services.claim_free.words import sentence_of
from jubao.services.notices.texts import mobile_of, notice_queue, notice_text, office_values
from jubao.staff.regions import pack_of

PURPOSE = "claim_free_ordinary_route"
WITHOUT_NOTICE = frozenset({"DECEASED", "FLAG_REVOKED", "WAIVED"})
"""Told when it happened, or to nobody."""


@in_chinese
def notice_ordinary_route(
    *, actor: Actor, enrolment: Enrolment, reason: str, citation: Citation | str | None, once_key: str, today: date,
    case: Case | None = None,
) -> OutboxMessage | None:  # fmt: skip
    """Tell one person, in the transaction of the caller; None for the dead. `once_key` names the occasion.

    Raises NotCovered NOTICE_MISSING where the region has no such wording.
    """
    person: Person = enrolment.person
    if DeathReport.objects.filter(person=person).exists():
        return None
    pack = pack_of(enrolment.division_path)
    if citation is None and case is not None:
        words, citation = _of_flag(case)
        reason = f"{words}；{reason}" if words and words not in reason else reason
    values = {
        "name_masked": masked_name(person.name),
        "reason": reason.rstrip("。；"),
        "citation": str(citation) if citation else _("免申即享经办指引"),
        "how_to_claim": str(pack.setting("claim.how_to_claim", today).value),
        **office_values(enrolment.division_path, today),
    }
    with inside_unit(actor, "notice_ordinary_route"):
        return notice_queue(
            person_id=person.id, purpose=PURPOSE, text=notice_text(pack, PURPOSE, values),
            once_key=f"{PURPOSE}:{once_key}", mobile=mobile_of(person.id, enrolment.division_path, today),
            case_id=case.id if case else None,
        )  # fmt: skip


def notices_for_excluded(*, actor: Actor, extraction_id: UUID, today: date) -> int:
    """Tell everybody whom an extraction left out, once for the same reasons; gives how many were told now.

    A second call, or the next month with the same reasons, tells nobody again.
    """
    with unit_of_work(actor, "notices_for_excluded"):
        rows = Screened.objects.filter(extraction_id=extraction_id, decision="excluded")
        return sum(
            _tell(actor, row, today) for row in rows.select_related("enrolment__person").order_by("id")
        )


def _tell(actor: Actor, row: Screened, today: date) -> bool:
    codes = [code for code in row.obstacles if code not in WITHOUT_NOTICE]
    once_key = f"screened:{row.enrolment_id}:{digest_of(codes)[:16]}"
    if not codes or OutboxMessage.objects.filter(once_key=f"{PURPOSE}:{once_key}").exists():
        return False
    reasons = [_words(row.division_path, code) for code in codes]
    cited = "、".join(dict.fromkeys(clause for _words, clause in reasons))
    message = notice_ordinary_route(
        actor=actor, enrolment=row.enrolment, reason="；".join(words for words, _clause in reasons), citation=cited,
        once_key=once_key, today=today,
    )  # fmt: skip
    return message is not None


@in_chinese
def _of_flag(case: Case) -> tuple[str, str]:
    """Why the flag of a case is off: the sentence and the article of its code, nothing for other reasons."""
    code = Flag.objects.filter(case=case).values_list("reason_code", flat=True).first() or ""
    ground = GROUNDS.get(code) or HANDLING_GROUNDS.get(code)
    if ground is None or code in WITHOUT_NOTICE:
        return "", ""
    return translated(sentence_of(code)), str(pack_of(case.division_path).readable(ground))


@in_chinese
def _words(division_path: str, code: str) -> tuple[str, str]:
    """An obstacle in words, and its article."""
    _code, words, clause = reason_text(pack_of(division_path), code, "").split("|", 2)
    return words, clause


__all__ = ["PURPOSE", "notice_ordinary_route", "notices_for_excluded"]
