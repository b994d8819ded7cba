"""Statuses as periods: half-open month or day ranges that may not overlap for the same owner, kept apart by the database.

Worked example: `no_overlap("payment_status", "entitlement", "from_month", "until_month")` refuses a second payment
status of one entitlement in a month that has one; `until_month` NULL is open.
"""

from __future__ import annotations

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db.models import F, Func, Q


class Int4Range(Func):
    """`[from, until)` of two integers; NULL as the end is open."""

    function = "int4range"


class DateRange(Func):
    """`[from, until)` of two days; NULL as the end is open."""

    function = "daterange"


def no_overlap(
    name: str,
    owners: tuple[str, ...],
    from_field: str,
    until_field: str,
    *,
    when: Q | None = None,
    kind: type[Func] = Int4Range,
) -> ExclusionConstraint:
    """No two rows of the same owners may share a month (or a day with `kind=DateRange`)."""
    same = [(owner, RangeOperators.EQUAL) for owner in owners]
    return ExclusionConstraint(
        name=name,
        expressions=[*same, (kind(F(from_field), F(until_field)), RangeOperators.OVERLAPS)],
        condition=when,
    )


def ends_after_start(from_field: str, until_field: str) -> Q:
    """A period has at least one month or day, or is open."""
    return Q(**{f"{until_field}__isnull": True}) | Q(**{f"{until_field}__gt": F(from_field)})
