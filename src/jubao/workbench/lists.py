"""Lists of the desk: filters, sorting, columns to choose, fifty rows a page to any depth in constant time.

Worked example: a page ends with the row `0199…`; its link says `after=0199…`; the next query asks for the rows behind
that row in the order of the list, so that page 4000 costs what page 2 costs. No value of a row stands in an address.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db.models import F, Model, Q, QuerySet
from django.http import HttpRequest, QueryDict

PAGE_SIZE = 50
COUNTED = 10_000
"""Rows are counted up to here; beyond it the page says "more than"."""
Narrowing = Callable[[Any, str], Any]


@dataclass(frozen=True)
class Column:
    """A column: what it shows of a row, and the field it sorts by (none: not sortable)."""

    key: str
    title: str
    show: Callable[[Any], object]
    sort: str = ""
    is_number: bool = False
    is_shown: bool = True


@dataclass(frozen=True)
class Filter:
    """A field of the filter bar: how its value narrows the query. `choices` makes it a selection."""

    key: str
    title: str
    narrow: Narrowing
    kind: Literal["text", "choice", "month", "date"] = "text"
    choices: Callable[[], Iterable[tuple[str, str]]] | None = None


@dataclass(frozen=True)
class Bulk:
    """Something to do with the selected rows; its route shows a preview first."""

    title: str
    route: str


@dataclass(frozen=True)
class Listing:
    """A list: its columns and filters, where a row leads, what to say when there is nothing."""

    key: str
    columns: tuple[Column, ...]
    filters: tuple[Filter, ...] = ()
    sort: str = "-id"
    link: Callable[[Any], str] | None = None
    empty_title: str = "没有符合条件的记录"
    empty_help: str = "请放宽查询条件；名单只含您管辖的地区。"
    bulk: tuple[Bulk, ...] = ()
    enrich: Callable[[Sequence[Any]], None] | None = None


@dataclass
class Row:
    """One line as the template draws it."""

    key: str
    link: str
    cells: list[tuple[object, bool]]


@dataclass
class Header:
    """A heading: where a click sorts to, and how the list is sorted by it now."""

    title: str
    is_number: bool
    link: str = ""
    order: str = ""


@dataclass
class Page:
    """A page of a list, ready to be drawn."""

    listing: Listing
    headers: list[Header]
    rows: list[Row]
    filters: list[dict[str, Any]]
    columns: list[tuple[Column, bool]]
    sort: str
    count: int
    is_counted: bool
    next_link: str = ""
    previous_link: str = ""
    is_narrowed: bool = False
    query: str = ""
    hidden: list[tuple[str, str]] = field(default_factory=list)


def narrowed(listing: Listing, queryset: QuerySet[Any], asked: QueryDict) -> QuerySet[Any]:
    """The rows that the filter bar asks for."""
    for one in listing.filters:
        value = asked.get(one.key, "").strip()
        if value:
            queryset = one.narrow(queryset, value)
    return queryset


def page_of(
    request: HttpRequest, listing: Listing, queryset: QuerySet[Any], *, total: int | None = None
) -> Page:
    """One page of `queryset` as the address asks for: filters, `sort`, `columns`, `after` or `before` a row.

    `total`: how many rows the filters leave, where the view has counted them for something else.
    """
    asked = request.GET
    found = narrowed(listing, queryset, asked)
    columns = _chosen_columns(request, listing)
    sort = _sort(listing, asked)
    rows, has_next, has_previous = _slice(queryset, found, _field(listing, sort), sort.startswith("-"), asked)
    if listing.enrich:
        listing.enrich(rows)
    count = len(rows) if total is None else total
    if total is None and (has_next or has_previous):
        count = found.order_by()[: COUNTED + 1].count()
    keys = {one.key for one in listing.filters}
    return Page(
        listing=listing,
        headers=[_header(column, sort, asked) for column in columns],
        rows=[_row(listing, columns, row) for row in rows],
        filters=[_filter(one, asked) for one in listing.filters],
        columns=[(column, column in columns) for column in listing.columns],
        sort=sort,
        count=min(count, COUNTED),
        is_counted=count <= COUNTED,
        next_link=_link(asked, after=str(rows[-1].pk)) if rows and has_next else "",
        previous_link=_link(asked, before=str(rows[0].pk)) if rows and has_previous else "",
        is_narrowed=any(asked.get(key) for key in keys),
        query=_link(asked)[1:],
        hidden=[
            (key, str(value))
            for key, value in asked.items()
            if key not in keys | {"after", "before", "columns", "lang"}
        ],
    )


def _sort(listing: Listing, asked: QueryDict) -> str:
    wanted = asked.get("sort", "")
    allowed = {column.key for column in listing.columns if column.sort}
    return wanted if wanted.removeprefix("-") in allowed else listing.sort


def _field(listing: Listing, sort: str) -> str:
    key = sort.removeprefix("-")
    return next((column.sort for column in listing.columns if column.key == key and column.sort), key)


def _slice(
    everything: QuerySet[Any], found: QuerySet[Any], order: str, is_descending: bool, asked: QueryDict
) -> tuple[list[Any], bool, bool]:
    """The rows behind or before the row named, and whether there are more on either side."""
    backwards = bool(asked.get("before"))
    start = _named(everything, asked.get("before") or asked.get("after") or "", order)
    descending = is_descending != backwards
    if start is not None:
        found = found.filter(_behind(order, start, descending))
    sign = "-" if descending else ""
    ordering = [f"{sign}{order}"] if order in ("id", "pk") else [f"{sign}{order}", f"{sign}id"]
    rows = list(found.order_by(*ordering)[: PAGE_SIZE + 1])
    more = len(rows) > PAGE_SIZE
    rows = rows[:PAGE_SIZE]
    if backwards:
        return rows[::-1], start is not None, more
    return rows, more, start is not None


def _named(queryset: QuerySet[Any], key: str, order: str) -> tuple[Any, UUID | int] | None:
    """Where in the order a row stands; nothing for a row that is not there."""
    if not key:
        return None
    try:
        primary = queryset.model._meta.pk.to_python(key)
    except ValidationError:
        return None
    found = (
        queryset.filter(pk=primary).annotate(order_value=F(order)).values_list("order_value", "pk").first()
    )
    return (found[0], found[1]) if found else None


def _behind(order: str, start: tuple[Any, UUID | int], descending: bool) -> Q:
    """`(value, id)` behind the start. The first condition alone lets the index begin at the right place."""
    value, key = start
    compare = "lt" if descending else "gt"
    if order in ("id", "pk"):
        return Q(**{f"pk__{compare}": key})
    return Q(**{f"{order}__{compare}e": value}) & (
        Q(**{f"{order}__{compare}": value}) | Q(**{f"pk__{compare}": key})
    )


def _chosen_columns(request: HttpRequest, listing: Listing) -> list[Column]:
    """The columns asked for, remembered for the session; else the usual ones."""
    name = f"columns:{listing.key}"
    if "columns" in request.GET:
        wanted = [key for value in request.GET.getlist("columns") for key in value.split(",")]
        request.session[name] = wanted
    chosen = request.session.get(name)
    columns = [column for column in listing.columns if (column.key in chosen if chosen else column.is_shown)]
    return columns or [column for column in listing.columns if column.is_shown]


def _header(column: Column, sort: str, asked: QueryDict) -> Header:
    if not column.sort:
        return Header(column.title, column.is_number)
    is_sorted = sort.removeprefix("-") == column.key
    other = column.key if sort.startswith("-") or not is_sorted else f"-{column.key}"
    order = ("descending" if sort.startswith("-") else "ascending") if is_sorted else ""
    return Header(column.title, column.is_number, _link(asked, sort=other), order)


def _row(listing: Listing, columns: list[Column], row: Model) -> Row:
    cells = [(column.show(row), column.is_number) for column in columns]
    return Row(str(row.pk), listing.link(row) if listing.link else "", cells)


def _filter(one: Filter, asked: QueryDict) -> dict[str, Any]:
    choices = list(one.choices()) if one.choices else []
    return {
        "key": one.key,
        "title": one.title,
        "kind": one.kind,
        "choices": choices,
        "value": asked.get(one.key, ""),
    }


def _link(asked: QueryDict, **changed: str) -> str:
    """The address of this list with something changed; a change of order or page starts from its own row."""
    query = asked.copy()
    for gone in ("after", "before", "columns", "lang"):
        query.pop(gone, None)
    for key, value in changed.items():
        query[key] = value
    return f"?{query.urlencode()}"
