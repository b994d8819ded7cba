"""How long a case still has, in working days, as a tag: red when overdue, amber on the last days.

Worked example: due on Friday, seen on Wednesday: 剩 2 个工作日; seen on the Monday after: 超期 1 个工作日.
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

from django.utils.html import format_html
from django.utils.safestring import SafeString

from jubao.kernel.text import _, language
from jubao.services.cases.deadlines import calendar

LONGEST = 120


def working_days_left(due_on: date, today: date) -> int:
    """Working days from today until the last day; negative once it has passed. Counting stops at `LONGEST`."""
    sign = 1 if due_on >= today else -1
    first, last = (today, due_on) if sign > 0 else (due_on, today)
    days = min((last - first).days, LONGEST * 2)
    return sign * sum(calendar().is_working_day(first + timedelta(days=n)) for n in range(1, days + 1))


def due_tag(due_on: date | None, today: date, *, is_open: bool = True) -> SafeString | str:
    """What is left, as a coloured word."""
    if due_on is None or not is_open:
        return ""
    return _tag_of(due_on, today, language())


@lru_cache(maxsize=2048)
def _tag_of(due_on: date, today: date, spoken: str) -> SafeString:
    """Many cases of a list end on the same few days; `spoken` is the language of the words."""
    left = working_days_left(due_on, today)
    if due_on < today:
        return _tag("bad", _("超期 {days} 个工作日").format(days=max(-left, 1)))
    if due_on == today:
        return _tag("wait", _("今天到期"))
    return _tag("wait" if left <= 2 else "mute", _("剩 {days} 个工作日").format(days=left))


def _tag(tone: str, words: str) -> SafeString:
    return format_html('<span class="tag tag-{}">{}</span>', tone, words)
