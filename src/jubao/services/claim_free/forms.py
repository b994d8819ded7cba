"""The printed forms of 免申即享 as PDF: the same contents give the same bytes, each form fills exactly one A4 page.

Worked example: `confirmation_form_pdf(contents)` with the contents of a `ConfirmationForm` (amounts in fen, 250473) is the
《信息确认表》 with 2504.73 under 单位：元 and the QR code of its progress page; `confirmation_forms_pdf` sets a whole village.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from jubao.forms.pages import (
    GENDERS,
    day_text,
    money,
    month_digits,
    pages_pdf,
    parts_of,
    prepared,
    years_text,
)
from jubao.kernel.errors import CheckFailed
from jubao.kernel.text import _, in_chinese

CONFIRMATION_TITLE = "城乡居民养老保险待遇免申即享信息确认表"


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
