"""Sheets for townships and villages: one PDF per village in a folder per township, repeated only where it failed.

Worked example: `sheets_print(what="notice", …)` writes 古南街道/沱湾社区-待遇发放人员公示表-2025-06.pdf with names, sex, last two
of the number and first month, no account and no amount; township totals are the sums of their villages.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any
from uuid import UUID

from jubao.database.actor import Actor
from jubao.database.unit_of_work import read_scope
from jubao.facts import payment_sheets as facts
from jubao.facts.payment_periods import back_payments
from jubao.facts.payments import failed_lines
from jubao.forms.amounts import capital_amount
from jubao.forms.masks import masked_number, public_number
from jubao.forms.render import PrintJob, print_many
from jubao.kernel.dates import chinese_date
from jubao.kernel.errors import CheckFailed, WrongUsage
from jubao.kernel.month import Month
from jubao.kernel.text import _, in_chinese
from jubao.payments.models import PaymentRun
from jubao.people.numbers import numbers_of
from jubao.services.payments.calculation import calculation_people
from jubao.services.payments.forms import KIND_TITLES, month_text, place_name, yuan
from jubao.services.spreadsheets.exports import export_record

SHEETS = {
    "notice": "待遇发放人员公示表",
    "failed": "待遇支付失败人员名单",
    "checking": "信息核对报告表",
    "calculation": "养老金计算表",
    "single": "个人支付明细表",
    "back_pay": "补发明细表",
}
GENDERS = {"male": "男", "female": "女"}


@dataclass
class Printed:
    """What a printing made: files, people by township and village (for the covering note), failures."""

    files: int = 0
    people: dict[str, dict[str, int]] = field(default_factory=dict)
    failures: list[tuple[Path, str]] = field(default_factory=list)


def column(title: str, width: str = "auto", **more: bool) -> dict[str, Any]:
    """A column of a village sheet; `width` is a typst length or fraction."""
    return {"title": title, "width": width, **more}


@in_chinese
def sheets_print(
    *, actor: Actor, what: str, district_code: str, month: int, folder: Path, purpose: str, today: date,
    progress: Callable[[int, Path], None] = lambda _done, _path: None,
) -> Printed:  # fmt: skip
    """Print one kind of sheet for every village of the actor's scope; what is already there is left as it is.

    Raises WrongUsage SHEET_UNKNOWN, CheckFailed NOTHING_TO_PRINT, RUN_MISSING; ExportRefused without a purpose.
    """
    if what not in SHEETS:
        raise WrongUsage(
            "SHEET_UNKNOWN", _("没有“{what}”这种表。").format(what=what), remedy="、".join(SHEETS)
        )
    with read_scope(actor.scope):
        jobs, made = _jobs(actor, what, district_code, month, folder, today)
    count = sum(sum(villages.values()) for villages in made.people.values())
    if not jobs:
        raise CheckFailed(
            "NOTHING_TO_PRINT", _("{month} 没有要印的人员。").format(month=Month.from_index(month))
        )
    asked = {"month": month, "scope": actor.scope}
    export_record(
        actor=actor, what=f"sheet:{what}", purpose=purpose, filters=asked, row_count=count,
        content=json.dumps([job.data for job in jobs], ensure_ascii=False, sort_keys=True).encode(),
    )  # fmt: skip
    made.failures = print_many(jobs, progress)
    made.files = len(jobs) - len(made.failures)
    return made


def _jobs(
    actor: Actor, what: str, district_code: str, month: int, folder: Path, today: date
) -> tuple[list[PrintJob], Printed]:
    rows = _rows(actor, what, district_code, month)
    made, jobs = Printed(), []
    district = place_name(district_code)
    for (township, village), group in groupby(
        rows, key=lambda row: (row.get("township"), row.get("village"))
    ):
        people = list(group)
        name, place = SHEETS[what], f"{district}{township or ''}{village or ''}"
        made.people.setdefault(township or district, {})[village or district] = len(people)
        path = (
            folder
            / _safe(township or district)
            / f"{_safe(village or district)}-{name}-{Month.from_index(month)}.pdf"
        )
        data = {
            "title": f"城乡居民基本养老保险{name}", "subtitle": month_text(month), "place": place,
            "made_on": today.isoformat(), "made_text": chinese_date(today), "footer": place,
        }  # fmt: skip
        template = "calculation_sheet" if what == "calculation" else "village_sheet"
        jobs.append(PrintJob(template, {**data, **_BODIES[what](people)}, path))
    return jobs, made


def _safe(name: str) -> str:
    return "".join(c for c in name if c not in '/\\:*?"<>|')


def _rows(actor: Actor, what: str, district_code: str, month: int) -> Iterable[dict[str, Any]]:
    if what in ("checking", "calculation"):
        return facts.determined_rows(actor.scope, month)
    runs = PaymentRun.objects.filter(district_code=district_code, benefit_month=month)
    if what == "failed":
        return [row for row in failed_lines(actor.scope) if row["benefit_month"] == month]
    run = (
        runs.filter(kind="regular", state="closed" if what == "notice" else "sent").first()
        or runs.filter(state__in=("sent", "reconciled", "closed")).first()
    )
    if run is None or (what == "notice" and run.state not in ("reconciled", "closed")):
        raise CheckFailed(
            "RUN_MISSING", _("{month} 的发放还没有办结。").format(month=Month.from_index(month)),
            remedy=_("公示表只从已办结的月份生成。"),
        )  # fmt: skip
    if what == "notice":
        return facts.notice_rows(run.id, actor.scope)
    return (
        back_payments(run.id, actor.scope)
        if what == "back_pay"
        else facts.single_payment_rows(run.id, actor.scope)
    )


def _numbers(people: list[dict[str, Any]]) -> dict[UUID, str]:
    return numbers_of({row["person_id"] for row in people})


def _notice(people: list[dict[str, Any]]) -> dict[str, Any]:
    numbers = _numbers(people)
    return {
        "columns": [column("序号", center=True), column("姓名", "1fr"), column("性别", center=True),
                    column("证件号码末两位", center=True), column("享受待遇起始年月", "1fr", center=True)],
        "rows": [
            [str(i), row["name"], GENDERS[row["gender"]], public_number(numbers.get(row["person_id"], ""))[-2:],
             month_text(row["start_month"])]
            for i, row in enumerate(people, 1)
        ],
        "note": f"共 {len(people)} 人。对公示有异议的，请在公示期内向村（居）委会或乡镇（街道）反映。",
    }  # fmt: skip


def _failed(people: list[dict[str, Any]]) -> dict[str, Any]:
    numbers = _numbers(people)
    return {
        "columns": [column("序号", center=True), column("姓名", "1fr"), column("证件号码", center=True),
                    column("所属月份", center=True), column("金额（元）", right=True), column("银行原因", "1.4fr")],
        "rows": [
            [str(i), row["name"], masked_number(numbers.get(row["person_id"], "")), str(Month.from_index(row["benefit_month"])),
             yuan(row["amount_fen"]), row["bank_reason"]]
            for i, row in enumerate(people, 1)
        ],
        "totals": ["", "合计", f"{len({row['person_id'] for row in people})} 人", "",
                   yuan(sum(row["amount_fen"] for row in people)), ""],
        "signatures": ["村协办员", "镇街经办人"],
    }  # fmt: skip


def _checking(people: list[dict[str, Any]]) -> dict[str, Any]:
    numbers = _numbers(people)
    return {
        "flipped": True,
        "columns": [column("序号", center=True), column("姓名", "1fr"), column("身份证号", center=True),
                    column("月养老金", right=True), column("待遇开始年月", center=True), column("信息是否一致", center=True),
                    column("是否同意领取", center=True), column("备注", "1.6fr")],
        "rows": [
            [str(i), row["name"], numbers.get(row["person_id"], ""), yuan(row["monthly_pension_fen"]),
             month_text(row["start_month"]), "是[　] 否[　]", "是[　] 否[　]", ""]
            for i, row in enumerate(people, 1)
        ],
        "totals": ["", "合计", f"{len(people)} 人", yuan(sum(row["monthly_pension_fen"] for row in people)), "", "", "", ""],
        "signatures": ["核对人", "村（居）负责人", "镇街经办人"],
    }  # fmt: skip


def _back_pay(people: list[dict[str, Any]]) -> dict[str, Any]:
    numbers = _numbers(people)
    return {
        "flipped": True,
        "columns": [column("序号", center=True), column("姓名"), column("证件号码", center=True), column("类别"),
                    column("原因"), column("月份:每月金额（元）", "1fr"), column("月数", right=True),
                    column("金额（元）", right=True)],
        "rows": [
            [str(i), row["name"], masked_number(numbers.get(row["person_id"], "")), KIND_TITLES[row["kind"]],
             row["cause_title"], row["periods"].replace("|", "\n"), str(row["months"]), yuan(row["amount_fen"])]
            for i, row in enumerate(people, 1)
        ],
        "totals": ["", "合计", f"{len({row['person_id'] for row in people})} 人", "", "", "", "",
                   yuan(sum(row["amount_fen"] for row in people))],
        "signatures": ["制表人", "复核人"],
    }  # fmt: skip


def _single(people: list[dict[str, Any]]) -> dict[str, Any]:
    numbers = _numbers(people)
    total = sum(row["amount_fen"] for row in people)
    return {
        "flipped": True,
        "columns": [column("序号", center=True), column("姓名"), column("身份证号码", center=True),
                    column("支付类型（原因）", "1fr"), column("支付单号", center=True), column("金额（元）", right=True),
                    column("大写金额", "1.3fr"), column("户名"), column("账号", center=True), column("开户银行", "1fr")],
        "rows": [
            [str(i), row["name"], numbers.get(row["person_id"], ""),
             KIND_TITLES[row["kind"]] + (f"（{row['cause']}）" if row["cause"] else ""), str(row["line_number"]),
             yuan(row["amount_fen"]), capital_amount(row["amount_fen"]), row["holder_name"], row["account_number"],
             row["bank_name"]]
            for i, row in enumerate(people, 1)
        ],
        "totals": ["", "合计", f"{len(people)} 笔", "", "", yuan(total), capital_amount(total), "", "", ""],
        "signatures": ["制表人", "复核人", "财务负责人"],
    }  # fmt: skip


_BODIES: dict[str, Callable[[list[dict[str, Any]]], dict[str, Any]]] = {
    "back_pay": _back_pay, "notice": _notice, "failed": _failed, "checking": _checking, "single": _single,
    "calculation": lambda people: {"people": calculation_people(people)},
}  # fmt: skip
