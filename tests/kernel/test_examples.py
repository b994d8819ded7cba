"""The examples in the kernel's docstrings are true."""

from __future__ import annotations

import doctest
import importlib
from pathlib import Path

import pytest

import jubao.kernel

MODULES = sorted(path.stem for path in Path(jubao.kernel.__file__).parent.glob("*.py"))


@pytest.mark.parametrize("module", MODULES)
def test_examples_are_true(module: str) -> None:
    name = "jubao.kernel" if module == "__init__" else f"jubao.kernel.{module}"

    result = doctest.testmod(importlib.import_module(name), verbose=False)

    assert result.failed == 0


def test_most_modules_have_an_example_that_runs() -> None:
    finder = doctest.DocTestFinder()
    modules = [
        importlib.import_module("jubao.kernel" if m == "__init__" else f"jubao.kernel.{m}") for m in MODULES
    ]

    assert sum(any(test.examples for test in finder.find(module)) for module in modules) >= 6
