"""Who draws a pension in a demo district since when, what was determined and why, and when they were last certified.

Worked example: somebody who drew 163.02 yuan at the take-over has an entitlement from the first month owed, a determination
for the first month paid here with every step of the rules, payment status normal, and the last certification on file.

The determinations are computed by the batch evaluator over all people, a thousandth of them again by the scalar one; the
stored steps are those of the scalar evaluator.
"""

from __future__ import annotations

import json
from typing import Any

import duckdb
import pyarrow as pa

from jubao.cases.models import Case
from jubao.database.staging import run_sql, stage
from jubao.demo.system_people import SystemPeople
from jubao.demo.system_truth import LEFT_OUT, LEFT_OUT_ONE_IN, former_certifications
from jubao.matching import batch_pension
from jubao.policy import Pack, load_pack
from jubao.rules.evaluate import Step, Trace, explain
from jubao.rules.pension_terms import FACTS
from jubao.services.benefits.pension_amounts import plain, trace_rows

SUSPENDED_MONTHS = 2
"""Whoever is suspended has been since so many months before the first payment here."""
PEOPLE = """
    SELECT rank AS source_row, determined_balance_fen AS account_balance_fen, former_months AS contribution_months,
           former_make_up_months AS make_up_months, former_months AS min_tier_months, is_only_child,
           true AS has_birth_date, CAST(year(birth_date) * 12 + month(birth_date) - 1 AS BIGINT) AS birth_month,
           true AS has_given_start_month, CAST(start_month AS BIGINT) AS given_start_month
    FROM staged WHERE is_recipient ORDER BY rank
"""
ENTITLEMENT = """
    INSERT INTO benefits_entitlement (id, enrolment_id, start_month, end_reason)
    SELECT p.entitlement_id, p.enrolment_id, p.start_month, '' FROM demo_person AS p JOIN demo_determination USING (rank)
"""
DETERMINATION = """
    INSERT INTO benefits_determination (entitlement_id, sequence, month, account_balance_fen, contribution_months,
        make_up_months, min_tier_months, is_only_child, is_provisional, base_pension_fen, account_pension_fen,
        years_pension_fen, only_child_supplement_fen, age_supplement_fen, monthly_pension_fen, facts, trace, pack_code,
        pack_hash, difference, created_at)
    SELECT p.entitlement_id, 1, d.benefit_month, d.account_balance_fen, d.contribution_months, d.make_up_months,
           d.min_tier_months, d.is_only_child, false, d.base_pension, d.account_pension, d.years_pension,
           d.only_child_supplement, d.age_supplement, d.monthly_pension, d.facts::jsonb, d.trace::jsonb, %(pack_code)s,
           %(pack_hash)s, '{}', clock_timestamp()
    FROM demo_determination AS d JOIN demo_person AS p USING (rank)
"""
PAYMENT_STATUS = """
    INSERT INTO benefits_paymentstatus (entitlement_id, kind, from_month, until_month, reason, legal_basis, proposed_by,
                                        decided_by, case_id, recorded_at)
    SELECT p.entitlement_id, 'normal', p.start_month, CASE WHEN p.is_suspended THEN %(suspended)s END, '', '', NULL::uuid,
           NULL::uuid, NULL::uuid, clock_timestamp()
    FROM demo_person AS p JOIN demo_determination USING (rank) WHERE NOT p.is_suspended OR p.start_month < %(suspended)s
    UNION ALL
    SELECT p.entitlement_id, 'suspended', greatest(p.start_month, %(suspended)s), NULL, 'NOT_CERTIFIED', '原系统迁移',
           %(proposed_by)s, %(decided_by)s, %(case)s, clock_timestamp()
    FROM demo_person AS p JOIN demo_determination USING (rank) WHERE p.is_suspended
"""
ON_FILE = """
    INSERT INTO certification_certificationevent (enrolment_id, certified_on, channel, source, place_path, device, recorded_at)
    SELECT p.enrolment_id, p.certified_on, (ARRAY['app_face', 'on_site', 'home_visit'])[1 + p.rank %% 3], '原系统迁移',
           d.path, '', clock_timestamp()
    FROM demo_person AS p JOIN demo_place AS d USING (village) WHERE p.certified_on IS NOT NULL
"""
FORMER = """
    INSERT INTO certification_certificationevent (enrolment_id, certified_on, channel, source, place_path, device, recorded_at)
    SELECT p.enrolment_id, day, (ARRAY['app_face', 'on_site', 'home_visit'])[1 + p.rank %% 3], '原系统迁移', d.path, '',
           clock_timestamp()
    FROM demo_person AS p JOIN demo_place AS d USING (village), unnest(%(certified)s::date[]) AS day
    WHERE p.is_recipient AND NOT p.is_suspended AND NOT (%(has_missed)s AND p.rank %% %(one_in)s = %(left_out)s)
      AND p.start_month <= extract(year FROM day) * 12 + extract(month FROM day) - 1
      AND (p.dies_on IS NULL OR p.dies_on > day)
"""
STEPS = (ENTITLEMENT, DETERMINATION, PAYMENT_STATUS, ON_FILE, FORMER)


