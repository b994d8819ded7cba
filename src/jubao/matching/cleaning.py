"""Cleaning as SQL text: identity numbers, names, days, months, amounts, spans and yes/no, row by row as the kernel reads them.

Example::

    sql = clean_sql(inp.scan_sql(con), {**inp.columns, "source_row": "BIGINT"}, {"id_number": "identity", "event_on": "date"})
    # SELECT id_number, event_on, source_row, id_number_text, id_number_key, id_number_code, event_on_value, event_on_code …

The original columns stay. A code is NULL when the cell is in order, else the code that ``kernel`` would raise; the value is NULL
then. The text is DuckDB SQL in a subset that ``for_dialect`` translates to Spark and PostgreSQL with the same answers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from itertools import zip_longest

from jubao.matching.cleaning_amounts import fen_layers, gender_layers, years_layers, yes_no_layers
from jubao.matching.cleaning_dates import date_layers, month_layers
from jubao.matching.cleaning_identity import identity_layers
from jubao.matching.cleaning_text import Layer, fold_layers, name_layers

OUTPUTS = {
    "identity": ("text", "key", "code"),
    "name": ("clean", "code"),
    "date": ("value", "code"),
    "month": ("value", "code"),
    "fen": ("value", "code"),
    "years": ("value", "code"),
    "yes_no": ("value", "code"),
    "gender": ("value", "code"),
    "text": ("value",),
}
_LAYERS: dict[str, Callable[[str], list[Layer]]] = {
    "name": name_layers,
    "date": date_layers,
    "month": month_layers,
    "fen": fen_layers,
    "years": years_layers,
    "yes_no": yes_no_layers,
    "gender": gender_layers,
    "text": lambda column: fold_layers(column, f"{column}_value"),
}


def _layers(column: str, kind: str, sql_type: str, today: date | None) -> list[Layer]:
    if kind == "date" and sql_type == "DATE":
        empty = f"CASE WHEN {column} IS NULL THEN 'DATE_EMPTY' END"
        return [{f"{column}_value": column, f"{column}_code": empty}]
    if kind == "identity":
        return identity_layers(column, today)
    return _LAYERS[kind](column)


def clean_sql(
    source: str, columns: Mapping[str, str], kinds: Mapping[str, str], *, today: date | None = None
) -> str:
    """A SELECT of ``columns`` (name -> SQL type) of ``source`` and of what cleaning gives for every column in ``kinds``.

    Shape: one row per row of ``source``. Kinds and what they add: identity ``_text _key _code``, name ``_clean _code``, date
    (DATE), month (index), fen, years (months), yes_no, gender ``_value _code``, text ``_value``. With ``today`` a number whose
    birth lies after it is refused.
    """
    plans = [_layers(column, kind, columns[column], today) for column, kind in kinds.items()]
    is_native = {column for column, kind in kinds.items() if kind == "date" and columns[column] == "DATE"}
    typed = [
        f"CAST({name} AS VARCHAR) AS {name}"
        if name in kinds and kind != "VARCHAR" and name not in is_native
        else name
        for name, kind in columns.items()
    ]
    sql = f"SELECT {', '.join(typed)} FROM ({source}) AS q0"
    for number, layers in enumerate(zip_longest(*plans, fillvalue={}), start=1):
        added = ", ".join(f"{expression} AS {name}" for layer in layers for name, expression in layer.items())
        sql = f"SELECT *, {added} FROM ({sql}) AS q{number}"
    outputs = [f"{column}_{output}" for column, kind in kinds.items() for output in OUTPUTS[kind]]
    return f"SELECT {', '.join([*columns, *outputs])} FROM ({sql}) AS cleaned"


def for_dialect(sql: str, dialect: str) -> str:
    """The same query for ``spark`` or ``postgres``.

    PostgreSQL has no TRY_CAST, so a guarded CAST takes its place; and it would inline the nested queries and evaluate every
    expression many times over, so each is fenced with OFFSET 0.
    """
    import sqlglot
    from sqlglot import exp

    tree = sqlglot.parse_one(sql, read="duckdb")
    if dialect == "postgres":
        for node in list(tree.find_all(exp.TryCast)):
            guard = exp.RegexpLike(this=node.this.copy(), expression=exp.Literal.string("^[0-9]{1,18}$"))
            cast = exp.Cast(this=node.this.copy(), to=node.args["to"].copy())
            node.replace(exp.Case(ifs=[exp.If(this=guard, true=cast)]))
        for day in list(tree.find_all(exp.DateFromParts)):
            parts = [day.args[part].copy() for part in ("year", "month", "day")]
            day.replace(exp.Anonymous(this="make_date", expressions=parts))
        for query in list(tree.find_all(exp.Subquery)):
            if isinstance(query.this, exp.Select):
                query.this.set("offset", exp.Offset(expression=exp.Literal.number(0)))
    return tree.sql(dialect=dialect)
