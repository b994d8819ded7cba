# ruff: noqa: E501  the tables of cases read best as one line each
"""The contract of `jubao interest`: a year settled, a published rate, no rate, through the command line only."""

from __future__ import annotations

from pathlib import Path

from tests.acceptance.blackbox import read, run, write


def settle(
    tmp_path: Path,
    accounts: list[dict[str, str]],
    postings: list[dict[str, str]],
    *options: str,
    region: str = "500110",
    year: str = "2024",
):  # type: ignore[no-untyped-def]
    a, p = write(tmp_path / "a.csv", accounts), write(tmp_path / "p.csv", postings)
    return run(
        "interest",
        "--region",
        region,
        "--year",
        year,
        "--accounts",
        a,
        "--postings",
        p,
        "-o",
        tmp_path / "out.csv",
        *options,
    )


def test_interest_inside_the_year_of_the_contract(tmp_path: Path) -> None:
    done = settle(tmp_path, [{"personal_number": "1", "opening_balance": "1000.00"}],
                  [{"personal_number": "1", "kind": "contribution", "amount": "240", "booked_on": "2024-03-15"}], "--rate", "0.024", "--until", "2024-06")  # fmt: skip

    assert done.code == 0, done.err
    (answer,) = read(tmp_path / "out.csv")
    assert (answer["interest"], answer["closing_balance"]) == ("13.44", "1253.44")
    assert (answer["opening_balance"], answer["credits"], answer["payments"]) == ("1000.00", "240.00", "0.00")


def test_interest_of_the_drawing_year(tmp_path: Path) -> None:
    postings = [
        {"personal_number": "1", "kind": "pension_payment", "amount": "100", "booked_on": f"2024-{m:02d}-15"}
        for m in range(1, 13)
    ]

    done = settle(
        tmp_path, [{"personal_number": "1", "opening_balance": "13900"}], postings, "--rate", "0.015"
    )

    assert done.code == 0, done.err
    (answer,) = read(tmp_path / "out.csv")
    assert (answer["interest"], answer["closing_balance"]) == ("198.75", "12898.75")


def test_interest_with_the_published_rate_of_the_year(tmp_path: Path) -> None:
    done = settle(tmp_path, [{"personal_number": "1", "opening_balance": "0"}],
                  [{"personal_number": "1", "kind": "contribution", "amount": "130", "booked_on": "2022-03-01"},
                   {"personal_number": "1", "kind": "contribution", "amount": "5", "booked_on": "2021-03-01"}], region="360734", year="2022")  # fmt: skip

    assert done.code == 0, done.err
    assert read(tmp_path / "out.csv")[0]["interest"] == "2.99"
    assert read(tmp_path / "out.rejects.csv")[0]["field"] == "booked_on"


def test_interest_without_a_published_rate_offers_the_option(tmp_path: Path) -> None:
    done = settle(
        tmp_path,
        [{"personal_number": "1", "opening_balance": "1"}],
        [{"personal_number": "1", "kind": "subsidy", "amount": "1", "booked_on": "2024-03-01"}],
    )

    assert done.code == 4
    assert "--rate" in done.err