def insert_benefits(people: SystemPeople, table: pa.Table, taken_over: Case) -> int:
    """Determine the pension of every recipient of the staged people and fill the tables of benefits; how many rows."""
    pack = load_pack(people.district.code)
    stage("demo_determination", _determinations(people, table, pack))
    values = {
        "pack_code": pack.code,
        "pack_hash": pack.pack_hash,
        "suspended": people.first_paid_month.index - SUSPENDED_MONTHS,
        "case": taken_over.id,
        "proposed_by": taken_over.maker_id,
        "decided_by": taken_over.checker_id,
        "certified": list(former_certifications(people)),
        "has_missed": not people.district.window.startswith("rolling"),
        "one_in": LEFT_OUT_ONE_IN,
        "left_out": LEFT_OUT,
    }
    return sum(run_sql(sql, values) for sql in STEPS)


def _determinations(people: SystemPeople, table: pa.Table, pack: Pack) -> pa.Table:
    """One row per recipient whose pension is not refused: facts, amounts, the steps as JSON."""
    con = duckdb.connect()
    con.register("staged", table)
    con.execute(f"CREATE TABLE people AS {PEOPLE}")
    first = people.first_paid_month.index
    dated = (
        f"SELECT * REPLACE (greatest(benefit_month, {first}) AS benefit_month)"
        f" FROM ({batch_pension.dated_sql('people', pack, None)})"
    )
    computed = batch_pension.run_over(con, dated, pack, None)
    con.execute(f"CREATE TABLE pensions AS {batch_pension.steps_sql(dated, computed)}")
    batch_pension.check_sample(con, computed)
    names = (*FACTS, *batch_pension.AMOUNTS)
    found = con.sql(
        f"SELECT source_row, {', '.join(names)} FROM pensions WHERE pension_refusals = 0 ORDER BY source_row"
    ).to_arrow_table()
    con.close()
    facts, traces, words = [], [], Traces(pack)
    for row in found.to_pylist():
        known = {name: row[name] for name in FACTS}
        facts.append(json.dumps(known))
        traces.append(words.of({**computed.terms_of(row["benefit_month"]).arguments, **known}))
    wanted = [name for name in found.column_names if name != "source_row"]
    return pa.table(
        {
            "rank": found["source_row"].cast(pa.int32()),
            **{name: found[name].cast(_kind(found[name].type)) for name in wanted},
            "facts": pa.array(facts),
            "trace": pa.array(traces),
        }
    )


def _kind(given: pa.DataType) -> pa.DataType:
    return pa.bool_() if given == pa.bool_() else pa.int64()


class Traces:
    """Steps as `services.benefits.pension_amounts.trace_rows` stores them; what a rule says of itself is read once."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self._said: dict[str, dict[str, Any]] = {}

    def of(self, known: dict[str, Any]) -> str:
        """Every step of one person as JSON."""
        steps = explain(batch_pension.TARGETS, known).steps
        return json.dumps([self._row(step) for step in steps], ensure_ascii=False)

    def _row(self, step: Step) -> dict[str, Any]:
        said = self._said.get(step.rule.id)
        if said is None:
            said = self._said[step.rule.id] = trace_rows(self.pack, Trace((step,)))[0]
        inputs = {name: plain(value) for name, value in step.inputs.items()}
        return {**said, "inputs": inputs, "value": plain(step.value)}
