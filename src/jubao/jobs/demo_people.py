"""The people of a demo district into the tables of persons, one INSERT … SELECT for each table.

Worked example: from 20 000 staged people come 20 000 persons, identity documents and enrolments, 28 000 statuses, 17 000
telephones; the keys were made with the staged rows, so that no statement has to look a person up.
"""

from __future__ import annotations

import pyarrow as pa

from jubao.database.staging import run_sql, stage
from jubao.demo.system_people import SystemPeople
from jubao.people.models import Division
from jubao.people.names import name_initials, name_key

KEYS = {
    "person_id": "uuid DEFAULT uuidv7()",
    "enrolment_id": "uuid DEFAULT uuidv7()",
    "entitlement_id": "uuid DEFAULT uuidv7()",
}

PERSON = """
    INSERT INTO people_person (id, personal_number, name, name_key, name_initials, gender, birth_date, created_at)
    SELECT person_id, personal_number, name, name_key, name_initials,
           CASE WHEN is_male THEN 'male' ELSE 'female' END, birth_date, clock_timestamp() FROM demo_person
"""
DOCUMENT = """
    INSERT INTO people_identitydocument (person_id, kind, number, valid_from)
    SELECT person_id, CASE WHEN id_number LIKE '8%%' THEN 'hmt_residence_permit'
                           WHEN id_number LIKE '9%%' THEN 'foreign_residence_permit' ELSE 'id_card' END,
           id_number, enrolled_on FROM demo_person
"""
ENROLMENT = """
    INSERT INTO people_enrolment (id, person_id, scheme, division_id, division_path, enrolled_on, participation_identity,
                                  is_only_child)
    SELECT enrolment_id, person_id, 'resident_pension', d.division_id, d.path, enrolled_on, 'ordinary', is_only_child
    FROM demo_person JOIN demo_place AS d USING (village)
"""
STATUS = """
    WITH dated AS (SELECT *, (extract(year FROM enrolled_on) * 12 + extract(month FROM enrolled_on) - 1)::int AS enrolled
                   FROM demo_person)
    INSERT INTO people_enrolmentstatus (enrolment_id, kind, from_month, until_month, reason)
    SELECT enrolment_id, 'active', enrolled, start_month, '' FROM dated WHERE start_month IS NULL OR enrolled < start_month
    UNION ALL
    SELECT enrolment_id, 'drawing', start_month, NULL, '' FROM dated WHERE start_month IS NOT NULL
"""
ADDRESS = """
    INSERT INTO people_address (person_id, kind, text, division_id, from_on)
    SELECT person_id, 'register', d.address, d.division_id, enrolled_on FROM demo_person JOIN demo_place AS d USING (village)
"""
PHONE = """
    INSERT INTO people_phone (person_id, number, is_mobile, from_on)
    SELECT person_id, mobile, true, enrolled_on FROM demo_person WHERE mobile IS NOT NULL
"""
PAYOUT_ACCOUNT = """
    INSERT INTO people_payoutaccount (person_id, account_number, holder_name, bank_name, is_social_security_card, from_on,
                                      usable_on, is_custodian)
    SELECT person_id, account_number, name, coalesce(bank_name, ''), true, enrolled_on, enrolled_on, false
    FROM demo_person WHERE account_number IS NOT NULL
"""
SPECIAL_GROUP = """
    INSERT INTO people_specialgroupperiod (person_id, group_code, from_month, until_month, source_file, source_row)
    SELECT p.person_id, g.code, %(since)s, NULL, '特殊人群名单.xlsx', p.rank + 2
    FROM demo_person AS p, unnest(string_to_array(p.marks, '、')) AS mark
    JOIN (VALUES ('低保户', 'low_income_household'), ('征地安置人员', 'land_expropriated'),
                 ('退捕渔民', 'retired_fisherman'), ('重残人员', 'severely_disabled')) AS g(word, code) ON g.word = mark
"""
OTHER_SCHEME = """
    INSERT INTO people_otherschemerecord (person_id, scheme, kind, place, known_on, source_file, source_row)
    SELECT person_id, scheme, kind, place, %(known_on)s, '全国社保比对.csv', rank + 2
    FROM (SELECT person_id, rank, 'employee_pension' AS scheme, employee_record AS found, '' AS place FROM demo_person
          UNION ALL SELECT person_id, rank, 'civil_pension', civil_record, '' FROM demo_person
          UNION ALL SELECT person_id, rank, 'resident_pension', elsewhere_record, '外省' FROM demo_person) AS r
    JOIN (VALUES ('contribution', 'contribution'), ('benefit', 'benefit'), ('both', 'contribution'), ('both', 'benefit'))
         AS k(word, kind) ON k.word = r.found
"""
CUSTODY = """
    INSERT INTO people_custodyperiod (person_id, kind, from_on, until_on, source)
    SELECT person_id, 'fixed_term', %(known_on)s - 400, NULL, '法院判决名单' FROM demo_person WHERE in_custody
"""
DEATH = """
    INSERT INTO people_deathreport (person_id, died_on, source, source_row, recorded_at, is_decisive, reason)
    SELECT person_id, %(known_on)s - 20, 'CREMATION', '火化名单.xlsx 第 ' || rank + 2 || ' 行', clock_timestamp(), true,
           '火化信息' FROM demo_person WHERE is_dead
"""
KNOWN_ALREADY = """
    DELETE FROM demo_person AS p USING people_identitydocument AS d WHERE d.number = p.id_number
"""
"""A made-up number that another district has: one in a million; that person is left out."""
NEXT_NUMBER = """
    INSERT INTO cases_numbersequence (district_code, year, series, next_number)
    SELECT %(district)s, 0, 'person', max(rank) + 1 FROM demo_person
"""
"""The next personal number of the district, after those given here."""
STEPS = (
    PERSON, DOCUMENT, ENROLMENT, STATUS, ADDRESS, PHONE, PAYOUT_ACCOUNT, SPECIAL_GROUP, OTHER_SCHEME, CUSTODY, DEATH,
    NEXT_NUMBER,
)  # fmt: skip


