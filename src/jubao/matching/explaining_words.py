"""The Chinese words for what a judgement works with: facts, days, codes, states, kinds of link.

Worked example: `shown("benefit_start_month", 24233)` is `2019-06`; the facts `has_life=True, has_loss=True, has_fuzzy=False` of a
step read `有领取资格的证据、有丧失资格的证据`, for a fact that does not hold says nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.matching.period import EPOCH
from jubao.matching.words import PAYMENT_STATES, RELATIONS, SCHEMES
from jubao.rules import judgement as j

LISTS = {
    j.ELIGIBLE: _("具备资格"), j.LOST: _("丧失资格"), j.TO_VERIFY: _("待核实"), j.NOT_SUBJECT: _("非认证对象"),
}  # fmt: skip
EVIDENCE = {"life": _("领取资格证据"), "loss": _("丧失资格证据"), "none": _("仅登记")}
LINKS = {
    "exact": _("确切匹配"), "NAME_MISMATCH": _("号码相同而姓名不同"), "NAME_MISSING": _("只有号码没有姓名"),
    "fuzzy": _("按姓名和出生日期疑似"),
}  # fmt: skip
PERIODS = {
    "rolling": _("按周期逐日滚动"), "rolling_by_month": _("按周期逐月滚动"), "calendar_year": _("自然年度"),
    "window": _("固定时段"),
}  # fmt: skip
STEPS = {
    "is_certification_exempt": _("免于认证"), "certification_first_duty_date": _("首次应认证之日"),
    "is_first_duty_reached": _("已到应认证的时间"), "has_loss_sign": _("有丧失资格的线索"), "doubts": _("须核实的疑点"),
    "standing": _("不属认证对象的原因"), "list_code": _("所在名单"),
    "has_different_death_days": _("各来源死亡日期不一致"), "last_life_day": _("认证起算日"),
}  # fmt: skip
FACTS = {
    "scheme": _("险种"), "payment_state": _("待遇状态"), "benefit_kind": _("供养亲属关系"), "birth_date": _("出生日期"),
    "as_of": _("比对日"), "dependant_exempt_below_age": _("免认证的年龄上限"), "certification_first_due": _("首次认证的时间"),
    "benefit_start_month": _("待遇启领时间"), "life_day": _("最近的领取资格证据"), "certified_day": _("花名册上的认证日期"),
    "death_day": _("死亡日期"), "last_death_day": _("最晚的死亡日期"),
    "has_benefit_start_month": _("花名册有待遇启领时间"), "is_number_shared": _("同一号码登记了不同姓名"),
    "is_registered_alive": _("户籍在册"), "has_death": _("有死亡记录"), "has_life": _("有领取资格的证据"),
    "has_loss": _("有丧失资格的证据"), "has_guarded_life": _("领取资格证据来自数量异常的来源"),
    "has_guarded_loss": _("丧失资格证据来自数量异常的来源"), "has_mismatch": _("有姓名不同的丧失记录"),
    "has_missing_name": _("有没有姓名的丧失记录"), "has_fuzzy": _("有按姓名疑似的丧失记录"),
    "has_unclear": _("有没有写清的丧失记录"), "has_impossible_death": _("有早于出生的死亡记录"), **STEPS,
}  # fmt: skip
FIRST_DUE = {
    "year_after_first_benefit": _("首次领取的次年起"), "month_after_claim_approval": _("核定的次月起"),
    "in_payment_at_opening": _("时段开始时在领的人"),
}  # fmt: skip


DENIED = {"standing": _("属于认证对象"), "doubts": _("没有疑点"), "has_life": _("没有领取资格的证据")}
"""What does not hold decides the list too: without doubt and without life the right is lost."""


def shown(name: str, value: Any) -> str:
    """A value as a clerk reads it; '' for a day that nothing names."""
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if name.endswith("_day"):
        return str(EPOCH + timedelta(days=value)) if j.NO_DAY < value < j.FOREVER else ""
    if name.endswith("_month"):
        return str(Month.from_index(value))
    if name.endswith("_date") or name == "as_of":
        return f"{value // 10000:04d}-{value // 100 % 100:02d}-{value % 100:02d}" if value else ""
    if name == "certification_first_due":
        return FIRST_DUE.get(value, str(value))
    for column, words in (
        ("scheme", SCHEMES),
        ("payment_state", PAYMENT_STATES),
        ("benefit_kind", RELATIONS),
    ):
        if name == column and value in words.equal:
            return words.equal[value][0]
    return str(value)


def said(inputs: Mapping[str, Any], denied: Mapping[str, str]) -> Iterator[str]:
    """What went into a step: the facts that hold, those `denied` words say do not, and the values there are.

    Lists of the pack are left out.
    """
    for name, value in inputs.items():
        title = FACTS.get(name, name)
        if value is True:
            yield title
        elif value is False and name in denied:
            yield denied[name]
        elif not isinstance(value, (bool, tuple)) and (text := shown(name, value)):
            yield f"{title} {text}"
