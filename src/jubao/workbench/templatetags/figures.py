"""Amounts, months, days and masked data in templates, and the icons.

Worked example: `{{ 16302|yuan }}` is 163.02, `{{ 24322|month }}` is 2026-11, `{{ "张桂芳"|name }}` is 张*芳.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Any, cast

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import escape, format_html
from django.utils.safestring import SafeString

from jubao.forms import masks
from jubao.kernel.id_number import mask_id
from jubao.kernel.month import Month

register = template.Library()


@register.filter
def yuan(fen: int | str | None) -> str:
    """An amount with two decimals and a comma every three digits; nothing for no amount."""
    if fen is None or fen == "":
        return ""
    whole, part = divmod(abs(int(fen)), 100)
    return f"{'-' if int(fen) < 0 else ''}{whole:,}.{part:02d}"


@register.filter
def number(value: int | str | None) -> str:
    """A count with a comma every three digits."""
    return "" if value is None or value == "" else f"{int(value):,}"


@register.filter
def month(index: int | str | None) -> str:
    """A month index as 2026-11."""
    return "" if index is None or index == "" else str(Month.from_index(int(index)))


@register.filter
def last_month(until: int | None) -> str:
    """The last month of a half-open period, nothing when it is open."""
    return "" if until is None else str(Month.from_index(int(until) - 1))


@register.filter
def day(value: date | datetime | None) -> str:
    """A day as 2026-11-22."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = timezone.localtime(value) if timezone.is_aware(value) else value
    return f"{value:%Y-%m-%d}"


@register.filter
def moment(value: datetime | None) -> str:
    """A day with hour and minute, in the time of the office."""
    if value is None:
        return ""
    return f"{timezone.localtime(value) if timezone.is_aware(value) else value:%Y-%m-%d %H:%M}"


register.filter("name", masks.masked_name)
register.filter("masked_number", mask_id)
register.filter("masked_phone", masks.masked_phone)
register.filter("masked_account", masks.masked_account)


@register.filter
def item(mapping: dict[Any, Any], key: object) -> object:
    """The value of a key that is itself a variable."""
    return mapping.get(key, "") if mapping else ""


@register.simple_tag
@cache
def icon(drawing: str) -> SafeString:
    """A drawing of the sprite; it decorates, so that screen readers pass it by."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        static("workbench/icons.svg"),
        drawing,
    )


_drawn_each_time = register.tags["icon"]


@register.tag("icon")
def icon_or_variable(parser: template.base.Parser, token: template.base.Token) -> template.Node:
    """`{% icon "search" %}` is a fixed piece of the page; a variable is drawn at every request."""
    bits = token.split_contents()
    if len(bits) == 2 and bits[1][:1] in ("'", '"'):
        return template.base.TextNode(icon(bits[1][1:-1]))
    return cast(template.Node, _drawn_each_time(parser, token))


@register.tag
def asset(parser: template.base.Parser, token: template.base.Token) -> template.Node:
    """`{% asset "workbench/desk.css" %}`: the address of a file of the site, a fixed piece of the page."""
    return template.base.TextNode(escape(static(token.split_contents()[1][1:-1])))
