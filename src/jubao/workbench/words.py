"""Chinese names of what stands in a proposal, and its values as a clerk reads them, by the ending of the field's name.

Worked example: `field("from_month", 24318)` is ("自何月起", "2026-07"), `field("amount_fen", 16302)` ("金额（元）", "163.02"); a
field without a name here keeps its own, so that nothing is hidden.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from jubao.facts.payment_periods import periods_text
from jubao.facts.person_state_words import CAUSES, CHANNELS, ENROLMENT, GROUNDS, PAYMENT
from jubao.forms.masks import masked_account, masked_name, masked_phone
from jubao.kernel.id_number import mask_id
from jubao.matching.explaining_amounts import TITLES
from jubao.workbench.templatetags.figures import month, yuan

NAMES = {
    "topic_title": "举报事项", "channel_title": "举报方式", "told_about": "被举报人", "tip_content": "举报内容",
    "taken_on": "登记日期", "signed": "署名", "source_case": "来自", "opened_on": "立案日期", "findings": "发现",
    "finding_count": "发现项数", "suspected_fen": "涉嫌金额（元）", "found_fen": "查实金额（元）", "tip_off": "举报编号",
    "responsible": "责任人",
    "reason": "原因", "legal_basis": "依据", "from_month": "自何月起", "until_month": "至何月止", "start_month": "待遇启领月份",
    "end_month": "终止月份", "month": "月份", "amount_fen": "金额（元）", "total_fen": "合计（元）", "note": "说明",
    "rows": "行数", "applicant": "申请人", "bank_outlet": "合作金融机构网点",
    "what": "内容", "purpose": "用途", "filters": "条件", "account_number": "银行账号", "bank_name": "开户银行",
    "holder_name": "户名", "died_on": "死亡日期", "source": "来源", "channel": "渠道", "certified_on": "认证日期",
    "hold_expires_on": "暂缓到期日", "kind": "种类", "line_count": "笔数", "number": "编号", "digest": "内容摘要",
    "name": "姓名", "gender": "性别", "birth_date": "出生日期", "mobile": "手机号码", "phone": "联系电话", "address": "地址",
    "enrolled_on": "参保日期", "participation_identity": "参保身份", "is_only_child": "独生子女父母", "id_number": "证件号码",
    "division_code": "村社代码", "post": "岗位", "until_on": "至何日止", "officer": "人员",
    "benefit_month": "待遇月份", "months": "月份", "file_name": "文件", "accepted": "接收行数", "rejected": "拒绝行数",
    "monthly_pension_fen": "月养老金（元）", "back_pay_fen": "补发金额（元）", "entitlement_id": "待遇", "facts": "事实",
    "reason_title": "原因", "first_month": "首个月份", "count": "人数", "lines": "明细", "left_out": "没有列入", "why": "说明",
    "ground": "原因", "cause": "类别", "due_on": "到期日", "failed_means": "联系不上的方式", "suspended_from": "暂停自何月",
    "first_unpaid_month": "首个未发月份", "happened_on": "发生日期", "is_acquitted": "无罪释放", "changes": "变更内容",
    "list": "名单", "confirmed_on": "确认日期", "accepted_on": "受理日期", "window_until": "最后确认日",
    "only_child_why": "独子增发", "giver": "移交人", "receiver": "接收人", "title": "内容",
    "payout": "待遇账户", "entries": "录入", "id_card_name": "身份证姓名", "only_child_resolution": "核实结果", "parts": "各项",
    "is_activated": "金融功能已激活", "months_short": "缺月数", "fetched_at": "调取时间", "form_id": "确认表",
    "cause_title": "原因", "of_age_on": "年满60周岁",
    "is_error_correction": "更正错误", "run": "批次", "files": "文件", "division_path": "镇街、村社", "overpaid": "多发",
    "pack": "政策包", "interest": "利息（元）", "rate_source": "利率依据", "code": "代码", "is_provisional": "暂按现行标准",
    "bank": "银行", "part": "第几份", "sha256": "校验值", "profile": "格式", "total": "合计", "lines_count": "笔数",
    "due": "应认证至", "last": "最近认证", "row": "来源行", "event_on": "发生日期", "from_on": "自何日起",
    "what_title": "报告事项", "reporter": "报告人", "reporter_phone": "报告人电话", "relation": "与当事人关系",
    "reported_on": "报告日期",
    "way_title": "处理方式", "limit_percent": "每月最多扣当月待遇的百分之", "most_a_month_fen": "每月最多扣（元）",
    "months_needed": "预计几个月扣完",
    "budget_fen": "原月养老金（元）", "recalculated_fen": "重算后（元）", "decrease_fen": "多发金额（元）", "former": "原值",
    "changed": "更正为", "steps": "利息重算",
    "former_fen": "原利息（元）", "interest_fen": "现利息（元）",
    "rate_ppm": "记账利率", "weight_fen_months": "计息积数（元·月）", "waiting": "仍未公布利率的年度", "year": "年度",
    "until": "计至", "settlement": "个人账户和丧葬补助金结算", "problems": "还不能结算的原因", "informed": "告知情况",
    "delivered_on": "送达日期", "deliverer": "送达人", "is_signed": "已签收", "refusal": "拒收原因",
    "payee": "指定受益人或法定继承人", "obstacles": "比对发现", "monthly_budget_fen": "预算月养老金（元）", "materials": "材料",
    "text": "告知内容", "submitted_on": "提出日期", "asked": "本人的疑问",
    "from_agency": "转出地社保机构", "to_place": "迁入、转入地", "from_place": "迁出、转出地", "applied_on": "申请日期",
    "letter_number": "函件编号", "letter_on": "函件日期", "receiving_agency": "接收单位",
    "record": "权益记录", "receipt": "到账凭证号",
    "persons": "人数", "voucher": "凭证号", "means": "缴费方式", "pay_at_title": "缴费地点", "account": "收款账户",
    "office_title": "新登记机构", "former_title": "原登记机构", "tier_fen": "档次（元）",
    "money_fen": "到账金额（元）", "money_on": "到账日期", "difference_fen": "到账与记录相差（元）", "years": "缴费年度",
    "contribution_months": "缴费月数", "make_up_months": "其中补缴月数",
    "form_number": "审批表编号", "interest_until": "利息算至",
    "given_rate_ppm": "所给利率（百万分之）", "given_rate_source": "所给利率依据", "direction": "方向", "other_place": "对方地区",
    "other_agency": "对方社保机构", "employee_months": "职工养老保险缴费月数",
    "refund_parts": "退还各项", "refund_fen": "退还本人（元）",
    "overlap_months": "重复月数", "overlaps": "重复时段", "overlap_given": "重复时段", "refund_bank": "退费开户银行",
    "refund_account": "退费银行账号", "account_parts": "账户各来源", "former_code": "原村社代码", "moved_on": "迁移日期",
    "months_overlapping": "重复月数", "own_fen": "个人缴费（元）", "aid_fen": "集体补助（元）",
    "finding": "核实情况", "fault_title": "造成多领的原因方", "present": "在场人员", "investigated_on": "核实日期",
    "claimed": "多领月份", "footage_sha256": "影像校验值", "ground_title": "情形", "line": "发放明细",
    "cut_off_on": "截止日", "district_code": "区县", "evidence": "证据", "status": "状态", "row_count": "行数",
}  # fmt: skip
CODES = {
    **GROUNDS,
    **CAUSES,
    **CHANNELS,
    **ENROLMENT,
    **PAYMENT,
    "female": "女",
    "male": "男",
    "ordinary": "普通居民",
    "COUNTER": "窗口",
    "HOME_VISIT": "上门",
    "APP_CQHRSS": "手机App",
    "APP_YKB": "手机App",
    "to_employee": "居民养老保险转入职工养老保险",
    "to_resident": "职工养老保险转入居民养老保险",
}
HIDDEN = ("_id", "_hash", "_ids", "digest", "facts", "trace", "key")
ROWS_SHOWN = 200
NUMERIC_DAYS, NO_DAY = ("due", "last"), 20000101
MASKS = {
    "account_number": masked_account, "id_number": mask_id, "mobile": masked_phone, "phone": masked_phone,
    "name": masked_name, "holder_name": masked_name,
}  # fmt: skip


def field(name: str, value: Any) -> tuple[str, str]:
    """Title and value of one field."""
    return NAMES.get(name) or TITLES.get(name) or name, shown(name, value)


def shown(name: str, value: Any) -> str:
    """A value as it is read: amounts in yuan, months, yes and no, codes as words, numbers masked."""
    if value is None or value == "" or value == [] or value == {}:
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, dict):
        return "；".join(f"{field(key, one)[0]} {shown(key, one)}" for key, one in value.items())
    if name == "months" and isinstance(value, list) and isinstance(value[0], dict):
        return periods_text((one["month"], one["back_pay_fen"] - one["decrease_fen"]) for one in value)
    if isinstance(value, list):
        return "、".join(shown(name, one) for one in value)
    if name in MASKS:
        return MASKS[name](str(value))
    if isinstance(value, int) and name.endswith(("_fen", "_fen_months")):
        return yuan(value)
    if isinstance(value, int) and name == "rate_ppm":
        return f"{value // 10_000}.{value % 10_000:04d}".rstrip("0").rstrip(".") + "%"
    if isinstance(value, int) and (name.endswith("month") or name == "months") and value > 12 * 1900:
        return month(value)
    if name == "sha256":
        return str(value)[:12]
    if name in NUMERIC_DAYS and str(value).isdigit():
        return _numeric_day(int(value))
    return CODES.get(str(value), str(value))


def _numeric_day(value: int) -> str:
    """A day as the rules count it, 20241231; the beginning of counting stands for none."""
    if value <= NO_DAY:
        return "没有记录"
    return f"{value // 10000:04d}-{value // 100 % 100:02d}-{value % 100:02d}"


def fields(proposal: dict[str, Any]) -> list[tuple[str, str]]:
    """A proposal as readable fields; keys and digests, lists of people, and codes that stand there in words are left out."""
    doubled = {name.removesuffix("_title") for name in proposal if name.endswith("_title")}
    return [
        field(name, value)
        for name, value in proposal.items()
        if not name.endswith(HIDDEN) and name not in doubled and not _is_table(value)
    ]


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


@dataclass(frozen=True)
class Table:
    """A list inside a proposal: its name, headings, rows (each with the key of its person, where it has one), how many."""

    title: str
    headings: list[str]
    rows: list[tuple[str, list[str]]]
    count: int


def tables(proposal: dict[str, Any]) -> list[Table]:
    """The lists of a proposal (the people of a batch, the files of a run) as tables; the first rows of long ones."""
    return [_table(name, value) for name, value in proposal.items() if _is_table(value) and name != "trace"]


def _table(name: str, lines: list[dict[str, Any]]) -> Table:
    keys = [
        key
        for key in lines[0]
        if not key.endswith((*HIDDEN, "division_path")) and f"{key}_title" not in lines[0]
    ]
    rows = [
        (str(line.get("person_id", "")), [shown(key, line.get(key)) for key in keys])
        for line in lines[:ROWS_SHOWN]
    ]
    return Table(field(name, "")[0], [field(key, "")[0] for key in keys], rows, len(lines))


def differences(before: dict[str, Any], after: dict[str, Any]) -> list[dict[str, str]]:
    """What changed between two proposals."""
    names = [
        name
        for name in {**before, **after}
        if not name.endswith(HIDDEN) and before.get(name) != after.get(name)
    ]
    return [
        {
            "title": field(name, "")[0],
            "before": shown(name, before.get(name)),
            "after": shown(name, after.get(name)),
        }
        for name in names
    ]
