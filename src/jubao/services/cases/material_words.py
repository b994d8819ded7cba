"""What the papers of cases are called, on forms, on pages and in refusals.

Worked example: `material_title("only_child_material")` is 独生子女材料; a kind without a word keeps its own name.
"""

from __future__ import annotations

from jubao.kernel.text import translated

MATERIALS = {
    "id_document": "身份证件", "household_booklet": "户口簿", "enrolment_form": "参保登记表", "confirmation_form": "信息确认表",
    "only_child_material": "独生子女材料", "consent": "知情同意", "determination_form": "待遇核定表", "evidence": "证据",
    "person_photo": "本人照片", "evidence_media": "核实影像", "deregistration_form": "注销登记表", "promise": "承诺书",
    "finding": "核查结论", "return_notice": "返还通知", "delivery_receipt": "送达回执", "payment_approval_form": "支付审批表",
    "bridging_application": "衔接申请", "contact_letter": "联系函", "transfer_acceptance_letter": "接收函",
    "transfer_in_form": "转入申请表", "transfer_out_form": "转出审批表",
    "bridging_sheet": "衔接信息表", "audit_record": "稽核笔录", "audit_opinion": "稽核意见",
    "contact_record": "联系记录", "list": "名单", "death_proof": "死亡证明", "relationship_proof": "关系证明",
    "recovery_notice": "追缴通知书", "deposit_slip": "缴存凭证", "footage": "影像资料",
    "proof_documents": "证明材料", "make_up_detail_form": "补缴明细表", "bank_credit_slip": "银行进账单",
    "other": "其他材料", "acceptance_receipt": "业务受理单", "refusal_notice": "不予受理通知书", "id_card_front": "身份证人像面",
    "id_card_back": "身份证国徽面", "social_security_card": "社会保障卡", "benefit_notice": "待遇领取告知书",
    "deregistration_notice": "申请注销登记告知书",
    "amount_confirmation": "本人确认书", "check_request": "核查申请",
    "application_materials": "申请材料", "case_record": "经办记录", "posting_photo": "张贴照片",
}  # fmt: skip


def material_title(kind: str) -> str:
    """The Chinese name of a kind of paper."""
    return translated(MATERIALS[kind]) if kind in MATERIALS else kind
