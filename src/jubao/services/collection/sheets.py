"""The papers of collection as PDF: title, what it is about, a table, notes, the office and the day.

Worked example: 《补缴明细表》 of 王秀兰 names 2019 and 2020 with 500.00 each, 合计 1 000.00 and the account to pay into.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from jubao.database.actor import Actor
from jubao.forms.pages import day_text
from jubao.forms.render import render
from jubao.kernel.text import in_chinese
from jubao.services.accounts.statements import yuan
from jubao.services.documents.receipts import place_name


@in_chinese
def sheet_pdf(
    *, actor: Actor, title: str, number: str, fields: Sequence[tuple[str, str]], heads: Sequence[str],
    rows: Sequence[Sequence[str]], notes: Sequence[str], today: date, is_archived: bool = False,
) -> bytes:  # fmt: skip
    """One paper. A cell that `amount` made stands on the right."""
    data = {
        "title": title,
        "sub": number,
        "fields": [list(one) for one in fields],
        "heads": list(heads),
        "rows": [list(row) for row in rows],
        "notes": list(notes),
        "officer": "" if actor.is_system else actor.name,
        "office": place_name(actor.scope),
        "made_on": today.isoformat(),
        "made_text": day_text(today.isoformat()),
        "footer": number,
    }
    return render("collection_sheet", data, archive=is_archived)


def amount(fen: int) -> str:
    """An amount as a cell of the table."""
    return f"￥{yuan(fen)}"
