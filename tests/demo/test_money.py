"""The money files: balances that follow from what was paid in, and lists that the commands read without a reject."""

import json
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from jubao.commands.main import run
from jubao.demo.districts import DISTRICTS, QIJIANG, District
from jubao.demo.histories import Accounts, tiers_of
from jubao.demo.money import KINDS, MoneyMaker
from jubao.demo.order import Order, carry_out
from jubao.demo.people import Population
from jubao.kernel.fen import Fen
from jubao.kernel.month import Month

MONTH = Month.parse("2026-10")


def accounts(people: int) -> Accounts:
    persons = np.arange(people)
    who = Population(QIJIANG, seed=7, month=MONTH).identity(persons)
    return Accounts(QIJIANG, 7, persons, who.birth_day, until=MONTH)


def test_balances_follow_from_what_was_paid_in() -> None:
    found = accounts(5000)
    paid_in = [
        sum(each) for year in range(2010, 2026) for each in tiers_of(QIJIANG, Month.parse(f"{year}-06"))
    ]
    years = (found.contribution_months // 12).astype(np.int64)

    assert (found.balance_at_sixty_fen[years == 0] == 0).all()
    assert (found.balance_at_sixty_fen >= years * min(*paid_in, 50000)).all()
    assert (found.balance_at_sixty_fen <= years * max(paid_in) * 2).all()
    assert np.mean(years > 0) > 0.5


def test_made_up_years_are_contained_in_all_years_and_fill_up_to_fifteen() -> None:
    found = accounts(5000)
    made_up = found.make_up_months > 0

    assert made_up.any() and (found.make_up_months <= found.contribution_months).all()
    assert (found.contribution_months[made_up] // 12 == 15).all()


def test_postings_are_of_one_year_and_of_known_accounts(tmp_path: Path) -> None:
    carry_out(
        Order(tmp_path, people=500, seed=7, month=MONTH, regions=("500110",), kinds=("accounts", "postings"))
    )
    people = pq.read_table(tmp_path / "500110" / "accounts.parquet")
    rows = pq.read_table(tmp_path / "500110" / "postings.parquet")

    assert rows.num_rows == 12 * 500 == 12 * people.num_rows
    assert set(rows["personal_number"].to_pylist()) == set(people["personal_number"].to_pylist())
    assert {day.year for day in rows["booked_on"].to_pylist()} == {2025}
    assert all(Fen.from_yuan(str(amount)) > 0 for amount in rows["amount"].to_pylist()[:500])


def test_numbers_of_people_near_sixty_are_nobody_elses() -> None:
    maker = MoneyMaker(QIJIANG, seed=7, month=MONTH, people=20_000)
    near = {row for table in maker.chunks("claim_free") for row in table["id_number"].to_pylist()}
    drawing = {row for table in maker.chunks("pension") for row in table["id_number"].to_pylist()}

    assert len(near) == len(drawing) == 20_000
    assert not near & drawing


def test_kinds_are_those_of_the_order() -> None:
    assert KINDS == ("pension", "claim_free", "accounts", "postings")


@pytest.mark.parametrize("district", DISTRICTS, ids=lambda each: each.code)
def test_the_commands_read_every_row(
    tmp_path: Path, district: District, capsys: pytest.CaptureFixture[str]
) -> None:
    carry_out(Order(tmp_path, people=1500, seed=7, month=MONTH, regions=(district.code,), kinds=KINDS))
    folder = tmp_path / district.code
    files = ["--accounts", str(folder / "accounts.parquet"), "--postings", str(folder / "postings.parquet")]

    commands = [
        ["pension", "--region", district.code, str(folder / "pension.parquet"), "--month", "2024-03"],
        ["interest", "--region", district.code, "--year", "2025", "--rate", "0.015", *files],
    ]
    if district.has_claim_free:
        commands.append(
            ["extract", "--region", district.code, "--month", str(MONTH), str(folder / "claim_free.parquet")]
        )
    for command in commands:
        assert run([*command, "-o", str(tmp_path / f"{command[0]}.parquet"), "--json"]) == 0
        summary = json.loads(capsys.readouterr().out)
        assert summary["rejects"] == (0 if command[0] != "extract" else pytest.approx(0.002 * 150, abs=3)), (
            command[0]
        )