def stage_people(people: SystemPeople) -> pa.Table:
    """The people and their places as temporary tables `demo_person` and `demo_place`; answers the people."""
    table = people.people()
    names = table["name"].to_pylist()
    table = table.append_column("name_key", pa.array([name_key(name) for name in names]))
    table = table.append_column("name_initials", pa.array([name_initials(name) for name in names]))
    stage("demo_person", table, KEYS)
    run_sql(KNOWN_ALREADY)
    stage("demo_place", _places(people))
    return table


def _places(people: SystemPeople) -> pa.Table:
    """Village number → division, path and address as it is written."""
    places, code = people.places, people.district.code
    towns = {
        found.name: found
        for found in Division.objects.filter(
            code__startswith=code, level="township", valid_until__isnull=True
        )
    }
    villages = {
        (found.parent_id, found.name): found
        for found in Division.objects.filter(code__startswith=code, level="village", valid_until__isnull=True)
    }
    rows = [
        (town, name, villages[towns[town].id, name]) for town in places.townships for name in places.villages
    ]
    return pa.table(
        {
            "village": pa.array(range(len(rows)), pa.int32()),
            "division_id": pa.array([row[2].id for row in rows], pa.int64()),
            "path": pa.array([row[2].path for row in rows]),
            "address": pa.array([f"{people.district.name}{town}{name}" for town, name, _found in rows]),
        }
    )


def insert_people(people: SystemPeople) -> int:
    """Fill the tables of persons from what was staged; how many rows."""
    values = {
        "since": people.first_paid_month.index - 24,
        "known_on": people.month.first_day,
        "district": people.district.code,
    }
    return sum(run_sql(sql, values) for sql in STEPS)
