"""The application for 注销登记: which causes the region knows, who may apply with what, and what speaks against taking it.

Worked example: 王小军, 法定继承人, with his identity card, told of the matters by the village assistant on 2026-02-26, promises
that his papers are true: taken. Without promise and untold: refused once, with both reasons and their articles.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from jubao.cases.models import Case
from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _
from jubao.people.models import Enrolment
from jubao.policy import Pack
from jubao.services.cases.checks import CaseRefused

CAUSES: Mapping[str, tuple[str, str, str]] = {
    "DEATH": ("死亡", "death", "DEATH"),
    "LOST_NATIONALITY": ("丧失国籍", "nationality_lost", "NATIONALITY_LOST"),
    "OTHER_PENSION": ("已享受其他社会养老保障待遇", "other_scheme_benefit", "OTHER_BENEFIT"),
}
"""Cause → title, the pack's word, the reason with which a pension ends."""
RELATIONS = ("本人", "指定受益人", "法定继承人")
NOTICE_KIND = "deregistration_notice"


@dataclass(frozen=True)
class Presented:
    """Who applies and with which document; `valid_until` is its last day, None: long-term."""

    name: str
    relation: str
    document_kind: str
    number: str
    valid_until: date | None


@dataclass(frozen=True)
class Informed:
    """That the matters of deregistration were told: when, by whom (the village assistant), to whom."""

    on: date
    by: str

    @property
    def words(self) -> str:
        """As the case keeps it."""
        return _("{on} 由{by}告知").format(on=self.on.isoformat(), by=self.by)


def causes_of(pack: Pack, on: date) -> dict[str, str]:
    """The causes that the region's text knows, with their titles."""
    known = pack.setting("deregistration.causes", on).value
    return {cause: title for cause, (title, word, _reason) in CAUSES.items() if word in known}


def application_check(
    pack: Pack, enrolment: Enrolment, cause: str, happened_on: date | None, applicant: Presented, today: date
) -> None:
    """Raises InputRefused CAUSE_UNKNOWN, DAY_MISSING, DAY_IMPOSSIBLE, APPLICANT_MISSING, RELATION_MISSING; ENDED_ALREADY."""
    causes = causes_of(pack, today)
    rule = pack.setting("deregistration.causes", today)
    if cause not in causes:
        raise InputRefused(
            "CAUSE_UNKNOWN",
            _("不能以这个原因注销。"),
            remedy=_("可以注销的情形：{causes}。").format(causes="、".join(causes.values())),
            citation=rule.citation,
        )
    if happened_on is None:
        raise InputRefused("DAY_MISSING", _("没有填写发生日期。"), remedy=_("请填写日期。"))
    if not enrolment.person.birth_date <= happened_on <= today:
        raise InputRefused("DAY_IMPOSSIBLE", _("日期早于出生日期或在今天之后。"), remedy=_("请核对日期。"))
    if not applicant.name.strip() or not applicant.number.strip():
        raise InputRefused(
            "APPLICANT_MISSING", _("没有申请人的姓名或证件号码。"), remedy=_("申请人须凭有效身份证件申请。")
        )
    if applicant.relation not in RELATIONS or (cause == "DEATH") == (applicant.relation == RELATIONS[0]):
        raise InputRefused(
            "RELATION_MISSING",
            _("申请人的身份不对。"),
            remedy=_("死亡的由指定受益人或法定继承人申请，其他情形由本人申请。"),
            citation=rule.citation,
        )
    if enrolment.ended_on is not None:
        raise CaseRefused("ENDED_ALREADY", _("已经注销。"), remedy=_("请在个人页面查看。"))


def promise_check(
    pack: Pack, enrolment: Enrolment, is_promised: bool, informed: Informed | None, today: date
) -> str:
    """How the applicant was informed, in words. Raises CaseRefused PROMISE_MISSING, NOT_INFORMED (both told at once)."""
    promise, notice = (pack.setting(f"deregistration.{name}", today) for name in ("promise", "notice"))
    told = _notice_words(enrolment) or (informed.words if informed and informed.by.strip() else "")
    is_future = informed is not None and informed.on > today
    missing = []
    if promise.value and not is_promised:
        missing.append(("PROMISE_MISSING", _("申请人没有承诺材料真实并承担责任"), promise))
    if notice.value and (not told or is_future):
        missing.append(("NOT_INFORMED", _("没有告知注销登记有关事项的记录"), notice))
    if missing:
        raise CaseRefused(
            missing[0][0],
            "；".join(f"{words}（{rule.citation}）" if rule.citation else words for _code, words, rule in missing) + "。",
            remedy=_("请通过村（居）协办员告知有关事项并登记日期和告知人，由申请人签署承诺书。"),
            citation=missing[0][2].citation,
        )  # fmt: skip
    return told


def _notice_words(enrolment: Enrolment) -> str:
    """The notice that was brought to the family, where there was one."""
    case = Case.objects.filter(kind=NOTICE_KIND, subject_id=enrolment.pk, proposal__has_key="delivered_on")
    found = case.order_by("-id").first()
    if found is None:
        return ""
    about = found.proposal
    return _("{on} 送达《申请注销登记告知书》（{receiver}）").format(
        on=about["delivered_on"], receiver=about["receiver"]
    )
