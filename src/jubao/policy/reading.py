"""Reads one file of a pack into its schema; every fault names the file, the place in it and what to do.

Worked example: a document without `effective` answers
「500110_qijiang/documents/qishexian-2024-1.yaml 的 effective：缺少此项。请补上文件的生效日期（from），没有则此包不能使用」.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, TypeAdapter, ValidationError

from jubao.kernel.errors import InputRefused
from jubao.kernel.text import _

Model = TypeVar("Model", bound=BaseModel)
_BaseLoader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, order=True)
class Violation:
    """One thing wrong in a pack: where it stands, what is wrong, what to do. `kind` is the check that found it."""

    pack: str
    file: str
    path: str
    kind: str
    what: str
    remedy: str

    def __str__(self) -> str:
        place = _("{file} 的 {path}").format(file=self.file, path=self.path) if self.path else self.file
        return f"{place}：{self.what}。{self.remedy}"


class PackRefused(InputRefused):
    """A pack that cannot be used at all; carries every violation found, not only the first."""

    def __init__(self, violations: Iterable[Violation]) -> None:
        self.violations = sorted(set(violations))
        super().__init__(
            "PACK_INVALID",
            _("政策包不能使用：{faults}。").format(
                faults="；".join(str(item) for item in self.violations[:5])
            ),
            remedy=_("共 {count} 处，用 jubao policy check 查看全部").format(count=len(self.violations)),
        )


class _UniqueKeyLoader(_BaseLoader):  # type: ignore[misc, valid-type]
    """PyYAML keeps the last of two equal keys without a word; in a pack that would silently drop a value."""

    def flatten_mapping(self, node: Any) -> None:
        # The first flattening still sees the keys as written; later ones see what `<<` merged in, where a
        # repeated key is the override that the author wants.
        checked: set[int] = self.__dict__.setdefault("_checked", set())
        if id(node) not in checked:
            checked.add(id(node))
            seen: set[Any] = set()
            for key, _value in node.value:
                if key.value in seen:
                    mark = key.start_mark
                    raise yaml.constructor.ConstructorError(
                        None, None, _("键 {value} 写了两次").format(value=key.value), mark
                    )
                if isinstance(key.value, str):
                    seen.add(key.value)
        super().flatten_mapping(node)


def place(file: Path) -> tuple[str, str]:
    """The pack (its folder) and the path of a file as people see it: `500110_qijiang/variants.yaml`."""
    for parent in file.parents:
        if parent.name[:6].isdigit() and parent.name[6:7] == "_":
            return parent.name, str(file.relative_to(parent.parent))
    return file.parent.name, file.name


def parse_yaml(file: Path, text: str | None = None) -> Any:
    """The plain data of a YAML file. Raises PackRefused for a file that is not readable YAML."""
    pack, name = place(file)
    try:
        return yaml.load(text if text is not None else file.read_text("utf-8"), Loader=_UniqueKeyLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = _("第 {line} 行").format(line=mark.line + 1) if mark else ""
        problem = getattr(error, "problem", None) or _("不是合法的 YAML")
        raise PackRefused(
            [Violation(pack, name, line, "yaml", str(problem), _("请改正该行的写法"))]
        ) from error
    except UnicodeDecodeError as error:
        raise PackRefused(
            [Violation(pack, name, "", "yaml", _("文件不是 UTF-8 编码"), _("请另存为 UTF-8"))]
        ) from error


def _remedies() -> dict[str, tuple[str, str]]:
    """What is wrong and what to do, by the kind of fault."""
    return {
        "missing": (_("缺少此项"), _("请补上")),
        "extra_forbidden": (_("没有这一项"), _("请核对拼写，或删去")),
        "date_type": (_("应为日期"), _("请写成 2019-01-01，不加引号")),
        "string_type": (_("应为文字"), _("请加引号")),
        "int_type": (_("应为整数"), _("金额用分，比率用百万分比，不写小数")),
        "bool_type": (_("应为 true 或 false"), _("请改正")),
        "list_type": (_("应为列表"), _("请写成 [ … ] 或每行一个“- ”")),
        "dict_type": (_("应为键值表"), _("请写成 键: 值")),
        "model_type": (_("应为键值表"), _("请写成 键: 值")),
        "too_short": (_("不能为空"), _("请至少写一项")),
        "string_too_short": (_("不能为空"), _("请填写")),
    }


def _special() -> dict[str, str]:
    """What to do about fields that deserve a word of their own."""
    return {
        "effective": _("请补上文件的生效日期（effective.from）及其出处；没有生效日期的包不能使用（CQ-26-1）"),
        "unit": _("请写明单位"),
    }


def faults(file: Path, error: ValidationError, base: str = "") -> list[Violation]:
    """The violations behind a failed validation, one per place, unions folded into one line."""
    pack, name = place(file)
    found: dict[str, Violation] = {}
    for item in error.errors(include_url=False):
        path = _path(base, item["loc"])
        kind = str(item["type"])
        what, remedy = _remedies().get(kind, (_message(item), _("请改正")))
        field = str(item["loc"][-1]) if item["loc"] else ""
        if "effective" in (str(part) for part in item["loc"]) and kind in {
            "missing",
            "date_type",
            "model_type",
        }:
            field = "effective"
        found.setdefault(path, Violation(pack, name, path, "schema", what, _special().get(field, remedy)))
    return list(found.values())


_UNION_TAGS = {"int", "list[int]", "list[list[int]]", "dict[int,int]"}


def _path(base: str, location: Iterable[int | str]) -> str:
    path = base
    for part in location:
        if part in _UNION_TAGS:
            break
        path += f"[{part}]" if isinstance(part, int) else (f".{part}" if path else str(part))
    return path


def _message(item: Any) -> str:
    if item["type"] == "value_error":
        return str(item["ctx"]["error"])
    if item["type"] == "literal_error":
        return _("只能是 {expected}，现为 {input!r}").format(
            expected=item["ctx"]["expected"], input=item["input"]
        )
    return _("{msg}，现为 {input!r}").format(msg=item["msg"], input=item["input"])


def validated(adapter: TypeAdapter[Any], file: Path, data: Any) -> Any:
    """The data in its schema. Raises PackRefused with every fault of the file."""
    try:
        return adapter.validate_python(data)
    except ValidationError as error:
        raise PackRefused(faults(file, error)) from error
