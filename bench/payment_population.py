"""People who draw a pension, as rows of the system's tables, for the benchmark of the payment run: made by SQL in seconds.

Worked example: `populate(connection, 250_000)` leaves 250 000 entitlements with status normal, one determination each, an
account at one of four banks and a personal account of three parts, in 10 townships of 20 villages.
"""

from __future__ import annotations

from typing import Any

REGION = "500110"
PATH = "500000/500100/500110/"
START = 2020 * 12

_DIVISIONS = """
INSERT INTO people_division (code, name, name_key, level, path, valid_from) VALUES
  ('500000', '省', '', 'province', '500000/', '2000-01-01'), ('500100', '市', '', 'city', '500000/500100/', '2000-01-01'),
  ('{region}', '区', '', 'district', '{path}', '2000-01-01');
INSERT INTO people_division (code, name, name_key, level, path, valid_from)
  SELECT '{region}' || lpad(t::text, 3, '0'), '镇' || t, '', 'township', '{path}{region}' || lpad(t::text, 3, '0') || '/',
         '2000-01-01' FROM generate_series(1, 10) t;
INSERT INTO people_division (code, name, name_key, level, path, valid_from, parent_id)
  SELECT d.code || lpad(v::text, 3, '0'), '村' || v, '', 'village', d.path || d.code || lpad(v::text, 3, '0') || '/',
         '2000-01-01', d.id FROM people_division d, generate_series(1, 20) v WHERE d.level = 'township';
CREATE TABLE bench_places AS SELECT row_number() OVER (ORDER BY path) - 1 AS n, id, path FROM people_division
  WHERE level = 'village';
CREATE TABLE bench_people AS SELECT i, uuidv7() AS person, uuidv7() AS enrolment, uuidv7() AS entitlement
  FROM generate_series(1, {people}) i;
"""

_ROWS = (
    """INSERT INTO people_person (id, personal_number, name, name_key, name_initials, gender, birth_date, created_at)
       SELECT person, '9' || lpad(i::text, 15, '0'), '某' || i, 'mou', 'm', 'female', DATE '1958-01-01' + i % 700, now()
       FROM bench_people ORDER BY i""",
    """INSERT INTO people_enrolment (id, person_id, scheme, division_id, division_path, enrolled_on, participation_identity)
       SELECT enrolment, person, 'resident_pension', p.id, p.path, '2010-01-01', 'ordinary'
       FROM bench_people JOIN bench_places p ON p.n = i % 200 ORDER BY i""",
    """INSERT INTO people_payoutaccount (person_id, account_number, holder_name, bank_name, is_social_security_card, from_on,
                                        usable_on, is_custodian)
       SELECT person, '62' || lpad(i::text, 15, '0'), '某' || i, '银行' || (i % 4 + 1), true, '2020-01-01', '2020-01-01', false
       FROM bench_people ORDER BY i""",
    """INSERT INTO benefits_entitlement (id, enrolment_id, start_month, end_reason)
       SELECT entitlement, enrolment, {start}, '' FROM bench_people ORDER BY i""",
    """INSERT INTO benefits_paymentstatus (entitlement_id, kind, from_month, reason, legal_basis, recorded_at)
       SELECT entitlement, 'normal', {start}, '', '', now() FROM bench_people ORDER BY i""",
    """INSERT INTO benefits_determination (entitlement_id, sequence, month, account_balance_fen, contribution_months,
         make_up_months, min_tier_months, is_only_child, is_provisional, base_pension_fen, account_pension_fen,
         years_pension_fen, only_child_supplement_fen, age_supplement_fen, monthly_pension_fen, facts, trace, pack_code,
         pack_hash, difference, created_at)
       SELECT entitlement, 1, {start}, 200000 + i % 999983, 180 + i % 24, 0, 0, i % 3 = 0, false, 13500, 1000, 0, 0, 0, 14500,
              jsonb_build_object('has_birth_date', true, 'birth_month', 1958 * 12 + i % 24, 'has_given_start_month', true,
                                 'given_start_month', {start}), '[]', '{region}', repeat('0', 64), '{{}}', now()
       FROM bench_people ORDER BY i""",
    """INSERT INTO certification_certificationevent (enrolment_id, certified_on, channel, source, place_path, device, recorded_at)
       SELECT enrolment, DATE '2025-01-10', 'on_site', '', '', '', now() FROM bench_people ORDER BY i""",
    """INSERT INTO ledger_account (kind, district_code, enrolment_id)
       SELECT k, '{region}', enrolment FROM bench_people,
              unnest(ARRAY['own_payment', 'subsidy', 'interest']) k ORDER BY i""",
    """INSERT INTO ledger_balance (account_id, balance_fen, pending_fen)
       SELECT id, CASE kind WHEN 'own_payment' THEN 600 ELSE 100000 END, 0 FROM ledger_account WHERE enrolment_id IS NOT NULL""",
)


_EXCLUSIONS = """
SELECT conrelid::regclass::text, quote_ident(conname), pg_get_constraintdef(oid) FROM pg_constraint
WHERE contype = 'x' AND conrelid IN ('people_payoutaccount'::regclass, 'benefits_paymentstatus'::regclass)
"""


def populate(cursor: Any, people: int) -> None:
    """Fill an empty, migrated database. The cursor belongs to a superuser: triggers are off, this is no business.

    Constraints against overlap are built after the rows, in one sorted pass: row by row they take an hour for millions.
    """
    values = {"people": people, "region": REGION, "path": PATH, "start": START}
    cursor.execute("SET session_replication_role = replica")
    cursor.execute("SET maintenance_work_mem = '1GB'")
    cursor.execute(_DIVISIONS.format(**values))
    cursor.execute(_EXCLUSIONS)
    exclusions = cursor.fetchall()
    for table, name, _definition in exclusions:
        cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
    for text in _ROWS:
        cursor.execute(text.format(**values))
    for table, name, definition in exclusions:
        cursor.execute(f"ALTER TABLE {table} ADD CONSTRAINT {name} {definition}")
    cursor.execute("SET session_replication_role = origin")
    cursor.execute("DROP TABLE bench_people, bench_places")
    cursor.execute("ANALYZE")
