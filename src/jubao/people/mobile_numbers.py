"""The one rule of what a mobile number is, as the pack writes it (`format.mobile`): eleven digits of the mainland's plan.

Worked example: `mobile_rule(pack, today).fits("13900000000")` is true; "1390000000" (ten digits) and "023-48612345" are not.
`cleaned("139 0000-0000")` is "13900000000". `condition("phone")` is the same rule as a condition of a query.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from jubao.policy import Pack

_SIGNS = re.compile(r"[\s()-]|^\+?86(?=1\d{10}$)")


@dataclass(frozen=True)
class MobileRule:
    """The pattern of the numbering plan and the prefixes that are not telephones (satellites, machines)."""

    pattern: str
    excluded: tuple[str, ...]

    def fits(self, text: str) -> bool:
        """Whether a text, as it stands, is a mobile number to which a message may go."""
        return (
            text.isascii()
            and re.fullmatch(self.pattern, text) is not None
            and not text.startswith(self.excluded)
        )

    def condition(self, field: str) -> Q:
        """The same for a field of a query; an absent number fits not."""
        fits = Q(**{f"{field}__regex": self.pattern})
        for prefix in self.excluded:
            fits &= ~Q(**{f"{field}__startswith": prefix})
        return fits


def mobile_rule(pack: Pack, on: date) -> MobileRule:
    """The rule of the region on a day."""
    rule = pack.setting("format.mobile", on).value
    return MobileRule(rule["pattern"], tuple(rule.get("excluded_prefixes", ())))


def cleaned(text: str) -> str:
    """A number as typed without spaces, hyphens, brackets and the country's code; full-width digits as plain ones."""
    plain = unicodedata.normalize("NFKC", text).strip()
    return _SIGNS.sub("", _SIGNS.sub("", plain)) if plain else ""
