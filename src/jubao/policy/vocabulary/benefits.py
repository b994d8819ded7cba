"""Settings of the benefits: claims, payment, accounts, deregistration, recovery, transfer, custody, archive.

Worked example: Qijiang's `pension.components` are base, account, years and only-child; its `claim.paying_banks` names
重庆农村商业银行 with the aliases under which feeds write it.
"""

from jubao.policy.vocabulary.shapes import (
    Shape,
    by_name,
    by_word,
    choice,
    choices,
    either,
    flag,
    period,
    rows,
    table,
    text,
    texts,
    whole,
)

COMPONENTS = ("base_pension", "account_pension", "years_pension", "only_child_supplement", "age_supplement")
CUSTODY_KINDS = (
    "CRIMINAL_DETENTION_SERVED",
    "FIXED_TERM",
    "CONTROL",
    "SUSPENDED_SENTENCE",
    "OUTSIDE_SERVING",
    "PAROLE",
    "PAROLE_REVOKED",
    "PAROLE_COMPLETED",
    "DETAINED_UNCONVICTED",
    "RELEASED",
    "DEATH_IN_CUSTODY",
    "LABOUR_REEDUCATION",
    "ADMINISTRATIVE_DETENTION",
)
CUSTODY_ROW = table(
    aliases=texts,
    pay=choice("continue", "stop", "suspend"),
    from_month=choice("month_after", "same_month"),
    adjustments=choice("normal", "frozen", "missed_not_caught_up", "joins_next_year"),
    back_pay=choice("none", "full", "full_if_acquitted"),
    resume=choice("not_interrupted", "month_after_release", "same_month", "never"),
)

CLAIMS: dict[str, tuple[str, Shape]] = {
    "claim.way": (
        "领取待遇的办理方式",
        choice("claim_free_or_claim", "notice_and_village", "ordinary_claim"),
    ),
    "claim.ahead": ("提前筛选的月数", whole(0, 12)),
    "claim.pilot_start_month": (
        "试点起始月份（加引号的 年-月）",
        text,
    ),
    "claim.excluding_special_groups": ("不适用免申即享的特殊人群标识", texts),
    "claim.paying_banks": (
        "待遇代发银行及其别名",
        rows(table(name=text, aliases=texts, suffixes=texts)),
    ),
    "claim.latest_confirmation": ("确认的最后一日", choice("last_day_of_birthday_month")),
    "claim.window_unit": ("提前期按日还是按月计", choice("day", "month")),
    "claim.rate_formula": ("免申即享办结率", choice("completed_over_extracted_minus_revoked")),
    "claim.employee_record": ("职工养老保险记录", choice("any_record", "unsettled_only")),
    "claim.birthday_year_contribution": ("满60周岁当年的缴费", choice("not_required", "required")),
    "claim.how_to_claim": ("普通申领怎么办，告知本人的话", text),
    "claim.documents": ("领取待遇须交的材料", texts),
    "claim.payee": ("申领时是否须指定受益人或选择法定继承人", choice("required", "not_asked")),
    "claim.channels": (
        "线上确认的渠道、名称和开通日期（没有开通的写 not_open）",
        rows(table(code=text, name=text, open_from=either(choice("not_open"), text))),
    ),
    "claim.confirmation_undo_hours": (
        "线上确认后本人可以撤回的小时数（0 为不能撤回；放弃一律不能撤回）",
        whole(0, 72),
    ),
    "claim.make_up_years": ("可补缴年限的算法", choice("to_least", "to_least_or_unpaid")),
    "pay.bank_profiles": (
        "各开户行代发文件的格式（default 为其余银行）",
        by_name(choice("text_delimited", "text_fixed", "xlsx", "pain001")),
    ),
    "pay.days": (
        "发放日期（每月几日到几日）",
        either(choice("none"), table(**{"from": whole(1, 31), "until": whole(1, 31)})),
    ),
    "pay.central_share_percent": (
        "中央财政补助最低标准基础养老金的比例",
        either(choice("unknown"), whole(0, 100)),
    ),
    "pay.account": (
        "发放账户",
        choice("district_paying_bank_card", "social_security_card", "any_own_account"),
    ),
    "pension.components": ("养老金的组成", choices(*COMPONENTS, empty=False)),
    "pension.entitlement_from": (
        "待遇从哪个月起",
        choice("month_after_conditions_met", "month_conditions_met"),
    ),
    "pension.after_exhaustion": ("个人账户发完以后", choice("continue_same_amount_for_life")),
    "pension.rounding": ("养老金的取整", choice("half_up_per_component")),
    "pension.stop_on_death": ("死亡后停发", choice("month_after_death")),
    "pension.rate_unpublished": (
        "当年利率未公布时",
        choice("budget_then_recalculate", "settle_after_year_end", "last_published_then_recompute"),
    ),
    "interest.from": ("缴费从哪个月起计息", choice("month_after_treasury", "month_of_treasury")),
    "interest.partial_year": ("年内利息", choice("months_times_rate_over_12")),
    "interest.compounding": ("复利", choice("yearly")),
    "interest.drawing": ("领取期计息", choice("month_product")),
    "interest.rounding": ("利息的取整", choice("half_up", "up")),
    "interest.year": ("计息年度", choice("calendar_year")),
    "contribution.means": (
        "缴费方式",
        choices("pos", "tax_hall", "electronic", "online", "mobile", "bank_slip", "cash"),
    ),
    "contribution.aid_cap": ("集体补助与资助的上限", choice("top_tier_of_region")),
    "contribution.hardship_groups": ("缴费困难群体", texts),
    "contribution.enrol_place": ("参保地点", choice("own_place", "district_wide")),
    "contribution.make_up_subsidy": ("补缴的政府补贴", choice("none", "by_tier")),
    "contribution.village_cash": ("村（居）协办员收取现金", choice("forbidden", "allowed")),
    "paid_on_behalf.groups": ("政府代缴的人群标识", texts),
    "paid_on_behalf.lists": (
        "代缴人员名单的频次",
        choice("none", "monthly_and_yearly", "excluded_marks_only"),
    ),
}

