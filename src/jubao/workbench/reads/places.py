"""Names of places for many paths at once.

Worked example: `place_names(["500000/500110/500110001/500110001201/"])` gives 古南街道 新民村 for that path.
"""

from __future__ import annotations

from collections.abc import Iterable

from jubao.people.models import Division

SHOWN = ("township", "village")


def place_names(paths: Iterable[str]) -> dict[str, str]:
    """Path → township and village; of a path above the townships its own name. One query."""
    wanted = {path for path in paths if path}
    above = {path[: end + 1] for path in wanted for end, sign in enumerate(path) if sign == "/"}
    rows = Division.objects.filter(path__in=above, valid_until__isnull=True).values_list(
        "path", "name", "level"
    )
    known = {path: (name, level) for path, name, level in rows}
    return {path: _words(path, known) for path in wanted}


def _words(path: str, known: dict[str, tuple[str, str]]) -> str:
    steps = [
        known[path[: end + 1]] for end, sign in enumerate(path) if sign == "/" and path[: end + 1] in known
    ]
    low = [name for name, level in steps if level in SHOWN]
    return " ".join(low) or (steps[-1][0] if steps else "")


def townships(scope: str) -> list[tuple[str, str]]:
    """The townships under a scope for a selection: path and name."""
    found = Division.objects.filter(path__startswith=scope, level="township", valid_until__isnull=True)
    return list(found.order_by("code").values_list("path", "name"))


def villages(scope: str, township: str) -> list[tuple[str, str]]:
    """The villages of a township for a selection; none before a township is chosen."""
    if not township.startswith(scope):
        return []
    found = Division.objects.filter(path__startswith=township, level="village", valid_until__isnull=True)
    return list(found.order_by("code").values_list("path", "name"))
