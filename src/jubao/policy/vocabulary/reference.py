"""Settings that hold wording and references: words for reason codes, formats, figures published elsewhere.

Worked example: `reasons.text` maps NO_EVIDENCE to 「本期没有资格合格或丧失的记录」; `reference.*` is for plausibility only and is
never applied to anybody.
"""

from jubao.policy.vocabulary.shapes import Shape, by_name, record, rows, text, whole

REFERENCE: dict[str, tuple[str, Shape]] = {
    "reasons.text": ("原因代码的中文说明", by_name(text)),
    "reference.account_rates_elsewhere": ("其他地区公布的记账利率，只供核对", rows(record)),
    "reference.funeral_grants_elsewhere": ("其他地区的丧葬补助金，只供核对", rows(record)),
    "forms.titles": ("本地区表单的名称", by_name(text)),
    "format.mobile": ("手机号码的格式", record),
    "format.bank_card": ("银行卡号的格式", record),
    "notice.how_to_resume": ("暂停告知书中怎样恢复：认证类、其他", record),
    "notice.objection_days": ("对决定提出意见的天数", whole(1, 365)),
    "office.titles": ("经办机构名称的后缀：镇街、区县", record),
    "office.phone": ("告知中写的咨询电话", text),
    "format.uscc": ("统一社会信用代码的格式", record),
}
