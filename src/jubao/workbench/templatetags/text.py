"""Texts in templates: `{% t "中文" %}` looks the sentence up as `kernel.text._` does; values are filled in and escaped.

Worked example: `{% t "共 {count} 人" count=12 %}` is 共 12 人, and 12 people in English. `scripts/messages.py` collects the
sentences from the templates.
"""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from jubao.kernel.text import translated
from jubao.workbench.words import fields

register = template.Library()


@register.simple_tag
def t(sentence: str, **values: object) -> SafeString:
    """The sentence in the language of the request, with its values."""
    words = translated(sentence)
    if values:
        return format_html(words, **values)
    return format_html("{}", words)


@register.filter
def said(sentence: object) -> str:
    """A sentence that comes from the program (a title, a state), in the language of the request."""
    return translated(str(sentence)) if sentence else ""


@register.filter
def evidence(found: dict[str, Any]) -> str:
    """What a check found, as one line of names and values."""
    return "；".join(f"{name} {value}" for name, value in fields(found))
