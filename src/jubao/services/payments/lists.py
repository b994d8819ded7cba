"""The payment list of a month with all parts, as csv, xlsx or Parquet: the same rows and sums every time (D2).

Worked example: `payment_list_write(actor=…, run_id=…, path=Path("发放名单.xlsx"), purpose="对账", today=…)` writes 11 204 rows
with 费款所属期, 总额, base and account parts by source; the second call gives the same rows in the same order.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from jubao.database.actor import Actor
from jubao.database.unit_of_work import read_scope
from jubao.facts.payment_sheets import PAYMENT_LIST, SOURCES, rows
from jubao.kernel.errors import CheckFailed
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.matching.writing import Written, write_table
from jubao.payments.models import PaymentRun
from jubao.people.numbers import numbers_of
from jubao.services.payments.forms import KIND_TITLES
from jubao.services.spreadsheets.exports import export_approval, export_record

STATES = {"paid": "已支付", "returned": "支付失败", "unknown": "待查", "unanswered": "待支付"}
GENDERS = {"male": "男", "female": "女"}
_MONEY = {
    "总额": "amount_fen", "基础养老金": "base_pension_fen", "缴费年限养老金": "years_pension_fen",
    "独生子女增发": "only_child_supplement_fen", "高龄增发": "age_supplement_fen", "丧葬费及其他": "other_fen",
    "个人账户养老金": "account_pension_fen", **{title: kind for kind, title in SOURCES.items()},
}  # fmt: skip
_WORDS = (
    "乡镇（街道）",
    "村（社区）",
    "公民身份号码",
    "姓名",
    "性别",
    "费款所属期",
    "实付年月",
    "支付标志",
    "支付类别",
    "原因",
)


def payment_list_write(
    *, actor: Actor, run_id: UUID, path: Path, purpose: str, today: date, export_case_id: UUID | None = None
) -> Written:
    """Write the list of a run that was sent, as far as the actor's scope reaches; the export is recorded.

    Raises CheckFailed RUN_NOT_SENT, ExportRefused EXPORT_NEEDS_APPROVAL, WrongUsage PURPOSE_MISSING.
    """
    with read_scope(actor.scope):
        run = PaymentRun.objects.get(id=run_id)
        if run.state not in ("sent", "reconciled", "closed"):
            raise CheckFailed("RUN_NOT_SENT", _("这批发放还没有送出。"), remedy=_("名单在发放以后导出。"))
        found = rows(PAYMENT_LIST, {"run": run_id, "prefix": f"{actor.scope}%"})
        filters = {"run": run.number, "scope": actor.scope}
        approved_by = export_approval(
            district_code=run.district_code, what="payment_list", filters=filters, row_count=len(found),
            case_id=export_case_id, today=today,
        )  # fmt: skip
        numbers = numbers_of({row["person_id"] for row in found})
    written = _write([_line(row, numbers) for row in found], path)
    export_record(
        actor=actor, what="payment_list", purpose=purpose, filters=filters, row_count=len(found),
        content=path.read_bytes(), approved_by=approved_by,
    )  # fmt: skip
    return written


def _line(row: dict[str, Any], numbers: dict[UUID, str]) -> tuple[Any, ...]:
    words = (
        row["township"] or "", row["village"] or "", numbers.get(row["person_id"], ""), row["name"],
        GENDERS[row["gender"]], str(Month.from_index(row["benefit_month"])), str(Month.from_index(row["run_month"])),
        STATES[row["state"]], KIND_TITLES[row["kind"]], row["cause"],
    )  # fmt: skip
    return (*words, *(int(row[name] or 0) for name in _MONEY.values()))


def _write(lines: list[tuple[Any, ...]], path: Path) -> Written:
    import duckdb
    import pyarrow as pa

    columns: dict[str, Any] = {
        name: pa.array([line[i] for line in lines], pa.string()) for i, name in enumerate(_WORDS)
    }
    for i, name in enumerate(_MONEY, len(_WORDS)):
        columns[name] = pa.array([line[i] for line in lines], pa.int64())
    con = duckdb.connect()
    con.execute("SET threads = 1")
    con.register("payment_list", pa.table(columns))
    money = ", ".join(
        f'CAST("{name}" / CAST(100 AS DECIMAL(3, 0)) AS DECIMAL(15, 2)) AS "{name}"' for name in _MONEY
    )
    words = ", ".join(f'"{name}"' for name in _WORDS)
    return write_table(con, f"SELECT {words}, {money} FROM payment_list", path)
