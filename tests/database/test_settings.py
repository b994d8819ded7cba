"""The settings of the site: Django's own deployment check, strict headers, no debugging, a log without people."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

from jubao.site.log_lines import Personless


def settings_check(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """`django check --deploy` in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "django", "check", "--deploy", "--fail-level", "WARNING"],
        env={name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
        | {"DJANGO_SETTINGS_MODULE": "jubao.site.settings", "JUBAO_DATA_DIR": str(folder)}
        | environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("https", ["1", ""])
def test_the_deployment_check_finds_nothing(tmp_path: Path, https: str) -> None:
    done = settings_check(tmp_path, JUBAO_HTTPS=https, JUBAO_HOSTS="pension.example.cn")
    assert done.returncode == 0, done.stderr


def test_only_plain_http_on_this_machine_goes_without_the_checks_of_https(tmp_path: Path) -> None:
    silenced = "from jubao.site import settings; print(*settings.SILENCED_SYSTEM_CHECKS, settings.SESSION_COOKIE_SECURE)"
    environment = os.environ | {"JUBAO_DATA_DIR": str(tmp_path), "JUBAO_HTTPS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", silenced], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["security.W005", "security.W021", "security.W019", "True"]


def test_debugging_cannot_be_switched_on(tmp_path: Path) -> None:
    asked = "from jubao.site import settings; print(settings.DEBUG)"
    environment = os.environ | {
        "JUBAO_DATA_DIR": str(tmp_path),
        "DEBUG": "1",
        "DJANGO_DEBUG": "1",
        "JUBAO_DEBUG": "1",
    }
    done = subprocess.run(
        [sys.executable, "-c", asked], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "False"


def test_every_answer_carries_the_strict_headers(client: Client) -> None:
    answer = client.get("/healthz")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"


def test_an_unknown_host_is_refused(client: Client) -> None:
    assert client.get("/healthz", headers={"host": "evil.example"}).status_code == 400


def test_the_log_names_the_place_and_not_the_person() -> None:
    try:
        raise ValueError("身份证号码 509901196001010000 重复")
    except ValueError:
        record = logging.LogRecord("jubao", logging.ERROR, __file__, 1, "办理失败", None, sys.exc_info())
    text = Personless().format(record)
    assert "ValueError" in text
    assert "test_settings.py" in text
    assert "5099" not in text
