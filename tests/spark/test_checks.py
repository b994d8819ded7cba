"""The checks of a run hold on Spark as well: the 1 ‰ computed again by the rules, everybody on one list, faults in one line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from jubao.kernel.errors import OutsideUnavailable
from jubao.matching import judging
from jubao.matching.compare import run_compare
from jubao.matching.run import CompareRequest
from jubao.matching.spark import SparkEngine, spark_engine
from tests.acceptance.blackbox import number, write

pytestmark = [pytest.mark.spark, pytest.mark.usefixtures("spark_session")]


def request(folder: Path) -> CompareRequest:
    """A thousand persons, so that the sample holds one."""
    people = [
        {"id_number": number(f"19{30 + n % 30}0101", n % 500, f"50990{n // 500}"), "name": "张三"}
        for n in range(1000)
    ]
    train = [{**person, "event_on": "2024-05-02"} for person in people[::2]]
    feed = write(folder / "train.csv", train)
    roster = write(folder / "roster.csv", people)
    return CompareRequest(
        "500110", "2024-05", roster, (("TRAIN", feed),), folder / "out", engine="spark", workbooks=False
    )


def test_the_sample_is_computed_again_and_a_difference_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []

    def other_list(plan: Any, row: Any, guarded: int) -> dict[str, Any]:
        asked.append(row["subject"])
        return {**genuine(plan, row, guarded), "list_code": 99}

    genuine = judging.recompute
    monkeypatch.setattr(judging, "recompute", other_list)

    with pytest.raises(judging.RunBlocked, match="EVALUATORS_DIFFER"):
        run_compare(request(tmp_path))

    assert len(asked) == 1 and not (tmp_path / "out").exists()


def test_a_fault_inside_spark_is_one_line_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JUBAO_SPARK_FOLDER", str(tmp_path))

    with pytest.raises(OutsideUnavailable, match="SPARK_FAILED") as failed, spark_engine() as engine:
        engine.create("wrong", "SELECT no_such_column FROM no_such_table")

    assert "\n" not in str(failed.value) and list(tmp_path.iterdir()) == []


def test_an_overflow_stops_the_run_instead_of_giving_a_wrong_figure() -> None:
    with pytest.raises(OutsideUnavailable), spark_engine() as engine:
        engine.rows("SELECT x * 9223372036854775807 FROM (SELECT CAST(3 AS BIGINT) AS x) AS one")


def test_tables_of_a_run_are_forgotten(spark_session: Any) -> None:
    with spark_engine() as engine:
        assert isinstance(engine, SparkEngine)
        engine.create("halves", "SELECT 7 // 2 AS half")
        assert engine.rows("SELECT half FROM halves") == [(3,)]

    assert not spark_session.catalog.tableExists("halves")
