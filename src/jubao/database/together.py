"""Several reads in one round trip: queries compiled once per process, sent as one statement list, read one after another.

Worked example::

    _PHONE = Prepared(lambda: Phone.objects.filter(person=given("person"), until_on__isnull=True)[:1])
    _BALANCE = Plain("SELECT kind, fen FROM … WHERE enrolment_id = %(enrolment)s")

    phones, balances = together({"person": key, "enrolment": other}, _PHONE, _BALANCE)

A page that shows twelve small things of one person waits for the database once and not twelve times, and Django works the
text of each query out once and not at every request. Row security, scope and transaction are those of the connection.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Generic, TypeVar

from django.db import DEFAULT_DB_ALIAS, connection
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.query import ModelIterable, get_related_populators

Row = TypeVar("Row", bound=Model)
_NAMED = re.compile(r"%\((\w+)\)s|%%|%s")


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


class Prepared(Generic[Row]):
    """A queryset of rows (with `select_related` and annotations) or of values, compiled at its first use."""

    def __init__(self, make: Callable[[], QuerySet[Row]]) -> None:
        self._make = make

    @cached_property
    def _compiled(self) -> tuple[Any, str, tuple[Any, ...]]:
        queryset = self._make()
        compiler = queryset.query.get_compiler(using=DEFAULT_DB_ALIAS)
        sql, params = compiler.as_sql()
        self._gives_models = issubclass(queryset._iterable_class, ModelIterable)
        return compiler, sql, tuple(params)

    def statement(self, values: Mapping[str, object]) -> tuple[str, list[Any]]:
        """The text and its parameters for one call."""
        _compiler, sql, params = self._compiled
        return sql, [values[one.name] if isinstance(one, _Slot) else one for one in params]

    def read(self, rows: list[tuple[Any, ...]]) -> list[Row]:
        """The rows as Django would build them."""
        if not rows:
            return []
        compiler = self._compiled[0]
        if not self._gives_models:
            return list(compiler.results_iter([rows], tuple_expected=True))
        model, names, first, last = self._shape
        populators = get_related_populators(  # type: ignore[call-arg]  # the stubs are of a later Django
            compiler.klass_info, compiler.select, DEFAULT_DB_ALIAS
        )
        made = []
        for row in compiler.results_iter([rows]):
            one = model.from_db(DEFAULT_DB_ALIAS, names, row[first:last])
            for populator in populators:
                populator.populate(row, one)
            for name, position in compiler.annotation_col_map.items():
                setattr(one, name, row[position])
            made.append(one)
        return made

    @cached_property
    def _shape(self) -> tuple[Any, list[str], int, int]:
        compiler = self._compiled[0]
        fields = compiler.klass_info["select_fields"]
        first, last = fields[0], fields[-1] + 1
        names = [one[0].target.attname for one in compiler.select[first:last]]
        return compiler.klass_info["model"], names, first, last


class Plain:
    """SQL of one's own with `%(name)s` for values; gives tuples."""

    def __init__(self, sql: str) -> None:
        self._names = [found[1] for found in _NAMED.finditer(sql) if found[1]]
        self._sql = _NAMED.sub(lambda found: "%s" if found[1] else found[0], sql)

    def statement(self, values: Mapping[str, object]) -> tuple[str, list[Any]]:
        """The text and its parameters for one call."""
        return self._sql, [values[name] for name in self._names]

    def read(self, rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
        """As they come."""
        return rows


def together(values: Mapping[str, object], *asked: Prepared[Any] | Plain) -> list[list[Any]]:
    """The answers of all questions, in order, in one round trip."""
    parts = [one.statement(values) for one in asked]
    with connection.cursor() as cursor:
        cursor.execute("; ".join(sql for sql, _params in parts), _joined(params for _sql, params in parts))
        answers = []
        for number, one in enumerate(asked):
            if number:
                cursor.nextset()
            answers.append(one.read(cursor.fetchall()))
    return answers


def _joined(lists: Iterable[list[Any]]) -> list[Any]:
    return [value for one in lists for value in one]


def first(rows: list[Any]) -> Any | None:
    """The first row, if there is one."""
    return rows[0] if rows else None
