"""Letters to one person as a page of PDF: title, number, the wording of the pack, the office, a receipt to sign and cut off.

Worked example: the wording `- 缴费年限：17年` of a benefit notice becomes a line of the letter; the mark of a heading is left
out, because the letter has a title of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from jubao.forms.pages import day_text, pages_pdf, prepared
from jubao.kernel.text import _, in_chinese


@in_chinese
def letter_pdf(contents: Mapping[str, Any]) -> bytes:
    """One letter. `contents`: title, number, made_on, name, id_number, text, office_name, and `receipt` (may be empty).

    `signers`, `deliverer` and `progress_address` (the QR code) where a letter has its own.
    """
    title = str(contents["title"])
    lines = [line.strip() for line in str(contents["text"]).splitlines()]
    page: dict[str, Any] = {
        name: str(contents.get(name) or "")
        for name in ("number", "made_on", "name", "id_number", "office_name", "receipt")
    }
    page |= {
        "title": title,
        "lines": [
            {"words": line.removeprefix("- "), "is_item": line.startswith("- ")}
            for line in lines
            if line and not line.startswith("#")
        ],
        "made_text": day_text(str(contents["made_on"])),
    }
    page["signers"] = "　　　　　　　　".join(
        _("{who}（签字）：").format(who=one)
        for one in contents.get("signers") or ("本人", "指定受益人或法定继承人")
    )
    page["deliverer"] = str(contents.get("deliverer") or "")
    address = str(contents.get("progress_address") or "")
    return pages_pdf("letter", title, [prepared(page, address) | {"is_long": True}])


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
