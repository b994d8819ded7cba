"""The set query and the scalar rules give the same pension, for one person and for corner facts together.

Worked example: 200 people with balances from 0 to a million yuan, years around the threshold, ages around 65 and 70.
"""

from __future__ import annotations

from datetime import date

import pytest
from django.db import connection

from jubao.benefits.models import Determination
from jubao.database.unit_of_work import unit_of_work
from jubao.facts.pension import FACTS, only_facts, pension_amounts_sql, pension_facts, pension_facts_sql
from jubao.kernel.month import Month
from jubao.policy import load_pack
from jubao.rules.evaluate import explain
from jubao.services.benefits.determinations import determination_make, determination_why
from jubao.services.benefits.pension_amounts import month_terms
from tests.support.residents import a_beneficiary, a_village, system

MONTH = Month(2025, 5).index
CORNERS = [
    (balance, months, birth, child)
    for balance in (0, 1, 69, 70, 250473, 100_000_000)
    for months, birth in ((180, date(1963, 8, 15)), (181, date(1961, 11, 30)), (240, date(1956, 12, 1)))
    for child in (False, True)
]


@pytest.mark.parametrize("district", ["500110", "150404"])
def test_the_set_query_equals_the_scalar_rules(database: None, district: str) -> None:
    village = a_village(district)
    for balance, months, birth, child in CORNERS:
        someone = a_beneficiary(village=village, birth=birth, start_month=birth.year * 12 + 720 + birth.month)
        with unit_of_work(system(), "test"):
            Determination.objects.create(
                entitlement_id=someone.entitlement_id, sequence=2, month=someone.enrolment.entitlements.get().start_month,
                account_balance_fen=balance, contribution_months=months, is_only_child=child, base_pension_fen=1,
                account_pension_fen=0, monthly_pension_fen=1, facts={}, trace=[], pack_code=district, pack_hash="",
            )  # fmt: skip
    found = month_terms(load_pack(district), MONTH)
    params = {"prefix": f"{village.path[:14]}%", "month": MONTH}

    with connection.cursor() as cursor:
        cursor.execute(pension_amounts_sql(found), params)
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    assert len(rows) == len(CORNERS)
    steps = [
        name
        for name in names
        if name not in ("entitlement_id", "enrolment_id", "determination_id", "division_path", *FACTS)
    ]
    for row in rows:
        scalar = explain(
            ["monthly_pension", "pension_refusals", "weakest_source_rank"],
            {**found.arguments, **only_facts(row)},
        )
        assert {name: row[name] for name in steps} == scalar.values


def test_one_person_is_the_same_query_filtered(database: None) -> None:
    someone, _other = a_beneficiary(), a_beneficiary()
    with connection.cursor() as cursor:
        cursor.execute(pension_facts_sql(), {"prefix": "%", "month": MONTH})
        names = [column[0] for column in cursor.description]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    own = [row for row in rows if row["entitlement_id"] == someone.entitlement_id]
    assert pension_facts([someone.entitlement_id], MONTH) == own
    assert not any(value is None for value in own[0].values())


def test_a_determination_keeps_facts_steps_and_the_difference(database: None) -> None:
    someone = a_beneficiary()
    facts = only_facts(pension_facts([someone.entitlement_id], MONTH)[0])
    with unit_of_work(system(), "test"):
        made = determination_make(
            actor=system(), entitlement_id=someone.entitlement_id, month=MONTH, pack=load_pack("500110"),
            facts={**facts, "account_balance_fen": 261678}, case_id=None, proposed_by=None, approved_by=None,
        )  # fmt: skip
    assert made.sequence == 2
    assert made.account_pension_fen == 1883
    assert made.difference["account_pension_fen"] == 81
    lines = determination_why(made)
    assert lines[0]["rule"] == "pension.monthly_pension"
    assert lines[0]["value"] == made.monthly_pension_fen
    account = next(line for line in lines if line["rule"] == "pension.account_pension")
    assert account["source"] and {one["name"] for one in account["inputs"]} == {
        "account_balance_fen",
        "payout_divisor_months",
    }
    assert next(one for one in account["inputs"] if one["name"] == "payout_divisor_months")["source"]
