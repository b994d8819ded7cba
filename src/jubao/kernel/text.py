"""Messages for people: the source strings are Chinese, other languages come from gettext catalogues.

The language is the one that `speaking` sets for a request, else ``JUBAO_LANG`` (default ``zh``: the source string itself).
Values are filled in after the look-up, so that a catalogue holds one entry per sentence and not one per value. Example::

    _("第 {row} 行读不出来").format(row=17)        # zh: 第 17 行读不出来      en: Row 17 cannot be read
"""

from __future__ import annotations

import gettext
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import lru_cache, wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")
DOMAIN = "jubao"
LOCALE_DIR = Path(__file__).resolve().parent.parent / "locale"
_SPOKEN: ContextVar[str] = ContextVar("jubao_language", default="")


@lru_cache(maxsize=8)
def _catalogue(language: str) -> gettext.NullTranslations:
    if language.startswith("zh"):
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, LOCALE_DIR, languages=[language], fallback=True)


def language() -> str:
    """Two-letter language in use, lower case: what `speaking` says, else ``JUBAO_LANG``, else ``zh``."""
    return (_SPOKEN.get() or os.environ.get("JUBAO_LANG") or "zh")[:2].lower()


@contextmanager
def speaking(chosen: str) -> Iterator[None]:
    """Messages inside are in this language; requests side by side do not disturb each other."""
    token = _SPOKEN.set(chosen)
    try:
        yield
    finally:
        _SPOKEN.reset(token)


def in_chinese(compose: Callable[P, T]) -> Callable[P, T]:
    """What this function composes for the people or the files is Chinese, whatever language the officer's screen speaks."""

    @wraps(compose)
    def composed(*args: P.args, **given: P.kwargs) -> T:
        with speaking("zh"):
            return compose(*args, **given)

    return composed


def chinese(message: str) -> str:
    """The Chinese source string, which is what is stored and printed; the page that shows it may translate it (`|said`)."""
    return message


def _(message: str) -> str:
    """The message in the language of the user; an unknown message or language gives the Chinese source string."""
    return translated(message)


def translated(message: str) -> str:
    """What `_` gives, for a message that is a literal elsewhere: a title in a table, a text of a template."""
    return _catalogue(language()).gettext(message) if message else ""
