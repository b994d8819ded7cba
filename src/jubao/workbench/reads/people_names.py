"""Names of the human beings behind keys of natural persons, for opinions and time lines; officers' names are not masked.

Worked example: `officer_names([case.maker_id, case.checker_id])` gives both names in one query.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from jubao.database.together import Plain
from jubao.kernel.text import _
from jubao.staff.models import NaturalPerson

OFFICERS = Plain("SELECT id, name FROM staff_naturalperson WHERE id = ANY(%(people)s)")
"""Keys and names of `people`, for `database.together`; `with_system` reads the answer."""


def officer_names(keys: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """Key of a natural person → name; no key is the program itself."""
    wanted = {key for key in keys if key}
    found = NaturalPerson.objects.filter(id__in=wanted).values_list("id", "name") if wanted else ()
    return with_system(found)


def with_system(rows: Iterable[tuple[UUID, str]]) -> dict[UUID | None, str]:
    """Rows of key and name as a mapping in which no key is the program."""
    names: dict[UUID | None, str] = dict(rows)
    names[None] = _("系统")
    return names
