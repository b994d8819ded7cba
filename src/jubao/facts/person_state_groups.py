"""The columns that can be filled into a spreadsheet: each group with its headers, its query, and its words.

Worked example: `GROUPS["state"].titles` is 参保状态, 状态原因, 状态起始月, 状态备注, 审核日期; the query gives codes and
indexes, `cells` turns them into what stands in the file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from jubao.facts import person_state_words as words
from jubao.facts.person_state_sql import (
    ACCOUNT,
    AMOUNTS,
    BACK_PAY,
    CERTIFICATION,
    CONTRIBUTIONS,
    DEATHS,
    GROUPS_NOW,
    NAME,
    OTHER_SCHEMES,
    PAID,
    PHONE,
    PLACE,
    STATE,
    STOP,
)
from jubao.facts.why_not_paid import WHY_NOT_PAID

EVERYBODY = frozenset({"business", "finance", "data", "audit"})
MONEY = frozenset({"business", "finance", "audit"})


@dataclass(frozen=True)
class FactGroup:
    """Columns that come together: `families` are the posts that may have them."""

    code: str
    title: str
    titles: tuple[str, ...]
    sql: str
    cells: Callable[[tuple[object, ...]], tuple[object, ...]]
    families: frozenset[str] = EVERYBODY


GROUPS: dict[str, FactGroup] = {
    group.code: group
    for group in (
        FactGroup(
            "state",
            "参保状态",
            ("参保状态", "状态原因", "状态起始月", "状态备注", "审核日期"),
            STATE,
            words.state,
        ),
        FactGroup("name", "登记姓名（不一致时）", ("登记姓名",), NAME, words.plain),
        FactGroup("place", "乡镇、村", ("乡镇（街道）", "村（社区）"), PLACE, words.plain),
        FactGroup(
            "stop",
            "最近一次暂停或终止",
            ("停发类型", "停发原因", "停发月份", "停发依据", "停发审核日期"),
            STOP,
            words.stop,
        ),
        FactGroup(
            "account",
            "银行账户",
            ("开户银行", "银行账号", "社保卡标志", "开户日期"),
            ACCOUNT,
            words.account,
            MONEY,
        ),
        FactGroup(
            "certification",
            "最近一次认证",
            ("认证方式", "认证日期", "认证经办时间"),
            CERTIFICATION,
            words.certification,
        ),
        FactGroup(
            "amounts",
            "月养老金",
            ("待遇开始月份", "月养老金", "基础养老金", "个人账户养老金"),
            AMOUNTS,
            words.amounts,
            MONEY,
        ),
        FactGroup(
            "contributions",
            "缴费记录",
            ("有无缴费", "缴费年度", "缴费年数", "个人缴费合计"),
            CONTRIBUTIONS,
            words.contributions,
        ),
        FactGroup("paid", "发放情况", ("发放至", "累计已发", "最近退票"), PAID, words.paid, MONEY),
        FactGroup("why_not_paid", "未发放原因", ("未发放原因", "说明"), WHY_NOT_PAID, words.why_not_paid),
        FactGroup(
            "back_pay", "补发情况", ("补发金额", "补发月份", "补发原因"), BACK_PAY, words.back_pay, MONEY
        ),
        FactGroup(
            "special_groups", "特殊人群", ("参保身份", "特殊人群标识"), GROUPS_NOW, words.special_groups
        ),
        FactGroup("death", "死亡信息", ("最早死亡日期", "来源", "已认定死亡日期"), DEATHS, words.deaths),
        FactGroup("other_schemes", "其他养老保险", ("其他参保",), OTHER_SCHEMES, words.plain),
        FactGroup("phone", "联系电话", ("联系电话",), PHONE, words.plain, frozenset({"business"})),
    )
}
