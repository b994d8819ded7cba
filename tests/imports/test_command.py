"""`jubao import` and `jubao fill`: what they print, that a trial keeps nothing, that a second run is the same batch."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from jubao.cases.models import ImportBatch
from jubao.database.unit_of_work import read_scope
from jubao.people.numbers import person_by_number
from tests.support.database import OwnDatabase
from tests.support.importing import a_csv
from tests.support.residents import an_enrolment, number_of, some_villages

HEAD = ("姓名", "公民身份号码", "户籍地址")
WANG = number_of(509903, date(1990, 5, 1), 2)


def jubao(database: OwnDatabase, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", "from jubao.commands.main import main; main()", *words],
        env=database.env(),
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_trial_keeps_nothing_and_the_real_run_waits_for_approval(
    own_database: OwnDatabase, tmp_path: Path
) -> None:
    some_villages()
    file = tmp_path / "新增参保.csv"
    file.write_bytes(a_csv(HEAD, ("王小英", WANG, "古南街道新民村"), ("王小英", WANG[:17], "古南街道新民村")))
    words = ("import", "participants", str(file), "--district", "500110", "--json")

    trial = jubao(own_database, *words, "--dry-run")
    real = jubao(own_database, *words)
    again = jubao(own_database, *words)

    assert trial.returncode == 0, trial.stderr
    assert json.loads(trial.stdout)["counts"] == {"new": 1, "change": 0, "same": 0, "refused": 1}
    with read_scope("%"):
        batch = ImportBatch.objects.get()
        assert batch.state == "staged" and batch.case is not None and person_by_number(WANG) is None
    assert json.loads(again.stdout)["number"] == json.loads(real.stdout)["number"] == batch.summary["number"]


def test_a_count_that_differs_is_exit_three(own_database: OwnDatabase, tmp_path: Path) -> None:
    some_villages()
    file = tmp_path / "a.csv"
    file.write_bytes(a_csv(HEAD, ("王小英", WANG, "古南街道新民村")))

    answer = jubao(own_database, "import", "participants", str(file), "--district", "500110", "--count", "2")

    assert answer.returncode == 3 and "MANIFEST_MISMATCH" in answer.stderr


@pytest.mark.requirement("CQ-10-1")
def test_a_feed_of_a_configured_source_gets_a_batch_number_and_its_day(
    own_database: OwnDatabase, tmp_path: Path
) -> None:
    some_villages()
    file = tmp_path / "发改委数据.csv"
    file.write_bytes(a_csv(("姓名", "身份证号码", "发生日期"), ("王小英", WANG, "2026-11-03")))
    words = ("import", "feed", str(file), "--district", "500110", "--month", "2026-11")

    answer = jubao(own_database, *words, "--source", "NDRC", "--json")
    wrong = jubao(own_database, *words, "--source", "MARS")

    assert answer.returncode == 0, answer.stderr
    with read_scope("%"):
        batch = ImportBatch.objects.get(kind="feed")
        assert (
            batch.source == "NDRC"
            and batch.summary["number"].startswith("500110-")
            and batch.created_at is not None
        )
    assert wrong.returncode == 2 and "SOURCE_UNKNOWN" in wrong.stderr


def test_fill_writes_the_copy_beside_the_file(own_database: OwnDatabase, tmp_path: Path) -> None:
    an_enrolment(village=some_villages()[0], name="王小英", number=WANG)
    file = tmp_path / "名单.csv"
    file.write_bytes(a_csv(("姓名", "身份证号码"), ("王小英", WANG)))

    answer = jubao(
        own_database, "fill", str(file), "--district", "500110", "--facts", "state,place", "--purpose", "核对"
    )

    assert answer.returncode == 0, answer.stderr
    made = next(path for path in tmp_path.iterdir() if "已填" in path.name)
    assert "正常缴费" in made.read_text("gb18030") and "新民村" in made.read_text("gb18030")
