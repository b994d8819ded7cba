"""Clauses of 綦江's plan and guide and of 松山's rules, each with the figures its acceptance names, through the commands.

Worked example: born on 1964-05-20 somebody is on the list of 2024-03-01, not yet on that of 2024-02-01, no longer on 2024-06-03.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.blackbox import number, read, run, write

CLEAN = {
    "name": "张三",
    "contribution_years": "15",
    "contribution_gap": "",
    "employee_pension_record": "",
    "civil_pension_record": "",
    "other_province_record": "",
    "tax_in_transit": "",
    "other_in_transit": "",
    "special_group_marks": "",
    "in_custody": "",
    "death_record": "",
    "payout_account": "6210000000000000001",
    "payout_bank": "重庆农村商业银行",
    "flag_state": "",
}
EXCLUDED = {
    "QJ-3-1a": ({"employee_pension_record": "是"}, "EMPLOYEE_SCHEME_RECORD"),
    "QJ-3-1b": ({"civil_pension_record": "是"}, "CIVIL_SCHEME_RECORD"),
    "QJ-3-1c": ({"other_province_record": "缴费"}, "CROSS_PROVINCE_CONTRIBUTION"),
    "QJ-3-1d": ({"other_province_record": "领待"}, "CROSS_PROVINCE_BENEFIT"),
    "QJ-3-2a": ({"tax_in_transit": "是"}, "IN_TRANSIT_TAX"),
    "QJ-3-2b": ({"other_in_transit": "转移"}, "IN_TRANSIT_TRANSFER"),
    "QJ-3-2c": ({"other_in_transit": "变更"}, "IN_TRANSIT_OTHER"),
    "QJ-3-3": ({"special_group_marks": "征地安置人员"}, "SPECIAL_GROUP"),
    "QJ-3-4": ({"in_custody": "是"}, "SERVING_SENTENCE"),
    "QJ-3-5": ({"death_record": "是"}, "DECEASED"),
    "QJ-3-6": ({"payout_account": "", "payout_bank": ""}, "NO_PAYOUT_ACCOUNT"),
    "QJ-A1-5-1-5a": ({"special_group_marks": "征地安置人员"}, "SPECIAL_GROUP"),
    "QJ-A1-5-1-5b": ({"special_group_marks": "退捕渔民"}, "SPECIAL_GROUP"),
    "QJ-A1-5-1-9b": ({"payout_bank": "某某银行"}, "BANK_NOT_PAYING_AGENT"),
}


def screened(folder: Path, born: str, drawn_on: str, **columns: str) -> dict[str, str]:
    """The answer of `extract` for one person without any record but those given, on a day."""
    source = write(folder / "in.csv", [{"id_number": number(born)} | CLEAN | columns])
    words = ["--month", drawn_on[:7], "--as-of", drawn_on, source, "-o", folder / "out.csv"]
    done = run("extract", "--region", "500110", *words)
    assert done.code == 0, done.err
    (answer,) = read(folder / "out.csv")
    return answer


def codes(answer: dict[str, str]) -> list[str]:
    return [reason.split("|")[0] for reason in answer["reasons"].split(";") if reason]


@pytest.mark.parametrize(
    ("columns", "code"),
    [pytest.param(*row, marks=pytest.mark.requirement(id)) for id, row in EXCLUDED.items()],
)
def test_each_exclusion_of_plan_and_guide_is_named(
    tmp_path: Path, columns: dict[str, str], code: str
) -> None:
    answer = screened(tmp_path, "19640520", "2024-03-01", **columns)

    assert (answer["decision"], answer["headline_reason"]) == ("excluded", code)


@pytest.mark.requirement("QJ-3-0a")
def test_the_window_is_three_months_before_sixty_to_the_end_of_the_birthday_month(tmp_path: Path) -> None:
    found = [
        screened(tmp_path, "19640520", day)["decision"] for day in ("2024-03-01", "2024-02-01", "2024-06-03")
    ]

    assert found == ["candidate", "outside_window", "outside_window"]


@pytest.mark.requirement("QJ-A1-5-1-1a")
def test_nobody_is_handled_more_than_three_months_before_sixty(tmp_path: Path) -> None:
    found = [screened(tmp_path, "19640520", day)["decision"] for day in ("2024-02-19", "2024-02-20")]

    assert found == ["outside_window", "candidate"]


@pytest.mark.requirement("QJ-3-0b", "QJ-A1-5-1-2")
def test_who_had_fifteen_years_to_go_needs_fifteen_years(tmp_path: Path) -> None:
    found = [screened(tmp_path, "19700110", "2029-11-01", contribution_years=years) for years in ("14", "15")]

    assert [answer["decision"] for answer in found] == ["excluded", "candidate"]
    assert codes(found[0]) == ["CONTRIBUTION_YEARS_SHORT"]


@pytest.mark.requirement("QJ-3-0c")
def test_every_exclusion_that_applies_is_stored(tmp_path: Path) -> None:
    answer = screened(tmp_path, "19640520", "2024-03-01", in_custody="是", payout_account="", payout_bank="")

    assert (answer["decision"], codes(answer)) == ("excluded", ["SERVING_SENTENCE", "NO_PAYOUT_ACCOUNT"])


@pytest.mark.requirement("QJ-A1-5-1-4")
def test_somebody_of_sixty_one_is_over_age(tmp_path: Path) -> None:
    answer = screened(tmp_path, "19630201", "2024-03-01")

    assert answer["decision"] == "outside_window"
    assert "OVER_AGE" in codes(answer)


@pytest.mark.requirement("QJ-A1-9-n4a")
def test_the_benefit_starts_in_the_month_after_sixty(tmp_path: Path) -> None:
    row = {
        "id_number": number("19640520"),
        "name": "张三",
        "account_balance": "2504.73",
        "contribution_years": "15",
    }
    source = write(tmp_path / "in.csv", [row])

    assert run("pension", "--region", "500110", source, "-o", tmp_path / "out.csv").code == 0

    assert read(tmp_path / "out.csv")[0]["benefit_start_month"] == "2024-06"


def settled(folder: Path, booked_on: str) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """One account with 1 000 booked on a day, settled for 2024 at 4.8 %: the answer and the rejects."""
    accounts = write(folder / "accounts.csv", [{"personal_number": "P1", "opening_balance": "0.00"}])
    row = {"personal_number": "P1", "kind": "contribution", "amount": "1000.00", "booked_on": booked_on}
    other = row | {"booked_on": "2024-01-15", "amount": "0.01"}
    postings = write(folder / "postings.csv", [row, other])
    words = ["--year", "2024", "--accounts", accounts, "--postings", postings, "--rate", "0.048"]
    done = run("interest", "--region", "150404", *words, "-o", folder / "out.csv")
    assert done.code == 0, done.err
    rejects = folder / "out.rejects.csv"
    return read(folder / "out.csv"), read(rejects) if rejects.exists() else []


@pytest.mark.requirement("SS-13-3")
def test_songshan_interest_runs_from_the_month_after_the_treasury_date(tmp_path: Path) -> None:
    answer, _rejects = settled(tmp_path, "2024-05-06")

    assert answer[0]["interest"] == "28.00"


@pytest.mark.requirement("SS-14-1")
def test_songshan_interest_year_is_the_calendar_year(tmp_path: Path) -> None:
    first, _none = settled(tmp_path, "2024-01-01")
    last, _none = settled(tmp_path, "2024-12-31")
    _before, rejected_before = settled(tmp_path, "2023-12-31")
    _after, rejected_after = settled(tmp_path, "2025-01-01")

    assert (first[0]["interest"], last[0]["interest"]) == ("44.00", "0.00")
    assert [len(rejected_before), len(rejected_after)] == [1, 1]
