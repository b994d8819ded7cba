# ruff: noqa: E501  the tables of cases read best as one line each
"""The contract of `jubao pension`, `extract`, `interest`: amounts, refusals and exits, through the command line only."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.blackbox import number, read, run, write

AMOUNTS = [
    # region, month, row, expected columns
    ("500110", None, {"account_balance": "2504.73", "contribution_years": "14", "only_child": "是", "id_number": number("19630815")},
     {"benefit_start_month": "2023-09", "base_pension": "135.00", "account_pension": "18.02", "only_child_supplement": "10.00", "years_pension": "0.00", "age_supplement": "0.00", "monthly_pension": "163.02", "weakest_source": "secondary"}),
    ("500110", "2025-07", {"account_balance": "0", "contribution_years": "17年3月", "id_number": number("19640815")}, {"base_pension": "165.00", "years_pension": "6.00", "monthly_pension": "171.00"}),
    ("500110", "2025-07", {"account_balance": "0", "contribution_years": "17年3个月", "make_up_years": "2", "id_number": number("19640815")}, {"years_pension": "2.00"}),
    ("500110", "2025-02", {"account_balance": "0", "contribution_years": "15", "id_number": number("19550315")}, {"age_supplement": "5.00"}),
    ("500110", "2025-03", {"account_balance": "0", "contribution_years": "15", "id_number": number("19550315")}, {"age_supplement": "10.00"}),
    ("500110", "2025-02", {"account_balance": "0", "contribution_years": "15", "id_number": number("19600315")}, {"age_supplement": "0.00"}),
    ("500110", "2025-03", {"account_balance": "0", "contribution_years": "15", "id_number": number("19600315")}, {"age_supplement": "5.00"}),
    ("440000", "2025-03", {"account_balance": "0", "contribution_years": "25", "id_number": number("19600315")}, {"base_pension": "220.00", "years_pension": "30.00", "monthly_pension": "250.00"}),
    ("440523", "2025-03", {"account_balance": "0", "contribution_years": "15", "id_number": number("19600315")}, {"age_supplement": "0.00"}),
    ("440523", "2025-04", {"account_balance": "0", "contribution_years": "15", "id_number": number("19600315")}, {"age_supplement": "10.00"}),
    ("150404", "2025-03", {"account_balance": "0", "contribution_years": "18", "id_number": number("19600315")}, {"base_pension": "197.00", "years_pension": "6.00"}),
    ("150404", "2025-03", {"account_balance": "0", "contribution_years": "18", "years_at_or_above_min_tier": "2", "id_number": number("19600315")}, {"years_pension": "4.00"}),
    ("360734", "2024-08", {"account_balance": "1390", "contribution_years": "15", "id_number": number("19600315")}, {"base_pension": "153.00", "account_pension": "10.00", "monthly_pension": "163.00"}),
]  # fmt: skip


@pytest.mark.parametrize(("region", "month", "row", "expected"), AMOUNTS)
def test_pension_of_the_month(
    tmp_path: Path, region: str, month: str | None, row: dict[str, str], expected: dict[str, str]
) -> None:
    source = write(tmp_path / "in.csv", [{"name": "张三", **row}])

    done = run(
        "pension",
        "--region",
        region,
        source,
        "-o",
        tmp_path / "out.csv",
        *(["--month", month] if month else []),
    )

    assert done.code == 0, done.err
    (answer,) = read(tmp_path / "out.csv")
    assert {name: answer[name] for name in expected} == expected
    assert answer["refused_reason"] == ""


REFUSED = [
    ("500110", "2023-08", {"contribution_years": "14", "id_number": number("19630815")}, "pension_age"),
    ("360734", "2024-08", {"contribution_years": "16", "id_number": number("19600315")}, "years_pension"),
    ("500110", "2035-01", {"contribution_years": "15", "id_number": number("19750315")}, None),
    ("500110", "2025-01", {"contribution_years": "15", "personal_number": "P1", "benefit_start_month": "2020-01"}, "age_supplement"),
]  # fmt: skip


@pytest.mark.parametrize(("region", "month", "row", "parameter"), REFUSED)
def test_a_row_that_is_not_covered_stays_with_its_reason(
    tmp_path: Path, region: str, month: str, row: dict[str, str], parameter: str | None
) -> None:
    source = write(
        tmp_path / "in.csv", [{"account_balance": "100", **row}, {**row, "account_balance": "200"}]
    )

    done = run("pension", "--region", region, source, "-o", tmp_path / "out.csv", "--month", month)

    answers = read(tmp_path / "out.csv") if (tmp_path / "out.csv").exists() else []
    if parameter is None:
        assert done.code == 4 and "base_pension" in done.err and region in done.err and month in done.err
        return
    assert done.code == 0, done.err
    assert len(answers) == 2
    for answer in answers:
        assert answer["monthly_pension"] == "" and answer["base_pension"] == ""
        assert parameter in answer["refused_reason"]
        assert month in answer["refused_reason"] or "2023-09" in answer["refused_reason"]


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"account_balance": "12.345", "contribution_years": "15"}, "account_balance"),
        ({"account_balance": "abc", "contribution_years": "15"}, "account_balance"),
        ({"account_balance": "-1", "contribution_years": "15"}, "account_balance"),
        ({"account_balance": "1", "contribution_years": "17.5"}, "contribution_years"),
        (
            {"account_balance": "1", "contribution_years": "15", "id_number": "500110196308150020"},
            "id_number",
        ),
    ],
)
def test_an_unreadable_row_goes_to_rejects_and_stops_nothing(
    tmp_path: Path, row: dict[str, str], field: str
) -> None:
    good = {
        "name": "李四",
        "id_number": number("19600315"),
        "account_balance": "100",
        "contribution_years": "15",
    }
    source = write(tmp_path / "in.csv", [good, {**good, **row}])

    done = run("pension", "--region", "500110", source, "-o", tmp_path / "out.csv", "--month", "2025-01")

    assert done.code == 0, done.err
    assert len(read(tmp_path / "out.csv")) == 1
    (reject,) = read(tmp_path / "out.rejects.csv")
    assert reject["row"] == "3" and reject["field"] == field and reject["remedy"]
    assert "500110196308150020" not in (tmp_path / "out.rejects.csv").read_text("utf-8-sig")


def test_every_row_rejected_is_exit_3_and_a_missing_column_too(tmp_path: Path) -> None:
    bad = write(
        tmp_path / "bad.csv", [{"id_number": "123", "account_balance": "1", "contribution_years": "15"}]
    )
    lacking = write(tmp_path / "lacking.csv", [{"id_number": number(), "account_balance": "1"}])

    assert run("pension", "--region", "500110", bad, "-o", tmp_path / "o1.csv").code == 3
    done = run("pension", "--region", "500110", lacking, "-o", tmp_path / "o2.csv")

    assert done.code == 3 and "缴费年限" in done.err
    assert not (tmp_path / "o1.csv").exists() and not (tmp_path / "o2.csv").exists()


def test_unknown_region_is_wrong_usage(tmp_path: Path) -> None:
    source = write(
        tmp_path / "in.csv", [{"id_number": number(), "account_balance": "1", "contribution_years": "15"}]
    )

    assert run("pension", "--region", "999999", source, "-o", tmp_path / "out.csv").code == 2


CLEAN = {
    "name": "王五", "contribution_years": "16", "contribution_gap": "否", "employee_pension_record": "no", "civil_pension_record": "no",
    "other_province_record": "no", "tax_in_transit": "", "other_in_transit": "no", "special_group_marks": "", "in_custody": "否", "death_record": "否",
    "payout_account": "6217000000000000001", "payout_bank": "重庆农村商业银行", "flag_state": "none",
}  # fmt: skip
BORN = number("19640831")


def extract(tmp_path: Path, month: str, row: dict[str, str], region: str = "500110") -> dict[str, str]:
    source = write(tmp_path / "in.csv", [{"id_number": BORN, **CLEAN, **row}])
    done = run("extract", "--region", region, "--month", month, source, "-o", tmp_path / "out.csv")
    assert done.code == 0, done.err
    return read(tmp_path / "out.csv")[0]


@pytest.mark.parametrize(
    ("month", "decision"),
    [
        ("2024-05", "outside_window"),
        ("2024-06", "candidate"),
        ("2024-08", "candidate"),
        ("2024-09", "outside_window"),
    ],
)
def test_window_is_tested_on_the_first_of_the_month(tmp_path: Path, month: str, decision: str) -> None:
    answer = extract(tmp_path, month, {})

    assert answer["decision"] == decision
    assert (answer["window_from"], answer["window_until"]) == ("2024-05-31", "2024-08-31")


REASONS = [
    ({"employee_pension_record": "contribution"}, ["EMPLOYEE_SCHEME_RECORD"]),
    ({"civil_pension_record": "benefit"}, ["CIVIL_SCHEME_RECORD"]),
    ({"other_province_record": "contribution"}, ["CROSS_PROVINCE_CONTRIBUTION"]),
    ({"other_province_record": "benefit"}, ["CROSS_PROVINCE_BENEFIT"]),
    ({"other_province_record": "both"}, ["CROSS_PROVINCE_CONTRIBUTION", "CROSS_PROVINCE_BENEFIT"]),
    ({"tax_in_transit": "yes"}, ["IN_TRANSIT_TAX"]),
    ({"other_in_transit": "transfer"}, ["IN_TRANSIT_TRANSFER"]),
    ({"other_in_transit": "other"}, ["IN_TRANSIT_OTHER"]),
    ({"special_group_marks": "低保对象、征地安置人员"}, ["SPECIAL_GROUP"]),
    ({"special_group_marks": "低保对象"}, []),
    ({"in_custody": "是"}, ["SERVING_SENTENCE"]),
    ({"death_record": "1"}, ["DECEASED"]),
    ({"payout_account": "", "payout_bank": ""}, ["NO_PAYOUT_ACCOUNT"]),
    ({"contribution_gap": "是"}, ["CONTRIBUTION_GAP"]),
    ({"contribution_years": "3"}, []),
    ({"payout_bank": "中国工商银行綦江支行"}, ["BANK_NOT_PAYING_AGENT"]),
    ({"payout_bank": "重庆农村商业银行綦江支行"}, []),
    ({"flag_state": "revoked"}, ["FLAG_REVOKED"]),
    ({"flag_state": "waived", "in_custody": "Y", "payout_account": ""}, ["SERVING_SENTENCE", "NO_PAYOUT_ACCOUNT", "WAIVED"]),
]  # fmt: skip


@pytest.mark.parametrize(("row", "codes"), REASONS)
def test_every_reason_is_named_in_order(tmp_path: Path, row: dict[str, str], codes: list[str]) -> None:
    answer = extract(tmp_path, "2024-07", row)

    assert answer["decision"] == ("excluded" if codes else "candidate")
    found = [part.split("|")[0] for part in answer["reasons"].split(";") if part]
    assert found == codes
    assert answer["headline_reason"] == (codes[0] if codes else "")


@pytest.mark.parametrize(
    ("years", "codes"), [("14年11月", ["CONTRIBUTION_YEARS_SHORT"]), ("15", []), ("15年1月", [])]
)
def test_exactly_fifteen_years_away_at_pilot_start_needs_fifteen_years(
    tmp_path: Path, years: str, codes: list[str]
) -> None:
    answer = extract(
        tmp_path,
        "2024-11",
        {"id_number": number("19641215"), "contribution_years": years, "contribution_gap": "是"},
    )

    assert [part.split("|")[0] for part in answer["reasons"].split(";") if part] == codes


def test_extract_is_refused_where_no_text_covers(tmp_path: Path) -> None:
    source = write(tmp_path / "in.csv", [{"id_number": BORN, **CLEAN}])

    assert (
        run("extract", "--region", "500110", "--month", "2023-12", source, "-o", tmp_path / "a.csv").code == 4
    )
    assert (
        run("extract", "--region", "500110", "--month", "2024-01", source, "-o", tmp_path / "b.csv").code == 0
    )
    for region in ("440523", "150404", "360734"):
        done = run(
            "extract", "--region", region, "--month", "2024-07", source, "-o", tmp_path / f"{region}.csv"
        )
        assert done.code == 4, done.err


def test_extract_needs_every_column_and_the_years(tmp_path: Path) -> None:
    lacking = {key: value for key, value in CLEAN.items() if key != "death_record"}
    source = write(tmp_path / "lacking.csv", [{"id_number": BORN, **lacking}])
    blank = write(
        tmp_path / "blank.csv",
        [{"id_number": BORN, **CLEAN}, {"id_number": number("19640701"), **CLEAN, "contribution_years": ""}],
    )

    assert (
        run("extract", "--region", "500110", "--month", "2024-07", source, "-o", tmp_path / "a.csv").code == 3
    )
    done = run("extract", "--region", "500110", "--month", "2024-07", blank, "-o", tmp_path / "b.csv")

    assert done.code == 0
    assert len(read(tmp_path / "b.csv")) == 1
    assert read(tmp_path / "b.rejects.csv")[0]["field"] == "contribution_years"


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
