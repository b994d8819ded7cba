"""The made-up people: equal to the byte, unique, with valid numbers, as dirty as the table says."""

import hashlib
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from jubao.demo import parquet
from jubao.demo.districts import DISTRICTS, QIJIANG, SONGSHAN, District
from jubao.demo.feeds import FeedMaker
from jubao.demo.numbers import CLEAN, UNUSABLE, NumberTable, as_strings, spoiled
from jubao.demo.order import Order, carry_out
from jubao.demo.people import Population
from jubao.demo.rates import FATES, NAME_DIRT, NUMBER_DIRT, ROSTER_DIRT
from jubao.demo.roster import RosterMaker
from jubao.kernel.errors import ValueRefused, WrongUsage
from jubao.kernel.id_number import IdNumber
from jubao.kernel.month import Month

MONTH = Month.parse("2026-10")


def order(out: Path, **more: object) -> Order:
    return Order(**{"out": out, "people": 400, "seed": 7, "month": MONTH, "regions": ("500110",), **more})  # type: ignore[arg-type]


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def clean_numbers(district: District, people: int, seed: int = 7) -> list[str]:
    who = Population(district, seed=seed, month=MONTH).identity(np.arange(people))
    rows = NumberTable(district.never_assigned).digits(who.area, who.birth_day, who.sequence)
    return list(as_strings(rows).to_pylist())


@pytest.mark.parametrize("suffix", ["parquet", "csv", "xlsx"])
def test_equal_seeds_give_equal_bytes(tmp_path: Path, suffix: str) -> None:
    for name in ("first", "second"):
        carry_out(order(tmp_path / name, format=suffix, dirty_files=True))

    assert digests(tmp_path / "first") == digests(tmp_path / "second")
    assert len(digests(tmp_path / "first")) > 30


def test_another_seed_gives_other_people(tmp_path: Path) -> None:
    carry_out(order(tmp_path / "seven", kinds=("roster",)))
    carry_out(order(tmp_path / "eight", kinds=("roster",), seed=8))

    seven, eight = (
        pq.read_table(tmp_path / name / "500110" / "roster.parquet") for name in ("seven", "eight")
    )
    assert not set(seven["id_number"].to_pylist()) & set(eight["id_number"].to_pylist())


def test_two_processes_write_the_same_bytes_as_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    carry_out(order(tmp_path / "one", kinds=("roster", "feeds")))
    monkeypatch.setattr(parquet, "_INLINE_ROWS", 0)
    carry_out(order(tmp_path / "two", kinds=("roster", "feeds")))

    assert digests(tmp_path / "one") == digests(tmp_path / "two")


def test_a_person_does_not_depend_on_the_chunk() -> None:
    maker = RosterMaker(QIJIANG, seed=7, month=MONTH, people=2000)

    _, truth = maker.chunk(0, 2000)
    _, half_truth = maker.chunk(1000, 2000)

    assert truth is not None and half_truth is not None
    by_person = dict(zip(truth["person"].to_pylist(), truth.to_pylist(), strict=True))
    for row in half_truth.to_pylist():
        if row["headline"] != "DUPLICATE_ROW":
            assert by_person[row["person"]]["id_number"] == row["id_number"]
            assert by_person[row["person"]]["fate"] == row["fate"]


@pytest.mark.parametrize("district", DISTRICTS, ids=lambda each: each.code)
def test_numbers_are_unique_valid_and_nobodys(district: District) -> None:
    numbers = clean_numbers(district, 20_000)

    assert len(set(numbers)) == 20_000
    for text in numbers[:3000]:
        number = IdNumber.parse(text)
        assert 60 <= 2026 - number.birth_date.year <= 101
        assert text[:4] == district.never_assigned or text[:4] in ("8199", "8399") or text[0] == "9"


def test_numbers_stay_unique_at_a_million() -> None:
    who = Population(QIJIANG, seed=3, month=MONTH).identity(np.arange(1_000_000))

    keys = (who.area * 200_000 + who.birth_day + 100_000) * 1000 + who.sequence
    assert len(np.unique(keys)) == 1_000_000


