"""Names of the human beings behind keys of natural persons, for opinions and time lines; officers' names are not masked.

Worked example: `officer_names([case.maker_id, case.checker_id])` gives both names in one query.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from jubao.kernel.text import _
from jubao.staff.models import NaturalPerson


def officer_names(keys: Iterable[UUID | None]) -> dict[UUID | None, str]:
    """Key of a natural person → name; no key is the program itself."""
    wanted = {key for key in keys if key}
    names: dict[UUID | None, str] = dict(
        NaturalPerson.objects.filter(id__in=wanted).values_list("id", "name")
    )
    names[None] = _("系统")
    return names
