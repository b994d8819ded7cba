"""Messages: Chinese unless asked otherwise, never an error for a language without a catalogue."""

from __future__ import annotations

import pytest

from jubao.kernel.text import _, language


@pytest.mark.parametrize(
    ("setting", "expected"), [(None, "zh"), ("", "zh"), ("zh_CN", "zh"), ("en_GB.UTF-8", "en"), ("FR", "fr")]
)
def test_language_comes_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, setting: str | None, expected: str
) -> None:
    monkeypatch.delenv("JUBAO_LANG", raising=False)
    if setting is not None:
        monkeypatch.setenv("JUBAO_LANG", setting)

    assert language() == expected


@pytest.mark.parametrize("setting", ["zh", "fr", "en"])
def test_unknown_message_or_language_gives_the_source_string(
    monkeypatch: pytest.MonkeyPatch, setting: str
) -> None:
    monkeypatch.setenv("JUBAO_LANG", setting)

    assert _("目录里没有的一句话。") == "目录里没有的一句话。"
    assert _("") == ""
