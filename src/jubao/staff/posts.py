"""The catalogue of posts (岗位): family, duties, where a post may stand, what the packs' incompatible pairs call it.

Worked example: `POSTS["reviewer"]` is 复核岗 of the family 业务; its words are 业务, 复核, 待遇核定 and 复核岗, so that a pack
with the pair 待遇核定 / 资格认证 keeps a reviewer away from every certification post, and 经办 / 复核 away from 受理岗.

Family names and the rule that nobody holds two of them: 社会保险经办机构岗位权限管理办法 (人社厅发〔2021〕64号).
"""

from __future__ import annotations

from dataclasses import dataclass

BUSINESS, FINANCE, DATA, AUDIT, SYSTEM = "business", "finance", "data", "audit", "system"
FAMILY_NAMES = {BUSINESS: "业务", FINANCE: "财务", DATA: "数据", AUDIT: "稽核", SYSTEM: "系统"}

HANDLING, REVIEW, DETERMINATION, CERTIFICATION = "经办", "复核", "待遇核定", "资格认证"

UPPER = ("nation", "province", "city")
AGENCY = (*UPPER, "district")
OFFICES = (*AGENCY, "township")
EVERYWHERE = (*OFFICES, "village")


@dataclass(frozen=True)
class PostKind:
    """One post. `levels`: at which level of division it may stand; `words`: every name a pair of a pack may use for it."""

    code: str
    name: str
    family: str
    duties: str
    groups: tuple[str, ...]
    levels: tuple[str, ...]
    is_high_risk: bool = False

    @property
    def words(self) -> tuple[str, ...]:
        """Family, duty groups, own name and code."""
        return (FAMILY_NAMES[self.family], *self.groups, self.name, self.code)


CATALOGUE = (
    PostKind(
        "intake_clerk", "受理岗", BUSINESS, "受理申请，录入、扫描、打印，不作决定", (HANDLING,), OFFICES
    ),
    PostKind(
        "handler",
        "办理岗",
        BUSINESS,
        "核对材料，提出待遇核定和变更的意见",
        (HANDLING, DETERMINATION),
        OFFICES,
    ),
    PostKind("reviewer", "复核岗", BUSINESS, "复核经办提出的意见", (REVIEW, DETERMINATION), AGENCY, True),
    PostKind("township_leader", "乡镇分管领导", BUSINESS, "监督业务档案移交", (), ("township",)),
    PostKind("approver", "审批岗", BUSINESS, "负责人审批", (REVIEW, DETERMINATION), AGENCY, True),
    PostKind(
        "field_worker", "核实岗", BUSINESS, "核实待核实人员，上门认证", (HANDLING, CERTIFICATION), OFFICES
    ),
    PostKind(
        "village_assistant",
        "村协办员",
        BUSINESS,
        "走访、协助认证、报告死亡",
        (HANDLING, CERTIFICATION),
        EVERYWHERE,
    ),
    PostKind("certification_officer", "认证岗", BUSINESS, "办理资格认证", (HANDLING, CERTIFICATION), OFFICES),
    PostKind(
        "certification_reviewer",
        "认证复核岗",
        BUSINESS,
        "复核资格认证",
        (REVIEW, CERTIFICATION),
        AGENCY,
        True,
    ),
    PostKind("finance_officer", "财务岗", FINANCE, "用款申请，报盘，到账登记", (HANDLING,), AGENCY, True),
    PostKind("finance_reviewer", "财务复核岗", FINANCE, "复核拨付和对账", (REVIEW,), AGENCY, True),
    PostKind("data_officer", "数据岗", DATA, "数据导入、比对、下发", (HANDLING,), AGENCY, True),
    PostKind("data_reviewer", "数据复核岗", DATA, "复核数据导入和导出", (REVIEW,), AGENCY, True),
    PostKind("auditor", "稽核岗", AUDIT, "稽核内控，审核岗位权限", (), AGENCY),
    PostKind(
        "bureau_officer", "人社局监督岗", AUDIT, "查看全部业务，监督检查，对移交的追缴作行政处理", (), AGENCY
    ),
    PostKind("system_keeper", "系统管理岗", SYSTEM, "开通和收回权限，市级及以上设置", (), UPPER, True),
)
POSTS = {post.code: post for post in CATALOGUE}


def posts_of_family(*families: str) -> frozenset[str]:
    """The codes of all posts of these families."""
    return frozenset(post.code for post in CATALOGUE if post.family in families)


def posts_of_group(group: str) -> frozenset[str]:
    """The codes of all posts with this duty, e.g. 资格认证."""
    return frozenset(post.code for post in CATALOGUE if group in post.groups)
