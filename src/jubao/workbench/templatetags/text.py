"""Texts in templates: `{% t "中文" %}` looks the sentence up as `kernel.text._` does; values are filled in and escaped.

Worked example: `{% t "共 {count} 人" count=12 %}` is 共 12 人, and 12 people in English. `scripts/messages.py` collects the
sentences from the templates.
"""

from __future__ import annotations

from typing import Any, cast

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jubao.kernel.text import language, translated
from jubao.workbench.words import fields

register = template.Library()


@register.simple_tag
def t(sentence: str, **values: object) -> SafeString:
    """The sentence in the language of the request, with its values."""
    words = translated(sentence)
    if values:
        return format_html(words, **values)
    return format_html("{}", words)


_with_values = register.tags["t"]


class Sentence(template.Node):
    """A sentence without values: looked up and escaped once for each language."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        self.drawn: dict[str, SafeString] = {}

    def render(self, context: template.Context) -> SafeString:
        """In the language of the request."""
        spoken = language()
        found = self.drawn.get(spoken)
        if found is None:
            found = self.drawn[spoken] = t(self.sentence)
        return found


@register.tag("t")
def sentence_or_values(parser: template.base.Parser, token: template.base.Token) -> template.Node:
    """`{% t "…" %}` alone is drawn once; with values (or `as`) it is worked out at every request."""
    bits = token.split_contents()
    if len(bits) == 2 and bits[1][:1] in ("'", '"') and bits[1][:1] == bits[1][-1:]:
        return Sentence(bits[1][1:-1])
    return cast(template.Node, _with_values(parser, token))


@register.filter
def said(sentence: object) -> str:
    """A sentence that comes from the program (a title, a state), in the language of the request."""
    return translated(str(sentence)) if sentence else ""


@register.filter
def evidence(found: dict[str, Any]) -> str:
    """What a check found, as one line of names and values."""
    return "；".join(f"{name} {value}" for name, value in fields(found))
