"""The forms of 免申即享: every field of the originals on one A4 page, the same bytes again, whatever the name is like."""

from __future__ import annotations

import io
import subprocess
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from jubao.forms.render import qr_svg
from jubao.kernel.errors import CheckFailed
from jubao.policy import load_pack
from jubao.services.benefits.determination_forms import determination_form_pdf
from jubao.services.claim_free.forms import (
    confirmation_form_pdf,
    confirmation_forms_pdf,
    confirmation_page,
    refusal_notice_pdf,
)
from jubao.services.claim_free.texts import texts_of
from jubao.services.documents.letters import acceptance_receipt_pdf

ADDRESS = "https://jubao.example.cn/q/abcdefghijklmnopqrstuvwxyz"
A4 = (595, 842)
LONG = {
    "name": "阿卜杜热合曼·买买提吐尔逊·努尔麦麦提江·玉素甫艾力",
    "bank_name": "重庆农村商业银行股份有限公司綦江支行古南街道营业所（原綦江县农村信用合作联社营业部）",
    "account_number": "6221412345678890123",
    "phone": "13812345521、023-48600000",
}
TEXTS = texts_of(load_pack("500110"), date(2024, 3, 11))
CONTENTS: dict[str, Any] = {
    "number": "QRB-500110-2024-000031", "made_on": "2024-03-11", "name": "张桂芳", "gender": "female",
    "personal_number": "500110000012345", "id_number": "509900196308150026", "phone": "13812345521",
    "enrolled_on": "2009-12-17", "contribution_months": 180, "is_only_child": True, "account_balance_fen": 250473,
    "start_month": 2023 * 12 + 8, "monthly_pension_fen": 16302, "base_pension_fen": 13500, "account_pension_fen": 1802,
    "only_child_supplement_fen": 1000, "years_pension_fen": 0, "age_supplement_fen": 0, "bank_name": "重庆农村商业银行",
    "account_number": "6221412345678890", "notes": list(TEXTS.notes), "consent_words": TEXTS.consent,
    "waiver_words": TEXTS.waiver, "progress_address": ADDRESS,
}  # fmt: skip
TRACE = [
    {"name": "base_pension", "inputs": {"base_pension_fen": 13500}, "value": 13500, "source": ["渝人社发〔2014〕1号"]},
    {"name": "account_pension", "inputs": {"account_balance_fen": 250473, "payout_divisor_months": 139}, "value": 1802,
     "source": ["国发〔2014〕8号 六"]},
    {"name": "only_child_supplement", "inputs": {"only_child_supplement_fen": 1000}, "value": 1000, "source": []},
]  # fmt: skip
DETERMINED = CONTENTS | {
    "title": "重庆市城乡居民基本养老保险待遇核定表", "number": "HD-500110-2024-000123", "case_number": "500110-2024-000123",
    "business": "免申即享", "birth_date": "1963-08-15", "age_years": 60, "of_age_on": "2023-08-15",
    "place": "綦江区 古南街道 沱湾社区", "trace": TRACE, "is_provisional": True, "handler": "李静",
}  # fmt: skip
RECEIPT = {
    "number": "SL-500110-2024-000087", "made_on": "2024-03-11", "case_number": "500110-2024-000123", "name": "张桂芳",
    "id_number": "509900196308150026", "business": "免申即享", "accepted_on": "2024-03-11", "outlet": "綦江区 古南街道",
    "officer": "李静", "due_on": "2024-03-18", "materials": ["身份证件", "信息确认表"], "progress_address": ADDRESS,
}  # fmt: skip
REFUSAL = {
    "number": "BY-500110-2024-000003", "made_on": "2024-03-11", "name": "张桂芳", "id_number": "509900196308150026",
    "reasons": [{"words": "正在服刑期间", "citation": "指引 五、（一）6"},
                {"words": "没有社保卡银行账号", "citation": "指引 五、（一）9"}],
    "how_to_claim": "带身份证到社保所按普通申领办理。", "office_name": "綦江区社会保险经办机构", "office_phone": "12333",
}  # fmt: skip


def text_of(content: bytes, folder: Path) -> str:
    """The text as pdftotext reads it, without blanks and line ends."""
    path = folder / "form.pdf"
    path.write_bytes(content)
    found = subprocess.run(
        ["pdftotext", "-raw", path, "-"], check=True, capture_output=True, text=True
    ).stdout
    return "".join(found.split())


def sizes(content: bytes) -> list[tuple[int, int]]:
    """Width and height of every page in points."""
    pages = PdfReader(io.BytesIO(content)).pages
    return [(round(float(one.mediabox.width)), round(float(one.mediabox.height))) for one in pages]


def test_the_confirmation_form_carries_every_field_of_the_original(tmp_path: Path) -> None:
    text = text_of(confirmation_form_pdf(CONTENTS), tmp_path)

    for words in (
        "城乡居民养老保险待遇免申即享信息确认表", "单位：元", "姓名张桂芳", "性别女", "个人编号500110000012345",
        "身份证号码509900196308150026", "电话号码13812345521", "参保时间2009-12-17", "15年", "是否独子", "2504.73",
        "待遇启领时间202309", "163.02（其中：基础养老金135.00个人账户养老金18.02独子增发养老金10.00", "缴费年限养老金0.00）",
        "重庆农村商业银行", "6221412345678890", "办理须知", "1.信息确认后", "每次认证时间不超过12个月；如逾期未认证，将暂停发放",
        "4.城乡居民养老保险待遇从符合待遇领取条件的次月起，每月15-20日发放", "尽快到相应的银行网点激活", "5.本人承诺",
        "同意享受城乡居民养老保险待遇免申即享服务", "自愿放弃享受",
        "注：“同意”、“放弃”只选择其中一项签字。两项都签字，本表格作废。",
    ):  # fmt: skip
        assert words in text, words
    assert text.count("本人签字：年月日") == 2
    assert text.index("充分知晓") < text.index("本人签字")
    assert "高龄" not in text


