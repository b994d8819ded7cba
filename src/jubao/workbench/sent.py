"""What a form or an address sent, as values: a key, a day, a month.

Worked example: `day_sent(request, "happened_on")` of 2026-03-05 is that date, of an empty field None; `key_of("x")` is None:
whoever alters an address is answered like somebody who chose nothing.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import HttpRequest

from jubao.kernel.dates import parse_date
from jubao.kernel.errors import DomainError, InputRefused
from jubao.kernel.month import Month
from jubao.kernel.text import _
from jubao.workbench.faces import today


def key_of(text: str) -> UUID | None:
    """The key, None where it is not one."""
    try:
        return UUID(text)
    except ValueError:
        return None


def chosen_key(request: HttpRequest, name: str) -> UUID:
    """The key chosen under `name`. Raises InputRefused CHOICE_MISSING."""
    key = key_of(request.POST.get(name, ""))
    if key is None:
        raise InputRefused("CHOICE_MISSING", _("没有选择。"), remedy=_("请刷新页面后重选。"))
    return key


def day_sent(request: HttpRequest, name: str) -> date | None:
    """The day written under `name`, None where nothing is. Raises as `parse_date`."""
    text = request.POST.get(name, "").strip()
    return parse_date(text) if text else None


def day_of(text: str) -> date:
    """A day as a date field sends it. Raises InputRefused DATE_UNREADABLE."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise InputRefused("DATE_UNREADABLE", _("日期看不懂。"), remedy=_("请写成 2026-03-05。")) from error


def month_asked(request: HttpRequest) -> Month:
    """The month asked for, this month where it is not readable."""
    asked = request.GET.get("month", "")
    try:
        return Month.parse(asked) if asked else Month.containing(today())
    except DomainError:
        return Month.containing(today())
