"""What a user meets who has no Spark yet, or whose cluster is away: a word that says what to do, and nothing half written."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from jubao.kernel.errors import WrongUsage
from jubao.matching import spark_session as module
from tests.acceptance.blackbox import number, run, write


def compared(tmp_path: Path) -> tuple[int, str]:
    """Exit and message of a comparison on Spark."""
    person = {"id_number": number(), "name": "张三"}
    done = run(
        "compare", "--region", "500110", "--month", "2024-05", "--roster", write(tmp_path / "roster.csv", [person]),
        "--feed", f"TRAIN={write(tmp_path / 'train.csv', [{**person, 'event_on': '2024-05-02'}])}", "--engine", "spark",
        "-o", tmp_path / "out",
    )  # fmt: skip
    assert not (tmp_path / "out").exists()
    return done.code, done.err


def test_without_pyspark_the_command_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyspark.sql", None)

    code, message = compared(tmp_path)

    assert code == 2 and "pip install 'jubao[spark]'" in message and message.count("\n") == 1


def test_without_java_the_command_names_the_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", "")

    with pytest.raises(WrongUsage, match="default-jre-headless"):
        module.require_java()


@pytest.mark.parametrize(
    ("said", "version"), [('openjdk version "17.0.15" 2025', 17), ('java version "1.8.0"', 1)]
)
def test_an_old_java_is_told_by_its_version(tmp_path: Path, said: str, version: int) -> None:
    java = tmp_path / "java"
    java.write_text(f"#!/bin/sh\necho '{said}' >&2\n")
    java.chmod(0o755)

    assert module.java_version(str(java)) == version


def test_a_cluster_keeps_its_own_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JUBAO_SPARK_MASTER", "spark://head:7077")
    monkeypatch.setenv("JUBAO_SPARK_MEMORY", "3g")

    chosen = module.settings(0)

    assert (chosen["spark.master"], chosen["spark.driver.memory"]) == ("spark://head:7077", "3g")
    assert not module.LOCAL_SETTINGS.keys() & chosen.keys()
