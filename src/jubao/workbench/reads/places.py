"""Names of places for many paths at once.

Worked example: `place_names(["500000/500110/500110001/500110001201/"])` gives 古南街道 新民村 for that path.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from jubao.database.together import Plain, together
from jubao.people.models import Division

SHOWN = ("township", "village")
NAMES = Plain(
    "SELECT path, name, level FROM people_division WHERE path = ANY(%(above)s) AND valid_until IS NULL"
)
"""Path, name and level of places; `above` comes from `paths_above`, `words_of` reads the answer."""


def place_names(paths: Iterable[str]) -> dict[str, str]:
    """Path → township and village; of a path above the townships its own name. One query."""
    wanted = {path for path in paths if path}
    if not wanted:
        return {}
    (rows,) = together({"above": paths_above(wanted)}, NAMES)
    known = known_places(rows)
    return {path: words_of(path, known) for path in wanted}


def paths_above(paths: Iterable[str]) -> list[str]:
    """The paths themselves and every place above them."""
    return sorted({path[: end + 1] for path in paths for end, sign in enumerate(path) if sign == "/"})


def known_places(rows: Iterable[tuple[str, str, str]]) -> dict[str, tuple[str, str]]:
    """The answer of `NAMES` by path."""
    return {path: (name, level) for path, name, level in rows}


def words_of(path: str, known: Mapping[str, tuple[str, str]]) -> str:
    """Township and village of a path, else the name of the lowest place known."""
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
