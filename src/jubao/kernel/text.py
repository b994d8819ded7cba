"""Messages for people: the source strings are Chinese, other languages come from gettext catalogues.

The language is taken from ``JUBAO_LANG`` (default ``zh``: the source string itself). Values are filled in after the
look-up, so that a catalogue holds one entry per sentence and not one per value. Example::

    _("第 {row} 行读不出来").format(row=17)        # zh: 第 17 行读不出来      en: Row 17 cannot be read
"""

from __future__ import annotations

import gettext
import os
from functools import lru_cache
from pathlib import Path

DOMAIN = "jubao"
LOCALE_DIR = Path(__file__).resolve().parent.parent / "locale"


@lru_cache(maxsize=8)
def _catalogue(language: str) -> gettext.NullTranslations:
    if language.startswith("zh"):
        return gettext.NullTranslations()
    return gettext.translation(DOMAIN, LOCALE_DIR, languages=[language], fallback=True)


def language() -> str:
    """Two-letter language in use, lower case: ``zh`` unless ``JUBAO_LANG`` says otherwise."""
    return (os.environ.get("JUBAO_LANG") or "zh")[:2].lower()


def _(message: str) -> str:
    """The message in the language of the user; an unknown message or language gives the Chinese source string."""
    return _catalogue(language()).gettext(message) if message else ""
