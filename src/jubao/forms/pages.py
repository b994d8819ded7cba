"""What printed papers share: prepared pages as PDF, characters left for the hand, amounts and days as the originals write them.

Worked example: `money(250473)` is 2504.73, `day_text("2026-11-12")` 2026年11月12日; a page with a character that no font
has gets a note that says where to write it by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from jubao.forms.fonts import replaced, unprintable
from jubao.forms.render import qr_svg, render
from jubao.kernel.dates import chinese_date
from jubao.kernel.errors import CheckFailed
from jubao.kernel.month import Month
from jubao.kernel.text import _

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
