"""`--engine spark` gives the bytes of DuckDB for the amounts too: same list, same answer, same rejects."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.blackbox import number, run, write

pytestmark = [pytest.mark.spark, pytest.mark.usefixtures("spark_session")]
PEOPLE = [
    {
        "id_number": number(f"19{50 + place % 16}{1 + place % 12:02d}15", place),
        "account_balance": f"{place * 97}.{place % 100:02d}",
        "contribution_years": f"{12 + place % 9}年{place % 12}个月",
        "only_child": "是" if place % 3 else "否",
    }
    for place in range(1, 60)
]
CLEAN = {
    "name": "孙三", "contribution_years": "15", "contribution_gap": "", "employee_pension_record": "", "civil_pension_record": "",
    "other_province_record": "", "tax_in_transit": "", "other_in_transit": "", "special_group_marks": "", "in_custody": "",
    "death_record": "", "payout_account": "6217000000000000001", "payout_bank": "重庆农村商业银行", "flag_state": "",
}  # fmt: skip


def answers(folder: Path, *words: object) -> dict[str, tuple[bytes, bytes]]:
    """List and rejects by engine."""
    found = {}
    for engine in ("duckdb", "spark"):
        done = run(*words, "-o", folder / f"{engine}.csv", "--engine", engine)
        assert done.code == 0, done.err
        found[engine] = (
            (folder / f"{engine}.csv").read_bytes(),
            (folder / f"{engine}.rejects.csv").read_bytes(),
        )
    return found


def test_pensions_of_many_months_are_equal(tmp_path: Path) -> None:
    source = write(tmp_path / "in.csv", [*PEOPLE, {**PEOPLE[0], "account_balance": "?"}])

    found = answers(tmp_path, "pension", "--region", "500110", source)

    assert found["duckdb"] == found["spark"]


def test_screening_is_equal(tmp_path: Path) -> None:
    births = [f"1964{1 + place % 12:02d}{1 + place % 28:02d}" for place in range(1, 60)]
    rows = [
        {"id_number": number(birth, place), **CLEAN, "in_custody": "" if place % 5 else "是"}
        for place, birth in enumerate(births)
    ]
    source = write(tmp_path / "in.csv", rows)

    found = answers(tmp_path, "extract", "--region", "500110", "--month", "2024-06", source)

    assert found["duckdb"] == found["spark"]


def test_interest_is_equal(tmp_path: Path) -> None:
    accounts = write(
        tmp_path / "a.csv",
        [{"personal_number": f"P{n}", "opening_balance": f"{n * 31}.5"} for n in range(40)],
    )
    rows = [{"personal_number": f"P{n % 45}", "kind": "refund" if n % 4 == 0 else "contribution", "amount": f"{n}.01",
             "booked_on": f"2024-{1 + n % 12:02d}-05"} for n in range(300)]  # fmt: skip
    postings = write(tmp_path / "p.csv", rows)

    found = answers(tmp_path, "interest", "--region", "150404", "--year", "2024", "--accounts", accounts, "--postings", postings,
                    "--rate", "0.0307")  # fmt: skip

    assert found["duckdb"] == found["spark"]
