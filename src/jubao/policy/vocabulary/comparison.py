"""Settings of the comparison: lists and sources, deadlines, who decides and what is controlled.

Worked example: Guangdong has `import.max_persons: 2000`, the other packs `none`; Chongqing has
`field.due: {count: 3, unit: month}`, Guangdong `{count: 0, unit: month_end}` (within the month of receipt).
"""

from jubao.policy.vocabulary.shapes import (
    Shape,
    choice,
    choices,
    either,
    flag,
    month_day,
    period,
    rows,
    table,
    text,
    texts,
    whole,
)

LEVELS = ("province", "city", "county", "district", "township", "village", "bank")

LISTS: dict[str, tuple[str, Shape]] = {
    "match.lists": (
        "比对形成的名单",
        choices("eligible", "lost", "to_verify", "deregister", "monthly_events", "uncertified", empty=False),
    ),
    "match.conflict": ("同时在合格与丧失名单", choice("to_verify", "suspect_record")),
    "match.neither": ("两个名单都不在", choice("to_verify", "certify_by_template", "certify_in_window")),
    "match.eligible_sources": ("资格合格的数据来源", texts),
    "match.lost_sources": ("养老保险资格丧失的数据来源", texts),
    "match.lost_sources_unemployment": ("失业保险资格丧失的数据来源", texts),
    "match.lost_sources_injury": ("工伤保险资格丧失的数据来源", texts),
    "match.frequency": ("比对频次", choice("regularly", "monthly", "yearly_july")),
    "match.run_by": ("由哪些层级比对", choices(*LEVELS, empty=False)),
    "match.evidence_window": (
        "证据的有效期间",
        choice("period", "calendar_year", "window"),
    ),
    "match.register_conflict": ("户籍登记在世而另有丧失记录的，列为存疑", flag),
    "match.return_untrue": ("不实数据退回来源", choice("off", "national_remote_only", "all_sources")),
    "field.distribute_by": ("核查任务的分配", choice("register_place", "county", "township", "village")),
    "link.probability": ("无证件号码时列为疑似的最低概率（百万分比）", whole(0, 1_000_000)),
    "guard.ceiling_ppm": ("来源未另定时，占花名册的百万分比上限", either(choice("off"), whole(0, 1_000_000))),
    "guard.min_matches": ("比对上的人数超过此数，才可能触发占比上限", whole(0, 100_000)),
    "guard.repeated_file": ("重复文件", choice("warn", "refuse")),
    "guard.gap_months": ("来源连续缺多少个月即提示", either(choice("off"), whole(1, 60))),
}

DEADLINES: dict[str, tuple[str, Shape]] = {
    "field.due": ("待核查人员的核查期限", either(choice("before_notice_ends"), period())),
    "match.district_days": ("区县比对期限", either(choice("none"), period())),
    "field.visit_due": ("上门认证期限", either(choice("none"), period())),
    "field.decision_due": ("现场认证的审核期限", either(choice("none"), period())),
    "field.entry_due": ("上门认证后的录入期限", either(choice("none"), period())),
    "feedback.abroad_due": ("境外认证反馈期限", either(choice("none"), period())),
    "feedback.other_due": ("外省与协助认证反馈期限", either(choice("none"), period())),
    "report.certification": (
        "认证情况报告",
        either(choice("none", "monthly"), month_day),
    ),
    "report.monthly_lists": ("死亡、羁押、判刑名单的上报", choice("none", "monthly", "by_event")),
    "notice.public_days": ("公示的最少天数", either(choice("none"), whole(1, 365))),
    "claim.handling": ("待遇核定办理期限", either(choice("none"), period())),
    "contribution.closing": ("缴费对账", choice("none", "monthly")),
    "statement.frequency": ("个人账户对账单", choice("none", "yearly")),
}

CONTROLS: dict[str, tuple[str, Shape]] = {
    "levels": ("经办层级", choices(*LEVELS, empty=False)),
    "claim.posts": (
        "待遇核定的岗位",
        choices(
            "intake",
            "handler",
            "reviewer",
            "village_collect",
            "township_first",
            "district_recheck",
            empty=False,
        ),
    ),
    "claim.place": ("受理地点", choice("any_outlet_in_city", "own_township", "district_wide")),
    "import.max_persons": ("每次导入的人数上限", either(choice("none"), whole(1, 1_000_000))),
    "import.approvals": ("导入的审批级数", whole(0, 5)),
    "import.split_window_hours": ("拆分导入的观察时段（小时）", whole(1, 720)),
    "export.max_rows": ("不经第二人审批可导出的行数", whole(1, 1_000_000)),
    "identity.order": ("按特殊人群认定参保身份的先后", rows(table(group=text, identity=text))),
    "places.former_names": ("旧地名与现区划代码", rows(table(name=text, code=text))),
    "places.outside_words": ("由其他机构经办的地名", texts),
    "posts.incompatible": ("不相容岗位", rows(table(one=text, other=text))),
    "posts.rotation": ("高风险岗位轮岗期", either(choice("none"), period())),
    "login.ways": ("工作人员登录方式", choices("password_and_code", "qr_code", "e_card_scan", empty=False)),
    "login.least_length": ("密码最少字符数", whole(8, 64)),
    "login.lockout": ("登录失败多少次后锁定、锁定分钟", table(failures=whole(3, 20), minutes=whole(1, 1440))),
    "hours.outside": ("非工作时间操作", choice("mark", "need_reason", "block", "off")),
    "hours.working": ("工作时间", table(**{"from": text, "until": text})),
    "recovery.by": ("追缴由谁实施", choice("county", "district", "agency")),
    "recovery.min_officers": ("追缴时的最少人数", whole(1, 9)),
    "recovery.footage": ("追缴时录音录像", flag),
    "recovery.footage_years": ("追缴影像在办结后保管的年数", whole(1, 30)),
    "tip_off.informant_posts": ("可以查看举报人信息的岗位", texts),
    "reward.tip_offs": ("举报奖励的依据", either(choice("none"), text)),
    "contacts.published": (
        "公布的联系方式",
        choices("phone", "fax", "address", "postcode", "phone_county", "phone_township", "phone_village"),
    ),
}
