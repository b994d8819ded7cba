"""`{% url %}` for every template: the pattern of a route is worked out once per process, only the keys differ.

Worked example: `{% url 'person' person.id %}` asks Django once for `/workbench/people/<key>/` and puts each key in its place
afterwards; the fixed addresses of the frame cost nothing. Names that do not resolve raise as Django's do.
"""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from django import template
from django.template.defaulttags import URLNode
from django.template.defaulttags import url as django_url
from django.urls import NoReverseMatch, get_script_prefix, reverse
from django.utils.html import escape
from django.utils.safestring import SafeString

register = template.Library()
_PLACES = tuple(UUID(int=2**128 - 1 - n) for n in range(4))
"""Keys that no row has, to find the place of each key in a pattern."""
_SIMPLE = (str, SafeString, int, UUID)
_Plain = str | int | None
_KEPT = 2048


class Address(URLNode):
    """Django's node; arguments by name and anything unusual are left to it."""

    def render(self, context: template.Context) -> str:
        """The address, escaped; with `as` it is kept in the context instead."""
        args = tuple(one.resolve(context) for one in self.args)
        keys = tuple(one for one in args if type(one) is UUID)
        rest = tuple(None if type(one) is UUID else one for one in args)
        if self.kwargs or len(keys) > len(_PLACES) or not all(type(one) in _SIMPLE for one in args):
            return str(super().render(context))
        name = self.view_name.resolve(context)
        try:
            address = _filled(str(name), rest, keys)
        except NoReverseMatch:
            if self.asvar is None:
                raise
            address = ""
        if self.asvar:
            context[self.asvar] = address
            return ""
        return str(escape(address)) if context.autoescape else address


def _filled(name: str, rest: tuple[_Plain, ...], keys: tuple[UUID, ...]) -> str:
    first, *others = _pattern(name, rest, get_script_prefix())
    return first + "".join(f"{key}{part}" for key, part in zip(keys, others, strict=True))


@lru_cache(maxsize=_KEPT)
def _pattern(name: str, rest: tuple[_Plain, ...], _prefix: str) -> tuple[str, ...]:
    """The parts of the address between its keys, which stand as None in `rest`."""
    places = iter(_PLACES)
    args = [next(places) if one is None else one for one in rest]
    parts, left = [], reverse(name, args=args)
    for used in _PLACES[: rest.count(None)]:
        before, _key, left = left.partition(str(used))
        parts.append(before)
    return (*parts, left)


@register.tag("url")
def address(parser: template.base.Parser, token: template.base.Token) -> template.Node:
    """Parsed by Django."""
    made = django_url(parser, token)
    return Address(made.view_name, made.args, made.kwargs, made.asvar)
