"""`jubao month run` draws the month's list: who is on it and who not and why, never twice, nothing when a source is dead."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from jubao.cases.models import Case, CaseEvent
from jubao.claim_free.models import Extraction, Flag, FlagEvent, Screened
from jubao.contributions.models import Contribution, FormerYears, TaxRecord
from jubao.database.unit_of_work import unit_of_work
from jubao.people.models import (
    CustodyPeriod,
    DeathReport,
    Enrolment,
    OtherSchemeRecord,
    SpecialGroupPeriod,
)
from jubao.services.cases.engine import case_open
from tests.support.claim_free_world import MARCH, World
from tests.support.database import OwnDatabase
from tests.support.papers import papers
from tests.support.residents import system

PROGRAM = [
    sys.executable, "-c", "from jubao.commands.main import main; main()", "month", "run", "--district", "500110",
    "--month", "2024-03", "--step", "extraction", "--confirm-day", "李静", "--json",
]  # fmt: skip


def month_run(own: OwnDatabase, *more: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The command of the first working day."""
    return subprocess.run(
        [*PROGRAM, *more], env=own.env() | environment, capture_output=True, text=True, check=False
    )


@pytest.fixture
def here(own_database: OwnDatabase) -> Iterator[World]:
    yield World()


def screened(enrolment: Enrolment) -> Screened:
    return Screened.objects.get(enrolment=enrolment)


def scheme(enrolment: Enrolment, **record: Any) -> None:
    OtherSchemeRecord.objects.create(person=enrolment.person, known_on=date(2024, 2, 1), **record)


def everybody(here: World) -> dict[str, Enrolment]:
    """One person per reason, everything else in order, and one with two reasons."""
    names = (
        "fine", "employee", "civil", "elsewhere", "draws_elsewhere", "tax", "transfer", "change", "mark", "prison",
        "dead", "no_account", "failed_card", "other_bank", "fourteen", "fifteen", "gap", "prison_and_no_account", "early", "late",
        "long_enough",
    )  # fmt: skip
    special = {
        "no_account": {"bank": ""}, "failed_card": {"bank": ""}, "prison_and_no_account": {"bank": ""},
        "early": {"birth": date(1964, 6, 2)}, "late": {"birth": date(1964, 2, 29)},
        "fourteen": {"birth": date(1965, 5, 20), "months": 168}, "fifteen": {"birth": date(1965, 5, 20)},
        "long_enough": {"birth": date(1964, 3, 31)},
        "other_bank": {"bank": "某某村镇银行"},
    }  # fmt: skip
    return {
        name: here.candidate(village=here.villages[i % 4], **special.get(name, {}))
        for i, name in enumerate(names)
    }


def made(here: World) -> dict[str, Enrolment]:
    who = everybody(here)
    with unit_of_work(system(), "test"):
        scheme(who["employee"], scheme="employee_pension", kind="contribution", state="refunded")
        scheme(who["civil"], scheme="civil_pension", kind="contribution")
        scheme(who["elsewhere"], scheme="resident_pension", kind="contribution", place="四川省")
        scheme(
            who["draws_elsewhere"], scheme="resident_pension", kind="benefit", place="贵州省", state="normal"
        )
        scheme(who["transfer"], scheme="employee_pension", kind="transfer")
        TaxRecord.objects.create(
            district_code="500110", month=MARCH.index - 1, receipt_number="T1", enrolment_id=who["tax"].id, year=2024,
            amount_fen=40000, treasury_on=date(2024, 2, 26),
        )  # fmt: skip
        SpecialGroupPeriod.objects.create(
            person=who["mark"].person, group_code="land_expropriated", from_month=MARCH.index - 9
        )
        for name in ("prison", "prison_and_no_account"):
            CustodyPeriod.objects.create(
                person=who[name].person,
                kind="imprisonment",
                from_on=date(2023, 1, 5),
                until_on=date(2025, 1, 5),
            )
        DeathReport.objects.create(
            person=who["dead"].person, died_on=date(2024, 2, 3), source="NATIONAL_POPULATION"
        )
        here.card(who["failed_card"], outcome="failed")
        years = FormerYears.objects.filter(enrolment=who["gap"])
        years.update(until_year=2014)
        for year in (*range(2014, 2015), *range(2016, 2024)):
            Contribution.objects.create(
                enrolment=who["gap"], year=year, tier_fen=10000, amount_fen=10000, treasury_on=date(year, 3, 12),
                receipt_number=f"G{year}",
            )  # fmt: skip
    case_open(
        actor=system(), kind="data_change", district_code="500110", division_path=who["change"].division_path,
        person_id=who["change"].person_id, subject_id=who["change"].id, title="x", proposal={}, today=date(2024, 2, 26),
        materials=papers(system(), "id_document", "enrolment_form"),
    )  # fmt: skip
    return who


