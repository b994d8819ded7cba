"""The left menu in the staff's own words; an officer sees the entries that the posts held may open.

Worked example: a reviewer sees 复核 under 待遇申领, a finance officer sees 待遇发放 and not 参保登记; 免申即享 stands only where
the region's pack has that procedure. An entry whose page is not there is not shown. `query` tells entries of one page apart.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from django.urls import NoReverseMatch, reverse

from jubao.kernel.errors import NotCovered
from jubao.policy import load_pack


@dataclass(frozen=True)
class Entry:
    """One line of the menu: the route it opens, the query that goes with it, the procedure (or its step) it belongs to."""

    title: str
    route: str
    icon: str
    query: str = ""
    procedure: str = ""


@dataclass(frozen=True)
class Shown:
    """An entry as the page draws it."""

    title: str
    address: str
    icon: str
    is_here: bool


MENU: tuple[tuple[str, tuple[Entry, ...]], ...] = (
    (
        "日常",
        (
            Entry("首页", "home", "home"),
            Entry("我的待办", "inbox", "inbox"),
            Entry("人员查询", "people", "user-search"),
            Entry("业务查询", "cases", "list-check"),
        ),
    ),
    (
        "参保缴费",
        (
            Entry("参保登记", "enrolments", "id"),
            Entry("缴费管理", "contributions", "coin"),
            Entry("缴费明细台账", "contribution-ledger", "file-text"),
            Entry("村级缴费", "village-contributions", "users", procedure="contribution_month.village_list"),
            Entry(
                "缴费核对上报", "contribution-lists", "checks", procedure="contribution_month.village_list"
            ),
            Entry("缴费服务", "contribution-halls", "wallet"),
            Entry("政府代缴", "on-behalf", "users", procedure="paid_on_behalf.confirm"),
            Entry("补缴", "make-ups", "coin", procedure="make_up_contribution.issue"),
            Entry("POS机", "pos-terminals", "device-mobile", procedure="contribution_month.village_list"),
            Entry("个人账户", "accounts", "wallet"),
            Entry("关系转移", "transfers", "users"),
        ),
    ),
    (
        "免申即享",
        (
            Entry("免申即享查询", "claim-free", "list-check", procedure="claim_free"),
            Entry("短信发送", "claim-free-sms", "device-mobile", procedure="claim_free"),
            Entry("村社名单", "claim-free-village", "users", procedure="claim_free"),
            Entry("普通申领告知", "claim-free-notices", "file-text", procedure="claim_free"),
            Entry("免申即享受理", "claim-free-accept", "clipboard-check", procedure="claim_free"),
            Entry("受理业务进度查询", "claim-free-progress", "hourglass", procedure="claim_free"),
            Entry("免申即享统计", "claim-free-statistics", "chart-bar", procedure="claim_free"),
            Entry("到龄预测", "claim-free-forecast", "calendar", procedure="claim_free"),
            Entry("月度任务", "claim-free-tasks", "checks", procedure="claim_free"),
            Entry("调度", "claim-free-dispatch", "bell", procedure="claim_free"),
            Entry("通报", "claim-free-bulletin", "file-text", procedure="claim_free"),
            Entry("工作小组", "claim-free-roles", "users", procedure="claim_free"),
        ),
    ),
    (
        "待遇",
        (
            Entry("待遇领取告知", "benefit-notices", "file-text", procedure="ordinary_claim.export"),
            Entry("村级申领", "village-claims", "users", procedure="ordinary_claim.collect"),
            Entry("居保待遇申领", "claims", "clipboard-check"),
            Entry("异议核查", "checks", "refresh"),
            Entry("待遇发放", "payment-runs", "cash"),
            Entry("对外支付", "one-off-payments", "wallet"),
            Entry("资金与凭证", "payment-fund", "coin"),
            Entry("资格认证", "certifications", "shield-check"),
            Entry("采集认证信息", "certification-collections", "checks"),
            Entry("比对批次", "comparisons", "list-check"),
            Entry("批量暂停", "suspension-batch", "clock"),
            Entry("长期暂停", "long-suspended", "hourglass"),
            Entry("注销告知", "deregistration-notices", "file-text", procedure="deregistration.notice"),
            Entry("注销登记", "deregistrations", "user"),
            Entry("待遇追缴", "recoveries", "coin"),
            Entry("封存与启封", "sealed-accounts", "lock"),
            Entry("重新核定", "recalculations", "refresh"),
            Entry("各类名册", "standing-lists", "users"),
        ),
    ),
    (
        "数据",
        (
            Entry("档案管理", "archive", "file-text"),
            Entry("待归档", "archive-waiting", "hourglass"),
            Entry("组卷", "archive-volumes", "book"),
            Entry("到期影像", "disposals", "clock"),
            Entry("业务移交", "handovers", "users", procedure="archive_handover"),
            Entry("填我的表", "spreadsheets", "table-import"),
            Entry("导入", "imports", "upload"),
            Entry("后台任务", "jobs", "hourglass"),
        ),
    ),
    (
        "监督",
        (
            Entry("举报", "tip-offs", "bell"),
            Entry("稽核和查处", "supervision-cases", "clipboard-check"),
            Entry("抽样稽核", "audit-samples", "list-check"),
            Entry("镇街业务质量", "township-quality", "chart-bar"),
            Entry("风险防控", "risk-control", "shield-check"),
            Entry("稽核内控", "oversight", "eye-check"),
            Entry("查看记录", "access-log", "eye"),
            Entry("被拒绝的访问", "refusals", "lock"),
            Entry("非工作时间操作", "out-of-hours", "clock"),
            Entry("统计报表", "statistics", "chart-bar"),
        ),
    ),
    (
        "制度与系统",
        (
            Entry("政策库", "policy", "book"),
            Entry("岗位授权", "grants", "users"),
            Entry("公示宣传", "public-notices", "bell"),
            Entry("协办员", "assistants", "users"),
            Entry("业务培训", "trainings", "book"),
            Entry("联络员", "liaisons", "user"),
            Entry("工作人员", "officers", "user"),
            Entry("我的账号", "my-account", "lock"),
        ),
    ),
)


def shown(
    may_open: Callable[[str], bool], pack_code: str, here: str, query: str
) -> list[tuple[str, list[Shown]]]:
    """The groups with the entries that may be opened; `here` is the route of the page, `query` its query string."""
    groups = []
    known = procedures(pack_code)
    for title, entries in MENU:
        own = [entry for entry in entries if not entry.procedure or entry.procedure in known]
        lines = [line for entry in own if (line := _shown(entry, may_open, here, query))]
        if lines:
            groups.append((title, lines))
    return groups


@lru_cache(maxsize=64)
def procedures(pack_code: str) -> frozenset[str]:
    """Those of the menu's procedures and steps, `kind` or `kind.step`, that a region's pack has."""
    asked = {entry.procedure for _title, entries in MENU for entry in entries if entry.procedure}
    return frozenset(one for one in asked if _has(pack_code, *one.split(".")))


def _has(pack_code: str, kind: str, step: str = "") -> bool:
    try:
        steps = {one.step for one in load_pack(pack_code).workflow(kind).steps}
    except NotCovered:
        return False
    return not step or step in steps


def _shown(entry: Entry, may_open: Callable[[str], bool], here: str, query: str) -> Shown | None:
    try:
        address = reverse(entry.route)
    except NoReverseMatch:
        return None
    if not may_open(entry.route):
        return None
    is_here = entry.route == here and (not entry.query or entry.query in query)
    return Shown(entry.title, address + (f"?{entry.query}" if entry.query else ""), entry.icon, is_here)


def has_queries(here: str) -> bool:
    """Whether entries of one page are told apart by a query."""
    return any(entry.query for _title, entries in MENU for entry in entries if entry.route == here)