ENDS: dict[str, tuple[str, Shape]] = {
    "deregistration.causes": (
        "注销登记的情形",
        choices("death", "nationality_lost", "other_scheme_benefit", empty=False),
    ),
    "deregistration.promise": ("注销可用告知承诺", flag),
    "deregistration.notice": ("注销前书面告知并限期", flag),
    "deregistration.notice_due": ("注销告知的限期", period()),
    "stop.month": ("停发从哪个月起", choice("month_after_condition", "next_month_built")),
    "funeral.eligible": ("丧葬补助金的对象", choices("beneficiaries", "contributors_5_continuous_years")),
    "funeral.kind": (
        "丧葬补助金的算法",
        choice("fixed", "months_of_last_pension", "months_of_base", "none", "unknown"),
    ),
    "recovery.offset_order_death": (
        "死亡冒领的抵扣顺序",
        choices("account_balance", "funeral_grant", "later_benefits"),
    ),
    "recovery.offset_order_duplicate": (
        "重复领取等的抵扣顺序",
        choices("account_balance", "funeral_grant", "later_benefits", "employee_pension"),
    ),
    "recovery.steps": (
        "追缴的步骤",
        choices(
            "offset", "return_notice", "recovery_notice", "bureau", "hand_over", "instalments", empty=False
        ),
    ),
    "custody.table": ("判刑与羁押人员的待遇", by_word(CUSTODY_KINDS, CUSTODY_ROW)),
    "recovery.instalments": ("可以约定分期退还", flag),
    "recovery.deduction_percent": ("每月从待遇中扣减多发金额的上限（占当月待遇的百分比）", whole(1, 100)),
    "recovery.offset_sources": (
        "可以抵扣的款项",
        choices("later_benefits", "account_balance", "funeral_grant"),
    ),
    "recovery.return_due": ("退还的限期", period()),
    "recovery.notice_due": ("追缴通知的限期", period()),
    "custody.claim": ("服刑人员的待遇申领", choice("blocked", "rolled_back", "allowed")),
    "transfer.in_payment": ("领取待遇后的关系转移", choice("never", "allowed")),
    "transfer.to_other_place": ("转往外地的办理方式", choice("letter_and_form", "system")),
    "transfer.foreign_unsettled": ("外地未结清缴费", choice("blocks_claim_free", "ignored")),
    "archive.claim": ("待遇申领的档案", choice("electronic_only", "paper_and_electronic")),
    "archive.kinds": (
        "电子档案的材料种类",
        choices("id_document", "only_child_material", "confirmation_form", "determination_form"),
    ),
    "archive.categories": ("各种业务的归档类别", by_name(text)),
    "archive.retention": ("各类档案的保管期限", by_name(either(choice("permanent"), period()))),
    "inheritance.order": ("继承顺序", rows(texts)),
    "inheritance.subsidy_on_death_in_custody": ("服刑期间死亡的，政府补贴部分可继承", flag),
    "archive.file_within_days": ("电子档案归档期限（日）", either(choice("none"), whole(1, 365))),
}
