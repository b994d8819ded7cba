"""The address of one row's page, for lists that hold fifty of them.

Worked example: `address_of("person", key)` is what `reverse("person", args=[key])` gives; the pattern is looked up once.
"""

from __future__ import annotations

from functools import cache
from uuid import UUID

from django.urls import reverse

_ANY = UUID(int=0)


def address_of(route: str, key: UUID) -> str:
    """The address of a route whose only argument is the key of a row."""
    before, after = _around(route)
    return f"{before}{key}{after}"


@cache
def _around(route: str) -> tuple[str, str]:
    before, _key, after = reverse(route, args=[_ANY]).partition(str(_ANY))
    return before, after
