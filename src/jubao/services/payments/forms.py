"""The data of the printed forms of a run: approval form, sheets of villages, finance sheet; rendered by `forms.render`.

Worked example: `approval_form(run, made_on=today)` is the 待遇支付审批表: people and parts by township, 2 442 054.60 yuan in
figures and capitals, the digest that is approved, a QR of number and digest, four boxes to sign.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db import connection

from jubao.facts.payments import PART_TITLES, PARTS, by_bank, by_kind, by_township, hold_counts, omissions
from jubao.forms.amounts import capital_amount
from jubao.forms.render import Printed, qr_svg, render_checked
from jubao.kernel.dates import chinese_date
from jubao.kernel.month import Month
from jubao.kernel.text import _, in_chinese
from jubao.payments.models import PaymentLine, PaymentOmission, PaymentRun
from jubao.services.payments.financing import financing_words
from jubao.services.payments.hold_proposals import REASONS

KIND_TITLES = {one.value: str(one.label) for one in PaymentLine.Kind}
REASON_TITLES = {one.value: str(one.label) for one in PaymentOmission.Reason}
RUN_KINDS = {"regular": "月度发放", "supplementary": "补充发放"}


def yuan(fen: int) -> str:
    """1234567 → 12,345.67."""
    sign = "-" if fen < 0 else ""
    return f"{sign}{abs(fen) // 100:,}.{abs(fen) % 100:02d}"


def month_text(index: int) -> str:
    """2025年6月."""
    month = Month.from_index(index)
    return f"{month.year}年{month.month}月"


def place_name(code: str) -> str:
    """The name of a live division, else its code."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM people_division WHERE code = %s AND valid_until IS NULL", [code])
        row = cursor.fetchone()
    return str(row[0]) if row else code


def audit_head() -> str:
    """The last seal of the audit log, printed on the form so that paper witnesses it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT encode(head, 'hex') FROM oversight_audithead ORDER BY until_sequence DESC LIMIT 1"
        )
        row = cursor.fetchone()
    return str(row[0]) if row else ""


@in_chinese
def approval_form(run: PaymentRun, *, made_on: date, archive: bool = False) -> Printed:
    """The monthly payment approval form of a run whose totals are fixed (SS-22-3)."""
    return render_checked("payment_approval", approval_data(run, made_on), archive=archive)


def approval_data(run: PaymentRun, made_on: date) -> dict[str, Any]:
    """Everything on the approval form; each total is the sum of the rows above it."""
    places = by_township(run.id)
    used = [part for part in PARTS if any(row[part] for row in places)]
    return {
        "title": _("城乡居民基本养老保险待遇支付审批表"),
        "subtitle": f"{month_text(run.benefit_month)} {RUN_KINDS[run.kind]} 第{run.sequence}批",
        "agency": place_name(run.district_code) + "社会保险经办机构",
        "number": run.number,
        "made_on": made_on.isoformat(),
        "qr": qr_svg(f"JUBAO {run.number} {run.digest}"),
        "components": [PART_TITLES[part] for part in used],
        "places": [
            {"name": row["name"], "people": f"{row['people']:,}", "amounts": [yuan(row[part]) for part in used],
             "total": yuan(row["amount_fen"])}
            for row in places
        ],
        "people": f"{sum(row['people'] for row in places):,}",
        "component_totals": [yuan(sum(row[part] for row in places)) for part in used],
        "total": yuan(sum(row["amount_fen"] for row in places)),
        "count": f"{run.line_count:,}",
        "capital": capital_amount(run.total_fen),
        "kinds": [_group(KIND_TITLES[row["kind"]], row) for row in by_kind(run.id)],
        "banks": [_group(row["name"], row) for row in by_bank(run.id)],
        "financing": financing_words(run),
        "left_out": "；".join(
            f"{REASON_TITLES[row['reason']]} {row['people']} 人 {yuan(row['amount_fen'])} 元" for row in omissions(run.id)
        ) or "无",
        "checks": "；".join(
            f"{REASONS[row['reason']]} {row['proposals']} 条（暂缓 {row['confirmed']}、照发 {row['released']}）"
            for row in hold_counts(run.id)
        ) or "死亡、服刑、重复领取、逾期未认证：均未发现",
        "signatures": ["经办人（制表）", "复核人", "经办机构负责人", "财政部门"],
        "digest": run.digest,
        "audit_head": audit_head(),
        "footer": f"{run.number}　制表时间：{chinese_date(made_on)}",
    }  # fmt: skip


def _group(name: str, row: dict[str, Any]) -> dict[str, str]:
    return {"name": name, "count": f"{row['lines']:,}", "total": yuan(row["amount_fen"])}
