"""Errors, citations, folding and messages: what the user reads, and with which code a command ends."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jubao.kernel import errors
from jubao.kernel.characters import fold, shown
from jubao.kernel.citation import Citation


@pytest.mark.parametrize(
    ("kind", "exit_code"),
    [
        (errors.CheckFailed, 1),
        (errors.WrongUsage, 2),
        (errors.InputRefused, 3),
        (errors.ValueRefused, 3),
        (errors.NotCovered, 4),
        (errors.OutsideUnavailable, 5),
    ],
)
def test_each_kind_of_failure_has_its_exit_code(kind: type[errors.DomainError], exit_code: int) -> None:
    error = kind("CODE", "说明。", remedy="办法。")

    assert error.exit_code == exit_code
    assert str(error) == "CODE: 说明。办法。"
    assert isinstance(error, errors.DomainError)


def test_message_names_the_clause_and_stays_on_one_line() -> None:
    citation = Citation("渝人社办〔2019〕99号", "第九条")
    error = errors.NotCovered("PARAMETER_MISSING", "缺少\n标准", remedy="请补充。", citation=citation)

    assert str(error) == "PARAMETER_MISSING: 缺少 标准（渝人社办〔2019〕99号 第九条）请补充。"
    assert error.citation == citation


def test_citation_without_a_clause_names_the_document() -> None:
    assert str(Citation("国发〔2014〕8号")) == "国发〔2014〕8号"
    assert Citation("a", "第一条") < Citation("a", "第二条")


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("\u200b＇５００１１０　", "500110"),
        ("'007", "007"),
        ("’007", "007"),
        ("''007", "'007"),
        ("￥５", "¥5"),
        ("②", "②"),
        ("A\u00a0B", "A B"),
        ("", ""),
        ("'", ""),
    ],
)
def test_folding_changes_only_forms_that_mean_the_same(text: str, folded: str) -> None:
    assert fold(text) == folded


@given(st.text(max_size=200))
def test_a_quoted_cell_is_one_short_printable_line(text: str) -> None:
    quoted = shown(text)

    assert len(quoted) <= 30
    assert quoted.isprintable()
