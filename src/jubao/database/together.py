"""Several reads in one round trip: queries compiled once per process, sent as one statement list, read one after another.

Worked example::

    _PHONE = Prepared(lambda: Phone.objects.filter(person=given("person"), until_on__isnull=True)[:1])
    _BALANCE = Plain("SELECT kind, fen FROM … WHERE enrolment_id = %(enrolment)s")

    phones, balances = together({"person": key, "enrolment": other}, _PHONE, _BALANCE)

A page that shows twelve small things of one person waits for the database once and not twelve times, and Django works the
text of each query out once and not at every request. PostgreSQL plans each once per connection too (PREPARE and EXECUTE).
Row security, scope and transaction are those of the connection. A pooler in front must give each client a session of its own.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.query import ModelIterable, get_related_populators

Row = TypeVar("Row", bound=Model)
_NAMED = re.compile(r"%\((\w+)\)s")
_PLACE = re.compile(r"%s|%%")
_TABLE = re.compile(r'(?:FROM|INTO) "?(\w+)')


@dataclass(frozen=True)
class _Slot:
    """Where a value named later goes in the parameters of a compiled query."""

    name: str


class Given(Expression):
    """A value in a prepared query that each call fills in."""

    def __init__(self, name: str, output_field: Field[Any, Any] | None = None) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(self, compiler: Any, connection: Any) -> Any:
        """A placeholder; the parameter is filled in at the call."""
        return "%s", [_Slot(self.name)]


def given(name: str, output_field: Field[Any, Any] | None = None) -> Any:
    """A value named `name` that each call of `together` fills in. Typed loosely: it stands wherever a value does."""
    return Given(name, output_field)


class _Statement:
    """A text with `%s` for constants and slots, as PostgreSQL keeps it under a name for the life of a connection."""

    def __init__(self, sql: str, params: tuple[Any, ...]) -> None:
        self.slots = list(dict.fromkeys(one.name for one in params if isinstance(one, _Slot)))
        self.sql, self._params = sql, params
        digest = hashlib.sha256(repr((sql, params)).encode()).hexdigest()[:16]
        table = _TABLE.search(sql)
        self.name = f"{table[1][:40] if table else 'read'}_{digest}"
        self.call = f"EXECUTE {self.name}" + (
            f"({', '.join(['%s'] * len(self.slots))})" if self.slots else ""
        )

    def prepare(self, cursor: Any) -> str:
        """The text that makes PostgreSQL plan it: slots become $1, $2 …, constants stand where they are."""
        left = iter(self._params)

        def written(found: re.Match[str]) -> str:
            if found[0] == "%%":
                return "%"
            one = next(left)
            if isinstance(one, _Slot):
                return f"${self.slots.index(one.name) + 1}"
            constant: str = cursor.mogrify("%s", [one])
            return constant

        return f"PREPARE {self.name} AS {_PLACE.sub(written, self.sql)}"


class Prepared(Generic[Row]):
    """A queryset of rows (with `select_related` and annotations) or of values, compiled at its first use."""

    def __init__(self, make: Callable[[], QuerySet[Row]]) -> None:
        self._make = make

    @cached_property
    def _compiled(self) -> tuple[Any, bool]:
        queryset = self._make()
        return queryset.query.get_compiler(using=DEFAULT_DB_ALIAS), issubclass(
            queryset._iterable_class, ModelIterable
        )

    @cached_property
    def statement(self) -> _Statement:
        """The text and its parameters."""
        sql, params = self._compiled[0].as_sql()
        return _Statement(sql, tuple(params))

    def read(self, rows: list[tuple[Any, ...]]) -> list[Any]:
        """The rows as Django would build them."""
        if not rows:
            return []
        compiler, gives_models = self._compiled
        if self._converters:
            rows = list(compiler.apply_converters(rows, self._converters))
        if not gives_models:
            return [tuple(row) for row in rows]
        model, names, first, last, populators = self._shape
        made = []
        for row in rows:
            one = model.from_db(DEFAULT_DB_ALIAS, names, row[first:last])
            for populator in populators:
                populator.populate(row, one)
            for name, position in compiler.annotation_col_map.items():
                setattr(one, name, row[position])
            made.append(one)
        return made

    @cached_property
    def _converters(self) -> Any:
        compiler = self._compiled[0]
        return compiler.get_converters([one[0] for one in compiler.select[: compiler.col_count]])

    @cached_property
    def _shape(self) -> tuple[Any, list[str], int, int, list[Any]]:
        compiler = self._compiled[0]
        fields = compiler.klass_info["select_fields"]
        first, last = fields[0], fields[-1] + 1
        names = [one[0].target.attname for one in compiler.select[first:last]]
        populators = get_related_populators(  # type: ignore[call-arg]  # the stubs are of a later Django
            compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS
        )
        return compiler.klass_info["model"], names, first, last, populators


class Plain:
    """SQL of one's own with `%(name)s` for values; gives tuples."""

    def __init__(self, sql: str) -> None:
        slots = tuple(_Slot(found[1]) for found in _NAMED.finditer(sql))
        self.statement = _Statement(_NAMED.sub("%s", sql), slots)

    def read(self, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """As they come."""
        return rows


def together(values: Mapping[str, object], *asked: Prepared[Any] | Plain) -> list[list[Any]]:
    """The answers of all questions, in order, in one round trip."""
    statements = [one.statement for one in asked]
    params: list[Any] = [values[name] for one in statements for name in one.slots]
    with connection.cursor() as cursor:
        _prepare(cursor, statements)
        cursor.execute("; ".join(one.call for one in statements), params)
        answers = []
        for number, one in enumerate(asked):
            if number:
                cursor.nextset()
            answers.append(one.read(cursor.fetchall()))
    return answers


def _prepare(cursor: Any, statements: list[_Statement]) -> None:
    """Make known to this connection what it does not know yet."""
    session = connection.connection
    known: set[str] | None = getattr(session, "jubao_prepared", None)
    if known is None:
        known = session.jubao_prepared = set()
    for one in statements:
        if one.name not in known:
            cursor.execute(one.prepare(cursor))
            known.add(one.name)


def first(rows: list[Any]) -> Any | None:
    """The first row, if there is one."""
    return rows[0] if rows else None
