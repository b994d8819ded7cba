"""The shapes a setting's value may have; each says in one Chinese sentence what is wrong with a value.

Worked example: `choice("rolling", "window").fault("yearly")` answers 「只能是 rolling、window 之一，现为 'yearly'」,
and `.fault("rolling")` answers None.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from jubao.kernel.text import _

Fault = Callable[[Any], str | None]


@dataclass(frozen=True)
class Shape:
    """What a value must look like. `options` lists the words the code offers, empty where the value is free."""

    name: str
    fault: Fault
    options: tuple[str, ...] = ()


def _listed(words: tuple[str, ...]) -> str:
    return "、".join(words)


def choice(*words: str) -> Shape:
    """Exactly one of the words the code offers."""

    def fault(value: Any) -> str | None:
        if isinstance(value, str) and value in words:
            return None
        return _("只能是 {words} 之一，现为 {value!r}").format(words=_listed(words), value=value)

    return Shape("choice", fault, words)


def choices(*words: str, empty: bool = True) -> Shape:
    """A list of words the code offers, each at most once; the order counts where the rule says so."""

    def fault(value: Any) -> str | None:
        if not isinstance(value, list):
            return _("应为列表，现为 {value!r}").format(value=value)
        unknown = [word for word in value if word not in words]
        if unknown:
            return _("只能取 {words}，不认识 {unknown!r}").format(words=_listed(words), unknown=unknown)
        if len(set(value)) < len(value):
            return _("列表中有重复的值")
        return None if value or empty else _("列表不能为空")

    return Shape("choices", fault, words)


def whole(low: int, high: int) -> Shape:
    """A whole number between two bounds, both included."""

    def fault(value: Any) -> str | None:
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            return _("应为 {low} 到 {high} 的整数，现为 {value!r}").format(low=low, high=high, value=value)
        return None

    return Shape("whole", fault)


def _flag_fault(value: Any) -> str | None:
    return None if isinstance(value, bool) else _("应为 true 或 false，现为 {value!r}").format(value=value)


def _text_fault(value: Any) -> str | None:
    return (
        None
        if isinstance(value, str) and value.strip()
        else _("应为非空文字，现为 {value!r}").format(value=value)
    )


def _texts_fault(value: Any) -> str | None:
    if isinstance(value, list) and all(isinstance(item, str) and item.strip() for item in value):
        return None if len(set(value)) == len(value) else _("列表中有重复的文字")
    return _("应为文字列表，现为 {value!r}").format(value=value)


def _date_fault(value: Any) -> str | None:
    return None if type(value) is date else _("应为日期（如 2021-12-31），现为 {value!r}").format(value=value)


_MONTH_DAY = re.compile(r"^(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$")


def _month_day_fault(value: Any) -> str | None:
    if isinstance(value, str) and _MONTH_DAY.match(value):
        return None
    return _('应为加引号的月-日（如 "11-30"），现为 {value!r}').format(value=value)


def _record_fault(value: Any) -> str | None:
    return (
        None
        if isinstance(value, Mapping) and value
        else _("应为非空的键值表，现为 {value!r}").format(value=value)
    )


record = Shape("record", _record_fault)
flag = Shape("flag", _flag_fault)
text = Shape("text", _text_fault)
texts = Shape("texts", _texts_fault)
day = Shape("date", _date_fault)
month_day = Shape("month_day", _month_day_fault)


def table(**fields: Shape) -> Shape:
    """A small record with exactly these fields."""

    def fault(value: Any) -> str | None:
        if not isinstance(value, Mapping):
            return _("应为含 {fields} 的表，现为 {value!r}").format(
                fields=_listed(tuple(fields)), value=value
            )
        if set(value) != set(fields):
            return _("应恰有 {fields}，现为 {value}").format(
                fields=_listed(tuple(fields)), value=_listed(tuple(map(str, value)))
            )
        for name, shape in fields.items():
            wrong = shape.fault(value[name])
            if wrong:
                return f"{name}：{wrong}"
        return None

    return Shape("table", fault)


def rows(row: Shape) -> Shape:
    """A list of records of one shape."""

    def fault(value: Any) -> str | None:
        if not isinstance(value, list):
            return _("应为列表，现为 {value!r}").format(value=value)
        for number, item in enumerate(value, start=1):
            wrong = row.fault(item)
            if wrong:
                return _("第 {number} 项：{wrong}").format(number=number, wrong=wrong)
        return None

    return Shape("rows", fault)


def by_word(words: tuple[str, ...], row: Shape) -> Shape:
    """A map from words the code offers to records of one shape."""

    def fault(value: Any) -> str | None:
        if not isinstance(value, Mapping) or not value:
            return _("应为以 {words} 为键的表，现为 {value!r}").format(words=_listed(words), value=value)
        for word, item in value.items():
            if word not in words:
                return _("不认识 {word!r}，只能取 {words}").format(word=word, words=_listed(words))
            wrong = row.fault(item)
            if wrong:
                return f"{word}：{wrong}"
        return None

    return Shape("by_word", fault, words)


def by_name(row: Shape) -> Shape:
    """A map from free names to records of one shape."""

    def fault(value: Any) -> str | None:
        if not isinstance(value, Mapping) or not value or not all(isinstance(name, str) for name in value):
            return _("应为非空的键值表，现为 {value!r}").format(value=value)
        for name, item in value.items():
            wrong = row.fault(item)
            if wrong:
                return f"{name}：{wrong}"
        return None

    return Shape("by_name", fault)


def either(*shapes: Shape) -> Shape:
    """A value that fits one of several shapes."""

    def fault(value: Any) -> str | None:
        faults = [shape.fault(value) for shape in shapes]
        return None if None in faults else _("；或").join(item for item in faults if item)

    return Shape("either", fault, tuple(word for shape in shapes for word in shape.options))


def period() -> Shape:
    """A length of time: how many of which unit; month_end means within the running month, whatever the count."""
    units = choice("working_day", "calendar_day", "month", "year", "month_end")
    return table(count=whole(0, 1200), unit=units)
