"""The papers of a move as pages of PDF: 转入接收函, 转出审批表, 联系函, 信息表; numbered, kept with the case, printed from there.

Worked example: the letter JS-150404-2026-000007 asks 翁牛特旗社会保险中心 to settle the account of 李国强 and to send record and
money; the form ZC-150404-2026-000003 names what leaves, source by source, with the sum in capital characters.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from jubao.cases.models import Case, CaseMaterial
from jubao.database.actor import Actor
from jubao.forms.amounts import capital_amount
from jubao.forms.pages import day_text, money, pages_pdf, prepared
from jubao.kernel.text import _, in_chinese
from jubao.people.numbers import numbers_of
from jubao.services.cases.numbers import next_number
from jubao.services.documents.receipts import place_name
from jubao.services.documents.store import document_store
from jubao.services.notices.texts import office_values

LETTER, FORM, CONTACT, SHEET = (
    "transfer_acceptance_letter",
    "transfer_out_form",
    "contact_letter",
    "bridging_sheet",
)
TITLES = {
    LETTER: "城乡居民基本养老保险关系转入接收函",
    FORM: "城乡居民基本养老保险关系转出审批表",
    CONTACT: "城乡养老保险制度衔接联系函",
    SHEET: "城乡居民基本养老保险信息表",
}
PREFIXES = {LETTER: "JS", FORM: "ZC", CONTACT: "LX", SHEET: "XX"}


@in_chinese
def letter_store(*, actor: Actor, case: Case, today: date) -> str:
    """《转入接收函》 of a checked application; its number."""
    about = case.proposal
    receives = office_values(case.division_path, today)["agency_name"]
    lines = [
        _("{name}同志户籍已迁入我区，申请将其城乡居民基本养老保险关系转入我区。经审核，同意接收。").format(
            name=case.person.name if case.person else ""
        ),
        _("请为其结算个人账户利息，办理关系转出手续，将个人账户全部储存额划转我单位，并将个人账户记录（分来源金额、各缴费年度）一并转来。"),
    ]  # fmt: skip
    fields = [*person_fields(case), (_("转出地"), about["from_place"], True), (_("转入地"), receives, True)]
    greeting = about["from_agency"] or about["from_place"]
    return paper_store(
        actor=actor, case=case, kind=LETTER, greeting=greeting, lines=lines, fields=fields, today=today
    )


@in_chinese
def paper_store(
    *, actor: Actor, case: Case, kind: str, fields: Sequence[tuple[str, str, bool]], today: date, greeting: str = "",
    lines: Sequence[str] = (), parts: Sequence[Mapping[str, Any]] | None = None, note: str = "",
    signatures: Sequence[str] = (),
) -> str:  # fmt: skip
    """Make one paper, keep it with the case and name it among its materials; its number."""
    number = f"{PREFIXES[kind]}-{next_number(case.district_code, today.year, f'paper_{PREFIXES[kind]}')}"
    office, title = office_values(case.division_path, today), TITLES[kind]
    total = sum(one["amount_fen"] for one in parts or ())
    page = prepared(
        {
            "title": title, "number": number, "made_on": today.isoformat(), "made_text": day_text(today.isoformat()),
            "greeting": greeting, "lines": list(lines), "note": note, "signatures": list(signatures),
            "fields": [{"label": label, "value": value, "is_wide": is_wide} for label, value, is_wide in fields],
            "has_amounts": parts is not None, "total": money(total), "capital": capital_amount(total),
            "parts": [{"name": one["name"], "amount": money(one["amount_fen"])} for one in parts or ()],
            "case_number": case.number, "office_name": office["agency_name"], "office_phone": office["office_phone"],
        },
        "",
    ) | {"is_long": True}  # fmt: skip
    document = document_store(
        actor=actor, content=pages_pdf("transfer_paper", title, [page]), name=f"{title}-{number}.pdf",
        content_type="application/pdf", document_class=kind, case_id=case.pk, person_id=case.person_id,
        district_code=case.district_code, is_encrypted=True,
    )  # fmt: skip
    CaseMaterial.objects.create(case=case, kind=kind, document=document)
    return number


@in_chinese
def person_fields(case: Case) -> list[tuple[str, str, bool]]:
    """Who it is about, as fields of a paper."""
    assert case.person is not None and case.person_id is not None
    number = numbers_of([case.person_id]).get(case.person_id, "")
    return [
        (_("姓名"), case.person.name, False), (_("个人编号"), case.person.personal_number, False),
        (_("身份证号码"), number, True), (_("参保地"), place_name(case.division_path), True),
    ]  # fmt: skip
