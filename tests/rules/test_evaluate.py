"""The two evaluators: order of the steps, what is missing, one computation per rule, and the terms of a month."""

from __future__ import annotations

import pytest

from jubao.kernel.citation import Citation
from jubao.kernel.month import Month
from jubao.policy import load_pack
from jubao.rules.evaluate import FactMissing, explain, plan, select_sql
from jubao.rules.parameters import constants, regimes
from jubao.rules.pension_terms import stretches, terms
from jubao.rules.registry import RULES, by_id, decode, rule
from tests.support.worked_cases import all_rules

KNOWN = {"birth_month": 1963 * 12 + 7, "pension_age_years": 60, "months_until_entitlement": 1, "has_given_start_month": False,
         "given_start_month": 0}  # fmt: skip


def test_trace_names_rule_inputs_and_value_in_the_order_computed() -> None:
    trace = explain(["benefit_start_month"], KNOWN)

    assert [step.rule.id for step in trace.steps] == [
        "entitlement.age_month",
        "entitlement.first_month",
        "entitlement.start_month",
    ]
    assert trace.steps[0].inputs == {"birth_month": 1963 * 12 + 7, "pension_age_years": 60}
    assert trace["benefit_start_month"] == 2023 * 12 + 8
    with pytest.raises(KeyError):
        trace["monthly_pension"]


def test_missing_fact_is_named_with_the_rule_that_needs_it() -> None:
    with pytest.raises(FactMissing, match="pension_age_month needs pension_age_years"):
        explain(
            ["benefit_start_month"],
            {name: value for name, value in KNOWN.items() if name != "pension_age_years"},
        )


def test_a_value_that_is_given_is_not_computed() -> None:
    assert plan(("entitlement_month",), frozenset({"pension_age_month", "months_until_entitlement"})) == (
        (RULES["entitlement_month"],),
    )


def test_every_rule_stands_once_in_the_query() -> None:
    text = select_sql(["benefit_start_month"], ["birth_month", "has_given_start_month", "given_start_month"],
                      {"pension_age_years": 60, "months_until_entitlement": 1}, "people")  # fmt: skip

    assert text.count("AS entitlement_month") == 1
    assert "* 12" not in text and "720" in text  # constants are worked out before the query


def test_register_refuses_doubles_and_rules_without_a_source() -> None:
    all_rules()
    with pytest.raises(ValueError, match="twice"):
        rule(id="pension.base_pension", unit="fen", source=[Citation("guofa-2014-8", "六")])(lambda x: x)
    with pytest.raises(ValueError, match="cites no source"):
        rule(id="new.rule", unit="fen", source=[])(lambda new_argument: new_argument)
    assert by_id("pension.base_pension").summary.startswith("The basic part")
    with pytest.raises(KeyError):
        by_id("no.such_rule")


def test_mask_is_read_back_in_the_order_of_the_codes() -> None:
    assert decode(all_rules()["pension_refusals"], 0b1001) == ("BELOW_AGE", "BASE_PENSION_MISSING")


def test_gap_gives_nothing_and_says_that_it_is_unknown() -> None:
    found = constants(load_pack("360734"), ["years_pension_rate_fen", "base_pension_fen"], Month(2024, 5))

    assert found.arguments["years_pension_rate_fen"] == 0
    assert found.arguments["years_pension_rate_fen_is_known"] is False
    assert found.arguments["base_pension_fen_is_known"] is True
    assert set(found.gaps) == {"years_pension_rate_fen"}


def test_regimes_divide_where_a_parameter_changes() -> None:
    months = regimes(load_pack("500110"), ["base_pension_fen"], Month(2023, 5), Month(2024, 8))

    assert [(str(first), str(until)) for first, until in months] == [
        ("2023-05", "2023-07"), ("2023-07", "2024-07"), ("2024-07", "2024-09"),
    ]  # fmt: skip


def test_months_with_equal_terms_are_gathered() -> None:
    pack = load_pack("500110")
    found = stretches(pack, [Month(2023, 5) + step for step in range(16)])

    assert [(str(one.month), len(months)) for one, months in found] == [
        ("2023-05", 2),
        ("2023-07", 12),
        ("2024-07", 2),
    ]


def test_terms_outside_the_pack_are_all_unknown() -> None:
    found = terms(load_pack("500110"), Month(2005, 1)).arguments

    assert not found["are_components_known"]
    assert not found["base_pension_fen_is_known"]
