"""What the categories of the archive are called on pages and catalogues.

Worked example: `category_title("person_registration_and_change")` is 人员登记与变更类.
"""

from __future__ import annotations

from jubao.kernel.text import translated

CATEGORIES = {
    "unit_registration": "单位登记类", "person_registration_and_change": "人员登记与变更类",
    "personal_account_management": "个人账户管理类", "card_or_certificate_management": "卡证管理类",
    "qualification_verification": "资格核验类", "pension_benefit_determination": "养老待遇核定类",
    "relation_transfer": "关系转移类", "benefit_payment_list_and_summary": "待遇支付名册类",
    "benefit_payment_annual_summary": "待遇支付年度汇总类", "annual_statistical_report": "年度统计报表类",
    "data_and_analysis_report": "数据分析报告类", "monthly_quarterly_statistical_report": "月季统计报表类",
    "audit_material": "稽核材料类", "supervision_material": "监督检查材料类", "internal_control_material": "内控材料类",
    "major_audit_case": "重大稽核案件类", "accounting_voucher_and_book": "会计凭证账簿类",
}  # fmt: skip


def category_name(category: str) -> str:
    """The same in Chinese whatever the screen speaks: for what is stored and printed."""
    return CATEGORIES.get(category, category)


def category_title(category: str) -> str:
    """The Chinese name of a category."""
    return translated(CATEGORIES[category]) if category in CATEGORIES else category
