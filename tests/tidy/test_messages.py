"""Every message has its English, and the catalogues hold exactly the messages of the code."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from jubao.kernel import text as messages_text
from jubao.kernel.text import _
from scripts import messages
from tests.tidy.repository import files, name, none


def test_every_message_has_its_english() -> None:
    none(messages.problems(messages.extracted(), messages.translations()))


def test_catalogues_are_up_to_date() -> None:
    found = messages.extracted()
    english = messages.catalogue(messages.translations(), found, "en")
    stale = [
        path.name
        for path, content in (
            (messages.TEMPLATE, messages.as_po(messages.catalogue({}, found, None))),
            (messages.ENGLISH, messages.as_po(english)),
            (messages.ENGLISH.with_suffix(".mo"), messages.as_mo(english)),
        )
        if not path.exists() or path.read_bytes() != content
    ]

    none([f"{file} is out of date; run `make messages`" for file in stale])


def not_extractable(source: str) -> list[int]:
    """Lines where `_` gets something an extractor cannot read: an f-string, a sum, a name."""
    calls = (node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call))
    wrapped = (
        call for call in calls if isinstance(call.func, ast.Name) and call.func.id == "_" and call.args
    )
    return [call.lineno for call in wrapped if not isinstance(call.args[0], ast.Constant)]


def test_every_message_can_be_extracted() -> None:
    product = files(".py", under="src/jubao")

    none(
        [
            f"{name(path)}: line {line}"
            for path in product
            for line in not_extractable(path.read_text(encoding="utf-8"))
        ]
    )


def test_each_check_can_fail(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("_('第 {row} 行')\nx = f\"{_('另一句')} {y}\"\n", encoding="utf-8")

    found = messages.extracted(tmp_path)

    assert found == {"另一句": ["a.py"], "第 {row} 行": ["a.py"]}
    assert messages.problems(found, {"第 {row} 行": "Row {row}", "另一句": "Another"}) == []
    assert len(messages.problems(found, {"第 {row} 行": "Row {line}"})) == 2
    assert messages.problems({}, {"短": "其实这一句还是中文"}) != []
    assert not_extractable('_(f"第 {row} 行")\n_("甲" + x)\n_("甲")\n') == [1, 2]


def test_english_is_used_when_asked_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    made = messages.catalogue({"日期是空的。": "The date is empty."}, {"日期是空的。": ["a.py"]}, "en")
    (tmp_path / "en/LC_MESSAGES").mkdir(parents=True)
    (tmp_path / "en/LC_MESSAGES/jubao.mo").write_bytes(messages.as_mo(made))
    monkeypatch.setattr(messages_text, "LOCALE_DIR", tmp_path)
    messages_text._catalogue.cache_clear()
    monkeypatch.setenv("JUBAO_LANG", "en")

    said = _("日期是空的。")
    messages_text._catalogue.cache_clear()

    assert said == "The date is empty."
