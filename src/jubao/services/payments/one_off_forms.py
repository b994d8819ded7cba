"""《对外支付审批表》: who is paid what out of which business, by kind and bank, in figures and capitals, with the digest.

Worked example: three lines, 9 204.76 yuan, 人民币玖仟贰佰零肆元柒角陆分; a QR of number and digest; three boxes to sign.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from jubao.forms.amounts import capital_amount
from jubao.forms.render import Printed, qr_svg, render_checked
from jubao.kernel.dates import chinese_date
from jubao.kernel.text import _, in_chinese
from jubao.payments.models import OneOffBatch, OneOffPayment
from jubao.services.payments.forms import place_name, yuan

FORM_CLASS = "payment_approval_form"


@in_chinese
def one_off_approval_form(
    batch: OneOffBatch, lines: Sequence[OneOffPayment], *, made_on: date, archive: bool = False
) -> Printed:
    """The approval form of a batch."""
    return render_checked("one_off_approval", _data(batch, lines, made_on), archive=archive)


def _data(batch: OneOffBatch, lines: Sequence[OneOffPayment], made_on: date) -> dict[str, Any]:
    return {
        "title": _("城乡居民基本养老保险对外支付审批表"),
        "agency": place_name(batch.district_code) + "社会保险经办机构",
        "number": batch.number,
        "made_on": made_on.isoformat(),
        "qr": qr_svg(f"JUBAO {batch.number} {batch.digest}"),
        "lines": [
            [str(one.line_number), one.case.number, str(one.get_kind_display()), one.payee_name, one.payee_bank,
             one.payee_account, yuan(one.amount_fen), one.mended]
            for one in lines
        ],
        "kinds": _sums(lines, "kind"),
        "banks": _sums(lines, "payee_bank"),
        "count": f"{len(lines):,}",
        "total": yuan(batch.total_fen),
        "capital": capital_amount(batch.total_fen),
        "signatures": ["经办人（制表）", "复核人", "经办机构负责人"],
        "digest": batch.digest,
        "footer": f"{batch.number}　制表时间：{chinese_date(made_on)}",
    }  # fmt: skip


def _sums(lines: Sequence[OneOffPayment], name: str) -> str:
    titles = dict(OneOffPayment.Kind.choices)
    totals: dict[str, list[int]] = {}
    for one in lines:
        totals.setdefault(getattr(one, name), []).append(one.amount_fen)
    return "；".join(
        f"{titles.get(key, key)} {len(fens)} 笔 {yuan(sum(fens))} 元" for key, fens in totals.items()
    )
