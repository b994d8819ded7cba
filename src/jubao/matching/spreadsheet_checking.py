"""Checking returned sheets of a house visit: every row against itself and against what the system knows, rules as data.

Worked example: 健在=1 with 死亡日期 2019.3 breaks ALIVE_WITH_DEATH in the field 死亡日期; dead since 2019-03 but paid until
2019-08 breaks DEAD_BUT_PAID; a row that breaks nothing gets exactly one class.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from jubao.kernel.errors import ValueRefused
from jubao.kernel.month import Month
from jubao.kernel.text import _

OTHER_ABNORMAL = "4"
NO_ABNORMAL = ("", "0")


@dataclass(frozen=True)
class ReturnedRow:
    """A row as filled in, cells trimmed; `death` is None when blank or unreadable (then `death_problem`)."""

    name: str
    village: str
    alive: str
    death: Month | None
    death_problem: str
    abnormal: str
    remark: str
    own_card: str
    relative_card: str
    checker: str
    checker_phone: str


@dataclass(frozen=True)
class KnownPerson:
    """What the system knows: None for a number it does not know in the scope."""

    name: str
    village: str
    state: str
    ground: str
    stop_month: int | None
    paid_until: int | None


@dataclass(frozen=True)
class SheetRule:
    """A rule: its code, the field it is shown at, what to do, and when it is broken."""

    code: str
    field: str
    remedy: str
    is_broken: Callable[[ReturnedRow, KnownPerson], bool]


def read_death(text: str) -> tuple[Month | None, str]:
    """2019.3, 2019-03, 2019,3, 201903, 2019年3月, with line breaks inside; what is not certain is refused."""
    cleaned = "".join(text.split()).replace(",", "-").replace("，", "-").rstrip(".")
    if not cleaned:
        return None, ""
    try:
        return Month.parse(cleaned), ""
    except ValueRefused as error:
        return None, error.message + error.remedy


def _dead(row: ReturnedRow) -> bool:
    return row.alive in ("0", "否") or (row.alive not in ("1", "是") and row.death is not None)


def _alive(row: ReturnedRow) -> bool:
    return row.alive in ("1", "是")


def _first_unpaid_ok(row: ReturnedRow, known: KnownPerson) -> bool:
    """A stop is right if it names the month of death as the last due one (stopped) or the month after (suspended)."""
    if row.death is None or known.stop_month is None:
        return True
    return row.death.index >= known.stop_month - 1


RULES: tuple[SheetRule, ...] = (
    SheetRule(
        "OTHER_NAME",
        "姓名",
        "姓名与登记的不一致，请核对号码和姓名。",
        lambda r, k: bool(r.name) and r.name != k.name,
    ),
    SheetRule(
        "WRONG_VILLAGE",
        "村组",
        "此人登记在另一个村，请核对或说明。",
        lambda r, k: bool(r.village) and k.village not in r.village,
    ),
    SheetRule(
        "DEATH_UNREADABLE",
        "死亡日期",
        "死亡年月读不出来，请写成 2019-03。",
        lambda r, k: bool(r.death_problem),
    ),
    SheetRule(
        "ALIVE_WITH_DEATH",
        "死亡日期",
        "健在的人不能有死亡日期。",
        lambda r, k: _alive(r) and r.death is not None,
    ),
    SheetRule(
        "ALIVE_ABNORMAL",
        "异常情况",
        "健在的人异常情况应为 0。",
        lambda r, k: _alive(r) and r.abnormal not in NO_ABNORMAL,
    ),
    SheetRule(
        "DEAD_WITHOUT_MONTH",
        "死亡日期",
        "已死亡的须填死亡年月。",
        lambda r, k: (
            r.alive in ("0", "否") and r.death is None and r.abnormal in NO_ABNORMAL and not r.death_problem
        ),
    ),
    SheetRule(
        "NEITHER_WITHOUT_REASON",
        "异常情况",
        "既不健在又没有死亡日期的，须填异常情况。",
        lambda r, k: r.alive == "" and r.death is None and r.abnormal in NO_ABNORMAL and not r.death_problem,
    ),
    SheetRule(
        "OTHER_WITHOUT_REMARK",
        "备注",
        "异常情况为“其他”的，须写备注。",
        lambda r, k: r.abnormal == OTHER_ABNORMAL and not r.remark,
    ),
    SheetRule(
        "DEAD_BUT_NORMAL",
        "死亡日期",
        "系统仍在正常发放，请先上报死亡。",
        lambda r, k: r.death is not None and k.state == "正常待遇",
    ),
    SheetRule(
        "DEAD_BUT_PAID",
        "死亡日期",
        "死亡之月以后仍有发放，请核对死亡年月并办理追缴。",
        lambda r, k: r.death is not None and k.paid_until is not None and k.paid_until > r.death.index,
    ),
    SheetRule(
        "DEATH_BEFORE_STOP", "死亡日期", "死亡早于停发，请核对。", lambda r, k: not _first_unpaid_ok(r, k)
    ),
    SheetRule(
        "ALIVE_BUT_STOPPED",
        "是否健在",
        "系统因其他原因停发，与健在不符，请核对。",
        lambda r, k: (
            _alive(r)
            and k.state not in ("正常待遇", "正常缴费")
            and k.ground not in ("未按期认证", "参加职保", "参加其他养老保险", "")
        ),
    ),
    SheetRule(
        "CARD_NOT_SAID", "持卡", "须填本人（亲属）是否持卡。", lambda r, k: _alive(r) and r.own_card == ""
    ),
    SheetRule(
        "CHECKER_MISSING",
        "核查人",
        "须填入户核查人姓名和电话。",
        lambda r, k: not (r.checker and r.checker_phone),
    ),
)


def broken_rules(row: ReturnedRow, known: KnownPerson) -> list[SheetRule]:
    """Every rule the row breaks, in the order of the table."""
    return [rule for rule in RULES if rule.is_broken(row, known)]


def class_of(row: ReturnedRow, known: KnownPerson) -> str:
    """Exactly one class, the first that fits."""
    if _alive(row):
        return _("健在非本人持卡") if row.own_card in ("0", "否") else _("正常人员")
    if _dead(row):
        overpaid = (
            row.death is not None and known.paid_until is not None and known.paid_until > row.death.index
        )
        if not overpaid:
            return _("正常人员")
        return _("亲属持卡冒领") if row.relative_card in ("1", "是") else _("非亲属持卡冒领")
    return _("异常人员")
