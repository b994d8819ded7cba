"""Whether rights may move at all: every reason against it at once, each with its article.

Worked example: 王秀兰 draws 163.02 a month and asks to move her rights away: ALREADY_DRAWING（第三十二条）; 李国强 contributes,
but his register stays in the district: REGISTER_NOT_MOVED, because a change of the register place is what he needs.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from jubao.benefits.models import Entitlement
from jubao.kernel.citation import Citation
from jubao.kernel.text import _, chinese, translated
from jubao.people.models import Enrolment, OtherSchemeRecord
from jubao.policy import Pack
from jubao.rules import transfer  # noqa: F401  registers the rules
from jubao.rules.evaluate import explain
from jubao.rules.registry import RULES, decode
from jubao.services.benefits.claim_obstacles import Obstacle, refuse_for
from jubao.services.cases.kinds import kind_of
from jubao.services.cases.parallel import parallel_cases
from jubao.staff.regions import pack_of

BRIDGING_2 = Citation("人社部发〔2014〕17号", "第二条")
BRIDGING_3 = Citation("人社部发〔2014〕17号", "第三条")
WORDS = {
    "ALREADY_DRAWING": chinese("已领取城乡居民养老保险待遇的，无论户籍是否迁移，养老保险关系不转移"),
    "REGISTER_NOT_MOVED": chinese("户籍没有迁出本区；在本区范围内迁移户籍的只办理户籍变更登记"),
    "RIGHTS_SEALED": chinese("账户已封存"),
    "BUSINESS_IN_TRANSIT": chinese("有在办的业务"),
}
ENDED = ("ended", "transferred", "refunded")


def _stated(pack: Pack, on: date) -> Citation:
    rule = pack.setting("transfer.in_payment", on)
    return rule.citation or Citation(rule.source, "")


def require_may_leave(enrolment: Enrolment, *, kind: str, is_register_moved: bool, today: date) -> None:
    """Raises CaseRefused OBSTACLES_FOUND with everything that keeps the rights here."""
    pack = pack_of(enrolment.division_path)
    open_cases = parallel_cases(kind_of(kind), enrolment.person_id)
    facts = {
        "is_drawing": Entitlement.objects.filter(enrolment=enrolment, end_month__isnull=True).exists(),
        "is_register_moved": is_register_moved,
        "is_account_sealed": Entitlement.objects.filter(
            enrolment=enrolment, payment_statuses__kind="sealed", payment_statuses__until_month__isnull=True
        ).exists(),
        "has_in_transit_business": bool(open_cases),
    }
    mask = explain(("transfer_refusals",), facts)["transfer_refusals"]
    numbers = "、".join(one.number for one in open_cases)
    found = [
        Obstacle(
            code,
            translated(WORDS[code]) + (f"（{numbers}）" if code == "BUSINESS_IN_TRANSIT" else ""),
            _stated(pack, today),
            True,
        )
        for code in decode(RULES["transfer_refusals"], mask)
    ]
    refuse_for(found, what=_("转移养老保险关系"))


def require_may_enter(enrolment: Enrolment, *, draws_elsewhere: bool, today: date) -> None:
    """Raises CaseRefused OBSTACLES_FOUND: rights come only while their owner contributes (SS-34-1)."""
    refuse_for(drawing_of(enrolment, draws_elsewhere, today), what=_("转入养老保险关系"))


def drawing_of(enrolment: Enrolment, draws_elsewhere: bool, today: date) -> list[Obstacle]:
    """A pension drawn here, or there by what the applicant says or by the records of other places."""
    cited = _stated(pack_of(enrolment.division_path), today)
    found = []
    if Entitlement.objects.filter(enrolment=enrolment, end_month__isnull=True).exists():
        found.append(Obstacle("ALREADY_DRAWING", translated(WORDS["ALREADY_DRAWING"]), cited, True))
    places = _benefits_elsewhere(enrolment)
    if draws_elsewhere or places:
        where = f"（{'、'.join(places)}）" if places else ""
        words = _("已在外地或其他制度领取养老保险待遇{where}，只有缴费期间可以转移").format(where=where)
        found.append(Obstacle("DRAWS_ELSEWHERE", words, cited, True))
    return found


def _benefits_elsewhere(enrolment: Enrolment) -> Sequence[str]:
    rows = OtherSchemeRecord.objects.filter(person_id=enrolment.person_id, kind="benefit").exclude(
        state__in=ENDED
    )
    return list(dict.fromkeys(place or _("外地") for place in rows.values_list("place", flat=True)))