def test_the_determination_form_carries_basic_data_payout_parts_sum_and_steps(tmp_path: Path) -> None:
    text = text_of(determination_form_pdf(DETERMINED), tmp_path)

    for words in (
        "重庆市城乡居民基本养老保险待遇核定表", "单位：元", "基础信息", "待遇计发信息", "计算步骤和依据", "2023-08-15", "202309",
        "计发月数139", "2504.73", "135.00", "18.02", "10.00", "0.00", "163.02", "壹佰陆拾叁元零贰分",
        "个人账户储存额2,504.73÷计发月数139=18.02", "国发〔2014〕8号六", "为预算金额", "李静", "重庆农村商业银行",
    ):  # fmt: skip
        assert words in text, words


def test_receipt_and_refusal_say_what_happened_and_what_next(tmp_path: Path) -> None:
    receipt, refusal = (
        text_of(acceptance_receipt_pdf(RECEIPT), tmp_path),
        text_of(refusal_notice_pdf(REFUSAL), tmp_path),
    )

    for words in ("业务受理单", "SL-500110-2024-000087", "1.身份证件2.信息确认表", "2024-03-18", ADDRESS):
        assert words in receipt, words
    for words in (
        "不予受理",
        "正在服刑期间",
        "指引五、（一）6",
        "没有社保卡银行账号",
        "普通申领",
        "行政复议",
        "12333",
    ):
        assert words in refusal, words


@pytest.mark.parametrize(
    "content",
    [
        confirmation_form_pdf(CONTENTS), confirmation_form_pdf(CONTENTS | LONG),
        confirmation_form_pdf(CONTENTS | {"notes": [*TEXTS.notes, *TEXTS.notes]}),
        determination_form_pdf(DETERMINED), determination_form_pdf(DETERMINED | LONG | {"place": "綦江区 " * 12}),
        acceptance_receipt_pdf(RECEIPT), refusal_notice_pdf(REFUSAL),
        refusal_notice_pdf(REFUSAL | {"reasons": REFUSAL["reasons"] * 12}),
    ],
    ids=["form", "long", "many notes", "determination", "long determination", "receipt", "refusal", "many reasons"],
)  # fmt: skip
def test_every_form_is_one_page_of_a4(content: bytes) -> None:
    assert sizes(content) == [A4]


def test_a_reprint_has_the_same_bytes_and_another_person_has_others() -> None:
    for make, contents in (
        (confirmation_form_pdf, CONTENTS), (determination_form_pdf, DETERMINED), (acceptance_receipt_pdf, RECEIPT),
        (refusal_notice_pdf, REFUSAL),
    ):  # fmt: skip
        assert make(contents) == make(dict(contents))
        assert make(contents) != make(contents | {"name": "罗世明"})


def test_a_village_is_its_people_one_page_each_in_order(tmp_path: Path) -> None:
    many = [CONTENTS | {"name": name} for name in ("张桂芳", LONG["name"], "䶮小龘", "王㛃")]

    content = confirmation_forms_pdf(many)

    assert sizes(content) == [A4] * 4
    text = text_of(content, tmp_path)
    assert text.index("张桂芳") < text.index("䶮小龘") < text.index("王㛃")


def test_a_character_no_font_has_is_named_to_be_written_by_hand(tmp_path: Path) -> None:
    text = text_of(confirmation_form_pdf(CONTENTS | {"name": "王\U0002fa1e"}), tmp_path)

    assert "王〔U+2FA1E〕" in text
    assert "请在〔〕处手工填写：U+2FA1E" in text


def test_the_code_on_the_form_is_that_of_the_progress_page() -> None:
    assert confirmation_page(CONTENTS)["qr"] == qr_svg(ADDRESS, mask=3)
    assert confirmation_page(CONTENTS | {"progress_address": ""})["qr"] == ""


def test_without_a_choice_or_with_parts_that_do_not_add_up_nothing_is_printed() -> None:
    with pytest.raises(CheckFailed, match="FORM_CHOICE_MISSING"):
        confirmation_form_pdf(CONTENTS | {"is_only_child": None})
    with pytest.raises(CheckFailed, match="FORM_PARTS_DIFFER"):
        confirmation_form_pdf(CONTENTS | {"monthly_pension_fen": 16303})
    with pytest.raises(CheckFailed, match="FORM_PARTS_DIFFER"):
        determination_form_pdf(DETERMINED | {"only_child_supplement_fen": 0})


def test_another_part_is_printed_when_there_is_one(tmp_path: Path) -> None:
    older = CONTENTS | {"age_supplement_fen": 500, "monthly_pension_fen": 16802}

    assert "高龄加发养老金5.00" in text_of(confirmation_form_pdf(older), tmp_path)