@pytest.mark.requirement("QJ-2-1")
@pytest.mark.requirement("QJ-A2-1-1b")
def test_the_list_of_the_month(here: World, own_database: OwnDatabase) -> None:
    who = made(here)

    dry = month_run(own_database, "--dry-run")

    assert dry.returncode == 0, dry.stderr
    assert not Extraction.objects.exists() and not Flag.objects.exists()

    done = month_run(own_database)

    assert done.returncode == 0, done.stderr
    own_database.see_everything()
    wanted = {
        "employee": ["EMPLOYEE_SCHEME_RECORD"], "civil": ["CIVIL_SCHEME_RECORD"],
        "elsewhere": ["CROSS_PROVINCE_CONTRIBUTION"], "draws_elsewhere": ["CROSS_PROVINCE_BENEFIT"],
        "tax": ["IN_TRANSIT_TAX"], "transfer": ["EMPLOYEE_SCHEME_RECORD", "IN_TRANSIT_TRANSFER"],
        "change": ["IN_TRANSIT_OTHER"], "mark": ["SPECIAL_GROUP"], "prison": ["SERVING_SENTENCE"], "dead": ["DECEASED"],
        "no_account": ["NO_PAYOUT_ACCOUNT"], "failed_card": ["NO_PAYOUT_ACCOUNT"],
        "other_bank": ["BANK_NOT_PAYING_AGENT"], "gap": ["CONTRIBUTION_GAP"],
        "prison_and_no_account": ["SERVING_SENTENCE", "NO_PAYOUT_ACCOUNT"],
    }  # fmt: skip
    found = {
        name: Screened.objects.filter(enrolment=one).values_list("obstacles", flat=True).first()
        for name, one in who.items()
    }
    assert {name: codes for name, codes in found.items() if codes} == wanted
    assert found["early"] is found["late"] is None
    assert {name for name, codes in found.items() if codes == []} == {"fine", "long_enough"}
    assert screened(who["gap"]).facts["gap_years"] == "2015"
    flag = Flag.objects.select_related("case", "extraction").get(enrolment=who["fine"])
    assert (flag.state, flag.case.state, flag.month) == ("flagged", "extracted", MARCH.index)
    assert flag.extraction == Extraction.objects.get() and FlagEvent.objects.filter(flag=flag).count() == 1
    assert Flag.objects.count() == Case.objects.filter(kind="claim_free").count() == 2
    # Everybody on the list stands under the own village, so that each office sees its own.
    assert all(one.division_path == one.case.division_path for one in Flag.objects.select_related("case"))
    assert json.loads(done.stdout)["extraction"]["candidate"] == 2

    again = month_run(own_database)

    assert again.returncode == 0 and json.loads(again.stdout) == json.loads(done.stdout)
    assert Extraction.objects.count() == 1 and CaseEvent.objects.filter(case__kind="claim_free").count() == 2


def test_fifteen_years_are_wanted_of_whoever_had_them_before_the_age(
    here: World, own_database: OwnDatabase
) -> None:
    short = here.candidate(birth=date(1965, 5, 20), months=168)
    enough = here.candidate(birth=date(1965, 5, 20), months=180)

    done = month_run(own_database, "--month", "2025-03")

    assert done.returncode == 0, done.stderr
    own_database.see_everything()
    assert screened(short).obstacles == ["CONTRIBUTION_YEARS_SHORT"] and screened(enough).obstacles == []
    assert [flag.enrolment_id for flag in Flag.objects.all()] == [enough.id]


@pytest.mark.requirement("QJ-2-0")
def test_a_dead_business_system_sets_no_flag(here: World, own_database: OwnDatabase) -> None:
    here.candidate()
    dead = f"postgresql://jubao_app@/{own_database.name}?host=/tmp/no-such-socket-of-jubao"

    gone = month_run(own_database, JUBAO_DATABASE_URL=dead, JUBAO_OWNER_DATABASE_URL="")
    silent = month_run(own_database, JUBAO_CARD_URL="http://127.0.0.1:9/")

    assert (gone.returncode, silent.returncode) == (5, 5), gone.stderr + silent.stderr
    assert "CARD_SYSTEM_DOWN" in silent.stderr
    own_database.see_everything()
    assert not Flag.objects.exists() and not Extraction.objects.exists()
    assert not Case.objects.filter(kind="claim_free").exists()
    assert os.environ.get("JUBAO_CARD_URL") is None