def test_spoiled_numbers_are_read_or_refused_as_the_truth_says() -> None:
    people = np.arange(8 * 50)
    who = Population(QIJIANG, seed=7, month=MONTH).identity(people)
    rows = NumberTable("5099").digits(who.area, who.birth_day, who.sequence)
    clean = as_strings(rows.copy()).to_pylist()
    kinds = (people % 8).astype(np.uint8)

    written = spoiled(rows, kinds, people * 37).to_pylist()

    for text, kind, right in zip(written, kinds.tolist(), clean, strict=True):
        if kind in UNUSABLE:
            with pytest.raises(ValueRefused):
                IdNumber.parse(text or "")
        else:
            assert IdNumber.parse(text).text == right
        assert kind != CLEAN or text == right


def shares(column: pa.ChunkedArray) -> dict[str, float]:
    counts = column.value_counts().to_pylist()
    return {each["values"]: each["counts"] / len(column) for each in counts}


def test_feed_dirt_comes_at_the_stated_rates() -> None:
    maker = FeedMaker(QIJIANG, QIJIANG.feed("TRAIN"), seed=7, month=MONTH, people=200_000)
    _, truth = maker.chunk(0)

    found = {**shares(truth["number_dirt"]), **shares(truth["name_dirt"])}

    for each in (*NUMBER_DIRT, *NAME_DIRT):
        assert found[each.name] == pytest.approx(each.ppm / 1e6, rel=0.25), each.name


def test_roster_dirt_and_fates_come_at_the_stated_rates() -> None:
    maker = RosterMaker(SONGSHAN, seed=7, month=MONTH, people=200_000)
    persons = np.arange(200_000)
    dirt = maker.standing(persons, maker.population.identity(persons)).dirt
    fates = maker.view.fates(persons)

    for code, each in enumerate(ROSTER_DIRT, start=1):
        assert np.mean(dirt == code) == pytest.approx(each.ppm / 1e6, rel=0.4), each.name
    for code, each in enumerate(FATES, start=1):
        assert np.mean(fates == code) == pytest.approx(each.ppm / 1e6, rel=0.4), each.name


def test_feeds_have_six_rows_a_person_in_twelve_files() -> None:
    rows = 0
    for plan in QIJIANG.feeds:
        maker = FeedMaker(QIJIANG, plan, seed=7, month=MONTH, people=20_000)
        rows += sum(maker.chunk(number)[0].num_rows for number in range(maker.chunks))

    assert len(QIJIANG.feeds) == 12
    assert rows == pytest.approx(6 * 20_000, rel=0.02)


def test_ages_and_sexes_are_those_of_recipients() -> None:
    who = Population(SONGSHAN, seed=7, month=MONTH).identity(np.arange(100_000))

    age = (np.datetime64("2026-10-31") - who.birth_day.astype("datetime64[D]")).astype(int) // 365.2425
    assert age.min() == 60 and age.max() <= 101
    assert 0.4 < np.mean(who.is_male) < 0.5
    assert np.mean(who.is_male[age >= 85]) < 0.4
    assert np.mean(age < 70) > np.mean(age >= 80) * 3


def test_names_include_the_rare_the_short_and_the_dotted() -> None:
    people = Population(SONGSHAN, seed=7, month=MONTH)
    names = people.pool.names.take(pa.array(people.identity(np.arange(20_000)).name)).to_pylist()

    assert any("·" in name for name in names)
    assert any(set("𠮷䶮") & set(name) for name in names)
    assert any(len(name) == 2 for name in names) and any(len(name) >= 4 for name in names)


def test_a_folder_of_somebody_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "important.txt").write_text("keep")

    with pytest.raises(WrongUsage, match="OUT_HAS_OTHER_FILES"):
        carry_out(order(tmp_path))

    assert (tmp_path / "important.txt").read_text() == "keep"


def test_an_earlier_order_is_replaced(tmp_path: Path) -> None:
    carry_out(order(tmp_path))
    carry_out(order(tmp_path, kinds=("roster",)))

    assert not (tmp_path / "500110" / "feeds").exists()
    assert (tmp_path / "500110" / "roster.parquet").is_file()


@pytest.mark.parametrize(
    "wrong",
    [
        {"people": 0},
        {"people": 10**9},
        {"kinds": ("x",)},
        {"format": "pdf"},
        {"format": "xlsx", "people": 10**6},
        {"regions": ("110101",)},
    ],
)
def test_impossible_orders_are_refused_by_name(tmp_path: Path, wrong: dict[str, object]) -> None:
    with pytest.raises(WrongUsage):
        carry_out(order(tmp_path, **wrong))
