"""A clock that jumped must not stop or pay a whole district: work by date demands a day that fits the sealed log.

Worked example: the log was sealed on 2026-11-21; with a clock that says 2026-12-22 `month run` is refused with
CLOCK_AHEAD until an officer confirms the day; one that says 2026-11-20 is refused with CLOCK_BEHIND (F40–F42).
"""

from __future__ import annotations

from datetime import date, timedelta

from django.db import connection

from jubao.kernel.errors import CheckFailed
from jubao.kernel.text import _

MOST_DAYS_AFTER_HEAD = 7
MOST_DAYS_BESIDE_DATABASE = 1


def refuse_strange_day(today: date, *, confirmed_by: str = "") -> None:
    """Raises CheckFailed when `today` lies before the last sealed head, over 7 days after it, or beside the database's.

    `confirmed_by` is the officer's signature for a day that is only late: nobody can confirm a day that is over.
    """
    sealed_on, database_day = _days()
    if sealed_on is not None and today < sealed_on:
        raise CheckFailed(
            "CLOCK_BEHIND",
            _("本机日期 {today} 早于审计日志最后封存日 {sealed}。").format(today=today, sealed=sealed_on),
            remedy=_("请先校准本机时钟。"),
        )
    if confirmed_by:
        return
    if sealed_on is not None and today > sealed_on + timedelta(days=MOST_DAYS_AFTER_HEAD):
        raise CheckFailed(
            "CLOCK_AHEAD",
            _("本机日期 {today} 比审计日志最后封存日 {sealed} 晚了 {days} 天以上。").format(
                today=today, sealed=sealed_on, days=MOST_DAYS_AFTER_HEAD
            ),
            remedy=_("请核对时钟；日期无误时由经办人员用 --confirm-day 姓名 确认后再运行。"),
        )
    if abs((today - database_day).days) > MOST_DAYS_BESIDE_DATABASE:
        raise CheckFailed(
            "CLOCKS_DIFFER",
            _("本机日期 {today} 与数据库日期 {other} 不一致。").format(today=today, other=database_day),
            remedy=_("请校准时钟；以数据库的时间为准。"),
        )


def _days() -> tuple[date | None, date]:
    """The day of the last sealed head, and the database's own day, both in the time zone of the site."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT max(sealed_at) FROM oversight_audithead)::date, clock_timestamp()::date"
        )
        found: tuple[date | None, date] = cursor.fetchone()
    return found
