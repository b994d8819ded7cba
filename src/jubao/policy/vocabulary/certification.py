"""Settings of the certification: when one must certify, what a missed certification does, which channels.

Worked example: Chongqing has `cert.period_kind: rolling`, Guangdong `rolling_by_month`, Songshan `calendar_year`,
Xunwu `window` with `cert.length: {from: "01-01", until: "06-30"}`.
"""

from jubao.policy.vocabulary.shapes import (
    Shape,
    choice,
    choices,
    day,
    either,
    flag,
    month_day,
    period,
    table,
    texts,
    whole,
)

SCHEMES = (
    "resident_pension",
    "employee_pension",
    "civil_pension",
    "unemployment_insurance",
    "injury_long_term_benefit",
)
PAYMENT_STATES = ("normal", "suspended")

PERIOD: dict[str, tuple[str, Shape]] = {
    "cert.period_kind": ("认证周期的种类", choice("rolling", "rolling_by_month", "calendar_year", "window")),
    "cert.length": (
        "认证周期的长度（月数；固定窗口写起止月日）",
        either(whole(1, 60), table(**{"from": month_day, "until": month_day})),
    ),
    "cert.count_from": ("周期的起算点", choice("certification_day", "month_after", "period_start")),
    "cert.first_due": (
        "首次认证的时间",
        choice("year_after_first_benefit", "month_after_claim_approval", "in_payment_at_opening"),
    ),
    "cert.risk_cycle": ("按风险设个别周期", choice("off", "evidence_only", "allowed")),
    "cert.exempt": ("免予认证的人员", choices("work_injury_dependant_under_16")),
    "cert.subject_states": ("认证对象的待遇状态", choices(*PAYMENT_STATES, empty=False)),
    "cert.schemes": ("认证覆盖的险种", choices(*SCHEMES, empty=False)),
    "cert.more_than_one": ("周期内多次认证", choice("allowed", "moves_period", "at_least_one")),
    "cert.shared_schemes": ("一次认证供各险种共用", flag),
    "cert.due_on_when_overdue": (
        "待核查人员的办理期限，从名单日起算",
        either(month_day, period()),
    ),
    "cert.open_days": ("全年开放", choice("always", "window_then_make_up")),
}

MISSED: dict[str, tuple[str, Shape]] = {
    "miss.effect": (
        "逾期未认证的后果",
        choice("suspend_after_failed_contact", "suspend", "suspend_then_investigate", "suspend_all"),
    ),
    "miss.contact_means": ("暂停前须用过的不同联系方式数", whole(0, 9)),
    "miss.mode": (
        "由谁作出暂停",
        choice("decided_by_agency", "decided_by_county", "decided_by_district", "batch"),
    ),
    "miss.effective": (
        "暂停从哪个月起",
        choice("after_period", "next_payment", "next_payment_after_report", "july_payment", "month_13"),
    ),
    "miss.public_notice": ("暂停前公示", flag),
    "resume.by": (
        "由谁恢复发放",
        choice(
            "district_after_verification",
            "county_after_pass",
            "district_after_investigation",
            "county_after_make_up",
        ),
    ),
    "hold.working_days": ("暂缓的最长工作日数，期满自动照发", whole(1, 60)),
    "resume.back_pay": ("恢复时补发", choice("full", "none")),
    "resume.self_service_within_months": ("暂停后多少个月内可自助恢复", whole(0, 120)),
    "seal.after": ("暂停多久后封存", either(choice("off"), period())),
    "seal.exempt": ("不封存的人员", choices("serving_sentence")),
    "seal.unseal_channels": (
        "在哪里受理启封申请",
        choices("county", "township", "village", "bank", "online"),
    ),
    "seal.unseal_by": ("由谁启封", choice("city", "county", "province")),
    "loss.confirmed": ("核实丧失资格后的处理", choice("suspend", "stop", "stop_and_recover", "deregister")),
}

CHANNELS: dict[str, tuple[str, Shape]] = {
    "channels.self": (
        "本人自助认证的渠道",
        choices("app_face", "internet_face", "government_site", "mini_program", "kiosk", "template"),
    ),
    "channels.self_names": ("自助渠道的名称", texts),
    "channels.assisted": ("他人协助认证", choice("allowed", "verified_helper", "not_on_site", "off")),
    "channels.on_site": (
        "现场认证",
        choice("any_point_in_city", "biometric_then_documents", "township", "photo"),
    ),
    "channels.home_visit": ("上门认证", choice("on_request", "by_ledger", "goal", "off")),
    "channels.batch": ("批量录入认证", flag),
    "channels.mass": ("集中认证", choice("forbidden")),
    "channels.manual_until": ("人工方式的最后一日", either(choice("open"), day)),
    "channels.accessible": ("适老与无障碍", choices("large_print", "voice", "hall_guide")),
    "evidence.required": (
        "核查结果须附的材料",
        choice(
            "picture_or_video",
            "picture",
            "person_and_document_photo",
            "footage",
            "photo_with_id_and_paper",
            "none",
        ),
    ),
    "evidence.required_visit": (
        "上门认证须附的材料",
        choice("picture_or_video", "person_and_document_photo", "photo_with_id_and_paper", "none"),
    ),
    "evidence.paper_max_days": ("照片中报纸的最长天数", whole(0, 60)),
    "evidence.retention": ("核查材料保存期", either(choice("archive_rules"), period())),
    "forms.paper": ("纸质表单", choices("survey_form", "certification_report")),
    "id_documents": (
        "有效证件",
        choices(
            "id_card",
            "temporary_id_card",
            "household_register",
            "social_security_card",
            "hmt_residence_permit",
            "hmt_travel_permit",
            "passport",
            "foreign_residence_permit",
            "other",
            empty=False,
        ),
    ),
}
