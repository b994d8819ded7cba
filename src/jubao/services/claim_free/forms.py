"""The printed forms of 免申即享 as PDF: the same contents give the same bytes, each form fills exactly one A4 page.

Worked example: `confirmation_form_pdf(contents)` with the contents of a `ConfirmationForm` (amounts in fen, 250473) is the
《信息确认表》 with 2504.73 under 单位：元 and the QR code of its progress page; `confirmation_forms_pdf` sets a whole village.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from jubao.forms.fonts import replaced, unprintable
from jubao.forms.render import qr_svg, render
from jubao.kernel.dates import chinese_date
from jubao.kernel.errors import CheckFailed
from jubao.kernel.month import Month
from jubao.kernel.text import _, in_chinese

CONFIRMATION_TITLE = "城乡居民养老保险待遇免申即享信息确认表"
GENDERS = {"male": "男", "female": "女"}
PARTS = (
    ("base_pension_fen", "基础养老金"),
    ("account_pension_fen", "个人账户养老金"),
    ("only_child_supplement_fen", "独子增发养老金"),
    ("years_pension_fen", "缴费年限养老金"),
)
AGE_PART = ("age_supplement_fen", "高龄加发养老金")
"""Not on the original, where nobody is old enough; printed only when it is not nothing."""
QR_MASK = 3
LONG_TEXT = 700
"""Beyond these lengths a page is measured before it is set; measuring every page would double the work."""
MOST_IN_A_ROW = 60
LONG_FIELDS = {"name": 12, "bank": 34, "account": 24, "id_number": 24, "phone": 22}


@in_chinese
def confirmation_form_pdf(contents: Mapping[str, Any]) -> bytes:
    """One 《信息确认表》. Raises CheckFailed FORM_CHOICE_MISSING, FORM_PARTS_DIFFER."""
    return confirmation_forms_pdf([contents])


@in_chinese
def confirmation_forms_pdf(many: Iterable[Mapping[str, Any]], *, is_one_of_many: bool = False) -> bytes:
    """One page after another, in the order given."""
    pages = [confirmation_page(one) for one in many]
    return pages_pdf("confirmation_form", CONFIRMATION_TITLE, pages, is_one_of_many=is_one_of_many)


def confirmation_page(contents: Mapping[str, Any]) -> dict[str, Any]:
    """Every field of the form as text."""
    if contents.get("is_only_child") is None:
        raise CheckFailed(
            "FORM_CHOICE_MISSING", _("没有选择是否独子，确认表不能打印。"), remedy=_("请选择“是”或“否”。")
        )
    return prepared(
        {
            "title": CONFIRMATION_TITLE, "number": contents["number"], "made_on": contents["made_on"], "name": contents["name"],
            "gender": GENDERS[contents["gender"]], "personal_number": contents["personal_number"],
            "id_number": contents["id_number"], "phone": contents["phone"] or "", "enrolled_on": contents["enrolled_on"],
            "years": years_text(contents), "is_only_child": bool(contents["is_only_child"]),
            "balance": money(contents["account_balance_fen"]), "first_month": month_digits(contents["start_month"]),
            "total": money(contents["monthly_pension_fen"]), "parts": parts_of(contents), "bank": contents["bank_name"] or "",
            "account": contents["account_number"] or "", "notes": list(contents["notes"]),
            "consent_words": contents["consent_words"], "waiver_words": contents["waiver_words"],
        },
        contents.get("progress_address", ""),
    )  # fmt: skip


@in_chinese
def acceptance_receipt_pdf(contents: Mapping[str, Any]) -> bytes:
    """《业务受理单》: number, what was taken in, until when, and the QR code of the progress page."""
    names = (
        "number",
        "made_on",
        "case_number",
        "name",
        "id_number",
        "business",
        "accepted_on",
        "outlet",
        "officer",
        "due_on",
    )
    page: dict[str, Any] = {name: str(contents.get(name) or "") for name in names}
    page |= {"title": _("业务受理单"), "materials": list(contents["materials"])}
    address = str(contents.get("progress_address", ""))
    page = prepared({**page, "progress_address": address}, address)
    return pages_pdf("acceptance_receipt", _("业务受理单"), [page])


@in_chinese
def refusal_notice_pdf(contents: Mapping[str, Any]) -> bytes:
    """《不予受理通知书》: every reason with its clause, the other way to claim, where to object."""
    title = _("不予受理通知书")
    names = ("number", "made_on", "name", "id_number", "how_to_claim", "office_name", "office_phone")
    page: dict[str, Any] = {name: str(contents.get(name) or "") for name in names}
    page |= {
        "title": title, "reasons": [{"words": str(one["words"]), "citation": str(one.get("citation") or "")}
                                    for one in contents["reasons"]],
        "what": contents.get("what") or _("确认享受城乡居民养老保险待遇免申即享服务"),
        "objection": contents.get("objection") or _("如对本决定有异议，可以向我们反映，也可以依法申请行政复议或者提起行政诉讼。"),
        "made_text": day_text(str(contents["made_on"])),
    }  # fmt: skip
    page = prepared(page, str(contents.get("progress_address", "")))
    return pages_pdf("refusal_notice", title, [page])


def pages_pdf(
    template: str, title: str, pages: list[dict[str, Any]], *, is_one_of_many: bool = False
) -> bytes:
    """The PDF of prepared pages; dated by the day the first one says it was made on."""
    data = {"title": title, "made_on": pages[0]["made_on"], "pages": pages}
    return render(template, data, is_one_of_many=is_one_of_many)


def prepared(page: dict[str, Any], address: str) -> dict[str, Any]:
    """A page with its QR code, the note on characters to be written by hand, and whether it needs measuring."""
    lacking = unprintable(page)
    told = dict(replaced(page)) if lacking else page
    note = ""
    if lacking:
        codes = "、".join(f"U+{ord(c):04X}" for c in lacking)
        note = _("本机字库没有以下字，请在〔〕处手工填写：{codes}").format(codes=codes)
    is_long = bool(lacking) or any(len(str(page.get(name, ""))) > most for name, most in LONG_FIELDS.items())
    is_long = is_long or "steps" in page or _length(page) > LONG_TEXT
    return {
        **told,
        "handwriting_note": note,
        "is_long": is_long,
        "qr": qr_svg(address, mask=QR_MASK) if address else "",
    }


def _length(page: Mapping[str, Any]) -> int:
    """Characters in what may run on: the notes of the form, the reasons of a refusal."""
    reasons = sum(MOST_IN_A_ROW + len(one["words"]) for one in page.get("reasons", ()))
    return reasons + sum(map(len, page.get("notes", ())))


def parts_of(contents: Mapping[str, Any]) -> list[dict[str, str]]:
    """The parts of the pension. Raises CheckFailed FORM_PARTS_DIFFER when they do not add up to what is printed above them."""
    listed = [*PARTS, *([AGE_PART] if contents.get(AGE_PART[0]) else [])]
    if sum(int(contents[name]) for name, _title in listed) != int(contents["monthly_pension_fen"]):
        raise CheckFailed(
            "FORM_PARTS_DIFFER", _("各项之和与月养老金不一致，不能打印。"), remedy=_("请重新核定后再打印。")
        )
    return [{"name": title, "amount": money(contents[name])} for name, title in listed]


def money(fen: int) -> str:
    """250473 → 2504.73, as under 单位：元."""
    return f"{'-' if fen < 0 else ''}{abs(fen) // 100}.{abs(fen) % 100:02d}"


def month_digits(index: int) -> str:
    """The month as the original writes it: 202309."""
    month = Month.from_index(index)
    return f"{month.year}{month.month:02d}"


def years_text(contents: Mapping[str, Any]) -> str:
    """15年, with the odd months where there are any."""
    years, months = divmod(int(contents["contribution_months"]), 12)
    return f"{years}年" + (f"{months}个月" if months else "")


def day_text(day: str) -> str:
    """2026-11-12 → 2026年11月12日."""
    return chinese_date(date.fromisoformat(day[:10]))
