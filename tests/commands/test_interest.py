"""`jubao interest` from the command line: the formula, rates published and not, postings that do not belong, files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from jubao.commands.interest import rate_ppm
from jubao.kernel.errors import WrongUsage
from tests.acceptance.blackbox import Done, read, run, write

ACCOUNT = {"personal_number": "1", "opening_balance": "1000.00"}


def posting(booked_on: str, amount: str, kind: str = "contribution", account: str = "1") -> dict[str, str]:
    return {"personal_number": account, "kind": kind, "amount": amount, "booked_on": booked_on}


def interest(
    folder: Path,
    accounts: list[dict[str, str]],
    postings: list[dict[str, str]],
    *words: object,
    region: str = "150404",
    year: str = "2024",
) -> Done:
    """Run the command; the answer lies in out.csv."""
    header_only = dict.fromkeys(("personal_number", "kind", "amount", "booked_on"), "")
    files = write(folder / "a.csv", accounts), write(folder / "p.csv", postings or [header_only])
    return run("interest", "--region", region, "--year", year, "--accounts", files[0], "--postings", files[1], "-o",
               folder / "out.csv", *words)  # fmt: skip


def test_check_of_the_contract(tmp_path: Path) -> None:
    done = interest(
        tmp_path, [ACCOUNT], [posting("2024-03-20", "240")], "--rate", "0.024", "--until", "2024-06"
    )

    assert done.code == 0, done.err
    assert read(tmp_path / "out.csv") == [
        {"personal_number": "1", "opening_balance": "1000.00", "credits": "240.00", "payments": "0.00", "interest": "13.44",
         "closing_balance": "1253.44"}
    ]  # fmt: skip


@pytest.mark.requirement("SS-13-3")
def test_interest_runs_from_the_month_after_the_treasury_date(tmp_path: Path) -> None:
    interest(
        tmp_path, [{**ACCOUNT, "opening_balance": "0"}], [posting("2024-05-06", "1000")], "--rate", "0.048"
    )

    assert read(tmp_path / "out.csv")[0]["interest"] == "28.00"


@pytest.mark.requirement("SS-14-1")
def test_interest_year_is_the_calendar_year(tmp_path: Path) -> None:
    days = ("2023-12-31", "2024-01-01", "2024-12-31", "2025-01-01")

    interest(tmp_path, [ACCOUNT], [posting(day, "12") for day in days], "--rate", "0.02")

    assert read(tmp_path / "out.csv")[0]["credits"] == "24.00"
    rejects = read(tmp_path / "out.rejects.csv")
    assert [(reject["row"], reject["rule"]) for reject in rejects] == [
        ("2", "BOOKED_OUTSIDE_YEAR"),
        ("5", "BOOKED_OUTSIDE_YEAR"),
    ]


@pytest.mark.parametrize(
    ("opening", "postings", "rate", "interest_of_year", "closing"),
    [
        ("0", [("2024-03-10", "130", "contribution")], "0.0307", "2.99", "132.99"),
        ("1000", [("2024-12-05", "240", "contribution")], "0.02", "20.00", "1260.00"),
        ("13900", [(f"2024-{m:02d}-18", "100", "pension_payment") for m in range(1, 13)], "0.015", "198.75", "12898.75"),
        ("20000", [], "0.0316", "632.00", "20632.00"),
        ("0", [("2024-01-31", "0.01", "subsidy")], "0.1", "0.00", "0.01"),
        ("1000", [("2024-06-01", "1000", "transfer_out")], "0.012", "5.00", "5.00"),
        ("0.50", [], "0.01", "0.01", "0.51"),
        ("0.49", [], "0.01", "0.00", "0.49"),
    ],
)  # fmt: skip
def test_vectors_of_the_law(
    tmp_path: Path,
    opening: str,
    postings: list[tuple[str, str, str]],
    rate: str,
    interest_of_year: str,
    closing: str,
) -> None:
    done = interest(
        tmp_path,
        [{**ACCOUNT, "opening_balance": opening}],
        [posting(*one) for one in postings],
        "--rate",
        rate,
    )

    assert done.code == 0, done.err
    found = read(tmp_path / "out.csv")[0]
    assert (found["interest"], found["closing_balance"]) == (interest_of_year, closing)


def test_every_kind_of_credit_and_payment_is_known(tmp_path: Path) -> None:
    credits = [
        "contribution",
        "subsidy",
        "collective_aid",
        "sponsorship",
        "paid_on_behalf",
        "transfer_in",
        "个人缴费",
        "政府补贴",
    ]
    payments = ["pension_payment", "refund", "transfer_out", "offset", "养老金支付"]

    done = interest(
        tmp_path, [ACCOUNT], [posting("2024-12-31", "1", kind) for kind in credits + payments], "--rate", "0"
    )

    assert done.code == 0, done.err
    found = read(tmp_path / "out.csv")[0]
    assert (found["credits"], found["payments"]) == ("8.00", "5.00")


def test_money_booked_after_the_last_month_counts_neither_way(tmp_path: Path) -> None:
    postings = [posting("2024-07-01", "500"), posting("2024-07-01", "300", "pension_payment")]

    done = interest(tmp_path, [ACCOUNT], postings, "--rate", "0.024", "--until", "2024-06")

    assert read(tmp_path / "out.csv")[0]["closing_balance"] == "1012.00"
    assert "2 笔记账在 6 月以后" in done.err


def test_published_rate_of_the_year_settles_the_year(tmp_path: Path) -> None:
    done = interest(tmp_path, [ACCOUNT], [posting("2022-03-01", "1")], "--json", region="360734", year="2022")

    assert done.code == 0, done.err
    summary = json.loads(done.out)
    assert (summary["rate"], summary["provisional"]) == ("3.0700%", False)
    assert "rate_status" not in read(tmp_path / "out.csv")[0]


def test_inside_the_year_the_last_published_rate_is_marked_provisional(tmp_path: Path) -> None:
    done = interest(
        tmp_path,
        [ACCOUNT],
        [posting("2023-03-01", "1")],
        "--until",
        "2023-06",
        "--json",
        region="360734",
        year="2023",
    )

    assert done.code == 0, done.err
    summary = json.loads(done.out)
    assert (summary["rate"], summary["provisional"]) == ("3.0700%", True)
    assert read(tmp_path / "out.csv")[0]["rate_status"] == "provisional"
    assert "2022" in done.err and "重算" in done.err


@pytest.mark.parametrize(
    ("region", "year", "words"),
    [("500110", "2024", ()), ("360734", "2023", ()), ("500110", "2024", ("--until", "2024-06"))],
)
def test_without_a_published_rate_exit_4_offers_the_option(
    tmp_path: Path, region: str, year: str, words: tuple[str, ...]
) -> None:
    done = interest(tmp_path, [ACCOUNT], [posting(f"{year}-03-01", "1")], *words, region=region, year=year)

    assert done.code == 4
    assert all(word in done.err for word in ("--rate", "account_interest_rate_ppm", region, year))
    assert list(tmp_path.glob("out*")) == []


def test_rate_below_the_deposit_rate_is_pointed_out(tmp_path: Path) -> None:
    done = interest(tmp_path, [ACCOUNT], [posting("2024-03-01", "1")], "--rate", "0.0149")

    assert done.code == 0
    assert "社会保险法第十四条" in done.err


def test_postings_and_accounts_that_do_not_belong_are_rejected(tmp_path: Path) -> None:
    accounts = [
        ACCOUNT,
        {**ACCOUNT, "opening_balance": "5"},
        {"personal_number": "2", "opening_balance": "-1"},
        {"personal_number": "", "opening_balance": "1"},
    ]
    march = "2024-03-01"
    postings = [posting(march, "1"), posting(march, "1", account="2"), posting(march, "1", account="9"), posting(march, "-1"),
                posting(march, "1", "gift"), posting(march, "1", ""), posting("三月", "1")]  # fmt: skip

    done = interest(tmp_path, accounts, postings, "--rate", "0.02")

    assert done.code == 0, done.err
    assert [row["personal_number"] for row in read(tmp_path / "out.csv")] == ["1"]
    found = [(reject["file"], reject["row"], reject["rule"]) for reject in read(tmp_path / "out.rejects.csv")]
    assert found == [
        ("a.csv", "3", "DUPLICATE_ROW"), ("a.csv", "4", "AMOUNT_NEGATIVE"), ("a.csv", "5", "NUMBER_EMPTY"),
        ("p.csv", "3", "ACCOUNT_UNKNOWN"), ("p.csv", "4", "ACCOUNT_UNKNOWN"), ("p.csv", "5", "AMOUNT_NEGATIVE"),
        ("p.csv", "6", "WORD_UNKNOWN"), ("p.csv", "7", "WORD_EMPTY"), ("p.csv", "8", "DATE_UNREADABLE"),
    ]  # fmt: skip


def test_file_of_another_year_is_refused_as_a_whole(tmp_path: Path) -> None:
    done = interest(tmp_path, [ACCOUNT], [posting("2023-03-01", "1")], "--rate", "0.02")

    assert done.code == 3
    assert not (tmp_path / "out.csv").exists()
    assert len(read(tmp_path / "out.rejects.csv")) == 1


def test_accounts_without_postings_earn_a_year_of_interest(tmp_path: Path) -> None:
    source, empty = write(tmp_path / "a.csv", [ACCOUNT]), tmp_path / "p.csv"
    empty.write_text("personal_number,kind,amount,booked_on\n", encoding="utf-8")

    done = run(
        "interest",
        "--region",
        "150404",
        "--year",
        "2024",
        "--accounts",
        source,
        "--postings",
        empty,
        "-o",
        tmp_path / "out.csv",
        "--rate",
        "0.03",
    )

    assert done.code == 0, done.err
    assert read(tmp_path / "out.csv")[0]["closing_balance"] == "1030.00"


def test_order_of_the_accounts_is_kept_and_every_row_checked(tmp_path: Path) -> None:
    accounts = [
        {"personal_number": f"P{place * 7919 % 1000:03d}", "opening_balance": f"{place}.00"}
        for place in range(1, 500)
    ]

    done = interest(
        tmp_path,
        accounts,
        [posting("2024-05-01", "60", account=row["personal_number"]) for row in accounts],
        "--rate",
        "0.036",
        "--json",
    )

    assert [row["personal_number"] for row in read(tmp_path / "out.csv")] == [
        row["personal_number"] for row in accounts
    ]
    assert json.loads(done.out)["checked"] == 499


def test_explanation_shows_postings_months_and_steps(tmp_path: Path) -> None:
    done = interest(
        tmp_path,
        [ACCOUNT],
        [posting("2024-03-20", "240")],
        "--rate",
        "0.024",
        "--until",
        "2024-06",
        "--explain",
    )

    assert "2024-03-20 contribution ＋240.00元，计 3 个月" in done.out
    assert "积数 6720.00元月" in done.out and "利息 13.44元" in done.out


@pytest.mark.parametrize(
    ("text", "ppm"),
    [("0.0307", 30_700), ("3.07%", 30_700), ("0", 0), ("0.035000", 35_000), (" 0.0249 ", 24_900)],
)
def test_rate_is_read_as_a_fraction(text: str, ppm: int) -> None:
    assert rate_ppm(text) == ppm


@pytest.mark.parametrize("text", ["3.07", "0.2", "-0.01", "abc", "nan", "0.03070001", "", "1e99999999"])
def test_rate_that_is_none_is_wrong_usage(text: str) -> None:
    with pytest.raises(WrongUsage):
        rate_ppm(text)


def test_until_outside_the_year_is_wrong_usage_and_templates_are_written(tmp_path: Path) -> None:
    assert (
        interest(
            tmp_path, [ACCOUNT], [posting("2024-03-01", "1")], "--rate", "0.02", "--until", "2025-01"
        ).code
        == 2
    )
    assert run("interest", "--template", tmp_path / "结息.xlsx").code == 0
    assert {path.name for path in tmp_path.glob("结息*")} == {"结息-账户.xlsx", "结息-发生额.xlsx"}
