"""What the portal offers: the tiles of the first page and what the search box finds.

Worked example: `found("城乡居民养老待遇免申即享")` is the one service of that name; `found("认证")` is 资格认证.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Offered:
    """One service: full name, name on the tile, a line of explanation, route, words it is also found by, its drawing."""

    name: str
    tile: str
    line: str
    route: str
    words: str
    mark: str


OFFERED = (
    Offered("城乡居民养老待遇免申即享", "免申即享办理", "快满60岁，不用申请，确认信息就能领养老金", "portal:claim-free",
            "领取 待遇 退休 养老金 六十 确认 申领", "免"),
    Offered("城乡居民养老待遇资格认证", "资格认证", "每年一次，证明您还在领取待遇", "portal:certification", "认证 刷脸", "认"),
    Offered("我的养老金", "我的养老金", "每月发了多少、还有多少待发", "portal:pension", "发放 明细 待发 金额 银行", "金"),
    Offered("我的个人账户", "我的账户", "缴了多少、补贴多少、利息多少", "portal:account", "缴费 账户 对账单 利息 补贴", "账"),
    Offered("办理进度查询", "办理进度", "正在办的事情到哪一步了", "portal:progress", "进度 结果 核定表 受理单", "进"),
    Offered("帮家人办理", "帮家人办", "替父母、亲友确认和报告", "portal:family", "帮办 父母 子女 家属 代办", "帮"),
    Offered("投诉举报和情况报告", "投诉举报", "去世、服刑、在别处领待遇，请及时告诉我们", "portal:report",
            "投诉 举报 去世 死亡 服刑 报告 冒领", "报"),
    Offered("举报冒领和违规", "匿名举报", "不用登录，可以匿名，信息密封保护", "portal:tip-off",
            "举报 匿名 实名 冒领 违规 监督", "督"),
    Offered("个人账户启封申请", "启封申请", "账户封存了，本人或家属申请重新启用", "portal:unseal",
            "封存 启封 解封 恢复 账户", "启"),
    Offered("谁看过我的信息", "谁看过我的信息", "哪位工作人员、什么时候、为什么", "portal:looked", "隐私 信息 查看", "看"),
)  # fmt: skip


def found(text: str) -> tuple[Offered, ...]:
    """The services whose name or words hold the text, a name before a word; nothing for an empty text."""
    wanted = "".join(text.split())
    if not wanted:
        return ()
    by_name = [one for one in OFFERED if wanted in one.name or wanted in one.tile]
    by_word = [one for one in OFFERED if one not in by_name and (wanted in one.words or wanted in one.line)]
    return tuple(by_name + by_word)
