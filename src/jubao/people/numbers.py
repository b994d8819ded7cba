"""The only way to identity numbers: from a number to a person and back, for one or for a whole list in one query.

Worked example: `people_by_numbers(["500110196308150026", "50011063０815002"])` finds the same person twice, under each text
as it was written; a former number leads to its person as long as nobody else holds it now.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import connection

from jubao.kernel.errors import ValueRefused
from jubao.kernel.id_number import IdNumber, clean_id_text
from jubao.people.models import IdentityDocument, Person


def stored_number(text: str) -> str:
    """A number as it is kept: cleaned, fifteen digits written out to eighteen; what is no citizen's number stays."""
    cleaned = clean_id_text(text)
    if len(cleaned) != 15:
        return cleaned
    try:
        return IdNumber.parse(cleaned).text
    except ValueRefused:
        return cleaned


def person_by_number(number: str) -> Person | None:
    """The person who holds the number now, else who held it, or None."""
    found = people_by_numbers([number])
    return Person.objects.get(pk=found[number]) if number in found else None


def people_by_numbers(numbers: Iterable[str]) -> dict[str, UUID]:
    """Number as written → id of the person; numbers of nobody are left out. One query for the whole list."""
    stored = {number: stored_number(number) for number in numbers}
    wanted = sorted({number for number in stored.values() if number})
    if not wanted:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (number) number, person_id FROM people_identitydocument WHERE number = ANY(%s)"
            " ORDER BY number, valid_until DESC NULLS FIRST",
            [wanted],
        )
        found: dict[str, UUID] = dict(cursor.fetchall())
    return {written: found[number] for written, number in stored.items() if number in found}


def numbers_of(person_ids: Iterable[UUID]) -> dict[UUID, str]:
    """Id of a person → the number held now, the identity card before other documents. One query for the whole list."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT ON (person_id) person_id, number FROM people_identitydocument"
            " WHERE person_id = ANY(%s) AND valid_until IS NULL"
            " ORDER BY person_id, kind <> 'id_card', valid_from DESC",
            [list(person_ids)],
        )
        return dict(cursor.fetchall())


def number_add(
    *, person_id: UUID, kind: str, number: str, valid_from: date, case_id: UUID | None = None
) -> IdentityDocument:
    """Give a person a number from a day on; the former one of the same kind ends there. Call it in a unit of work."""
    IdentityDocument.objects.filter(person_id=person_id, kind=kind, valid_until__isnull=True).update(
        valid_until=valid_from
    )
    return IdentityDocument.objects.create(
        person_id=person_id, kind=kind, number=stored_number(number), valid_from=valid_from, case_id=case_id
    )


def numbers_sql(person: str) -> str:
    """SQL of the number a person holds now, for set queries: `person` is an SQL expression of the person's id."""
    return (
        f"(SELECT number FROM people_identitydocument WHERE person_id = {person} AND valid_until IS NULL"
        " ORDER BY kind <> 'id_card', valid_from DESC LIMIT 1)"
    )
