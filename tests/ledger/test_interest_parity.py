"""Interest of the system against the file command on the same postings: the same fen for every account and corner.

Worked example: an account with a credit and a payment in each month, settled until June, gives what `jubao interest` gives.
"""

from __future__ import annotations

import csv
import random
from datetime import date
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from jubao.kernel.month import Month
from jubao.ledger.models import InterestYear
from jubao.matching.interest_run import InterestRequest, run_interest
from jubao.people.models import Enrolment
from jubao.services.accounts import postings as ledger
from jubao.services.accounts.interest_years import GivenRate, interest_settle, interest_year_settle
from tests.support.residents import a_village, an_enrolment, system

DISTRICT, YEAR, CASE = "150404", 2025, UUID(int=8)
Movement = tuple[bool, int, int]  # payment?, month, fen
CORNERS: list[tuple[int, list[Movement]]] = [
    (0, []),
    (1, []),
    (100, [(False, 1, 1)]),
    (100_000, [(False, 12, 24_000)]),
    (100_000, [(False, 3, 24_000)]),
    (100_000, [(True, 1, 100)]),
    (100_000, [(True, 12, 100_000)]),
    (1_390_000, [(True, month, 10_000) for month in range(1, 13)]),
    (0, [(False, month, 33) for month in range(1, 13)]),
    (99_999_999, [(False, 6, 1), (True, 6, 1)]),
]


def an_account(opening: int, movements: list[Movement]) -> Enrolment:
    who = an_enrolment(village=PLACE[0])
    part = ledger.account_ids("transferred_in", DISTRICT, [who.id], actor=system())[who.id]
    fund = ledger.fund_account_id("transfer_fund", DISTRICT, actor=system())
    paid = ledger.fund_account_id("paid_out", DISTRICT, actor=system())
    rows = (
        [ledger.NewTransfer(uuid4(), fund, part, opening, "transfer_in", date(YEAR - 1, 6, 1))]
        if opening
        else []
    )
    for is_payment, month, fen in movements:
        day = date(YEAR, month, 28)
        rows.append(
            ledger.NewTransfer(uuid4(), part, paid, fen, "account_pension", day)
            if is_payment
            else ledger.NewTransfer(uuid4(), fund, part, fen, "transfer_in", day)
        )
    ledger.post(actor=system(), transfers=rows)
    return who


PLACE: list = []  # type: ignore[type-arg]


def by_command(
    folder: Path, cases: list[tuple[int, list[Movement]]], until: Month | None, rate: int
) -> list[int]:
    accounts, postings = folder / "accounts.csv", folder / "postings.csv"
    with accounts.open("w", newline="") as one, postings.open("w", newline="") as other:
        lines, moves = csv.writer(one), csv.writer(other)
        lines.writerow(("personal_number", "opening_balance"))
        moves.writerow(("personal_number", "kind", "amount", "booked_on"))
        for number, (opening, movements) in enumerate(cases):
            lines.writerow((number, f"{opening // 100}.{opening % 100:02d}"))
            for is_payment, month, fen in movements:
                kind = "pension_payment" if is_payment else "transfer_in"
                moves.writerow((number, kind, f"{fen // 100}.{fen % 100:02d}", f"{YEAR}-{month:02d}-28"))
    out = folder / "out.csv"
    run_interest(
        InterestRequest(
            region=DISTRICT,
            year=YEAR,
            accounts=accounts,
            postings=postings,
            out=out,
            rate_ppm=rate,
            until=until,
        )
    )
    with out.open(encoding="utf-8-sig") as stream:
        rows = sorted(csv.DictReader(stream), key=lambda row: int(row["personal_number"]))
    return [round(float(row["interest"].replace(",", "")) * 100) for row in rows]


@pytest.fixture
def place(database: None) -> None:
    PLACE[:] = [a_village(DISTRICT)]


def test_the_year_equals_the_command_for_corners_and_random_accounts(place: None, tmp_path: Path) -> None:
    dice = random.Random(20261122)
    drawn: list[tuple[int, list[Movement]]] = [
        (
            dice.randint(0, 10**7),
            [(False, dice.randint(1, 12), dice.randint(1, 10**6)) for _n in range(dice.randint(0, 6))],
        )
        for _account in range(20)
    ]
    cases = CORNERS + drawn
    people = [an_account(*case) for case in cases]
    rate = 24_900

    interest_year_settle(
        actor=system(),
        district_code=DISTRICT,
        year=YEAR,
        today=date(2026, 1, 5),
        given_rate=GivenRate(rate, "测试"),
    )

    found = dict(InterestYear.objects.filter(year=YEAR).values_list("enrolment_id", "interest_fen"))
    assert [found.get(who.id, 0) for who in people] == by_command(tmp_path, cases, None, rate)


@pytest.mark.parametrize("month", [1, 6, 11])
def test_a_settlement_inside_the_year_equals_the_command(place: None, tmp_path: Path, month: int) -> None:
    cases = [case for case in CORNERS if case[0] and not any(is_payment for is_payment, _m, _f in case[1])]
    people = [an_account(*case) for case in cases]

    for who in people:
        interest_settle(
            actor=system(), enrolment_id=who.id, until=Month(YEAR, month), case_id=CASE, today=date(YEAR, month, 28),
            is_final=True, given_rate=GivenRate(30_700, "测试"),
        )  # fmt: skip

    found = dict(InterestYear.objects.filter(year=YEAR).values_list("enrolment_id", "opening_fen"))
    interest = dict(InterestYear.objects.filter(year=YEAR).values_list("enrolment_id", "interest_fen"))
    openings = [(found[who.id], case[1]) for who, case in zip(people, cases, strict=True)]
    assert [interest[who.id] for who in people] == by_command(tmp_path, openings, Month(YEAR, month), 30_700)
